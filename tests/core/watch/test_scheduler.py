import math
from collections.abc import Mapping
from itertools import pairwise
from math import isclose
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fntui.core.health.owed import Awaited
from fntui.core.watch.scheduler import Kind, Planner, Unit

LIST = Unit(Kind.NAMESPACES)


def _rng(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - jitter


def triggers(number: int) -> Unit:
    return Unit(Kind.TRIGGERS, f"fn-{number}")


def keys(number: int) -> Unit:
    return Unit(Kind.ACCESS_KEYS, f"fn-{number}")


def one(number: int) -> Unit:
    return Unit(Kind.TRIGGER, f"fn-{number}", "x")


def waits(*slots_s: float, period_s: float = 300.0) -> dict[str, Awaited]:
    return {
        str(place): Awaited(slot_s=slot_s, period_s=period_s)
        for place, slot_s in enumerate(slots_s)
    }


def quiet(units: list[Unit], awaited: Mapping[Unit, dict[str, Awaited]] | None = None) -> Planner:
    """Return a planner that has just read everything and awaits nothing but these runs."""
    planner = Planner(0.0, _rng(1))
    planner.keep(units)
    while chosen := planner.plan(0.0)[0]:
        for unit in chosen:
            planner.on_read(unit, 0.0, (awaited or {}).get(unit))
    return planner


def moments(planner: Planner, until_s: float, start_s: float = 0.0) -> dict[Unit, list[float]]:
    """Return when each unit is read, if nothing ever happens and every answer comes at once."""
    read: dict[Unit, list[float]] = {}
    now_s = start_s
    while now_s <= until_s:
        chosen, wake_s = planner.plan(now_s)
        for unit in chosen:
            read.setdefault(unit, []).append(now_s)
            planner.on_read(unit, now_s)
        now_s = now_s if chosen else max(wake_s, now_s + 0.001)
    return read


def pass_time(planner: Planner, until_s: int) -> None:
    """Let the planner see that time passes, in which nothing is due."""
    for second in range(0, until_s, 10):
        assert planner.plan(float(second))[0] == []


def asked(planner: Planner, unit: Unit, now_s: float) -> None:
    """Have a unit read, and leave it without an answer."""
    planner.ask_now(unit)
    assert unit in planner.plan(now_s)[0]


def test_what_another_read_later_counts_unless_it_is_being_read_or_not_planned_for() -> None:
    planner, unit = Planner(), Unit(Kind.TRIGGERS, "fn-1")
    planner.on_adopted(unit, 5.0)  # not planned for
    planner.keep([unit])
    planner.on_adopted(unit, 10.0)
    planner.on_adopted(unit, 9.0)  # older
    assert planner._units[unit].read_s == 10.0
    planner.ask_now(unit)
    assert unit in planner.plan(11.0)[0]
    planner.on_adopted(unit, 11.0)  # its own answer is under way
    assert planner._units[unit].is_busy


def test_the_list_of_namespaces_comes_first() -> None:
    planner = Planner()
    assert planner.plan(0.0)[0] == [LIST]
    assert planner.plan(0.0)[0] == []


def test_a_first_load_is_wide_and_the_selected_namespace_leads() -> None:
    planner = Planner()
    planner.plan(0.0)
    planner.on_read(LIST, 0.0)
    planner.keep([unit for number in range(20) for unit in (triggers(number), keys(number))])
    planner.select("fn-7")
    chosen, _ = planner.plan(0.1)
    assert chosen[0] == triggers(7)
    assert len(chosen) == 16
    assert {unit.kind for unit in chosen} == {Kind.TRIGGERS}


def test_after_a_429_a_first_load_is_as_narrow_as_anything_else() -> None:
    planner = Planner(0.0, _rng(1))
    planner.keep([triggers(number) for number in range(40)])
    chosen, _ = planner.plan(0.0)
    planner.on_rate_limited(0.1, 3.0)
    for unit in chosen:
        planner.on_failure(unit, 0.1)
    assert len(chosen) == 16
    assert planner.plan(3.0)[0] == []
    assert 1 <= len(planner.plan(9.0)[0]) <= 4


@pytest.mark.slow
def test_a_first_load_stays_within_the_minute_and_the_hour() -> None:
    planner = Planner()
    planner.keep([triggers(number) for number in range(1000)])
    read = moments(planner, 1800.0)
    all_moments = sorted(moment for found in read.values() for moment in found)
    assert sum(moment == 0 for moment in all_moments) >= 150
    assert sum(moment < 60 for moment in all_moments) <= 200
    assert 500 <= len(all_moments) <= 700


def test_ages() -> None:
    planner = quiet([triggers(1), triggers(2), keys(1), one(2)])
    planner.select("fn-1", shows_keys=True)
    read = moments(planner, 3600.0)
    assert len(read[triggers(1)]) in range(118, 123)
    assert len(read[triggers(2)]) == 12
    assert len(read[keys(1)]) in range(59, 62)
    assert len(read[LIST]) == 12
    assert read[one(2)] == [3600.0]


def test_unattended_it_is_four_times_as_old() -> None:
    planner = quiet([triggers(1), triggers(2)])
    planner.select("fn-1")
    planner.sight.is_attended = False
    read = moments(planner, 3600.0)
    assert len(read[triggers(1)]) == 30
    assert len(read[triggers(2)]) == 3


def test_keys_that_are_not_shown_are_read_once_an_hour() -> None:
    planner = quiet([keys(1)])
    planner.select("fn-1")
    assert moments(planner, 3700.0)[keys(1)] == [3600.0]


def test_a_large_account_is_read_as_often_as_the_budget_goes() -> None:
    planner = quiet([triggers(number) for number in range(90)])
    assert isclose(planner.pace.usual_s, 90 * 3600 / (0.25 * 940))


def looks(planner: Planner, unit: Unit, until_s: float, slot_s: float) -> list[float]:
    """Return when a unit is looked at whose run never comes."""
    now_s, found = 0.0, list[float]()
    while now_s < until_s:
        chosen, wake_s = planner.plan(now_s)
        for other in chosen:
            planner.on_read(other, now_s, waits(slot_s) if other == unit else None)
        found += [now_s] * chosen.count(unit)
        now_s = now_s if chosen else max(wake_s, now_s + 0.001)
    return found


def test_looks_three_seconds_after_a_slot_then_ever_less_often_and_once_after_the_grace() -> None:
    planner = quiet([triggers(1)], {triggers(1): waits(10.0)})
    found = [round(moment, 1) for moment in looks(planner, triggers(1), 101.0, 10.0)]
    assert found == [13.0, 14.0, 16.0, 20.0, 28.0, 44.0, 76.0, 100.5]


def test_the_first_look_is_learned_and_can_be_kept() -> None:
    planner = quiet([triggers(1)], {triggers(1): waits(10.0)})
    looks(planner, triggers(1), 14.0, 10.0)
    assert isclose(planner.first_look.delay_s, 3.0 * 1.027)
    planner.first_look.delay_s = 20.0
    planner.on_read(triggers(1), 0.0, waits(100.0))
    assert looks(planner, triggers(1), 121.0, 100.0)[-1] == 120.0


def test_the_selected_namespace_before_all_then_the_most_pressing() -> None:
    units = [triggers(number) for number in range(6)]
    awaited = {unit: waits(60.0, period_s=60.0 * 2**place) for place, unit in enumerate(units)}
    planner = quiet(units, awaited)
    planner.select("fn-0")
    pass_time(planner, 30)
    planner.select(None)
    pass_time(planner, 60)
    planner.select("fn-0")
    assert planner.plan(63.0)[0] == [triggers(0), triggers(5), triggers(4), triggers(3)]


def test_an_empty_bucket_leaves_only_what_is_worth_it() -> None:
    units = [triggers(1), triggers(2), triggers(3)]
    awaited = {
        triggers(1): waits(60.0, period_s=60.0),
        triggers(2): waits(60.0, period_s=86_400.0),
        triggers(3): waits(60.0, period_s=60.0),
    }
    planner = quiet(units, awaited)
    planner.sight.pinned = {"fn-3"}
    pass_time(planner, 60)
    planner.budget.spend(45)
    assert set(moments(planner, 64.0, start_s=63.0)) == {triggers(2), triggers(3)}


def test_the_price_is_looked_at_again_when_it_moved() -> None:
    units = [triggers(number) for number in range(4)]
    planner = quiet(units, {unit: waits(60.0, period_s=86_400.0) for unit in units})
    pass_time(planner, 60)
    planner.budget.spend(30)
    chosen, wake_s = planner.plan(63.0)
    assert len(chosen) == 1
    assert isclose(wake_s, 63.2)


def test_what_the_user_asks_for_is_not_delayed() -> None:
    planner = quiet([triggers(1), one(1), triggers(2)])
    planner.budget.spend(500)
    assert planner.plan(1.0)[0] == []
    planner.ask_now(triggers(1))
    assert planner.plan(1.0)[0] == [triggers(1), one(1)]
    planner.ask_now(triggers(9))
    assert planner.plan(1.0)[0] == []


def test_what_the_user_asks_for_does_not_wait_for_what_is_under_way() -> None:
    units = [triggers(number) for number in range(6)]
    planner = quiet(units, {unit: waits(60.0) for unit in units})
    pass_time(planner, 60)
    assert len(planner.plan(63.0)[0]) == 4
    planner.ask_now(triggers(5))
    assert planner.plan(63.0)[0] == [triggers(5)]


def test_asking_for_all_goes_as_the_budget_goes() -> None:
    planner = quiet([triggers(number) for number in range(300)])
    planner.select("fn-299")
    planner.ask_now()
    chosen, _ = planner.plan(100.0)
    assert chosen[:2] == [triggers(299), LIST]
    assert len(chosen) < 40


def test_without_budget_nothing_is_read_but_it_is_looked_at_again() -> None:
    planner = quiet([triggers(1)])
    pass_time(planner, 300)
    planner.budget.spend(300)
    assert planner.plan(310.0) == ([], 311.0)


def test_what_is_outdated_is_read_again() -> None:
    planner = quiet([one(1), one(2)])
    planner.expire([one(1), one(9)])
    assert planner.plan(1.0)[0] == [one(1)]


def test_a_429_pauses_everything() -> None:
    planner = quiet([triggers(1)])
    asked(planner, triggers(1), 0.0)
    planner.on_rate_limited(0.0, 90.0)
    planner.on_failure(triggers(1), 0.0)
    planner.ask_now()
    for second in range(0, 90, 9):
        assert planner.plan(float(second))[0] == []
    assert planner.plan(93.0)[0] == [LIST, triggers(1)]


@pytest.mark.parametrize(("is_selected", "longest_s"), [(False, 60.0), (True, 8.0)])
def test_failures_back_off(is_selected: bool, longest_s: float) -> None:  # noqa: FBT001 - a case
    planner = Planner(0.0, _rng(1))
    planner.keep([triggers(1)])
    planner.select("fn-1" if is_selected else None)
    now_s, tries = 0.0, list[float]()
    while len(tries) < 9:
        chosen, wake_s = planner.plan(now_s)
        for unit in chosen:
            if unit == LIST:
                planner.on_read(unit, now_s)
            else:
                planner.on_failure(unit, now_s)
        tries += [now_s] * chosen.count(triggers(1))
        now_s = now_s if chosen else wake_s
    waited = [after - before for before, after in pairwise(tries)]
    for failures, wait_s in enumerate(waited, 1):
        nominal_s = min(longest_s, 2.0**failures)
        assert 0.8 * nominal_s <= wait_s <= 1.2 * nominal_s


def test_in_an_outage_what_is_not_on_screen_is_tried_by_turns() -> None:
    planner = quiet([triggers(number) for number in range(20)])
    planner.select("fn-0")
    planner.ask_now()
    now_s, tries = 100.0, list[tuple[float, Unit]]()
    while now_s < 400:
        chosen, wake_s = planner.plan(now_s)
        for unit in chosen:
            planner.on_failure(unit, now_s)
            tries.append((now_s, unit))
        now_s = now_s if chosen else max(wake_s, now_s + 0.001)
    late = [(moment, unit) for moment, unit in tries if moment >= 110]
    others = [moment for moment, unit in late if unit != triggers(0)]
    assert len(others) in range(34, 38)
    assert all(after - before >= 8 for before, after in pairwise(others))
    assert len({unit for _, unit in late}) == 21
    assert len(late) - len(others) in range(29, 46)


def test_the_first_success_after_three_failures_ends_all_waits() -> None:
    units = [triggers(number) for number in range(1, 5)]
    planner = quiet(units)
    for unit in units:
        asked(planner, unit, 0.0)
    for unit in units[:3]:
        planner.on_failure(unit, 0.0)
    planner.expire(units[:3])
    planner.on_read(units[3], 0.0)
    assert planner.plan(1.0)[0] == units[:3]


def test_a_refusal_is_not_asked_again_soon_whatever_succeeds() -> None:
    planner = Planner(0.0, _rng(1))
    planner.keep([keys(1), keys(2), keys(3), keys(4)])
    assert len(planner.plan(0.0)[0]) == 5
    planner.on_refused(keys(1), 0.0, 3600.0)
    for number in (2, 3, 4):
        planner.on_failure(keys(number), 0.0)
    planner.on_read(LIST, 0.0)
    assert moments(planner, 3700.0)[keys(1)] == [3600.0]


def test_after_a_sleep_it_starts_over_within_the_bucket() -> None:
    units = [triggers(number) for number in range(50)]
    planner = quiet(units)
    planner.select("fn-7")
    asked(planner, triggers(3), 0.0)
    planner.on_failure(triggers(3), 0.0)
    planner.budget.spend(60)
    chosen, _ = planner.plan(7200.0)
    assert chosen[0] == triggers(7)
    assert len(chosen) <= 4
    for unit in chosen:
        planner.on_read(unit, 7200.0)
    read = moments(planner, 7201.0, start_s=7200.0)
    count = len(chosen) + sum(map(len, read.values()))
    assert 40 <= count <= 100  # all that is due is read again, and no first load's burst is made


def test_slots_move_with_the_servers_time() -> None:
    planner = quiet([triggers(1)], {triggers(1): waits(30.0)})
    planner.offset_s = 20.0
    assert planner.plan(12.9)[0] == []
    assert planner.plan(13.0)[0] == [triggers(1)]


def test_what_was_read_just_before_the_servers_time_jumped_is_read_again() -> None:
    planner = quiet([triggers(1), triggers(2)])
    planner.plan(200.0)
    planner.ask_now(triggers(1))
    assert planner.plan(200.0)[0] == [triggers(1)]
    planner.on_read(triggers(1), 200.0)
    planner.offset_s = 31.0
    assert planner.plan(201.0)[0] == [triggers(1)]


def test_answers_to_what_is_no_longer_planned_are_dropped() -> None:
    planner = Planner(0.0, _rng(1))
    planner.keep([triggers(1), triggers(2), triggers(3), triggers(4)])
    assert len(planner.plan(0.0)[0]) == 5
    planner.keep([])
    planner.on_read(triggers(1), 0.0)
    planner.on_failure(triggers(2), 0.0)
    planner.on_refused(triggers(3), 0.0, 1.0)
    planner.on_dropped(triggers(4))
    planner.on_read(LIST, 0.0)
    assert planner.plan(0.0) == ([], 10.0)


@given(st.integers(1, 30), st.integers(0, 2**32), st.booleans())
@settings(max_examples=4)
def test_never_above_the_budget(count: int, seed: int, is_selected: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever is due and whatever fails: 1,000 requests in any hour, 16 at first in flight."""
    rng = _rng(seed)
    planner = Planner(0.0, _rng(seed))
    planner.keep([unit for number in range(count) for unit in (triggers(number), keys(number))])
    planner.select("fn-0" if is_selected else None)
    now_s, sent, busy = 0.0, list[float](), list[tuple[float, Unit]]()
    while now_s < 5400:
        chosen, wake_s = planner.plan(now_s)
        sent += [now_s] * len(chosen)
        busy += [(now_s + rng.uniform(0.05, 3), unit) for unit in chosen]
        assert len(busy) <= (16 if now_s < 60 else 5)
        busy.sort()
        now_s = max(now_s, min(wake_s, busy[0][0] if busy else math.inf))
        while busy and busy[0][0] <= now_s:
            _, unit = busy.pop(0)
            if rng.random() < 0.1:
                planner.on_failure(unit, now_s)
            else:
                planner.on_read(unit, now_s, waits(now_s + rng.uniform(-100, 100)))
    for start in range(0, 1800, 60):
        assert sum(start <= moment < start + 3600 for moment in sent) <= 1000
        assert sum(start <= moment < start + 60 for moment in sent) <= 200
