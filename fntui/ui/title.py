"""The terminal's title: set by escape sequences, saved at the start and put back at the end.

tmux takes the title for its pane's. What the terminal had is kept by the terminal itself, on a
stack that xterm, tmux and most others have. A driver of our own does this, since Textual calls it
in all that may happen: the end, a signal, a crash, Ctrl-Z and ``fg``.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, cast

from textual.drivers.linux_driver import LinuxDriver
from typing_extensions import override

from fntui.ui.text import printable

if TYPE_CHECKING:
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


class TitledDriver(LinuxDriver):
    """Textual's driver, with the title of ``FntuiApp.terminal_title`` while it has the terminal."""

    _is_titled = False

    @override
    def start_application_mode(self) -> None:
        """Take the terminal, and save its title."""
        start: Callable[[], None] = super().start_application_mode  # it bears no types
        start()
        title = cast("FntuiApp", self._app).terminal_title
        # Stopped again by the terminal on its way back, Textual starts a second time.
        if title and not self._is_titled:
            self._is_titled = True
            self.write(_SAVE + title_sequence(title))

    @override
    def stop_application_mode(self) -> None:
        """Put the title back, and let the terminal go."""
        if self._is_titled:
            self._is_titled = False
            self.write(_RESTORE)
        super().stop_application_mode()
