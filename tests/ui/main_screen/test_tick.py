"""What a tick sends to the terminal: nothing unless a text on the screen is another one."""

import re
from typing import Final

import pytest

from fntui.ui.main_screen.screen import STEP_S
from tests.support.recorder import recorded
from tests.support.ui import screen_rows
from tests.support.whole import Whole, whole

PLACED: Final = re.compile(r"\x1b\[(?:([0-9]+)(?:;[0-9]+)?H|B)")


async def stand_still(it: Whole) -> None:
    """Let no answer come, and no tick but those of the test count; a step has just begun."""
    assert it.app.session is not None
    await it.app.session.poller.stop()
    await it.pilot.pause()
    it.clock._elapsed += STEP_S - it.app.server_now().timestamp() % STEP_S
    it.app.main.redraw()
    await it.pilot.pause()


async def tick(it: Whole, seconds: float) -> list[int]:
    """Let time pass; return the rows that then differ."""
    before = screen_rows(it.app)
    it.clock._elapsed += seconds
    it.app.main.tick()
    await it.pilot.pause()
    after = screen_rows(it.app)
    return [y for y, row in enumerate(after) if row != before[y]]


def rows_drawn(sent: list[str]) -> set[int]:
    """Return the rows that the terminal's cursor was sent to."""
    row, rows = 0, set[int]()
    for found in PLACED.finditer("".join(sent)):
        row = int(found[1]) - 1 if found[1] else row + 1
        rows.add(row)
    return rows


async def test_a_tick_that_changes_no_text_sends_nothing() -> None:
    with recorded() as sent:
        async with whole((80, 24)) as it:
            await stand_still(it)
            sent.clear()
            for _ in range(STEP_S - 1):
                assert await tick(it, 1) == []
            assert sent == []
            assert await tick(it, 1)
            assert sent


async def test_a_tick_in_the_same_step_makes_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    async with whole((80, 24)) as it:
        await stand_still(it)
        made = list[object]()
        monkeypatch.setattr(it.app.main, "_draw", lambda: made.append(None))
        for _ in range(STEP_S - 1):
            await tick(it, 1)
        assert made == []
        await tick(it, 1)
        assert made


@pytest.mark.parametrize("seconds", [STEP_S, 60])
async def test_a_tick_sends_the_rows_that_changed_and_no_others(seconds: float) -> None:
    with recorded() as sent:
        async with whole((80, 24)) as it:
            await stand_still(it)
            sent.clear()
            changed = await tick(it, seconds)
            assert 0 < len(changed) < 24
            assert 0 in changed  # the age in the header
            assert rows_drawn(sent) == set(changed)
            assert len("".join(sent)) < 100 * len(changed)  # in truecolor, too


async def test_where_nothing_counts_seconds_a_tick_sends_the_age_in_the_header_alone() -> None:
    with recorded() as sent:
        async with whole((80, 24)) as it:
            await it.press("j", "right_square_bracket")  # JSON
            await stand_still(it)
            sent.clear()
            assert await tick(it, STEP_S) == [0]
            assert await tick(it, 60) == [0]
            assert await tick(it, STEP_S) == []
            assert rows_drawn(sent) == {0}
            assert len(sent) == 2
