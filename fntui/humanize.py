"""Durations and lists as the screen says them."""

from collections.abc import Sequence
from typing import Final

_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "m"))


def ago(seconds: float) -> str:
    """Return a duration in its largest whole unit: "8s", "37m", "15h", "38d"."""
    whole = max(0, int(seconds))
    for size, unit in _UNITS:
        if whole >= size:
            return f"{whole // size}{unit}"
    return f"{whole}s"


def span(seconds: float) -> str:
    """Return a duration to the next smaller unit, for countdowns: "48s", "6m 12s", "15h 3m"."""
    whole = max(0, int(seconds))
    for (size, unit), (smaller, small_unit) in zip(_UNITS, (*_UNITS[1:], (1, "s")), strict=True):
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size}{unit}" + (f" {rest}{small_unit}" if rest else "")
    return f"{whole}s"


def about(seconds: float) -> str:
    """Return a duration as one says it of what is not exact: "45 s", "9 min", "4 h"."""
    for size, unit in ((3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{round(seconds / size)} {unit}"
    return f"{round(seconds)} s"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does: "a", "a and b", "a, b and c"."""
    if len(words) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
