"""The reader of the terminal: passes on what is typed as it comes, and stops at once when told to.

Textual's own looks ten times a second whether it is to stop, and then waits as long once more, so
that the end of the program takes a fifth of a second.
"""

import codecs
import contextlib
import math
import os
import select
from collections.abc import Callable
from typing import Final

TICK_S: Final = 0.1
"""Seconds without a byte after which an Esc is a key, not the begin of a sequence."""

_MOST_BYTES: Final = 4096  # at once


class Inlet:
    """Reads a terminal in a thread until another has it stopped.

    Attributes:
        is_open: It may be run.
    """

    def __init__(self) -> None:
        """Read nothing yet."""
        self.is_open = False
        self._stopped = self._stop = -1

    def open(self) -> None:
        """Make ready to run."""
        if not self.is_open:
            self._stopped, self._stop = os.pipe()
            os.set_blocking(self._stopped, False)
            self.is_open = True

    def run(
        self,
        fileno: int,
        is_over: Callable[[], bool],
        take: Callable[[str], None],
        escape_s: float = TICK_S,
    ) -> None:
        """Hand on to ``take`` what comes in, and ``""`` where nothing more does, until ``is_over``.

        That nothing comes is told for as long as half a sequence may be waited for, ``escape_s``;
        then it is not looked for any more, but waited for. An OSError says that the terminal is
        gone.
        """
        ticks = left = math.ceil(escape_s / TICK_S) + 1
        # Of what is no UTF-8, such as a paste in another encoding, a mark is left for each byte.
        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        while not is_over():
            ready = select.select([fileno, self._stopped], [], [], TICK_S if left else None)[0]
            left = ticks if ready else left - 1
            data = os.read(fileno, _MOST_BYTES) if fileno in ready else b""
            if fileno in ready and not data:  # as of a file at its end: nothing will come
                select.select([self._stopped], [], [], TICK_S)
            take(decode(data))

    def wake(self) -> None:
        """Have ``run`` ask now whether it is over."""
        if self.is_open:
            os.write(self._stop, b"\0")

    def rest(self) -> None:
        """Let ``run`` wait again when it is run anew."""
        if self.is_open:
            with contextlib.suppress(BlockingIOError):
                os.read(self._stopped, _MOST_BYTES)

    def close(self) -> None:
        """Read nothing until it is opened again."""
        if self.is_open:
            self.is_open = False
            os.close(self._stopped)
            os.close(self._stop)
