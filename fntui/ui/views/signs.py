"""The sign and tone of each state, never told by colour alone; and the age of a branch."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from fntui.core.health.wording import is_stale, state_words, urgency
from fntui.core.model.snapshot import Reading, State, Verdict
from fntui.humanize import ago
from fntui.ui.views.lines import Span, Tone, span

_LOOKS: Final[dict[State, tuple[str, Tone]]] = {
    State.STALLED: ("✗", "missed"),
    State.MISSED: ("✗", "missed"),
    State.LATE: ("◔", "late"),
    State.WONT_RUN: ("○", "late"),
    State.UNKNOWN: ("?", "unsure"),
    State.NEVER_RAN: ("○", "fine"),
    State.ON_TIME: ("●", "fine"),
    State.PAUSED: ("‖", "fine"),
}


ACKNOWLEDGED: Final = Span("ack", "dim")
"""The word at what was acknowledged: short, and in ASCII as it is."""


def tone_of(state: State) -> Tone:
    """Return the tone of a state."""
    return _LOOKS[state][1]


def sign(state: State) -> Span:
    """Return the sign of a state, one cell wide."""
    return span(*_LOOKS[state])


def acknowledged_sign(state: State) -> Span:
    """Return the sign of a state that a person knows of, for beside the word that says so."""
    return sign(state)._replace(tone=ACKNOWLEDGED.tone)


def state_span(verdict: Verdict, since: str = "", *, is_acknowledged: bool = False) -> Span:
    """Return sign and state word: ``✗ missed 2``, ``◔ late 2m``, ``✗ ack missed 2``."""
    known = f"{ACKNOWLEDGED.text} " if is_acknowledged else ""  # in front: an end may be cut off
    words = f"{_LOOKS[verdict.state][0]} {known}{state_words(verdict)}{since and ' ' + since}"
    return span(words, ACKNOWLEDGED.tone if is_acknowledged else tone_of(verdict.state))


def worst(states: Iterable[State]) -> State | None:
    """Return the state that needs a person most; None of none."""
    return min(states, key=urgency, default=None)


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
