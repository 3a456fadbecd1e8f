"""What the terminal shows, cell by cell, so that only what differs is sent to it.

Textual draws a line anew when anything on it has changed, and the screen when another one opens or
closes. Over a slow line that is what a person waits for. Here every update is compared with what
the terminal has already, and what goes out is moves of its cursor, changes of style, and the cells
that differ. Nothing else can: what a cell holds is made printable first.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from rich.cells import get_character_cell_size
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip
from typing_extensions import override

from fntui.ui.terminal.encoder import Brush, Cell, Stroke, is_erasable
from fntui.ui.terminal.sgr import shortened, style_of_blank
from fntui.ui.text import printable

_UNKNOWN: Final[Cell] = ("\0", "")

_WORTH_A_MOVE: Final = 5
"""Cells from one that differs to the next: as many bytes as a move takes."""


class Picture:
    """What the terminal shows; at first it is not known."""

    def __init__(self, *, erases_in_colour: bool, has_colour: bool = True) -> None:
        """Know nothing.

        Args:
            erases_in_colour: What the terminal erases has the colour that is set (terminfo: bce).
            has_colour: False: leave out every colour, and keep attributes such as bold.
        """
        self._erases_in_colour = erases_in_colour
        self._has_colour = has_colour
        self._size = Size(0, 0)
        self._rows: list[list[Cell]] = []

    def forget(self) -> None:
        """Take nothing for known: the terminal was someone else's, or has another size."""
        self._rows = [[_UNKNOWN] * self._size.width for _ in range(self._size.height)]

    def changes(self, update: CompositorUpdate, size: Size, colours: ColorSystem) -> str:
        """Return what makes the terminal show ``update``, and take it for shown.

        Args:
            update: What Textual would draw.
            size: The terminal's, in cells.
            colours: What colours the terminal has.
        """
        if size != self._size:
            self._size = size
            self.forget()
        strokes: list[Stroke] = []
        for x, y, strips in _pieces(update):
            if y < size.height:
                cells = _cells(strips, colours if self._has_colour else None)
                strokes.extend(self._changed(x, y, cells))
        return min((self._drawn(order) for order in _orders(strokes)), key=len)

    def _changed(self, x: int, y: int, cells: list[Cell]) -> Iterator[Stroke]:
        """Yield what differs of ``cells`` from column ``x`` of row ``y``, and take it for shown."""
        known = self._rows[y]
        del cells[max(0, len(known) - x) :]
        changed = [i for i, cell in enumerate(cells) if known[x + i] != cell]
        known[x : x + len(cells)] = cells
        if changed and x + len(cells) == len(known) and self._is_erasable(cells[changed[-1] :]):
            changed.append(len(cells) - 1)  # to erase the rest of a row takes three bytes
        for first, last in self._stretches(changed, cells):
            yield x + first, y, cells[first : last + 1]

    def _stretches(self, places: list[int], cells: list[Cell]) -> list[tuple[int, int]]:
        """Return first and last of each stretch of ``places``.

        Neither a small gap nor one of the same blanks as on both sides breaks it.
        """
        found: list[tuple[int, int]] = []
        for place in places:
            if found:
                first, last = found[-1]
                if place - last <= _WORTH_A_MOVE or self._is_erasable(cells[last : place + 1]):
                    found[-1] = (first, place)
                    continue
            found.append((place, place))
        return found

    def _is_erasable(self, cells: list[Cell]) -> bool:
        """Return True if all of these are one and the same blank, and erasing makes it."""
        return is_erasable(cells[0], erases_in_colour=self._erases_in_colour) and (
            cells.count(cells[0]) == len(cells)
        )

    def _drawn(self, strokes: Iterable[Stroke]) -> str:
        brush = Brush(self._size.width, erases_in_colour=self._erases_in_colour)
        for stroke in strokes:
            brush.draw(*stroke)
        return brush.end()


class Difference(CompositorUpdate):
    """An update of the screen, sent as what differs from what the terminal shows."""

    def __init__(self, update: CompositorUpdate, picture: Picture, size: Size) -> None:
        """Stand in for ``update``, on a terminal of ``size`` that shows ``picture``."""
        self._update = update
        self._picture = picture
        self._size = size

    @override
    def render_segments(self, console: Console) -> str:
        """Return what is to be sent."""
        # Private: in public, Rich tells the name of it only.
        colours = console._color_system or ColorSystem.TRUECOLOR  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
        return self._picture.changes(self._update, self._size, colours)


def _pieces(update: CompositorUpdate) -> Iterator[tuple[int, int, Iterable[Strip]]]:
    """Yield column, row and strips of all that ``update`` draws."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            yield update.region.x, y, strips
    elif isinstance(update, ChopsUpdate):
        for y in sorted({y for y, _, _ in update.spans}):
            for x, strip in update.chops[y].items():
                if strip is not None:
                    yield x, y, [strip]


def _cells(strips: Iterable[Strip], colours: ColorSystem | None) -> list[Cell]:
    cells: list[Cell] = []
    for strip in strips:
        for segment in strip:
            codes = _codes(segment.style, colours) if segment.style else ""
            _add(cells, printable(segment.text), codes)
    return cells


def _add(cells: list[Cell], text: str, codes: str) -> None:
    blank = (" ", style_of_blank(codes))
    if text.isascii():
        cells += [blank if character == " " else (character, codes) for character in text]
        return
    for character in text:
        width = get_character_cell_size(character)
        if width:
            cells.append(blank if character == " " else (character, codes))
            cells += [("", codes)] * (width - 1)
        elif cells:  # a mark on the character before
            at = -1 if cells[-1][0] else -2
            cells[at] = (cells[at][0] + character, cells[at][1])


def _orders(strokes: list[Stroke]) -> Iterator[list[Stroke]]:
    """Yield orders in which to draw: by place; and by style, with moves for changes of style.

    What is wide is drawn by place alone: terminals differ in how much of what follows it covers.
    """
    yield strokes
    if all(map(_is_narrow, (character for *_, cells in strokes for character, _ in cells))):
        by_style: dict[str, list[Stroke]] = {}
        for stroke in strokes:
            for style, run in _runs(*stroke):
                by_style.setdefault(style, []).append(run)
        yield [run for runs in by_style.values() for run in runs]


def _runs(x: int, y: int, cells: list[Cell]) -> Iterator[tuple[str, Stroke]]:
    """Yield the parts of a stroke that are drawn in one style each, and their styles.

    Blanks belong to what stands before them, if they look the same in its style.
    """
    start, style = 0, cells[0][1]
    for at, (character, codes) in enumerate(cells):
        if codes != (style_of_blank(style) if character == " " else style):
            yield style, (x + start, y, cells[start:at])
            start, style = at, codes
    yield style, (x + start, y, cells[start:])


@lru_cache(maxsize=4096)
def _is_narrow(character: str) -> bool:
    return len(character) == 1 and get_character_cell_size(character) == 1


@lru_cache(maxsize=4096)
def _codes(style: Style, colours: ColorSystem | None) -> str:
    """Return the codes of ``style`` in these colours; None: only its attributes."""
    if colours is None:
        return shortened(Strip.render_ansi(style.without_color, ColorSystem.STANDARD))
    return shortened(Strip.render_ansi(style, colours))
