"""A string that does not show itself."""

from typing import Final, final


@final
class Secret:
    """A string whose ``repr``, ``str`` and format show nothing; only ``reveal()`` gives it back.

    It has no attribute that a traceback with locals, a dump of a frozen struct or a pickle would
    show; it compares by value and is false when empty.
    """

    __slots__ = ("_reveal",)

    def __init__(self, value: str) -> None:
        """Hide ``value``."""
        # A closure, not an attribute: no printer that walks attributes comes upon the text.
        self._reveal: Final = lambda: value

    def reveal(self) -> str:
        """Return the string itself. Call it where it leaves for the wire, and nowhere else."""
        return self._reveal()

    def hint(self) -> str:
        """Return the last four characters for recognition, or ``""`` where that would tell too much."""
        value = self._reveal()
        return value[-4:] if len(value) >= 16 else ""  # noqa: PLR2004 - a quarter at most is shown

    def __repr__(self) -> str:
        return "Secret(…)"

    def __str__(self) -> str:
        return "•••"

    def __format__(self, spec: str) -> str:
        return format("•••", spec)

    def __bool__(self) -> bool:
        return bool(self._reveal())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._reveal() == other.reveal()

    def __hash__(self) -> int:
        return hash((Secret, self._reveal()))

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not for storing")

