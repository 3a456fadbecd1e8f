"""How old a branch is, where it is looked at, and whether it is stale."""

from datetime import datetime

from fntui.core.health.wording import is_stale
from fntui.core.model.snapshot import Reading
from fntui.humanize import ago
from fntui.ui.views.lines import Span, span


def age_words(reading: Reading, now: datetime) -> str:
    """Return ``read 8s ago``, ``STALE 4m`` or ``cached 9h ago``; ``""`` before any reading."""
    if reading.read_at is None:
        return ""
    age = ago((now - reading.read_at).total_seconds())
    if reading.is_cached:
        return f"cached {age} ago"
    return f"STALE {age}" if is_stale(reading.read_at, reading, now) else f"read {age} ago"


def is_past(reading: Reading, now: datetime) -> bool:
    """Return True for what may not be taken for the present; False before any reading, too."""
    return age_words(reading, now).startswith(("STALE", "cached"))


def stale_span(reading: Reading, now: datetime) -> Span | None:
    """Return ``STALE 4m`` or ``cached 9h``; None for the present, and before any reading."""
    words = age_words(reading, now).removesuffix(" ago")
    return span(words, "unsure") if is_past(reading, now) else None


def age_span(reading: Reading, now: datetime) -> Span:
    """Return the age of a branch, for the heading above it."""
    return span(age_words(reading, now), "unsure" if is_past(reading, now) else "dim")
