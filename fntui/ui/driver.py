"""Textual's way to the terminal: harmless, with the title put back, without fear of its loss.

tmux takes the title for its pane's. What the terminal had is kept by the terminal itself, on a
stack that xterm, tmux and most others have. The driver does this, since Textual calls it in all
that may happen: the end, a signal, a crash, Ctrl-Z and ``fg``.
"""

import errno
from collections.abc import Callable, Mapping
from typing import IO, TYPE_CHECKING, Any, Final, cast

from textual.drivers.linux_driver import LinuxDriver
from typing_extensions import override

from fntui.ui.edge import harmless
from fntui.ui.text import printable

if TYPE_CHECKING:
    from textual.app import App

    from fntui.ui.app import FntuiApp

END: Final = "\x1b\\"
"""Ends a control string; unlike BEL it rings nowhere."""

_SAVE: Final = "\x1b[22;2t"
_RESTORE: Final = "\x1b[23;2t"


def title_sequence(text: str) -> str:
    """Return what gives the terminal this title."""
    return f"\x1b]2;{printable(text)}{END}"


def has_title(environ: Mapping[str, str]) -> bool:
    """Return False for the Linux console, whose older kernels print the sequence as text."""
    return environ.get("TERM") != "linux"


class LosableFile:
    """The terminal as a file: what is written is made harmless, and taken once it is gone, too.

    Textual's writer would end by the error, and whoever writes more than a few times after that
    would wait for it for ever: the end of the program, too.
    """

    def __init__(self, file: IO[str]) -> None:
        """Write to ``file``."""
        self._file = file

    def write(self, text: str) -> None:
        """Write what can't harm the terminal, as long as there is one."""
        self._unless_gone(lambda: self._file.write(harmless(text)))

    def flush(self) -> None:
        """Send what was written, as long as there is a terminal."""
        self._unless_gone(self._file.flush)

    def fileno(self) -> int:
        """Return the number that the system knows the file by."""
        return self._file.fileno()

    @staticmethod
    def _unless_gone(do: Callable[[], object]) -> None:
        try:
            do()
        except OSError as error:
            if error.errno != errno.EIO:
                raise


class TitledDriver(LinuxDriver):
    """Textual's driver, with the title that ``Attention`` gives while it has the terminal."""

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
        self._file = cast("Any", LosableFile(cast("IO[str]", self._file)))
        self._is_titled = False

    @override
    def start_application_mode(self) -> None:
        """Take the terminal, and save its title."""
        start: Callable[[], None] = super().start_application_mode  # it bears no types
        start()
        app = cast("FntuiApp", self._app)
        app.picture.forget()
        title = app.attention.title
        # Stopped again by the terminal on its way back, or lost, Textual starts a second time.
        if title and not self._is_titled:
            self._is_titled = True
            self.write(_SAVE + title_sequence(title))

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
        if self._is_titled:
            self._is_titled = False
            self.write(_RESTORE)
        super().stop_application_mode()
