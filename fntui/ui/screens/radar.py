"""The radar: what all namespaces fire next, on one axis that starts now."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual.binding import Binding, BindingType
from textual.widgets import Static
from typing_extensions import override

from fntui.core.health.radar import sweep
from fntui.core.model.snapshot import Snapshot
from fntui.ui.host import app_of
from fntui.ui.keymap import closing
from fntui.ui.screens.layer import PaneLayer
from fntui.ui.text import content
from fntui.ui.views.lines import Line
from fntui.ui.views.radar.radar import radar_page
from fntui.ui.views.radar.words import window_words
from fntui.ui.views.view_context import Lens

if TYPE_CHECKING:
    from fntui.ui.views.selection import Node

HOUR: Final = 60
"""Minutes that the radar shows at first."""

SIX_HOURS: Final = 360
"""Minutes that it shows when asked for more."""

_LOOKS_EVERY_S: Final = 2.0


class RadarScreen(PaneLayer[None]):
    """What fires when, and when nothing does, from now on; Enter goes to the trigger."""

    DEFAULT_CSS = """
    RadarScreen {
        & > #box { max-width: 100%; padding: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *closing("radar"),
        Binding("m", "window", "show 6 hours, or 60 minutes", show=False),
    ]

    def __init__(self) -> None:
        """Show the account of the running app."""
        super().__init__("Radar", _hint(HOUR))
        self._minutes = HOUR

    def on_mount(self) -> None:
        """Look at the clock and the account from time to time."""
        self.set_interval(_LOOKS_EVERY_S, self.refresh_lines)

    @override
    def make_lines(self, width: int) -> Sequence[Line]:
        """Return what fires as of now."""
        app = app_of(self)
        snapshot = app.session.store.snapshot if app.session else Snapshot()
        now = app.server_now()
        page = radar_page(sweep(snapshot, now, self._minutes), Lens(now, app.show_time, width))
        self.head = page.head
        return page.lines

    @override
    def action_open(self) -> None:
        """Go to the trigger under the cursor."""
        node = cast("Node | None", self.pane.cursor_key)
        if node is not None:
            self.close()
            app_of(self).go_to(node)

    def action_window(self) -> None:
        """Show the next 6 hours, or the next 60 minutes."""
        self._minutes = SIX_HOURS if self._minutes == HOUR else HOUR
        self.query_one(".hint", Static).update(content(_hint(self._minutes)))
        self.refresh_lines()

    def action_radar(self) -> None:
        """Close: the same key again."""
        self.action_back()


def _hint(minutes: int) -> str:
    other = window_words(SIX_HOURS if minutes == HOUR else HOUR)
    return f"m shows {other}   Enter goes there   Esc closes"
