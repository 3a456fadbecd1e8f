"""A buffer for the text of one paste, from its first byte until it is delivered or dropped."""

import re
from typing import Final

PASTE_START: Final = "\x1b[200~"
PASTE_END: Final = "\x1b[201~"
MAX_PASTE_BYTES: Final = 1 << 20
"""A longer paste is refused."""

_SILENCE_S: Final = 2.0  # a bracketed paste whose end does not come
_GAP_S: Final = 0.1  # after it, an unbracketed paste has ended
_LATE_S: Final = 10.0  # more of a bracketed paste may come after the silence
_LINE_END: Final = re.compile(r"\r\n?")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]+")


def without_controls(text: str) -> str:
    r"""Return pasted text as lines that end with ``\n``, without control characters but tabs."""
    return _CONTROLS.sub("", _LINE_END.sub("\n", text))


class PasteBuffer:
    """The text of one paste.

    Attributes:
        is_bracketed: The terminal marks its end.
        is_refused: It is too long.
        is_late: It was delivered, since nothing came for long; more of it may come.
        last: When something of it came.
        tail: The last characters that came: a marker may have begun in them.
    """

    def __init__(self, now: float, *, is_bracketed: bool) -> None:
        """Hold no text yet."""
        self.is_bracketed = is_bracketed
        self.is_refused = self.is_late = False
        self.last = now
        self.tail = ""
        self._marker = PASTE_END if is_bracketed else PASTE_START
        self._parts: list[str] = []
        self._size = 0

    @property
    def deadline(self) -> float:
        """When this paste is taken as it stands; when it is forgotten, once it is late."""
        silence = _SILENCE_S if self.is_bracketed else _GAP_S
        return self.last + silence + (_LATE_S if self.is_late else 0)

    def take(self, text: str, position: int = 0) -> int | None:
        """Take the text at ``position``, which begins with ``tail``.

        Returns:
            Where the marker ends that ends this paste; None if there is no marker.
        """
        found = text.find(self._marker, position)
        end = max(position, len(text) - len(self._marker) + 1) if found < 0 else found
        if not (self.is_refused or self.is_late):
            self._keep(text[position:end])
        self.tail = text[end:] if found < 0 else ""
        return None if found < 0 else end + len(self._marker)

    def _keep(self, text: str) -> None:
        self._parts.append(text)
        self._size += len(text.encode())
        if self._size > MAX_PASTE_BYTES:
            self.is_refused = True
            self._parts.clear()

    def text(self) -> str:
        """Return the text so far, without control characters."""
        return without_controls("".join(self._parts) + self.tail)
