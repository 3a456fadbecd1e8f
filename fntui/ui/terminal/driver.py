"""Textual's way to the terminal: harmless, with the title put back, and never waited for.

tmux takes the title for its pane's. What the terminal had is kept by the terminal itself, on a
stack that xterm, tmux and most others have. The driver does this, since Textual calls it in all
that may happen: the end, a signal, a crash, Ctrl-Z and ``fg``.
"""

import signal
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Protocol, TextIO, cast

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.constants import ESCAPE_DELAY
from textual.drivers.linux_driver import LinuxDriver
from typing_extensions import override

from fntui.ui.terminal.input.reader import Inlet
from fntui.ui.terminal.osc import title_sequence
from fntui.ui.terminal.writer import Outlet

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

_SAVE: Final = "\x1b[22;2t"
_RESTORE: Final = "\x1b[23;2t"


class Surface(Protocol):
    """What the driver asks of the app that it draws for."""

    is_far: bool

    @property
    def terminal_title(self) -> str:
        """What the terminal is to be called."""
        ...

    def forget_picture(self) -> None:
        """Take nothing on the terminal for known."""
        ...

    def draw_what_is_owed(self) -> None:
        """Draw the screen if frames were left out."""
        ...


class TitledDriver(LinuxDriver):
    """Textual's driver, with the app's title while it has the terminal.

    Attributes:
        outlet: By which all that is written goes, in the place of Textual's thread: who writes to
            that waits for the terminal, once 30 writes are under way.
    """

    def __init__(
        self,
        app: "App[Any]",
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        """Touch nothing yet."""
        super().__init__(app, debug=debug, mouse=mouse, size=size)  # pyright: ignore[reportUnknownMemberType] - left open
        is_far = cast("Surface", app).is_far
        self.outlet = Outlet(cast("TextIO", self._file), self._on_ready, is_far=is_far)
        self._inlet = Inlet()
        self._is_titled = False
        # In its turn: Textual's own handlers may cut in on anything, such as a write.
        self._loop.add_signal_handler(signal.SIGTSTP, self._sigtstp_application)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - left open
        self._loop.add_signal_handler(signal.SIGCONT, self._sigcont_application)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - left open

    @override
    def write(self, data: str) -> None:
        """Have the terminal sent ``data``; wait for nothing."""
        self.outlet.write(data)

    @override
    def run_input_thread(self) -> None:
        """Have the app take what is typed, until the terminal is let go."""
        parser = XTermParser(self._debug)

        def take(text: str) -> None:
            for message in (*(parser.feed(text) if text else ()), *parser.tick()):
                self.process_message(message)

        self._inlet.run(self.fileno, self.exit_event.is_set, take, ESCAPE_DELAY)
        with suppress(EOFError, ParseError):  # of half a sequence
            deque(parser.feed(""), maxlen=0)

    @override
    def disable_input(self) -> None:
        """Read no more, from now on."""
        self._inlet.wake()
        super().disable_input()
        self._inlet.rest()

    @override
    def start_application_mode(self) -> None:
        """Take the terminal, and save its title."""
        kept = self._let_go_at_once()
        self.outlet.open()
        self._inlet.open()
        start: Callable[[], None] = super().start_application_mode  # it bears no types
        start()
        if kept is not None:
            self.attrs_before = kept
        cast("Surface", self._app).forget_picture()
        # Stopped again by the terminal on its way back, or lost, Textual starts a second time.
        if self._title and not self._is_titled:
            self._is_titled = True
            self.write(_SAVE + title_sequence(self._title))

    def _let_go_at_once(self) -> list[Any] | None:
        """Stop reading if the program was stopped by force, and had no time to.

        Returns:
            How the terminal was before fntui had it; None: it has not.
        """
        if self._key_thread is None or not self._key_thread.is_alive():
            return None
        self.disable_input()
        super().close()
        return self.attrs_before

    def use_mouse(self, *, is_used: bool) -> None:
        """Take the mouse, or leave it to the terminal; Textual decides that at the start alone."""
        if is_used:
            self._mouse = True
            self._enable_mouse_support()
        else:
            self._disable_mouse_support()
            self._mouse = False

    @override
    def stop_application_mode(self) -> None:
        """Put the title back, and let the terminal go."""
        self.outlet.settle()
        if self._is_titled:
            self._is_titled = False
            self.write(_RESTORE)
        super().stop_application_mode()

    @override
    def close(self) -> None:
        """Send what is left, as far as the terminal takes it."""
        self.outlet.close()
        self._inlet.close()
        super().close()

    @property
    def _title(self) -> str:
        return cast("Surface", self._app).terminal_title

    def _on_ready(self) -> None:
        """Make up for what was left out while the terminal took nothing."""
        if self._is_titled and self.outlet.has_dropped:
            self.write(title_sequence(self._title))
        cast("Surface", self._app).draw_what_is_owed()
