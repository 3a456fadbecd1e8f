"""What is sent to the terminal: as little as a slow line wants."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from typing import NamedTuple

import pytest

from tests.support.recorder import recorded
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


async def test_a_page_down(line: Line) -> None:
    await line.hands.press("tab")
    assert 50 < await line.cost(line.hands.press("pagedown")) <= 6_000


async def test_from_pane_to_pane(line: Line) -> None:
    assert 0 < await line.cost(line.hands.press("tab")) <= 700


@pytest.mark.parametrize("key", ["question_mark", "n", "colon", "M"])
async def test_opening_a_layer_and_closing_it(line: Line, key: str) -> None:
    assert 500 < await line.cost(line.hands.press(key)) <= 10_000
    assert 500 < await line.cost(line.hands.press("escape")) <= 10_000


async def test_an_unchanged_answer(line: Line) -> None:
    session = line.hands.app.session
    assert session is not None
    now = line.hands.clock.now()
    await line.hands.pass_time(6 - now.second % 5)  # a second after a step
    asked = len(line.hands.api.log)

    async def read() -> None:
        staging = line.hands.namespace("staging").namespace_id
        reading = asyncio.create_task(session.operations.read_triggers(staging))
        await line.hands.pass_time(1)
        assert await reading is None

    assert await line.cost(read()) == 0
    assert len(line.hands.api.log) > asked


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
