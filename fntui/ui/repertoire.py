"""Which characters the terminal can draw."""

from enum import Enum


class Repertoire(Enum):
    """Which characters are drawn.

    Attributes:
        UNICODE: All.
        UNAMBIGUOUS: None that is one cell wide in some terminals and two in others, as this one.
        ASCII: Only ASCII.
    """

    UNICODE = "unicode"
    UNAMBIGUOUS = "unambiguous"
    ASCII = "ascii"
