"""Is a trigger on time, late, missed, paused …, and why.

A verdict is drawn from a reading, never from the clock alone: what the reading could not yet show
is not held against the trigger. ``owed`` are the slots whose run has not been seen; they come from
cron where the API's ``next_run_at`` confirms our reading of it, else from ``next_run_at``.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct, structs

from fntui.api.models import ScheduledDetails, ScheduledRuns, Trigger
from fntui.core.health import cron
from fntui.core.health.cron_syntax import is_same, readable
from fntui.core.model.snapshot import State, TriggerView, Verdict, last_run_at
from fntui.humanize import ago

READ_DIFFERENTLY: Final = "schedule read differently"
LATE_S: Final = 15.0
"""A run that starts so much after its slot is late, in seconds."""

_EPSILON: Final = timedelta(seconds=1.5)  # by which times that mean the same may differ
_EARLY: Final = timedelta(seconds=5)  # a run may be stamped this much before its slot
_AHEAD: Final = timedelta(seconds=60)  # an answer may take that long, or clocks differ a little
_GRACE_S: Final = 90.0
_GRACE_SHARE: Final = 0.75  # of the period
_OWED_MAX: Final = 10
_PERIOD_S: Final = 3600.0  # where cron does not tell
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


class _Times(Struct, frozen=True, kw_only=True):
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


def judge(
    trigger: Trigger,
    read_at: datetime | None,
    previous: TriggerView | None,
    lag_grace_s: float = 0.0,
) -> Verdict:
    """Return what a reading proves.

    Args:
        trigger: As the reading shows it.
        read_at: Server time at which its ``scheduled_runs`` (if it is paused, the trigger) were
            asked for; None: never.
        previous: What was known before; None for the first reading.
        lag_grace_s: How long after its slot a run may still be on its way, by the publication lag
            that was seen in the account.
    """
    verdict = _judged(trigger, read_at, previous, lag_grace_s)
    known = previous.verdict if previous else Verdict()
    return structs.replace(
        verdict,
        counted_from=verdict.counted_from or known.counted_from,
        watched_from=known.watched_from or verdict.checked_at,
    )


def _judged(
    trigger: Trigger, read_at: datetime | None, previous: TriggerView | None, lag_grace_s: float
) -> Verdict:
    if trigger.is_enabled is False:
        return Verdict(state=State.PAUSED, checked_at=read_at)
    runs = trigger.scheduled_runs
    if read_at is None or trigger.is_enabled is not True or not isinstance(runs, ScheduledRuns):
        return Verdict()
    if runs.next_run_at is None or cron.never_matches(_cron_of(trigger)):
        return Verdict(state=State.WONT_RUN, checked_at=read_at)
    times = _times(trigger, runs, read_at, lag_grace_s)
    if times.cron is None and times.next is None:
        return Verdict(checked_at=read_at, note="neither its schedule nor its next run can be read")
    base, run_slot = _counted_from(trigger, times, read_at, previous), _run_slot(times, previous)
    since = _since(times, base, read_at, previous)
    owed = _owed(times, since, run_slot, read_at, previous)
    missed = sum((read_at - slot).total_seconds() >= _grace_s(times, slot) for slot in owed)
    is_stalled = _is_stalled(times, since, read_at, previous)
    state = State.STALLED if is_stalled else _state(times, owed, missed, read_at)
    return Verdict(
        state=state,
        checked_at=read_at,
        owed=owed,
        missed_count=missed if state is State.MISSED else 0,
        counted_from=base,
        run_slot=run_slot,
        lag_grace_s=lag_grace_s,
        note=times.note or _ran_late(times, run_slot, previous),
    )


def _cron_of(trigger: Trigger) -> str:
    details = trigger.scheduled_details
    return details.cron if isinstance(details, ScheduledDetails) else ""


def _times(trigger: Trigger, runs: ScheduledRuns, read_at: datetime, lag_grace_s: float) -> _Times:
    last = runs.last_run_at if isinstance(runs.last_run_at, datetime) else None
    upcoming = runs.next_run_at if isinstance(runs.next_run_at, datetime) else None
    text = _cron_of(trigger)
    usable: str | None = text if readable(text) is not None else None
    note = ""
    if usable and upcoming and not _agrees(usable, upcoming, read_at):
        usable, note = None, READ_DIFFERENTLY
    return _Times(cron=usable, last=last, next=upcoming, note=note, lag_grace_s=lag_grace_s)


def _agrees(text: str, upcoming: datetime, read_at: datetime) -> bool:
    """Return True where our reading of cron gives the API's next run.

    The answer may be newer than the moment it was asked for, so a slot may lie between them.
    """
    if upcoming <= read_at:
        return _near(cron.last_times(text, upcoming + _EPSILON, 1), upcoming)
    return _near(cron.next_times(text, read_at, 2), upcoming)


def _near(slots: list[datetime], moment: datetime) -> bool:
    return any(abs(slot - moment) <= _EPSILON for slot in slots)


def _counted_from(
    trigger: Trigger, times: _Times, read_at: datetime, previous: TriggerView | None
) -> datetime | None:
    """Return the moment before which nothing is owed: the last change or re-enabling.

    What is said to be later than the reading counts for nothing.
    """
    moments = [trigger.updated_at]
    if previous is not None:
        is_other = previous.trigger.is_enabled is False or _is_other(previous.trigger, trigger)
        moments += [previous.verdict.counted_from, read_at if is_other else None]
    known = (moment for moment in moments if isinstance(moment, datetime))
    base = max((each for each in known if not is_ahead(each, read_at)), default=None)
    return read_at if base is None and times.last is None else base


def _since(
    times: _Times, base: datetime | None, read_at: datetime, previous: TriggerView | None
) -> datetime:
    """Return the moment after which slots are owed by this reading."""
    moments = [base, times.last, read_at if previous and _jumps(times, previous) else None]
    return max(moment for moment in moments if moment is not None)


def _is_other(before: Trigger, now: Trigger) -> bool:
    """Return True where slots before this reading may be of another schedule, or trigger.

    ``updated_at`` may be left out, and need not move with every change.
    """
    texts = _cron_of(before), _cron_of(now)
    is_retimed = all(texts) and not is_same(*texts)
    return is_retimed or _is_recreated(before, now)


def _is_recreated(before: Trigger, now: Trigger) -> bool:
    then, at = before.created_at, now.created_at
    return isinstance(then, datetime) and isinstance(at, datetime) and then != at


def _jumps(times: _Times, previous: TriggerView) -> bool:
    """Return True where the next run moved, and the old schedule does not lead to the new one."""
    promised = _next_of(previous)
    if promised is None or times.next is None or times.next == promised:
        return False
    text = _cron_of(previous.trigger)
    if readable(text) is None or previous.verdict.note == READ_DIFFERENTLY:
        return times.next < promised and (times.last is None or times.last < times.next)
    return not _near(cron.last_times(text, times.next + _EPSILON, 1), times.next)


def is_ahead(moment: datetime, read_at: datetime) -> bool:
    """Return True for a moment that an answer asked for at ``read_at`` could not know of."""
    return moment > read_at + _AHEAD


def _owed(
    times: _Times,
    since: datetime,
    run_slot: datetime | None,
    read_at: datetime,
    previous: TriggerView | None,
) -> tuple[datetime, ...]:
    if times.cron is not None:
        slots, early = cron.last_times(times.cron, read_at, _OWED_MAX), _EPSILON
    else:
        # Without cron only what the API itself promised, now or earlier, can be owed.
        slots, early = [*_promised(previous), *([times.next] if times.next else [])], _EARLY
    due = {
        slot
        for slot in slots
        if since + early < slot <= read_at and (run_slot is None or slot > run_slot)
    }
    return tuple(sorted(due)[-_OWED_MAX:])


def _run_slot(times: _Times, previous: TriggerView | None) -> datetime | None:
    """Return the slot that the last run belongs to; None where that can't be told.

    A run just before a slot is that slot's, unless the slot before it is still without one: then it
    is that one's, and late.
    """
    if times.cron is None or times.last is None:
        return None
    known = previous.verdict.run_slot if previous else None
    if known is not None and previous is not None and last_run_at(previous) == times.last:
        return known
    slot = slot_of_run(times.cron, times.last)
    if slot is None or slot <= times.last or known is None:
        return slot
    before = next(iter(cron.last_times(times.cron, times.last, 1)), slot)
    return slot if known >= before else before


def slot_of_run(expression: str, started_at: datetime) -> datetime | None:
    """Return the slot that a run belongs to: the last one that was due, or is in a moment."""
    return next(iter(cron.last_times(expression, started_at + _EARLY, 1)), None)


def _promised(previous: TriggerView | None) -> list[datetime]:
    if previous is None:
        return []
    runs = previous.trigger.scheduled_runs
    upcoming = runs.next_run_at if isinstance(runs, ScheduledRuns) else None
    return [*previous.verdict.owed, *([upcoming] if isinstance(upcoming, datetime) else [])]


def _grace_s(times: _Times, slot: datetime) -> float:
    """Return how long after its slot a run is missed, not just late."""
    return max(usual_grace_s(times.cron, slot), times.lag_grace_s)


def usual_grace_s(expression: str | None, slot: datetime) -> float:
    """Return the grace of a slot where runs are published at once."""
    period = cron.period_s(expression, slot) if expression else None
    return _GRACE_S if period is None else min(_GRACE_S, _GRACE_SHARE * period)


def _is_stalled(
    times: _Times, since: datetime, read_at: datetime, previous: TriggerView | None
) -> bool:
    """Return True where the next run stands in the past, and has not moved since it was read.

    Not where that run is there: then it is only ``next_run_at`` that was not brought up to date.
    """
    if times.next is None or (previous and _next_of(previous) not in {None, times.next}):
        return False
    if times.last is not None and times.last >= times.next - _EARLY:
        return False
    # A change or re-enabling gives the scheduler its grace again.
    stood_s = (read_at - max(times.next, since)).total_seconds()
    return stood_s > _grace_s(times, times.next)


def _state(times: _Times, owed: tuple[datetime, ...], missed: int, read_at: datetime) -> State:
    if missed:
        return State.MISSED
    if owed and (read_at - owed[0]).total_seconds() >= LATE_S:
        return State.LATE
    return State.ON_TIME if times.last else State.NEVER_RAN


def _next_of(view: TriggerView) -> datetime | None:
    runs = view.trigger.scheduled_runs
    upcoming = runs.next_run_at if isinstance(runs, ScheduledRuns) else None
    return upcoming if isinstance(upcoming, datetime) else None


def _ran_late(times: _Times, run_slot: datetime | None, previous: TriggerView | None) -> str:
    """Return how late the newest run was, if its slot was awaited; kept until the next run."""
    if previous is None or times.last is None:
        return ""
    runs = previous.trigger.scheduled_runs
    if isinstance(runs, ScheduledRuns) and runs.last_run_at == times.last:
        return previous.verdict.note if previous.verdict.note.startswith("ran ") else ""
    slots = [slot for slot in _promised(previous) if slot <= times.last + _EPSILON]
    slot = run_slot or max(slots, default=None)
    # A run of a later slot says nothing of the one that was awaited: that one was missed.
    if slot is None or slot not in previous.verdict.owed:
        return ""
    delay_s = (times.last - slot).total_seconds()
    return f"ran {ago(delay_s)} late" if delay_s >= LATE_S else ""


def is_cron_of_use(view: TriggerView) -> bool:
    """Return True where the coming times by cron may be shown as those of the trigger.

    Not where the API's next run contradicts them, or stands still, or where it plans none.
    """
    details, verdict = view.trigger.scheduled_details, view.verdict
    if not isinstance(details, ScheduledDetails) or readable(details.cron) is None:
        return False
    is_off = verdict.state in {State.STALLED, State.WONT_RUN}
    return not is_off and verdict.note != READ_DIFFERENTLY


def awaited(view: TriggerView) -> Awaited | None:
    """Return the run that the next look may show: one owed and not given up, or the next."""
    verdict, runs = view.verdict, view.trigger.scheduled_runs
    if verdict.checked_at is None or not isinstance(runs, ScheduledRuns):
        return None
    if verdict.state in {State.PAUSED, State.WONT_RUN}:
        return None
    times = _times(view.trigger, runs, verdict.checked_at, verdict.lag_grace_s)
    coming = cron.next_times(times.cron, verdict.checked_at, 1) if times.cron else [times.next]
    for slot in (*verdict.owed, *coming):
        grace_s = _grace_s(times, slot) if slot else 0.0
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
    times = _times(view.trigger, runs, verdict.checked_at, verdict.lag_grace_s)
    for slot in verdict.owed:
        grace_s = _grace_s(times, slot)
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
    verdict, upcoming = view.verdict, _next_of(view)
    if verdict.state is State.STALLED and upcoming:
        grace_s = usual_grace_s(_cron_of(view.trigger), upcoming)
        is_news = _is_since(verdict, upcoming, grace_s)
        owed = [slot for slot in verdict.owed if slot >= upcoming] or [upcoming]
        slots = owed if is_news else []
        found = slots and [upcoming]
    else:
        found = slots = list(news(view))
    period_s = cron.period_s(_cron_of(view.trigger), slots[0]) if len(slots) == 1 else None
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
