import curses
import io
import logging
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.color import ColorSystem
from rich.console import Console
from typing_extensions import override

from fntui.cli import process
from tests.support.tty import line


def report(error: BaseException) -> str:
    return f"report of {type(error).__name__}"


def test_a_complaint_that_nobody_can_get_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Full(io.StringIO):
        @override
        def write(self, text: str) -> int:
            asked.append(text)
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stderr", Full())
    process.complain("The disk is full.")
    assert asked == ["fntui: The disk is full.\n"]


def test_a_complaint_does_not_wait_for_a_terminal_that_does_not_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with line() as terminal:
        terminal.fill()
        monkeypatch.setattr(sys, "stderr", terminal.near)
        process.complain("Nobody reads this.")
        assert "Nobody" not in terminal.read()
        process.complain("Somebody reads this.")
        assert terminal.read() == "fntui: Somebody reads this.\n"


def test_streams_that_are_closed_lead_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    process.open_missing_streams()
    opened = [sys.stdin, sys.stdout, sys.stderr]
    try:
        process.say("to nobody")
        process.complain("to nobody, either")
        assert sys.stdin.read() == ""
        process.open_missing_streams()
        assert [sys.stdin, sys.stdout, sys.stderr] == opened
    finally:
        for stream in opened:
            stream.close()


@pytest.mark.parametrize("kind", ["dop", "doo", "dor"])
def test_a_token_that_stands_where_none_belongs_is_not_repeated(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    token = f"{kind}_v1_{'e2' * 32}"
    process.complain(f"config.toml, line 1, near {token[:40]!r}: Expected '='.")
    process.say(f"There is no profile {token}; key dof_v1_12 is there.")
    out, err = capsys.readouterr()
    assert err == "fntui: config.toml, line 1, near '•••': Expected '='.\n"
    assert out == "There is no profile •••; key dof_v1_12 is there.\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_program_as_an_interrupt_does(number: signal.Signals) -> None:
    told = process.end_in_order_when_told()
    assert told == []
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    assert told == [number]


def test_a_signal_ends_the_program_where_interrupts_are_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    process.end_in_order_when_told()
    with pytest.raises(SystemExit) as ended:
        signal.raise_signal(signal.SIGTERM)
    assert ended.value.code == 128 + signal.SIGTERM


def test_a_signal_that_is_to_be_ignored_stays_so() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    process.end_in_order_when_told()
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_nothing_of_textuals_that_tells_secrets_or_runs_code_is_left() -> None:
    environ: dict[str, str] = dict.fromkeys(
        (
            "TEXTUAL", "TEXTUAL_LOG", "TEXTUAL_DEVTOOLS_PORT", "TEXTUAL_DRIVER", "TEXTUAL_PRESS",
            "TEXTUAL_SCREENSHOT", "TEXTUAL_DEBUG", "TEXTUAL_FPS", "TEXTUALLY",
        ),
        "1",
    )  # fmt: skip
    process.prepare_environment(environ)
    assert environ == {"TEXTUAL_FPS": "1", "TEXTUALLY": "1"}


def test_over_ssh_little_is_sent_and_escape_is_waited_for() -> None:
    environ = {"SSH_CONNECTION": "a b"}
    process.prepare_environment(environ)
    assert environ["TEXTUAL_ANIMATIONS"] == "none"
    assert environ["ESCDELAY"] == "250"
    assert environ["TEXTUAL_DISABLE_KITTY_KEY"] == "1"
    chosen = {"SSH_TTY": "x", "TEXTUAL_ANIMATIONS": "full", "ESCDELAY": "50"}
    chosen["TEXTUAL_DISABLE_KITTY_KEY"] = "0"
    before = dict(chosen)
    process.prepare_environment(chosen)
    assert chosen == before


@pytest.mark.parametrize(
    ("environ", "system"),
    [
        ({"TERM": "xterm"}, ColorSystem.STANDARD),
        ({"TERM": "linux-16color"}, ColorSystem.STANDARD),
        ({}, ColorSystem.STANDARD),
        ({"TERM": "screen-256color"}, ColorSystem.EIGHT_BIT),
        ({"TERM": "xterm-kitty"}, ColorSystem.EIGHT_BIT),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, ColorSystem.TRUECOLOR),
        ({"TERM": "xterm", "COLORTERM": " 24bit"}, ColorSystem.TRUECOLOR),
        ({"TERM": "xterm", "COLORTERM": "yes"}, ColorSystem.STANDARD),
    ],
)
def test_the_colours_are_told_as_rich_tells_them(
    environ: dict[str, str], system: ColorSystem
) -> None:
    assert Console(force_terminal=True, _environ=environ)._color_system is system
    assert process.has_few_colours(environ) is (system is ColorSystem.STANDARD)


@pytest.mark.parametrize(("chosen", "is_so"), [("standard", True), ("256", False), ("auto", True)])
def test_the_colours_may_be_chosen(chosen: str, is_so: bool) -> None:  # noqa: FBT001 - a case
    environ = {"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": chosen}
    assert process.has_few_colours(environ) is is_so


@pytest.mark.parametrize("flag", [1, 0, -1])
def test_terminfo_tells_whether_erasing_colours(flag: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(fileno=lambda: 1))

    def known(term: str, _: int) -> None:
        asked.append(term)

    monkeypatch.setattr(curses, "setupterm", known)
    monkeypatch.setattr(curses, "tigetflag", {"bce": flag}.get)
    assert process.erases_in_colour({"TERM": "vt"}) is (flag == 1)
    assert asked == ["vt"]


def test_of_an_unknown_terminal_erasing_is_not_known_to_colour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(fileno=lambda: 1))

    def unknown(*_: object) -> None:
        raise curses.error

    monkeypatch.setattr(curses, "setupterm", unknown)
    assert not process.erases_in_colour({})
    monkeypatch.setitem(sys.modules, "curses", None)
    assert not process.erases_in_colour({"TERM": "xterm-256color"})


def stream(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="backslashreplace")


def test_a_terminal_that_takes_utf_8_is_left_as_it_is() -> None:
    terminal = stream("UTF8")
    assert process.can_show_unicode(terminal)
    assert terminal.errors == "backslashreplace"


def test_a_terminal_that_does_not_gets_one_cell_for_each_character() -> None:
    terminal = stream("latin-1")
    other: Any = SimpleNamespace(encoding="ascii")  # put in place by an embedder
    assert not process.can_show_unicode(terminal, other)
    terminal.write("│é")
    terminal.flush()
    assert terminal.buffer.getvalue() == b"?\xe9"  # type: ignore[attr-defined]  # a BytesIO


@pytest.mark.parametrize(("hard", "limit_set"), [(resource.RLIM_INFINITY, 1), (4096, 1), (0, 0)])
def test_no_core_is_dumped_and_no_file_opened_to_others(
    monkeypatch: pytest.MonkeyPatch, hard: int, limit_set: int
) -> None:
    """A limit of 1 byte keeps Linux from piping a dump to a program, which one of 0 does not."""
    limits: list[tuple[int, tuple[int, int]]] = []
    masks: list[int] = []
    before = {resource.RLIMIT_CORE: (0, hard)}

    def limit(what: int, limits_: tuple[int, int]) -> None:
        limits.append((what, limits_))

    monkeypatch.setattr(resource, "getrlimit", before.__getitem__)
    monkeypatch.setattr(resource, "setrlimit", limit)
    monkeypatch.setattr(os, "umask", masks.append)
    process.harden()
    assert limits == [(resource.RLIMIT_CORE, (limit_set, limit_set))]
    assert masks == [0o077]


def test_no_library_writes_down_the_keys_of_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", "keys")
    process.harden()
    assert "SSLKEYLOGFILE" not in os.environ


def test_warnings_of_libraries_are_not_printed_on_the_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    assert not logging.getLogger("httpx").hasHandlers()  # then logging prints by itself
    process.harden()
    assert logging.getLogger("httpx").hasHandlers()


def test_the_terminal_takes_the_place_of_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[object, ...]] = []

    def note(*words: object) -> int:
        done.append(words)
        return 9

    for name in ("open", "dup2", "close"):
        monkeypatch.setattr(os, name, note)
    process.open_terminal()
    assert done == [("/dev/tty", os.O_RDWR | os.O_CLOEXEC), (9, 0), (9,)]


def test_without_a_terminal_there_is_none_to_take(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(6, "No such device or address")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(process.Refusal, match="no terminal: No such device") as caught:
        process.open_terminal()
    assert caught.value.status == 2


@pytest.fixture
def late() -> list[str]:
    return process.install_crash_hooks(report)


def test_an_error_that_nothing_caught_is_one_line(
    late: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        sys.excepthook(ValueError, ValueError("secret"), None)
    assert ended.value.code == 1
    assert capsys.readouterr().err == "fntui: report of ValueError\n"
    assert late == []


@pytest.mark.parametrize("name", ["thread", "unraisable"])
def test_errors_beside_the_screen_wait_until_it_is_gone(
    late: list[str], capsys: pytest.CaptureFixture[str], name: str
) -> None:
    hooks: dict[str, Callable[[Any], object]] = {
        "thread": threading.excepthook,
        "unraisable": sys.unraisablehook,
    }
    hooks[name](SimpleNamespace(exc_value=KeyError("secret")))
    hooks[name](SimpleNamespace(exc_value=None))
    assert late == ["report of KeyError"]
    assert capsys.readouterr().err == ""


def test_a_terminal_that_is_gone_is_no_fault_of_the_program(late: list[str]) -> None:
    threading.excepthook(SimpleNamespace(exc_value=OSError(5, "Input/output error")))  # type: ignore[arg-type]  # what a hook gets can't be built
    assert late == []


class Stream(io.FileIO):
    """A file that fails once when it is written to."""

    failure: OSError | None = None

    @override
    def write(self, data: Any) -> int:
        if self.failure is None:
            return super().write(data)
        failure, self.failure = self.failure, None
        raise failure


@contextmanager
def failing(path: Path, failure: OSError) -> Generator[None]:
    """Put a standard output in place that fails once."""
    file = Stream(path, "w")
    file.failure = failure
    with pytest.MonkeyPatch.context() as patch, io.TextIOWrapper(io.BufferedWriter(file)) as out:
        patch.setattr(sys, "stdout", out)
        yield
    # What was not written by then must not be tried, and fail, once more.
    assert not path.read_text()


def test_a_reader_that_went_away_is_no_fault(tmp_path: Path) -> None:
    with failing(tmp_path / "out", BrokenPipeError(32, "Broken pipe")):
        process.put("report")


def test_a_report_that_can_not_be_written_is_told_of(tmp_path: Path) -> None:
    full = OSError(28, "No space left on device")
    with (
        failing(tmp_path / "out", full),
        pytest.raises(process.Refusal, match="written to: No space left on device") as caught,
    ):
        process.put("report")
    assert caught.value.status == 1
