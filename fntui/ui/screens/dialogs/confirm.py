"""Asks once more: by the key ``y``, or by typing what is to be lost."""

import re
from collections.abc import Sequence
from typing import Final

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input
from typing_extensions import override

from fntui.ui.screens.dialogs.dialog import Dialog
from fntui.ui.text import content
from fntui.ui.views.lines import BLANK, Line, line, span
from fntui.ui.widgets.inputs import TextInput, entered

_TYPABLE: Final = re.compile(r"[!-~]{1,4}")


def end_of(object_id: str) -> str:
    """Return what of an id is to be typed: its end; ``delete`` where no keyboard has that."""
    end = object_id[-4:]
    return end if _TYPABLE.fullmatch(end) else "delete"


class Confirm(Dialog[bool]):
    """A question about one frozen thing; the result is True only where it was confirmed."""

    def __init__(
        self, title: str, lines: Sequence[Line], *, yes: str = "delete", typed: str = ""
    ) -> None:
        """Ask ``title`` over ``lines``.

        Args:
            title: The question, naming the object.
            lines: What will happen.
            yes: The word for doing it.
            typed: If given, text that must be typed before Enter does it; ``y`` then does nothing.
        """
        super().__init__(title, yes)
        self._lines = lines
        self._typed = typed

    @override
    def body(self) -> Sequence[Line]:
        return self._lines

    @override
    def prompt(self) -> Sequence[Line]:
        if not self._typed:
            return ()
        wanted = line("Type ", span(self._typed, "accent"), f" and press Enter to {self._choice}.")
        return (BLANK, wanted)

    @override
    def controls(self) -> Sequence[Widget]:
        return (TextInput(),) if self._typed else ()

    @override
    def choices(self) -> Content:
        if self._typed:
            return content(f"Esc  cancel   Enter  {self._choice}")
        return super().choices()

    @override
    def action_confirm(self) -> None:
        if not self._typed:
            self.close(result=True)

    @override
    def action_cancel(self) -> None:
        self.close(result=False)

    @on(Input.Submitted)
    def check_typed(self, event: Input.Submitted) -> None:
        """Confirm if the text is right; else say so and go on asking."""
        event.stop()
        if event.value.strip() == self._typed:
            if self.accepts("Enter", entered(event)):
                self.close(result=True)
        else:
            self.remark("That is not it: nothing was done.")
