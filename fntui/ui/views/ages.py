"""How old a branch is, where it is looked at, and whether it is stale."""

from datetime import datetime

from fntui.core.snapshot import Reading
from fntui.core.verdicts import is_stale
from fntui.core.words import ago
from fntui.ui.views.lines import Span, span


def age_words(reading: Reading, now: datetime) -> str:
    """Return ``read 8s ago`` or ``STALE 4m``; ``""`` before the first reading."""
    if reading.read_at is None:
        return ""
    age = ago((now - reading.read_at).total_seconds())
    return f"STALE {age}" if is_stale(reading.read_at, reading, now) else f"read {age} ago"


def stale_span(reading: Reading, now: datetime) -> Span | None:
    """Return ``STALE 4m``; None for what may be taken for the present, or was never read."""
    words = age_words(reading, now)
    return span(words, "unsure") if words.startswith("STALE") else None


def age_span(reading: Reading, now: datetime) -> Span:
    """Return the age of a branch, for the heading above it."""
    return stale_span(reading, now) or span(age_words(reading, now), "dim")
