"""How much of the rate limit is left: what the headers say, and the minute window that they don't.

Source: the reference's headers ratelimit-limit, -remaining, -reset; two sliding windows a token, of
5,000 requests an hour and of 250 a minute. The headers tell of the hour alone.
"""

from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

_MINUTE_S: Final = 60.0
_MOST_DIGITS: Final = 11  # Unix seconds until the year 5138; more is no number of ours


class RateLimit(Struct, frozen=True):
    """The rate limit of the token, as far as this client knows.

    Attributes:
        limit_per_hour: Requests that the token may make in any hour; None until an answer says.
        remaining: How many of them are left, all users of the token counted.
        resets_at: When the oldest request of the hour expires: one more is free then, not all.
        used_in_minute: Requests that this client sent in the last 60 seconds.
    """

    limit_per_hour: int | None = None
    remaining: int | None = None
    resets_at: datetime | None = None
    used_in_minute: int = 0


class RateLimitMeter:
    """Counts what is sent and remembers what the last answer said.

    Attributes:
        sent: How many requests were counted so far.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self.sent = 0
        self._sent: deque[float] = deque()
        self._limit: int | None = None
        self._remaining: int | None = None
        self._reset: int | None = None

    def count(self, sent_s: float) -> None:
        """Count a request, sent at ``sent_s`` of a steady clock."""
        self.sent += 1
        self._sent.append(sent_s)
        self._forget(sent_s)

    def read(self, headers: Mapping[str, str]) -> None:
        """Learn from an answer's headers; those that are absent or no number change nothing.

        Args:
            headers: With names in lower case, or whatever their case if the mapping ignores it.
        """
        self._limit = _number(headers, "ratelimit-limit", self._limit)
        self._remaining = _number(headers, "ratelimit-remaining", self._remaining)
        self._reset = _number(headers, "ratelimit-reset", self._reset)

    def current(self, now_s: float) -> RateLimit:
        """Return what is known at ``now_s`` of the same steady clock."""
        self._forget(now_s)
        return RateLimit(
            limit_per_hour=self._limit,
            remaining=self._remaining,
            resets_at=None if self._reset is None else datetime.fromtimestamp(self._reset, UTC),
            used_in_minute=len(self._sent),
        )

    def _forget(self, now_s: float) -> None:
        while self._sent and self._sent[0] <= now_s - _MINUTE_S:
            self._sent.popleft()


def _number(headers: Mapping[str, str], name: str, otherwise: int | None) -> int | None:
    text = headers.get(name, "")
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else otherwise
