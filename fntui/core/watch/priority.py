"""The value of reading a target now, and how soon after a due run the first read should come."""

import math
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from fntui.core.health.owed import Awaited

_WEIGHT_S: Final = (
    60.0  # a run weighs as many times more as its period is longer: rare ones go first
)
_DECIDED_S: Final = 0.5  # after the grace: our idea of the server's time may be off by so much
_DECIDING: Final = 30.0  # s; what it is worth to know whether a run is late or missed
_LOOK_AHEAD_S: Final = 300.0
_SHORTEST_GAP_S: Final = 1.0
_LONGEST_GAP_S: Final = 32.0

_QUANTILE: Final = 0.9  # of first looks that should find the run
_STEP: Final = 0.03
_EARLIEST_S: Final = 0.5
_LATEST_S: Final = 40.0
_TOO_EARLY_S: Final = 1.5  # before the moment of a first look: a reading that says nothing of it
_TOO_LATE_S: Final = 3.0  # after it: a reading that was not made for it


class Claim(Struct, frozen=True, kw_only=True):
    """What a look at a unit is worth: ``slope * now_s + base``, in weighted seconds.

    Attributes:
        until_s: From this moment on something else counts: the claim is to be made anew.
        gap_s: The least time between two looks.
    """

    slope: float = 0.0
    base: float = 0.0
    until_s: float = -math.inf
    gap_s: float = _SHORTEST_GAP_S

    def worth(self, now_s: float) -> float:
        """Return what a look at ``now_s`` is worth."""
        return self.slope * now_s + self.base

    def reaches(self, price: float, now_s: float) -> float:
        """Return when a look is worth ``price``, ``now_s`` at the soonest."""
        if self.worth(now_s) >= price:
            return now_s
        return (price - self.base) / self.slope if self.slope else math.inf


def claim(
    awaited: Iterable[Awaited], now_s: float, read_s: float, delay_s: float, offset_s: float
) -> Claim:
    """Return what a look at a unit is worth from now on.

    A run not looked for yet counts with all the time until the unit's next slot, since that is
    what waiting for the next good moment would cost: so looks come right after slots. One looked
    for in vain counts with the time since, halved by each look: so looks come ever less often.

    Args:
        awaited: The runs that a look may show.
        now_s: The moment, like all others here, of the steady clock.
        read_s: When the unit was read last.
        delay_s: From a slot to the first look.
        offset_s: The server's Unix time less the steady clock.
    """
    slope = base = fresh = fresh_due = 0.0
    until_s, gap_s = now_s + _LOOK_AHEAD_S, _LONGEST_GAP_S
    for run in awaited:
        due_s = run.slot_s - offset_s + delay_s
        weight = run.period_s / _WEIGHT_S
        if due_s > now_s:
            until_s = min(until_s, due_s)
        elif not run.looks:
            gap_s = _SHORTEST_GAP_S
            fresh += weight
            fresh_due += weight * due_s
        else:
            share = weight * 0.5 ** (run.looks - 1)
            slope += share
            base -= share * max(due_s, read_s)
            gap_s = min(gap_s, 2.0 ** (run.looks - 1))
            decided_s = run.slot_s - offset_s + run.grace_s + _DECIDED_S
            if decided_s <= now_s:
                base += _DECIDING * weight
                gap_s = _SHORTEST_GAP_S
            else:
                until_s = min(until_s, decided_s)
    gap_s = gap_s if slope else _SHORTEST_GAP_S
    return Claim(slope=slope, base=base + fresh * until_s - fresh_due, until_s=until_s, gap_s=gap_s)


class FirstLook:
    """How long after a slot the first look should come, learned from those that were made.

    Attributes:
        delay_s: Such that nine of ten first looks find the run.
    """

    def __init__(self) -> None:
        """Begin with a guess."""
        self.delay_s = 3.0

    def learn(
        self, before: dict[str, Awaited], after: dict[str, Awaited], asked_s: float
    ) -> dict[str, Awaited]:
        """Learn from a reading; return ``after`` with its looks counted.

        Args:
            before: What was awaited, by the trigger's name.
            after: What is awaited now.
            asked_s: When the reading was asked for, by the server's clock.
        """
        counted = dict(after)
        for name in before.keys() & after.keys():
            run, passed_s = before[name], asked_s - before[name].slot_s
            is_found = after[name].slot_s > run.slot_s
            is_look = passed_s >= self.delay_s - _TOO_EARLY_S
            if after[name].slot_s == run.slot_s:
                counted[name] = _with_looks(after[name], run.looks + is_look)
            if is_look and not run.looks and passed_s <= self.delay_s + _TOO_LATE_S:
                step = _STEP * (_QUANTILE - is_found)
                self.delay_s = min(_LATEST_S, max(_EARLIEST_S, self.delay_s * (1 + step)))
        return counted


def _with_looks(run: Awaited, looks: int) -> Awaited:
    return Awaited(slot_s=run.slot_s, period_s=run.period_s, grace_s=run.grace_s, looks=looks)
