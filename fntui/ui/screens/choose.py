"""A choice of a few things, each with a key of its own."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from typing_extensions import override

from fntui.ui.screens.layer import ShortLayer
from fntui.ui.views.lines import Line, Span, fit, line, span, wrap

Option = tuple[str, str, str]
"""Key, word, explanation."""


class Choose(ShortLayer[str]):
    """Asks which; gives the key of what was chosen, None if nothing was."""

    def __init__(self, title: str, options: Sequence[Option], hint: str = "") -> None:
        """Offer ``options``, the first under the cursor."""
        super().__init__(title, hint or "Enter or its key chooses   Esc goes back")
        self._options = {option[0]: option for option in options}

    @override
    def make_lines(self, width: int) -> Sequence[Line]:
        """Return a line for each option, and more where its explanation is long."""
        options = self._options.values()
        widths = [max(cell_len(option[i]) for option in options) for i in (0, 1)]
        room = width - sum(widths) - 4
        lines: list[Line] = []
        for key, word, explanation in options:
            first, *rest = wrap(explanation, room)
            cells = (*fit([span(key, "key")], widths[0]), Span("  "), *fit([span(word)], widths[1]))
            lines.append(line(*cells, "  ", span(first, "dim"), key=key))
            lines += [line(" " * (width - room), span(piece, "dim")) for piece in rest]
        return lines

    @override
    def action_open(self) -> None:
        """Choose what is under the cursor."""
        self.close(str(self.pane.cursor_key))

    def on_key(self, event: events.Key) -> None:
        """Choose by the option's own key, before the key means a movement."""
        if event.character in self._options:
            event.stop()
            self.close(event.character)
