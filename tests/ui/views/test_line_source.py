from collections.abc import Hashable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.ui.views.line_source import Joined, Lines, Made, Ready, as_lines
from fntui.ui.views.lines import Line, line

KEYS = ("a", "b", "c", "d")
PLAIN = [line("head"), line("row x", key="x"), line("foot")]


def made(asked: list[int] | None = None, keys: Sequence[str] = KEYS) -> Made:
    def make(index: int) -> Line:
        if asked is not None:
            asked.append(index)
        return line(f"row {keys[index]}", key=keys[index])

    def index_of(key: Hashable) -> int:
        return keys.index(key) if isinstance(key, str) and key in keys else -1

    return Made(len(keys), keys.__getitem__, make, index_of)


def test_a_line_is_made_once_and_only_when_it_is_looked_at() -> None:
    asked: list[int] = []
    lines = made(asked)
    assert (len(lines), lines.key(2), lines.index_of("d"), lines.index_of("z")) == (4, "c", 3, -1)
    assert list(lines.keyed) == [0, 1, 2, 3]
    assert asked == []
    assert [lines[1].text, lines[-1].text, lines[1].text] == ["row b", "row d", "row b"]
    assert asked == [1, 3]


def test_a_change_of_each_is_made_as_late() -> None:
    asked: list[int] = []
    changed = made(asked).each(lambda each: line("> ", *each.spans, key=each.key))
    assert (asked, changed.index_of("b")) == ([], 1)
    assert changed[1] == line("> ", *line("row b").spans, key="b")
    assert asked == [1]


@given(st.lists(st.sampled_from([PLAIN, made(), [], [line("other", key="y")]]), max_size=4))
def test_lots_of_lines_are_as_one_list(lots: list[Sequence[Line]]) -> None:
    joined, plain = Joined(*lots), [each for lot in lots for each in lot]
    assert list(joined) == plain
    assert joined[1:3] == plain[1:3]
    assert list(joined.keyed) == [at for at, each in enumerate(plain) if each.key is not None]
    assert [joined.key(at) for at in range(len(joined))] == [each.key for each in plain]
    keys = [each.key for each in plain]
    for key in ("a", "x", "y", "z"):
        assert joined.index_of(key) == (keys.index(key) if key in keys else -1)


def test_an_index_beyond_the_end_is_refused() -> None:
    for lines in (Ready(PLAIN), made(), Joined(PLAIN, made())):
        with pytest.raises(IndexError):
            lines[len(lines)]


def test_a_list_is_as_good_as_lines() -> None:
    lines = made()
    assert as_lines(lines) is lines
    ready: Lines = as_lines(PLAIN)
    assert list(ready) == PLAIN
    assert (list(ready.keyed), ready.index_of("x"), ready.index_of("q")) == ([1], 1, -1)
