from math import isclose

import pytest

from fntui.core.model.pace import Pace
from fntui.core.watch.history_port import Wish
from fntui.core.watch.targets import Kind, Unit
from fntui.core.watch.viewport import Sight

HERE, THERE = Unit(Kind.TRIGGERS, "fn-1"), Unit(Kind.TRIGGERS, "fn-2")
KEYS_HERE, KEYS_THERE = Unit(Kind.ACCESS_KEYS, "fn-1"), Unit(Kind.ACCESS_KEYS, "fn-2")
LIST = Unit(Kind.NAMESPACES)
ONE = Unit(Kind.TRIGGER, "fn-1", "x")


def test_keys_are_on_screen_where_they_are_shown() -> None:
    assert Sight(namespace_id="fn-1").shows(HERE)
    assert not Sight(namespace_id="fn-1").shows(KEYS_HERE)
    assert Sight(namespace_id="fn-1", shows_keys=True).shows(KEYS_HERE)
    assert not Sight(namespace_id="fn-1", shows_keys=True).shows(KEYS_THERE)
    assert not Sight().shows(LIST)


def test_pinned_namespaces_are_favoured() -> None:
    sight = Sight(namespace_id="fn-1", pinned={"fn-2"})
    assert sight.favours(HERE)
    assert sight.favours(THERE)
    assert not sight.favours(Unit(Kind.TRIGGERS, "fn-3"))


def test_what_is_on_screen_here_or_elsewhere_or_pinned_is_near() -> None:
    elsewhere = [Wish(namespace_id="fn-3"), Wish()]
    sight = Sight(namespace_id="fn-1", pinned={"fn-2"}, elsewhere=elsewhere)
    assert sight.near == {"fn-1", "fn-2", "fn-3"}
    assert Sight().near == frozenset()


@pytest.mark.parametrize(
    ("unit", "attended_s", "unattended_s"),
    [
        (HERE, 30.0, 120.0),
        (KEYS_HERE, 60.0, 240.0),
        (ONE, 3600.0, 3600.0),
        (THERE, 300.0, 1200.0),
        (KEYS_THERE, 3600.0, 14_400.0),
        (LIST, 300.0, 1200.0),
    ],
)
def test_ages(unit: Unit, attended_s: float, unattended_s: float) -> None:
    sight = Sight(namespace_id="fn-1", shows_keys=True)
    assert sight.age_s(unit, sight.pace(2, 900), 1.0) == attended_s
    sight.is_attended = False
    assert sight.age_s(unit, sight.pace(2, 900), 1.0) == unattended_s


def test_a_slower_pace_makes_what_is_on_screen_older() -> None:
    assert isclose(Sight(namespace_id="fn-1").age_s(HERE, Pace(), 0.1), 300.0)


def test_a_large_account_is_read_less_often_but_for_what_is_pinned() -> None:
    sight = Sight(pinned={"fn-1"})
    pace = sight.pace(1000, 900)
    assert pace.is_slow
    assert sight.age_s(THERE, pace, 1.0) == 16_000
    assert sight.age_s(HERE, pace, 1.0) == 300.0
    assert sight.age_s(KEYS_HERE, pace, 1.0) == 3600.0


def test_what_is_pinned_is_read_more_seldom_too_while_nobody_looks() -> None:
    sight = Sight(pinned={"fn-1"}, is_attended=False)
    assert sight.age_s(HERE, sight.pace(1000, 900), 1.0) == 1200.0
