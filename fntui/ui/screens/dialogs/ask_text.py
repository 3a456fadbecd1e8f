"""Asks for one line of text."""

from collections.abc import Callable, Sequence

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input
from typing_extensions import override

from fntui.ui.screens.dialogs.dialog import Dialog
from fntui.ui.text import content
from fntui.ui.views.lines import Line, line, span
from fntui.ui.widgets.inputs import TextInput, entered


class AskText(Dialog[str]):
    """The result is what was typed, None if it was cancelled."""

    def __init__(
        self,
        title: str,
        what: str,
        value: str = "",
        *,
        note: str = "",
        refuse: Callable[[str], str] = lambda _: "",
    ) -> None:
        """Ask ``title``.

        Args:
            title: What it is for.
            what: A word for the text.
            value: To start from.
            note: A sentence about what to type.
            refuse: Why a text can't be taken; ``""`` if it can.
        """
        super().__init__(title)
        self._what = what
        self._value = value
        self._note = note
        self._refuse = refuse
        self._refusal = ""

    @override
    def body(self) -> Sequence[Line]:
        shown = (line(self._note or f"{self._what}:"),)
        return (*shown, line(span(self._refusal, "late"))) if self._refusal else shown

    @override
    def controls(self) -> Sequence[Widget]:
        return (TextInput(self._value),)

    @override
    def choices(self) -> Content:
        return content("Esc  cancel   Enter  go on")

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Give the text back, if it can be taken."""
        event.stop()
        text = event.value.strip()
        self._refusal = self._refuse(text) if text else "Nothing was typed."
        if self._refusal:
            self.redraw()
        elif self.accepts("Enter", entered(event)):
            self.close(text)
