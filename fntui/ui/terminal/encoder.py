"""Writes cells with as few bytes as may be: moves, changes of style, and blanks that are erased."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from rich.cells import get_character_cell_size

from fntui.ui.terminal.sgr import RESET, change_of_style, is_background_alone, style_of_blank

Cell = tuple[str, str]
"""A character, with the marks on it, and the codes of its style. The right half of a wide character
has no character of its own."""

Stroke = tuple[int, int, list[Cell]]
"""Column, row, and cells from there on."""

_WORTH_ERASING: Final = 8
"""Blanks in a row that are better erased than written, if the cursor goes on behind them."""

_WORTH_ERASING_LAST: Final = 4
"""Blanks in a row that are better erased than written, if it need not."""


class Brush:
    """Collects what to send; knows where the terminal's cursor is, and in what style it writes."""

    def __init__(self, width: int, *, erases_in_colour: bool) -> None:
        """Stand nowhere yet, in the terminal's own style.

        Args:
            width: The terminal's, in cells.
            erases_in_colour: What the terminal erases has the colour that is set (terminfo: bce).
        """
        self._width = width
        self._erases_in_colour = erases_in_colour
        self._sent: list[str] = []
        self._x: int | None = None
        self._y = -1
        # Some terminals draw signs such as ● in two cells. That shifts the rest of the word; a move
        # that counts from there would shift what follows as well.
        self._is_exact = False
        self._codes = ""

    def draw(self, x: int, y: int, cells: list[Cell]) -> None:
        """Write ``cells`` from column ``x`` of row ``y``."""
        start = 0
        for first, end in self._erasable(cells):
            self._write(x + start, y, cells[start:first])
            self._erase(x + first, y, cells[first:end])
            start = end
        self._write(x + start, y, cells[start:])

    def end(self) -> str:
        """Return all that is to be sent; at its end the style is the terminal's own."""
        if self._codes:
            self._sent.append(RESET)
        return "".join(self._sent)

    def _write(self, x: int, y: int, cells: list[Cell]) -> None:
        for at, (character, codes) in enumerate(cells, x):
            if not character:
                continue
            self._move(at, y)
            if character != " " or style_of_blank(self._codes) != codes:
                self._set_style(codes)
            self._sent.append(character)
            # Terminals differ in how wide they draw the newest wide characters, and in where the
            # cursor is after the last column.
            is_sure = at + 1 < self._width and get_character_cell_size(character[0]) == 1
            self._x = at + 1 if is_sure else None
            self._is_exact &= character.isascii()

    def _erasable(self, cells: list[Cell]) -> Iterator[tuple[int, int]]:
        """Yield where stretches of blanks that are worth erasing begin and end."""
        end = 0
        for cell, stretch in groupby(cells):
            first, end = end, end + len(list(stretch))
            worth = _WORTH_ERASING if end < len(cells) else _WORTH_ERASING_LAST
            if end - first >= worth and is_erasable(cell, erases_in_colour=self._erases_in_colour):
                yield first, end

    def _erase(self, x: int, y: int, cells: list[Cell]) -> None:
        self._move(x, y)
        if style_of_blank(self._codes) != cells[0][1]:
            self._set_style(cells[0][1])
        is_rest = x + len(cells) == self._width
        self._sent.append("\x1b[K" if is_rest else f"\x1b[{len(cells)}X")

    def _move(self, x: int, y: int) -> None:
        if (x, y) != (self._x, self._y):
            self._sent.append(_way(self._x if self._is_exact else None, self._y, x, y))
            self._is_exact = True
        self._x, self._y = x, y

    def _set_style(self, codes: str) -> None:
        self._sent.append(change_of_style(self._codes, codes))
        self._codes = codes


def is_erasable(cell: Cell, *, erases_in_colour: bool) -> bool:
    """Return True if erasing makes a cell look like this one."""
    character, codes = cell
    return character == " " and is_background_alone(codes) and (erases_in_colour or not codes)


def _way(from_x: int | None, from_y: int, x: int, y: int) -> str:
    """Return what takes the cursor to column ``x`` of row ``y`` in as few bytes as may be.

    Args:
        from_x: The column where it is; None: that is not sure enough to count from it.
        from_y: The row.
        x: The column, from 0.
        y: The row, from 0.
    """
    across = [f"\x1b[{x + 1}G"]
    if from_x is not None and x > from_x:
        across.append(f"\x1b[{x - from_x}C")
    if y == from_y:
        return min(across, key=len)
    ways = [f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"]
    if from_x is not None and y == from_y + 1:
        back = "\b" * (from_x - x)  # by itself it is none of the edge's
        ways += [f"\x1b[B{way}" for way in (across if x > from_x else [back])]
    return min(ways, key=len)
