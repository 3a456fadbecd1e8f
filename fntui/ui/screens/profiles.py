"""The switch from one profile to another."""

from collections.abc import Sequence

from rich.cells import cell_len
from typing_extensions import override

from fntui.core.model.profile import Profile
from fntui.ui.screens.layer import ShortLayer
from fntui.ui.text import printable
from fntui.ui.views.lines import Line, fit, line, span


class Profiles(ShortLayer[Profile]):
    """Asks for a profile; None: stay where you are."""

    def __init__(self, profiles: Sequence[Profile], current: str) -> None:
        """Offer ``profiles``, the one named ``current`` marked and under the cursor."""
        super().__init__("Switch profile", "j k move   Enter switches   Esc stays here")
        self._profiles = {profile.name: profile for profile in profiles}
        self._current = current

    @override
    def make_lines(self, width: int) -> Sequence[Line]:
        """Return a line for each profile."""
        room = min(width - 24, max(cell_len(printable(name)) for name in self._profiles))
        return [
            line(
                "● " if profile.name == self._current else "  ",
                *fit([span(profile.name)], max(1, room)),
                span("  current" if profile.name == self._current else "         ", "dim"),
                span("  protected" if profile.is_protected else "", "dim"),
                key=profile.name,
            )
            for profile in self._profiles.values()
        ]

    @override
    def refresh_lines(self) -> None:
        """Show the profiles; begin on the current one."""
        is_first = not self.pane.lines
        super().refresh_lines()
        if is_first:
            self.pane.move_to(self._current)

    @override
    def action_open(self) -> None:
        """Switch to the profile under the cursor."""
        self.close(self._profiles.get(str(self.pane.cursor_key)))
