"""What the terminal is told besides the screen: its title and the bell, and that it is put back."""

import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.support.terminal import Terminal, in_shell, in_terminal

SAVE, RESTORE = b"\x1b[22;2t", b"\x1b[23;2t"
TITLE = re.compile(rb"\x1b\]2;([^\x1b\x07]*)\x1b\\")
NOTICE = re.compile(rb"\x1b\]9;([^\x1b\x07]*)\x1b\\")
POINTER = re.compile(rb"\x1b\]22;\w+\x07")
"""Textual's shape of the mouse pointer, whose sequence ends in a BEL that does not ring."""

HOSTILE: Final = "\x1b]0;owned\x07\x9b31m\u202e;9;\x1b\\\nend"
BREAKING: Final = """\
from fntui.ui.main_screen.main import MainScreen

def broken(self):
    raise RuntimeError("made to break")

MainScreen.action_log = broken
"""
HASTY: Final = """\
from dataclasses import replace
from msgspec import structs
from fntui.cli import running
from fntui.clock import SystemClock
from fntui.simulator.account import seed

name = {name!r}
made, ingest, settings = SystemClock.__init__, seed._ingest, running._settings
SystemClock.__init__ = lambda clock, speed=40.0: made(clock, speed)
running._settings = lambda *given: structs.replace(settings(*given), notifies=True)
seed._ingest = lambda now: tuple(
    replace(each, name=name) if each.name == "dedupe" else each for each in ingest(now)
)
"""
"""A demo in which a minute takes 1.5 s, and in which the run that is missed has another name."""


def changed(env: dict[str, str], home: Path, code: str) -> dict[str, str]:
    """Return an environment in which Python runs ``code`` before the program."""
    folder = home / "first"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(code, encoding="utf-8")
    return env | {"PYTHONPATH": f"{folder}:{env['PYTHONPATH']}"}


def titles(terminal: Terminal) -> list[str]:
    return [title.decode() for title in TITLE.findall(terminal.written)]


def is_put_back(terminal: Terminal) -> bool:
    """Return True if the newest title was saved before and is the terminal's own again."""
    saved, set_, restored = (terminal.written.rfind(s) for s in (SAVE, b"\x1b]2;", RESTORE))
    counts = terminal.written.count(SAVE), terminal.written.count(RESTORE)
    return -1 < saved < set_ < restored and counts[0] == counts[1]


def by_key(terminal: Terminal) -> None:
    terminal.press("q")


def by_signal(terminal: Terminal) -> None:
    terminal.process.send_signal(signal.SIGTERM)


def by_hangup(terminal: Terminal) -> None:
    terminal.process.send_signal(signal.SIGHUP)


def by_crash(terminal: Terminal) -> None:
    terminal.press("L")


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (by_key, 0),
        pytest.param(by_signal, 143, marks=pytest.mark.slow),
        pytest.param(by_hangup, 129, marks=pytest.mark.slow),
        (by_crash, 1),
    ],
)
def test_the_title_is_put_back_however_it_ends(
    env: dict[str, str], home: Path, end: Callable[[Terminal], None], status: int
) -> None:
    with in_terminal("--demo", env=changed(env, home, BREAKING)) as terminal:
        terminal.wait("DEMO", "invoice-run", "1 missed")
        assert not is_put_back(terminal)
        end(terminal)
        assert terminal.wait_for_end() == status
    assert titles(terminal)[-2:] == ["fntui: 1 missed", "Terminal"]
    assert is_put_back(terminal)
    assert terminal.is_restored


def test_in_the_background_the_title_is_the_shells(env: dict[str, str]) -> None:
    with in_shell("--demo", env=env) as terminal:
        terminal.wait("DEMO", "invoice-run", "1 missed")
        terminal.press("\x1a")
        terminal.wait_for_shell()
        assert is_put_back(terminal)
        before = len(terminal.written)
        terminal.come_back()
        terminal.press("?")
        terminal.wait("move half a page down")
        back = TITLE.findall(terminal.written[before:])
        assert back[0] == b"fntui: 1 missed"
        assert not is_put_back(terminal)
        terminal.press("q")
        terminal.wait("worst first")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert is_put_back(terminal)


def test_a_missed_run_rings_once_and_its_name_acts_on_nothing(
    env: dict[str, str], home: Path
) -> None:
    hasty = changed(env, home, HASTY.format(name=HOSTILE))
    with in_terminal("--demo", env=hasty) as terminal:
        terminal.wait("DEMO", "owned")
        # By then invoice-run, which had missed runs before, may be on time again.
        terminal.wait("in ingest: missed 1: should have", limit_s=40)
        assert any(re.fullmatch("fntui: [1-3] missed", title) for title in titles(terminal))
        # Near a quarter of an hour invoice-run misses another run, too: before it, or with it.
        notices = NOTICE.findall(terminal.written)
        (notice,) = (each for each in notices if b"owned" in each)
        told = notice.decode().removeprefix("fntui: ").split(", ")
        (named,) = (each for each in told if not re.fullmatch(r"invoice-run missed [0-9]+", each))
        assert named == "␛]0,owned␇\ufffd31m\ufffd,9,␛\\␊end missed 1"
        assert notice.startswith(b"fntui: ")
        rest = NOTICE.sub(b"", TITLE.sub(b"", POINTER.sub(b"", terminal.written)))
        assert rest.count(b"\a") == len(notices)
        assert b"\x1b]" not in rest
        assert b"\xc2\x9b" not in terminal.written
        assert "\u202e".encode() not in terminal.written
        terminal.press("q")
        assert terminal.wait_for_end() == 0
