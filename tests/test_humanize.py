import pytest

from fntui.humanize import about, ago, listed, span


@pytest.mark.parametrize(
    ("seconds", "short", "long"),
    [
        (-5, "0s", "0s"),
        (8.9, "8s", "8s"),
        (59.9, "59s", "59s"),
        (60, "1m", "1m"),
        (372, "6m", "6m 12s"),
        (3600, "1h", "1h"),
        (54_180, "15h", "15h 3m"),
        (38 * 86_400 + 7200, "38d", "38d 2h"),
    ],
)
def test_durations(seconds: float, short: str, long: str) -> None:
    assert ago(seconds) == short
    assert span(seconds) == long


@pytest.mark.parametrize(
    ("words", "sentence"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_lists(words: list[str], sentence: str) -> None:
    assert listed(words) == sentence


def test_lists_of_choices() -> None:
    assert listed(["a", "b"], "or") == "a or b"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (44.6, "45 s"),
        (119, "119 s"),
        (120, "2 min"),
        (540, "9 min"),
        (7199, "120 min"),
        (16e3, "4 h"),
    ],
)
def test_what_is_not_exact(seconds: float, words: str) -> None:
    assert about(seconds) == words
