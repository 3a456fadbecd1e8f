"""What the API answers with, as frozen values that compare by content.

Names and ids stay exactly as the server sent them, since they go back into URLs. A field that an
answer left out is UNSET, and so is a time that can't be read. UNSET is not None: null has a meaning
of its own here (never run, never expires). Times are aware UTC datetimes; Go's zero time, which the
API sends for "never", is None.

``gc=False``, here and of what is made of them: what is frozen can't come to hold itself, and to
look for cycles among the objects of a large account stops the program for a third of a second.

Source: the reference's schemas namespace_info, trigger_info, scheduled_details, access_key.
"""

from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from msgspec import UNSET, Struct, UnsetType, field, structs

from fntui.api.secret import Secret

T = TypeVar("T")

Text = str | UnsetType | None
"""A string that the API may leave out or send as null."""

Time = datetime | UnsetType | None
"""A moment in UTC; None: never; UNSET: the answer did not say, or not so that it can be read."""


class Model(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An object of the API: unknown fields are ignored, times are brought to UTC."""

    def __post_init__(self) -> None:
        """Bring every time to UTC and turn Go's zero time into None."""
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, datetime):
                structs.force_setattr(self, name, _utc_or_never(value))


def _utc_or_never(value: datetime) -> Time:
    if value.year == 1:
        return None
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:  # beyond the year 9999
        return UNSET


class Namespace(Model, frozen=True, kw_only=True, gc=False):
    """A namespace: the container of functions, triggers and access keys.

    Attributes:
        namespace_id: ``fn-`` and a UUID: its identity in every path (``namespace`` on the wire).
        label: What people call it; unique in the account.
        region: Slug of the datacenter, such as ``nyc1``.
        uuid: The other half of the legacy credential; never used in paths.
        api_host: Host under which its functions are served.
        legacy_key: Half of a legacy credential (``key`` on the wire); may be empty in lists.
    """

    namespace_id: str = field(name="namespace")
    label: Text = UNSET
    region: Text = UNSET
    uuid: Text = UNSET
    api_host: Text = UNSET
    created_at: Time = UNSET
    updated_at: Time = UNSET
    legacy_key: Secret | UnsetType | None = field(default=UNSET, name="key")

    @property
    def is_locked(self) -> bool:
        """True for a namespace of App Platform, which must not be changed from here."""
        return self.namespace_id.startswith("ap-")


class ScheduledDetails(Model, frozen=True, kw_only=True, gc=False):
    """The settings of a scheduled trigger.

    Attributes:
        cron: Cron expression as the server keeps it; five fields, though lists may show six.
        body: JSON object sent to the function; None: none; UNSET: the answer did not say.
    """

    cron: str
    body: dict[str, Any] | UnsetType | None = UNSET


class ScheduledRuns(Model, frozen=True, kw_only=True, gc=False):
    """The times that the API keeps of a trigger.

    Attributes:
        last_run_at: When it fired last; None: not run yet.
        next_run_at: When it will fire next; None: it will not.
    """

    last_run_at: Time = UNSET
    next_run_at: Time = UNSET


class Trigger(Model, frozen=True, kw_only=True, gc=False):
    """What fires a function on a schedule.

    Attributes:
        name: Its identity in paths, unique in its namespace, any text.
        namespace_id: As the answer says it; the path that was asked is the authority.
        function: ``package/function``, or a bare function of the default package.
        type: ``SCHEDULED``, the only one there is.
        is_enabled: False: paused.
        scheduled_details: UNSET where a list leaves it out.
        scheduled_runs: UNSET where a list leaves it out.
    """

    name: str
    namespace_id: Text = field(default=UNSET, name="namespace")
    function: Text = UNSET
    type: Text = UNSET
    is_enabled: bool | UnsetType | None = UNSET
    created_at: Time = UNSET
    updated_at: Time = UNSET
    scheduled_details: ScheduledDetails | UnsetType | None = UNSET
    scheduled_runs: ScheduledRuns | UnsetType | None = UNSET


class AccessKey(Model, frozen=True, kw_only=True, gc=False):
    """A credential of a namespace, without its secret.

    Attributes:
        key_id: Opaque; its identity in paths (``id`` on the wire).
        expires_at: None: never.
    """

    key_id: str = field(name="id")
    name: Text = UNSET
    expires_at: Time = UNSET
    created_at: Time = UNSET
    updated_at: Time = UNSET

    @property
    def is_vendors_own(self) -> bool:
        """True for keys that DigitalOcean's own tooling made and relies on."""
        return isinstance(self.name, str) and self.name.startswith("mcp-do-")


class IssuedAccessKey(Model, frozen=True, kw_only=True):
    """A new access key with its secret, which the API tells this once.

    Attributes:
        access_key: The key as every later answer shows it.
        secret: The secret, without the key's id in front.
    """

    access_key: AccessKey
    secret: Secret

    @property
    def credential(self) -> Secret:
        """Return ``<key_id>:<secret>``, as Basic auth on the namespace's ``api_host`` wants it."""
        secret, prefix = self.secret.reveal(), f"{self.access_key.key_id}:"
        return self.secret if secret.startswith(prefix) else Secret(prefix + secret)


class Unreadable(Struct, frozen=True, kw_only=True):
    """An element of a list that does not have the shape of its kind.

    Attributes:
        name: Its identity, where that much could be read; else ``""``.
        reason: What is wrong and where, never a value: "Expected a boolean or null, got a string at
            $.triggers[3].is_enabled".
    """

    name: str
    reason: str


class Listing(Struct, Generic[T], frozen=True, kw_only=True):
    """A list answer: what could be read, in the server's order, and what could not."""

    items: tuple[T, ...]
    unreadable: tuple[Unreadable, ...] = ()
