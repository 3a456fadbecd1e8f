"""The log: requests as they ended, and what the user did, in the order of time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from fntui.api.calls import Call
from fntui.ui.views.lines import Column, Line, Row, Span, line, span, table

Deed = tuple[datetime, str]
"""Something that the user did: when, and in words."""

_COMMON: Final = "/v2/functions/"
_COLUMNS: Final = (
    Column("TIME", 9, 9),
    Column("REQUEST", 20, 24),
    Column("STATUS", 12, 24),
    Column("MS", 5, 7, is_right=True),
    Column("TRY", 3, 3, is_right=True, rank=2),
    Column("REQUEST ID", 10, 36, rank=1),
    Column("PATH", 24, 52, rank=3),
)


def log_lines(
    calls: Iterable[Call], deeds: Iterable[Deed], show_time: Callable[[datetime], str], width: int
) -> tuple[Line, list[Line]]:
    """Return the head, and a line for each Call and Deed, which is its key; oldest first."""
    requests = list(calls)
    head, lines = table(_COLUMNS, [_row(call, show_time) for call in requests], width)
    entries = [(call.at, made) for call, made in zip(requests, lines, strict=True)]
    entries += _deeds(deeds, show_time)
    return head, [made for _, made in sorted(entries, key=lambda entry: entry[0])]


def _deeds(
    deeds: Iterable[Deed], show_time: Callable[[datetime], str]
) -> Iterator[tuple[datetime, Line]]:
    for at, words in deeds:
        yield at, line(f"{show_time(at):<9}  ", span(f"you {words}", "accent"), key=(at, words))


def _row(call: Call, show_time: Callable[[datetime], str]) -> Row:
    went_well = not call.problem
    operation = call.operation
    cells: Sequence[Span] = (
        span(show_time(call.at), "dim"),
        span(f"{operation.method} {operation.words}", "accent" if operation.is_write else ""),
        span(_status(call), "fine" if went_well else "missed"),
        span(f"{call.duration_s * 1000:,.0f}"),
        span(str(call.attempt), "" if call.attempt == 1 else "late"),
        span(call.request_id or "–", "dim"),
        span(operation.template.removeprefix(_COMMON), "dim"),
    )
    return Row(tuple((cell,) for cell in cells), call)


def _status(call: Call) -> str:
    return " ".join(filter(None, (str(call.status or ""), call.problem)))
