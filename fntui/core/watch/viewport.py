"""What is on screen or pinned, and how old its readings may become.

Changes made elsewhere show by nothing but reading again.
"""

from collections.abc import Collection
from typing import Final

from msgspec import Struct

from fntui.core.model.pace import USUAL_S, Pace
from fntui.core.watch.history_port import Wish
from fntui.core.watch.targets import Kind, Unit

_SELECTED_S: Final = 30.0
_KEYS_SHOWN_S: Final = 60.0
_TRIGGER_S: Final = 3600.0  # a single trigger, whose changes its list shows
_SHARE: Final = 0.25  # of the budget, at most, for reading by age
_UNATTENDED: Final = 4.0  # times as old, while nobody looks


class Sight(Struct, kw_only=True):
    """What is on screen.

    Attributes:
        namespace_id: The namespace that is selected; None: there is none.
        shows_keys: Its access keys are on screen.
        elsewhere: What other fntui show, for which this one reads.
        pinned: Namespaces to be read as often as in a small account, and after every slot.
        is_attended: Somebody looks: the terminal has focus, and keys were pressed lately.
    """

    namespace_id: str | None = None
    shows_keys: bool = False
    elsewhere: Collection[Wish] = ()
    pinned: Collection[str] = ()
    is_attended: bool = True

    @property
    def near(self) -> frozenset[str]:
        """The namespaces that are on screen, here or elsewhere, or pinned."""
        shown = (screen.namespace_id for screen in self._screens)
        return frozenset((*self.pinned, *filter(None, shown)))

    def shows(self, unit: Unit) -> bool:
        """Return True for what is on screen, here or elsewhere."""
        is_key = unit.kind is Kind.ACCESS_KEYS
        return any(
            unit.namespace_id == screen.namespace_id and (not is_key or screen.shows_keys)
            for screen in self._screens
        )

    def favours(self, unit: Unit) -> bool:
        """Return True for what is looked at after every slot, whatever the price."""
        return self.shows(unit) or unit.namespace_id in self.pinned

    def pace(self, lists: int, hourly_refill: float) -> Pace:
        """Return the pace at which ``lists`` namespaces can be read, beside what is on screen."""
        kept_up_s = 3600 * lists / (_SHARE * hourly_refill)
        is_attended = any(screen.is_attended for screen in self._screens)
        ease = 1.0 if is_attended else _UNATTENDED
        return Pace(usual_s=max(USUAL_S, kept_up_s), ease=ease)

    def age_s(self, unit: Unit, pace: Pace, rate: float) -> float:
        """Return how old a unit may become.

        Args:
            unit: Which.
            pace: How often what is not on screen is read.
            rate: The share of the usual rate of requests that can be had.
        """
        if unit.kind in {Kind.NAMESPACES, Kind.TRIGGER}:
            return pace.namespaces_s if unit.kind is Kind.NAMESPACES else _TRIGGER_S
        is_list, is_pinned = unit.kind is Kind.TRIGGERS, unit.namespace_id in self.pinned
        if self.shows(unit):
            return (_SELECTED_S if is_list else _KEYS_SHOWN_S) * pace.ease / rate
        limit_s = pace.triggers_s if is_list else pace.access_keys_s
        return limit_s(is_pinned=is_pinned)

    @property
    def _screens(self) -> "tuple[Sight | Wish, ...]":
        return self, *self.elsewhere
