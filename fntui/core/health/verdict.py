"""Is a trigger on time, late, missed, paused …, and why.

A verdict is drawn from a reading, never from the clock alone: what the reading could not yet show
is not held against the trigger. ``owed`` are the slots whose run has not been seen; they come from
cron where the API's ``next_run_at`` confirms our reading of it, else from ``next_run_at``.
"""

from datetime import datetime
from typing import Final

from msgspec import structs

from fntui.api.models import ScheduledRuns, Trigger
from fntui.core.health import cron
from fntui.core.health.cron_syntax import is_same, readable
from fntui.core.health.schedule import (
    EARLY,
    EPSILON,
    LATE_S,
    READ_DIFFERENTLY,
    Times,
    is_ahead,
    is_near,
    missed_after_s,
    slot_of_run,
    text_of,
    times_of,
)
from fntui.core.model.snapshot import State, TriggerView, Verdict, last_run_at, next_run_at
from fntui.humanize import ago

_OWED_MAX: Final = 10


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
    if runs.next_run_at is None or cron.never_matches(text_of(trigger)):
        return Verdict(state=State.WONT_RUN, checked_at=read_at)
    times = times_of(trigger, runs, read_at, lag_grace_s)
    if times.cron is None and times.next is None:
        return Verdict(checked_at=read_at, note="neither its schedule nor its next run can be read")
    base, run_slot = _counted_from(trigger, times, read_at, previous), _run_slot(times, previous)
    since = _since(times, base, read_at, previous)
    owed = _owed(times, since, run_slot, read_at, previous)
    missed = sum((read_at - slot).total_seconds() >= missed_after_s(times, slot) for slot in owed)
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


def _counted_from(
    trigger: Trigger, times: Times, read_at: datetime, previous: TriggerView | None
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
    times: Times, base: datetime | None, read_at: datetime, previous: TriggerView | None
) -> datetime:
    """Return the moment after which slots are owed by this reading."""
    moments = [base, times.last, read_at if previous and _jumps(times, previous) else None]
    return max(moment for moment in moments if moment is not None)


def _is_other(before: Trigger, now: Trigger) -> bool:
    """Return True where slots before this reading may be of another schedule, or trigger.

    ``updated_at`` may be left out, and need not move with every change.
    """
    texts = text_of(before), text_of(now)
    is_retimed = all(texts) and not is_same(*texts)
    return is_retimed or _is_recreated(before, now)


def _is_recreated(before: Trigger, now: Trigger) -> bool:
    then, at = before.created_at, now.created_at
    return isinstance(then, datetime) and isinstance(at, datetime) and then != at


def _jumps(times: Times, previous: TriggerView) -> bool:
    """Return True where the next run moved, and the old schedule does not lead to the new one."""
    promised = next_run_at(previous)
    if promised is None or times.next is None or times.next == promised:
        return False
    text = text_of(previous.trigger)
    if readable(text) is None or previous.verdict.note == READ_DIFFERENTLY:
        return times.next < promised and (times.last is None or times.last < times.next)
    return not is_near(cron.last_times(text, times.next + EPSILON, 1), times.next)


def _owed(
    times: Times,
    since: datetime,
    run_slot: datetime | None,
    read_at: datetime,
    previous: TriggerView | None,
) -> tuple[datetime, ...]:
    if times.cron is not None:
        slots, early = cron.last_times(times.cron, read_at, _OWED_MAX), EPSILON
    else:
        # Without cron only what the API itself promised, now or earlier, can be owed.
        slots, early = [*_promised(previous), *([times.next] if times.next else [])], EARLY
    due = {
        slot
        for slot in slots
        if since + early < slot <= read_at and (run_slot is None or slot > run_slot)
    }
    return tuple(sorted(due)[-_OWED_MAX:])


def _run_slot(times: Times, previous: TriggerView | None) -> datetime | None:
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


def _promised(previous: TriggerView | None) -> list[datetime]:
    if previous is None:
        return []
    runs = previous.trigger.scheduled_runs
    upcoming = runs.next_run_at if isinstance(runs, ScheduledRuns) else None
    return [*previous.verdict.owed, *([upcoming] if isinstance(upcoming, datetime) else [])]


def _is_stalled(
    times: Times, since: datetime, read_at: datetime, previous: TriggerView | None
) -> bool:
    """Return True where the next run stands in the past, and has not moved since it was read.

    Not where that run is there: then it is only ``next_run_at`` that was not brought up to date.
    """
    if times.next is None or (previous and next_run_at(previous) not in {None, times.next}):
        return False
    if times.last is not None and times.last >= times.next - EARLY:
        return False
    # A change or re-enabling gives the scheduler its grace again.
    stood_s = (read_at - max(times.next, since)).total_seconds()
    return stood_s > missed_after_s(times, times.next)


def _state(times: Times, owed: tuple[datetime, ...], missed: int, read_at: datetime) -> State:
    if missed:
        return State.MISSED
    if owed and (read_at - owed[0]).total_seconds() >= LATE_S:
        return State.LATE
    return State.ON_TIME if times.last else State.NEVER_RAN


def _ran_late(times: Times, run_slot: datetime | None, previous: TriggerView | None) -> str:
    """Return how late the newest run was, if its slot was awaited; kept until the next run."""
    if previous is None or times.last is None:
        return ""
    runs = previous.trigger.scheduled_runs
    if isinstance(runs, ScheduledRuns) and runs.last_run_at == times.last:
        return previous.verdict.note if previous.verdict.note.startswith("ran ") else ""
    slots = [slot for slot in _promised(previous) if slot <= times.last + EPSILON]
    slot = run_slot or max(slots, default=None)
    # A run of a later slot says nothing of the one that was awaited: that one was missed.
    if slot is None or slot not in previous.verdict.owed:
        return ""
    delay_s = (times.last - slot).total_seconds()
    return f"ran {ago(delay_s)} late" if delay_s >= LATE_S else ""
