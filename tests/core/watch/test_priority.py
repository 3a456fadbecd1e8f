import math
from collections.abc import Iterable
from math import isclose
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.core.health.owed import Awaited
from fntui.core.watch.priority import Claim, FirstLook, claim


def run(slot_s: float = 100.0, looks: int = 0, period_s: float = 300.0) -> Awaited:
    return Awaited(slot_s=slot_s, period_s=period_s, looks=looks)


def at(now_s: float, runs: Iterable[Awaited], read_s: float = 0.0) -> Claim:
    return claim(runs, now_s, read_s, 3.0, 0.0)


def test_nothing_awaited_is_worth_nothing() -> None:
    found = at(0.0, [])
    assert (found.worth(1e6), found.reaches(1.0, 0.0)) == (0.0, math.inf)
    assert found.until_s == 300.0


def test_nothing_is_worth_anything_before_the_first_look_is_due() -> None:
    found = at(102.0, [run()])
    assert found.worth(102.0) == 0.0
    assert found.until_s == 103.0
    assert at(103.0, [run()]).worth(103.0) > 0


def test_a_first_look_is_worth_the_time_until_the_next_slot() -> None:
    found = at(103.0, [run(), run(160.0)])
    assert found.until_s == 163.0
    assert isclose(found.worth(103.0), 5 * 60)
    assert found.reaches(10.0, 103.0) == 103.0
    assert found.reaches(1000.0, 103.0) == math.inf


def test_looks_in_vain_come_ever_less_often() -> None:
    claims = [at(110.0, [run(looks=looks)], read_s=110.0) for looks in range(1, 8)]
    assert [found.gap_s for found in claims] == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 32.0]
    moments = [found.reaches(1.0, 110.0) for found in claims]
    assert moments == sorted(moments)
    assert isclose(moments[0], 110.2)


def test_the_end_of_the_grace_asks_for_one_more_look() -> None:
    before = at(189.0, [run(looks=6)], read_s=189.0)
    assert before.until_s == 190.5
    after = at(190.5, [run(looks=6)], read_s=189.0)
    assert after.gap_s == 1.0
    assert after.worth(190.5) > 100.0


def test_a_new_slot_shortens_the_wait_for_an_old_one() -> None:
    assert at(400.0, [run(looks=6), run(350.0)]).gap_s == 1.0


def test_rare_runs_outrank_frequent_ones() -> None:
    worths = [at(103.0, [run(period_s=period)]).worth(103.0) for period in (60, 3600, 86_400)]
    assert worths == sorted(worths)
    assert isclose(worths[2], worths[0] * 1440)


def test_slots_move_with_the_servers_time() -> None:
    assert claim([run(1100.0)], 50.0, 0.0, 3.0, 1000.0).until_s == 103.0


def learned(delays: Iterable[float]) -> FirstLook:
    """Return what was learned from runs that show so long after their slot."""
    first_look = FirstLook()
    for place, delay_s in enumerate(delays):
        slot_s = place * 60.0
        is_found = delay_s <= first_look.delay_s
        after = run(slot_s + 60.0 if is_found else slot_s)
        first_look.learn({"x": run(slot_s)}, {"x": after}, slot_s + first_look.delay_s)
    return first_look


@given(st.integers(0, 2**32), st.floats(0.0, 30.0))
def test_nine_of_ten_first_looks_find_the_run(seed: int, publication_s: float) -> None:
    rng = Random(seed)  # noqa: S311 - a case
    first_look = learned(publication_s + rng.uniform(0, 5) for _ in range(2000))
    assert publication_s + 2.5 <= first_look.delay_s <= 1.1 * (publication_s + 5.0)


def test_the_delay_has_bounds() -> None:
    assert learned([0.0] * 2000).delay_s == 0.5
    assert learned([1000.0] * 500).delay_s == 40.0


@pytest.mark.parametrize(
    ("asked_s", "looks"),
    [(101.0, 0), (101.6, 1), (103.0, 1), (150.0, 1)],
)
def test_only_readings_that_could_show_the_run_are_looks(asked_s: float, looks: int) -> None:
    counted = FirstLook().learn({"x": run()}, {"x": run()}, asked_s)
    assert counted == {"x": run(looks=looks)}


@pytest.mark.parametrize(
    ("before", "after", "asked_s"),
    [
        ({"x": run()}, {"x": run()}, 101.0),  # too early
        ({"x": run()}, {"x": run(400.0)}, 107.0),  # too late
        ({"x": run(looks=1)}, {"x": run(400.0)}, 104.0),  # not the first
        ({"x": run()}, {}, 103.0),  # gone
        ({}, {"x": run()}, 103.0),  # new
    ],
)
def test_other_readings_teach_nothing(
    before: dict[str, Awaited], after: dict[str, Awaited], asked_s: float
) -> None:
    first_look = FirstLook()
    first_look.learn(before, after, asked_s)
    assert first_look.delay_s == 3.0


def test_a_first_look_teaches() -> None:
    first_look = FirstLook()
    first_look.learn({"x": run()}, {"x": run(400.0)}, 103.0)
    assert isclose(first_look.delay_s, 3.0 * 0.997)
    first_look.learn({"x": run()}, {"x": run()}, 103.0)
    assert isclose(first_look.delay_s, 3.0 * 0.997 * 1.027)
