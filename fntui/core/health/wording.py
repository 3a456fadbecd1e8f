"""What a verdict means for a person: its place, whether it may still be shown, and its sentence."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from fntui.api.models import ScheduledRuns
from fntui.core.health.owed import news
from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import Reading, State, TriggerView, Verdict
from fntui.humanize import ago, listed

_STALE: Final = 3  # times the age at which a branch is read again
_STALE_FAILURES: Final = 3

_URGENCY: Final = (
    State.STALLED,
    State.MISSED,
    State.LATE,
    State.WONT_RUN,
    State.UNKNOWN,
    State.NEVER_RAN,
    State.ON_TIME,
    State.PAUSED,
)
_PROBLEMS: Final = frozenset({State.STALLED, State.MISSED, State.LATE, State.WONT_RUN})


def urgency(state: State) -> int:
    """Return the place of a state word when the worst comes first: 0 is the worst."""
    return _URGENCY.index(state)


def is_problem(state: State) -> bool:
    """Return True where a person should look."""
    return state in _PROBLEMS


def shown_verdict(view: TriggerView, reading: Reading, now: datetime) -> Verdict:
    """Return the verdict as it may be shown at ``now``: unknown once its reading is too old."""
    if is_stale(view.verdict.checked_at, reading, now):
        return Verdict(checked_at=view.verdict.checked_at)
    return view.verdict


def is_stale(read_at: datetime | None, reading: Reading, now: datetime) -> bool:
    """Return True where what was read at ``read_at`` may no longer be taken for the present."""
    if read_at is None:
        return False
    if reading.problem is not None and reading.problem.kind is ProblemKind.MISSING_SCOPE:
        return True
    return (
        reading.failures >= _STALE_FAILURES
        or (now - read_at).total_seconds() > _STALE * reading.limit_s
    )


ShowTime = Callable[[datetime], str]


def verdict_sentence(
    view: TriggerView, now: datetime, show_time: ShowTime, reading: Reading | None = None
) -> str:
    """Return what is known of a trigger at ``now``, and when it was checked.

    Args:
        view: The trigger.
        now: Server time, for ages and countdowns.
        show_time: Writes a moment as the person wants to see it.
        reading: Of the branch it stands in; its failures make the verdict unknown.
    """
    verdict = view.verdict
    if verdict.checked_at is None:
        return "unknown: not read yet"
    checked = _ago(verdict.checked_at, now)
    if is_stale(verdict.checked_at, reading or Reading(), now):
        return f"unknown: was {state_words(verdict)} when last checked, {checked}"
    parts = [part for part in (*_parts(view, now, show_time), verdict.note) if part]
    told = ", ".join(parts)
    was = "was " if verdict.state is State.MISSED and not news(view) else ""
    return f"{was}{state_words(verdict)}{': ' if told else ''}{told}; checked {checked}"


def state_words(verdict: Verdict) -> str:
    """Return the state word, with the count of missed runs: "missed 2", "missed 10 or more"."""
    if verdict.state is not State.MISSED:
        return str(verdict.state)
    more = " or more" if verdict.missed_count >= 10 else ""  # noqa: PLR2004 - as many as are kept
    return f"missed {verdict.missed_count}{more}"


def _parts(view: TriggerView, now: datetime, show_time: ShowTime) -> list[str]:
    runs = view.trigger.scheduled_runs
    last = runs.last_run_at if isinstance(runs, ScheduledRuns) else None
    upcoming = runs.next_run_at if isinstance(runs, ScheduledRuns) else None
    fired = f"last fired {show_time(last)}" if isinstance(last, datetime) else "never fired"
    match view.verdict.state:
        case State.UNKNOWN | State.NEVER_RAN:
            first = ["first run", *_countdown(upcoming, now, show_time)]
            return [" ".join(first)] if len(first) > 1 else []
        case State.PAUSED:
            return [fired] if isinstance(runs, ScheduledRuns) else []
        case State.WONT_RUN:
            return ["enabled, but no next run is planned", fired]
        case State.STALLED:
            return [f"its next run has stood at {_passed(upcoming, now, show_time)}", fired]
        case State.ON_TIME:
            fired += f" ({_ago(last, now)})" if isinstance(last, datetime) else ""
            return [fired, *(f"next {words}" for words in _countdown(upcoming, now, show_time))]
        case _:
            due = _due(view.verdict, now, show_time)
            return [f"should have fired {due}", fired, *_next(upcoming, now, show_time)]


def _due(verdict: Verdict, now: datetime, show_time: ShowTime) -> str:
    """Name the slots that are owed, newest first; the oldest of many are only counted."""
    count = verdict.missed_count if verdict.state is State.MISSED else len(verdict.owed)
    newest, *others = reversed(verdict.owed[: max(1, count)])
    shown = [f"{show_time(newest)} ({_ago(newest, now)})", *map(show_time, others[:2])]
    more = len(others) - 2
    return listed([*shown, f"{more} more"] if more > 0 else shown)


def _next(upcoming: object, now: datetime, show_time: ShowTime) -> list[str]:
    if not isinstance(upcoming, datetime) or upcoming <= now:
        return []
    return [f"next {show_time(upcoming)}"]


def _countdown(upcoming: object, now: datetime, show_time: ShowTime) -> list[str]:
    if not isinstance(upcoming, datetime):
        return []
    seconds = (upcoming - now).total_seconds()
    return [f"{show_time(upcoming)} ({f'in {ago(seconds)}' if seconds > 0 else 'due'})"]


def _passed(upcoming: object, now: datetime, show_time: ShowTime) -> str:
    return (
        f"{show_time(upcoming)} ({_ago(upcoming, now)})" if isinstance(upcoming, datetime) else ""
    )


def _ago(moment: datetime, now: datetime) -> str:
    return f"{ago((now - moment).total_seconds())} ago"
