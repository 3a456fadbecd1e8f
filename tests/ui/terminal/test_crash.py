"""What is left on the terminal after a bug: nothing that a token could be in."""

# ruff: noqa: D101, D102, D105, D106 - apps that break, each where its name says

import inspect
import traceback
from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static
from typing_extensions import override

from fntui.ui.terminal.app import DiscreetApp
from tests.support.ui import TOKEN


class BrokenError(RuntimeError):
    """Raised by what is broken here."""


def break_down() -> None:
    token = TOKEN
    raise BrokenError(f"Illegal header value 'Bearer {token}'")


class InHandler(DiscreetApp):
    def on_mount(self) -> None:
        break_down()


class InTimer(DiscreetApp):
    def on_mount(self) -> None:
        self.set_timer(0.001, break_down)


class InWorker(DiscreetApp):
    def on_mount(self) -> None:
        self.run_worker(self._work(TOKEN))

    async def _work(self, token: str) -> None:
        assert token
        break_down()


class InCompose(DiscreetApp):
    @override
    def compose(self) -> ComposeResult:
        break_down()
        yield Static()


class BadLayout(Widget):
    DEFAULT_CSS = "BadLayout { height: auto; }"

    @override
    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        break_down()
        return 1


class InLayout(DiscreetApp):
    @override
    def compose(self) -> ComposeResult:
        yield BadLayout()


class BadRender(Widget):
    @override
    def render_line(self, y: int) -> Strip:
        break_down()
        return Strip([])


class InRender(DiscreetApp):
    @override
    def compose(self) -> ComposeResult:
        yield BadRender()


class InStylesheet(DiscreetApp):
    CSS = f"Screen {{ color: {TOKEN}; }}"


class WithRichError(DiscreetApp):
    """Errors that draw themselves go another way through Textual."""

    class DrawnError(BrokenError):
        def __rich__(self) -> str:
            return TOKEN

    def on_mount(self) -> None:
        raise self.DrawnError(TOKEN)


class ByPanic(DiscreetApp):
    def on_mount(self) -> None:
        self.panic(TOKEN)


APPS = [
    InHandler,
    InTimer,
    InWorker,
    InCompose,
    InLayout,
    InRender,
    InStylesheet,
    WithRichError,
    ByPanic,
]


@pytest.mark.parametrize("broken", APPS, ids=lambda broken: broken.__name__)
async def test_a_bug_ends_the_program_and_prints_neither_locals_nor_messages(
    broken: Callable[[Callable[[BaseException], str]], DiscreetApp],
    capfd: pytest.CaptureFixture[str],
) -> None:
    reported: list[BaseException] = []

    def report(error: BaseException) -> str:
        reported.append(error)
        return f"fntui ended by a bug ({type(error).__name__})."

    app = broken(report)
    await app.run_async(headless=True, size=(80, 24))
    out, err = capfd.readouterr()
    assert TOKEN not in out + err
    assert "Traceback" not in out + err
    assert app.return_code == 1
    assert app.crash_line.startswith("fntui ended by a bug (")
    assert len(reported) == 1


async def test_the_first_error_is_the_one_that_is_reported() -> None:
    app = InHandler(lambda error: type(error).__name__)
    await app.run_async(headless=True, size=(80, 24))
    app.panic("again")
    assert app.crash_line == "BrokenError"


async def test_of_an_error_in_a_worker_the_cause_is_reported() -> None:
    """Textual wraps it, and the wrapper's place is the same for every one."""
    reported: list[BaseException] = []

    def report(error: BaseException) -> str:
        reported.append(error)
        return "line"

    await InWorker(report).run_async(headless=True, size=(80, 24))
    (error,) = reported
    assert isinstance(error, BrokenError)
    assert traceback.extract_tb(error.__traceback__)[-1].name == "break_down"


class WithLastWords(DiscreetApp):
    def on_mount(self) -> None:
        self.exit(message=TOKEN)


async def test_what_textual_kept_to_print_at_the_end_is_dropped(
    capfd: pytest.CaptureFixture[str],
) -> None:
    await WithLastWords(lambda _: "line").run_async(headless=True, size=(80, 24))
    assert TOKEN not in "".join(capfd.readouterr())


async def test_without_a_bug_there_is_no_line() -> None:
    app = DiscreetApp(lambda _: "line")
    async with app.run_test(notifications=True, tooltips=True) as pilot:
        await pilot.pause()
    assert app.crash_line == ""


@pytest.mark.parametrize(
    "name", ["_fatal_error", "panic", "_print_error_renderables", "_close_messages_no_wait"]
)
def test_textual_still_goes_the_ways_that_are_barred(name: str) -> None:
    """Private names of Textual 8: if one is gone, its reports come by another way."""
    assert callable(getattr(App, name))
    source = inspect.getsource(App)
    assert source.count(f"self.{name}(") >= 1


@pytest.mark.parametrize("name", ["_exit_renderables", "_return_code", "_exception"])
def test_textual_still_has_the_attributes_that_are_used(name: str) -> None:
    assert hasattr(App[int](), name)


def test_textual_hands_what_it_cannot_draw_to_fatal_error() -> None:
    source = inspect.getsource(App).split("def _handle_exception")[1].split("def _fatal_error")[0]
    assert "self._fatal_error()" in source
    assert "self.panic(error)" in source
