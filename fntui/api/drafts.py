"""The bodies of POST and PUT requests, as forms fill them in.

Source: the reference's schemas create_namespace, create_trigger, update_trigger,
access_key_create_request and the body of functionsAccessKey_update.
"""

from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

MAX_BODY_DEPTH: Final = 196
"""Levels of objects and arrays in a trigger's body.

A list of triggers adds four, and an answer of more than 200 levels is not read.
"""


class NamespaceDraft(Struct, frozen=True, kw_only=True):
    """A namespace to create.

    Attributes:
        label: Unique in the account; the server judges it.
        region: Slug of a datacenter; the server judges it.
    """

    label: str
    region: str


class ScheduledDetailsDraft(Struct, frozen=True, kw_only=True):
    """Cron and body, always sent together, since the API may take an absent body for none.

    Attributes:
        cron: Five fields.
        body: JSON object, or None for none.
    """

    cron: str
    body: dict[str, Any] | None


class TriggerDraft(Struct, frozen=True, kw_only=True):
    """A trigger to create; ``type`` is always ``SCHEDULED``."""

    name: str
    function: str
    is_enabled: bool
    scheduled_details: ScheduledDetailsDraft
    type: str = "SCHEDULED"


class TriggerChange(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to change of a trigger; what is UNSET is not sent and stays as it is."""

    is_enabled: bool | UnsetType = UNSET
    scheduled_details: ScheduledDetailsDraft | UnsetType = UNSET


class AccessKeyDraft(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An access key to create.

    Attributes:
        expires_in: ``<int>h`` or ``<int>d``, at least ``1h``; UNSET: never expires.
    """

    name: str
    expires_in: str | UnsetType = UNSET


class AccessKeyChange(Struct, frozen=True, kw_only=True):
    """The new name of an access key: the only thing that can change."""

    name: str
