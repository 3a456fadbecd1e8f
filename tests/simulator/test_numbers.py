import pytest

from fntui.simulator.numbers import dumps, loads


@pytest.mark.parametrize(
    "text",
    [
        "1.0",
        '{"a": [1.0, [], 1e400, {"x": -0, "y": []}, 0.5, "[]"], "b": 1E5}',
        "[0.12345678901234567890, 1, [], {}]",
        "[" + "7" * 5000 + "]",
        '{"a": [1, 2.5]}',
    ],
)
def test_numbers_are_answered_as_they_were_sent(text: str) -> None:
    assert dumps(loads(text.encode())) == text


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        loads(b"[NaN]")
