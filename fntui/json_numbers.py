"""JSON numbers that keep their digits, how they are written, and whether two are the same.

``int`` and ``float`` would turn 1.0 into 1, 1E5 into 100000.0, 0.12345678901234567890 into
0.12345678901234568 and 1e400 into infinity. A number that they would write otherwise than it came
is a ``Number`` instead, which holds its text.
"""

import json
import secrets
from typing import Any, Final, cast

from typing_extensions import override

MOST_DIGITS: Final = 4_300
"""Of a whole number: Python refuses to convert more."""


class Number:
    """A number of a JSON text, as it is written there.

    Two are equal if they are written alike; ``is_same_value`` compares what they say.

    Attributes:
        text: It, such as ``1.0`` or ``1e400``.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        """Keep ``text``, a valid JSON number."""
        self.text: Final = text

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Number) and self.text == other.text

    @override
    def __hash__(self) -> int:
        return hash(self.text)

    @override
    def __repr__(self) -> str:
        return f"Number({self.text!r})"


NUMBERS: Final = (Number,)
"""What ``msgspec.to_builtins`` is to leave as it is."""


def exact_int(text: str) -> int | Number:
    """Return a whole number, as an int if that is written alike."""
    return Number(text) if len(text) > MOST_DIGITS or text == "-0" else int(text)


def exact_float(text: str) -> float | Number:
    """Return a number with a fraction or an exponent, as a float if that is written alike.

    One that is whole, such as 1.0, is never a float: Python takes that for equal to 1.
    """
    if text[-1] == "0" or "e" in text:
        return Number(text)
    value = float(text)
    return value if repr(value) == text else Number(text)


def dumps(value: Any, **options: Any) -> str:  # noqa: ANN401 - any JSON value; as json.dumps has it
    """Return ``value`` as JSON, as ``json.dumps`` does; numbers as they came."""
    mark = secrets.token_hex(8)  # nobody can write it into a text beforehand
    count = 0

    def marked(number: object) -> str:
        nonlocal count
        count += 1
        return f"{mark}{cast('Number', number).text}{mark}"

    text = json.dumps(value, default=marked, check_circular=False, **options)
    return text.replace(f'"{mark}', "").replace(f'{mark}"', "") if count else text


def is_same_value(one: object, other: object) -> bool:
    """Return True where two JSON values say the same, however their numbers are written."""
    if isinstance(one, dict):
        some, others = cast("dict[str, object]", one), cast("dict[str, object]", other)
        return isinstance(other, dict) and _has_same_members(some, others)
    if isinstance(one, list):
        left, right = cast("list[object]", one), cast("list[object]", other)
        is_as_long = isinstance(other, list) and len(left) == len(right)
        return is_as_long and all(map(is_same_value, left, right))
    if _is_number(one) and _is_number(other):
        return one == other or _digits(one) == _digits(other)
    return type(one) is type(other) and one == other


def _has_same_members(some: dict[str, object], others: dict[str, object]) -> bool:
    return some.keys() == others.keys() and all(
        is_same_value(value, others[name]) for name, value in some.items()
    )


def is_written_alike(one: object, other: object) -> bool:
    """Return True where two JSON values are written the same, but for the order of members."""
    return dumps(one, sort_keys=True) == dumps(other, sort_keys=True)


def literals(value: object) -> set[str]:
    """Return the numbers in a JSON value that no int or float can say, as they are written."""
    found: set[str] = set()
    rest = [value]
    while rest:
        each = rest.pop()
        if isinstance(each, Number):
            found.add(each.text)
        elif isinstance(each, dict):
            rest += cast("dict[str, object]", each).values()
        elif isinstance(each, list):
            rest += cast("list[object]", each)
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Number) and not isinstance(value, bool)


def _digits(value: object) -> tuple[bool, str, str | int]:
    """Return sign, digits and exponent, the same for all ways to write a number."""
    text = value.text if isinstance(value, Number) else repr(value)
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.removeprefix("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    significant = digits.rstrip("0")
    if not significant:
        return False, "", 0
    if len(exponent) > MOST_DIGITS:
        return False, text, exponent
    power = int(exponent or 0) - len(fraction) + len(digits) - len(significant)
    return text.startswith("-"), significant, power
