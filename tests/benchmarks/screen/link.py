"""A slow link, as arithmetic: when what is sent arrives. Pure, every moment is told to it."""

from dataclasses import dataclass
from typing import Final

KBIT: Final = 1000 / 8
"""Bytes in a kbit."""


@dataclass(frozen=True, slots=True)
class Passage:
    """When a piece reached the other end: its first and its last byte."""

    first_s: float
    last_s: float


class Link:
    """One direction of a link, with room for as much as waits to be sent.

    Attributes:
        most_queued: The most bytes that ever waited.
    """

    def __init__(self, bytes_per_s: float, delay_s: float, room: int) -> None:
        """Have nothing under way.

        Args:
            bytes_per_s: How fast bytes leave.
            delay_s: How long each is under way.
            room: Bytes that may wait; with more, the sender is not read from.
        """
        self.most_queued = 0.0
        self._bytes_per_s, self._delay_s, self._room = bytes_per_s, delay_s, room
        self._free_s = 0.0

    def send(self, now_s: float, size: int) -> Passage:
        """Take a piece; return when it arrives."""
        begin_s = max(now_s, self._free_s)
        self._free_s = begin_s + size / self._bytes_per_s
        self.most_queued = max(self.most_queued, self.queued(now_s))
        first_s = begin_s + 1 / self._bytes_per_s
        return Passage(first_s + self._delay_s, self._free_s + self._delay_s)

    def queued(self, now_s: float) -> float:
        """Return the bytes that wait."""
        return max(0.0, self._free_s - now_s) * self._bytes_per_s

    def wait_s(self, now_s: float, size: int) -> float:
        """Return how long until there is room for a piece: 0 where there is."""
        return max(0.0, self.queued(now_s) + size - self._room) / self._bytes_per_s
