"""What a view is given: the moment, the width, and what the person chose to see."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from fntui.ui.views.selection import ALL, Node


class Sort(StrEnum):
    """The order of the board."""

    URGENCY = "worst first"
    NAME = "by name"
    NEXT = "by next run"


class Sight(Struct, frozen=True, kw_only=True):
    """What the person chose to see; belongs to the screen, not to the store.

    Attributes:
        expanded: Branches of the tree that are open.
        needle: Text of the filter; ``!x`` shows what does not match x.
        is_problems_only: Only triggers that need a person.
        sort: The order of the board.
        marks: Triggers marked for pause or delete.
    """

    expanded: frozenset[Node] = frozenset({ALL})
    needle: str = ""
    is_problems_only: bool = False
    sort: Sort = Sort.URGENCY
    marks: frozenset[Node] = frozenset()

    def lets(self, *texts: object) -> bool:
        """Return True if the filter lets an object with these texts through."""
        is_inverted = self.needle.startswith("!")
        needle = self.needle.removeprefix("!").casefold()
        if not needle:
            return True
        return is_inverted != any(
            needle in text.casefold() for text in texts if isinstance(text, str)
        )


def utc_date(at: datetime) -> str:
    """Return the day of a moment in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d}"


def local_words(at: datetime, form: str) -> str:
    """Return a moment as ``15:05 local``; ``""`` where local time is UTC."""
    local = at.astimezone()
    return f"{local:{form}} local" if local.utcoffset() else ""


class Lens(NamedTuple):
    """From where a view looks.

    Attributes:
        now: Server time.
        show_time: Writes a moment as the person wants to see it.
        width: Cells of a line.
        show_date: Writes the day of a moment, in the zone of ``show_time``.
    """

    now: datetime
    show_time: Callable[[datetime], str]
    width: int
    show_date: Callable[[datetime], str] = utc_date
