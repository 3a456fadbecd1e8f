"""What the simulated server takes for a valid body, and what it says of others."""

import re
from datetime import timedelta
from typing import Any, Final, NamedTuple, cast

from fntui.simulator.cron import check_cron
from fntui.simulator.numbers import dumps
from fntui.simulator.refusals import BadRequestError

REGIONS: Final = ("ams3", "blr1", "fra1", "lon1", "nyc1", "nyc3", "sfo3", "sgp1", "syd1", "tor1")
"""The datacenters in which a namespace may be made."""

MAX_BODY: Final = 1024 * 1024
"""Bytes that the body of a trigger may have."""

_MAX_HOURS: Final = 100 * 365 * 24


Json = dict[str, Any]
"""A JSON object."""


class Details(NamedTuple):
    """The settings of a scheduled trigger."""

    cron: str
    body: Json | None


class TriggerDraft(NamedTuple):
    """A trigger to create."""

    name: str
    function: str
    is_enabled: bool
    details: Details


class TriggerChange(NamedTuple):
    """What to change of a trigger; None: nothing."""

    is_enabled: bool | None
    details: Details | None


class InvalidTriggerError(BadRequestError):
    """The body of a trigger is not valid."""

    def __init__(self, verb: str, why: str) -> None:
        """Say it in the reference's form."""
        super().__init__(f"validating {verb} trigger: validation error: {why}")


def namespace_draft(payload: object) -> tuple[str, str]:
    """Return label and region.

    Raises:
        BadRequestError: The body is not of that kind.
    """
    fields = _object(payload, status=404)
    for name in ("label", "region"):
        if not _is_text(fields.get(name)):
            raise BadRequestError(f"Invalid request payload: missing {name} field", 404)
    if fields["region"] not in REGIONS:
        raise BadRequestError(
            f"Invalid request payload: unknown region {fields['region'][:100]}", 404
        )
    return fields["label"], fields["region"]


def key_name(payload: object) -> str:
    """Return the name of an access key.

    Raises:
        BadRequestError: The body has none.
    """
    name = _object(payload).get("name")
    if not isinstance(name, str) or not name:
        raise BadRequestError("Invalid request payload: missing name field")
    return name


def key_lifetime(payload: object) -> timedelta | None:
    """Return for how long a new access key is valid; None: for ever.

    Raises:
        BadRequestError: ``expires_in`` is not of that form, or not from 1h to 100 years.
    """
    expires_in = _object(payload).get("expires_in")
    if expires_in is None:
        return None
    match = re.fullmatch(r"([0-9]{1,9})([hd])", expires_in) if _is_text(expires_in) else None
    hours = 0 if match is None else int(match[1]) * {"h": 1, "d": 24}[match[2]]
    if not 1 <= hours <= _MAX_HOURS:
        raise BadRequestError(
            "Invalid request payload: expires_in must be <int>h or <int>d, at least 1h"
        )
    return timedelta(hours=hours)


def trigger_draft(payload: object) -> TriggerDraft:
    """Return the trigger to create.

    Raises:
        InvalidTriggerError: Something is missing; the message names all of it.
    """
    fields = _object(payload)
    demands = {
        "missing trigger name": _is_text(fields.get("name")),
        "missing function name": _is_text(fields.get("function")),
        "missing source details": isinstance(fields.get("scheduled_details"), dict),
        "unsupported trigger type": fields.get("type") == "SCHEDULED",
        "missing is_enabled": isinstance(fields.get("is_enabled"), bool),
    }
    unmet = [demand for demand, is_met in demands.items() if not is_met]
    if unmet:
        raise InvalidTriggerError("create", ", ".join(unmet))
    details = _details("create", fields["scheduled_details"])
    return TriggerDraft(fields["name"], fields["function"], fields["is_enabled"], details)


def trigger_change(payload: object) -> TriggerChange:
    """Return what to change of a trigger.

    Raises:
        InvalidTriggerError: ``is_enabled`` is not of that kind.
    """
    fields = _object(payload)
    is_enabled, details = fields.get("is_enabled"), fields.get("scheduled_details")
    if is_enabled is not None and not isinstance(is_enabled, bool):
        raise InvalidTriggerError("update", "is_enabled must be true or false")
    return TriggerChange(is_enabled, None if details is None else _details("update", details))


def _details(verb: str, details: object) -> Details:
    fields = cast("Json", details) if isinstance(details, dict) else {}
    cron, body = fields.get("cron"), fields.get("body")
    if not isinstance(cron, str):
        raise InvalidTriggerError(verb, "missing cron expression")
    try:
        check_cron(cron)
    except ValueError as error:
        raise InvalidTriggerError(verb, str(error)) from None
    if body is not None and not isinstance(body, dict):
        raise InvalidTriggerError(verb, "body must be an object")
    kept = cast("Json | None", body)
    if len(dumps(kept, is_ascii=False).encode(errors="replace")) > MAX_BODY:
        raise InvalidTriggerError(verb, "body is larger than 1 MB")
    return Details(cron, kept)


def _object(payload: object, status: int = 400) -> Json:
    if not isinstance(payload, dict):
        raise BadRequestError("Invalid request payload: not a JSON object", status)
    return cast("Json", payload)


def _is_text(value: Any) -> bool:  # noqa: ANN401 - whatever JSON held
    return isinstance(value, str) and value != ""
