"""The planner: which target to read next, and when, within the budget.

It is pure: every moment is passed to it.

Moments are seconds of a steady clock (``Clock.monotonic``), not times of day. Looks come just after
the slots of a namespace's triggers; what changes elsewhere is found by age.
"""

from collections.abc import Iterable, Mapping
from enum import Enum, auto
from random import Random
from typing import Final

from fntui.core.health.owed import Awaited
from fntui.core.model.pace import Pace
from fntui.core.watch.priority import Claim, FirstLook
from fntui.core.watch.rate_limiter import Budget
from fntui.core.watch.target_state import NEVER_S, Outage, Progress
from fntui.core.watch.targets import Kind, Unit
from fntui.core.watch.viewport import Sight

__all__ = ["Kind", "Planner", "Reader", "Unit"]

_IN_FLIGHT: Final = 4
_IN_FLIGHT_URGENT: Final = 16  # in a first load, or where the user asks
_SLOWEST_S: Final = 60.0  # the longest of 2, 4, 8 … s between tries that fail
_SLOWEST_SELECTED_S: Final = 8.0
_PRICE_MOVED: Final = 1.15  # times: what was worth its price may no longer be
_SOON_S: Final = 0.2
_ONE_MORE_S: Final = 1.0
_IDLE_S: Final = 10.0  # the plan is looked at again after this, even if nothing is due
_SUSPENDED_S: Final = 30.0  # between two plans: the machine slept, or the program was stopped
_STEPPED_S: Final = 0.5  # by which the server's time must move to move the slots with it
_MISDATED_S: Final = 30.0  # by which it must move to make the newest readings worthless
_IN_DOUBT_S: Final = 120.0  # before that, in which readings had a wrong date


class Reader(Enum):
    """Who reads what this program shows."""

    SELF = auto()
    ANOTHER = auto()
    NOT_KNOWN_YET = auto()


class Planner:
    """Plans the reading of all units.

    Attributes:
        offset_s: The server's Unix time less the steady clock.
        budget: What may be spent.
        first_look: When the first look after a slot comes; its delay may be kept between sessions.
        sight: What is on screen, or pinned; ``select`` is for the former.
        reader: Who reads: where it is not this program, only what the user asks for is read, and
            the list of namespaces, whose answers tell the server's time.
    """

    def __init__(self, now_s: float = 0.0, rng: Random | None = None) -> None:
        """Start at ``now_s`` with a full budget and the list of namespaces to read."""
        self.offset_s = 0.0
        self.budget = Budget(now_s)
        self.first_look = FirstLook()
        self.sight = Sight()
        self.reader = Reader.SELF
        self._rng = rng or Random()  # noqa: S311 - jitter, not a secret
        self._units = {Unit(Kind.NAMESPACES): Progress()}
        self._planned_s = now_s
        self._planned_offset_s: float | None = None
        self._in_flight = 0
        self._outage = Outage()

    @property
    def pace(self) -> Pace:
        """How often what is not on screen is read: the more seldom, the larger the account."""
        lists = sum(unit.kind is Kind.TRIGGERS for unit in self._units)
        return self.sight.pace(lists, self.budget.hourly_refill)

    def keep(self, units: Iterable[Unit]) -> None:
        """Plan for these units, besides the list of namespaces, and for no others."""
        wanted = dict.fromkeys((Unit(Kind.NAMESPACES), *units))
        self._units = {unit: self._units.get(unit) or Progress() for unit in wanted}

    def select(self, namespace_id: str | None, *, shows_keys: bool = False) -> None:
        """Prefer what is on screen."""
        self.sight.namespace_id, self.sight.shows_keys = namespace_id, shows_keys

    def ask_now(self, unit: Unit | None = None) -> None:
        """Read a unit as soon as possible, a list with its triggers; or all, as the budget goes."""
        for known, progress in self._units.items():
            if unit is None:
                progress.read_s = progress.hold_s = NEVER_S
                progress.is_asked_for = known.kind is Kind.NAMESPACES or self.sight.shows(known)
            elif known == unit or known.is_listed_by(unit):
                progress.is_asked_for = True

    def asked_for(self) -> frozenset[Unit]:
        """Return the units that were asked for, and are not being read for that."""
        return frozenset(unit for unit, known in self._units.items() if known.is_asked_for)

    def plans(self, unit: Unit) -> bool:
        """Return True for a unit that is read from time to time."""
        return unit in self._units

    def expire(self, units: Iterable[Unit], not_before_s: float = NEVER_S) -> None:
        """Take what was read of these units for outdated; read them again from then on."""
        for progress in filter(None, map(self._units.get, units)):
            progress.read_s = NEVER_S
            progress.hold_s = max(progress.hold_s, not_before_s)

    def plan(self, now_s: float) -> tuple[list[Unit], float]:
        """Return the units to read now, and when to ask again at the latest."""
        self._keep_time(now_s)
        if now_s < self.budget.paused_until_s:
            return [], min(self.budget.paused_until_s, now_s + _IDLE_S)
        due, wake_s = self._due(now_s)
        price, chosen = self.budget.price, list[Unit]()
        for unit in due:
            wait_s = self._take(unit, now_s, price)
            if wait_s:
                return chosen, min(wake_s, now_s + wait_s)
            chosen.append(unit)
        return chosen, wake_s

    def on_read(
        self, unit: Unit, asked_s: float, awaited: Mapping[str, Awaited] | None = None
    ) -> None:
        """Take in a good answer.

        Args:
            unit: What was read.
            asked_s: When it was asked for.
            awaited: The runs that the next look at it may show, by the trigger's name.
        """
        self._in_flight -= 1
        if self._outage.end():
            self._forgive()
        progress = self._units.get(unit)
        if progress is not None:
            before, server_s = progress.awaited, asked_s + self.offset_s
            counted = self.first_look.learn(before, dict(awaited or {}), server_s)
            progress.succeed(asked_s, counted)

    def on_adopted(
        self, unit: Unit, asked_s: float, awaited: Mapping[str, Awaited] | None = None
    ) -> None:
        """Take in a good answer that another program got; as ``on_read``."""
        progress = self._units.get(unit)
        if progress is not None and asked_s > progress.read_s and not progress.is_busy:
            progress.succeed(asked_s, dict(awaited or {}))

    def on_dropped(self, unit: Unit) -> None:
        """Take note that a read was given up before its answer came: it is to be made again."""
        self._in_flight -= 1
        if unit in self._units:
            self._units[unit].is_busy, self._units[unit].is_asked_for = False, True

    def on_rate_limited(self, now_s: float, retry_after_s: float | None) -> None:
        """Take in that an answer was 429, besides the failure that it is."""
        self.budget.on_refused(now_s, retry_after_s, self._rng)

    def on_failure(self, unit: Unit, now_s: float) -> None:
        """Take in that the API was in trouble when ``unit`` was read."""
        self._in_flight -= 1
        self._outage.fail()
        slowest_s = _SLOWEST_SELECTED_S if self.sight.shows(unit) else _SLOWEST_S
        if unit in self._units:
            self._units[unit].fail(now_s, slowest_s, self._rng.uniform(0.8, 1.2))

    def on_refused(self, unit: Unit, now_s: float, refused_for_s: float) -> None:
        """Take in an answer which says that ``unit`` can't be read, for so long presumably."""
        self._in_flight -= 1
        if unit in self._units:
            self._units[unit].refuse(now_s, refused_for_s)

    def _keep_time(self, now_s: float) -> None:
        if now_s - self._planned_s > _SUSPENDED_S:
            self._forgive()  # what failed may have failed by the sleep
        before_s = self.offset_s if self._planned_offset_s is None else self._planned_offset_s
        step_s = abs(self.offset_s - before_s)
        if step_s > _STEPPED_S or self._planned_offset_s is None:
            self._planned_offset_s = self.offset_s
            for progress in self._units.values():
                progress.claim = Claim()
                if step_s > _MISDATED_S and progress.read_s > now_s - _IN_DOUBT_S:
                    progress.read_s = NEVER_S
        self._planned_s = now_s
        self.budget.refill(now_s)

    def _forgive(self) -> None:
        for progress in self._units.values():
            progress.forgive()

    def _due(self, now_s: float) -> tuple[list[Unit], float]:
        """Return what may be read now, the most pressing first, and when something else may."""
        pace, rate, dear = self.pace, self.budget.pace, self.budget.price
        wake_s = now_s + _IDLE_S
        near = self.sight.near
        usual_s = {kind: self.sight.age_s(Unit(kind), pace, rate) for kind in Kind}
        due: list[tuple[tuple[bool, bool, bool, float], int, Unit]] = []
        for place, (unit, progress) in enumerate(self._units.items()):
            if progress.is_busy or self._is_left_to_others(unit):
                continue
            age_s, price = usual_s[unit.kind], dear
            if unit.namespace_id in near:
                age_s = self.sight.age_s(unit, pace, rate)
                price = 1.0 if self.sight.favours(unit) else dear
            moment, pressure = progress.due(now_s, age_s, price, self.first_look, self.offset_s)
            if moment <= now_s:
                due.append((self._rank(unit, pressure), place, unit))
            else:
                wake_s = min(wake_s, moment)
        return [unit for _, _, unit in sorted(due)], wake_s

    def _is_left_to_others(self, unit: Unit) -> bool:
        is_own = unit.kind is Kind.NAMESPACES or self._units[unit].is_asked_for
        return self.reader is not Reader.SELF and not is_own

    def _rank(self, unit: Unit, pressure: float) -> tuple[bool, bool, bool, float]:
        """Return a tuple that is less for what is to be read first."""
        is_selected, is_asked_for = self.sight.shows(unit), self._units[unit].is_asked_for
        is_last = unit.kind is Kind.ACCESS_KEYS and not is_selected
        # In an outage all take turns: what fails again and again must not hide what might not.
        order = self._units[unit].sent_s if self._outage.is_on else -pressure
        return not is_asked_for, is_last, not is_selected, order

    def _take(self, unit: Unit, now_s: float, planned_price: float) -> float:
        """Pay for reading a unit and mark it as under way; or return how long to wait with it."""
        progress, favoured = self._units[unit], self.sight.favours(unit)
        asked_for, first = progress.is_asked_for, progress.read_s == NEVER_S
        is_urgent = asked_for or (first and self.budget.is_first_load)
        is_patient = not (asked_for or favoured)
        if self._in_flight >= (_IN_FLIGHT_URGENT if is_urgent else _IN_FLIGHT):
            return _IDLE_S  # the answers will wake the plan
        if is_patient and (wait_s := self._outage.wait_s(now_s)):
            return wait_s
        if self.budget.price > _PRICE_MOVED * planned_price and not (is_urgent or favoured):
            return _SOON_S
        if not self.budget.take(asked_for=asked_for, favoured=favoured, first=first):
            return _ONE_MORE_S
        progress.start(now_s)
        self._outage.tried_s = now_s if is_patient else self._outage.tried_s
        self._in_flight += 1
        return 0.0
