import math
from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fntui.core.planner import Kind, Planner, Unit

LIST = Unit(Kind.NAMESPACES)


def _rng(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - jitter


def triggers(number: int) -> Unit:
    return Unit(Kind.TRIGGERS, f"fn-{number}")


def keys(number: int) -> Unit:
    return Unit(Kind.ACCESS_KEYS, f"fn-{number}")


def quiet(units: list[Unit], slots_s: Mapping[Unit, float] | None = None) -> Planner:
    """Return a planner that has just read everything and awaits nothing but these slots."""
    planner = Planner(0.0, _rng(1))
    planner.keep(units)
    awaited = slots_s or {}
    while chosen := planner.plan(0.0)[0]:
        for unit in chosen:
            planner.on_read(unit, 0.0, 0.0, [awaited[unit]] if unit in awaited else [])
    return planner


def moments(planner: Planner, until_s: float) -> dict[Unit, list[float]]:
    """Return when each unit is read, if nothing ever happens and every answer comes at once."""
    read: dict[Unit, list[float]] = {}
    now_s = 0.0
    while now_s <= until_s:
        chosen, wake_s = planner.plan(now_s)
        for unit in chosen:
            read.setdefault(unit, []).append(now_s)
            planner.on_read(unit, now_s, now_s, [])
        now_s = now_s if chosen else max(wake_s, now_s + 0.001)
    return read


def test_the_list_of_namespaces_comes_first() -> None:
    planner = Planner()
    assert planner.plan(0.0)[0] == [LIST]
    assert planner.plan(0.0)[0] == []


def test_a_first_load_is_wide_and_the_selected_namespace_leads() -> None:
    planner = Planner()
    planner.plan(0.0)
    planner.on_read(LIST, 0.0, 0.1, [])
    planner.keep([unit for number in range(20) for unit in (triggers(number), keys(number))])
    planner.select("fn-7")
    chosen, wake_s = planner.plan(0.1)
    assert chosen[0] == triggers(7)
    assert len(chosen) == 8
    assert {unit.kind for unit in chosen} == {Kind.TRIGGERS}
    assert wake_s <= 4.1


def test_a_first_load_is_paid_back() -> None:
    """200 requests at once at most, and 1,000 in the hour."""
    units = [triggers(number) for number in range(400)]
    planner = Planner()
    planner.keep(units)
    read = moments(planner, 3600.0)
    all_moments = sorted(moment for found in read.values() for moment in found)
    assert sum(moment == 0 for moment in all_moments) <= 200
    assert sum(moment < 60 for moment in all_moments) <= 215
    assert len(all_moments) <= 1000


def test_ages() -> None:
    units = [triggers(1), triggers(2), keys(1), Unit(Kind.TRIGGER, "fn-2", "x")]
    planner = quiet(units)
    planner.select("fn-1", shows_keys=True)
    read = moments(planner, 3600.0)
    assert len(read[triggers(1)]) in range(118, 123)
    assert len(read[triggers(2)]) == 12
    assert len(read[keys(1)]) in range(59, 62)
    assert len(read[LIST]) == 12
    assert len(read[Unit(Kind.TRIGGER, "fn-2", "x")]) == 6


def test_keys_that_are_not_shown_are_read_once_an_hour() -> None:
    planner = quiet([keys(1)])
    planner.select("fn-1")
    assert moments(planner, 3700.0)[keys(1)] == [3600.0]


def test_looks_three_seconds_after_a_slot_and_then_ever_less_often() -> None:
    planner = quiet([triggers(1)])
    planner.ask_now(triggers(1))
    slots, now_s, looks = [10.0], 0.0, list[float]()
    while now_s < 200:
        chosen, wake_s = planner.plan(now_s)
        if triggers(1) in chosen:
            looks.append(now_s)
        for unit in chosen:
            planner.on_read(unit, now_s, now_s, slots if unit == triggers(1) else [])
        now_s = now_s if chosen else wake_s
    assert looks == [0.0, 13.0, 14.0, 16.0, 20.0, 28.0, 44.0, 76.0, 108.0, 140.0, 172.0]


def test_the_next_slot_ends_the_waiting() -> None:
    planner = quiet([triggers(1)])
    planner.ask_now(triggers(1))
    assert planner.plan(0.0)[0] == [triggers(1)]
    planner.on_read(triggers(1), 0.0, 0.0, [-50.0, 0.5])
    assert planner.plan(0.0) == ([], 1.0)
    assert planner.plan(1.0)[0] == [triggers(1)]
    planner.on_read(triggers(1), 1.0, 1.0, [30.0])
    assert planner.plan(1.0) == ([], 33.0)


def test_soonest_first_but_the_selected_namespace_before_all() -> None:
    units = [triggers(number) for number in range(6)]
    planner = quiet(units, {unit: 60.0 - place for place, unit in enumerate(units)})
    planner.select("fn-0")
    assert planner.plan(70.0)[0] == [triggers(0), triggers(5), triggers(4), triggers(3)]


def test_what_the_user_asks_for_is_not_delayed() -> None:
    planner = quiet([triggers(1), Unit(Kind.TRIGGER, "fn-1", "x"), triggers(2)])
    planner.spend(500)
    assert planner.plan(1.0)[0] == []
    planner.ask_now(triggers(1))
    assert planner.plan(1.0)[0] == [triggers(1), Unit(Kind.TRIGGER, "fn-1", "x")]
    planner.ask_now(triggers(9))
    assert planner.plan(1.0)[0] == []


def test_without_budget_nothing_is_read_but_it_is_looked_at_again() -> None:
    planner = quiet([triggers(1)])
    planner.spend(300)
    assert planner.plan(310.0) == ([], 314.0)
    assert planner.plan(2000.0)[0] == [LIST, triggers(1)]


def test_the_last_of_the_budget_is_for_the_selected_namespace() -> None:
    planner = quiet([triggers(1), triggers(2)])
    planner.plan(1000.0)
    for unit in (LIST, triggers(1), triggers(2)):
        planner.on_read(unit, 1000.0, 1000.0, [])
    planner.spend(95)
    planner.select("fn-2")
    planner.ask_now(LIST)
    planner.plan(1000.0)
    planner.on_read(LIST, 1000.0, 1000.0, [])
    chosen, _ = planner.plan(1031.0)
    assert chosen == [triggers(2)]


def test_a_429_pauses_everything() -> None:
    planner = quiet([triggers(1)])
    planner.ask_now(triggers(1))
    planner.plan(0.0)
    planner.on_failure(triggers(1), 0.0, is_rate_limited=True, retry_after_s=90.0)
    planner.ask_now()
    chosen, wake_s = planner.plan(1.0)
    assert chosen == []
    assert 90.0 <= wake_s <= 93.0
    assert planner.plan(wake_s)[0]


def test_a_429_without_a_time_pauses_for_half_a_minute() -> None:
    planner = quiet([triggers(1)])
    planner.ask_now(triggers(1))
    planner.plan(0.0)
    planner.on_failure(triggers(1), 0.0, is_rate_limited=True)
    assert 30.0 <= planner.plan(1.0)[1] <= 33.0


@pytest.mark.parametrize(("is_selected", "longest_s"), [(False, 60.0), (True, 8.0)])
def test_failures_back_off(is_selected: bool, longest_s: float) -> None:  # noqa: FBT001 - a case
    planner = quiet([triggers(1)])
    planner.select("fn-1" if is_selected else None)
    planner.ask_now(triggers(1))
    now_s, waits = 0.0, list[float]()
    planner.plan(now_s)
    for _ in range(8):
        planner.on_failure(triggers(1), now_s)
        then_s, chosen = now_s, list[Unit]()
        while triggers(1) not in chosen:
            for unit in chosen:
                planner.on_read(unit, then_s, then_s, [])
            chosen, wake_s = planner.plan(then_s)
            then_s = then_s if chosen else wake_s
        waits.append(then_s - now_s)
        now_s = then_s
    # The first failure waits for the age, since the last good answer is young enough.
    for failures, wait_s in list(enumerate(waits, 1))[4:]:
        nominal_s = min(longest_s, 2.0**failures)
        assert 0.8 * nominal_s <= wait_s <= max(1.2 * nominal_s, 30.0)


def test_a_missing_scope_is_not_asked_for_again_soon() -> None:
    planner = Planner(0.0, _rng(1))
    planner.keep([keys(1)])
    planner.plan(0.0)
    planner.on_failure(keys(1), 0.0, is_refused=True)
    planner.on_read(LIST, 0.0, 0.0, [])
    assert moments(planner, 3700.0)[keys(1)] == [3600.0]


def test_answers_to_what_is_no_longer_planned_are_dropped() -> None:
    planner = Planner(0.0, _rng(1))
    planner.keep([triggers(1), triggers(2), triggers(3)])
    assert len(planner.plan(0.0)[0]) == 4
    planner.keep([])
    planner.on_read(triggers(1), 0.0, 0.0, [])
    planner.on_failure(triggers(2), 0.0)
    planner.on_dropped(triggers(3))
    planner.on_read(LIST, 0.0, 0.0, [])
    assert planner.plan(0.0) == ([], 60.0)


def test_a_smaller_limit_is_a_smaller_budget() -> None:
    planner = Planner()
    planner.set_limit(500)
    planner.keep([triggers(number) for number in range(300)])
    read = moments(planner, 3600.0)
    assert sum(map(len, read.values())) <= 100 + 100  # the budget, and the first load


@given(st.integers(1, 30), st.integers(0, 2**32), st.booleans())
@settings(max_examples=6, deadline=None)
def test_never_above_the_budget(count: int, seed: int, is_selected: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever is due and whatever fails: 1,000 requests in an hour, 4 or at first 8 in flight."""
    rng = _rng(seed)
    planner = Planner(0.0, _rng(seed))
    planner.keep([unit for number in range(count) for unit in (triggers(number), keys(number))])
    planner.select("fn-0" if is_selected else None)
    now_s, asked, busy = 0.0, list[float](), list[tuple[float, Unit]]()
    while now_s < 5400:
        chosen, wake_s = planner.plan(now_s)
        asked += [now_s] * len(chosen)
        busy += [(now_s + rng.uniform(0.05, 3), unit) for unit in chosen]
        assert len(busy) <= 8
        busy.sort()
        now_s = max(now_s, min(wake_s, busy[0][0] if busy else math.inf))
        while busy and busy[0][0] <= now_s:
            _, unit = busy.pop(0)
            if rng.random() < 0.1:
                planner.on_failure(unit, now_s)
            else:
                planner.on_read(unit, now_s, now_s, [now_s + rng.uniform(-100, 100)])
    for start in range(0, 1800, 60):
        assert sum(start <= moment < start + 3600 for moment in asked) <= 1000
