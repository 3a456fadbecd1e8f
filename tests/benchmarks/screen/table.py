"""The table: medians, goals, and whether they are met."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

HEAD: Final = ("what", "goal", "measured", "ratio", "met")


@dataclass(frozen=True, slots=True)
class Unit:
    """How numbers are shown: multiplied by ``times``, with ``places`` after the point."""

    name: str
    times: float = 1.0
    places: int = 0

    def show(self, value: float) -> str:
        """Return a value without the unit's name."""
        return f"{value * self.times:,.{self.places}f}"


MS: Final = Unit("ms", 1000)
S: Final = Unit("s", 1, 2)
KB: Final = Unit("kB", 0.001, 1)
BYTES: Final = Unit("B")
MB: Final = Unit("MB", 1e-6, 1)
PER_S: Final = Unit("B/s")
PERCENT: Final = Unit("%", 100, 2)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        is_met: None where there is no goal, or nothing was measured.
    """

    what: str
    goal: str
    measured: str
    ratio: str = ""
    is_met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """Return what stands in the columns."""
        met = {True: "yes", False: "**no**", None: ""}[self.is_met]
        return self.what, self.goal, self.measured, self.ratio, met


def spread(values: Sequence[float], unit: Unit) -> str:
    """Return the median, and between which values the others lie."""
    if not values:
        return "nothing"
    low, middle, high = (unit.show(value) for value in (min(values), median(values), max(values)))
    return f"{middle} {unit.name}" + (f" ({low}–{high})" if low != high else "")


def at_most(what: str, values: Sequence[float], limit: float, unit: Unit) -> Row:
    """Return the row of a goal that the median must not exceed."""
    is_met = bool(values) and median(values) <= limit
    return Row(what, f"≤ {unit.show(limit)} {unit.name}", spread(values, unit), is_met=is_met)


def beside(what: str, values: Sequence[float], unit: Unit) -> Row:
    """Return a row without a goal."""
    return Row(what, "", spread(values, unit))


def ratio_at_most(
    what: str, values: Sequence[float], others: Sequence[float], limit: float, unit: Unit
) -> Row:
    """Return the row of a goal against another program, measured in turn with it.

    Each value is compared with the other one of its turn, so that both had the same noise.
    """
    ratio = median(value / other for value, other in zip(values, others, strict=True))
    measured = spread(values, unit)
    return Row(what, f"≤ {limit:g} times", measured, f"{ratio:.2f}", is_met=ratio <= limit)


def quantiles_at_most(
    what: str, values: Sequence[float], limits: tuple[float, float] | None, unit: Unit
) -> Row:
    """Return the row of a goal for the median and the 99th percentile; None: without a goal."""
    if not values:
        return Row(what, "", "nothing", is_met=False if limits else None)
    found = quantile(values, 0.5), quantile(values, 0.99)
    measured = f"{found[0] * unit.times:.1f} / {found[1] * unit.times:.1f} {unit.name}"
    if limits is None:
        return Row(what, "", measured)
    goal = f"≤ {unit.show(limits[0])} / {unit.show(limits[1])} {unit.name}"
    is_met = all(value <= limit for value, limit in zip(found, limits, strict=True))
    return Row(what, goal, measured, is_met=is_met)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` of the values do not exceed, at least one of them."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def lines(rows: Iterable[Row]) -> list[str]:
    """Return the rows as lines of Markdown, without a head."""
    return [f"| {' | '.join(row.cells())} |" for row in rows]


def head() -> list[str]:
    """Return the head of the table."""
    return [f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}"]
