"""From one style of the terminal to the next, in as few bytes as may be."""

from functools import lru_cache
from typing import Final, NamedTuple

RESET: Final = "\x1b[m"
"""To the style that the terminal begins with: the codes ``""``."""

_SHOWN_ON_BLANKS: Final = {"4", "7", "9", "21", "51", "52", "53"}  # lines, frames, reverse
_ENDS: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "9": "29"}
"""What ends an attribute, by ECMA-48. Of two that have one end, ending one ends both. 21 is left
out: it is double underline to some terminals only."""

_TAKES_MORE: Final = {"38", "48"}
_LENGTH: Final = {"2": 5, "5": 3}  # of 38;2;r;g;b and of 38;5;n
_FOREGROUND: Final = {"38", *(str(code) for code in (*range(30, 38), 39, *range(90, 98)))}
_BACKGROUND: Final = {"48", *(str(code) for code in (*range(40, 48), 49, *range(100, 108)))}


class _Look(NamedTuple):
    attributes: frozenset[str] = frozenset()
    foreground: str = "39"
    background: str = "49"


@lru_cache(maxsize=4096)
def shortened(codes: str) -> str:
    """Return these codes of a style without those that say what is so anyway."""
    look = _look(codes)
    kept = sorted(look.attributes)
    kept += [look.foreground] * (look.foreground != _Look().foreground)
    kept += [look.background] * (look.background != _Look().background)
    return ";".join(kept)


@lru_cache(maxsize=4096)
def change_of_style(old: str, new: str) -> str:
    """Return what makes the terminal write in the style ``new`` after it wrote in ``old``.

    Args:
        old: The codes of a style, such as ``1;38;2;255;0;0``; ``""`` is how the terminal begins.
        new: The same.
    """
    if old == new:
        return ""
    if not new:
        return RESET
    anew = f"\x1b[0;{new}m" if old else f"\x1b[{new}m"
    before, after = _look(old), _look(new)
    ended = before.attributes - after.attributes
    if not ended <= _ENDS.keys() or (ended and "21" in before.attributes):
        return anew
    ends = {_ENDS[attribute] for attribute in ended}
    is_begun = {each for each in after.attributes if _ENDS.get(each) in ends}
    codes = [*sorted(ends), *sorted(after.attributes - before.attributes | is_begun)]
    codes += [after.foreground] * (after.foreground != before.foreground)
    codes += [after.background] * (after.background != before.background)
    return min(f"\x1b[{';'.join(codes)}m" if codes else "", anew, key=len)


@lru_cache(maxsize=4096)
def style_of_blank(codes: str) -> str:
    """Return the codes, as few as may be, in which a blank looks as it does in ``codes``."""
    style = _look(codes)
    if style.attributes & _SHOWN_ON_BLANKS:
        return codes
    return "" if style.background == _Look().background else style.background


def is_background_alone(codes: str) -> bool:
    """Return True if these codes set nothing but the colour behind the text, if that."""
    return _look(codes) == _Look(background=_look(codes).background)


@lru_cache(maxsize=1024)
def _look(codes: str) -> _Look:
    attributes: set[str] = set()
    foreground, background = "39", "49"
    parts = codes.split(";") if codes else []
    while parts:
        first = parts[0]
        length = _LENGTH[parts[1]] if first in _TAKES_MORE else 1
        code, parts = ";".join(parts[:length]), parts[length:]
        if first in _FOREGROUND:
            foreground = code
        elif first in _BACKGROUND:
            background = code
        else:
            attributes.add(first)
    return _Look(frozenset(attributes), foreground, background)
