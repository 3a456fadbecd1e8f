"""A filter that draws everything in ASCII, for terminals and locales that know no more.

Every sign of fntui and every line of a border has an ASCII twin of the same width; any other
character becomes as many ``?`` as it takes cells, so columns stay aligned.
"""

from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from typing_extensions import override

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


class AsciiFilter(LineFilter):
    """Turns what is drawn into ASCII."""

    @override
    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in ASCII."""
        return [
            segment if segment.control else Segment(to_ascii(segment.text), segment.style)
            for segment in segments
        ]
