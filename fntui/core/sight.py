"""What the person looks at, and how old what was read may become for it.

Changes made elsewhere show by nothing but reading again.
"""

from collections.abc import Collection
from typing import Final

from msgspec import Struct

from fntui.core.units import Kind, Unit

_USUAL_S: Final = 300.0  # a namespace's list of triggers; the list of namespaces
_SELECTED_S: Final = 30.0
_KEYS_SHOWN_S: Final = 60.0
_TRIGGER_S: Final = 3600.0  # a single trigger, whose changes its list shows
_KEYS_SELDOM: Final = 12  # times the usual: access keys that are not on screen
_SHARE: Final = 0.25  # of the budget, at most, for reading by age
_UNATTENDED: Final = 4.0  # times as old, while nobody looks


class Sight(Struct, kw_only=True):
    """What is on screen.

    Attributes:
        namespace_id: The namespace that is selected; None: there is none.
        shows_keys: Its access keys are on screen.
        elsewhere: What other programs show that this one reads for: namespace, and whether its
            access keys are shown.
        pinned: Namespaces to be read as often as in a small account, and after every slot.
        is_attended: Somebody looks: the terminal has focus, and keys were pressed lately.
    """

    namespace_id: str | None = None
    shows_keys: bool = False
    elsewhere: Collection[tuple[str, bool]] = ()
    pinned: Collection[str] = ()
    is_attended: bool = True

    def shows(self, unit: Unit) -> bool:
        """Return True for what is on screen, here or elsewhere."""
        screens = ((self.namespace_id, self.shows_keys), *self.elsewhere)
        return any(
            unit.namespace_id == namespace_id and (unit.kind is not Kind.ACCESS_KEYS or shows_keys)
            for namespace_id, shows_keys in screens
        )

    def favours(self, unit: Unit) -> bool:
        """Return True for what is looked at after every slot, whatever the price."""
        return self.shows(unit) or unit.namespace_id in self.pinned

    def background_age_s(self, lists: int, hourly_refill: float) -> float:
        """Return how old a namespace may become that is not on screen, among ``lists`` of them."""
        kept_up_s = 3600 * lists / (_SHARE * hourly_refill)
        return max(_USUAL_S, kept_up_s) * self._ease

    def age_s(self, unit: Unit, background_s: float, pace: float) -> float:
        """Return how old a unit may become.

        Args:
            unit: Which.
            background_s: How old a namespace may become that is not on screen.
            pace: The share of the usual rate of requests that can be had.
        """
        if unit.kind in {Kind.NAMESPACES, Kind.TRIGGER}:
            return _USUAL_S * self._ease if unit.kind is Kind.NAMESPACES else _TRIGGER_S
        is_list = unit.kind is Kind.TRIGGERS
        if self.shows(unit):
            return (_SELECTED_S if is_list else _KEYS_SHOWN_S) * self._ease / pace
        usual_s = _USUAL_S if unit.namespace_id in self.pinned else background_s
        return usual_s * (1 if is_list else _KEYS_SELDOM)

    @property
    def _ease(self) -> float:
        return 1.0 if self.is_attended else _UNATTENDED
