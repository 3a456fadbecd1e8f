"""The field for an API token: masked, never copied, and its messages do not hold what was typed."""

from typing import Final

from textual import events
from textual.message import Message
from textual.widgets import Input
from typing_extensions import override

from fntui.ui.widgets.in_order import act_in_order

LONGEST: Final = 8192
"""Characters that the field takes: more than any token has."""


class TokenInput(Input):
    """One masked line."""

    class Typed(Message):
        """The text changed."""

    class Entered(Message):
        """Enter was pressed."""

    class Refused(Message):
        """What was pasted was not taken."""

        def __init__(self, sentence: str) -> None:
            """Say why in a sentence that quotes none of it."""
            super().__init__()
            self.sentence = sentence

    def __init__(self) -> None:
        """Hold nothing yet."""
        super().__init__(password=True, compact=True, max_length=LONGEST)
        self.cursor_blink = False

    @override
    def post_message(self, message: Message) -> bool:
        """Post this field's own messages in place of those that hold the text."""
        if isinstance(message, Input.Blurred):
            return False
        if isinstance(message, Input.Changed):
            message = self.Typed()
        elif isinstance(message, Input.Submitted):
            message = self.Entered()
        return super().post_message(message)

    @override
    async def _on_key(self, event: events.Key) -> None:
        await act_in_order(self, event)

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse to copy, since that would put the token on the clipboard in clear."""
        return False if action in {"copy", "cut"} else super().check_action(action, parameters)

    @override
    def restricted(self) -> None:
        """Say that the field is full."""
        self.post_message(self.Refused("That is far too long for a token: nothing was taken."))

    @override
    def _on_paste(self, event: events.Paste) -> None:
        """Take the first line that has anything on it."""
        lines = (line.strip() for line in event.text.splitlines())
        event.text = next(filter(None, lines), "")
