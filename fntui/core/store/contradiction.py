"""Does an answer contradict a write of ours, as one that lags behind it would."""

from datetime import datetime
from typing import NamedTuple

from msgspec import UNSET

from fntui.api.models import AccessKey, Namespace, ScheduledDetails, Trigger
from fntui.core.health.cron_syntax import five_fields, readable

Object = Namespace | Trigger | AccessKey


class Written(NamedTuple):
    """A write of ours.

    Attributes:
        at: Server time at which the answer to it had come.
        is_creation: It made the object.
    """

    at: datetime
    is_creation: bool


def contradicts(shown: Object | None, known: Object | None, written: Written) -> bool:
    """Return True for an answer that shows an object as it may have been before our write.

    One with a newer ``updated_at`` shows a later change by somebody else.

    Args:
        shown: What the answer shows; None: there is no such object.
        known: What is there since our write; None: we deleted it.
        written: The write.
    """
    if known is None:
        return shown is None or not is_later(shown.created_at, written.at)
    if shown is None:
        return written.is_creation
    return differs(shown, known) and not is_later(shown.updated_at, known.updated_at)


def is_later(at: object, than: object) -> bool:
    """Return True where both are moments, and the first is the later one."""
    return isinstance(at, datetime) and isinstance(than, datetime) and at > than


def differs(shown: Object, known: Object) -> bool:
    """Return True where two answers disagree in what a write can change."""
    pairs = zip(_written(shown), _written(known), strict=True)
    return any(a is not UNSET and b is not UNSET and a != b for a, b in pairs)


def _written(item: Object) -> tuple[object, ...]:
    """Return what a write can change, UNSET where it is not known."""
    if isinstance(item, Trigger):
        details = item.scheduled_details
        if not isinstance(details, ScheduledDetails):
            return item.function, item.is_enabled, UNSET, UNSET
        expression = readable(details.cron) or five_fields(details.cron)
        return item.function, item.is_enabled, expression, details.body
    return (item.name,) if isinstance(item, AccessKey) else ()
