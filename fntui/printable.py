"""Any text as one line in which nothing can act on a terminal.

Names, labels, error messages: all text from elsewhere may hold escape sequences, bidirectional
overrides, zero-width characters or half surrogates. Here every such character gets a visible
stand-in of one cell.
"""

import re
from typing import Final

# Unicode's controls, formats, surrogates, private use, line and paragraph separators; then what is
# invisible or changes the width of its neighbour though its category does not say so: grapheme
# joiner, Hangul fillers, variation selectors, skin tones and the letters of flags, of which some
# terminals make one picture and others two. As ranges, since asking unicodedata costs 100 ms; a
# test compares them with it.
HAZARDS: Final = (
    r"\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f"
    r"\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\uf8ff\ufeff\ufff9-\ufffb\U000110bd\U000110cd"
    r"\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    r"\U000e0020-\U000e007f\U000f0000-\U000ffffd\U00100000-\U0010fffd"
    r"\u034f\u115f\u1160\u180b-\u180d\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef"
    r"\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff"
)
HAZARD: Final = re.compile(f"[{HAZARDS}]")
# Those that stand above and below: of all letters, then Hebrew, Arabic, Syriac, Thai, Lao.
_MARKS: Final = (
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    r"\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u06d6-\u06dc\u06df-\u06e4\u0711\u0730-\u074a"
    r"\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece]"
)
_PILE: Final = re.compile(f"({_MARKS}{{2}}){_MARKS}+")

_PICTURES: Final = 0x2400
_DELETE: Final = 0x7F
_SPACE: Final = 0x20


def printable(raw: str) -> str:
    """Return ``raw`` as one line in which nothing can act on a terminal.

    C0 controls and DEL become their Unicode pictures (``␛``, ``␊``), everything else that is
    invisible or steers the direction of text becomes ``�``; piles of marks are cut to two.
    """
    if raw.isascii() and raw.isprintable():
        return raw  # nearly all text is, and the patterns take twenty times as long to say so
    return _PILE.sub(r"\1", HAZARD.sub(_stand_in, raw))


def _stand_in(found: re.Match[str]) -> str:
    point = ord(found[0])
    if point < _SPACE:
        return chr(_PICTURES + point)
    return "\N{SYMBOL FOR DELETE}" if point == _DELETE else "\N{REPLACEMENT CHARACTER}"


def shortened(text: str, most: int) -> str:
    """Return at most ``most`` characters of ``text``, with an ellipsis where some are left out."""
    return text if len(text) <= most else text[: most - 1] + "…"


def elided(text: str, most: int) -> str:
    """Return at most ``most`` characters of ``text``: both ends, where the middle is left out."""
    half = most // 2
    return text if len(text) <= most else f"{text[:half]} … {text[-half + 3 :]}"
