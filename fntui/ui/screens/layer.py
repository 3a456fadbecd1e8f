"""What lies on top of the main screen: opaque, titled, closed by Esc, with the same keys to move.

Opaque, since a translucent layer sends three times as many bytes over a slow link.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static
from typing_extensions import override

from fntui.printable import shortened
from fntui.ui.keymap import EVERYWHERE, closing, commands, of_the_app
from fntui.ui.text import content, printable
from fntui.ui.views.lines import Line
from fntui.ui.widgets.cursor_actions import Moves
from fntui.ui.widgets.pane import Pane

T = TypeVar("T")

TITLE_WIDTH: Final = 60
"""Characters of a title that are shown; names may be long."""

_MOVES: Final = (
    "down",
    "up",
    "top",
    "bottom",
    "page-down",
    "page-up",
    "half-page-down",
    "half-page-up",
)


class Layer(ModalScreen[T], inherit_bindings=False):
    """A layer on top of the main screen: a box with a title.

    Attributes:
        heading: The title, printable and not too long.
    """

    DEFAULT_CSS = """
    Layer {
        align: center middle;
        background: $background;
        & > #box {
            width: 100%;
            max-width: 100;
            height: auto;
            max-height: 100%;
            padding: 0 2;
            background: $surface;
            border: solid $accent;
        }
        & .hint { color: $dim; margin-top: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *closing("back"),
        Binding("ctrl+q", "back", show=False, priority=True),
        *of_the_app(*EVERYWHERE),
    ]
    AUTO_FOCUS: ClassVar[str | None] = None

    def __init__(self, title: str) -> None:
        """Say ``title`` on top."""
        super().__init__()
        self.heading = shortened(printable(title), TITLE_WIDTH)

    @override
    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = Content(self.heading)
            yield from self.compose_body()

    @abstractmethod
    def compose_body(self) -> ComposeResult:
        """Yield what stands under the title."""

    def close(self, result: T | None = None) -> None:
        """Go away, unless gone already or covered: Textual would take away what is on top."""
        if self.is_active:
            self.dismiss(result)

    def action_back(self) -> None:
        """Close the layer without a result."""
        self.close()


class PaneLayer(Moves, Layer[T]):
    """A layer that is about the lines of one pane."""

    DEFAULT_CSS = """
    PaneLayer {
        & > #box { height: 100%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*closing("quit"), *commands("open", *_MOVES)]

    def __init__(self, title: str, hint: str) -> None:
        """Show nothing yet; ``hint`` names the keys at the bottom."""
        super().__init__(title)
        self._hint = hint
        self._pane = Pane(id="lines")
        self._pane.is_active = True
        self.head: Sequence[Line] = ()

    @property
    @override
    def pane(self) -> Pane:
        """The pane that the layer is about."""
        return self._pane

    @override
    def compose_body(self) -> ComposeResult:
        yield self.pane
        yield Static(content(self._hint), classes="hint", markup=False)

    def on_resize(self) -> None:
        """Lay the lines out anew."""
        self.call_after_refresh(self.refresh_lines)

    def refresh_lines(self) -> None:
        """Show what there is to show, in the width there is."""
        lines = self.make_lines(max(1, self.pane.size.width))
        self.pane.show(lines, self.head)

    @abstractmethod
    def make_lines(self, width: int) -> Sequence[Line]:
        """Return the lines for a width in cells."""

    def action_quit(self) -> None:
        """Close the layer, which is the top one."""
        self.action_back()

    def action_open(self) -> None:
        """Take the line under the cursor; as a rule that is nothing."""

    def on_pane_opened(self) -> None:
        """Take the line that was clicked."""
        self.action_open()


class ShortLayer(PaneLayer[T]):
    """A layer as high as its few lines."""

    DEFAULT_CSS = """
    ShortLayer {
        & > #box { height: auto; max-width: 76; }
    }
    """

    @override
    def refresh_lines(self) -> None:
        """Show the lines, and give them as many rows as they are."""
        super().refresh_lines()
        self.pane.styles.height = max(1, len(self.pane.lines))
