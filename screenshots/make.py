"""Makes the screenshots beside this file: ``python screenshots/make.py``.

The simulated account on a clock that moves only with the keys, and an environment of its own: every
run on every machine gives the same bytes. ``--check`` writes nothing, and fails if one is stale.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

ROOT: Final = Path(__file__).resolve().parents[1]
_MARK: Final = "FNTUI_SCREENSHOTS"
_ENVIRONMENT: Final = {
    "COLORTERM": "truecolor",
    "LANG": "C.UTF-8",
    "PATH": os.defpath,
    "PYTHONHASHSEED": "0",
    "PYTHONPATH": str(ROOT),
    "TERM": "xterm-256color",
    "TZ": "UTC",
    _MARK: "1",
}

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from fntui.clock import ManualClock


class Scene(Struct, frozen=True, kw_only=True):
    """What is on the screen after some keys.

    Attributes:
        keys: As Textual names them, with blanks between; a word in quotes is typed.
        size: Columns and rows.
        theme: Of the screen.
    """

    keys: str = ""
    size: tuple[int, int] = (120, 36)
    theme: str = "fntui-dark"


SCENES: Final = {
    "board": Scene(),
    "trigger": Scene(keys="j l j"),
    "bad-cron": Scene(keys="j l j e end backspace 8"),
    "secret": Scene(keys="j l j j j j j j n 'deploy' ctrl+o y"),
    "delete": Scene(keys="j D"),
    "radar": Scene(keys="M"),
    "help": Scene(keys="question_mark"),
    "80x24": Scene(size=(80, 24)),
    "light": Scene(theme="fntui-light"),
}
"""By the name of their file."""


@asynccontextmanager
async def on_stage(scene: Scene) -> AsyncGenerator["Pilot[int]"]:
    """Run the program on the simulated account up to a scene.

    Yields:
        Who presses its keys.
    """
    # Textual reads the environment when it is imported.
    from fntui.accounts import DemoAccounts  # noqa: PLC0415
    from fntui.clock import ManualClock  # noqa: PLC0415
    from fntui.ui.app import FntuiApp  # noqa: PLC0415
    from fntui.ui.settings import Settings  # noqa: PLC0415

    clock = ManualClock()
    accounts = DemoAccounts(clock)
    settings = Settings(profile=accounts.profiles[0], theme=scene.theme)
    app = FntuiApp(accounts, settings, clock, repr)
    async with app.run_test(size=scene.size, notifications=True, tooltips=True) as pilot:
        while app.session is None:
            await pilot.pause()
        await _pass(pilot, clock, 6)
        for key in _spelled(scene.keys):
            await pilot.press(key)
            await _pass(pilot, clock, 0.4)  # a key at once would count as typed ahead
        app.main.redraw()
        await pilot.pause()
        yield pilot


async def _pass(pilot: "Pilot[int]", clock: "ManualClock", seconds: float) -> None:
    """Let time pass, and what happens meanwhile be drawn."""
    await clock.advance(seconds)
    await pilot.pause()


def _spelled(keys: str) -> list[str]:
    """Return the keys of a scene one by one, words in quotes letter by letter."""
    words = keys.split()
    return [key for word in words for key in (word.strip("'") if "'" in word else [word])]


async def _svg(scene: Scene) -> str:
    async with on_stage(scene) as pilot:
        return pilot.app.export_screenshot(simplify=True)


def _make(*, is_check: bool) -> int:
    """Write or compare every screenshot; return the exit status."""
    folder = Path(__file__).parent
    stale: list[str] = []
    for name, scene in SCENES.items():
        path, svg = folder / f"{name}.svg", asyncio.run(_svg(scene))
        if path.exists() and path.read_text(encoding="utf-8") == svg:
            continue
        stale.append(path.name)
        if not is_check:
            path.write_text(svg, encoding="utf-8")
    known = {f"{name}.svg" for name in SCENES}
    stale += [path.name for path in folder.glob("*.svg") if path.name not in known]
    for name in stale:
        print(f"{name}: {'out of date' if is_check else 'made'}")
    return 1 if is_check and stale else 0


def main() -> None:
    """Make the screenshots, or check them."""
    parser = argparse.ArgumentParser(description="Make the screenshots of fntui.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if one is stale")
    options = parser.parse_args()
    if _MARK not in os.environ:
        os.execve(sys.executable, [sys.executable, __file__, *sys.argv[1:]], _ENVIRONMENT)  # noqa: S606
    sys.exit(_make(is_check=options.check))


if __name__ == "__main__":
    main()
