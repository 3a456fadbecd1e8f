"""The way out to the terminal: the program never waits for it, and nothing heaps up before it.

A terminal may read slowly or not at all: a slow line, Ctrl-S, a frozen connection. What it does
not take at once is kept until it does, up to a limit; frames are left out meanwhile by whoever
draws them. What lies between here and a terminal far away takes everything at once, and keeps it:
there frames are left out, too, that would come faster than a slow line carries them.
"""

import asyncio
import contextlib
import errno
import os
import select
import termios
import threading
from collections.abc import Callable
from typing import Final, TextIO

from fntui.ui.terminal.allowlist import harmless

PATIENCE_S: Final = 0.3
"""Seconds for which the end waits for a terminal that does not read."""

HELD_MAX: Final = 64 * 1024
"""Bytes that may wait; what else is written then is dropped."""

FAR_BYTES_PER_S: Final = 31_000
"""As fast as frames are sent where the terminal is far: less than 256 kbit/s carry."""

AT_ONCE_S: Final = 0.05
"""Of that much time the frames may go out at once, as after a pause."""

_BLINK_S: Final = 0.001  # so short a time is not waited for

_CANCEL: Final = b"\x18"
"""Ends whatever control sequence a terminal is in."""


class Outlet:
    """What is written to a terminal; only its event loop's thread may do more than write.

    Attributes:
        is_open: What is written is sent, or kept to be sent.
        has_dropped: Something that was written is lost, and ``on_ready`` was not called since.
    """

    def __init__(
        self, terminal: TextIO, on_ready: Callable[[], None], *, is_far: bool = False
    ) -> None:
        """Write to ``terminal`` once open.

        Args:
            terminal: Says which one, and how it spells characters.
            on_ready: Called when there is room again after something was left out.
            is_far: It is at the other end of a line, which may be slow.
        """
        self.is_open = self.has_dropped = False
        self._terminal = terminal
        self._on_ready = on_ready
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._waiting = bytearray()
        self._has_left_out = False
        self._fileno = -1
        self._is_far = is_far
        self._arrives_s = 0.0  # on a slow line, by the loop's time, the last of what was written

    def open(self) -> None:
        """Begin to send."""
        if not self.is_open:
            self._fileno = _opened(self._terminal.fileno())
            self.is_open = True

    def has_room(self) -> bool:
        """Return whether a frame is to be drawn; if not, ``on_ready`` is called once one is."""
        if self._waiting:
            self._has_left_out = True
        elif not self._has_left_out and (wait_s := self._ahead_s() - AT_ONCE_S) > _BLINK_S:
            self._has_left_out = True
            self._loop.call_later(wait_s, self._go_on)
        return not self._has_left_out

    def _ahead_s(self) -> float:
        """Return for how long a slow line would be at what was written so far."""
        return max(0.0, self._arrives_s - self._loop.time())

    def write(self, text: str) -> None:
        """Send ``text`` now or as soon as the terminal takes it, without what could harm it."""
        if threading.get_ident() != self._thread:
            self._loop.call_soon_threadsafe(self.write, text)
        elif len(self._waiting) > HELD_MAX:
            self._has_left_out = self.has_dropped = True
        elif self.is_open:
            spelling = self._terminal.encoding, self._terminal.errors or "strict"
            data = harmless(text).encode(*spelling)
            if self._is_far:
                taken_s = len(data) / FAR_BYTES_PER_S
                self._arrives_s = self._loop.time() + self._ahead_s() + taken_s
            self._waiting += data
            self._send()
            if self._waiting:
                self._loop.add_writer(self._fileno, self._go_on)

    def settle(self) -> None:
        """Have all that waits sent; what the terminal does not take in time it never sees."""
        if not self._has_drained():
            self._waiting[:] = _CANCEL
            with contextlib.suppress(termios.error):
                # A pseudo-terminal holds thousands of bytes: in their place there is room then.
                termios.tcflush(self._fileno, termios.TCOFLUSH)
            self._send()

    def close(self) -> None:
        """Send what can be sent in time; drop the rest, and what is written from now on."""
        if self.is_open:
            self._has_drained()
            self.is_open = self.has_dropped = self._has_left_out = False
            self._loop.remove_writer(self._fileno)
            self._waiting.clear()
            os.set_blocking(self._fileno, True)
            os.close(self._fileno)

    def _has_drained(self) -> bool:
        end_s = self._loop.time() + PATIENCE_S
        while self._waiting and (left_s := end_s - self._loop.time()) > 0:
            select.select([], [self._fileno], [], left_s)
            self._send()
        return not self._waiting

    def _go_on(self) -> None:
        if not self.is_open:
            return
        self._send()
        if not self._waiting:
            self._loop.remove_writer(self._fileno)
            if self._has_left_out:
                self._has_left_out = False
                self._on_ready()
                self.has_dropped = False

    def _send(self) -> None:
        try:
            while self._waiting:
                del self._waiting[: os.write(self._fileno, self._waiting)]
        except BlockingIOError:
            return
        except OSError as error:
            # Gone; the program is about to notice, and to end.
            self._waiting.clear()
            if error.errno != errno.EIO:
                raise


def _opened(fileno: int) -> int:
    """Return another number for a terminal, by which no write to it blocks."""
    flags = os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        return os.open(os.ttyname(fileno), flags)
    except OSError:
        # Somebody else's, as under `su -c`, or without a name here, as in some containers. What
        # else has this terminal open does not block either then, until the outlet is closed.
        number = os.dup(fileno)
        os.set_blocking(number, False)
        return number
