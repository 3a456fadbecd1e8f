"""What time it is at the server, learned from the ``Date`` of its answers.

An answer stamped D was stamped between its request's sending and its own arrival, at some moment
of the second that begins at D. So each answer bounds the server's time from below and from above,
and the bounds of many answers together are far narrower than a second.

An answer may lie, such as one of a cache or of a proxy whose clock was never set. One that is more
than half a minute off what is known is believed if the next two say the same. Where this machine's
time of day bears it out, and not what is known, answers in between that bear out what is known
don't count; where it is the other way round, and the answer days off, it is never believed.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from fntui.clock import Clock

_RESOLUTION_S: Final = 1.0
_DRIFT: Final = 100e-6  # no clock of a computer is further off than this, in seconds a second
_SMALL_S: Final = 30.0  # a contradiction by less is believed at once
_WILD_S: Final = 86_400.0
_WITNESSES: Final = 3
_HTTP_DATE: Final = re.compile(r"\w{3}, \d\d \w{3} 2\d{3} \d\d:\d\d:\d\d GMT", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class ServerTime:
    """The server's time of day, independent of whether this machine's is right."""

    def __init__(self, clock: Clock) -> None:
        """Know nothing yet; ``clock`` measures what passes between answers."""
        self._clock = clock
        self._low = self._high = 0.0  # bounds of: server's Unix time - clock.monotonic()
        self._sampled_s: float | None = None
        # Low bounds of the newest answers, while they contradict what is known.
        self._rumours: list[float] = []

    def sample(self, sent_s: float, received_s: float, date: datetime) -> None:
        """Learn from an answer.

        Args:
            sent_s: ``clock.monotonic()`` when its request was sent.
            received_s: The same when the answer came.
            date: Its ``Date`` header.
        """
        stamp = (date - _EPOCH).total_seconds()
        low, high = stamp - received_s, stamp + _RESOLUTION_S - sent_s
        if self._sampled_s is not None:
            drift = abs(received_s - self._sampled_s) * _DRIFT
            known_low, known_high = self._low - drift, self._high + drift
            if max(low, known_low) <= min(high, known_high):
                low, high = max(low, known_low), min(high, known_high)
                if self._is_borne_out(self._rumours):
                    self._low, self._high, self._sampled_s = low, high, received_s
                    return
            elif self._is_doubtful(low, max(low - known_high, known_low - high)):
                return
        self._rumours = []
        self._low, self._high, self._sampled_s = low, high, received_s

    def _is_doubtful(self, low: float, apart_s: float) -> bool:
        """Return True for an answer that contradicts what is known, and has too few witnesses."""
        if apart_s <= _SMALL_S:
            return False
        here = self._here()
        if apart_s >= _WILD_S and abs(self._low - here) < min(_WILD_S, abs(low - here)):
            return True
        self._rumours = [*(other for other in self._rumours if abs(other - low) <= _SMALL_S), low]
        return len(self._rumours) < _WITNESSES

    def _is_borne_out(self, rumours: list[float]) -> bool:
        """Return True where this machine's time of day agrees with rumours, not with the known."""
        here = self._here()
        return abs(self._low - here) > _SMALL_S and any(
            abs(low - here) <= _SMALL_S for low in rumours
        )

    def _here(self) -> float:
        """Return this machine's Unix time less its steady clock."""
        return (self._clock.now() - _EPOCH).total_seconds() - self._clock.monotonic()

    def now(self) -> datetime:
        """Return the server's time; before any answer, this machine's."""
        if self._sampled_s is None:
            return self._clock.now()
        offset = (self._low + self._high) / 2
        return _EPOCH + timedelta(seconds=self._clock.monotonic() + offset)


def parse_http_date(text: str) -> datetime | None:
    """Return the moment that an HTTP header names, or None if it is none of this millennium."""
    if not _HTTP_DATE.fullmatch(text):
        return None
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
