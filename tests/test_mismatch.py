from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Struct, UnsetType, field

from fntui.mismatch import JSON, TOML, Finder, Mismatch


class Inner(Struct):
    """A struct in another."""

    size: float


class Outer(Struct):
    """Every kind of type that fntui converts to."""

    identity: str = field(name="id")
    at: datetime | UnsetType | None = UNSET
    is_on: bool | None = None
    tone: Literal["", "red", "blue"] = ""
    words: str | list[str] = ""
    names: dict[str, str] = {}
    inner: Inner | None = None
    inners: list[Inner] = []
    anything: dict[str, Any] | None = None


@pytest.mark.parametrize(
    ("value", "path", "reason"),
    [
        (7, (), "expected an object, got a number"),
        ({}, (), "missing required field `id`"),
        ({"id": None}, ("id",), "expected a string, got null"),
        ({"id": {}}, ("id",), "expected a string, got an object"),
        (
            {"id": "a", "at": "soon"},
            ("at",),
            "expected a time such as 2026-11-23T14:38:00Z or null, got another string",
        ),
        ({"id": "a", "is_on": "yes"}, ("is_on",), "expected a boolean or null, got a string"),
        ({"id": "a", "tone": "pink"}, ("tone",), "expected 'red' or 'blue', got another string"),
        ({"id": "a", "tone": 1.5}, ("tone",), "expected 'red' or 'blue', got a number"),
        ({"id": "a", "words": 1}, ("words",), "expected a string or an array, got a number"),
        ({"id": "a", "words": ["a", 1]}, ("words", 1), "expected a string, got a number"),
        ({"id": "a", "names": {"b": []}}, ("names", "b"), "expected a string, got an array"),
        ({"id": "a", "inner": []}, ("inner",), "expected an object or null, got an array"),
        ({"id": "a", "inner": {}}, ("inner",), "missing required field `size`"),
        ({"id": "a", "inners": [{"size": 1}, {"size": True}]}, ("inners", 1, "size"),
         "expected a number, got a boolean"),
        ({"id": "a", "anything": 1}, ("anything",), "expected an object or null, got a number"),
    ],
)  # fmt: skip
def test_the_first_mismatch(value: object, path: tuple[str | int, ...], reason: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(value, Outer)
    assert Finder(JSON).find(value, Outer) == Mismatch(path, reason)


def test_the_words_of_toml() -> None:
    value = {"id": datetime(2026, 11, 30, tzinfo=UTC)}
    assert Finder(TOML).find(value, Outer).reason == "expected a string, got a date and time"
    assert Finder(TOML).find([], Outer).reason == "expected a table, got an array"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "at", "inner", "size", "inners"]), inner)
    ),
    max_leaves=6,
)


@given(VALUES)
def test_whatever_msgspec_refuses_has_a_mismatch(value: object) -> None:
    try:
        msgspec.convert(value, Outer)
    except ValueError:
        assert Finder(JSON).find(value, Outer).reason
