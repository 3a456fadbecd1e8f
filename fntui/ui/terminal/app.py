"""An App that sends the terminal only what it must, and leaves nothing secret on it.

``DiscreetApp`` reports a bug in one plain line, without a local variable: Textual's own report
shows the locals of every frame, and a token is 71 characters long, so it fits. Some errors in
layout bypass Textual's handler, so every way to a report ends here.

``TerminalApp`` sends only changed cells, and drops frames while the terminal is not reading. On a
slow line nothing queues up: what is shown in the end is the state by then.

Both override private names of Textual 8; a test pins each.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from rich.console import RenderableType
from textual import events
from textual._compositor import CompositorUpdate
from textual._styles_cache import StylesCache
from textual.app import App
from textual.driver import Driver
from textual.filter import DimFilter, LineFilter, Monochrome, NoColor
from textual.message import Message
from textual.screen import Screen
from textual.worker import WorkerFailed
from typing_extensions import override

from fntui.ui.terminal.driver import TitledDriver
from fntui.ui.terminal.screen_diff import Difference, Picture

_MUCH: Final = 8  # messages that wait: more come of what it does by itself than of one key

ReportCrash = Callable[[BaseException], str]
"""Keeps types and places of an error for the developers; returns the line for the person."""


class Redrawn(Message, bubble=False):
    """Tells every screen that it is drawn again in full, as after a suspend."""


class DiscreetApp(App[int], inherit_bindings=False):
    """An app whose crash report holds no locals and no messages.

    Attributes:
        crash_line: What to tell the person once the terminal is theirs again; ``""``: no crash.
    """

    def __init__(self, report_crash: ReportCrash) -> None:
        """Report bugs by ``report_crash``."""
        super().__init__()
        self._report_crash = report_crash
        self.crash_line = ""

    @override
    def _fatal_error(self) -> None:
        self._end_with(self._exception or RuntimeError())

    @override
    def panic(self, *renderables: RenderableType) -> None:
        """End the program; what Textual wanted to print stays unprinted."""
        self._return_code = 1
        self._end_with(self._exception or RuntimeError())

    @override
    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()

    def fail(self, error: BaseException) -> None:
        """End the program for a bug that Textual did not see, as in a thread or a task."""
        self._handle_exception(error if isinstance(error, Exception) else RuntimeError())

    def _end_with(self, error: BaseException) -> None:
        if isinstance(error, WorkerFailed):
            error = error.error  # what was raised in the worker; its frame around it tells nothing
        if not self.crash_line:
            self.crash_line = self._report_crash(error)
        self._close_messages_no_wait()


class TerminalApp(DiscreetApp, inherit_bindings=False):
    """An app that draws on a ``TitledDriver``, and no more than it must.

    Attributes:
        picture: What the terminal shows.
        painted: Set once there was a first frame.
        is_far: The terminal is at the other end of a line, which may be slow.
        asks_width: Ask the terminal how wide it draws a sign; its answer has not come.
        is_ending: The app has begun to end.
        secret_masks: Called when the program leaves the terminal: each hides a secret.
        owes_frame: The last frame was not sent, since the terminal did not take it.
    """

    def __init__(
        self,
        report_crash: ReportCrash,
        *,
        erases_in_colour: bool = False,
        has_colour: bool = True,
        is_far: bool = False,
    ) -> None:
        """Owe no frame yet; ``erases_in_colour`` and ``has_colour`` are for the ``Picture``."""
        super().__init__(report_crash)
        self.no_color = not has_colour  # Textual takes an empty NO_COLOR for set
        self.picture = Picture(erases_in_colour=erases_in_colour, has_colour=has_colour)
        self.painted = asyncio.Event()
        self.is_far = is_far
        self.asks_width = self.is_ending = False
        self.pressed: events.Key | None = None
        self.secret_masks: set[Callable[[], None]] = set()
        self.owes_frame = False

    def on_key(self, event: events.Key) -> None:
        """Remember the key whose action Textual runs next."""
        self.pressed = event

    @property
    def is_behind(self) -> bool:
        """Whether some of the input that it was given is still to be looked at."""
        screens = self.screen_stack[-1:]
        pumps = [self, *screens, *(each.focused for each in screens if each.focused)]
        return any(pump.message_queue_size > _MUCH for pump in pumps)

    def on_exit_app(self) -> None:
        """The message to end has arrived."""
        self.is_ending = True

    @property
    def terminal_title(self) -> str:
        """What the terminal is to be called; ``""``: as before."""
        return ""

    def forget_picture(self) -> None:
        """Take nothing on the terminal for known."""
        self.picture.forget()

    def redraw(self) -> None:
        """Draw the whole screen again, as after another program wrote over it."""
        self.picture.forget()
        self.refresh(repaint=True, layout=True)
        for screen in self.screen_stack:
            screen.post_message(Redrawn())

    def hide_secrets(self) -> None:
        """Have no secret shown when the program comes back."""
        for mask in tuple(self.secret_masks):
            mask()

    def say_no_shell(self) -> None:
        """Say that there is no shell to return to."""

    def refuse_paste(self) -> None:
        """Say that a paste was too long."""

    def cursor_reported(self, column: int) -> None:
        """The terminal says in which column its cursor is, counted from 1."""

    @override
    def get_driver_class(self) -> type[Driver]:
        """Have the terminal's title saved and put back, and wait for no terminal."""
        return TitledDriver

    @override
    def get_line_filters(self) -> Sequence[LineFilter]:
        """Leave out Textual's filters that spoil the terminal's own colours.

        Those for NO_COLOR draw black on black: the ``Picture`` drops colours instead. The one that
        replaces dim can't mix a colour that it doesn't know, and raises.
        """
        spoiling = (Monochrome, NoColor, *((DimFilter,) if self.native_ansi_color else ()))
        return [each for each in super().get_line_filters() if not isinstance(each, spoiling)]

    @override
    def refresh_css(self, animate: bool = True) -> None:
        """Have another theme seen; that of the start is in the first frame already."""
        if self.painted.is_set():
            super().refresh_css(animate)

    @override
    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        self.painted.set()
        if isinstance(renderable, CompositorUpdate):
            if isinstance(self._driver, TitledDriver) and not self._driver.outlet.has_room():
                self.owes_frame = True
                return
            renderable = Difference(renderable, self.picture, screen.outer_size)
        display = cast("Callable[..., None]", super()._display)  # pyright: ignore[reportUnknownMemberType]
        display(screen, renderable)

    def write_to_terminal(self, sequences: str) -> None:
        """Send the terminal something that is not drawn, such as a bell."""
        if self._driver is not None:
            self._driver.write(sequences)

    def abandon_terminal(self) -> None:
        """Let the terminal go now, whatever else goes on."""
        if self._driver is not None:
            self._driver.suspend_application_mode()

    def take_mouse(self, *, is_taken: bool) -> None:
        """Take the mouse from the terminal, or leave it to the terminal."""
        if isinstance(self._driver, TitledDriver):
            self._driver.use_mouse(is_used=is_taken)

    def forget_lines(self) -> None:
        """Drop what Textual remembers of lines that were drawn.

        Textual 8 takes the lines of each widget for a part of the question, and keeps 1,024.
        """
        StylesCache.get_inner_outer.cache_clear()

    def draw_what_is_owed(self) -> None:
        """Draw the screen if frames were left out: of it, what differs is sent."""
        if self.owes_frame and self._screen_stack:
            self.owes_frame = False
            self.screen.refresh()
