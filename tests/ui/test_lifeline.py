# ruff: noqa: D102, D107 - stand-ins with the methods of what they stand for

import asyncio
import errno
import os
import signal
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from fntui.clock import ManualClock
from fntui.core.ports import Profile, Settings
from fntui.ui import lifeline

if TYPE_CHECKING:
    from fntui.ui.app import FntuiApp


class Ending:
    """As much of an app as a lifeline holds."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.settings = Settings(profile=Profile(name="x"), uses_mouse=False)
        self.statuses: list[int] = []
        self.mouse: list[bool] = []
        self.painted = asyncio.Event()
        self._ended = asyncio.Event()

    def exit(self, *, return_code: int) -> None:
        self.statuses.append(return_code)
        self._ended.set()

    async def run_async(self, *, mouse: bool) -> None:
        self.mouse.append(mouse)
        await self._ended.wait()


class System(SimpleNamespace):
    """The system, with a terminal that may go.

    Attributes:
        has_terminal: Whether it is there.
        let_go: Which streams were; none is, in truth.
    """

    def __init__(self) -> None:
        super().__init__(**{
            name: getattr(os, name) for name in ("O_CLOEXEC", "O_RDWR", "close", "devnull", "open")
        })
        self.has_terminal = True
        self.let_go: list[int] = []

    def tcgetpgrp(self, _: int) -> int:
        if not self.has_terminal:
            raise OSError(errno.EIO, "Input/output error")
        return 1

    def dup2(self, _: int, stream: int) -> None:
        self.let_go.append(stream)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    system = System()
    monkeypatch.setattr(lifeline, "os", system)
    return system


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
async def test_a_signal_ends_the_app_in_order(
    system: System, number: signal.Signals, status: int
) -> None:
    app = Ending()
    running = asyncio.create_task(lifeline.run(cast("FntuiApp", app)))
    await app.clock.settle()
    os.kill(os.getpid(), number)
    await running
    assert app.statuses == [status]
    assert app.mouse == [False]
    assert system.let_go == []


async def test_a_terminal_that_goes_without_a_signal_ends_the_app_within_a_second(
    system: System,
) -> None:
    app = Ending()
    running = asyncio.create_task(lifeline.run(cast("FntuiApp", app)))
    await app.clock.advance(10 * lifeline.LOOK_S)
    assert app.statuses == []
    system.has_terminal = False
    await app.clock.advance(lifeline.LOOK_S)
    await running
    assert app.statuses == [129]
    assert system.let_go == [0, 1, 2]
