"""The sign and the tone of each state: never told by colour alone."""

from typing import Final

from fntui.core.snapshot import State, Verdict
from fntui.core.verdicts import state_words, urgency
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


def tone_of(state: State) -> Tone:
    """Return the tone of a state."""
    return _LOOKS[state][1]


def sign(state: State) -> Span:
    """Return the sign of a state, one cell wide."""
    return span(*_LOOKS[state])


def state_span(verdict: Verdict, since: str = "") -> Span:
    """Return sign and state word: ``✗ missed 2``, ``◔ late 2m``."""
    words = state_words(verdict)
    return span(
        f"{_LOOKS[verdict.state][0]} {words}{since and ' ' + since}", tone_of(verdict.state)
    )


def worst(states: list[State]) -> State | None:
    """Return the state that needs a person most; None of none."""
    return min(states, key=urgency, default=None)
