"""Moving in a pane: the same keys on the main screen and in every layer."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fntui.ui.widgets.pane import Pane


class Moves:
    """The actions of a screen that move the cursor of its pane; to be named before the screen."""

    if TYPE_CHECKING:

        @property
        def pane(self) -> Pane:
            """The pane that keys go to."""
            ...

    def action_down(self) -> None:
        """Move down."""
        self.pane.move(1)

    def action_up(self) -> None:
        """Move up."""
        self.pane.move(-1)

    def action_top(self) -> None:
        """Go to the top."""
        self.pane.move_to_end(is_bottom=False)

    def action_bottom(self) -> None:
        """Go to the bottom."""
        self.pane.move_to_end(is_bottom=True)

    def action_page_down(self) -> None:
        """Move a page down."""
        self.pane.page(1)

    def action_page_up(self) -> None:
        """Move a page up."""
        self.pane.page(-1)

    def action_half_page_down(self) -> None:
        """Move half a page down."""
        self.pane.page(0.5)

    def action_half_page_up(self) -> None:
        """Move half a page up."""
        self.pane.page(-0.5)
