"""The first place where a value does not fit a type, and what was expected and found there.

msgspec decides whether a value fits. The words are fntui's own, so that no message changes with the
version of msgspec.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from types import NoneType
from typing import Any, Final, Literal, NamedTuple, cast, get_args, get_origin

import msgspec
from msgspec import Struct, UnsetType, structs

TypeNames = Mapping[type, str]
DecodeHook = Callable[[type, Any], Any]
Path = tuple[str | int, ...]

JSON: Final[TypeNames] = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
    NoneType: "null",
    datetime: "a time such as 2026-11-23T14:38:00Z",
}
"""What the types of values in JSON are called."""

TOML: Final[TypeNames] = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "a table",
    datetime: "a date and time",
    date: "a date",
    time: "a time",
}
"""What the types of values in TOML are called."""


class Mismatch(NamedTuple):
    """A place where a value does not fit.

    Attributes:
        path: The names and indices that lead there.
        reason: "expected a string, got null"; it quotes no value.
    """

    path: Path
    reason: str


class Finder:
    """Finds where a value that msgspec refused does not fit."""

    def __init__(self, names: TypeNames, hook: DecodeHook | None = None) -> None:
        """Call the types by their ``names``; convert with ``hook``, msgspec's ``dec_hook``."""
        self._names = names
        self._hook = hook

    def find(self, value: object, wanted: Any, path: Path = ()) -> Mismatch:  # noqa: ANN401 - a type
        """Return the first mismatch of ``value``, which msgspec can't convert to ``wanted``."""
        for name, part, kind in _parts(value, wanted):
            if not self.fits(part, kind):
                return self.find(part, kind, (*path, name))
        return Mismatch(path, self._reason(value, wanted))

    def fits(self, value: object, wanted: Any) -> bool:  # noqa: ANN401 - a type
        """Return whether msgspec can convert ``value`` to ``wanted``."""
        try:
            msgspec.convert(value, wanted, dec_hook=self._hook)
        except ValueError:
            return False
        return True

    def _reason(self, value: object, wanted: Any) -> str:  # noqa: ANN401 - a type
        if missing := _missing(value, wanted):
            return f"missing required field `{missing}`"
        kinds = _alternatives(wanted)
        is_text = isinstance(value, str) and any(_is_written_as_text(kind) for kind in kinds)
        found = "another string" if is_text else self._names[type(value)]
        return f"expected {' or '.join(self._expected(kinds))}, got {found}"

    def _expected(self, kinds: list[Any]) -> Iterator[str]:
        for kind in kinds:
            if get_origin(kind) is Literal:
                yield " or ".join(repr(choice) for choice in get_args(kind) if choice)
            elif _is_struct(kind):
                yield self._names[dict]
            elif kind in self._names or get_origin(kind) in self._names:
                yield self._names[get_origin(kind) or kind]


def _alternatives(wanted: Any) -> list[Any]:  # noqa: ANN401 - a type
    """Return the members of a union, or the one type itself."""
    is_single = isinstance(wanted, type) or get_origin(wanted) in {Literal, dict, list}
    return [wanted] if is_single else [kind for kind in get_args(wanted) if kind is not UnsetType]


def _is_struct(kind: Any) -> bool:  # noqa: ANN401 - a type
    return isinstance(kind, type) and issubclass(kind, Struct)


def _is_written_as_text(kind: Any) -> bool:  # noqa: ANN401 - a type
    return kind is datetime or get_origin(kind) is Literal


_Part = tuple[str | int, object, Any]


def _parts(value: object, wanted: Any) -> Iterator[_Part]:  # noqa: ANN401 - a type
    """Yield name or index, value and type of all that ``value`` holds and ``wanted`` describes."""
    for kind in _alternatives(wanted):
        if isinstance(value, dict):
            yield from _members(cast("dict[str, object]", value), kind)
        elif isinstance(value, list) and get_origin(kind) is list:
            (inner,) = get_args(kind)
            yield from (
                (i, element, inner) for i, element in enumerate(cast("list[object]", value))
            )


def _members(value: dict[str, object], kind: Any) -> Iterator[_Part]:  # noqa: ANN401 - a type
    if _is_struct(kind):
        for field in structs.fields(kind):
            if field.encode_name in value:
                yield field.encode_name, value[field.encode_name], field.type
    elif get_origin(kind) is dict:
        _, inner = get_args(kind)
        yield from ((name, member, inner) for name, member in value.items())


def _missing(value: object, wanted: Any) -> str:  # noqa: ANN401 - a type
    """Return the first required field that an object lacks; ``""`` if it lacks none."""
    if not isinstance(value, dict):
        return ""
    required = (
        field.encode_name
        for kind in _alternatives(wanted)
        if _is_struct(kind)
        for field in structs.fields(kind)
        if field.required
    )
    return next((name for name in required if name not in value), "")
