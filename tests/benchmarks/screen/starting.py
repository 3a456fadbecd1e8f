"""From the start to the first paint, to a screen of use, and to rest."""

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from tests.benchmarks.screen.program import (
    OVER_SSH,
    QUIET_S,
    SIZE,
    TRUECOLOR,
    Program,
    running,
    terminal_environment,
)
from tests.benchmarks.screen.recorded import count, first_shown, is_drawn, until_pause
from tests.benchmarks.screen.setting import (
    Setting,
    account,
    demo,
    fresh_home,
    in_turn,
    minimal,
    signed_in,
)
from tests.benchmarks.screen.table import KB, MS, Row, at_most, beside, ratio_at_most

_FNTUI: Final = "fntui --demo"
_SIGNED_IN: Final = "fntui, signed in"
_MINIMAL: Final = "minimal Textual app"
_OTHERS: Final = ("htop", "tig")
_QUIET_GOALS: Final = {TRUECOLOR: 40_000, OVER_SSH: 20_000}
_RATIO: Final = 1.15

Start = Callable[[], AbstractContextManager[Program]]


def measure(setting: Setting) -> Iterator[Row]:
    """Yield first paints and the bytes until quiet, of fntui and the others in turn."""
    with account("--namespaces", "5", "--triggers", "4") as url, fresh_home() as home:
        for terminal in (TRUECOLOR, OVER_SSH):
            yield from _measure(setting.runs, terminal, url, home)


def _measure(runs: int, terminal: str, url: str, home: Path) -> Iterator[Row]:
    starts: dict[str, Start] = {
        _MINIMAL: lambda: minimal(terminal),
        _FNTUI: lambda: demo(terminal),
        _SIGNED_IN: lambda: signed_in(terminal, url, home),
        **{name: _other(name, terminal, home) for name in _OTHERS if shutil.which(name)},
    }
    paints, sizes = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    names: list[float] = []
    for turn, name in enumerate(in_turn(runs + 1, starts)):
        with starts[name]() as program:
            program.first_after(program.started_s, 20.0)
            program.listen_until_quiet()
        if turn < len(starts):
            continue  # the files are warm from now on
        drawn_s = first_shown(program.chunks, SIZE, is_drawn)
        assert drawn_s is not None, f"{name} drew nothing"
        paints[name].append(drawn_s - program.started_s)
        sizes[name].append(count(until_pause(program.chunks, QUIET_S)))
        if name == _FNTUI:
            named_s = first_shown(program.chunks, SIZE, lambda text: "invoice-run" in text)
            names += [] if named_s is None else [named_s - program.started_s]
    yield beside(f"first paint, {_MINIMAL}, {terminal}", paints[_MINIMAL], MS)
    for name in (_FNTUI, _SIGNED_IN):
        what = f"first paint, {name}, {terminal}"
        yield ratio_at_most(what, paints[name], paints[_MINIMAL], _RATIO, MS)
    yield beside(f"names on screen, {_FNTUI}, {terminal}", names, MS)
    for name in (_FNTUI, _SIGNED_IN):
        what = f"bytes until quiet, {name}, {terminal}"
        yield at_most(what, sizes[name], _QUIET_GOALS[terminal], KB)
    yield beside(f"bytes until quiet, {_MINIMAL}, {terminal}", sizes[_MINIMAL], KB)
    for name in sorted(starts.keys() & set(_OTHERS)):
        yield beside(f"first paint, {name}, {terminal}", paints[name], MS)
        yield beside(f"bytes until quiet, {name}, {terminal}", sizes[name], KB)


def _other(name: str, terminal: str, home: Path) -> Start:
    return lambda: running([name], terminal_environment(home, terminal))
