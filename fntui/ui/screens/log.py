"""The log layer: requests, how they ended, and the user's own changes."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from typing_extensions import override

from fntui.api.calls import Call
from fntui.ui.host import app_of
from fntui.ui.keymap import closing
from fntui.ui.screens.layer import PaneLayer
from fntui.ui.views.layers.log import log_lines
from fntui.ui.views.lines import BLANK, Line

_LOOKS_EVERY_S: Final = 1.0


class LogScreen(PaneLayer[None]):
    """Requests and own actions, the newest last and under the cursor; follows while that stays."""

    DEFAULT_CSS = """
    LogScreen {
        & > #box { max-width: 100%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *closing("log"),
        Binding("c", "copy", "copy the request id", show=False, id="copy"),
    ]

    def __init__(self) -> None:
        """Show the log of the running app."""
        super().__init__("Log", "c copies the request id, for the vendor's support   Esc closes")

    def on_mount(self) -> None:
        """Look for what has come since; lines that did not change cost nothing."""
        self.set_interval(_LOOKS_EVERY_S, self.refresh_lines)

    @override
    def refresh_lines(self) -> None:
        """Show what has come since; stay at the end if the cursor stood there."""
        lines = self.pane.lines
        is_at_end = not lines or self.pane.cursor_key == lines[-1].key
        super().refresh_lines()
        if is_at_end:
            self.pane.move_to_end(is_bottom=True)

    @override
    def make_lines(self, width: int) -> Sequence[Line]:
        """Return the log; it is kept in memory only."""
        session = app_of(self).session
        entries = session.journal.entries if session else ()
        deeds = [(entry.at, entry.words) for entry in entries]
        head, lines = log_lines(app_of(self).calls, deeds, app_of(self).show_time, width)
        self.head = (head,)
        return lines or [BLANK]

    def action_copy(self) -> None:
        """Copy the request id of the line under the cursor, if it has one."""
        key = self.pane.cursor_key
        if isinstance(key, Call) and key.request_id:
            app_of(self).copy(key.request_id, "The request id")

    def action_log(self) -> None:
        """Close: the same key again."""
        self.action_back()
