r"""A JSON parser that reports mistakes in fntui's own words, with line and column; and a writer.

It is strict where Python's json module is not: NaN and Infinity are mistakes, and so are, in what a
person types, numbers that a double can't hold and names that stand twice in an object. It is
lenient in one thing: a half surrogate (``\ud800``) stays as it is.

Numbers are written as they were read, digit by digit (``json_numbers``).
"""

import json
import math
from collections.abc import Callable, Container, Iterable
from typing import Any, Final, NoReturn, cast

from fntui.json_numbers import MOST_DIGITS, Number, exact_float, exact_int

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


def parse(text: str, known: Container[str] = ()) -> Any:  # noqa: ANN401 - JSON can be anything
    """Return the value of a JSON text that a person typed.

    Args:
        text: JSON.
        known: Numbers that may stay though no double can hold them, as they are written.

    Raises:
        MalformedJsonError: If it is not JSON, holds a number that no double can hold or a name
            twice in one object, or is nested more deeply than Python can read.
    """  # noqa: DOC502 - raised by _loads

    def whole(literal: str) -> int | Number:
        if len(literal) > MOST_DIGITS and literal not in known:
            raise MalformedJsonError("number out of range")
        return exact_int(literal)

    def fraction(literal: str) -> float | Number:
        if not math.isfinite(float(literal)) and literal not in known:
            raise MalformedJsonError("number out of range")
        return exact_float(literal)

    return _loads(text, whole, fraction, _without_repeats)


def parse_answer(text: str) -> Any:  # noqa: ANN401 - JSON can be anything
    """Return the value of a JSON text that the server sent; it may hold any number.

    Raises:
        MalformedJsonError: If it is not JSON, or nested more deeply than Python can read.
    """  # noqa: DOC502 - raised by _loads
    return _loads(text, exact_int, exact_float)


def _loads(
    text: str,
    whole: Callable[[str], int | Number],
    fraction: Callable[[str], float | Number],
    members: Callable[[list[tuple[str, Any]]], dict[str, Any]] | None = None,
) -> Any:  # noqa: ANN401 - JSON can be anything
    try:
        return json.loads(
            text,
            parse_int=whole,
            parse_float=fraction,
            parse_constant=_refuse_constant,
            object_pairs_hook=members,
        )
    except json.JSONDecodeError as error:
        reason, place = _mistake(text, error.pos)
    except RecursionError:
        reason, place = "nested too deeply", ""
    raise MalformedJsonError(reason, place)


def _without_repeats(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        raise MalformedJsonError("a name stands twice in one object")
    return found


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
        parse_answer(text)
    except MalformedJsonError:
        return False
    return True


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    return f"line {line:,}, column {position - text.rfind(chr(10), 0, position):,}"
