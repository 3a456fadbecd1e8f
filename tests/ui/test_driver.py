"""The driver that saves the terminal's title and puts it back, and outlives the terminal."""

import errno
import os
from io import StringIO
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, Any, cast

import pytest
from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread
from textual.drivers.linux_driver import LinuxDriver
from typing_extensions import override

from fntui.clock import ManualClock
from fntui.core.ports import Profile, Settings
from fntui.ui.app import FntuiApp
from fntui.ui.driver import LosableFile, TitledDriver, has_title, title_sequence
from fntui.ui.picture import Picture
from tests.support.hostile import PAYLOADS
from tests.support.ui import FakeAccounts

if TYPE_CHECKING:
    from textual.app import App

SET, SAVE, RESTORE = "\x1b]2;fntui: 2 missed\x1b\\", "\x1b[22;2t", "\x1b[23;2t"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the driver writes; Textual's own part of it is named only."""
    sent: list[str] = []

    def made(driver: LinuxDriver, app: "App[Any]", **_: object) -> None:
        driver._app, driver._file = app, None

    def writing(_: LinuxDriver, data: str) -> None:
        sent.append(data)

    def starting(_: LinuxDriver) -> None:
        sent.append("start")

    def stopping(_: LinuxDriver) -> None:
        sent.append("stop")

    monkeypatch.setattr(LinuxDriver, "__init__", made)
    monkeypatch.setattr(LinuxDriver, "write", writing)
    monkeypatch.setattr(LinuxDriver, "start_application_mode", starting)
    monkeypatch.setattr(LinuxDriver, "stop_application_mode", stopping)
    return sent


def driver(title: str = "fntui: 2 missed") -> TitledDriver:
    app = SimpleNamespace(
        attention=SimpleNamespace(title=title), picture=Picture(erases_in_colour=True)
    )
    return TitledDriver(cast("App[Any]", app))


def test_the_title_is_saved_and_set_at_the_start_and_put_back_at_the_end(
    written: list[str],
) -> None:
    made = driver()
    made.start_application_mode()
    assert written == ["start", SAVE + SET]
    made.stop_application_mode()
    assert written == ["start", SAVE + SET, RESTORE, "stop"]


def test_it_is_set_again_when_the_program_comes_back(written: list[str]) -> None:
    made = driver()
    made.start_application_mode()
    made.stop_application_mode()
    made.resume_application_mode()
    assert written[-2:] == ["start", SAVE + SET]


def test_a_second_start_does_not_save_fntuis_own_title(written: list[str]) -> None:
    made = driver()
    made.start_application_mode()
    made.start_application_mode()
    made.stop_application_mode()
    made.stop_application_mode()
    assert written == ["start", SAVE + SET, "start", RESTORE, "stop", "stop"]


def test_a_terminal_without_a_title_is_left_alone(written: list[str]) -> None:
    made = driver("")
    made.start_application_mode()
    made.stop_application_mode()
    assert written == ["start", "stop"]


def test_the_app_runs_on_that_driver() -> None:
    accounts = FakeAccounts()
    app = FntuiApp(accounts, Settings(profile=Profile(name="prod")), ManualClock(), str)
    assert app.driver_class is TitledDriver
    app.write_to_terminal("\a")  # there is no terminal yet
    assert app.attention.title == ("fntui" if has_title(os.environ) else "")


class Line(StringIO):
    """A terminal that may be lost, or in other trouble."""

    trouble = 0

    @override
    def write(self, text: str) -> int:
        if self.trouble:
            raise OSError(self.trouble, os.strerror(self.trouble))
        return super().write(text)

    @override
    def flush(self) -> None:
        self.write("")

    @override
    def fileno(self) -> int:
        return 2


def test_what_is_written_to_a_lost_terminal_is_dropped() -> None:
    line = Line()
    file = LosableFile(line)
    file.write("seen")
    line.trouble = errno.EIO
    file.write("unseen")
    file.flush()
    assert line.getvalue() == "seen"
    assert file.fileno() == 2


def test_other_trouble_with_the_terminal_is_not_hushed_up() -> None:
    line = Line()
    line.trouble = errno.ENOSPC
    with pytest.raises(OSError, match="No space"):
        LosableFile(line).write("x")


def test_a_writer_outlives_its_terminal_however_much_is_written() -> None:
    line = Line()
    line.trouble = errno.EIO
    writer = WriterThread(cast("IO[str]", LosableFile(line)))
    writer.start()
    for _ in range(5 * MAX_QUEUED_WRITES):
        writer.write("x")
    writer.stop()
    assert not writer.is_alive()


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_title_holds_no_control_but_its_own(text: str) -> None:
    sequence = title_sequence(text)
    assert sequence.startswith("\x1b]2;")
    assert sequence.endswith("\x1b\\")
    assert sequence[4:-2].isprintable() or "\u0301" in sequence


def test_only_the_linux_console_has_no_title() -> None:
    assert not has_title({"TERM": "linux"})
    assert has_title({"TERM": "tmux-256color"})
    assert has_title({})


def test_the_mouse_is_taken_and_left_as_often_as_is_asked(
    written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = driver()
    made._mouse = False
    monkeypatch.setattr(made, "flush", lambda: None)
    for is_used in (True, False, True):
        made.use_mouse(is_used=is_used)
        sent, taken = "".join(written), "\x1b[?1000h" if is_used else "\x1b[?1000l"
        assert taken in sent
        written.clear()


@pytest.mark.parametrize("uses_mouse", [True, False])
def test_a_mouse_that_is_lent_comes_back_only_to_who_had_it(*, uses_mouse: bool) -> None:
    settings = Settings(profile=Profile(name="x"), uses_mouse=uses_mouse)
    app = FntuiApp(FakeAccounts(), settings, ManualClock(), lambda _: "")
    used: list[bool] = []

    class Driver(TitledDriver):
        def __init__(self) -> None:
            pass

        @override
        def use_mouse(self, *, is_used: bool) -> None:
            used.append(is_used)

    app._driver = Driver()
    app.lend_mouse(is_lent=True)
    app.lend_mouse(is_lent=False)
    app.use_mouse(is_used=not uses_mouse)
    assert used == [False, uses_mouse, not uses_mouse]
    app._driver = None
    app.lend_mouse(is_lent=True)
    assert len(used) == 3
