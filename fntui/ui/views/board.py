"""The board: triggers as a table, worst first, with what fired last and what comes next."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from fntui.api.models import ScheduledRuns
from fntui.core.board import (
    Entry,
    by_name,
    by_next,
    by_urgency,
    cron_of,
    entries_of,
    last_run_at,
    next_run_at,
)
from fntui.core.snapshot import (
    AccessKeyKey,
    NamespaceView,
    Record,
    Snapshot,
    State,
    TriggerKey,
    TriggerView,
    Verdict,
)
from fntui.core.verdicts import is_problem
from fntui.core.words import ago
from fntui.ui.views.lens import Lens, Sight, Sort
from fntui.ui.views.lines import Column, Line, Row, Span, Tone, span, table
from fntui.ui.views.signs import state_span, tone_of

STRIP_LENGTH: Final = 12
_STRIP_SIGNS: Final = {".": "·"}
_STRIP_TONES: Final[dict[str, Tone]] = {
    "|": "fine",
    "+": "late",
    "!": "missed",
    "=": "dim",
    ".": "dim",
}

_COLUMNS: Final = (
    Column("STATE", 10, 15),
    Column("NAMESPACE", 9, 16, rank=2),
    Column("TRIGGER", 14, 30),
    Column("FUNCTION", 14, 24, rank=5),
    Column("CRON", 13, 22, rank=3),
    Column("LAST", 8, 9, is_right=True),
    Column("NEXT", 7, 9, is_right=True),
    Column("RUNS", 8, STRIP_LENGTH, is_right=True, rank=4, keeps_end=True),
)
_NAMESPACE_COLUMN: Final = 1


def entries(
    namespaces: Iterable[NamespaceView],
    sight: Sight,
    now: datetime,
    acknowledged: Collection[TriggerKey | AccessKeyKey] = (),
) -> list[Entry]:
    """Return the triggers that the filter lets through, in the chosen order."""
    found = [
        entry
        for namespace in namespaces
        for entry in entries_of([namespace], now, acknowledged)
        if sight.lets(entry.key.name, entry.view.trigger.function, namespace.namespace.label)
    ]
    if sight.is_problems_only:
        found = [entry for entry in found if is_problem(entry.verdict.state)]
    return sorted(found, key=_ORDERS[sight.sort])


_ORDERS: Final[dict[Sort, Callable[[Entry], tuple[Any, ...]]]] = {
    Sort.URGENCY: by_urgency,
    Sort.NAME: by_name,
    Sort.NEXT: by_next,
}


def board(
    snapshot: Snapshot, found: list[Entry], lens: Lens, *, has_namespaces: bool
) -> tuple[Line, list[Line]]:
    """Return the head of the board and a line for each trigger."""
    rows = [
        Row(
            (
                (_state(entry, lens.now),),
                (span(entry.label, "dim"),),
                (span(entry.key.name, _name_tone(entry)),),
                (span(_text(entry.view.trigger.function), "dim"),),
                (span(_text(cron_of(entry.view)), "dim"),),
                (span(_last(entry.view, lens.now), "dim"),),
                (span(_next(entry, lens.now), "dim" if entry.is_stale else ""),),
                strip(snapshot.records.get(entry.key)),
            ),
            entry.key,
        )
        for entry in found
    ]
    columns = list(_COLUMNS)
    if not has_namespaces:
        columns.pop(_NAMESPACE_COLUMN)
        rows = [
            row._replace(cells=row.cells[:_NAMESPACE_COLUMN] + row.cells[_NAMESPACE_COLUMN + 1 :])
            for row in rows
        ]
    return table(columns, rows, lens.width)


def _state(entry: Entry, now: datetime) -> Span:
    since = _late_since(entry.verdict, now)
    return state_span(entry.verdict, since, is_acknowledged=entry.is_acknowledged)


def _name_tone(entry: Entry) -> Tone:
    if entry.is_stale:
        return "dim"
    is_news = is_problem(entry.verdict.state) and not entry.is_acknowledged
    return tone_of(entry.verdict.state) if is_news else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else "?"


def _late_since(verdict: Verdict, now: datetime) -> str:
    if verdict.state is not State.LATE or not verdict.owed:
        return ""
    return ago((now - verdict.owed[0]).total_seconds())


def _last(view: TriggerView, now: datetime) -> str:
    runs = view.trigger.scheduled_runs
    if not isinstance(runs, ScheduledRuns):
        return "?"
    at = last_run_at(view)
    return f"{ago((now - at).total_seconds())} ago" if at else "never"


def _next(entry: Entry, now: datetime) -> str:
    if entry.verdict.state is State.PAUSED:
        return "–"
    if not isinstance(entry.view.trigger.scheduled_runs, ScheduledRuns):
        return "?"
    at = next_run_at(entry.view)
    if at is None:
        return "–"
    seconds = (at - now).total_seconds()
    return f"in {ago(seconds)}" if seconds > 0 else "due"


def strip(record: Record | None, length: int = STRIP_LENGTH) -> tuple[Span, ...]:
    """Return what became of the last slots, oldest first, a sign each; equal ones are one span."""
    signs = record.strip[-length:] if record else ""
    return tuple(
        Span(_STRIP_SIGNS.get(sign, sign) * len(list(same)), _STRIP_TONES[sign])
        for sign, same in groupby(signs)
    )
