import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.json_numbers import Number, dumps
from fntui.json_text import MalformedJsonError, is_deeper, parse, parse_answer


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("", "", "the text is empty"),
        (" \n\t", "", "the text is empty"),
        ("{", "line 1, column 2", "the text ends before the JSON does"),
        ("[1,\n", "line 2, column 1", "the text ends before the JSON does"),
        ("[1,\n\n 2,]", "line 3, column 3", "a comma before the closing bracket"),
        ('{"a": 1 , }', "line 1, column 9", "a comma before the closing bracket"),
        ("[,]", "line 1, column 2", "a comma before the closing bracket"),
        ("[1,,2]", "line 1, column 4", "unexpected ,"),
        ("]", "line 1, column 1", "unexpected ]"),
        ('{"a" 1}', "line 1, column 6", "not JSON"),
        ('["a,\n]"]', "line 1, column 5", "not JSON"),
        ("[1] 2", "line 1, column 5", "text after the end of the JSON"),
        ("{}}", "line 1, column 3", "text after the end of the JSON"),
        ("[-Infinity]", "", "-Infinity is not JSON"),
        ("[1e999]", "", "number out of range"),
        ("9" * 4301, "", "number out of range"),
        ("[" * 200_000, "", "nested too deeply"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "", "a name stands twice in one object"),
    ],
)
def test_a_mistake_has_a_reason_and_a_place(text: str, place: str, reason: str) -> None:
    with pytest.raises(MalformedJsonError) as caught:
        parse(text)
    assert (caught.value.place, caught.value.reason) == (place, reason)
    assert str(caught.value) == (f"{place}: {reason}" if place else reason)


@given(st.text("{}[],:\"' \n\\ua1e-", max_size=12) | st.text(max_size=12))
def test_any_text_is_read_as_python_reads_it_or_is_a_mistake(text: str) -> None:
    try:
        value: Any = parse_answer(text)
    except MalformedJsonError:
        return
    assert json.loads(dumps(value)) == json.loads(text)


@pytest.mark.parametrize("literal", ["1e999", "-1e999", "9" * 5000])
def test_a_number_that_no_double_holds_may_stay_where_it_is_known(literal: str) -> None:
    assert parse(f"[{literal}]", {literal}) == [Number(literal)]
    assert parse_answer(f"[{literal}]") == [Number(literal)]
    with pytest.raises(MalformedJsonError, match="number out of range"):
        parse(f"[{literal}]", {literal[:-1]})


def test_an_answer_may_hold_a_name_twice() -> None:
    assert parse_answer('{"a": 1, "a": 2}') == {"a": 2}


def test_half_a_character_stays_as_it_is() -> None:
    assert parse('"\\ud800"') == "\ud800"


NESTED: list[tuple[object, int]] = [
    (1, 0),
    ([1], 1),
    ({"a": [1]}, 2),
    ([1, {"a": {"b": None}}, [2]], 3),
]


@pytest.mark.parametrize(("value", "depth"), NESTED)
def test_the_depth_counts_objects_and_arrays(value: object, depth: int) -> None:
    assert not is_deeper(value, depth)
    assert depth == 0 or is_deeper(value, depth - 1)
