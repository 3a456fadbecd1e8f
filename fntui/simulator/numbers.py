"""JSON in which the simulated server keeps every number as it was sent."""

import json
from typing import Any, Final, NoReturn

_LONGEST: Final = 4_000  # digits that Python converts


class Literal:
    """A number that Python would write otherwise than it was sent."""

    def __init__(self, text: str) -> None:
        """Keep it."""
        self.text = text


def loads(data: bytes) -> Any:  # noqa: ANN401 - JSON can be anything
    """Return the value of a JSON text.

    Raises:
        ValueError: It is none.
    """  # noqa: DOC502 - raised by json
    return json.loads(
        data, parse_int=_whole, parse_float=_fraction, parse_constant=_refuse_constant
    )


def dumps(value: object, *, is_ascii: bool = True) -> str:
    """Return ``value`` as JSON."""
    try:
        return json.dumps(value, ensure_ascii=is_ascii)
    except TypeError:  # it holds literals
        return _with_literals(value, is_ascii=is_ascii)


def _with_literals(value: object, *, is_ascii: bool) -> str:
    found: list[str] = []

    def placed(literal: Literal) -> list[str]:
        found.append(literal.text)
        return []  # which the encoder writes next, as a part of its own

    encoder = json.JSONEncoder(default=placed, ensure_ascii=is_ascii)
    return "".join(found.pop() if found else part for part in encoder.iterencode(value))


def _whole(text: str) -> int | Literal:
    return Literal(text) if text == "-0" or len(text) > _LONGEST else int(text)


def _fraction(text: str) -> float | Literal:
    value = float(text)
    return value if repr(value) == text else Literal(text)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
