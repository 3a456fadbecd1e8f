"""The driver that saves the terminal's title and puts it back, and never waits for the terminal."""

# ruff: noqa: D102, D107 - a stand-in with the methods of what it stands for

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from textual import events, messages
from textual.message import Message
from typing_extensions import override

from fntui.clock import ManualClock
from fntui.core.model.profile import Profile
from fntui.ui.app import FntuiApp
from fntui.ui.settings import Settings
from fntui.ui.terminal.driver import HOW_WIDE, TitledDriver
from fntui.ui.terminal.input.events import KeyPress, PasteRefused
from fntui.ui.terminal.keys import DecodedKey
from fntui.ui.terminal.osc import has_title, title_sequence
from fntui.ui.terminal.screen_diff import Picture
from fntui.ui.terminal.size import terminal_size
from tests.support.hostile import PAYLOADS
from tests.support.stubs import raising, returning
from tests.support.tty import Line, a_turn, line
from tests.support.ui import FakeAccounts

if TYPE_CHECKING:
    from threading import Thread

    from textual.app import App

SET, SAVE, RESTORE = "\x1b]2;fntui: 2 missed\x1b\\", "\x1b[22;2t", "\x1b[23;2t"
NEUTRAL = "\x1b]2;Terminal\x1b\\"
BEGUN, LEFT = "\x1b[?1049h", "\x1b[?1049l"
FRAME = "x" * 40_000


class Shown(SimpleNamespace):
    """As much of an app as a driver holds.

    Attributes:
        drawn: Set once what was left out is to be drawn.
    """

    def __init__(self, title: str) -> None:
        super().__init__(terminal_title=title, picture=Picture(erases_in_colour=True), is_far=False)
        self.drawn = asyncio.Event()
        self.asks_width = self.is_behind = False
        self.told: list[object] = []
        self.posted: list[Message] = []

    def forget_picture(self) -> None:
        self.picture.forget()

    async def _post_message(self, message: Message) -> None:
        self.posted.append(message)

    def redraw(self) -> None:
        self.told.append("redraw")

    def hide_secrets(self) -> None:
        self.told.append("hide secrets")

    def say_no_shell(self) -> None:
        self.told.append("no shell")

    def refuse_paste(self) -> None:
        self.told.append("paste refused")

    def cursor_reported(self, column: int) -> None:
        self.told.append(column)

    def fail(self, error: BaseException) -> None:
        self.told.append(error)

    def draw_what_is_owed(self) -> None:
        self.drawn.set()


class Driven:
    """A driver with a terminal of its own."""

    def __init__(self, terminal: Line, title: str) -> None:
        self.app = Shown(title)
        self.terminal = terminal
        self.driver = TitledDriver(cast("App[Any]", self.app))

    async def start(self) -> str:
        self.driver.start_application_mode()
        await a_turn()
        return self.terminal.read()

    async def stop(self) -> str:
        self.driver.suspend_application_mode()
        await a_turn()
        return self.terminal.read()


@pytest.fixture
def title() -> str:
    return "fntui: 2 missed"


@pytest.fixture
async def driven(monkeypatch: pytest.MonkeyPatch, title: str) -> AsyncGenerator[Driven]:
    with line() as terminal:
        monkeypatch.setattr(sys, "__stderr__", terminal.near)
        monkeypatch.setattr(sys, "__stdin__", terminal.near)
        made = Driven(terminal, title)
        yield made
        await made.stop()


async def read_until_drawn(driven: Driven) -> str:
    """Return what the terminal was sent until the app drew what it owed, and with that."""
    read = ""
    while not driven.app.drawn.is_set():
        read += driven.terminal.read()
        await a_turn()
    return read + driven.terminal.read()


async def test_the_title_is_saved_and_set_at_first_and_put_back_at_the_end(
    driven: Driven,
) -> None:
    started = await driven.start()
    assert started.startswith(BEGUN)
    assert started.endswith(SAVE + SET)
    stopped = await driven.stop()
    assert stopped.index(NEUTRAL) < stopped.index(RESTORE) < stopped.index(LEFT)


async def test_it_is_set_again_when_the_program_comes_back(driven: Driven) -> None:
    await driven.start()
    await driven.stop()
    assert (await driven.start()).endswith(SAVE + SET)


async def test_a_second_start_saves_no_title_or_modes_of_fntuis_own(driven: Driven) -> None:
    modes = driven.terminal.modes
    await driven.start()
    taken = driven.terminal.modes
    assert taken != modes
    assert SAVE not in await driven.start()
    assert driven.terminal.modes == taken
    stopped = await driven.stop()
    assert stopped.count(RESTORE) == 1
    assert RESTORE not in await driven.stop()
    assert driven.terminal.modes == modes


async def test_stopped_by_force_and_woken_it_does_not_read_twice(driven: Driven) -> None:
    await driven.start()
    before = reader(driven.driver)
    driven.driver.resume_application_mode()
    assert not before.is_alive()
    assert reader(driven.driver).is_alive()


def reader(driver: TitledDriver) -> "Thread":
    assert driver._key_thread is not None
    return driver._key_thread


@pytest.mark.parametrize("title", [""])
async def test_a_terminal_without_a_title_is_left_alone(driven: Driven) -> None:
    assert "\x1b]2" not in await driven.start()
    assert RESTORE not in await driven.stop()


async def test_frames_are_made_up_for_once_the_terminal_reads_again_and_the_title(
    driven: Driven,
) -> None:
    await driven.start()
    while not driven.driver.outlet.has_dropped:
        driven.driver.write(FRAME)
    assert not driven.driver.outlet.has_room()
    assert not driven.app.drawn.is_set()
    assert (await read_until_drawn(driven)).endswith(SET)
    assert not driven.driver.outlet.has_dropped


async def test_a_title_that_was_not_lost_is_not_sent_again(driven: Driven) -> None:
    await driven.start()
    driven.driver.write(FRAME)
    assert not driven.driver.outlet.has_room()
    assert (await read_until_drawn(driven)).endswith(FRAME)


@pytest.mark.parametrize("title", [""])
async def test_a_terminal_without_a_title_gets_none_then(driven: Driven) -> None:
    await driven.start()
    while not driven.driver.outlet.has_dropped:
        driven.driver.write(FRAME)
    assert not driven.driver.outlet.has_room()
    assert (await read_until_drawn(driven)).endswith("x")


async def test_a_terminal_that_does_not_read_gets_its_modes_back(driven: Driven) -> None:
    modes = driven.terminal.modes
    await driven.start()
    driven.driver.write(FRAME)
    stopped = await driven.stop()
    assert stopped.lstrip("x").startswith("\x18\x1b[m")
    assert RESTORE in stopped
    assert LEFT in stopped
    assert driven.terminal.modes == modes


async def test_what_stops_and_wakes_it_waits_for_its_turn(driven: Driven) -> None:
    """Textual's handlers would cut in on whatever runs, such as a write."""
    await driven.start()
    ours = {signal.getsignal(each) for each in (signal.SIGTSTP, signal.SIGCONT)}
    names = {getattr(handler, "__name__", "") for handler in ours}
    assert not names & {"_sigtstp_application", "_sigcont_application"}


async def test_the_screen_is_erased_row_by_row_before_it_is_left(driven: Driven) -> None:
    await driven.start()
    stopped = await driven.stop()
    rows = terminal_size(driven.terminal.near)[1]
    erased = "".join(f"\x1b[{row};1H\x1b[K" for row in range(1, rows + 1))
    assert stopped.startswith(f"\x1b[m{erased}\x1b[H\x1b[2J")
    assert driven.app.told == []


async def test_when_it_comes_back_the_whole_screen_is_drawn(driven: Driven) -> None:
    await driven.start()
    assert driven.app.told == []
    await driven.stop()
    await driven.start()
    assert driven.app.told == ["hide secrets", "redraw"]


@pytest.mark.parametrize("is_orphan", [True, False])
async def test_it_stops_only_where_a_shell_can_bring_it_back(
    driven: Driven, monkeypatch: pytest.MonkeyPatch, *, is_orphan: bool
) -> None:
    await driven.start()
    monkeypatch.setattr("fntui.ui.terminal.driver.is_orphaned", returning(is_orphan))
    stops: list[int] = []
    monkeypatch.setattr(os, "kill", lambda _, number: stops.append(number))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - takes anything
    driven.driver._sigtstp_application()
    assert stops == ([] if is_orphan else [signal.SIGSTOP])
    assert driven.app.told[0] == "hide secrets"
    assert ("no shell" in driven.app.told) == is_orphan
    assert (LEFT in driven.terminal.read()) != is_orphan


async def test_it_asks_once_how_wide_a_sign_is(driven: Driven) -> None:
    driven.app.asks_width = True
    assert HOW_WIDE in await driven.start()
    await driven.stop()
    assert HOW_WIDE not in await driven.start()


async def test_where_keys_come_as_ever_what_another_session_left_is_ended(
    driven: Driven, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b[=0u" not in await driven.start()
    await driven.stop()
    monkeypatch.setattr("fntui.ui.terminal.driver.constants.DISABLE_KITTY_KEY", True)
    assert "\x1b[=0u" in await driven.start()


async def test_no_reports_of_pixels_or_sizes_are_asked_for(driven: Driven) -> None:
    started = await driven.start()
    assert "1016" not in started
    assert "2048" not in started


async def test_what_is_typed_is_posted_and_told(driven: Driven) -> None:
    await driven.start()
    reports = "\x1b[?2026;2$y\x1b[?2048;2$y\x1b[24;80R\x1b[?62;4c"
    driven.terminal.type(f"j\x1b[<0;3;2M\x1b[I{reports}\x1b[200~text\x1b[201~")
    while not any(isinstance(each, events.Paste) for each in driven.app.posted):
        await a_turn()
    posted = [each for each in driven.app.posted if not isinstance(each, events.Resize)]
    assert [type(each) for each in posted] == [
        DecodedKey,
        events.MouseDown,
        events.AppFocus,
        messages.TerminalSupportsSynchronizedOutput,
        events.Paste,
    ]
    assert driven.app.told == [80]


async def test_a_paste_that_is_too_long_is_told(driven: Driven) -> None:
    await driven.start()
    driven.driver._take([PasteRefused(is_bracketed=True)])
    await a_turn()
    assert driven.app.told == ["paste refused"]


def keys_of(driven: Driven) -> list[DecodedKey]:
    """Return the keys that the app was given."""
    return [each for each in driven.app.posted if isinstance(each, DecodedKey)]


async def test_an_app_that_is_behind_is_given_more_once_it_is_not(driven: Driven) -> None:
    await driven.start()
    driven.app.is_behind = True
    driven.driver._take([KeyPress("j", "j")] * 40)
    for _ in range(5):
        await a_turn()
    assert keys_of(driven) == []
    driven.driver._take([KeyPress("k", "k")])
    driven.app.is_behind = False
    while len(keys_of(driven)) < 41:
        await a_turn()
    assert [key.key for key in keys_of(driven)] == [*"j" * 40, "k"]


async def test_a_key_has_the_time_at_which_it_was_read(driven: Driven) -> None:
    await driven.start()
    before_s = Message().time
    driven.driver._take([KeyPress("j", "j")])
    read_s = Message().time
    driven.app.is_behind = True
    await a_turn()
    driven.app.is_behind = False
    while not keys_of(driven):
        await a_turn()
    assert before_s <= keys_of(driven)[0].time <= read_s


async def test_a_bug_in_reading_is_reported_with_its_own_error(
    driven: Driven, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = ZeroDivisionError()
    monkeypatch.setattr(driven.driver, "run_input_thread", raising(error))
    await driven.start()
    while not driven.app.told:
        await a_turn()
    assert driven.app.told == [error]


async def test_a_terminal_that_is_gone_is_no_bug(
    driven: Driven, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driven.driver, "run_input_thread", raising(OSError()))
    await driven.start()
    reader(driven.driver).join()
    await a_turn()
    assert driven.app.told == []


def test_the_app_runs_on_that_driver() -> None:
    accounts = FakeAccounts()
    app = FntuiApp(accounts, Settings(profile=Profile(name="prod")), ManualClock(), str)
    assert app.driver_class is TitledDriver
    app.write_to_terminal("\a")  # there is no terminal yet
    assert app.attention.title == ("fntui" if has_title(os.environ) else "")


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


async def test_the_mouse_is_taken_and_left_as_often_as_is_asked(driven: Driven) -> None:
    await driven.start()
    driven.driver._mouse = False
    for is_used in (True, False, True):
        driven.driver.use_mouse(is_used=is_used)
        taken = "\x1b[?1000h" if is_used else "\x1b[?1000l"
        assert taken in driven.terminal.read()


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
