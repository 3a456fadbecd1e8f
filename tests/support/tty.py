"""A pseudo-terminal whose far end reads when a test has it read."""

import asyncio
import os
import pty
import termios
import tty
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, TextIO


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
