"""A text to read, to copy, and to select from with the terminal's own mouse."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static
from typing_extensions import override

from fntui.ui.host import app_of
from fntui.ui.screens.layer import PaneLayer
from fntui.ui.text import printable
from fntui.ui.views.lines import Line, line, wrap


class ShowText(PaneLayer[None]):
    """Shows a text without a frame, so that what is selected is the text alone."""

    DEFAULT_CSS = """
    ShowText {
        & > #box { max-width: 100%; padding: 0; border: none; background: $background; }
        & #heading { text-style: bold; margin-bottom: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("c", "copy", "copy", show=False, id="copy")]

    def __init__(self, title: str, text: str, note: str = "", *, what: str = "") -> None:
        """Show ``text``; ``what`` names it where it is copied (its title if not given)."""
        keys = "c copies   or select with the mouse   Esc closes"
        super().__init__(title, f"{note}\n{keys}" if note else keys)
        self._text = text
        self._what = what or title

    @override
    def compose_body(self) -> ComposeResult:
        yield Static(Content(self.heading), id="heading")
        yield from super().compose_body()

    @override
    def make_lines(self, width: int) -> Sequence[Line]:
        """Return the text, broken where it is too wide."""
        return [
            line(piece)
            for whole in self._text.split("\n")
            for piece in wrap(printable(whole), width)
        ]

    def on_mount(self) -> None:
        """Leave the mouse to the terminal, which can select and copy by it."""
        app_of(self).lend_mouse(is_lent=True)

    def on_unmount(self) -> None:
        """Take the mouse back."""
        app_of(self).lend_mouse(is_lent=False)

    def action_copy(self) -> None:
        """Send the whole text to the terminal's clipboard."""
        app_of(self).copy(self._text, self._what)
