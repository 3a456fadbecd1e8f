"""What is drawn, drawn sparingly: only what differs, and only while the terminal takes it.

On a slow line, or a terminal that does not read, nothing queues up: frames are left out, and what
is shown in the end is what there is by then.
"""

import asyncio
from typing import TYPE_CHECKING, Any, cast

from textual._compositor import CompositorUpdate
from textual.driver import Driver
from textual.screen import Screen
from typing_extensions import override

from fntui.ui.crash import DiscreetApp, ReportCrash
from fntui.ui.terminal.driver import TitledDriver
from fntui.ui.terminal.screen_diff import Difference, Picture

if TYPE_CHECKING:
    from collections.abc import Callable


class FrugalApp(DiscreetApp, inherit_bindings=False):
    """An app that draws on a ``TitledDriver``, and no more than it must.

    Attributes:
        picture: What the terminal shows.
        painted: Set once there was a first frame.
    """

    def __init__(self, report_crash: ReportCrash, *, erases_in_colour: bool = False) -> None:
        """Owe no frame yet; ``erases_in_colour`` is for the ``Picture``."""
        super().__init__(report_crash)
        self.picture = Picture(erases_in_colour=erases_in_colour)
        self.painted = asyncio.Event()
        self._owes_frame = False
        self.is_far = False

    @property
    def terminal_title(self) -> str:
        """What the terminal is to be called; ``""``: as before."""
        return ""

    def forget_picture(self) -> None:
        """Take nothing on the terminal for known."""
        self.picture.forget()

    @override
    def get_driver_class(self) -> type[Driver]:
        """Have the terminal's title saved and put back, and wait for no terminal."""
        return TitledDriver

    @override
    def refresh_css(self, animate: bool = True) -> None:
        """Have another theme seen; that of the start is in the first frame already."""
        if self.painted.is_set():
            super().refresh_css(animate)

    @override
    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        self.painted.set()
        if isinstance(renderable, CompositorUpdate):
            if isinstance(self._driver, TitledDriver) and not self._driver.outlet.has_room():
                self._owes_frame = True
                return
            renderable = Difference(renderable, self.picture, screen.outer_size)
        display = cast("Callable[..., None]", super()._display)  # pyright: ignore[reportUnknownMemberType]
        display(screen, renderable)

    def draw_what_is_owed(self) -> None:
        """Draw the screen if frames were left out: of it, what differs is sent."""
        if self._owes_frame and self._screen_stack:
            self._owes_frame = False
            self.screen.refresh()
