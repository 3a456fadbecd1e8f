"""The bytes that keys cost."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Final

from tests.benchmarks.screen.program import (
    OVER_SSH,
    TRUECOLOR,
    Program,
    running,
    terminal_environment,
)
from tests.benchmarks.screen.setting import (
    DOWN,
    PAGE_DOWN,
    PAGE_UP,
    Setting,
    account,
    fresh_home,
    minimal,
    signed_in,
    up_and_down,
)
from tests.benchmarks.screen.table import BYTES, Row, at_most, beside

_CURSOR_GOALS: Final = {TRUECOLOR: 700, OVER_SSH: 400}
_PANE_GOAL: Final = 2_000
_FORM_GOAL: Final = 10_000
_PAGE_GOAL: Final = 6_000
_FORM_QUIET_S: Final = 0.5
_FEW: Final = 6

_BOARD: Final = "2"
_TREE: Final = "1"


def measure(setting: Setting) -> Iterator[Row]:
    """Yield bytes a key, in an account of 10 namespaces with 20 triggers each."""
    with account("--namespaces", "10", "--triggers", "20") as url:
        for terminal in (TRUECOLOR, OVER_SSH):
            with fresh_home() as home, signed_in(terminal, url, home) as program:
                program.wait("namespace-009", "200 of 200")
                program.listen_until_quiet()
                yield from _of_fntui(program, setting, terminal)
            with minimal(terminal) as program:
                program.wait("trigger-021")
                program.listen_until_quiet()
                yield from _of_minimal(program, setting, terminal)
            yield from _of_others(setting, terminal)


def _of_fntui(program: Program, setting: Setting, terminal: str) -> Iterator[Row]:
    goal, keys = _CURSOR_GOALS[terminal], setting.keys
    tree = _each(program, up_and_down(keys, 9))
    yield at_most(f"a cursor key in the tree, namespaces, {terminal}", tree, goal, BYTES)
    _rest(program, "g", DOWN, "l", DOWN)
    program.wait("trigger-019")
    tree = _each(program, up_and_down(keys, 15))
    yield at_most(f"a cursor key in the tree, triggers, {terminal}", tree, goal, BYTES)
    _rest(program, "l", "\x1b", "g")
    tree = _each(program, [PAGE_DOWN, PAGE_UP] * (_FEW // 2))
    yield at_most(f"a page down in the tree, {terminal}", tree, _PAGE_GOAL, BYTES)
    _rest(program, "g", _BOARD, "g")
    board = _each(program, up_and_down(keys, 15))
    yield at_most(f"a cursor key in the board, {terminal}", board, goal, BYTES)
    pages = _each(program, [PAGE_DOWN] * (_FEW // 2))
    yield at_most(f"a page down in the board, {terminal}", pages, _PAGE_GOAL, BYTES)
    scrolled = _each(program, [DOWN] * keys)
    yield beside(f"a cursor key in the board that scrolls, {terminal}", scrolled, BYTES)
    _rest(program, _TREE)
    panes = _each(program, ["\t"] * _FEW)
    yield at_most(f"from pane to pane, {terminal}", panes, _PANE_GOAL, BYTES)
    _rest(program, _BOARD, "g")
    yield from _forms(program, terminal)


def _forms(program: Program, terminal: str) -> Iterator[Row]:
    opened: list[float] = []
    closed: list[float] = []
    for _ in range(_FEW):
        opened.append(program.bytes_for("e", _FORM_QUIET_S))
        program.wait("Ctrl-O")
        closed.append(program.bytes_for("\x1b", _FORM_QUIET_S))
    yield at_most(f"opening a form, {terminal}", opened, _FORM_GOAL, BYTES)
    yield at_most(f"closing it, {terminal}", closed, _FORM_GOAL, BYTES)


def _of_minimal(program: Program, setting: Setting, terminal: str) -> Iterator[Row]:
    tree = _each(program, up_and_down(setting.keys, 15))
    yield beside(f"a cursor key in the tree, minimal Textual app, {terminal}", tree, BYTES)
    panes = _each(program, ["\t"] * _FEW)
    yield beside(f"from pane to pane, minimal Textual app, {terminal}", panes, BYTES)
    _rest(program, "\t")
    board = _each(program, up_and_down(setting.keys, 15))
    yield beside(f"a cursor key in the table, minimal Textual app, {terminal}", board, BYTES)


def _of_others(setting: Setting, terminal: str) -> Iterator[Row]:
    for name in ("htop", "tig"):
        if shutil.which(name):
            with ExitStack() as closing:
                env = terminal_environment(closing.enter_context(fresh_home()), terminal)
                program = closing.enter_context(running([name], env))
                program.listen_until_quiet()
                found = _each(program, up_and_down(setting.keys, 10))
            yield beside(f"a cursor key in {name}, {terminal}", found, BYTES)


def _each(program: Program, keys: Iterable[str]) -> list[float]:
    return [float(program.bytes_for(key)) for key in keys]


def _rest(program: Program, *keys: str) -> None:
    for key in keys:
        program.bytes_for(key, 0.4)
