"""Frames are left out while the terminal does not take them; nothing queues up on a slow line."""

from collections.abc import Iterable
from typing import Any

from rich.console import RenderableType
from textual._compositor import ChopsUpdate
from textual.driver import Driver
from textual.geometry import Region
from textual.screen import Screen
from typing_extensions import override

from fntui.ui.crash import DiscreetApp, ReportCrash
from fntui.ui.driver import TitledDriver


class FrugalApp(DiscreetApp, inherit_bindings=False):
    """An app that draws on a ``TitledDriver``, and only what the terminal has room for."""

    def __init__(self, report_crash: ReportCrash) -> None:
        """Owe no frame yet."""
        super().__init__(report_crash)
        self._left_out: set[Region] = set()

    @override
    def get_driver_class(self) -> type[Driver]:
        """Have the terminal's title saved and put back, and wait for no terminal."""
        return TitledDriver

    @override
    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Draw, or note what is to be drawn once there is room: then as it is by then."""
        driver = self._driver
        if renderable is None or not isinstance(driver, TitledDriver) or driver.outlet.has_room():
            super()._display(screen, renderable)
        else:
            self._left_out.update(_regions(renderable, screen))

    def paint_left_out(self) -> None:
        """Draw where frames were left out."""
        regions, self._left_out = self._left_out, set()
        if regions and self._screen_stack:
            self.screen.refresh(*regions)


def _regions(renderable: RenderableType, screen: Screen[Any]) -> Iterable[Region]:
    if isinstance(renderable, ChopsUpdate):
        return (Region(x1, y, x2 - x1, 1) for y, x1, x2 in renderable.spans)
    return (screen.region,)
