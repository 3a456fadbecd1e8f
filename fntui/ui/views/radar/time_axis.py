"""An axis of time: minutes as cells, with round times over them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from fntui.core.health.radar import MINUTE
from fntui.core.health.wording import ShowTime

_LABELS: Final = (14, 40)  # cells: the least that is left for what stands before an axis, the most
_LABELS_SHARE: Final = 0.4
_SCALES: Final = (1, 2, 3, 5, 10, 15, 20, 30, 60)  # minutes of a cell
_STEPS: Final = (5, 10, 20, 30, 60, 120, 180, 360)  # minutes between two times
_TIME_ROOM: Final = 8
_NOW: Final = "now"


class Axis(NamedTuple):
    """Which cell stands for which minute.

    Cells are whole minutes that start at round times, so what stands in one goes on standing with
    the same others while time passes.

    Attributes:
        start: When the first minute begins.
        minutes: How many there are.
        scale: How many share a cell.
        stretch: How many cells one takes; 1 where they share them.
    """

    start: datetime
    minutes: int
    scale: int
    stretch: int

    def cell(self, minute: int) -> int:
        """Return the cell in which a minute stands, or starts; 0 is the first."""
        return (minute + _of_day(self.start) % self.scale) // self.scale * self.stretch

    @property
    def width(self) -> int:
        """Return how many cells it takes at most, whatever the time."""
        return (-(-self.minutes // self.scale) + (self.scale > 1)) * self.stretch


def _of_day(at: datetime) -> int:
    return at.hour * 60 + at.minute


def axis_for(start: datetime, minutes: int, width: int) -> Axis:
    """Return the finest axis that leaves room for labels in ``width`` cells."""
    least, most = _LABELS
    room = width - max(least, min(most, int(width * _LABELS_SHARE))) - 1
    stretch = max(1, room // minutes)
    axes = (Axis(start, minutes, scale, stretch if scale == 1 else 1) for scale in _SCALES)
    return next((axis for axis in axes if axis.width <= room), Axis(start, minutes, _SCALES[-1], 1))


def ticks(axis: Axis) -> Sequence[int]:
    """Return the minutes, of those after the first, at which a time stands: round ones."""
    steps = (step for step in _STEPS if step * axis.stretch >= _TIME_ROOM * axis.scale)
    step = next(steps, _STEPS[-1])
    return range(step - _of_day(axis.start) % step, axis.minutes, step)


def times_line(axis: Axis, show_time: ShowTime) -> str:
    """Return the times over the axis, "now" first; as wide as the axis at most."""
    text = _NOW
    for minute in ticks(axis):
        told = short_time(axis.start + minute * MINUTE, show_time)
        at = axis.cell(minute)
        if len(text) < at and at + len(told) < axis.width:
            text = f"{text:<{at}}▏{told}"
    return text


def short_time(at: datetime, show_time: ShowTime) -> str:
    """Return a moment to the minute: ``14:05Z``, or ``15:05`` in local time."""
    told = show_time(at)
    return told[:5] + told[8:]  # between them stand the seconds
