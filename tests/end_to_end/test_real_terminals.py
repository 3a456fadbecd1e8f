"""In real terminals, on an X server without a screen: signs, keys, pastes, the mouse, sizes."""

import shlex
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest

from fntui.ui.terminal.driver import HOW_WIDE
from tests.support.effort import slow
from tests.support.loopback import writes
from tests.support.sample import sample
from tests.support.terminal import LIMIT_S
from tests.support.terminal_input import COLOURED
from tests.support.tried import tried
from tests.support.x_terminal import KITTY, XTERM, Kind, XTerminal, in_x_terminal, is_here, x_server

pytestmark = pytest.mark.skipif(
    not is_here(), reason="needs Xvfb, xdotool, xclip, script, xterm and kitty"
)

LOG: Final = COLOURED[:8_400].decode()
READ_S: Final = 0.5
"""Seconds that a person takes to read a dialog, at least."""

KINDS: Final[dict[str, tuple[Kind, dict[str, str]]]] = {
    "xterm": (XTERM, {}),
    "kitty": (KITTY, {}),
    "kitty without its protocol for keys": (KITTY, {"TEXTUAL_DISABLE_KITTY_KEY": "1"}),
}

_ASK: Final = """
import os, sys, tty
tty.setraw(0)
os.write(1, sys.argv[2].encode())
answer = b""
while not answer.endswith(b"R"):
    answer += os.read(0, 100)
with open(sys.argv[1], "wb") as file:
    file.write(answer)
"""

WAYS: Final = {
    "xterm": (["xterm", "-u8", "-e"], b"2"),
    "xterm -cjk_width": (["xterm", "-u8", "-cjk_width", "-e"], b"3"),
    "xterm +u8": (["xterm", "+u8", "+lc", "-e"], b"4"),
    "kitty": (["kitty", "--config", "NONE"], b"2"),
}
"""How a terminal is started, and the column that it is in after one sign."""


@pytest.fixture
def server(simulator: str) -> Generator[httpx.Client]:
    with httpx.Client(base_url=simulator, trust_env=False) as client:
        yield client


@contextmanager
def on_board(name: str, env: dict[str, str], folder: Path) -> Generator[XTerminal]:
    """Run fntui in a terminal until its board is there."""
    kind, more = KINDS[name]
    with in_x_terminal(kind, env=env | more, folder=folder) as terminal:
        terminal.wait("invoice-run", "q quit")
        yield terminal


def go_to_trigger(terminal: XTerminal) -> None:
    terminal.press("colon")
    terminal.wait("Run or go to")
    terminal.type("dunning")
    terminal.wait("billing / dunning")
    terminal.press("Return")
    terminal.wait("money/dunning")


def ask_to_pause(terminal: XTerminal) -> None:
    """Open the dialog, and take the time to read it."""
    terminal.press("p")
    terminal.wait("Pause dunning in billing")
    terminal.look(READ_S)


@slow
@pytest.mark.parametrize("name", sample({name: name for name in WAYS}, *WAYS))
def test_where_the_cursor_is_after_the_sign(env: dict[str, str], tmp_path: Path, name: str) -> None:
    command, column = WAYS[name]
    answer = tmp_path / "answer"
    asking = [sys.executable, "-c", _ASK, str(answer), HOW_WIDE]
    with x_server() as display:
        subprocess.run(  # noqa: S603 - a terminal
            [*command, *asking],
            env=env | {"DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1"},
            stderr=subprocess.DEVNULL,
            timeout=LIMIT_S,
            check=True,
        )
    assert answer.read_bytes() == b"\x1b[1;%sR" % column, shlex.join(command)
    tried("sizes", f"a sign {int(column) - 1} wide", name)


@slow
@pytest.mark.loopback
@pytest.mark.parametrize("name", KINDS)
def test_keys_that_are_pressed_act_and_what_only_looks_like_one_does_not(
    signed_in: dict[str, str], server: httpx.Client, tmp_path: Path, name: str
) -> None:
    with on_board(name, signed_in, tmp_path) as terminal:
        go_to_trigger(terminal)
        # Esc, then at once a letter: the help closes, and the cursor moves.
        terminal.press("question")
        terminal.wait("move half a page down")
        terminal.press("Escape", "k")
        terminal.wait("Function", without="money/dunning")
        terminal.press("Down")
        terminal.wait("money/dunning")
        for key in ("alt+p", "F5", "shift+F5", "alt+shift+D", "Menu"):
            terminal.press(key)
        terminal.press("slash")
        terminal.wait("!x inverts")
        # xdotool gives each character a key for a moment; kitty takes its time to look it up.
        terminal.type("h€ü日z", between_ms=300)
        terminal.wait(" h€ü日z")
        terminal.press("Escape")
        terminal.wait("ALL NAMESPACES", without="h€ü日z")
        go_to_trigger(terminal)
        assert writes(server) == []
        ask_to_pause(terminal)
        terminal.press("y")
        terminal.wait("Paused dunning")
        assert len(writes(server)) == 1
    tried("input", "keys with and without modifiers", name)


@slow
@pytest.mark.loopback
@pytest.mark.parametrize("name", KINDS)
def test_what_is_pasted_is_text(
    signed_in: dict[str, str], server: httpx.Client, tmp_path: Path, name: str
) -> None:
    with on_board(name, signed_in, tmp_path) as terminal:
        go_to_trigger(terminal)
        terminal.paste(LOG)
        terminal.wait("Pasted text ignored")
        ask_to_pause(terminal)
        terminal.paste("y")
        terminal.paste(LOG)
        terminal.wait("Pause dunning in billing")
        terminal.press("Escape")
        terminal.wait("money/dunning")
        terminal.press("slash")
        terminal.wait("!x inverts")
        terminal.paste("h€ü日")
        terminal.wait(" h€ü日")
        assert writes(server) == []
    tried("pastes", "a coloured log, a single y, and text", name)


@slow
@pytest.mark.loopback
@pytest.mark.parametrize("name", KINDS)
def test_the_mouse_the_focus_and_another_size(
    signed_in: dict[str, str], server: httpx.Client, tmp_path: Path, name: str
) -> None:
    with on_board(name, signed_in, tmp_path) as terminal:
        row = next(y for y, line in enumerate(terminal.text.split("\n")) if "▸ billing" in line)
        terminal.click(5, row)
        terminal.wait("API host")
        terminal.click(5, row, button=5)  # the wheel
        terminal.leave()
        terminal.focus()
        for width, height in ((500, 300), (1200, 800), (800, 500)):
            before = terminal.size
            terminal.resize(width, height)
            columns, rows = terminal.wait_for_size(other_than=before)
            shown = terminal.text.split("\n")
            assert len(shown) == rows
            assert max(map(len, shown)) <= columns
        assert writes(server) == []
    tried("sizes", "three sizes, one after the other", name)
