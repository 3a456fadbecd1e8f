"""What is sent to the terminal: as little as a slow line wants."""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable
from statistics import median
from typing import NamedTuple

import pytest
from textual import events

from fntui.ui.main_screen.screen import STEP_S
from tests.support.local_zone import local_zone
from tests.support.recorder import recorded
from tests.support.ui import screen_rows
from tests.support.whole import Whole, whole


class Line(NamedTuple):
    """The program, and what it sends over the line."""

    hands: Whole
    sent: list[str]

    def length(self) -> int:
        """Return the bytes that were sent since ``sent`` was cleared."""
        return len("".join(self.sent).encode())

    async def cost(self, action: Awaitable[object]) -> int:
        """Return how many bytes are sent for ``action``."""
        await self.hands.pilot.pause()
        self.sent.clear()
        await action
        await self.hands.pilot.pause()
        return self.length()


@pytest.fixture
async def line(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Line]:
    monkeypatch.setenv("COLORTERM", "truecolor")
    with recorded() as sent:
        async with whole((120, 40)) as hands:
            yield Line(hands, sent)


def test_the_first_screens(line: Line) -> None:
    assert 3_000 < line.length() < 20_000


async def test_cursor_keys_on_the_board(line: Line) -> None:
    await line.hands.press("tab", "j")
    costs = [await line.cost(line.hands.press(key)) for key in "jjjjkkkk"]
    assert all(50 < cost <= 700 for cost in costs), costs


async def test_cursor_keys_in_the_tree_where_the_detail_is_another_each_time(line: Line) -> None:
    costs = [await line.cost(line.hands.press(key)) for key in "jjjkk"]
    assert all(200 < cost <= 4_000 for cost in costs), costs


async def test_cursor_keys_in_the_tree_from_trigger_to_trigger(line: Line) -> None:
    with local_zone("UTC"):
        await line.hands.press("j", "l", "j")
        costs = [await line.cost(line.hands.press(key)) for key in "jjjkkk"]
    assert 200 < median(costs) <= 950, costs


async def test_a_page_down(line: Line) -> None:
    await line.hands.press("tab")
    assert 50 < await line.cost(line.hands.press("pagedown")) <= 6_000


async def test_from_pane_to_pane(line: Line) -> None:
    assert 0 < await line.cost(line.hands.press("tab")) <= 700


@pytest.mark.parametrize("key", ["question_mark", "n", "colon", "M"])
async def test_opening_a_layer_and_closing_it(line: Line, key: str) -> None:
    assert 500 < await line.cost(line.hands.press(key)) <= 10_000
    assert 500 < await line.cost(line.hands.press("escape")) <= 10_000


@pytest.fixture
async def still(line: Line) -> Line:
    """The line once nothing is read by itself, a second after ages moved on."""
    session = line.hands.app.session
    assert session is not None
    await session.poller.stop()
    await line.hands.pass_time(STEP_S + 1 - line.hands.app.server_now().second % STEP_S)
    return line


async def tick(line: Line, seconds: float) -> None:
    """Let time pass, and a tick come."""
    await line.hands.clock.advance(seconds)
    line.hands.app.main.tick()
    await line.hands.pilot.pause()


async def answer(line: Line) -> None:
    """Have triggers read again of which nothing is new."""
    session = line.hands.app.session
    assert session is not None
    asked = len(line.hands.api.log)
    unread = session.store.snapshot
    billing = line.hands.namespace("billing").namespace_id
    reading = asyncio.create_task(session.operations.read_triggers(billing))
    await tick(line, 1)
    assert await reading is None
    await line.hands.pilot.pause()
    assert len(line.hands.api.log) > asked
    assert session.store.snapshot != unread


async def test_an_unchanged_answer_sends_nothing(still: Line) -> None:
    assert await still.cost(answer(still)) == 0


async def test_its_age_is_shown_once_ages_move_on(still: Line) -> None:
    await still.hands.press("j")
    await still.hands.pass_time(60)
    assert "↻ 1m" in screen_rows(still.hands.app)[0]
    await answer(still)
    assert "↻ 1m" in screen_rows(still.hands.app)[0]
    await tick(still, STEP_S)
    assert re.search("↻ [0-9]s", screen_rows(still.hands.app)[0])


async def test_out_of_sight_where_ages_stand_still_it_is_drawn(still: Line) -> None:
    await still.hands.press("j")
    await still.hands.pass_time(60)
    still.hands.app.post_message(events.AppBlur())
    await still.hands.pilot.pause()
    assert await still.cost(answer(still)) > 0


async def test_a_minute_of_ages_and_countdowns_with_what_runs_in_it(line: Line) -> None:
    costs = [await line.cost(line.hands.pass_time(1)) for _ in range(60)]
    assert costs.count(0) >= 40
    assert 0 < sum(costs) <= 60 * 100


async def test_one_new_run(line: Line) -> None:
    hands = line.hands
    key = hands.trigger("ingest", "dedupe")

    def last() -> object:
        view = hands.app.main.snapshot.namespaces[key.namespace_id].triggers[key.name]
        return view.trigger.scheduled_runs

    before = last()
    cost = 0
    while last() == before:
        cost = await line.cost(hands.pass_time(0.5))
    assert 0 < cost <= 2_000


async def test_drawn_anew_all_is_sent(line: Line) -> None:
    assert await line.cost(line.hands.press("ctrl+l")) > 3_000


async def test_in_the_terminals_own_colours_less_is_sent(line: Line) -> None:
    await line.hands.press("T", "T")
    assert line.hands.app.theme == "fntui-ansi"
    await line.hands.press("tab", "j")
    costs = [await line.cost(line.hands.press(key)) for key in "jjjjkkkk"]
    assert all(50 < cost <= 400 for cost in costs), costs
    assert await line.cost(line.hands.press("ctrl+l")) < 6_000
    assert b"38;2;" not in "".join(line.sent).encode()
