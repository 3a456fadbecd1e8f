"""What a verdict leaves owed: runs still awaited, runs missed, and what is worth a bell."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

from fntui.api.models import ScheduledRuns
from fntui.core.health import cron
from fntui.core.health.schedule import missed_after_s, times_of, usual_grace_s
from fntui.core.model.snapshot import (
    State,
    TriggerView,
    Verdict,
    cron_of,
    next_run_at,
)

_PERIOD_S: Final = 3600.0  # where cron can't say
_OFTEN_S: Final = 120.0  # where runs come this often, one missed run is not worth a bell


class Awaited(Struct, frozen=True, kw_only=True):
    """A run that has not been seen yet.

    Attributes:
        slot_s: When it is due, in Unix seconds of the server's clock.
        period_s: From this slot to the following one.
        grace_s: After the slot: from then on a reading without the run proves that it was missed.
        looks: Readings since the slot that did not show it.
    """

    slot_s: float
    period_s: float = 3600.0
    grace_s: float = 90.0
    looks: int = 0


def awaited(view: TriggerView) -> Awaited | None:
    """Return the run that the next look may show: one owed and not given up, or the next."""
    verdict, runs = view.verdict, view.trigger.scheduled_runs
    if verdict.checked_at is None or not isinstance(runs, ScheduledRuns):
        return None
    if verdict.state in {State.PAUSED, State.WONT_RUN}:
        return None
    times = times_of(view.trigger, runs, verdict.checked_at, verdict.lag_grace_s)
    coming = cron.next_times(times.cron, verdict.checked_at, 1) if times.cron else [times.next]
    for slot in (*verdict.owed, *coming):
        grace_s = missed_after_s(times, slot) if slot else 0.0
        if slot and (verdict.checked_at - slot).total_seconds() < grace_s:
            period_s = cron.period_s(times.cron, slot) if times.cron else None
            return Awaited(slot_s=slot.timestamp(), period_s=period_s or _PERIOD_S, grace_s=grace_s)
    return None


def missed_slots(view: TriggerView) -> tuple[datetime, ...]:
    """Return the slots that the newest reading proves to have been missed, oldest first."""
    if view.verdict.state not in {State.MISSED, State.STALLED}:
        return ()
    return tuple(slot for slot, _ in _overdue(view))


def _overdue(view: TriggerView) -> Iterator[tuple[datetime, float]]:
    """Yield the slots that are owed for longer than their grace, and that grace."""
    verdict, runs = view.verdict, view.trigger.scheduled_runs
    if verdict.checked_at is None or not isinstance(runs, ScheduledRuns):
        return
    times = times_of(view.trigger, runs, verdict.checked_at, verdict.lag_grace_s)
    for slot in verdict.owed:
        grace_s = missed_after_s(times, slot)
        if (verdict.checked_at - slot).total_seconds() >= grace_s:
            yield slot, grace_s


def news(view: TriggerView) -> tuple[datetime, ...]:
    """Return the slots whose runs were missed under our eyes, not before the first reading."""
    verdict = view.verdict
    if verdict.state is not State.MISSED:
        return ()
    return tuple(slot for slot, grace_s in _overdue(view) if _is_since(verdict, slot, grace_s))


def alarming_slots(view: TriggerView) -> tuple[datetime, ...]:
    """Return the slots worth a bell: stalled or missed since we watch, not by a hair.

    A stall is one trouble, however long it lasts: its slot is the run that did not come.
    """
    verdict, upcoming = view.verdict, next_run_at(view)
    if verdict.state is State.STALLED and upcoming:
        grace_s = usual_grace_s(cron_of(view) or "", upcoming)
        is_news = _is_since(verdict, upcoming, grace_s)
        owed = [slot for slot in verdict.owed if slot >= upcoming] or [upcoming]
        slots = owed if is_news else []
        found = slots and [upcoming]
    else:
        found = slots = list(news(view))
    period_s = cron.period_s(cron_of(view) or "", slots[0]) if len(slots) == 1 else None
    return () if period_s is not None and period_s < _OFTEN_S else tuple(found)


def is_alarming(view: TriggerView) -> bool:
    """Return True for what is worth a bell."""
    return bool(alarming_slots(view))


def _is_since(verdict: Verdict, slot: datetime, grace_s: float) -> bool:
    """Return True where the first reading could not yet show that the run of ``slot`` is missed."""
    watched_from = verdict.watched_from
    return watched_from is not None and (watched_from - slot).total_seconds() < grace_s


def should_ring(before: TriggerView | None, after: TriggerView) -> bool:
    """Return True where ``after`` is alarming and ``before`` was not, or was of what is over.

    A run between two readings ends what was missed before it.
    """
    if not is_alarming(after):
        return False
    return before is None or not is_alarming(before) or _last_of(before) != _last_of(after)


def _last_of(view: TriggerView) -> object:
    runs = view.trigger.scheduled_runs
    return runs.last_run_at if isinstance(runs, ScheduledRuns) else None
