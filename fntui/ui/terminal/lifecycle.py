"""Ends the program in order when it is told to, or when its terminal is gone.

Textual 8 does neither: SIGTERM leaves the terminal in the screen's modes, and without its terminal
the program goes on, reading nothing as fast as it can.
"""

import asyncio
import gc
import os
import signal
import termios
from typing import Final

from fntui.clock import Clock
from fntui.ui.terminal.app import TerminalApp

LOOK_S: Final = 1.0
"""Seconds between looks at the terminal, for where no SIGHUP comes."""

_BY_SIGNAL: Final = 128  # as shells count exit statuses
_ENDING: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)


async def run(app: TerminalApp, clock: Clock, *, uses_mouse: bool) -> None:
    """Run the app until it ends by itself, by a signal, or with its terminal."""
    loop = asyncio.get_running_loop()
    for number in _ENDING:
        if signal.getsignal(number) is signal.SIG_IGN:  # as under nohup
            continue
        loop.add_signal_handler(number, end, app, number)
    watch = asyncio.create_task(_watch(app, clock))
    collect = asyncio.create_task(_collect(app))
    try:
        await app.run_async(mouse=uses_mouse)
    finally:
        watch.cancel()
        collect.cancel()


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
