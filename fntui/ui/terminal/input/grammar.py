"""The grammar of what a terminal sends (ECMA-48): text, control sequences and strings."""

import re
from typing import Final

from msgspec import Struct

INTRODUCERS: Final = "[]P_^XO"
"""What begins a sequence after ESC."""

_KEPT: Final = 256  # characters of an unfinished sequence: no longer one means anything

_CSI: Final = r"(?:\x1b\[|\x9b)"
_SS3: Final = r"(?:\x1bO|\x8f)"
_STARTS: Final = r"\x1b\x8f\x90\x98\x9b\x9d-\x9f"
# After Esc, ] and P are more often keys than the start of a string, unless this follows.
_STRING: Final = (
    r"(?:\x1b\](?=[0-9lLI])|\x1bP(?=[0-9><=?!$+])|\x1b[_^X]|[\x90\x98\x9d-\x9f])"
    r"[^\x03\x07\x11\x18\x1a\x1b\x9c]*+"
)
_MOUSE: Final = r"<[ -LN-ln-~]*+"
_SEQUENCE: Final = (
    rf"(?:{_CSI}(?:{_MOUSE}|M[^\x00-\x1f]{{0,2}}+|\[|(?![<M\[])[0-?]*+[ -/]*+)|{_SS3}[0-9;]*+)"
)
TOKEN: Final = re.compile(
    "|".join((
        r"(?P<text>[^\x1b\x80-\x9f\ufffd]+)",
        r"(?P<escapes>\x1b+(?=\x1b))",
        rf"{_CSI}<(?P<mouse>[ -LN-ln-~]*+[Mm])",
        rf"{_CSI}(?P<csi>\[[!-~]|(?:[378]|2[34])\$|(?![<M\[])[0-?]*+[ -/]*+[@-~])",
        rf"{_CSI}(?P<x10>M[^\x00-\x1f]{{3}})",
        rf"{_SS3}(?P<ss3>[0-9;]*+[ -/:<-~])",
        rf"(?P<report>{_STRING}(?:\x07|\x1b\\|\x9c))",
        r"\x1b(?P<alt>[^\x1b\x80-\x9f\ufffd\x03\x11\x18\x1a\[O\]P_^X])",
        rf"(?P<unfinished>(?:{_SEQUENCE}|{_STRING}\x1b?|\x1b[\]P]?)\Z)",
        rf"(?P<broken>{_SEQUENCE}|{_STRING})",
        r"(?P<invalid>\x1b?[\ufffd\x80-\x8e\x91-\x97\x99\x9a\x9c]+)",
        r"(?P<escape>\x1b)",
    ))
)
"""Matches what comes next: one of its groups, by name."""

KNOWN_CONTROL: Final = re.compile(
    r"[<-?]?[0-9:;]*+(?:[A-IMO-SZa-d~]|(?<=[0-9])(?:[nptux^@]|\$?y))|>[0-9;]*m"
)
"""Matches control sequences such as terminals send. Any other is the middle of some text."""

JUNK: Final = re.compile(rf"[^{_STARTS}]*+")


class Unfinished(Struct):
    """The beginning of a sequence, whose rest has not come yet.

    Attributes:
        text: Its characters, the first ones if there are many.
        size: How many there are.
        began: When the first came.
        last: When the last came.
        is_alone: An Esc that came with nothing else.
        is_ghost: It was taken for keys. It is remembered, since its rest may still come.
    """

    text: str
    size: int
    began: float
    last: float
    is_alone: bool = False
    is_ghost: bool = False

    @property
    def is_escape(self) -> bool:
        """Whether the time-out makes keys of it."""
        return not self.is_ghost and self.text in {"\x1b", "\x1b]", "\x1bP"}

    def is_continued_by(self, text: str) -> bool:
        """Whether this text belongs to the same sequence."""
        if self.text == "\x1b":
            return text[0] in INTRODUCERS
        found = TOKEN.match(self.text + text)
        return found is not None and found.end() > len(self.text)


def shortened(sequence: str) -> str:
    """Return the beginning of a long sequence, and the ESC that may begin its end."""
    if len(sequence) <= _KEPT:
        return sequence
    return sequence[:_KEPT] + ("\x1b" if sequence[-1] == "\x1b" else "")
