"""The palette: any command, namespace, trigger or access key, by a few letters of its name."""

from collections.abc import Hashable, Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input
from typing_extensions import override

from fntui.ui.host import app_of
from fntui.ui.screens.layer import PaneLayer
from fntui.ui.views.layers.palette import Place, Ranking, hit_lines
from fntui.ui.views.lines import Line, line, span
from fntui.ui.widgets.inputs import TextInput


class Palette(PaneLayer[Hashable]):
    """Asks what to run or where to go; gives a Command, or the key of a place."""

    DEFAULT_CSS = """
    Palette {
        & Input { background: $panel; margin-bottom: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+q", "back", show=False),
        Binding("down,ctrl+n", "down", show=False, priority=True),
        Binding("up,ctrl+p", "up", show=False, priority=True),
        Binding("pagedown", "page_down", show=False),
        Binding("pageup", "page_up", show=False),
    ]
    AUTO_FOCUS: ClassVar[str | None] = "Input"

    def __init__(self, places: Iterable[Place]) -> None:
        """Offer every command, and to go to each of ``places``."""
        super().__init__("Run or go to", "↑ ↓ move   Enter runs or goes   Esc closes")
        self._ranking = Ranking(places)
        self._input = TextInput()

    @override
    def compose_body(self) -> ComposeResult:
        yield self._input
        yield from super().compose_body()

    @override
    def make_lines(self, width: int) -> Sequence[Line]:
        """Return the best hits for what was typed."""
        hits = self._ranking.hits(self._input.value)
        keymap = app_of(self).settings.keymap
        return hit_lines(hits, keymap, width) or [line(span("nothing has such a name", "dim"))]

    @on(Input.Changed)
    def _search(self) -> None:
        self.refresh_lines()
        self.pane.scroll_to_top()

    @on(Input.Submitted)
    def _submit(self) -> None:
        self.action_open()

    @override
    def action_open(self) -> None:
        """Run or go to what is under the cursor."""
        if self.pane.cursor_key is not None:
            self.close(self.pane.cursor_key)
