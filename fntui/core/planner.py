"""Which branch to read next, and when, within the budget: pure, every moment is told to it.

Moments are seconds of a steady clock (``Clock.monotonic``), not times of day.
"""

import math
from collections.abc import Iterable, Sequence
from enum import StrEnum
from random import Random
from typing import Final

from msgspec import Struct

_SHARE: Final = 0.2  # of the token's hourly limit, in any rolling hour
_LIMIT: Final = 5000  # requests an hour, until an answer says
_BURST: Final = 100.0  # requests that may be made at once; with the refill at most 115 a minute
_FIRST_LOAD: Final = 100  # more of them, once, for what was never read; paid back in the hour
_RESERVE: Final = 10.0  # of the burst, for the namespace on screen alone
_IN_FLIGHT: Final = 4
_IN_FLIGHT_FIRST: Final = 8
_FIRST_LOOK_S: Final = 3.0  # after a slot
_LOOKS_AGAIN_S: Final = 32.0  # the longest of 1, 2, 4 … s between looks in vain
_PAUSE_S: Final = 30.0  # after a 429 that does not say for how long
_SLOWEST_S: Final = 60.0  # the longest of 2, 4, 8 … s between tries that fail
_SLOWEST_SELECTED_S: Final = 8.0
_ONE_MORE_S: Final = 4.0  # in which the usual budget grows by one request
_IDLE_S: Final = 60.0  # the plan is looked at again after this, even if nothing is due


class Kind(StrEnum):
    """What a unit reads."""

    NAMESPACES = "namespaces"
    TRIGGERS = "triggers"
    TRIGGER = "trigger"
    ACCESS_KEYS = "access keys"


_MAX_AGE_S: Final = {
    Kind.NAMESPACES: 300.0,
    Kind.TRIGGERS: 300.0,
    Kind.TRIGGER: 600.0,
    Kind.ACCESS_KEYS: 3600.0,
}
_MAX_AGE_SELECTED_S: Final = {
    Kind.NAMESPACES: 300.0,
    Kind.TRIGGERS: 30.0,
    Kind.TRIGGER: 300.0,
    Kind.ACCESS_KEYS: 60.0,
}


class Unit(Struct, frozen=True, order=True):
    """One thing that can be read by one request.

    Attributes:
        namespace_id: ``""`` for the list of namespaces.
        name: Of a single trigger, where the list of its namespace leaves out its runs.
    """

    kind: Kind
    namespace_id: str = ""
    name: str = ""


def _is_listed_by(unit: Unit, listing: Unit) -> bool:
    """Return True for a single trigger of the namespace whose triggers ``listing`` lists."""
    is_pair = unit.kind is Kind.TRIGGER and listing.kind is Kind.TRIGGERS
    return is_pair and unit.namespace_id == listing.namespace_id


class _Progress(Struct, kw_only=True):
    """What is known of a unit's reading.

    Attributes:
        read_s: When its last good answer was asked for.
        due_s: When a reading may show something new.
        hold_s: Not to be read before.
        looks: Readings in a row that did not show the run that was due.
        is_asked_for: The user asked for it.
    """

    read_s: float = -math.inf
    due_s: float = math.inf
    hold_s: float = -math.inf
    looks: int = 0
    failures: int = 0
    is_busy: bool = False
    is_asked_for: bool = False


class Planner:
    """Plans the reading of all units."""

    def __init__(self, now_s: float = 0.0, rng: Random | None = None) -> None:
        """Start at ``now_s`` with a full budget and the list of namespaces to read."""
        self._rng = rng or Random()  # noqa: S311 - jitter, not a secret
        self._units = {Unit(Kind.NAMESPACES): _Progress()}
        self._selected: str | None = None
        self._shows_keys = False
        self._budget = _LIMIT * _SHARE
        self._tokens = _BURST
        self._first_load = _FIRST_LOAD
        self._debt = 0.0
        self._refilled_s = now_s
        self._paused_until_s = -math.inf
        self._in_flight = 0

    def keep(self, units: Iterable[Unit]) -> None:
        """Plan for these units, besides the list of namespaces, and for no others."""
        wanted = dict.fromkeys((Unit(Kind.NAMESPACES), *units))
        self._units = {unit: self._units.get(unit) or _Progress() for unit in wanted}

    def select(self, namespace_id: str | None, *, shows_keys: bool = False) -> None:
        """Prefer what is on screen."""
        self._selected, self._shows_keys = namespace_id, shows_keys

    def ask_now(self, unit: Unit | None = None) -> None:
        """Read a unit, or all of them, as soon as possible; a list together with its triggers."""
        for known, progress in self._units.items():
            if unit is None or known == unit or _is_listed_by(known, unit):
                progress.is_asked_for = True

    def spend(self, requests: int) -> None:
        """Count requests that others made for the user."""
        self._tokens -= requests

    def set_limit(self, limit_per_hour: int | None) -> None:
        """Learn how many requests an hour the token may make."""
        self._budget = (limit_per_hour or _LIMIT) * _SHARE

    def plan(self, now_s: float) -> tuple[list[Unit], float]:
        """Return the units to read now, and when to ask again at the latest."""
        self._refill(now_s)
        if now_s < self._paused_until_s:
            return [], self._paused_until_s
        moments = {
            unit: self._moment(unit, progress)
            for unit, progress in self._units.items()
            if not progress.is_busy
        }
        places = {unit: place for place, unit in enumerate(self._units)}
        due = [unit for unit, moment in moments.items() if moment <= now_s]
        due.sort(key=lambda unit: (*self._rank(unit), moments[unit], places[unit]))
        chosen = [unit for unit in due if self._take(unit)]
        waiting = [moment for moment in moments.values() if moment > now_s]
        wake_s = min([now_s + _IDLE_S, *waiting])
        if len(chosen) < len(due):
            wake_s = min(wake_s, now_s + _ONE_MORE_S)
        return chosen, wake_s

    def on_read(self, unit: Unit, asked_s: float, now_s: float, slots_s: Sequence[float]) -> None:
        """Take in a good answer.

        Args:
            unit: What was read.
            asked_s: When it was asked for.
            now_s: When the answer came.
            slots_s: When its triggers should fire next, those included whose run is awaited.
        """
        self._in_flight -= 1
        progress = self._units.get(unit)
        if progress is None:
            return
        is_awaited = any(slot <= asked_s for slot in slots_s)
        progress.looks = progress.looks + 1 if is_awaited else 0
        again_s = min(_LOOKS_AGAIN_S, 2.0 ** (progress.looks - 1)) if is_awaited else math.inf
        coming = [slot + _FIRST_LOOK_S for slot in slots_s if slot > asked_s]
        progress.due_s = min([now_s + again_s, *coming])
        progress.read_s, progress.hold_s = asked_s, -math.inf
        progress.failures, progress.is_busy = 0, False

    def on_dropped(self, unit: Unit) -> None:
        """Take note that a read was given up before its answer came: it is to be made again."""
        self._in_flight -= 1
        if unit in self._units:
            self._units[unit].is_busy, self._units[unit].is_asked_for = False, True

    def on_failure(
        self,
        unit: Unit,
        now_s: float,
        *,
        is_rate_limited: bool = False,
        retry_after_s: float | None = None,
        is_refused: bool = False,
    ) -> None:
        """Take in a failed read: a 429 pauses everything, a missing scope this unit for long."""
        if is_rate_limited:
            wait_s = _PAUSE_S if retry_after_s is None else retry_after_s
            self._paused_until_s = now_s + wait_s + self._rng.uniform(0, 3)
        self._in_flight -= 1
        progress = self._units.get(unit)
        if progress is None:
            return
        progress.is_busy = False
        progress.failures += 1
        slowest_s = _SLOWEST_SELECTED_S if self._is_selected(unit) else _SLOWEST_S
        wait_s = min(slowest_s, 2.0 ** min(progress.failures, 6)) * self._rng.uniform(0.8, 1.2)
        progress.hold_s = now_s + (_MAX_AGE_S[unit.kind] if is_refused else wait_s)

    def _refill(self, now_s: float) -> None:
        """Refill so that burst, refill and first load stay within the budget of any hour."""
        burst = min(_BURST, self._budget / 10)
        refill = max(0.0, now_s - self._refilled_s) * (self._budget - burst) / 3600
        repaid = min(self._debt, refill / 2)
        self._debt -= repaid
        self._tokens = min(burst, self._tokens + refill - repaid)
        self._refilled_s = now_s

    def _moment(self, unit: Unit, progress: _Progress) -> float:
        """Return when a unit should be read."""
        if progress.is_asked_for:
            return -math.inf
        ages = _MAX_AGE_SELECTED_S if self._is_selected(unit) else _MAX_AGE_S
        wanted = min(progress.due_s, progress.read_s + ages[unit.kind])
        return max(wanted, progress.hold_s)

    def _rank(self, unit: Unit) -> tuple[bool, bool, bool]:
        """Return a tuple that is less for what is to be read first."""
        is_asked_for = self._units[unit].is_asked_for
        return not is_asked_for, unit.kind is Kind.ACCESS_KEYS, not self._is_selected(unit)

    def _is_selected(self, unit: Unit) -> bool:
        is_on_screen = unit.kind is not Kind.ACCESS_KEYS or self._shows_keys
        return is_on_screen and unit.namespace_id == self._selected

    def _take(self, unit: Unit) -> bool:
        """Pay for reading a unit, if there is enough, and mark it as under way."""
        progress = self._units[unit]
        is_first = progress.read_s == -math.inf and not progress.failures
        if self._in_flight >= (_IN_FLIGHT_FIRST if is_first else _IN_FLIGHT):
            return False
        needed = 1.0 if self._is_selected(unit) else 1.0 + _RESERVE
        if progress.is_asked_for or self._tokens >= needed:
            self._tokens -= 1
        elif is_first and self._first_load > 0:
            self._first_load -= 1
            self._debt += 1
        else:
            return False
        progress.is_busy, progress.is_asked_for = True, False
        self._in_flight += 1
        return True
