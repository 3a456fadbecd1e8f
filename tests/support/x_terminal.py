"""Real terminals on an X server without a screen, typed and pasted into as a person does."""

import fcntl
import os
import select
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from tests.support.terminal import LIMIT_S, Display

_TOAST_S: Final = 30.0  # for so long an alarm hides a part of the screen


class Kind(NamedTuple):
    """A terminal.

    Attributes:
        command: How it is started; the program follows.
        paste: The keys that paste.
        selection: What they paste.
    """

    command: tuple[str, ...]
    paste: str
    selection: str


XTERM: Final = Kind(("xterm", "-u8", "-e"), "shift+Insert", "primary")
KITTY: Final = Kind(
    ("kitty", "--config", "NONE", "-o", "confirm_os_window_close=0"), "ctrl+shift+v", "clipboard"
)

NEEDED: Final = ("Xvfb", "xdotool", "xclip", "script", "xterm", "kitty")

_BETWEEN_KEYS_MS: Final = 30
_LOOK_S: Final = 0.05


def is_here() -> bool:
    """Return whether all that these terminals need is installed."""
    return None not in map(shutil.which, NEEDED)


@contextmanager
def x_server() -> Generator[str]:
    """An X server of its own; yields the name of its display."""
    reader, writer = os.pipe()
    server = subprocess.Popen(  # noqa: S603 - of X.Org
        [shutil.which("Xvfb") or "", "-displayfd", str(writer), "-screen", "0", "1280x900x24"],
        stderr=subprocess.DEVNULL,
        pass_fds=[writer],
    )
    os.close(writer)
    try:
        number = b""
        while not number.endswith(b"\n"):
            assert select.select([reader], [], [], LIMIT_S)[0]
            part = os.read(reader, 100)
            assert part, "Xvfb did not start"
            number += part
        yield f":{number.decode().strip()}"
    finally:
        os.close(reader)
        server.terminate()
        server.wait(LIMIT_S)


class XTerminal:
    """A terminal's window with fntui in it.

    What fntui writes is kept in a file on its way to the terminal, and shown from there.
    """

    def __init__(self, kind: Kind, env: Mapping[str, str], folder: Path) -> None:
        """Show what is written to ``folder``; there is no window yet."""
        self._kind, self._env, self._folder = kind, env, folder
        self._display = Display((80, 24))
        self._read = 0
        self._size = (80, 24)

    @property
    def text(self) -> str:
        """What is on the screen by now."""
        if self.size != self._size:
            self._size = self.size
            self._display.resize(*self._size)
        with (self._folder / "log").open("rb") as file:
            if not self._read:
                self._read = len(file.readline())  # when it was started
            file.seek(self._read)
            new = file.read()
        self._read += len(new)
        self._display.feed(new)
        return self._display.text

    @property
    def pid(self) -> int:
        """The process of fntui."""
        return int((self._folder / "pid").read_text("utf-8"))

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of fntui's terminal."""
        number = os.open(f"/proc/{self.pid}/fd/0", os.O_RDONLY | os.O_NOCTTY)
        try:
            told = fcntl.ioctl(number, termios.TIOCGWINSZ, bytes(8))
        finally:
            os.close(number)
        rows, columns, _, _ = struct.unpack("HHHH", told)
        return columns, rows

    def wait(self, *wanted: str, without: str = "") -> str:
        """Return the screen once all that is ``wanted`` is on it, and ``without`` is not."""
        end_s = time.monotonic() + LIMIT_S + _TOAST_S
        while not all(part in self.text for part in wanted) or (without and without in self.text):
            assert time.monotonic() < end_s, f"waiting for {wanted}, no {without}:\n{self.text}"
            _pass(_LOOK_S)
        return self.text

    def wait_for_size(self, *, other_than: tuple[int, int]) -> tuple[int, int]:
        """Return columns and rows once they are others, and the last row is drawn in them."""
        end_s = time.monotonic() + LIMIT_S
        while self.size == other_than or "quit" not in self.text.rsplit("\n", 1)[-1]:
            assert time.monotonic() < end_s, f"waiting for another size:\n{self.text}"
            _pass(_LOOK_S)
        return self.size

    def look(self, seconds: float) -> None:
        """Look at the screen for so long, as who reads it does."""
        _pass(seconds)

    def press(self, *keys: str) -> None:
        """Press keys, by xdotool's names: ``Escape``, ``alt+p``."""
        self._do("key", "--delay", str(_BETWEEN_KEYS_MS), *keys)

    def type(self, text: str, *, between_ms: int = _BETWEEN_KEYS_MS) -> None:
        """Type a text, a key in so many milliseconds."""
        self._do("type", "--delay", str(between_ms), text)

    def paste(self, text: str) -> None:
        """Paste a text."""
        # xclip goes to the background with it, until the X server ends.
        subprocess.run(  # noqa: S603 - a tool of the tests
            [shutil.which("xclip") or "", "-selection", self._kind.selection, "-in"],
            env=dict(self._env), input=text.encode(), stdout=subprocess.DEVNULL,
            timeout=LIMIT_S, check=True,
        )  # fmt: skip
        self.press(self._kind.paste)

    def click(self, column: int, row: int, button: int = 1) -> None:
        """Click into the middle of a cell, both counted from 0."""
        columns, rows = self.size
        told = self._do("getwindowgeometry", "--shell", self._window)
        width, height = (int(told.split(f"{side}=")[1].split()[0]) for side in ("WIDTH", "HEIGHT"))
        x, y = int((column + 0.5) * width / columns), int((row + 0.5) * height / rows)
        self._do("mousemove", "--window", self._window, str(x), str(y), "click", str(button))

    def resize(self, width: int, height: int) -> None:
        """Give the window another size, in pixels."""
        self._do("windowsize", self._window, str(width), str(height))

    def focus(self) -> None:
        """Give the window the focus."""
        self._do("windowfocus", "--sync", self._window)

    def leave(self) -> None:
        """Take the focus away from the window."""
        self._do("windowfocus", self._do("search", "--maxdepth", "0", ".*").split()[0])

    def open(self) -> None:
        """Note the window once it is there, and give it the focus."""
        found = self._do("search", "--sync", "--onlyvisible", "--class", "term|kitty")
        self._window = found.split()[0]
        self.focus()
        end_s = time.monotonic() + LIMIT_S
        while not (self._folder / "pid").is_file() or not (self._folder / "pid").stat().st_size:
            assert time.monotonic() < end_s, "fntui did not start"
            _pass(_LOOK_S)

    def end(self) -> None:
        """End fntui, if it has begun and still runs."""
        with suppress(OSError, ValueError):
            os.kill(self.pid, signal.SIGTERM)

    def _do(self, *words: str) -> str:
        ended = subprocess.run(  # noqa: S603 - a tool of the tests
            [shutil.which("xdotool") or "", *words],
            env=dict(self._env), stdout=subprocess.PIPE, text=True, timeout=LIMIT_S, check=True,
        )  # fmt: skip
        return ended.stdout


def _pass(seconds: float) -> None:
    select.select([], [], [], seconds)


@contextmanager
def in_x_terminal(
    kind: Kind, *words: str, env: Mapping[str, str], folder: Path
) -> Generator[XTerminal]:
    """Run fntui with ``words`` in a window of a real terminal, on an X server of its own."""
    fntui = shlex.join([sys.executable, "-m", "fntui", *words])
    command = f"echo $$ >{folder}/pid; exec {fntui}"
    recorded = ["script", "-qefc", command, f"{folder}/log"]
    with x_server() as display:
        there = {name: value for name, value in env.items() if name != "TERM"}
        there |= {"DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1", "SHELL": "/bin/sh"}
        process = subprocess.Popen([*kind.command, *recorded], env=there, stderr=subprocess.DEVNULL)  # noqa: S603 - a terminal
        terminal = XTerminal(kind, there, folder)
        try:
            terminal.open()
            yield terminal
        finally:
            terminal.end()  # script does not pass on that the window is gone
            process.terminate()
            process.wait(LIMIT_S)
