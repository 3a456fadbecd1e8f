"""What a trigger says of its schedule, as far as it can be used, and the limits in seconds."""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from fntui.api.models import ScheduledDetails, ScheduledRuns, Trigger
from fntui.core.health import cron
from fntui.core.health.cron_syntax import readable
from fntui.core.model.snapshot import State, TriggerView

READ_DIFFERENTLY: Final = "schedule read differently"
LATE_S: Final = 15.0
"""A run that starts so much after its slot is late, in seconds."""
EPSILON: Final = timedelta(seconds=1.5)
"""By which times that mean the same may differ."""
EARLY: Final = timedelta(seconds=5)
"""A run may be stamped this much before its slot."""

_AHEAD: Final = timedelta(seconds=60)  # an answer may take that long, or clocks differ a little
_GRACE_S: Final = 90.0
_GRACE_SHARE: Final = 0.75  # of the period


class Times(Struct, frozen=True, kw_only=True):
    """What a trigger says of its schedule, as far as it can be used.

    Attributes:
        cron: None where the expression can't be read, or ``next_run_at`` contradicts our reading.
        last: ``last_run_at``; None also where the answer did not say.
        next: ``next_run_at``; None also where the answer did not say.
        note: Why cron is not used.
        lag_grace_s: How long a run may be on its way, by the publication lag that was seen.
    """

    cron: str | None
    last: datetime | None
    next: datetime | None
    note: str
    lag_grace_s: float


def text_of(trigger: Trigger) -> str:
    """Return the cron expression as the API holds it; ``""`` where it is not known."""
    details = trigger.scheduled_details
    return details.cron if isinstance(details, ScheduledDetails) else ""


def times_of(trigger: Trigger, runs: ScheduledRuns, read_at: datetime, lag_grace_s: float) -> Times:
    """Return the times by which a trigger is judged that was read at ``read_at``."""
    last = runs.last_run_at if isinstance(runs.last_run_at, datetime) else None
    upcoming = runs.next_run_at if isinstance(runs.next_run_at, datetime) else None
    text = text_of(trigger)
    usable: str | None = text if readable(text) is not None else None
    note = ""
    if usable and upcoming and not _agrees(usable, upcoming, read_at):
        usable, note = None, READ_DIFFERENTLY
    return Times(cron=usable, last=last, next=upcoming, note=note, lag_grace_s=lag_grace_s)


def _agrees(text: str, upcoming: datetime, read_at: datetime) -> bool:
    """Return True where our reading of cron gives the API's next run.

    The answer may be newer than the moment it was asked for, so a slot may lie between them.
    """
    if upcoming <= read_at:
        return is_near(cron.last_times(text, upcoming + EPSILON, 1), upcoming)
    return is_near(cron.next_times(text, read_at, 2), upcoming)


def is_near(slots: list[datetime], moment: datetime) -> bool:
    """Return True where one of the slots is meant by ``moment``."""
    return any(abs(slot - moment) <= EPSILON for slot in slots)


def slot_of_run(expression: str, started_at: datetime) -> datetime | None:
    """Return the slot that a run belongs to: the last one that was due, or is in a moment."""
    return next(iter(cron.last_times(expression, started_at + EARLY, 1)), None)


def missed_after_s(times: Times, slot: datetime) -> float:
    """Return how long after its slot a run is missed, not just late."""
    return max(usual_grace_s(times.cron, slot), times.lag_grace_s)


def usual_grace_s(expression: str | None, slot: datetime) -> float:
    """Return the grace of a slot where runs are published at once."""
    period = cron.period_s(expression, slot) if expression else None
    return _GRACE_S if period is None else min(_GRACE_S, _GRACE_SHARE * period)


def is_ahead(moment: datetime, read_at: datetime) -> bool:
    """Return True for a moment that an answer asked for at ``read_at`` could not know of."""
    return moment > read_at + _AHEAD


def is_cron_of_use(view: TriggerView) -> bool:
    """Return True where the coming times by cron may be shown as those of the trigger.

    Not where the API's next run contradicts them, or stands still, or where it plans none.
    """
    details, verdict = view.trigger.scheduled_details, view.verdict
    if not isinstance(details, ScheduledDetails) or readable(details.cron) is None:
        return False
    is_off = verdict.state in {State.STALLED, State.WONT_RUN}
    return not is_off and verdict.note != READ_DIFFERENTLY
