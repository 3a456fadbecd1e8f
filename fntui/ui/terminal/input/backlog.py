"""Input that waits for the app, which may be slower than what comes in.

A person is never far ahead. A flood, such as a file that a tool types, must not make the program
deaf: Ctrl-C and Ctrl-Q overtake it, and what can't matter any more is dropped.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final

from fntui.ui.terminal.input.events import Focus, Input, KeyPress, Mouse

OVERTAKEN: Final = 200
"""Events that wait when Ctrl-C takes the place of all: more than anyone types ahead."""
MOST: Final = 20_000
"""Events that wait at most; what comes then is dropped."""

_QUIT: Final = {"ctrl+c", "ctrl+q"}


class Backlog:
    """Events in their order, each with the moment at which it was read."""

    def __init__(self) -> None:
        """Hold nothing."""
        self._waiting: deque[tuple[Input, float]] = deque()

    def __len__(self) -> int:
        """Return how many events wait."""
        return len(self._waiting)

    def add(self, events: Iterable[Input], read_s: float) -> None:
        """Add the events of one read of the terminal, at ``read_s`` of any steady clock."""
        for event in events:
            if self._waiting and _replaces(event, self._waiting[-1][0]):
                self._waiting[-1] = (event, read_s)
                continue
            if len(self._waiting) >= OVERTAKEN and _is_quit(event):
                self._waiting.clear()
            if len(self._waiting) < MOST:
                self._waiting.append((event, read_s))

    def take(self) -> tuple[Input, float]:
        """Return the oldest event, and the moment at which it was read."""
        return self._waiting.popleft()


def _replaces(new: Input, old: Input) -> bool:
    """Return True where only the newer of two events matters."""
    if isinstance(new, Focus):
        return isinstance(old, Focus)
    return (
        isinstance(new, Mouse)
        and isinstance(old, Mouse)
        and new.action == old.action == "move"
        and new.button == old.button
    )


def _is_quit(event: Input) -> bool:
    return isinstance(event, KeyPress) and event.key in _QUIT
