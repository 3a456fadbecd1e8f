"""What is typed is decoded and handed on as it comes, and reading ends at once when it is to."""

import os
import threading
from collections.abc import Generator, Sequence

import pytest

from fntui.ui.terminal.input.decoder import Decoder
from fntui.ui.terminal.input.events import Input, KeyPress
from fntui.ui.terminal.input.reader import Inlet

LIMIT_S = 20
ESCAPE_S = 0.1


class Reading:
    """An inlet that reads a pipe in a thread."""

    def __init__(self, escape_s: float = ESCAPE_S) -> None:
        """Begin."""
        self.inlet = Inlet()
        self.inlet.open()
        self.reading, self.writing = os.pipe()
        self.taken: list[Input] = []
        self.over, self.typed = threading.Event(), threading.Event()
        self.decoder = Decoder(escape_s=escape_s)
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        self.inlet.run(self.reading, self.over.is_set, self.decoder, self._take)

    def _take(self, events: Sequence[Input]) -> None:
        self.taken += events
        self.typed.set()

    @property
    def keys(self) -> list[str]:
        """The names of the keys so far."""
        return [event.key for event in self.taken if isinstance(event, KeyPress)]

    def end(self) -> None:
        """Have it end, in time."""
        self.over.set()
        self.inlet.wake()
        self.thread.join(LIMIT_S)
        assert not self.thread.is_alive()


@pytest.fixture
def reading() -> Generator[Reading]:
    made = Reading()
    yield made
    made.end()
    made.inlet.close()
    for end in (made.reading, made.writing):
        os.close(end)


def test_what_is_typed_is_decoded_and_handed_on(reading: Reading) -> None:
    os.write(reading.writing, "jä".encode())
    assert reading.typed.wait(LIMIT_S)
    reading.end()
    assert reading.keys == ["j", "ä"]


def test_an_escape_is_handed_on_once_nothing_followed_it(reading: Reading) -> None:
    os.write(reading.writing, b"\x1b")
    assert reading.typed.wait(LIMIT_S)
    reading.end()
    assert reading.keys == ["escape"]


def test_it_waits_for_the_decoders_time_and_else_for_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inlet, limits, taken = Inlet(), list[float | None](), list[Input]()
    inlet.open()
    reading, writing = os.pipe()
    now_s = 7.0

    def select(watched: list[int], _w: object, _x: object, limit: float | None) -> list[list[int]]:
        nonlocal now_s
        limits.append(limit)
        now_s += limit or 0.0
        if limit is None:
            os.write(writing, b"\x1b")
        return [watched[:1] if limit is None else []]

    monkeypatch.setattr("fntui.ui.terminal.input.reader.select.select", select)
    monkeypatch.setattr("fntui.ui.terminal.input.reader.time.monotonic", lambda: now_s)
    decoder = Decoder(escape_s=ESCAPE_S)
    inlet.run(reading, lambda: len(taken) == 2, decoder, taken.extend)
    inlet.close()
    assert [limit is None for limit in limits] == [True, False] * 2
    assert all(limit is None or abs(limit - ESCAPE_S) < 1e-6 for limit in limits)
    assert [event.key for event in taken if isinstance(event, KeyPress)] == ["escape"] * 2


def test_it_waits_for_no_escape_to_end() -> None:
    reading = Reading(escape_s=10 * LIMIT_S)
    os.write(reading.writing, b"\x1b")
    reading.end()  # else it would not have ended in time
    reading.inlet.close()


def test_it_can_be_run_again(reading: Reading) -> None:
    reading.end()
    reading.inlet.rest()
    reading.inlet.rest()
    reading.over.clear()
    reading.thread = threading.Thread(target=reading._run)
    reading.thread.start()
    os.write(reading.writing, b"x")
    assert reading.typed.wait(LIMIT_S)


def test_a_file_at_its_end_is_not_read_over_and_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fntui.ui.terminal.input.reader._EMPTY_S", 10 * LIMIT_S)
    reading = Reading()
    os.close(reading.writing)
    reading.end()
    assert reading.taken == []
    reading.inlet.close()


def test_bytes_that_are_no_text_are_no_keys(reading: Reading) -> None:
    os.write(reading.writing, b"a\xff\xe4b")
    assert reading.typed.wait(LIMIT_S)
    reading.end()
    assert reading.keys == ["a", "b"]


def test_a_terminal_that_is_gone_is_an_error(reading: Reading) -> None:
    mine, theirs = os.openpty()
    os.close(theirs)
    with pytest.raises(OSError, match="Input/output"):
        reading.inlet.run(mine, lambda: False, Decoder(escape_s=ESCAPE_S), list[Input]().extend)
    os.close(mine)


def test_closed_it_can_be_closed_and_opened_again() -> None:
    inlet = Inlet()
    inlet.wake()
    inlet.rest()
    inlet.close()
    inlet.open()
    inlet.open()
    inlet.close()
    inlet.open()
    inlet.wake()
    inlet.close()
