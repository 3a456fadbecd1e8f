"""All keys, as they are here and now."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from typing_extensions import override

from fntui.ui.host import app_of
from fntui.ui.keymap import closing
from fntui.ui.screens.layer import PaneLayer
from fntui.ui.views.layers.help import help_lines
from fntui.ui.views.lines import Line


class Help(PaneLayer[None]):
    """Every command, by group."""

    DEFAULT_CSS = """
    Help {
        & > #box { max-width: 160; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*closing("help")]

    def __init__(self) -> None:
        """Show the keys of the running app."""
        super().__init__("Keys", "j k PgDn PgUp scroll   : runs any of them by name   Esc closes")

    @override
    def make_lines(self, width: int) -> Sequence[Line]:
        """Return the commands, laid out for the width."""
        return help_lines(app_of(self).settings.keymap, width)

    def action_help(self) -> None:
        """Close: the same key again."""
        self.action_back()
