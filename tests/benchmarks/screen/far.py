"""fntui at the other end of a slow link: 256 kbit/s, and 300 ms for a round trip."""

import math
import os
import time
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from typing_extensions import override

from tests.benchmarks.screen.link import KBIT, Link
from tests.benchmarks.screen.program import (
    OVER_SSH,
    SIZE,
    Program,
    terminal_environment,
)
from tests.benchmarks.screen.recorded import Chunk, count, first_shown, is_drawn
from tests.benchmarks.screen.setting import (
    DOWN,
    PAGE_DOWN,
    PAGE_UP,
    UP,
    Setting,
    account,
    fresh_home,
    signed_in_words,
)
from tests.benchmarks.screen.table import KB, MS, Row, at_most, beside

_BYTES_PER_S: Final = 256 * KBIT
_DELAY_S: Final = 0.15
_ROOM: Final = 32 * 1024  # what sshd and the kernel hold before the program has to wait
_PIECE: Final = 1024  # small, so that its arrival says when most of it was there
_ECHO_GOAL_S: Final = 0.03
_HELD_KEYS: Final = 60
_HELD_S: Final = 2.0
_HELD_TIMES: Final = 5  # in one of them, ages may move on just after the last key
_HELD_GOAL_S: Final = 0.1
_QUIET_S: Final = 0.6  # beyond the round trip
_KEYS: Final = 20


class FarProgram(Program):
    """A program whose terminal is at the other end of a slow link.

    A piece of ``chunks`` is dated by its arrival here, which may lie ahead.

    Attributes:
        link: The way from the program to here.
    """

    def __init__(self, words: Sequence[str], env: Mapping[str, str]) -> None:
        """Start it."""
        self.link = Link(_BYTES_PER_S, _DELAY_S, _ROOM)
        self._pressed: deque[tuple[float, bytes]] = deque()
        super().__init__(words, env)

    @override
    def press(self, keys: str) -> float:
        now_s = time.monotonic()
        self._pressed.append((now_s + _DELAY_S, keys.encode()))
        return now_s

    @override
    def _turn(self, until_s: float) -> None:
        now_s = time.monotonic()
        while self._pressed and self._pressed[0][0] <= now_s:
            os.write(self._master, self._pressed.popleft()[1])
        next_s = min(until_s, self._pressed[0][0] if self._pressed else math.inf)
        wait_s = self.link.wait_s(now_s, _PIECE)
        if wait_s:
            time.sleep(min(wait_s, max(0.0, next_s - now_s)))  # noqa: TID251 - the link is full
        else:
            super()._turn(next_s)

    @override
    def _took(self, now_s: float, data: bytes) -> None:
        self.chunks.append(Chunk(self.link.send(now_s, len(data)).last_s, data))

    _piece = _PIECE


def measure(_: Setting) -> Iterator[Row]:
    """Yield what keys feel like there."""
    with (
        account("--namespaces", "10", "--triggers", "20") as url,
        fresh_home() as home,
        _far(url, home) as program,
    ):
        program.wait("200 of 200")
        program.listen_until_quiet(_QUIET_S)
        yield from _start(program)
        program.listen(1.0)
        yield from _held(program, "tree", DOWN, UP)
        yield _echoes(program, "tree")
        for key in ("g", "2", "g"):
            program.bytes_for(key, _QUIET_S)
        yield _echoes(program, "board")
        yield from _held(program, "board", DOWN, DOWN)
        yield from _held(program, "board, pages", PAGE_DOWN, PAGE_UP)


@contextmanager
def _far(url: str, home: Path) -> Generator[FarProgram]:
    words, more = signed_in_words(url)
    program = FarProgram(words, terminal_environment(home, OVER_SSH, **more))
    try:
        yield program
    finally:
        program.close()


def _start(program: FarProgram) -> Iterator[Row]:
    painted_s = first_shown(program.chunks, SIZE, is_drawn) or math.inf
    named_s = first_shown(program.chunks, SIZE, lambda text: "namespace-009" in text) or math.inf
    yield beside("256 kbit/s: first paint there", [painted_s - program.started_s], MS)
    yield beside("256 kbit/s: names there", [named_s - program.started_s], MS)


def _echoes(program: FarProgram, pane: str) -> Row:
    """Return how long after the round trip the last byte of a key's first frame was there."""
    found: list[float] = []
    for number in range(_KEYS):
        program.listen_until_quiet(_QUIET_S, 1.5)
        program.listen(0.1 + 0.013 * number)
        known = len(program.chunks)
        pressed_s = program.press(DOWN if number // 5 % 2 == 0 else UP)
        program.first_after(pressed_s)
        program.listen(0.02)
        if frame := program.chunks[known:]:
            found.append(frame[-1].at_s - pressed_s - 2 * _DELAY_S)
    return at_most(f"256 kbit/s: key to echo less the link, {pane}", found, _ECHO_GOAL_S, MS)


def _held(program: FarProgram, where: str, key: str, back: str) -> Iterator[Row]:
    """Yield what 60 keys in 2 s leave behind, as often as it is tried."""
    late_s, written, queued = list[float](), list[float](), list[float]()
    for _ in range(_HELD_TIMES):
        program.bytes_for("g", _QUIET_S)  # else the last key would have been at the end already
        program.listen_until_quiet(_QUIET_S, 1.5)
        program.link.most_queued = 0.0
        pressed_s = began_s = time.monotonic()
        for number in range(_HELD_KEYS):
            program.listen(began_s + number * _HELD_S / _HELD_KEYS - time.monotonic())
            pressed_s = program.press(key if number // 9 % 2 == 0 else back)
        queued.append(program.link.most_queued)
        program.listen_until_quiet(_QUIET_S, 20.0, since_s=pressed_s)
        late_s.append(max(0.0, program.chunks[-1].at_s - pressed_s - 2 * _DELAY_S))
        written.append(count(program.chunks, began_s))
    what = f"256 kbit/s: held-down key, {where}"
    yield at_most(f"{what}: final, less the link", late_s, _HELD_GOAL_S, MS)
    yield beside(f"{what}: written", written, KB)
    yield beside(f"{what}: most that waited", queued, KB)
