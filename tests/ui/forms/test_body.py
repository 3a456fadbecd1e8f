import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from fntui.api import decode
from fntui.api.drafts import MAX_BODY_DEPTH
from fntui.api.models import ScheduledDetails
from fntui.json_numbers import is_written_alike
from fntui.json_text import parse_answer
from fntui.ui.forms import body
from fntui.ui.text import printable


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_only_white_space_is_no_body(text: str) -> None:
    assert body.parse(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1,}', "Body, line 1, column 8: a comma before the closing bracket"),
        ('{\n  "a": }', "Body, line 2, column 8: unexpected }"),
        ("{} {}", "Body, line 1, column 4: text after the end of the JSON"),
        ("[1]", "The body must be a JSON object, in braces, or empty for none."),
        ('"x"', "The body must be a JSON object, in braces, or empty for none."),
        ("null", "The body must be a JSON object, in braces, or empty for none."),
        ('{"a": NaN}', "Body: NaN is not JSON"),
        ('{"a": -Infinity}', "Body: -Infinity is not JSON"),
        ('{"a": 1e400}', "Body: number out of range"),
        ('{"a": 1, "a": 1}', "Body: a name stands twice in one object"),
        ('{"a": ' + "[" * 100_000 + "}", "Body: nested too deeply"),
        ('{"a":' * 197 + "0" + "}" * 197, "Body: nested too deeply (more than 196 levels)"),
        ('{"a": ' + "9" * 5000 + "}", "Body: number out of range"),
    ],
)
def test_what_is_no_body_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(body.BadBodyError) as refused:
        body.parse(text)
    assert str(refused.value) == words


def test_the_deepest_body_can_be_read_back_in_a_list() -> None:
    text = '{"a":' * MAX_BODY_DEPTH + "0" + "}" * MAX_BODY_DEPTH
    trigger = f'{{"name": "t", "scheduled_details": {{"cron": "", "body": {text}}}}}'
    (read,) = decode.triggers(f'{{"triggers": [{trigger}]}}'.encode(), "fn-1").items
    assert isinstance(read.scheduled_details, ScheduledDetails)
    assert read.scheduled_details.body == body.parse(text)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100)
@given(st.dictionaries(st.text(), _JSON, max_size=4))
def test_any_body_comes_back_from_its_text_which_is_safe_to_draw(value: dict[str, object]) -> None:
    text = body.write(value)
    assert is_written_alike(body.parse(text), value)
    assert all(len(printable(line)) <= len(line) for line in text.split("\n"))
    assert json.loads(text) == value


LITERALS = (
    '{"long": 0.12345678901234567890, "large": 1e400, "whole": 1.0, "power": 1E5, '
    '"zero": -0.0, "none": -0, "digits": ' + "7" * 5000 + "}"
)


def test_numbers_of_the_api_are_shown_as_they_came_and_may_stay() -> None:
    held = parse_answer(LITERALS)
    text = body.write(held)
    assert "0.12345678901234567890,\n" in text
    assert '"power": 1E5,' in text
    assert is_written_alike(body.parse(text, held), held)
    moved = text.replace('"large": 1e400', '"large": [1e400]')
    assert is_written_alike(body.parse(moved, held), {**held, "large": [held["large"]]})
    with pytest.raises(body.BadBodyError, match="number out of range"):
        body.parse(text.replace("1e400", "1e401"), held)
    with pytest.raises(body.BadBodyError, match="number out of range"):
        body.parse(text)


def test_no_body_and_an_unknown_one_are_no_text() -> None:
    assert body.write(None) == body.write(UNSET) == ""


def test_a_difference_shows_what_goes_and_what_comes() -> None:
    told = [line.text for line in body.difference({"a": 1, "b": 2}, {"a": 1, "b": 3})]
    assert any("-" in line and '"b": 2' in line for line in told)
    assert any("+" in line and '"b": 3' in line for line in told)


def test_a_large_difference_is_told_by_its_size() -> None:
    large = {f"k{i}": i for i in range(1000)}
    told = [line.text for line in body.difference(None, large)]
    assert len(told) == 1
    assert "0 bytes →" in told[0]


def test_of_a_long_body_the_beginning_is_shown() -> None:
    told = [line.text for line in body.lines({f"k{i}": i for i in range(100)})]
    assert told[-1].endswith("… 62 lines more")
    assert body.lines(None)[0].text.endswith("none")
    assert body.lines(UNSET)[0].text.endswith("none")
