r"""The allowlist of what may reach the terminal: the last gate of every write.

A write is either drawing, which is text that moves the cursor, sets colours and erases, or sent:
nothing but whole sequences of those that the program is known to write, with what may stand in
them. All else is text that was to be seen, so that in it every control becomes its stand-in: a
sequence that a name brought along is not passed on only because fntui has such a one, too.
"""

import re
from typing import Final

from fntui.printable import HAZARDS, printable

_DRAW: Final = r"\n|\x1b\[(?:[0-9;]*m|[0-9]+(?:;[0-9]+)?H|[0-9]+[CGX]|B\x08*|K)"
# What there is most of comes first: a whole frame takes less than a millisecond.
_DRAWING: Final = re.compile(rf"(?:[ -~]++|{_DRAW}|[^{HAZARDS}]++)*+")
_NOTIFICATION: Final = rf"\]9;fntui: [^;{HAZARDS}]*"
_SENT: Final = re.compile(
    "(?:\a|\x1b(?:"
    + "|".join((
        # Modes: line wrap, cursor, mouse, focus, alternate screen, paste, whole frames.
        r"\[\?(?:7|25|100[0346]|1015|1049|2004|2026)[hl]",
        r"\[\?2026\$p",  # whether there are whole frames
        r"\[1;1H\ufffd\x1b\[6n\x1b\[1;1H\x1b\[K",  # how wide a sign is
        r"\[(?:>[0-9]+|<|=0)u",  # keyboard
        r"\[H\x1b\[2J",  # at the end: all is erased
        r"\[2[23];2t",  # title: kept, and put back
        rf"\]2;(?:fntui[^{HAZARDS}]*|Terminal)\x1b\\",
        rf"{_NOTIFICATION}\x1b\\",
        rf"Ptmux;\x1b\x1b{_NOTIFICATION}\x1b\x1b\\\x1b\\",
        r"\]52;c;[A-Za-z0-9+/]*={0,2}\a",  # clipboard: never asked for what it holds
        r"\]22;[a-z-]*\a",  # pointer
    ))
    + "))*+"
)
_STRAY: Final = re.compile(rf"({_DRAW})|[{HAZARDS}]")


def harmless(text: str) -> str:
    """Return what may be written to the terminal in place of ``text``, which is one whole write."""
    if _DRAWING.fullmatch(text) or _SENT.fullmatch(text):
        return text
    return _STRAY.sub(lambda found: found[1] or printable(found[0]), text)
