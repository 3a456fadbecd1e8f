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
from textual.message import Message
from typing_extensions import override

from fntui.clock import ManualClock
from fntui.core.model.profile import Profile
from fntui.ui.app import FntuiApp
from fntui.ui.settings import Settings
from fntui.ui.terminal.driver import TitledDriver
from fntui.ui.terminal.osc import has_title, title_sequence
from fntui.ui.terminal.screen_diff import Picture
from tests.support.hostile import PAYLOADS
from tests.support.tty import Line, a_turn, line
from tests.support.ui import FakeAccounts

if TYPE_CHECKING:
    from threading import Thread

    from textual.app import App

SET, SAVE, RESTORE = "\x1b]2;fntui: 2 missed\x1b\\", "\x1b[22;2t", "\x1b[23;2t"
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

    def forget_picture(self) -> None:
        self.picture.forget()

    async def _post_message(self, _: Message) -> None:
        """Take no notice of a size."""

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
    assert stopped.startswith(RESTORE)
    assert LEFT in stopped


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
    assert stopped.lstrip("x").startswith(f"\x18{RESTORE}")
    assert LEFT in stopped
    assert driven.terminal.modes == modes


async def test_what_stops_and_wakes_it_waits_for_its_turn(driven: Driven) -> None:
    """Textual's handlers would cut in on whatever runs, such as a write."""
    await driven.start()
    ours = {signal.getsignal(each) for each in (signal.SIGTSTP, signal.SIGCONT)}
    names = {getattr(handler, "__name__", "") for handler in ours}
    assert not names & {"_sigtstp_application", "_sigcont_application"}


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
