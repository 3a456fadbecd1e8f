"""A pseudo-terminal whose far end reads when a test has it read."""

import asyncio
import contextlib
import os
import pty
import select
import termios
import tty
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final, TextIO

_SETTLED_S: Final = 0.2  # in which the system moves on what was written


class Line:
    """Both ends of a pseudo-terminal.

    Attributes:
        near: Where a program writes and reads.
    """

    def __init__(self, near: TextIO, far: int) -> None:
        """Keep both."""
        self.near = near
        self._far = far

    def read(self) -> str:
        """Return what was written so far and not read."""
        read = b""
        while True:
            try:
                read += os.read(self._far, 65536)
            except BlockingIOError:
                return read.decode()

    def type(self, keys: str) -> None:
        """Send what the keyboard would send."""
        os.write(self._far, keys.encode())

    def fill(self) -> None:
        """Write until the terminal takes nothing more, since nobody reads."""
        number = self.near.fileno()
        os.set_blocking(number, False)
        while select.select([], [number], [], _SETTLED_S)[1]:
            with contextlib.suppress(BlockingIOError):
                os.write(number, b"x" * 1000)
        os.set_blocking(number, True)

    @property
    def modes(self) -> list[Any]:
        """How the terminal treats what is typed and written."""
        return termios.tcgetattr(self._far)

    def cut(self) -> None:
        """Close the far end, as a lost connection does."""
        if self._far >= 0:
            os.close(self._far)
        self._far = -1


async def a_turn() -> None:
    """Let the event loop see what the system has for it, and do it."""
    await asyncio.get_running_loop().run_in_executor(None, lambda: None)


@contextmanager
def line() -> Generator[Line]:
    """Yield a pseudo-terminal in which bytes arrive as they are sent."""
    far, near = pty.openpty()
    modes = termios.tcgetattr(near)
    modes[tty.OFLAG] &= ~termios.OPOST
    termios.tcsetattr(near, termios.TCSANOW, modes)
    os.set_blocking(far, False)
    with open(near, "w", encoding="utf-8") as file:  # noqa: PTH123 - a number
        made = Line(file, far)
        try:
            yield made
        finally:
            made.cut()
