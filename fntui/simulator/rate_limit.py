"""How often a token may be used: sliding windows of an hour and of a minute.

Requests refused for being too many don't count.
"""

import math
from collections import defaultdict, deque
from dataclasses import dataclass

from fntui.clock import Clock

_HOUR_S = 3600.0
_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Requests with one token, each at least 1.

    Attributes:
        hour: In any hour.
        minute: In any minute.
    """

    hour: int = 5000
    minute: int = 250


@dataclass(frozen=True, slots=True)
class Quota:
    """What one request found.

    Attributes:
        is_exceeded: True: it must be answered with 429.
        retry_after_s: Seconds until the minute window has room; None: it has, or the hour's is the
            one that is full.
        remaining: Requests left in the hour.
        reset_at: Unix seconds at which the oldest request leaves the hour.
    """

    is_exceeded: bool
    retry_after_s: int | None
    remaining: int
    reset_at: int


class RateLimiter:
    """Counts the requests with each token."""

    def __init__(self, clock: Clock, limit: RateLimit) -> None:
        """Have counted none."""
        self.limit = limit
        self._clock = clock
        self._admitted: defaultdict[str, deque[float]] = defaultdict(deque)

    def admit(self, token: str) -> Quota:
        """Count a request with ``token``, if there is room for it."""
        now, admitted = self._clock.monotonic(), self._admitted[token]
        while admitted and admitted[0] <= now - _HOUR_S:
            admitted.popleft()
        is_exceeded, retry_after_s = self._judge(admitted, now)
        if not is_exceeded:
            admitted.append(now)
        reset_s = admitted[0] + _HOUR_S - now
        return Quota(
            is_exceeded=is_exceeded,
            retry_after_s=retry_after_s,
            remaining=self.limit.hour - len(admitted),
            reset_at=math.ceil(self._clock.now().timestamp() + reset_s),
        )

    def _judge(self, admitted: deque[float], now: float) -> tuple[bool, int | None]:
        if len(admitted) >= self.limit.hour:
            return True, None
        if len(admitted) < self.limit.minute:
            return False, None
        wait_s = admitted[-self.limit.minute] + _MINUTE_S - now
        return wait_s > 0, math.ceil(wait_s) if wait_s > 0 else None
