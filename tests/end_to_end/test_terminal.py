"""The program and its terminal: from start to quit, and every other way to end."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support.terminal import Terminal, in_shell, in_terminal

ATTRIBUTES: Final = {0, 1, 2, 3, 4, 7, 22, 23, 24, 27}
"""Codes of styles that are no colours, and those that end them."""


def crashes(home: Path) -> list[Path]:
    return list(home.rglob("crash.log"))


def start_demo(terminal: Terminal) -> None:
    terminal.wait("DEMO", "invoice-run", "quit")
    assert not terminal.is_restored


def test_the_demo_runs_by_keys_and_leaves_the_terminal_as_it_was(
    env: dict[str, str], home: Path
) -> None:
    with in_terminal("--demo", env=env) as terminal:
        start_demo(terminal)
        terminal.press("j")
        terminal.wait("Region      nyc1")
        terminal.press("l")
        terminal.wait("ledger-export", "Access keys")
        terminal.press("j")
        terminal.wait("should have fired", "96 runs a day")
        terminal.press("?")
        terminal.wait("move half a page down")
        terminal.press("q")
        terminal.wait("should have fired")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored
    assert list(home.iterdir()) == []


def test_a_key_and_quitting_may_be_typed_ahead_of_the_first_paint(env: dict[str, str]) -> None:
    with in_terminal("--demo", env=env) as terminal:
        terminal.press("jq")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored


def test_pressing_interrupt_twice_quits(env: dict[str, str]) -> None:
    with in_terminal("--demo", env=env) as terminal:
        start_demo(terminal)
        terminal.press("\x03")
        terminal.wait("another Ctrl-C")
        terminal.press("\x03")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored


@pytest.mark.parametrize("more", [{}, {"SSH_CONNECTION": "1 2 3 4"}])
def test_with_no_color_no_colour_is_sent(env: dict[str, str], more: dict[str, str]) -> None:
    with in_terminal("--demo", env={**env, **more, "NO_COLOR": "1"}) as terminal:
        start_demo(terminal)
        terminal.press("jTnq")
        terminal.wait("New trigger")
        sent = re.findall(rb"\x1b\[([0-9;]*)m", terminal.written)
    assert {int(code or 0) for codes in sent for code in codes.split(b";")} <= ATTRIBUTES


def test_it_goes_to_the_background_and_comes_back(env: dict[str, str]) -> None:
    with in_shell("--demo", env=env) as terminal:
        start_demo(terminal)
        terminal.press("\x1a")
        terminal.wait_for_shell()
        assert terminal.is_restored
        terminal.come_back()
        terminal.press("?")
        terminal.wait("move half a page down")
        terminal.press("q")
        terminal.wait("worst first")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored


def test_it_says_that_it_needs_a_terminal(env: dict[str, str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "fntui", "--demo"],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "fntui: standard input is not a terminal; over ssh, use ssh -t. "
        "For a report, run: fntui status.\n"
    )
