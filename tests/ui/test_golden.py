"""Screens as plain text, in tests/golden; ``FNTUI_GOLDEN=write`` writes those that changed."""

import os
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest
from msgspec import structs
from textual.pilot import Pilot

from screenshots.make import SCENES, Scene, on_stage
from tests.support.local_zone import local_zone
from tests.support.ui import screen_text

FOLDER: Final = Path(__file__).parents[1] / "golden"
SIZES: Final = ((120, 40), (80, 24), (60, 20))
GOLDEN: Final = {
    **{name: SCENES[name] for name in ("board", "bad-cron", "secret", "delete", "help")},
    "trigger": Scene(keys="j l j d"),
    "namespace": Scene(keys="j"),
    "access-keys": Scene(keys="j l j j j j j j"),
    "runs": Scene(keys="j l j right_square_bracket"),
    "json": Scene(keys="j l j y"),
    "pause": Scene(keys="j l j p"),
    "undo": Scene(keys="j l j p y u"),
    "new-trigger": Scene(keys="j n"),
    "new-namespace": Scene(keys="n"),
    "palette": Scene(keys="colon 'bill'"),
    "filter": Scene(keys="slash 'run'"),
    "log": Scene(keys="L"),
    "radar": Scene(keys="M"),
    "radar-6h": Scene(keys="M m"),
}


@pytest.fixture(autouse=True)
def _utc() -> Generator[None]:
    with local_zone("UTC"):
        yield


@pytest.mark.parametrize("name", GOLDEN)
async def test_the_screen_is_as_it_was(name: str) -> None:
    async with on_stage(structs.replace(GOLDEN[name], size=SIZES[0])) as pilot:
        for width, height in SIZES:
            text = await _resized(pilot, width, height)
            _compare(FOLDER / f"{name}-{width}x{height}.txt", text + "\n")


async def test_a_terminal_that_is_too_small_is_told_so_until_it_grows() -> None:
    async with on_stage(Scene(size=(80, 24))) as pilot:
        before = screen_text(pilot.app)
        assert "too small" in (await _resized(pilot, 20, 5)).replace("\n", " ")
        assert await _resized(pilot, 80, 24) == before


async def _resized(pilot: Pilot[int], width: int, height: int) -> str:
    """Return what the screen shows in another size."""
    await pilot.resize_terminal(width, height)
    return screen_text(pilot.app)


def _compare(path: Path, drawn: str) -> None:
    if os.environ.get("FNTUI_GOLDEN") == "write":
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


def test_no_golden_screen_is_left_over() -> None:
    names = {path.name.rpartition("-")[0] for path in FOLDER.glob("*.txt")}
    assert names == set(GOLDEN)
