"""Keys that the terminal sent, and whether each came alone."""

from textual import events
from textual.message import Message


class DecodedKey(events.Key):
    """A key that the terminal sent.

    Attributes:
        is_alone: Nothing else came with it or shortly before it.
    """

    def __init__(self, key: str, character: str | None, *, is_alone: bool) -> None:
        """Stand for one press of ``key``, which types ``character``."""
        super().__init__(key, character)
        self.is_alone = is_alone


DecodedKey.handler_name = events.Key.handler_name  # Textual would call on_decoded_key


def is_alone(key: events.Key | None) -> bool:
    """Return False for a key that came with others or right after them, as in pasted text."""
    return key.is_alone if isinstance(key, DecodedKey) else True


def age_s(key: events.Key | None) -> float:
    """Return the seconds since the terminal was read for a key; 0 for one that a test presses.

    A busy program may take its time until it looks at what was typed.
    """
    return max(0.0, Message().time - key.time) if isinstance(key, DecodedKey) else 0.0
