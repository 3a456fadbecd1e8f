"""Pure: does what the server keeps agree with what was sent, and what would put it back."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from msgspec import UNSET

from fntui.api.drafts import ScheduledDetailsDraft, TriggerChange, TriggerDraft
from fntui.api.errors import UnreadableAnswer
from fntui.api.models import ScheduledDetails, Trigger, Unreadable
from fntui.api.operations import Operation
from fntui.core.health.cron_syntax import is_same, without_seconds
from fntui.json_numbers import is_same_value

_CLOCKS_APART: Final = timedelta(minutes=1)  # how far our idea of the server's time may be off


def differences(kept: Trigger, sent: TriggerChange | TriggerDraft) -> str:
    """Return how what the server keeps differs from what was sent; ``""`` if it does not.

    What an answer left out is not held against it.
    """
    found: list[str] = []
    if sent.is_enabled is not UNSET and kept.is_enabled is (not sent.is_enabled):
        found.append(
            "the server kept it paused" if sent.is_enabled else "the server kept it enabled"
        )
    wanted, details = sent.scheduled_details, kept.scheduled_details
    if isinstance(wanted, ScheduledDetailsDraft) and isinstance(details, ScheduledDetails):
        if not is_same(details.cron, wanted.cron):
            found.append(f"the server kept cron {details.cron}")
        # No body and an empty one are the same to the function.
        if details.body is not UNSET and not is_same_value(
            details.body or None, wanted.body or None
        ):
            found.append("the server kept another body")
    return ", ".join(found)


def is_listed(
    operation: Operation, name: str, names: AbstractSet[str], unreadable: Iterable[Unreadable]
) -> bool | UnreadableAnswer:
    """Return whether a list shows an object; an error where a row that can't be read may be it.

    Args:
        operation: What the list answered.
        name: Of the object, as the list identifies it.
        names: What could be read.
        unreadable: The other rows.
    """
    others = {row.name for row in unreadable}
    if name in names | others:
        return True
    if "" in others:
        return UnreadableAnswer(operation, "A part of the list can't be read.")
    return False


def may_be_new(created_at: object, asked_at: datetime) -> bool:
    """Return True where an object may have been made by what was asked for at ``asked_at``."""
    return not isinstance(created_at, datetime) or created_at >= asked_at - _CLOCKS_APART


def is_changed(base: Trigger, now: Trigger) -> bool:
    """Return True where someone changed what a write would overwrite, between two readings.

    ``updated_at`` does not count: should the API move it with every run, each edit would clash
    with nothing to show for it.
    """
    if base.is_enabled != now.is_enabled:
        return True
    before, after = base.scheduled_details, now.scheduled_details
    if isinstance(before, ScheduledDetails) and isinstance(after, ScheduledDetails):
        return not is_same(before.cron, after.cron) or not is_same_value(before.body, after.body)
    return before != after


def details_draft(trigger: Trigger) -> ScheduledDetailsDraft | None:
    """Return the details that would put the trigger back; None where the API did not show them."""
    details = trigger.scheduled_details
    if not isinstance(details, ScheduledDetails) or details.body is UNSET:
        return None
    return ScheduledDetailsDraft(cron=without_seconds(details.cron), body=details.body)


def trigger_draft(trigger: Trigger) -> TriggerDraft | None:
    """Return what would create the trigger again; None where the API did not show all of it."""
    details = details_draft(trigger)
    if details is None or not isinstance(trigger.function, str):
        return None
    if not isinstance(trigger.is_enabled, bool):
        return None
    return TriggerDraft(
        name=trigger.name,
        function=trigger.function,
        is_enabled=trigger.is_enabled,
        scheduled_details=details,
    )


def request_line(operation: Operation, **ids: str) -> str:
    """Return method and path of a request, to be shown before it is sent; it is never sent itself.

    ``api/paths.py`` builds what is sent, and refuses names that are shown here.
    """
    segments = {what: quote(name, safe="", errors="replace") for what, name in ids.items()}
    return f"{operation.method} {operation.template.format_map(segments)}"
