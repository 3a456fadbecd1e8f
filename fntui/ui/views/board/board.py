"""The board: triggers as a table, worst first, with what fired last and what comes next."""

from datetime import datetime
from itertools import groupby
from typing import Final

from fntui.api.models import ScheduledRuns
from fntui.core.health.board import Entry
from fntui.core.health.run_log import Strips, strips
from fntui.core.health.wording import is_problem
from fntui.core.model.snapshot import (
    Snapshot,
    State,
    TriggerView,
    Verdict,
    last_run_at,
    next_run_at,
)
from fntui.humanize import ago
from fntui.memo import derived
from fntui.ui.views.board.ranking import Ranking
from fntui.ui.views.line_source import Lines, Made
from fntui.ui.views.lines import Column, Line, Row, Span, Tone, layout, span
from fntui.ui.views.signs import state_span, tone_of
from fntui.ui.views.view_context import Lens

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


def board(
    snapshot: Snapshot, found: Ranking, lens: Lens, *, has_namespaces: bool
) -> tuple[Line, Lines]:
    """Return the head of the board and a line for each trigger."""

    def row(entry: Entry) -> Row:
        signs = strips(snapshot, entry.key.namespace_id)[entry.key.name]
        cells = _cells(entry, signs, lens.now)
        return Row(tuple(cells[i] for i in shown), entry.key)

    shown = [i for i in range(len(_COLUMNS)) if has_namespaces or i != _NAMESPACE_COLUMN]
    samples = [*found.widest, *_longest_strips(found, snapshot)]
    laid = layout([_COLUMNS[i] for i in shown], [row(entry) for entry in samples], lens.width)
    return laid.head, Made(
        len(found),
        key=lambda index: found[index].key,
        make=lambda index: laid.line(row(found[index])),
        index_of=found.index_of,
    )


def _cells(entry: Entry, signs: str, now: datetime) -> tuple[tuple[Span, ...], ...]:
    return (
        (_state(entry, now),),
        (span(entry.label, "dim"),),
        (span(entry.key.name, _name_tone(entry)),),
        (span(_text(entry.view.trigger.function), "dim"),),
        (span(_text(entry.cron), "dim"),),
        (span(_last(entry.view, now), "dim"),),
        (span(_next(entry, now), "dim" if entry.is_stale else ""),),
        strip(signs),
    )


def _longest_strips(found: Ranking, snapshot: Snapshot) -> list[Entry]:
    """Return the trigger with the longest strip, in a list; one that is full is enough."""
    longest, most = list[Entry](), -1
    for part in found.parts.values() or ([found] if found else []):
        entry, size = _longest_strip(part, strips(snapshot, part[0].key.namespace_id))
        if size > most:
            longest, most = [entry], size
        if most >= STRIP_LENGTH:
            break
    return longest


@derived
def _longest_strip(part: Ranking, of: Strips) -> tuple[Entry, int]:
    full = next((entry for entry in part if len(of[entry.key.name]) >= STRIP_LENGTH), None)
    longest = full or max(part, key=lambda entry: len(of[entry.key.name]))
    return longest, len(of[longest.key.name])


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


def strip(signs: str, length: int = STRIP_LENGTH) -> tuple[Span, ...]:
    """Return the last signs of a strip, oldest first; equal ones are one span."""
    return tuple(
        Span(_STRIP_SIGNS.get(sign, sign) * len(list(same)), _STRIP_TONES[sign])
        for sign, same in groupby(signs[-length:])
    )
