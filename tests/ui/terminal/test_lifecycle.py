# ruff: noqa: D102, D107 - stand-ins with the methods of what they stand for

import asyncio
import errno
import gc
import os
import signal
import termios
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from typing_extensions import override

from fntui.clock import ManualClock
from fntui.ui.terminal import lifecycle
from tests.support.stubs import returning
from tests.support.tty import a_turn

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from fntui.ui.terminal.app import TerminalApp


class Ending:
    """As much of an app as its lifecycle needs."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.statuses: list[int] = []
        self.mouse: list[bool] = []
        self.painted = asyncio.Event()
        self._ended = asyncio.Event()
        self.is_ending = False
        self.abandoned = 0

    def abandon_terminal(self) -> None:
        self.abandoned += 1

    def exit(self, *, return_code: int) -> None:
        self.statuses.append(return_code)
        self._ended.set()

    async def run_async(self, *, mouse: bool) -> None:
        self.mouse.append(mouse)
        await self._ended.wait()


def run(app: Ending) -> "Coroutine[None, None, None]":
    return lifecycle.run(cast("TerminalApp", app), app.clock, uses_mouse=False)


class System(SimpleNamespace):
    """The system, with a terminal that may go.

    Attributes:
        has_terminal: Whether it is there.
        let_go: Which streams were; none is, in truth.
    """

    error = termios.error

    def __init__(self) -> None:
        names = "O_CLOEXEC", "O_RDWR", "close", "devnull", "open"
        super().__init__(**{name: getattr(os, name) for name in names})
        self.has_terminal = True
        self.let_go: list[int] = []

    def tcgetattr(self, _: int) -> None:
        if not self.has_terminal:
            raise termios.error(errno.EIO, "Input/output error")

    def dup2(self, _: int, stream: int) -> None:
        self.let_go.append(stream)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    system = System()
    monkeypatch.setattr(lifecycle, "os", system)
    monkeypatch.setattr(lifecycle, "termios", system)
    return system


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGQUIT, 131)],
)
async def test_a_signal_ends_the_app_in_order(
    system: System, number: signal.Signals, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signal, "getsignal", returning(signal.SIG_DFL))
    app = Ending()
    running = asyncio.create_task(run(app))
    await app.clock.settle()
    os.kill(os.getpid(), number)
    await running
    assert app.statuses == [status]
    assert app.mouse == [False]
    assert system.let_go == []


class Busy(Ending):
    """An app that heeds no message until its time is up, and then none any more."""

    @override
    def exit(self, *, return_code: int) -> None:
        self.statuses.append(return_code)

    def give_in(self) -> None:
        self._ended.set()


@pytest.mark.parametrize("is_ending", [False, True])
async def test_an_app_that_does_not_begin_to_end_is_left(
    system: System,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_ending: bool,
) -> None:
    monkeypatch.setattr(signal, "getsignal", returning(signal.SIG_DFL))
    monkeypatch.setattr(lifecycle, "FORCE_S", 0.01)
    ended = asyncio.Event()
    left: list[int] = []
    loop = asyncio.get_running_loop()

    def leave(status: int) -> None:  # where the process would end
        left.append(status)
        loop.call_soon_threadsafe(ended.set)

    system._exit = leave
    app = Busy()
    app.is_ending = is_ending
    running = asyncio.create_task(run(app))
    await app.clock.settle()
    os.kill(os.getpid(), signal.SIGTERM)
    if is_ending:
        while signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0) or not app.statuses:
            await a_turn()
        while signal.getitimer(signal.ITIMER_REAL) != (0.0, 0.0):
            await a_turn()
    else:
        await ended.wait()
    app.give_in()
    await running
    assert left == ([] if is_ending else [143])
    assert app.abandoned == (0 if is_ending else 1)


async def test_what_was_to_be_ignored_is_ignored(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As under nohup; without a terminal the program ends all the same."""
    assert system.has_terminal
    monkeypatch.setattr(signal, "getsignal", returning(signal.SIG_IGN))
    handled: list[int] = []

    def handle(number: int, _: object) -> None:
        handled.append(number)

    monkeypatch.setattr(signal, "signal", handle)
    app = Ending()
    running = asyncio.create_task(run(app))
    await app.clock.settle()
    assert set(handled) == {signal.SIGALRM}
    app.exit(return_code=0)
    await running


async def test_a_terminal_that_goes_without_a_signal_ends_the_app_within_a_second(
    system: System,
) -> None:
    app = Ending()
    running = asyncio.create_task(run(app))
    await app.clock.advance(10 * lifecycle.LOOK_S)
    assert app.statuses == []
    system.has_terminal = False
    await app.clock.advance(lifecycle.LOOK_S)
    await running
    assert app.statuses == [129]
    assert system.let_go == [0, 1, 2]


async def test_garbage_is_looked_for_from_the_first_frame_on(system: System) -> None:
    assert system.has_terminal
    app = Ending()
    gc.disable()
    running = asyncio.create_task(run(app))
    try:
        await app.clock.settle()
        assert not gc.isenabled()
        app.painted.set()
        await app.clock.settle()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    finally:
        gc.enable()
        gc.unfreeze()
        app.exit(return_code=0)
        await running
