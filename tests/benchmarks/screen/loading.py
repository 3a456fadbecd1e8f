"""How soon an account is on the screen whose server is far away."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import httpx

from fntui.clock import SystemClock
from tests.benchmarks.screen.program import LIMIT_S, SIZE, TRUECOLOR, Program
from tests.benchmarks.screen.recorded import first_shown, is_drawn
from tests.benchmarks.screen.setting import Setting, account, fresh_home, signed_in
from tests.benchmarks.screen.table import MS, Row, at_most, beside

_LATENCY_S: Final = 0.08
_TRIGGERS: Final = 20
_NAMES_GOAL_S: Final = _LATENCY_S + 0.05
_CACHED_GOAL_S: Final = 0.01  # the same paint, which may be read in two pieces
_FEW_GOAL_S: Final = 0.3
_MANY_GOAL_S: Final = 1.2
_NAME: Final = "namespace-000"
_STEP_S: Final = 0.3
_SHOWING_S: Final = 2.0  # after the last answer
_HELD_BACK_S: Final = 3.0


def measure(setting: Setting) -> Iterator[Row]:
    """Yield how soon names and all triggers were there, at 80 ms a request, and from a cache."""
    few = [_load(10) for _ in range(setting.runs)]
    yield beside("first paint, server at 80 ms", [load.painted_s for load in few], MS)
    names = [load.named_s - load.painted_s for load in few]
    yield at_most("names after the first paint, no cache", names, _NAMES_GOAL_S, MS)
    read = [load.read_s - load.painted_s for load in few]
    yield at_most("10 namespaces read, after the first paint", read, _FEW_GOAL_S, MS)
    shown = [load.shown_s - load.painted_s for load in few]
    yield beside("10 namespaces shown, after the first paint", shown, MS)
    many = [_load(100) for _ in range(setting.runs)]
    read = [load.read_s for load in many]
    yield at_most("100 namespaces read, after the start", read, _MANY_GOAL_S, MS)
    yield beside("100 namespaces shown, after the start", [load.shown_s for load in many], MS)
    yield at_most(
        "names after the first paint, from a cache", _cached(setting.runs), _CACHED_GOAL_S, MS
    )


class Load:
    """When an account of so many namespaces was there, in seconds since the start.

    Attributes:
        painted_s: The first paint.
        named_s: A namespace's name was on the screen.
        read_s: The last of the lists of triggers had been answered.
        shown_s: All triggers were on the screen.
    """

    def __init__(self, program: Program, namespaces: int, log: Path) -> None:
        """Look through what a program wrote."""
        total = namespaces * _TRIGGERS
        self.painted_s = _shown_s(program, "")
        self.named_s = _shown_s(program, _NAME)
        self.shown_s = _shown_s(program, f"{total} of {total}")
        clock = SystemClock()
        started_at = clock.now().timestamp() - clock.monotonic() + program.started_s
        answers = sorted(_answered(log))
        if len(answers) < namespaces:
            raise TimeoutError(f"{len(answers)} of {namespaces} lists came")
        self.read_s = answers[namespaces - 1] - started_at


def _load(namespaces: int) -> Load:
    latency = f"{_LATENCY_S * 1000:.0f}"
    sizes = ("--namespaces", str(namespaces), "--triggers", str(_TRIGGERS), "--keys", "1")
    with account(*sizes, "--latency-ms", latency) as url, fresh_home() as home:
        log = home / "log"
        with signed_in(TRUECOLOR, url, home, log) as program:
            end_s = time.monotonic() + LIMIT_S
            while time.monotonic() < end_s and len(list(_answered(log))) < namespaces:
                program.listen(_STEP_S)
            program.listen(_SHOWING_S)
            return Load(program, namespaces, log)


def _cached(runs: int) -> list[float]:
    """Return the times from the first paint to names, while the server holds its answers back."""
    found: list[float] = []
    with account("--namespaces", "10", "--triggers", "4") as url, fresh_home() as home:
        with signed_in(TRUECOLOR, url, home) as program:
            program.wait(_NAME, "40 of 40")
            program.listen_until_quiet()
            program.press("q")
            program.wait_for_end()
        slow = {"name": "slow", "seconds": _HELD_BACK_S}
        httpx.post(f"{url}/simulator/faults", json=slow, trust_env=False).raise_for_status()
        for _ in range(runs):
            with signed_in(TRUECOLOR, url, home) as program:
                program.listen(_HELD_BACK_S - 1)
                named_s = _first_shown(program, _NAME)
                if named_s is not None:
                    found.append(named_s - _shown_s(program, ""))
                program.press("q")
                program.wait_for_end()
    return found


def _shown_s(program: Program, text: str) -> float:
    found_s = _first_shown(program, text)
    if found_s is None:
        raise TimeoutError(f"{text} was not on the screen:\n{program.text()}")
    return found_s


def _first_shown(program: Program, text: str) -> float | None:
    """Return when a text, or anything, was on the screen, in seconds since the start."""
    at_s = first_shown(program.chunks, SIZE, (lambda shown: text in shown) if text else is_drawn)
    return None if at_s is None else at_s - program.started_s


def _answered(log: Path) -> Iterator[float]:
    """Yield the Unix time at which each list of triggers was there."""
    text = log.read_text("utf-8") if log.exists() else ""
    for line in text.splitlines():
        at, _method, path, status, took, _id = line.split()
        if path.endswith("/triggers") and status == "200":
            yield datetime.fromisoformat(at).timestamp() + float(took.removesuffix("ms")) / 1000
