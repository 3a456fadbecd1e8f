"""Any size of the terminal, on every screen: the program lives, and shows the same again after.

Of hundreds of sizes each with ``FNTUI_FUZZ=SEED``, of a few otherwise.
"""

from random import Random
from typing import Final

import pytest

from fntui.ui.main_screen.screen import LEAST
from tests.support.effort import SEED, effort
from tests.support.sample import sample
from tests.support.typist import rest, strike, stroke
from tests.support.whole import Whole, whole

_STARTED_S: Final = 20.0  # by then everything is read
USUAL: Final = (120, 36)
EDGES: Final = (
    (1, 1),
    (1, 100),
    (300, 1),
    (300, 100),
    (2, 2),
    (39, 9),
    (69, 20),
    (70, 20),
    (300, 5),
)
SIZES: Final = effort(2, 100)
STAGES: Final = {
    "board": "",
    "namespace": "j",
    "trigger": "j l j",
    "runs": "j l j 2 right_square_bracket",
    "JSON": "j l j y",
    "activity": "left_square_bracket",
    "access key": "j l j j j j j j",
    "filter": "slash r u n",
    "kept filter": "slash r u n enter",
    "problems": "f",
    "marks": "j l j space j space",
    "zoom": "z",
    "help": "question_mark",
    "palette": "colon b i l l",
    "log": "L",
    "radar": "M",
    "radar of 6 hours": "M m",
    "profiles": "at",
    "copy as": "j C",
    "run now": "j l j t",
    "acknowledge": "j l j a",
    "pause": "j l j p",
    "pause marked": "j l asterisk p",
    "delete trigger": "j l j D",
    "delete namespace": "j D",
    "delete access key": "j l j j j j j j D",
    "new namespace": "n",
    "new trigger": "j n x tab a tab",
    "bad cron": "j l j e end backspace 8",
    "edit trigger": "j l j e",
    "close form": "j n x escape",
    "preview": "j l j e end backspace 7 ctrl+o",
    "new access key": "j l j j j j j j n",
    "rename access key": "j l j j j j j j e",
    "secret": "j l j j j j j j n d ctrl+o y",
    "leave secret": "j l j j j j j j n d ctrl+o y escape",
}
"""By what they show: the keys that lead there from the start."""
TRIED: Final = sample(
    {stage: stage for stage in list(STAGES)[:: effort(6, 1)]},
    *effort(("access key", "help", "close form"), tuple(STAGES)),
)


async def play(it: Whole, keys: str) -> None:
    """Press keys, none of which is typed ahead, at the same moment in every run."""
    await it.clock.advance(_STARTED_S - it.clock.monotonic())
    for key in keys.split():
        await strike(it, [stroke(key)])
        await it.clock.advance(0.4)
        await rest(it)


async def resized(it: Whole, size: tuple[int, int]) -> str:
    """Give the terminal another size; return what the screen shows once it is drawn anew."""
    await it.pilot.resize_terminal(*size)
    for _ in range(200):
        if it.app.screen._compositor.size == size:
            break
        await it.pilot.pause()
    it.app.clear_notifications()
    it.app.main.redraw()
    await it.pilot.pause()
    assert it.app._exception is None
    return it.text


@pytest.mark.parametrize("stage", TRIED)
async def test_any_size_leaves_the_screen_as_it_was(stage: str) -> None:
    rng = Random(f"{SEED}/{stage}")  # noqa: S311 - fuzz
    sizes = [(rng.randint(1, 300), rng.randint(1, 100)) for _ in range(SIZES)]
    sizes += effort(rng.sample(EDGES, 1), EDGES)
    async with whole(USUAL) as it:
        await play(it, STAGES[stage])
        before = await resized(it, USUAL)
        for size in sizes:
            await resized(it, size)
        assert await resized(it, USUAL) == before, sizes


@pytest.mark.parametrize("stage", TRIED)
async def test_what_was_opened_at_any_size_is_right_at_the_usual_one(stage: str) -> None:
    rng = Random(f"{SEED}:{stage}")  # noqa: S311 - fuzz
    async with whole(USUAL) as it:
        await play(it, STAGES[stage])
        expected = await resized(it, USUAL)
    for _ in range(effort(1, 10)):
        size = rng.randint(LEAST[0], 300), rng.randint(LEAST[1], 100)
        async with whole(size) as it:
            await play(it, STAGES[stage])
            assert await resized(it, USUAL) == expected, size
