"""The only way from a str to the screen.

Names, labels, error messages: all text from elsewhere may hold escape sequences, bidirectional
overrides, zero-width characters, half surrogates or markup. Textual passes them to the terminal as
they are, and reads markup in plain strings. Here every such character gets a visible stand-in of
one cell, and what comes out is only ever handed on as ``Content`` or ``Segment``, never as markup.
The last gate, for whatever forgot to come by here, is ``ControlFilter``.
"""

import json
import re
from typing import Any

from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter
from typing_extensions import override

from fntui.json_numbers import dumps
from fntui.printable import HAZARD, printable

__all__ = ["ControlFilter", "content", "printable", "printable_json"]


def printable_json(value: Any) -> list[str]:  # noqa: ANN401 - any JSON value
    r"""Return ``value`` as lines of indented JSON; hazards are ``\u`` escapes: nothing is lost."""
    text = dumps(value, indent=2, ensure_ascii=False)
    return [HAZARD.sub(_escape, line) for line in text.split("\n")]


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def content(text: str, style: str = "") -> Content:
    """Return any text as content for a widget: printable, its line ends kept, no markup read."""
    return Content("\n".join(printable(line) for line in text.split("\n"))).stylize(style)


class ControlFilter(LineFilter):
    """The last gate before the terminal: no cell may hold a character that acts on it."""

    @override
    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments, hazards replaced; the program's own controls are not text."""
        return [
            Segment(printable(segment.text), segment.style)
            if segment.control is None and HAZARD.search(segment.text)
            else segment
            for segment in segments
        ]
