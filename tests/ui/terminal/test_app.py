"""Frames that are left out while the terminal has no room, and made up for once it has."""

# ruff: noqa: D102 - stand-ins with the methods of what they stand for

from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.app import ComposeResult
from textual.drivers import headless_driver
from textual.drivers.headless_driver import HeadlessDriver
from textual.screen import Screen
from textual.widgets import Input, Static
from typing_extensions import override

from fntui.ui.terminal import app as terminal_app
from fntui.ui.terminal.app import TerminalApp

if TYPE_CHECKING:
    from textual.pilot import Pilot


class Outlet:
    """A terminal that may have no room."""

    has_it = True

    def has_room(self) -> bool:
        return self.has_it


class SlowDriver(HeadlessDriver):
    """Draws on such a terminal."""

    outlet = Outlet()
    frames: list[str]

    @property
    @override
    def is_headless(self) -> bool:
        return False

    @override
    def write(self, data: str) -> None:
        self.frames.append(data)


class Rows(TerminalApp):
    """Three rows on such a driver."""

    @override
    def compose(self) -> ComposeResult:
        for row in range(3):
            yield Static(f"row {row}", id=f"row{row}")

    def change(self, row: int, text: str) -> None:
        self.query_one(f"#row{row}", Static).update(text)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was sent to the terminal."""
    monkeypatch.setattr(terminal_app, "TitledDriver", SlowDriver)
    monkeypatch.setattr(headless_driver, "HeadlessDriver", SlowDriver)  # what tests run on
    monkeypatch.setattr(SlowDriver, "outlet", Outlet())
    monkeypatch.setattr(SlowDriver, "frames", [], raising=False)
    return SlowDriver.frames


async def paint(pilot: "Pilot[int]") -> None:
    """Let the program paint what it would."""
    await pilot.pause()
    await pilot.pause()


async def test_a_terminal_without_room_gets_one_frame_with_all_that_changed(
    drawn: list[str],
) -> None:
    app = Rows(str)
    async with app.run_test(size=(40, 5), notifications=True, tooltips=True) as pilot:
        await paint(pilot)
        assert "row 2" in "".join(drawn)
        drawn.clear()
        SlowDriver.outlet.has_it = False
        for turn in range(5):
            app.change(0, f"turn {turn}")
            app.change(2, f"also {turn}")
            await paint(pilot)
        assert drawn == []
        SlowDriver.outlet.has_it = True
        app.draw_what_is_owed()
        await paint(pilot)
        (frame,) = drawn
        assert "turn 4" in frame
        assert "also 4" in frame
        assert "row 1" not in frame, "what did not change is not sent again"
        app.draw_what_is_owed()
        await paint(pilot)
        assert len(drawn) == 1, "nothing was left out since"


async def test_a_frame_of_the_whole_screen_is_made_up_for_by_another(drawn: list[str]) -> None:
    app = Rows(str)
    async with app.run_test(size=(40, 5), notifications=True, tooltips=True) as pilot:
        await paint(pilot)
        drawn.clear()
        SlowDriver.outlet.has_it = False
        await pilot.resize_terminal(30, 4)
        await paint(pilot)
        assert drawn == []
        SlowDriver.outlet.has_it = True
        app.draw_what_is_owed()
        await paint(pilot)
        frame = "".join(drawn)
        assert all(f"row {row}" in frame for row in range(3))


async def test_a_program_that_has_ended_paints_no_more(drawn: list[str]) -> None:
    app = Rows(str)
    async with app.run_test(size=(40, 5), notifications=True, tooltips=True) as pilot:
        await paint(pilot)
        SlowDriver.outlet.has_it = False
        app.change(1, "unseen")
        await paint(pilot)
    drawn.clear()
    app.draw_what_is_owed()
    assert drawn == []


def test_by_itself_it_leaves_the_terminals_title_as_it_is() -> None:
    assert Rows(str).terminal_title == ""


def test_the_terminal_can_be_abandoned_once_there_is_one() -> None:
    """As where the app takes no message any more."""

    class Driver(HeadlessDriver):
        left = 0

        def __init__(self) -> None:
            """Have no app."""

        @override
        def suspend_application_mode(self) -> None:
            self.left += 1

    app = TerminalApp(str)
    app.abandon_terminal()
    app._driver = driver = Driver()
    app.abandon_terminal()
    assert driver.left == 1


@pytest.mark.parametrize("error", [ValueError("secret"), KeyboardInterrupt()])
def test_a_bug_elsewhere_ends_the_app(error: BaseException) -> None:
    reported: list[BaseException] = []

    def report(reported_error: BaseException) -> str:
        reported.append(reported_error)
        return "crashed"

    app = TerminalApp(report)
    app.fail(error)
    assert app.crash_line == "crashed"
    assert [type(each) for each in reported] == [
        type(error) if isinstance(error, Exception) else RuntimeError
    ]


async def test_what_only_a_program_says_is_left_unsaid_by_a_plain_app() -> None:
    app = Rows(str)
    async with app.run_test(notifications=True, tooltips=True) as pilot:
        for told in (app.say_no_shell, app.refuse_paste):
            told()
        app.cursor_reported(5)
        await pilot.pause()
        assert app.is_running


async def test_every_screen_is_told_that_all_is_drawn_anew() -> None:
    told: list[Screen[None]] = []

    class Told(Screen[None]):
        def on_redrawn(self) -> None:
            told.append(self)

    app = Rows(str)
    async with app.run_test(notifications=True, tooltips=True) as pilot:
        below, above = Told(), Told()
        await app.push_screen(below)
        await app.push_screen(above)
        app.redraw()
        await pilot.pause()
        assert set(told) == {below, above}


async def test_the_app_is_behind_while_messages_wait_for_what_has_the_focus() -> None:
    app = Rows(str)
    async with app.run_test(notifications=True, tooltips=True) as pilot:
        field = Input()
        await app.mount(field)
        field.focus()
        await pilot.pause()
        told = [app.is_behind]
        for _ in range(20):
            field.post_message(events.Key("a", "a"))
        told.append(app.is_behind)
        await pilot.pause()
        told.append(app.is_behind)
    assert told == [False, True, False]
