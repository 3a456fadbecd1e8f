"""The reader of the terminal: a thread that decodes what is typed, and stops at once when told to.

Textual's own looks ten times a second whether it is to stop, and then waits as long once more, so
that the end of the program takes a fifth of a second.
"""

import contextlib
import os
import select
import time
from collections.abc import Callable, Sequence
from typing import Final

from fntui.ui.terminal.input.decoder import Decoder
from fntui.ui.terminal.input.events import Input

_MOST_BYTES: Final = 4096  # at once
_EMPTY_S: Final = 0.1  # between looks at a file that is at its end


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
        decoder: Decoder,
        take: Callable[[Sequence[Input]], None],
    ) -> None:
        """Hand on to ``take`` what ``decoder`` makes of what comes in, until ``is_over``.

        One read of the terminal is one feed of the decoder: what comes together belongs together.
        An OSError says that the terminal is gone.
        """
        while not is_over():
            due_s, now_s = decoder.deadline, time.monotonic()
            wait_s = None if due_s is None else max(0.0, due_s - now_s)
            ready = select.select([fileno, self._stopped], [], [], wait_s)[0]
            data = os.read(fileno, _MOST_BYTES) if fileno in ready else b""
            if events := decoder.feed(data, time.monotonic()):
                take(events)
            if fileno in ready and not data:  # as of a file at its end: nothing will come
                select.select([self._stopped], [], [], _EMPTY_S)

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
