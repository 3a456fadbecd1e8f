"""Textual's driver for a terminal: harmless, never waited for, and left as it was.

tmux takes the title for its pane's. What the terminal had is kept by the terminal itself, on a
stack that xterm, tmux and most others have. The driver does this, since Textual calls it in all
that may happen: the end, a signal, a crash, Ctrl-Z and ``fg``.
"""

import os
import signal
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol, TextIO, cast

from textual import constants
from textual.constants import ESCAPE_DELAY
from textual.drivers.linux_driver import LinuxDriver
from typing_extensions import override

from fntui.ui.terminal.input.backlog import Backlog
from fntui.ui.terminal.input.decoder import Decoder
from fntui.ui.terminal.input.events import CursorPosition, Input, PasteRefused
from fntui.ui.terminal.input.messages import MessageMaker
from fntui.ui.terminal.input.reader import Inlet
from fntui.ui.terminal.osc import NEUTRAL_TITLE, title_sequence
from fntui.ui.terminal.process_group import is_orphaned
from fntui.ui.terminal.size import terminal_size
from fntui.ui.terminal.writer import Outlet

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

_AT_ONCE: Final = 16  # events that the app is given before it is asked whether it is behind
_BEHIND_S: Final = 0.005  # between two such questions
_SAVE: Final = "\x1b[22;2t"
_RESTORE: Final = "\x1b[23;2t"
_NO_CSI_U: Final = "\x1b[=0u"  # a session that was cut off may have left it on
HOW_WIDE: Final = "\x1b[1;1H\ufffd\x1b[6n\x1b[1;1H\x1b[K"
"""Draws a sign, asks where the cursor is then, and erases the sign.

Unicode calls the sign's width ambiguous, as that of ``●``. None of its three bytes is a control
character where each byte is a character.
"""
_HOME_AND_ERASE: Final = "\x1b[H\x1b[2J"


class Surface(Protocol):
    """What the driver asks of the app that it draws for."""

    is_far: bool
    asks_width: bool

    @property
    def terminal_title(self) -> str:
        """What the terminal is to be called."""
        ...

    def forget_picture(self) -> None:
        """Take nothing on the terminal for known."""
        ...

    def redraw(self) -> None:
        """Draw everything again."""
        ...

    def hide_secrets(self) -> None:
        """Show no secret from now on."""
        ...

    def say_no_shell(self) -> None:
        """Say that there is no shell to return to."""
        ...

    def refuse_paste(self) -> None:
        """Say that a paste was too long."""
        ...

    def cursor_reported(self, column: int) -> None:
        """The terminal says in which column its cursor is, counted from 1."""
        ...

    @property
    def is_behind(self) -> bool:
        """Whether some of the input that it was given is still to be looked at."""
        ...

    def fail(self, error: BaseException) -> None:
        """End the program for a bug."""
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
        self._surface = cast("Surface", app)
        self._terminal = cast("TextIO", self._file)
        self.outlet = Outlet(self._terminal, self._on_ready, is_far=self._surface.is_far)
        self._inlet = Inlet()
        self._backlog = Backlog()
        self._messages = MessageMaker()
        self._size = self._get_terminal_size()
        self._is_titled = False
        # Kept across a suspend: a paste that began before it may end after it.
        self._decoder = Decoder(escape_s=ESCAPE_DELAY)
        self._was_started = False
        # In its turn: Textual's own handlers may cut in on anything, such as a write.
        self._loop.add_signal_handler(signal.SIGTSTP, self._sigtstp_application)
        self._loop.add_signal_handler(signal.SIGCONT, self._sigcont_application)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - left open

    @override
    def write(self, data: str) -> None:
        """Have the terminal sent ``data``; wait for nothing."""
        self.outlet.write(data)

    @override
    def _get_terminal_size(self) -> tuple[int, int]:
        return terminal_size(self._terminal)

    @override
    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except OSError:
            return  # the terminal is gone: the program is about to notice, and to end
        except Exception as error:  # noqa: BLE001 - Textual would report an error of its own
            self._loop.call_soon_threadsafe(self._surface.fail, error)

    @override
    def run_input_thread(self) -> None:
        """Have the app take what is typed, until the terminal is let go."""
        self._inlet.run(self.fileno, self.exit_event.is_set, self._decoder, self._take)

    def _take(self, events: Sequence[Input]) -> None:
        """Hand on the events of one read; this runs in the thread that reads."""
        self._loop.call_soon_threadsafe(self._receive, events, time.monotonic())

    def _receive(self, events: Sequence[Input], read_s: float) -> None:
        is_under_way = bool(self._backlog)
        self._backlog.add(events, read_s)
        if not is_under_way:
            self._hand_on()

    def _hand_on(self) -> None:
        """Give the app what came in, a little at a time while it is behind."""
        if self._surface.is_behind:
            self._loop.call_later(_BEHIND_S, self._hand_on)
            return
        for _ in range(min(_AT_ONCE, len(self._backlog))):
            self._give(*self._backlog.take())
        if self._backlog:
            self._loop.call_later(0.0, self._hand_on)

    def _give(self, event: Input, read_s: float) -> None:
        if isinstance(event, PasteRefused):
            self._surface.refuse_paste()
        elif isinstance(event, CursorPosition):
            self._surface.cursor_reported(event.column)
        elif message := self._messages.message(event):
            message.time = read_s
            self.process_message(message)

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
        self._surface.forget_picture()
        if self._was_started:
            self._surface.hide_secrets()
            self._surface.redraw()
        elif self._surface.asks_width:
            self.write(HOW_WIDE)
        self._was_started = True
        if constants.DISABLE_KITTY_KEY:
            self.write(_NO_CSI_U)
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
    def _sigtstp_application(self, *_: object) -> None:
        """Go to the background, if there is a shell to bring the program back."""
        self._surface.hide_secrets()
        if is_orphaned(os.getpid()):
            self._surface.say_no_shell()
        else:
            super()._sigtstp_application()  # pyright: ignore[reportUnknownMemberType] - left open

    @override
    def _query_in_band_window_resize(self) -> None:
        """Ask for no reports of the size: SIGWINCH tells, and pixels are of no use."""

    @override
    def stop_application_mode(self) -> None:
        """Leave nothing of the screen on the terminal, put the title back, and let it go."""
        self.outlet.settle()
        self._erase()
        if self._is_titled:
            self._is_titled = False
            # Where there is no stack of titles, fntui's must not stay.
            self.write(title_sequence(NEUTRAL_TITLE) + _RESTORE)
        super().stop_application_mode()

    def _erase(self) -> None:
        """Erase the screen: not every terminal forgets it when the alternate screen is left.

        Row by row first: some keep what is erased at once in what can be scrolled back to.
        """
        rows = range(1, terminal_size(self._terminal)[1] + 1)
        self.write("\x1b[m" + "".join(f"\x1b[{row};1H\x1b[K" for row in rows))
        self.write(_HOME_AND_ERASE)

    @override
    def close(self) -> None:
        """Send what is left, as far as the terminal takes it."""
        self.outlet.close()
        self._inlet.close()
        super().close()

    @property
    def _title(self) -> str:
        return self._surface.terminal_title

    def _on_ready(self) -> None:
        """Make up for what was left out while the terminal took nothing."""
        if self._is_titled and self.outlet.has_dropped:
            self.write(title_sequence(self._title))
        self._surface.draw_what_is_owed()
