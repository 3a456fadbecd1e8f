"""Whether somebody looks: by the terminal's focus, where it tells, and by when a key was pressed.

A terminal that does not report its focus, or tmux without focus-events, never says that it lost it.
"""

from typing import Final

from textual import events

ALONE_S: Final = 900.0
"""Seconds without a key or the mouse, after which nobody is taken to look."""


class Attendance:
    """What is known of the person at the terminal.

    Attributes:
        has_focus: The terminal has not said that it lost the focus: what is drawn may be seen.
    """

    def __init__(self, now_s: float) -> None:
        """Take somebody to look, who started the program at ``now_s``."""
        self.has_focus = True
        self._seen_s = now_s

    def see(self, now_s: float) -> None:
        """Take note of the person, who has the terminal before them."""
        self.has_focus, self._seen_s = True, now_s

    def is_attended(self, now_s: float) -> bool:
        """Return True if somebody looks, as far as one can tell."""
        return self.has_focus and now_s - self._seen_s < ALONE_S

    def shows_person(self, event: events.Event) -> bool:
        """Return True for what a person does on purpose: the mouse may be on its way elsewhere."""
        if isinstance(event, events.MouseMove):
            return self.has_focus
        return isinstance(event, (events.InputEvent, events.Paste, events.AppFocus))
