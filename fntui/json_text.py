r"""A JSON parser that reports mistakes in fntui's own words, with line and column.

It is strict where Python's json module is not: NaN, Infinity and numbers that a double can't hold
are mistakes. It is lenient in one thing: a half surrogate (``\ud800``) stays as it is.
"""

import json
import math
from collections.abc import Iterable
from typing import Any, Final, NoReturn, cast

_MOST_DIGITS: Final = 4_300  # of a whole number: Python refuses to convert more
_MARKS: Final = "{}[]:,"


class MalformedJsonError(ValueError):
    """Text that is not JSON.

    Attributes:
        reason: What is wrong, without a full stop; it quotes no value.
        place: Where, such as "line 2, column 8"; ``""`` if that is not known.
    """

    def __init__(self, reason: str, place: str = "") -> None:
        """Report ``reason`` at ``place``."""
        super().__init__(f"{place}: {reason}" if place else reason)
        self.reason = reason
        self.place = place


def parse(text: str) -> Any:  # noqa: ANN401 - JSON can be anything
    """Return the value of a JSON text.

    Raises:
        MalformedJsonError: If it is not JSON, or nested more deeply than Python can read.
    """
    try:
        return json.loads(
            text, parse_int=_whole, parse_float=_finite, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        reason, place = _mistake(text, error.pos)
    except RecursionError:
        reason, place = "nested too deeply", ""
    raise MalformedJsonError(reason, place)


def is_deeper(value: object, levels: int) -> bool:
    """Return True if objects and arrays in ``value`` are nested in more than ``levels`` levels."""
    level: list[object] = [value]
    for _ in range(levels + 1):
        level = [inner for outer in level for inner in _inside(outer)]
    return bool(level)


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return cast("dict[str, object]", value).values()
    return cast("list[object]", value) if isinstance(value, list) else ()


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise MalformedJsonError("number out of range")
    return int(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise MalformedJsonError("number out of range")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedJsonError(f"{name} is not JSON")


def _mistake(text: str, position: int) -> tuple[str, str]:
    """Return what is wrong with a text that Python reads up to ``position``, and where."""
    if not text.strip():
        return "the text is empty", ""
    comma = _comma_before_bracket(text, position)
    if comma is not None:
        return "a comma before the closing bracket", _place(text, comma)
    place = _place(text, position)
    if not text[position:].strip():
        return "the text ends before the JSON does", place
    if _is_json(text[:position]):
        return "text after the end of the JSON", place
    found = text[position]
    return f"unexpected {found}" if found in _MARKS else "not JSON", place


def _comma_before_bracket(text: str, position: int) -> int | None:
    """Return the position of a comma that no element follows; None: that is not the mistake.

    Python 3.13 stops at the comma, older versions at the bracket.
    """
    if text[position : position + 1] not in {",", "}", "]"}:
        return None
    comma = position if text[position] == "," else len(text[:position].rstrip()) - 1
    is_comma = text[comma : comma + 1] == ","
    return comma if is_comma and text[comma + 1 :].lstrip()[:1] in {"}", "]"} else None


def _is_json(text: str) -> bool:
    try:
        parse(text)
    except MalformedJsonError:
        return False
    return True


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    return f"line {line:,}, column {position - text.rfind(chr(10), 0, position):,}"
