"""What time it is at the server, learned from the ``Date`` of its answers.

An answer stamped D was stamped between its request's sending and its own arrival, at some moment
of the second that begins at D. So each answer bounds the server's time from below and from above,
and the bounds of many answers together are far narrower than a second.

An answer may lie, such as one of a cache or of a proxy whose clock was never set. Three witnesses
tell of the time: the answers before, carried on by the steady clock; this machine's time of day;
and the answer itself. One that is days off what is known is believed at once if it comes nearer to
this machine's time of day. Else it is one witness against two, and never believed, as long as
this machine agrees with what is known to a day. Where it does not, its clock is wrong or was set,
and word stands against word: then the answer is believed once the next one says the same.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from fntui.clock import Clock

_RESOLUTION_S: Final = 1.0
_DRIFT: Final = 100e-6  # no clock of a computer is further off than this, in seconds a second
_WILD_S: Final = 86_400.0
_SAME_S: Final = 60.0
_HTTP_DATE: Final = re.compile(r"\w{3}, \d\d \w{3} 2\d{3} \d\d:\d\d:\d\d GMT", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class ServerTime:
    """The server's time of day, independent of whether this machine's is right."""

    def __init__(self, clock: Clock) -> None:
        """Know nothing yet; ``clock`` measures what passes between answers."""
        self._clock = clock
        self._low = self._high = 0.0  # bounds of: server's Unix time - clock.monotonic()
        self._sampled_s: float | None = None
        self._rumour: float | None = None  # the low bound of the last answer, if that was days off

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
            # A contradiction means that one of the clocks was set: what was known is void.
            if max(low, known_low) <= min(high, known_high):
                low, high = max(low, known_low), min(high, known_high)
            elif self._is_doubtful(low):
                return
        self._rumour = None
        self._low, self._high, self._sampled_s = low, high, received_s

    def _is_doubtful(self, low: float) -> bool:
        """Return True for an answer that is days off, and has no witness besides itself."""
        here = (self._clock.now() - _EPOCH).total_seconds() - self._clock.monotonic()
        if abs(low - self._low) < _WILD_S or abs(low - here) < abs(self._low - here):
            return False
        if abs(self._low - here) < _WILD_S:
            return True
        before, self._rumour = self._rumour, low
        return before is None or abs(before - low) > _SAME_S

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
