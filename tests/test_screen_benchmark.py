"""The parts of the screen's benchmark that measure nothing: what it makes of what was measured."""

import math

import pytest

from tests.benchmarks.screen.imports import by_package
from tests.benchmarks.screen.link import KBIT, Link
from tests.benchmarks.screen.recorded import Chunk, count, first_shown, is_drawn, until_pause
from tests.benchmarks.screen.table import (
    BYTES,
    MS,
    Row,
    at_most,
    beside,
    head,
    lines,
    quantile,
    quantiles_at_most,
    ratio_at_most,
)

SIZE = (20, 3)


def test_bytes_are_counted_between_two_moments_the_later_one_included() -> None:
    chunks = [Chunk(1.0, b"a"), Chunk(2.0, b"bb"), Chunk(3.0, b"ccc")]
    assert count(chunks) == 6
    assert count(chunks, 1.0) == 5
    assert count(chunks, 1.0, 2.0) == 2


def test_what_comes_before_the_first_pause() -> None:
    chunks = [Chunk(at_s, b"x") for at_s in (1.0, 1.5, 2.0, 3.0, 3.1)]
    assert until_pause(chunks, 0.7) == chunks[:3]
    assert until_pause(chunks, 2) == chunks
    assert until_pause([], 1) == []


def test_a_text_is_shown_when_its_last_piece_is_there_and_modes_draw_nothing() -> None:
    chunks = [
        Chunk(1.0, b"\x1b[?1049h\x1b[?25l"),
        Chunk(2.0, b"\x1b[2;3Hnam"),
        Chunk(3.0, b"es\x1b[1;1"),
        Chunk(4.0, b"Htop"),
    ]
    assert first_shown(chunks, SIZE, is_drawn) == 2.0
    assert first_shown(chunks, SIZE, lambda text: "names" in text) == 3.0
    assert first_shown(chunks, SIZE, lambda text: text.startswith("top\n  names")) == 4.0
    assert first_shown(chunks, SIZE, lambda text: "never" in text) is None


def test_a_median_at_its_goal_meets_it() -> None:
    row = at_most("a key", [100, 400, 9000], 400, BYTES)
    assert row == Row("a key", "≤ 400 B", "400 B (100–9,000)", is_met=True)
    assert at_most("a key", [401], 400, BYTES) == Row("a key", "≤ 400 B", "401 B", is_met=False)


def test_what_was_not_measured_meets_no_goal() -> None:
    assert at_most("a key", [], 400, BYTES) == Row("a key", "≤ 400 B", "nothing", is_met=False)
    assert quantiles_at_most("echo", [], (1, 2), MS).is_met is False
    assert beside("other", [], BYTES) == Row("other", "", "nothing")


def test_a_ratio_is_that_of_the_values_of_one_turn() -> None:
    # Of the medians it would be 2.0: the noise of a turn that both had cancels out.
    row = ratio_at_most("start", [0.11, 0.4, 1.1], [0.1, 0.2, 1.0], 1.15, MS)
    assert (row.ratio, row.is_met, row.goal) == ("1.10", True, "≤ 1.15 times")


def test_both_quantiles_must_be_within_their_goals() -> None:
    values = [0.005] * 98 + [0.03, 0.04]
    row = quantiles_at_most("echo", values, (0.006, 0.025), MS)
    assert (row.measured, row.is_met) == ("5.0 / 40.0 ms", False)
    assert quantiles_at_most("echo", values, (0.006, 0.040), MS).is_met
    assert quantiles_at_most("echo", values, None, MS) == Row("echo", "", "5.0 / 40.0 ms")


@pytest.mark.parametrize(("share", "wanted"), [(0.0, 1), (0.5, 3), (0.99, 4), (1.0, 4)])
def test_quantiles(share: float, wanted: int) -> None:
    assert quantile([4, 1, 3, 2], share) == wanted


def test_the_table_is_markdown() -> None:
    rows = [Row("a", "b", "c", "d", is_met=False), Row("e", "", "f", is_met=True), Row("g", "", "")]
    assert [*head(), *lines(rows)] == [
        "| what | goal | measured | ratio | met |",
        "|---|---|---|---|---|",
        "| a | b | c | d | **no** |",
        "| e |  | f |  | yes |",
        "| g |  |  |  |  |",
    ]


def test_a_link_sends_one_piece_after_the_other() -> None:
    link = Link(256 * KBIT, 0.15, 32_000)
    assert 256 * KBIT == 32_000
    first = link.send(1.0, 3_200)
    assert math.isclose(first.first_s, 1.15 + 1 / 32_000)
    assert math.isclose(first.last_s, 1.25)
    second = link.send(1.05, 3_200)  # the first has 0.05 s to go
    assert math.isclose(second.last_s, 1.35)
    assert math.isclose(link.queued(1.05), 4_800)
    assert link.queued(1.3) == 0
    later = link.send(5.0, 320)
    assert math.isclose(later.last_s, 5.16)
    assert math.isclose(link.most_queued, 4_800)


def test_a_full_link_makes_its_sender_wait() -> None:
    link = Link(1000, 0, 500)
    assert link.wait_s(0, 500) == 0
    link.send(0, 500)
    assert math.isclose(link.wait_s(0, 100), 0.1)
    assert link.wait_s(0.2, 100) == 0


def test_imports_count_by_package_and_those_of_textual_by_room() -> None:
    printed = """\
import time: self [us] | cumulative | imported package
import time:       100 |        100 |   textual.widgets._tree
import time:        20 |        120 | textual.widgets
import time:         3 |          3 | rich.text
a line of the program's own
"""
    assert by_package(printed.splitlines()) == {"textual.widgets": 120, "rich": 3}
