"""Filters that draw in ASCII what a terminal can't draw, or draws too wide.

Every sign of fntui and every line of a border has an ASCII twin of the same width; any other
character becomes as many ``?`` as it takes cells, so columns stay aligned.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from unicodedata import east_asian_width

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from typing_extensions import override

from fntui.ui.repertoire import Repertoire

TWINS: Final = str.maketrans({
    "✗": "X",
    "◔": "!",
    "●": "*",
    "○": "o",
    "‖": "=",
    "◆": "#",
    "◇": "%",
    "═": "=",
    "┊": ":",
    "·": ".",
    "•": "*",
    "…": "~",
    "–": "-",
    "—": "-",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "▾": "v",
    "▸": ">",
    "✓": "+",
    "↻": "@",
    "│": "|",
    "┃": "|",
    "▏": "|",
    "▎": "|",
    "▌": "|",
    "▊": "|",
    "▐": "|",
    "▕": "|",
    "─": "-",
    "━": "-",
    "▔": "-",
    "▁": "_",
    "▂": "_",
    "▄": "_",
    "▀": "-",
    "█": "#",
    "┌": "+",
    "┐": "+",
    "└": "+",
    "┘": "+",
    "├": "+",
    "┤": "+",
    "╭": "+",
    "╮": "+",
    "╰": "+",
    "╯": "+",
    "╸": "-",
    "╺": "-",
    "�": "?",
    "”": '"',
    "“": '"',
    "’": "'",
})  # fmt: skip


def to_ascii(text: str) -> str:
    """Return ``text`` in ASCII, as wide as it was."""
    if text.isascii():
        return text
    return "".join(c if c.isascii() else "?" * cell_len(c) for c in text.translate(TWINS))


def to_unambiguous(text: str) -> str:
    """Return ``text`` with twins for characters that are one cell wide or two, by the terminal."""
    if text.isascii():
        return text
    spelled = text.translate(TWINS)
    # Cell for cell: of a mark that is drawn over the character before it, nothing is left.
    return "".join("?" * cell_len(c) if east_asian_width(c) == "A" else c for c in spelled)


class SpellingFilter(LineFilter):
    """Spells what is drawn in another way, cell for cell."""

    def __init__(self, spell: Callable[[str], str]) -> None:
        """Spell by ``spell``."""
        super().__init__()
        self._spell = spell

    @override
    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in ASCII."""
        return [
            segment if segment.control else Segment(self._spell(segment.text), segment.style)
            for segment in segments
        ]


_FILTERS: Final[Mapping[Repertoire, Sequence[LineFilter]]] = {
    Repertoire.UNICODE: (),
    Repertoire.UNAMBIGUOUS: (SpellingFilter(to_unambiguous),),
    Repertoire.ASCII: (SpellingFilter(to_ascii),),
}


def filters_for(repertoire: Repertoire) -> Sequence[LineFilter]:
    """Return what lines go through so that they have only these characters."""
    return _FILTERS[repertoire]
