"""fntui as an own process in a real pseudo-terminal, and what that terminal would show."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyte

import fntui

LIMIT_S: Final = 20.0
"""For anything to appear; on an idle machine a second does."""

# A shell with job control, which brings back what it stopped when Enter is pressed.
_SHELL: Final = """
"$@"; status=$?; stops=0
while [ -n "$(jobs -s)" ]; do
  stops=$((stops + 1)); echo "stopped $stops times"
  read -r; fg >/dev/null; status=$?
done
exit $status
"""

_TYPED_AHEAD_S: Final = 0.5
_REPEATED_S: Final = 1.0
_ANSWERS: Final = ("y", "\r")
_ASKS_AGAIN: Final = re.compile(r"Press \w+ again\.")
_PAUSE_S: Final = 0.03  # between two parts of a frame there is less
_SET_ASIDE: Final = (
    "DIGITALOCEAN_", "SSH_", "TEXTUAL", "FNTUI_", "DBUS_", "XDG_", "TMUX", "LC_", "COLUMNS",
    "LINES", "PYTHONDONTWRITEBYTECODE",
)  # fmt: skip
# Keyboard protocols, which pyte takes for text; and how such a sequence may begin at a chunk's end.
_UNKNOWN: Final = re.compile(r"\x1b\[[<>=][0-9;]*[A-Za-z]")
_BEGUN: Final = re.compile(r"\x1b(\[[<>=?]?[0-9;]*)?$")


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a person who has nothing set up."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SET_ASIDE)}
    root = str(Path(fntui.__file__).parents[1])
    own = {"HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color", "PYTHONPATH": root}
    return kept | own | more


class Display:
    """What a terminal shows of what is written to it."""

    def __init__(self, size: tuple[int, int]) -> None:
        """Show nothing yet, in so many columns and rows."""
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._modes = set(self._screen.mode)
        self._held = ""

    @property
    def text(self) -> str:
        """What is on the screen, without blanks at the ends of lines."""
        # Not pyte's own display, which fails where half of a wide character was written over.
        lines = (self._screen.buffer[row] for row in range(self._screen.lines))
        columns = range(self._screen.columns)
        return "\n".join("".join(line[x].data for x in columns).rstrip() for line in lines)

    @property
    def cells(self) -> list[list[Any]]:
        """Every cell, row by row, as pyte knows it: its text, colours and attributes."""
        rows = (self._screen.buffer[row] for row in range(self._screen.lines))
        return [[row[x] for x in range(self._screen.columns)] for row in rows]

    @property
    def is_restored(self) -> bool:
        """True if every mode, such as the mouse's, is as it was at the start."""
        return set(self._screen.mode) == self._modes

    def resize(self, columns: int, rows: int) -> None:
        """Have so many columns and rows from now on."""
        self._screen.resize(rows, columns)

    def feed(self, data: bytes) -> None:
        """Show what is written next; a sequence may go on in the next piece."""
        text = _UNKNOWN.sub("", self._held + data.decode("latin-1"))
        begun = _BEGUN.search(text)
        self._held = begun[0] if begun else ""
        self._stream.feed(text.removesuffix(self._held).encode("latin-1"))


class Program(NamedTuple):
    """A program that runs, or ran, somewhere on this machine."""

    pid: int

    @property
    def cpu_s(self) -> float:
        """Seconds of a processor that it has had so far."""
        return sum(map(int, self._stat[11:13])) / os.sysconf("SC_CLK_TCK")

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    @property
    def has_ended(self) -> bool:
        """True once it is no more, or waits to be taken note of."""
        try:
            return self._stat[0] == "Z"
        except OSError:
            return True

    @property
    def _stat(self) -> list[str]:
        return Path(f"/proc/{self.pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()


class Terminal:
    """A terminal with one program in it.

    Attributes:
        process: The program.
        written: All bytes that it wrote so far.
    """

    def __init__(
        self, process: "subprocess.Popen[bytes]", master: int, size: tuple[int, int]
    ) -> None:
        """Show what ``process`` writes to the other side of ``master``."""
        self.process = process
        self.written = b""
        self._master = master
        self._display = Display(size)
        self._answer = ""
        self._first_attributes = self._attributes

    @property
    def text(self) -> str:
        """What is on the screen, without blanks at the ends of lines."""
        return self._display.text

    @property
    def is_restored(self) -> bool:
        """True if all modes, such as the mouse's, and the line's are as before the program."""
        return self._attributes == self._first_attributes and self._display.is_restored

    @property
    def _attributes(self) -> list[Any]:
        """How the line is, or was when it was hung up."""
        if self.is_open:
            self._last_attributes = termios.tcgetattr(self._master)
        return self._last_attributes

    @property
    def is_open(self) -> bool:
        """True until it is hung up."""
        return self._master >= 0

    @property
    def program(self) -> Program:
        """The process of the program on the terminal, whether a shell started it or not."""
        return Program(os.tcgetpgrp(self._master))

    @property
    def cpu_s(self) -> float:
        """Seconds of a processor that the program has had so far."""
        return self.program.cpu_s

    def press(self, keys: str) -> None:
        """Send what the keyboard would send."""
        self._answer = ""
        self.send(keys.encode())

    def send(self, data: bytes) -> None:
        """Send what the terminal would send."""
        while data:
            data = data[os.write(self._master, data) :]

    def come_back(self) -> None:
        """Have the shell continue the program."""
        self.press("\n")

    def wait(self, *wanted: str, limit_s: float = LIMIT_S) -> str:
        """Return the screen once all that is ``wanted`` is on it, letter for letter."""
        end_s = time.monotonic() + limit_s
        while not all(part in self.text for part in wanted):
            self._answer_again()
            assert self._read(end_s), f"waiting for {wanted}:\n{self.text}"
        return self._whole_frame()

    def wait_for_last_row(self, *wanted: str) -> None:
        """Return once the last row holds all that is ``wanted``."""
        end_s = time.monotonic() + LIMIT_S
        while not all(part in self.text.rsplit("\n", 1)[-1] for part in wanted):
            assert self._read(end_s), f"waiting for {wanted}:\n{self.text}"
        self._whole_frame()

    def wait_for_change(self, *, limit_s: float = LIMIT_S) -> str:
        """Return the screen once it is another one."""
        before, end_s = self.text, time.monotonic() + limit_s
        while self.text == before:
            assert self._read(end_s), f"waiting for a change:\n{before}"
        return self._whole_frame()

    def _whole_frame(self) -> str:
        """Return the screen once there is a pause: a frame comes in parts, one colour at a time."""
        end_s = time.monotonic() + LIMIT_S
        while (now_s := time.monotonic()) < end_s and self._read(now_s + _PAUSE_S):
            pass
        return self.text

    def answer(self, asked: str, keys: str) -> None:
        """Press ``keys`` once ``asked`` is on the screen, later than what counts as typed ahead.

        An Enter at their end is pressed by itself: with others it would not count as an answer.
        """
        self.wait(asked)
        typed = keys.removesuffix("\r")
        for part in [part for part in (typed, keys[len(typed) :]) if part] or [""]:
            self._read_for(_TYPED_AHEAD_S)
            self.press(part)
            self._answer = part

    def _answer_again(self) -> None:
        """Press the answer again if the dialog asks for that.

        On a busy machine the dialog may be drawn whole later, or the key read later, than it seems.
        """
        if self._answer in _ANSWERS and _ASKS_AGAIN.search(self.text):
            answer = self._answer
            self._read_for(_REPEATED_S)
            self.press(answer)

    def _read_for(self, seconds: float) -> None:
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            self._read(end_s)

    def paste(self, text: str) -> None:
        """Paste a text, as a terminal marks it."""
        self.press(f"\x1b[200~{text}\x1b[201~")

    def wait_for_end(self) -> int:
        """Return the exit status; what is written until then is shown."""
        end_s = time.monotonic() + LIMIT_S
        while self._read(end_s):
            pass
        return self.process.wait(LIMIT_S)

    def wait_for_shell(self, times: int = 1) -> None:
        """Return once the program in a shell has gone to the background so many times."""
        self.wait(f"stopped {times} times")

    def wait_for_stop(self) -> None:
        """Return once the program is stopped, where there is no shell."""
        _, status = os.waitpid(self.process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)

    def resize(self, columns: int, rows: int, *, shown: tuple[int, int] | None = None) -> None:
        """Give the terminal another size; ``shown`` is what it has if it tells 0."""
        set_size(self._master, (columns, rows))
        self._display.resize(*(shown or (columns, rows)))

    def hang_up(self) -> None:
        """Close the terminal, as a lost connection does."""
        self._last_attributes = self._attributes
        os.close(self._master)
        self._master = -1

    def close(self) -> None:
        """End the program if it still runs."""
        if self._master >= 0:
            self.hang_up()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _read(self, end_s: float) -> bool:
        """Show the next of what the program writes; return False if no more comes by then."""
        ready, _, _ = select.select([self._master], [], [], max(0, end_s - time.monotonic()))
        try:
            data = os.read(self._master, 65536) if ready else b""
        except OSError:  # the other side is closed
            return False
        self.written += data
        self._display.feed(data)
        return bool(data)


def set_size(number: int, size: tuple[int, int]) -> None:
    """Give a pseudo-terminal so many columns and rows."""
    columns, rows = size
    fcntl.ioctl(number, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def start_in_pty(
    words: Sequence[str], env: Mapping[str, str], size: tuple[int, int]
) -> "tuple[subprocess.Popen[bytes], int]":
    """Start a program in a terminal of its own; return it and the terminal's other side."""
    master, slave = pty.openpty()
    set_size(slave, size)
    process = subprocess.Popen(  # noqa: S603 - our own program
        words,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=dict(env),
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no threads here
    )
    os.close(slave)
    return process, master


@contextmanager
def in_terminal(
    *words: str,
    env: Mapping[str, str],
    size: tuple[int, int] = (120, 36),
    shown: tuple[int, int] | None = None,
    module: str = "fntui",
) -> Generator[Terminal]:
    """Run ``python -m fntui``, or another module, with ``words`` in a terminal of its own.

    Args:
        words: Of its command line.
        env: Its environment.
        size: What the terminal tells.
        shown: What it has, if that is not the same.
        module: What is run.

    Yields:
        The terminal; at the end it is closed, and the program with it.
    """
    command = [sys.executable, "-m", module, *words]
    with running(command, env=env, size=size, shown=shown) as terminal:
        yield terminal


@contextmanager
def in_shell(
    *words: str, env: Mapping[str, str], size: tuple[int, int] = (120, 36)
) -> Generator[Terminal]:
    """Run fntui in a shell, in a terminal of its own: Ctrl-Z stops it, a line feed continues it."""
    command = ["bash", "-mc", _SHELL, "bash", sys.executable, "-m", "fntui", *words]
    with running(command, env=env, size=size) as terminal:
        yield terminal


@contextmanager
def running(
    words: Sequence[str],
    *,
    env: Mapping[str, str],
    size: tuple[int, int] = (120, 36),
    shown: tuple[int, int] | None = None,
) -> Generator[Terminal]:
    """Run a program in a terminal of its own, as ``in_terminal`` does."""
    process, master = start_in_pty(words, env, size)
    terminal = Terminal(process, master, shown or size)
    try:
        yield terminal
    finally:
        terminal.close()
