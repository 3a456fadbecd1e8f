"""Ends the program in order when it is told to, or when its terminal is gone.

Textual 8 does neither: SIGTERM leaves the terminal in the screen's modes, and without its terminal
the program goes on, reading nothing as fast as it can.
"""

import asyncio
import gc
import os
import signal
import termios
from collections.abc import Callable
from types import FrameType
from typing import Any, Final, TypeAlias

from fntui.clock import Clock
from fntui.ui.terminal.app import TerminalApp

LOOK_S: Final = 1.0
"""Seconds between looks at the terminal, for where no SIGHUP comes."""

FORCE_S: Final = 1.5
"""Seconds after a signal in which the app must begin to end; else the process ends without it."""

_Handler: TypeAlias = Callable[[int, FrameType | None], Any] | int | signal.Handlers | None

_BY_SIGNAL: Final = 128  # as shells count exit statuses
_ENDING: Final = (
    signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2,
    signal.SIGXCPU, signal.SIGVTALRM, signal.SIGPROF,
)  # fmt: skip


async def run(app: TerminalApp, clock: Clock, *, uses_mouse: bool) -> None:
    """Run the app until it ends by itself, by a signal, or with its terminal."""
    handlers = _handle_signals(app)
    watch = asyncio.create_task(_watch(app, clock))
    collect = asyncio.create_task(_collect(app))
    try:
        await app.run_async(mouse=uses_mouse)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in handlers.items():
            # None: not set by Python, which can't set that again.
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        watch.cancel()
        collect.cancel()


def _handle_signals(app: TerminalApp) -> dict[int, _Handler]:
    """Have signals end the app; return what they did before.

    The event loop's own handlers would wait for their turn, and an app whose messages make ever
    more messages gives none.
    """
    loop = asyncio.get_running_loop()
    ended_by = signal.SIGTERM

    def on_signal(number: int, _: object) -> None:
        nonlocal ended_by
        ended_by = signal.Signals(number)
        loop.call_soon_threadsafe(end, app, ended_by)
        signal.setitimer(signal.ITIMER_REAL, FORCE_S)

    def on_alarm(_number: int, _: object) -> None:
        if not app.is_ending:
            app.abandon_terminal()
            os._exit(_BY_SIGNAL + ended_by)

    handled = [each for each in _ENDING if signal.getsignal(each) is not signal.SIG_IGN]  # nohup
    handlers: dict[int, _Handler] = {each: signal.signal(each, on_signal) for each in handled}
    return handlers | {signal.SIGALRM: signal.signal(signal.SIGALRM, on_alarm)}


def end(app: TerminalApp, number: signal.Signals) -> None:
    """End the app as the signal asks, with the status that shells give for it."""
    if not _has_terminal():
        _let_go()
    app.exit(return_code=_BY_SIGNAL + number)


async def _collect(app: TerminalApp) -> None:
    """Have Python look for garbage once the screen is there, among what is new since alone."""
    await app.painted.wait()
    gc.freeze()
    gc.enable()


async def _watch(app: TerminalApp, clock: Clock) -> None:
    while _has_terminal():
        await clock.sleep(LOOK_S)
    end(app, signal.SIGHUP)


def _has_terminal() -> bool:
    try:
        termios.tcgetattr(0)
    except termios.error:
        return False
    return True


def _let_go() -> None:
    """Read and write nothing from now on: writes to a terminal that is gone fail."""
    nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    for stream in range(3):
        os.dup2(nothing, stream)
    os.close(nothing)
