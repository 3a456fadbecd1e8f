"""What goes out to a terminal that reads slowly, not at all, or is gone."""

# ruff: noqa: D102, D107 - a stand-in with the methods of what it stands for

import asyncio
import errno
import os
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TextIO

import pytest

from fntui.ui.terminal.writer import AT_ONCE_S, FAR_BYTES_PER_S, HELD_MAX, Outlet
from tests.support.stubs import returning
from tests.support.tty import Line, a_turn, line
from tests.support.virtual_time import run_at_once

FRAME = "x" * 40_000
"""More than a pseudo-terminal takes unread."""


@pytest.fixture
def terminal() -> Generator[Line]:
    with line() as made:
        yield made


class Told:
    """Counts how often the terminal was said to be ready."""

    def __init__(self) -> None:
        self.times = 0
        self.once = asyncio.Event()

    def __call__(self) -> None:
        self.times += 1
        self.once.set()


@asynccontextmanager
async def opened(terminal: Line) -> AsyncGenerator[tuple[Outlet, Told]]:
    told = Told()
    made = Outlet(terminal.near, told)
    made.open()
    try:
        yield made, told
    finally:
        made.close()


async def read_all(terminal: Line, length: int) -> str:
    """Read as a terminal does, while the program goes on, until so much has come."""
    read = ""
    while len(read) < length:
        read += terminal.read()
        await a_turn()
    return read


async def test_what_a_terminal_takes_is_sent_at_once(terminal: Line) -> None:
    async with opened(terminal) as (out, told):
        out.write("on tïme")
        assert terminal.read() == "on tïme"
        assert out.has_room()
    assert told.times == 0


async def test_nothing_goes_out_that_could_harm_the_terminal(terminal: Line) -> None:
    async with opened(terminal) as (out, _):
        out.write("half\ud800 \x1b]52;c;ZXZpbA==\x07")
    assert terminal.read() == "half� ␛]52;c;ZXZpbA==␇"


async def test_nobody_waits_for_a_terminal_that_does_not_read(terminal: Line) -> None:
    async with opened(terminal) as (out, told):
        out.write(FRAME)
        out.write("\x1b]2;fntui\x1b\\")
        assert not out.has_room()
        assert await read_all(terminal, len(FRAME) + 11) == FRAME + "\x1b]2;fntui\x1b\\"
        await told.once.wait()
        assert out.has_room()
        out.write(FRAME)
        await read_all(terminal, len(FRAME))
    assert told.times == 1, "nothing was left out the second time"


async def test_what_waits_for_a_terminal_has_a_limit(terminal: Line) -> None:
    async with opened(terminal) as (out, told):
        for _ in range(100):
            out.write(FRAME)
        read = ""
        while not told.once.is_set():
            read += terminal.read()
            await a_turn()
        read += terminal.read()
    assert HELD_MAX < len(read) < 4 * HELD_MAX
    assert len(read) % len(FRAME) == 0, "a frame was cut"


def test_to_a_terminal_far_away_frames_go_no_faster_than_a_slow_line_carries_them(
    tmp_path: Path,
) -> None:
    frame, seconds = 1_000, 4

    async def hold_a_key_down(takes_all: TextIO) -> int:
        told, sent, before, loop = Told(), 0, 0, asyncio.get_running_loop()
        out = Outlet(takes_all, told, is_far=True)
        out.open()
        while loop.time() < seconds:
            while out.has_room():
                out.write("x" * frame)
                sent += frame
            assert not out.has_room()
            before = told.times
            await told.once.wait()
            told.once.clear()
            assert told.times == before + 1
        out.write("x" * 10 * frame)
        assert not out.has_room()
        out.close()
        await asyncio.sleep(1)  # noqa: TID251 - of the loop's own time, which passes at once
        assert told.times == before + 1, "it is closed"
        return sent

    with (tmp_path / "terminal").open("w") as takes_all:
        sent = run_at_once(hold_a_key_down(takes_all))
    assert (tmp_path / "terminal").stat().st_size == sent + 10 * frame
    at_once = FAR_BYTES_PER_S * AT_ONCE_S + frame
    assert 0.9 < sent / (FAR_BYTES_PER_S * seconds + at_once) <= 1.1


async def test_far_away_single_keys_wait_for_nothing(terminal: Line) -> None:
    told = Told()
    out = Outlet(terminal.near, told, is_far=True)
    out.open()
    out.write("x" * int(FAR_BYTES_PER_S * AT_ONCE_S * 0.9))
    assert out.has_room()
    await a_turn()
    out.close()
    assert told.times == 0


async def test_other_threads_may_write(terminal: Line) -> None:
    async with opened(terminal) as (out, _):
        thread = threading.Thread(target=out.write, args=("from elsewhere",))
        thread.start()
        thread.join()
        assert terminal.read() == ""
        assert await read_all(terminal, 1) == "from elsewhere"


async def test_at_the_end_a_slow_terminal_gets_all(terminal: Line) -> None:
    async with opened(terminal) as (out, _):
        out.write(FRAME)
        slow = asyncio.get_running_loop().run_in_executor(None, read_slowly, terminal)
        out.settle()
        out.write("end")
        out.close()
    assert (await slow) == len(FRAME) + 3


def read_slowly(terminal: Line) -> int:
    read = ""
    while not read.endswith("end"):
        read += terminal.read()
    return len(read)


async def test_at_the_end_a_terminal_that_does_not_read_gets_the_last_words_alone(
    terminal: Line,
) -> None:
    async with opened(terminal) as (out, told):
        out.write(FRAME)
        assert not out.has_room()
        out.settle()
        out.write("\x1b[?1049l")
        out.close()
    read = terminal.read()  # what the far end has taken in is not to be called back
    assert read.lstrip("x") == "\x18\x1b[?1049l"
    assert len(read) < len(FRAME) / 4
    assert told.times == 0


async def test_the_end_is_no_longer_where_even_they_are_not_taken(
    terminal: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("termios.tcflush", returning(None))  # as where output can't be dropped
    async with opened(terminal) as (out, _):
        out.write(FRAME)
        out.settle()
        out.write("\x1b[?1049l")
        out.close()
        out.write("unheard")
    assert set(terminal.read()) == {"x"}


async def test_what_is_written_to_a_lost_terminal_is_dropped(terminal: Line) -> None:
    async with opened(terminal) as (out, _):
        out.write(FRAME)
        terminal.cut()
        out.settle()
        for _ in range(100):
            out.write(FRAME)
            assert out.has_room()


async def test_a_terminal_that_is_lost_while_much_waits_is_not_written_to_over_and_over(
    terminal: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(terminal) as (out, told):
        out.write(FRAME)
        assert not out.has_room()
        terminal.cut()
        await told.once.wait()
        tries: list[int] = []

        def write(number: int, _: bytes) -> None:
            tries.append(number)

        monkeypatch.setattr(os, "write", write)
        for _ in range(10):
            await a_turn()
        assert tries == []


async def test_other_trouble_with_the_terminal_is_not_hushed_up(
    terminal: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with opened(terminal) as (out, _):
        monkeypatch.setattr(os, "write", refuse)
        with pytest.raises(OSError, match="No space"):
            out.write("x")
        assert out.has_room()


async def test_a_terminal_of_somebody_else_does_not_block_either_and_is_left_as_it_was(
    terminal: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_name(_: int) -> str:
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))

    monkeypatch.setattr(os, "ttyname", no_name)
    async with opened(terminal) as (out, _):
        out.write(FRAME)
        assert not out.has_room()
    assert os.get_blocking(terminal.near.fileno())


async def test_what_shares_the_terminal_goes_on_to_block(terminal: Line) -> None:
    async with opened(terminal) as (out, _):
        out.open()  # twice is once
        assert os.get_blocking(terminal.near.fileno())
