"""Text as an attacker, a paste or a fuzzer would have it."""

import re

from hypothesis import strategies as st

from fntui.ui.text import HAZARDS

HAZARD = re.compile(f"[{HAZARDS}]")

PAYLOADS = (
    "\x1b]0;owned\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2J\x1b[31mred",
    "\x9b31m",
    "a\tb\r\nc\x00d\x7f",
    "\u202egnirts\u202c",
    "zero\u200bwidth\ufeff",
    "half\ud800",
    "e" + "\u0301" * 40,
    "[red]x[/]",
    "[/x]",
    "[@click=app.quit]go[/]",
    "汉字" * 30,
    "x" * 500,
)
"""Each acts on a terminal, on markup, or on a layout."""


def any_text(max_size: int = 40) -> st.SearchStrategy[str]:
    """Return any text, half surrogates and controls included, hazards often."""
    characters = st.characters() | st.characters(categories=["Cs", "Cc", "Cf", "Mn"])
    return st.text(characters, max_size=max_size) | st.sampled_from(PAYLOADS)
