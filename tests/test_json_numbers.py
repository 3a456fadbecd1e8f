import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.json_numbers import (
    Number,
    dumps,
    exact_float,
    exact_int,
    is_same_value,
    is_written_alike,
    literals,
)

_DIGITS = st.text("0123456789", min_size=1, max_size=22)
_WHOLE = _DIGITS.map(lambda text: text.lstrip("0") or "0")
_FLOATS = st.tuples(
    st.sampled_from(["", "-"]),
    _WHOLE,
    st.just("") | _DIGITS.map(".{}".format),
    st.just("") | st.sampled_from(["e5", "E+5", "e-05", "E400", "e16"]),
).map("".join)


@pytest.mark.parametrize(
    "text",
    ["1.0", "-0.0", "0.10", "1E5", "1e5", "1e+16", "1e-07", "1e400", "0.12345678901234567890"],
)
def test_a_fraction_that_python_writes_otherwise_is_kept(text: str) -> None:
    assert exact_float(text) == Number(text)


@pytest.mark.parametrize("text", ["0.5", "-1.25", "123.456"])
def test_a_fraction_that_python_writes_alike_is_a_float(text: str) -> None:
    assert (exact_float(text), type(exact_float(text))) == (float(text), float)


def test_whole_numbers() -> None:
    assert exact_int("-12") == -12
    assert exact_int("-0") == Number("-0")
    assert exact_int("9" * 5000) == Number("9" * 5000)


@given(_FLOATS)
def test_every_number_is_written_as_it_was_read(text: str) -> None:
    is_whole = not set(text) & set(".eE")
    value = exact_int(text) if is_whole else exact_float(text)
    assert dumps({"a": [value]}) == f'{{"a": [{text}]}}'


def test_text_that_looks_like_a_number_stays_text() -> None:
    value = {"a": Number("1.0"), "b": "1.0", "c": '"1.0"', "d": ["number", "}"]}
    text = dumps(value, indent=1)
    assert json.loads(text) == {"a": 1.0, "b": "1.0", "c": '"1.0"', "d": ["number", "}"]}
    assert '"a": 1.0,' in text


def test_a_number_is_itself_and_shows_its_text() -> None:
    assert Number("1.0") == Number("1.0") != Number("1.00")
    assert Number("1.0") != 1.0
    assert len({Number("1"), Number("1"), Number("2")}) == 2
    assert repr(Number("1e400")) == "Number('1e400')"


@pytest.mark.parametrize(
    ("one", "other", "is_so"),
    [
        (Number("1.0"), 1, True),
        (Number("1E5"), 100_000, True),
        (Number("1e+23"), 10**23, True),
        (Number("-0.0"), 0, True),
        (Number("0.10"), 0.1, True),
        (Number("1e-7"), 1e-07, True),
        (Number("1e400"), Number("10E399"), True),
        (Number("10e4999"), Number("1e5000"), True),
        (Number("7" * 5000), Number("7" * 5000 + ".0"), True),
        (Number("-1.0"), 1, False),
        (Number("0.12345678901234567890"), 0.12345678901234568, False),
        (Number("0.12345678901234567890"), Number("0.1234567890123456789"), True),
        (Number("1e400"), Number("1e401"), False),
        (Number("1e" + "9" * 5000), Number("1e" + "9" * 5000), True),
        (Number("1e" + "9" * 5000), Number("1e" + "9" * 5001), False),
        (9007199254740993, Number("9007199254740992.0"), False),
        (True, 1, False),
        (False, Number("0.0"), False),
        (1, "1", False),
        (None, 0, False),
        ({"a": [Number("1.0"), "x"]}, {"a": [1, "x"]}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1}, {"b": 1}, False),
        ([1], [1, 2], False),
        ([1], {"a": 1}, False),
        (True, True, True),
        ("x", "x", True),
    ],
)
def test_the_same_value_however_it_is_written(
    one: object,
    other: object,
    is_so: bool,  # noqa: FBT001 - a case
) -> None:
    assert is_same_value(one, other) is is_same_value(other, one) is is_so


def test_written_alike() -> None:
    assert is_written_alike({"a": 1, "b": Number("1.0")}, {"b": Number("1.0"), "a": 1})
    assert not is_written_alike({"a": 1}, {"a": Number("1.0")})
    assert not is_written_alike({"a": 1}, {"a": True})
    assert not is_written_alike(None, {})


def test_literals_are_found_at_every_depth() -> None:
    value = {"a": [Number("1e400"), {"b": Number("1.0")}], "c": 1, "d": "2.0"}
    assert literals(value) == {"1e400", "1.0"}
    assert literals(None) == set()
