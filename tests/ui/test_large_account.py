"""What a large account costs, as counts of work: keys, ticks and answers ask for little of it."""

import gc
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fntui.api.models import AccessKey, Listing, Namespace
from fntui.core.health import alarms
from fntui.core.health import board as judged
from fntui.core.health.alarms import Alert, look, needs
from fntui.core.model.events import AccessKeysRead, NamespacesRead, TriggersRead
from fntui.core.model.pace import Pace
from fntui.core.model.snapshot import NamespaceKey, Reading, Snapshot, TriggerKey
from fntui.core.store.store import Store
from fntui.core.watch.scheduler import Planner
from fntui.core.watch.targets import Kind, Unit, units_of
from fntui.core.watch.viewport import Sight as OnScreen
from fntui.ui.views import tree
from fntui.ui.views.bars import header_line
from fntui.ui.views.board import board as board_view
from fntui.ui.views.board import ranking
from fntui.ui.views.detail.page import Tab, detail_page
from fntui.ui.views.selection import ALL
from fntui.ui.views.tree import tree_lines
from fntui.ui.views.view_context import Sight
from fntui.ui.widgets.pane import Pane
from tests.support.builders import NOON, a_trigger, at
from tests.support.shown import lens

if TYPE_CHECKING:
    from collections.abc import Callable

NAMESPACES, TRIGGERS, ROWS = 60, 20, 12
KEYS = Listing(items=(AccessKey(key_id="k", expires_at=NOON + timedelta(days=9)),))
LISTING = Listing(
    items=tuple(
        a_trigger(name=f"trigger-{number:02}", last=at("11:45:02"), upcoming=at("12:15"))
        for number in range(TRIGGERS)
    )
)
IDS = [f"fn-{number:03}" for number in range(NAMESPACES)]
OPEN = Sight(expanded=frozenset({ALL, *map(NamespaceKey, IDS)}))


def a_large_store() -> Store:
    store = Store()
    items = tuple(Namespace(namespace_id=each, label=each) for each in IDS)
    store.apply(NamespacesRead(at=NOON, listing=Listing(items=items)))
    for each in IDS:
        store.apply(TriggersRead(at=NOON, namespace_id=each, listing=LISTING))
        store.apply(AccessKeysRead(at=NOON, namespace_id=each, listing=KEYS))
    return store


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the calls of what works on a line, a trigger or a namespace."""
    counts: Counter[str] = Counter()

    def count(owner: object, name: str, what: str) -> None:
        function: Callable[..., Any] = getattr(owner, name)

        def counted(*args: object) -> object:
            counts[what] += 1
            return function(*args)

        monkeypatch.setattr(owner, name, counted)

    count(board_view, "_cells", "rows of the board")
    count(tree._Tree, "line", "lines of the tree")
    count(judged, "Entry", "triggers judged")
    count(ranking, "is_shown", "triggers filtered")
    count(tree, "is_shown", "triggers sifted for the tree")
    count(ranking.Ranking, "__init__", "orders made")
    count(ranking, "printable", "cells measured")
    return counts


class Screen:
    """The two panes and the header, without a terminal."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Show it at noon."""
        self.tree, self.board = Pane(), Pane()
        for pane in (self.tree, self.board):
            pane._size = pane.size.with_height(ROWS).with_width(60)
            pane.is_active = True
        self.show(snapshot, NOON)

    def show(self, snapshot: Snapshot, now: datetime) -> None:
        """Show what is known now."""
        self.tree.show(tree_lines(snapshot, OPEN, lens(60, now)))
        page = detail_page(snapshot, ALL, Tab.OVERVIEW, OPEN, lens(90, now))
        self.board.show(page.lines, page.head)
        header_line(None, snapshot, now, Reading(read_at=now), 90)


def test_a_key_makes_no_lines_but_those_that_come_into_sight(work: Counter[str]) -> None:
    screen = Screen(a_large_store().snapshot)
    assert len(screen.board.lines) == NAMESPACES * TRIGGERS
    for pane in (screen.tree, screen.board):
        for count, most in ((1, 0), (ROWS, ROWS), (1, 1), (10_000, ROWS), (-1, 0), (-10_000, 0)):
            work.clear()
            pane.move(count)
            assert sum(work.values()) <= most, (count, work)


def test_a_tick_makes_the_lines_in_sight_and_asks_nothing_of_a_trigger(
    work: Counter[str],
) -> None:
    store = a_large_store()
    screen = Screen(store.snapshot)
    screen.tree.move(500)
    screen.board.move(300)
    work.clear()
    screen.show(store.snapshot, NOON + timedelta(seconds=5))
    assert work["lines of the tree"] <= ROWS
    assert work["rows of the board"] <= 2 * ROWS
    assert work.keys() <= {"lines of the tree", "rows of the board"}


def test_an_answer_asks_of_the_triggers_of_one_namespace(work: Counter[str]) -> None:
    store = a_large_store()
    screen = Screen(store.snapshot)
    screen.board.move_to(TriggerKey(IDS[7], "trigger-03"))
    later = NOON + timedelta(seconds=30)
    store.apply(TriggersRead(at=later, namespace_id=IDS[7], listing=LISTING))
    work.clear()
    screen.show(store.snapshot, later)
    assert work["triggers judged"] == TRIGGERS
    assert work["triggers filtered"] == work["triggers sifted for the tree"] == TRIGGERS
    assert work["orders made"] <= 2
    assert work["cells measured"] <= 5 * TRIGGERS
    assert work["lines of the tree"] + work["rows of the board"] <= 3 * ROWS
    assert screen.board.cursor_key == TriggerKey(IDS[7], "trigger-03")


def test_whether_somebody_is_to_be_called_is_asked_of_what_changed(
    work: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = a_large_store()
    alert, _ = look(Alert(), store.snapshot, NOON)
    needs(store.snapshot, NOON)
    rung: list[object] = []

    def should_ring(_: object, view: object) -> bool:
        rung.append(view)
        return False

    monkeypatch.setattr(alarms, "should_ring", should_ring)
    later = NOON + timedelta(seconds=30)
    store.apply(TriggersRead(at=later, namespace_id=IDS[7], listing=LISTING))
    work.clear()
    alert, _ = look(alert, store.snapshot, later)
    needs(store.snapshot, later)
    assert (len(rung), work["triggers judged"]) == (TRIGGERS, TRIGGERS)
    look(alert, store.snapshot, later + timedelta(seconds=1))
    needs(store.snapshot, later + timedelta(seconds=1))
    assert (len(rung), sum(work.values())) == (TRIGGERS, TRIGGERS)


def test_a_plan_asks_what_is_on_screen_of_few_units(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = Planner()
    planner.keep(units_of(a_large_store().snapshot))
    asked: list[Unit] = []
    age_s = OnScreen.age_s

    def counted(sight: OnScreen, unit: Unit, pace: Pace, rate: float) -> float:
        asked.append(unit)
        return age_s(sight, unit, pace, rate)

    monkeypatch.setattr(OnScreen, "age_s", counted)
    planner.select(IDS[7], shows_keys=True)
    planner.plan(1.0)
    assert {Unit(Kind.TRIGGERS, IDS[7]), Unit(Kind.ACCESS_KEYS, IDS[7])} <= set(asked)
    assert len(asked) <= len(Kind) + 2


def test_what_a_trigger_is_made_of_is_not_searched_for_cycles() -> None:
    def tracked() -> Counter[type]:
        gc.collect()
        return Counter(map(type, gc.get_objects()))

    before, store = tracked(), a_large_store()
    screen = Screen(store.snapshot)
    more = tracked() - before
    assert {kind: count for kind, count in more.items() if count >= NAMESPACES * TRIGGERS} == {}
    assert len(screen.board.lines) == NAMESPACES * TRIGGERS
