"""The terminal's own size, and nothing else's, wherever the program asks."""

import struct
import termios
from fcntl import ioctl
from pathlib import Path

import pytest

from fntui.ui.terminal.size import UNKNOWN, terminal_size
from tests.support.tty import Line, line


def resize(terminal: Line, columns: int, rows: int) -> None:
    ioctl(terminal.near.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


@pytest.mark.parametrize(
    ("columns", "rows", "expected"),
    [(132, 43, (132, 43)), (0, 0, UNKNOWN), (0, 43, UNKNOWN), (132, 0, UNKNOWN), (1, 1, (1, 1))],
)
def test_a_terminal_that_does_not_say_has_the_usual_size(
    columns: int, rows: int, expected: tuple[int, int]
) -> None:
    with line() as terminal:
        resize(terminal, columns, rows)
        assert terminal_size(terminal.near) == expected


def test_the_environment_never_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("LINES", "5")
    with line() as terminal:
        resize(terminal, 132, 43)
        assert terminal_size(terminal.near) == (132, 43)


def test_what_is_no_terminal_has_the_usual_size(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w") as file:
        assert terminal_size(file) == UNKNOWN
    assert terminal_size(file) == UNKNOWN  # closed
