"""What is typed is handed on as it comes, and reading ends at once when it is to."""

import os
import threading
from collections.abc import Generator

import pytest

from fntui.ui.terminal.input.reader import TICK_S, Inlet

LIMIT_S = 20


class Reading:
    """An inlet that reads a pipe in a thread."""

    def __init__(self) -> None:
        """Begin."""
        self.inlet = Inlet()
        self.inlet.open()
        self.reading, self.writing = os.pipe()
        self.taken: list[str] = []
        self.ticked, self.over, self.typed = threading.Event(), threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        self.inlet.run(self.reading, self.over.is_set, self._take)

    def _take(self, text: str) -> None:
        (self.typed if text else self.ticked).set()
        self.taken.append(text)

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


def test_what_is_typed_is_handed_on(reading: Reading) -> None:
    os.write(reading.writing, "jä".encode())
    assert reading.typed.wait(LIMIT_S)
    reading.end()
    assert "".join(reading.taken) == "jä"


def test_characters_in_two_pieces_are_one(reading: Reading) -> None:
    os.write(reading.writing, b"\xc3")
    assert reading.ticked.wait(LIMIT_S)
    os.write(reading.writing, b"\xa4")
    assert reading.typed.wait(LIMIT_S)
    reading.end()
    assert "".join(reading.taken) == "ä"


def test_where_nothing_is_typed_that_is_told_too(reading: Reading) -> None:
    assert reading.ticked.wait(LIMIT_S)
    assert reading.taken[0] == ""


def test_once_half_a_sequence_would_be_over_it_looks_no_more_but_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inlet, limits, taken = Inlet(), list[float | None](), list[str]()
    inlet.open()
    reading, writing = os.pipe()

    def select(watched: list[int], _w: object, _x: object, limit: float | None) -> list[list[int]]:
        limits.append(limit)
        if limit is None:
            os.write(writing, b"j")
        return [watched[:1] if limit is None else []]

    monkeypatch.setattr("fntui.ui.terminal.input.reader.select.select", select)
    inlet.run(reading, lambda: limits.count(None) == 2, taken.append, 2 * TICK_S)
    inlet.close()
    assert limits == [*[TICK_S] * 3, None] * 2
    assert taken == [*[""] * 3, "j"] * 2


def test_it_waits_for_no_tick_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fntui.ui.terminal.input.reader.TICK_S", 10 * LIMIT_S)
    reading = Reading()
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
    monkeypatch.setattr("fntui.ui.terminal.input.reader.TICK_S", 10 * LIMIT_S)
    reading = Reading()
    os.close(reading.writing)
    reading.end()
    assert reading.taken in ([], [""], ["", ""])
    reading.inlet.close()


def test_what_is_no_text_is_marked(reading: Reading) -> None:
    os.write(reading.writing, b"a\xff\xe4b")
    assert reading.typed.wait(LIMIT_S)
    reading.end()
    assert "".join(reading.taken) == "a\ufffd\ufffdb"


def test_a_terminal_that_is_gone_is_an_error(reading: Reading) -> None:
    mine, theirs = os.openpty()
    os.close(theirs)
    with pytest.raises(OSError, match="Input/output"):
        reading.inlet.run(mine, lambda: False, list[str]().append)
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
