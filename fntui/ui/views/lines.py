"""What a pane shows, as values: spans of printable text with a tone, lines of them, tables.

A view is a pure function that returns lines; a pane draws them and repaints those that differ. So
whatever can be shown can be tested as text, and an unchanged answer costs nothing on the screen.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Final, Literal, NamedTuple

from rich.cells import cell_len, set_cell_size

from fntui.ui.text import printable

Tone = Literal[
    "", "dim", "title", "head", "accent", "fine", "late", "missed", "unsure", "key",
    "red", "yellow", "green", "blue", "magenta", "cyan",
]  # fmt: skip
"""What a span means; ``fntui.ui.theme`` says how that looks."""

GAP: Final = 2
"""Blank cells between two columns."""


class Span(NamedTuple):
    """Printable text of one tone; made by ``span()``, which makes it printable."""

    text: str
    tone: Tone = ""


class Line(NamedTuple):
    """One line of a pane; with a ``key``, the cursor can stand on it."""

    spans: tuple[Span, ...]
    key: Hashable = None

    @property
    def text(self) -> str:
        """Return the line as plain text."""
        return "".join(span.text for span in self.spans)


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        title: Head of the column.
        least: Cells that it needs to be worth showing.
        most: Cells that it takes at most.
        is_right: Numbers stand at the right.
        keeps_end: What does not fit is cut off at its start: the newest of a strip stays.
        rank: 0 is always shown; of the others the highest goes first where room is short.
    """

    title: str
    least: int
    most: int
    is_right: bool = False
    rank: int = 0
    keeps_end: bool = False


class Row(NamedTuple):
    """A row of a table: one span, or several, a column."""

    cells: tuple[tuple[Span, ...], ...]
    key: Hashable = None


def span(text: str, tone: Tone = "") -> Span:
    """Return a span of any text, made printable."""
    return Span(printable(text), tone)


def line(*parts: Span | str, key: Hashable = None) -> Line:
    """Return a line of spans, and of plain texts without a tone."""
    return Line(tuple(p if isinstance(p, Span) else span(p) for p in parts), key)


BLANK: Final = Line(())


def fit(spans: Iterable[Span], width: int, *, is_right: bool = False) -> tuple[Span, ...]:
    """Return spans of exactly ``width`` cells: padded, or cut with an ellipsis."""
    spans = tuple(spans)
    used = sum(cell_len(part.text) for part in spans)
    if used <= width:
        pad = Span(" " * (width - used))
        return (pad, *spans) if is_right else (*spans, pad)
    kept: list[Span] = []
    room = max(0, width - 1)
    for part in spans:
        size = cell_len(part.text)
        if room:
            kept.append(part._replace(text=set_cell_size(part.text, min(size, room))))
            room -= min(size, room)
    return (*kept, Span("…"[:width], "dim"))


def tail(spans: Iterable[Span], width: int) -> tuple[Span, ...]:
    """Return the last ``width`` characters of spans."""
    kept: list[Span] = []
    for part in reversed(tuple(spans)):
        text = part.text[max(0, len(part.text) - width) :]
        width -= len(text)
        kept.insert(0, part._replace(text=text))
    return tuple(part for part in kept if part.text)


class Layout(NamedTuple):
    """How wide each column of a table is; 0 for one that is left out."""

    columns: Sequence[Column]
    widths: Sequence[int]

    @property
    def head(self) -> Line:
        """The titles of the columns."""
        return self.line(Row(tuple((span(column.title, "head"),) for column in self.columns)))

    def line(self, row: Row) -> Line:
        """Return a row laid out."""
        return Line(_join(row.cells, self.columns, self.widths), row.key)


def layout(columns: Sequence[Column], rows: Sequence[Row], width: int) -> Layout:
    """Fit a table into ``width`` cells; ``rows`` have each column as wide as it comes."""
    wants = [
        min(
            column.most,
            max(
                [cell_len(column.title), column.least]
                + [sum(cell_len(part.text) for part in row.cells[i]) for row in rows]
            ),
        )
        for i, column in enumerate(columns)
    ]
    return Layout(columns, _widths(columns, wants, width))


def table(columns: Sequence[Column], rows: Sequence[Row], width: int) -> tuple[Line, list[Line]]:
    """Lay rows out in ``width`` cells; return the head and a line for each row."""
    laid = layout(columns, rows, width)
    return laid.head, [laid.line(row) for row in rows]


def _join(
    cells: Sequence[tuple[Span, ...]], columns: Sequence[Column], widths: Sequence[int]
) -> tuple[Span, ...]:
    spans: list[Span] = []
    for cell, column, width in zip(cells, columns, widths, strict=True):
        if width:
            if spans:
                spans.append(Span(" " * GAP))
            shown = tail(cell, width) if column.keeps_end else cell
            spans.extend(fit(shown, width, is_right=column.is_right))
    return tuple(spans)


def _widths(columns: Sequence[Column], wants: Sequence[int], width: int) -> list[int]:
    """Give each column what it wants, less where room is short, 0 to those left out."""
    shown = list(range(len(columns)))
    while True:
        room = width - GAP * (len(shown) - 1)
        short = sum(min(wants[i], columns[i].least) for i in shown) - room
        expendable = [i for i in shown if columns[i].rank]
        if short <= 0 or not expendable:
            break
        shown.remove(max(expendable, key=lambda i: columns[i].rank))
    given = {i: min(wants[i], columns[i].least) for i in shown}
    spare = max(0, room - sum(given.values()))
    for i in sorted(shown, key=lambda i: columns[i].rank):
        more = min(spare, wants[i] - given[i])
        given[i] += more
        spare -= more
    return [given.get(i, 0) for i in range(len(columns))]


def wrap(text: str, width: int) -> list[str]:
    """Break printable text into pieces of at most ``width`` cells, at blanks where it can."""
    pieces: list[str] = []
    width = max(2, width)  # a character may take two
    at = 0
    while True:
        window = text[at : at + 4 * width]  # a megabyte is not measured anew for every piece
        cut = window if cell_len(window) <= width else set_cell_size(window, width)
        if at + len(cut) >= len(text) and cut is window:
            break
        size = len(cut) if window.startswith(cut) else len(cut) - 1  # half a character is a blank
        blank = text.rfind(" ", at, at + size + 1)
        end = blank if blank - at > width // 3 else at + max(1, size)
        pieces.append(text[at:end])
        at = end
        while blank == end and text[at : at + 1] == " ":
            at += 1
    return [*pieces, text[at:]] if text[at:] or not pieces else pieces
