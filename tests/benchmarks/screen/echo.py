"""The time from a key to what it writes, in a small account and in a fleet; memory; the end."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from random import Random
from typing import Final

from tests.benchmarks.screen.program import (
    TRUECOLOR,
    Program,
    python,
    running,
    terminal_environment,
)
from tests.benchmarks.screen.setting import (
    DOWN,
    Setting,
    account,
    demo,
    fresh_home,
    minimal,
    signed_in,
    up_and_down,
)
from tests.benchmarks.screen.table import MB, MS, Row, S, at_most, beside, quantiles_at_most

_GOALS: Final = (0.006, 0.025)
_FLEET_GOALS: Final = (0.010, 0.040)
_MEMORY_GOAL: Final = 55e6
_FLEET_MEMORY_GOAL: Final = 250e6
_QUIT_GOAL: Final = 0.15
_PAUSES_S: Final = (0.12, 0.2)  # between keys, as a person presses them
_ROWS: Final = 15
_ECHO_LIMIT_S: Final = 2.0
_LONGEST_S: Final = 90.0
_FLEET: Final = (1000, 50)
_READING_S: Final = 240.0
_SETTLING_S: Final = 10.0


def measure(setting: Setting) -> Iterator[Row]:
    """Yield times from key to echo and memory, with 20 triggers."""
    with ExitStack() as closing:
        url = closing.enter_context(account("--namespaces", "1", "--triggers", "20"))
        home = closing.enter_context(fresh_home())
        program = closing.enter_context(signed_in(TRUECOLOR, url, home))
        program.wait("20 of 20")
        program.listen(_SETTLING_S)
        yield at_most("memory, 20 triggers", [program.resident()], _MEMORY_GOAL, MB)
        for key in (DOWN, "l", DOWN):
            program.bytes_for(key, 0.5)
        program.wait("trigger-019")
        yield _echoes("key to echo, tree, 20 triggers", program, setting.echoes, _GOALS)
        program.bytes_for("g", 0.5)
        program.bytes_for("2", 0.5)
        yield _echoes("key to echo, board, 20 triggers", program, setting.echoes, _GOALS)
    with minimal(TRUECOLOR) as program:
        program.wait("trigger-021")
        program.listen_until_quiet()
        yield _echoes("key to echo, minimal Textual app, tree", program, setting.echoes)
        yield beside("memory, minimal Textual app", [program.resident()], MB)


def measure_fleet(setting: Setting) -> Iterator[Row]:
    """Yield the same with 1,000 namespaces of 50 triggers each."""
    namespaces, triggers = _FLEET
    total = namespaces * triggers
    words = python("tests.benchmarks.screen.fleet", *map(str, _FLEET))
    with fresh_home() as home, running(words, terminal_environment(home, TRUECOLOR)) as program:
        program.wait(f"{total} of {total}", limit_s=_READING_S)
        yield beside(f"{total:,} triggers on screen", [time.monotonic() - program.started_s], S)
        program.listen(_SETTLING_S)
        yield at_most(f"memory, {total:,} triggers", [program.resident()], _FLEET_MEMORY_GOAL, MB)
        what = f"key to echo, tree, {total:,} triggers"
        yield _echoes(what, program, setting.echoes, _FLEET_GOALS)
        program.bytes_for("g", 0.5)
        program.bytes_for("2", 0.5)
        what = f"key to echo, board, {total:,} triggers"
        yield _echoes(what, program, setting.echoes, _FLEET_GOALS)
        yield at_most(
            f"memory, {total:,} triggers, then", [program.resident()], _FLEET_MEMORY_GOAL, MB
        )


def measure_quit(setting: Setting) -> Iterator[Row]:
    """Yield the time from q to the end of the process."""
    found: list[float] = []
    with account("--namespaces", "2", "--triggers", "20") as url, fresh_home() as home:
        for _ in range(setting.runs):
            with signed_in(TRUECOLOR, url, home) as program:
                program.wait("40 of 40")
                program.listen_until_quiet()
                found.append(-program.press("q") + program.wait_for_end())
    yield at_most("quit, signed in", found, _QUIT_GOAL, MS)
    found = []
    for _ in range(setting.runs):
        with demo(TRUECOLOR) as program:
            program.wait("invoice-run")
            program.listen_until_quiet()
            found.append(-program.press("q") + program.wait_for_end())
    yield at_most("quit, demo", found, _QUIT_GOAL, MS)


def _echoes(
    what: str, program: Program, times: int, goals: tuple[float, float] | None = None
) -> Row:
    """Press keys at odd moments, and take the time until the first byte of an answer.

    Where none comes, it is taken to have come at the end of the wait.
    """
    rng, found, missing = Random(1), list[float](), 0  # noqa: S311 - pauses
    end_s = time.monotonic() + _LONGEST_S
    for key in up_and_down(times, _ROWS):
        program.listen(rng.uniform(*_PAUSES_S))
        pressed_s = program.press(key)
        echoed_s = program.first_after(pressed_s, _ECHO_LIMIT_S)
        missing += echoed_s is None
        found.append(_ECHO_LIMIT_S if echoed_s is None else echoed_s - pressed_s)
        if time.monotonic() > end_s:
            break
    known = f"{what} (of {len(found)}, {missing} had none)" if missing else what
    return quantiles_at_most(known, found, goals, MS)
