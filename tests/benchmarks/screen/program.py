"""A program in a terminal, listened to as fast as it writes; nothing is shown while time counts."""

import contextlib
import math
import os
import resource
import select
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.benchmarks.screen.recorded import Chunk, count
from tests.support.terminal import Display, environment, start_in_pty

SIZE: Final = (120, 40)
LIMIT_S: Final = 30.0
"""For anything that is waited for; beyond it, the measure fails."""

QUIET_S: Final = 0.7
"""Without a byte: less than the second in which the header's clock goes on."""

TRUECOLOR: Final = "truecolor"
OVER_SSH: Final = "over ssh"
_PIECE: Final = 65536
_LONGEST_LISTENING_S: Final = 5.0


class Program:
    """A program in a terminal of its own.

    Attributes:
        started_s: When it was started, by the steady clock.
        chunks: What it wrote so far.
        process: The process.
    """

    def __init__(self, words: Sequence[str], env: Mapping[str, str]) -> None:
        """Start it."""
        self.chunks: list[Chunk] = []
        self.started_s = time.monotonic()
        self.process, self._master = start_in_pty(words, env, SIZE)
        self._is_over = False
        self._display = Display(SIZE)
        self._displayed = 0

    def press(self, keys: str) -> float:
        """Send keys; return the moment."""
        now_s = time.monotonic()
        os.write(self._master, keys.encode())
        return now_s

    def listen(self, seconds: float) -> None:
        """Take in what is written in that time."""
        until_s = time.monotonic() + seconds
        while not self._is_over and time.monotonic() < until_s:
            self._turn(until_s)

    def listen_until_quiet(
        self,
        quiet_s: float = QUIET_S,
        limit_s: float = _LONGEST_LISTENING_S,
        since_s: float = -math.inf,
    ) -> None:
        """Take in what is written until nothing is for ``quiet_s``, all of it after ``since_s``."""
        end_s = time.monotonic() + limit_s
        while not self._is_over and (now_s := time.monotonic()) < end_s:
            last_s = max(self.chunks[-1].at_s if self.chunks else -math.inf, since_s)
            if now_s >= last_s + quiet_s:
                return
            self._turn(min(end_s, last_s + quiet_s))

    def first_after(self, since_s: float, limit_s: float = 2.0) -> float | None:
        """Return when the first byte after ``since_s`` came; None: there was none."""
        known = len(self.chunks)
        while not self._is_over and len(self.chunks) == known:
            if time.monotonic() >= since_s + limit_s:
                return None
            self._turn(since_s + limit_s)
        return self.chunks[known].at_s if len(self.chunks) > known else None

    def bytes_for(self, keys: str, quiet_s: float = 0.15) -> int:
        """Press keys; return how many bytes they had written until it was quiet again."""
        pressed_s = self.press(keys)
        self.first_after(pressed_s, 1.0)
        self.listen_until_quiet(quiet_s, 2.0, since_s=pressed_s)
        return count(self.chunks, pressed_s)

    def text(self) -> str:
        """Return the screen as it is now; takes time."""
        for chunk in self.chunks[self._displayed :]:
            self._display.feed(chunk.data)
        self._displayed = len(self.chunks)
        return self._display.text

    def wait(self, *wanted: str, limit_s: float = LIMIT_S) -> None:
        """Return once all that is wanted is on the screen."""
        end_s = time.monotonic() + limit_s
        while not all(word in self.text() for word in wanted):
            if self._is_over or time.monotonic() > end_s:
                raise TimeoutError(f"waited for {wanted}:\n{self.text()}")
            self.listen(0.05)

    def wait_for_end(self) -> float:
        """Return the moment at which the process had ended."""
        end_s = time.monotonic() + LIMIT_S
        while not self._is_over:
            if time.monotonic() > end_s:
                raise TimeoutError(f"it did not end:\n{self.text()}")
            self._turn(end_s)
        self.process.wait(LIMIT_S)
        return time.monotonic()

    def cpu_s(self) -> float:
        """Return the seconds of processor time that it took so far."""
        fields = (
            Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self) -> int:
        """Return the bytes of memory that it holds."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text("ascii").split()[1]
        return int(pages) * resource.getpagesize()

    def close(self) -> None:
        """End it if it still runs."""
        os.close(self._master)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(0.5)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    _piece = _PIECE

    def _turn(self, until_s: float) -> None:
        """Take in one piece, or wait until then."""
        wait_s = max(0.0, until_s - time.monotonic())
        if select.select([self._master], [], [], wait_s)[0]:
            self._read()

    def _read(self) -> None:
        try:
            data = os.read(self._master, self._piece)
        except OSError:  # the other side is closed
            data = b""
        if data:
            self._took(time.monotonic(), data)
        self._is_over = not data

    def _took(self, now_s: float, data: bytes) -> None:
        self.chunks.append(Chunk(now_s, data))


def terminal_environment(home: Path, terminal: str, **more: str) -> dict[str, str]:
    """Return the environment of a terminal here, or at the other end of an ssh link.

    Nothing keeps Python from keeping what it compiled, as it does for what is installed.
    """
    known = compiling(environment(home, **more))
    known.pop("COLORTERM", None)
    if terminal == OVER_SSH:
        return known | {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
    return known | {"COLORTERM": "truecolor"}


def compiling(env: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what changes how Python starts."""
    return {
        name: value
        for name, value in env.items()
        if name == "PYTHONPATH" or not name.startswith("PYTHON")
    }


@contextmanager
def running(words: Sequence[str], env: Mapping[str, str]) -> Generator[Program]:
    """Run a program in a terminal until the block ends."""
    program = Program(words, env)
    try:
        yield program
    finally:
        program.close()


def python(module: str, *words: str) -> list[str]:
    """Return what runs a module with this Python."""
    return [sys.executable, "-m", module, *words]
