"""Text as an attacker, a paste or a fuzzer would have it."""

import re
from typing import Final

from hypothesis import strategies as st

from fntui.printable import HAZARDS

HAZARD = re.compile(f"[{HAZARDS}]")

CORPUS: Final = {
    "C0 controls": "\x01\x05\x07\x08\x0e\x0f\x1a\x7f",
    "NUL": "a\x00b\x00",
    "C1 controls": "\x84\x85\x8d\x9b5;35m\x9c",
    "CSI": "\x1b[2J\x1b[5;35mred\x1b[999;999H",
    "CSI cut short": "cut\x1b[",
    "report asked for": "\x1b[6n\x1b[c\x1b[21t",
    "reset": "\x1bc\x1b(0lqk",
    "OSC 0": "\x1b]0;owned\x07",
    "OSC 2": "\x1b]2;owned\x1b\\",
    "OSC 8": "\x1b]8;;https://evil.example\x07here\x1b]8;;\x07",
    "OSC 52": "\x1b]52;c;ZXZpbA==\x07",
    "OSC 52 asked for": "\x1b]52;c;?\x07",
    "OSC 52 by C1": "\x9d52;c;ZXZpbA==\x9c",
    "DCS": "\x1bP$q q\x1b\\",
    "DCS for tmux": "\x1bPtmux;\x1b\x1b]52;c;ZXZpbA==\x07\x1b\\",
    "APC": "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\",
    "end of a string": "\x1b\\\x07\x9c",
    "tab and CR": "a\tb\rc\r\n\td",
    "newlines": "one\ntwo\n\n\x0b\x0c\u2028three\u2029",
    "bidi": "\u202egnirts\u202c\u2066x\u2069\u061c",
    "zero-width": "ze\u200bro\ufeff\u200d\u2060wi\xaddth\u034f",
    "surrogate": "half\ud800",
    "surrogates the wrong way round": "\udc00\ud83dx",
    "combining pile": "e" + "\u0301" * 40 + "\u20dd" * 9,
    "Thai pile": "ก" + "\u0e49\u0e47" * 20,
    "marks alone": "\u0301\u0e49\u20e3",
    "wide": "汉字" * 30,
    "emoji by ZWJ": "👩\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3",
    "emoji of two": "👍🏽🇩🇪🇫👩🏿\u200d🚀",
    "private use": "\ue0b0\uf8ff\U000f0000",
    "markup": "[red]x[/]",
    "markup closed": "[/x]",
    "markup open": "[b][on red",
    "markup broken": "[[\\[/[x]]\\",
    "markup of Textual": "[@click=app.quit]go[/]",
    "markup of Rich": "[link=https://evil.example]x[/link] :skull:",
    "300 characters": "x" * 300,
    "long of hazards": "\x1b]" * 150,
    "empty": "",
    "blanks": "   ",
    "dots": "..",
    "parts of a path": "a/../b?x=1#y%2f",
}
"""By name, each acts on a terminal, on markup, on a layout, or on a path."""

GIST: Final = {
    "all that acts": "\x1b[5;35m\x1b[2J\x9b5m\x07\x00\n\t\r\x7f\x1b]52;c;ZXZpbA==\x07\x1bP",
    "all of another width": (
        "汉👩\u200d👩🏽🇩🇪❤\ufe0fe\u0301\u0301\u0301ก\u0e49\u0e47\u0e49字\u202e\ud800\u2028"
    ),
    "all that is markup, and long": "[/x][@click=app.quit]y[/][red" + " x" * 150,
}
"""A few texts that have all of it, for where each costs seconds."""

PAYLOADS: Final = tuple(CORPUS.values())


def any_text(max_size: int = 40) -> st.SearchStrategy[str]:
    """Return any text, half surrogates and controls included, hazards often."""
    characters = st.characters() | st.characters(categories=["Cs", "Cc", "Cf", "Mn"])
    return st.text(characters, max_size=max_size) | st.sampled_from(PAYLOADS)
