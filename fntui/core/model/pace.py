"""How old each kind of reading may become before it is read again.

The planner goes by it, a reading is taken for the present by it, and the screen says so.
"""

from typing import Final

from msgspec import Struct

USUAL_S: Final = 300.0
"""How old the triggers of a namespace may become in a small account; the list of namespaces too."""

_KEYS_SELDOM: Final = 12  # times as old: access keys that are not on screen


class Pace(Struct, frozen=True, kw_only=True):
    """How often the watch reads what is not on screen.

    Attributes:
        usual_s: How old the triggers of a namespace may become while somebody looks.
        ease: How many times as old everything may become now; 1 while somebody looks.
    """

    usual_s: float = USUAL_S
    ease: float = 1.0

    @property
    def is_slow(self) -> bool:
        """True where there are more namespaces than can be read at the usual pace."""
        return self.usual_s > USUAL_S

    @property
    def namespaces_s(self) -> float:
        """How old the list of namespaces may become."""
        return USUAL_S * self.ease

    def triggers_s(self, *, is_pinned: bool = False) -> float:
        """Return how old the triggers of a namespace may become."""
        return (USUAL_S if is_pinned else self.usual_s) * self.ease

    def access_keys_s(self, *, is_pinned: bool = False) -> float:
        """Return how old the access keys of a namespace may become."""
        return _KEYS_SELDOM * self.triggers_s(is_pinned=is_pinned)
