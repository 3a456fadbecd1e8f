"""How many requests the watch may make, and what it must gain by one: a token bucket with a price.

Of any rolling hour the watch takes a fifth of the token's limit: a burst, and a refill that adds up
to the rest. The emptier the bucket, the more a look must be worth.
"""

import math
from random import Random
from typing import Final

_SHARE: Final = 0.2  # of the token's hourly limit, in any rolling hour
_LIMIT: Final = 5000  # requests an hour, until an answer says
_BURST: Final = 60.0  # at once; the smaller, the more of the hour is left for the refill
_RESERVE: Final = 0.1  # of the burst, for what is on screen alone
_FIRST_LOAD: Final = 150  # in the first minute, of what was never read; with the rest below 200
_FIRST_LOAD_S: Final = 60.0
_MODEST_BURST: Final = 40.0  # what a first load leaves of it
_DEAREST: Final = 1e6  # the price of an empty bucket; that of a full one is 1
_KNEE: Final = 0.8  # of the burst, above which nothing becomes dearer: slots come in bunches
_PLENTY: Final = 0.30  # remaining of the limit: above it the others on the token leave enough
_SCARCE: Final = 0.05  # at or below it the watch is slowest
_SLOWEST: Final = 0.1
_SLOWEST_THROTTLED: Final = 0.05
_RECOVERY_S: Final = 600.0  # from nothing to the full rate after refusals: 10 % a minute
_PAUSE_S: Final = 30.0  # after a 429 that does not say for how long
_PAUSE_JITTER_S: Final = 3.0


class Budget:
    """The requests that may be made now, and their price in weighted seconds (see claims).

    Attributes:
        paused_until_s: No request before this moment.
    """

    def __init__(self, now_s: float) -> None:
        """Start with a full bucket, and the first load beside it."""
        self.paused_until_s = -math.inf
        self._hourly = _LIMIT * _SHARE
        self._burst = self._tokens = _BURST
        self._first_load = _FIRST_LOAD
        self._first_load_until_s = now_s + _FIRST_LOAD_S
        self._debt = 0.0
        self._refilled_s = now_s
        self._throttle = self._headroom = 1.0

    @property
    def hourly_refill(self) -> float:
        """Requests an hour that can be kept up when nobody slows the watch down."""
        return self._hourly - self._burst

    @property
    def pace(self) -> float:
        """The share of the usual rate that smaller limits, others and refusals leave: 1 at most."""
        return min(1.0, self._hourly / (_LIMIT * _SHARE)) * min(self._throttle, self._headroom)

    @property
    def price(self) -> float:
        """What a look must be worth now, unless it is at what is on screen."""
        fullness = max(0.0, self._tokens) / (_KNEE * self._burst)
        return math.pow(_DEAREST, 1 - min(1.0, fullness))

    @property
    def is_first_load(self) -> bool:
        """True while what was never read is read beside the bucket; a refusal ends that."""
        return self._first_load > 0 and self._refilled_s < self._first_load_until_s

    def set_limit(self, limit_per_hour: int | None, remaining: int | None) -> None:
        """Learn what the token may do in an hour, and what all its users have left of that."""
        limit = limit_per_hour or _LIMIT
        self._hourly = limit * _SHARE
        self._burst = min(_BURST, self._hourly / 10)
        share = 1.0 if remaining is None else remaining / limit
        self._headroom = min(1.0, max(_SLOWEST, (share - _SCARCE) / (_PLENTY - _SCARCE)))

    def refill(self, now_s: float) -> None:
        """Add what the time since the last call brought."""
        passed_s = max(0.0, now_s - self._refilled_s)
        refill = passed_s * self.hourly_refill / 3600 * min(self._throttle, self._headroom)
        repaid = min(self._debt, refill / 2)
        self._debt -= repaid
        self._tokens += refill - repaid
        self._throttle = min(1.0, self._throttle + passed_s / _RECOVERY_S)
        self._tokens = min(self._tokens, self._burst)
        self._refilled_s = now_s

    def take(self, *, asked_for: bool, favoured: bool, first: bool) -> bool:
        """Pay for a request, if it may be made.

        Args:
            asked_for: The user waits for it: it is counted, and never refused.
            favoured: It is for what is on screen.
            first: It reads what was never read.
        """
        if first and self.is_first_load:
            self._first_load -= 1
            if self._tokens > _MODEST_BURST:
                self._tokens -= 1
            else:
                self._debt += 1
            return True
        if asked_for or self._tokens >= 1.0 + (0.0 if favoured else _RESERVE * self._burst):
            self._tokens -= 1
            return True
        return False

    def spend(self, requests: int) -> None:
        """Count requests that others made for the user."""
        self._tokens -= requests

    def on_refused(self, now_s: float, retry_after_s: float | None, rng: Random) -> None:
        """Take in a 429: pause, then go on at half the rate, a first load as anything else."""
        wait_s = _PAUSE_S if retry_after_s is None else retry_after_s
        self.paused_until_s = now_s + wait_s + rng.uniform(0, _PAUSE_JITTER_S)
        self._throttle = max(_SLOWEST_THROTTLED, self._throttle / 2)
        self._first_load = 0
