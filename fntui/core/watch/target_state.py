"""The state of a target: its last read, its backoff after failures; and whether the API is down."""

import math
from typing import Final

from msgspec import Struct

from fntui.core.health.owed import Awaited
from fntui.core.watch.priority import Claim, FirstLook, claim

NEVER_S: Final = -math.inf
_LONGEST_BACKOFF: Final = 6  # doublings; who waits sets the limit in seconds
_OUTAGE: Final = 3  # failures in a row, after which a success means that the API is back
_BETWEEN_TRIES_S: Final = 8.0


class Progress(Struct, kw_only=True):
    """The reading of one unit.

    Attributes:
        read_s: When its last good answer was asked for.
        sent_s: When it was last asked for.
        hold_s: Not to be read before.
        failures: In a row; a refusal is none.
        is_busy: It is being read.
        is_asked_for: The user asked for it.
        awaited: The runs that the next look may show, by the trigger's name.
        claim: What that look is worth; void where its time is over.
    """

    read_s: float = NEVER_S
    sent_s: float = NEVER_S
    hold_s: float = NEVER_S
    failures: int = 0
    is_busy: bool = False
    is_asked_for: bool = False
    awaited: dict[str, Awaited] = {}
    claim: Claim = Claim()

    def due(
        self, now_s: float, age_s: float, price: float, first_look: FirstLook, offset_s: float
    ) -> tuple[float, float]:
        """Return when to read it or to ask again, and how pressing it is (1: just worth it).

        Args:
            now_s: The moment.
            age_s: How old it may become.
            price: What a look must be worth.
            first_look: When the first look after a slot comes.
            offset_s: The server's Unix time less the steady clock.
        """
        if self.is_asked_for:
            return NEVER_S, math.inf
        if now_s >= self.claim.until_s:
            runs, delay_s = self.awaited.values(), first_look.delay_s
            self.claim = claim(runs, now_s, self.read_s, delay_s, offset_s)
        ready_s = max(self.hold_s, self.sent_s + self.claim.gap_s)
        moment = max(ready_s, min(self.read_s + age_s, self.claim.reaches(price, now_s)))
        pressure = max(self.claim.worth(now_s) / price, (now_s - self.read_s) / age_s)
        if moment > now_s:
            moment = min(moment, self.claim.until_s)  # it may be worth more then, or come sooner
        return moment, pressure

    def start(self, now_s: float) -> None:
        """Take note that it is asked for now."""
        self.is_busy, self.is_asked_for, self.sent_s = True, False, now_s

    def succeed(self, asked_s: float, awaited: dict[str, Awaited]) -> None:
        """Take in a good answer."""
        self.awaited, self.claim = awaited, Claim()
        self.read_s, self.hold_s, self.failures, self.is_busy = asked_s, NEVER_S, 0, False

    def fail(self, now_s: float, slowest_s: float, spread: float) -> None:
        """Take in a failure: the next try comes after 2, 4, 8 … s times ``spread``."""
        self.failures, self.is_busy = self.failures + 1, False
        wait_s = min(slowest_s, 2.0 ** min(self.failures, _LONGEST_BACKOFF))
        self.hold_s = now_s + wait_s * spread

    def refuse(self, now_s: float, refused_for_s: float) -> None:
        """Take in a refusal, which is no trouble of the API's."""
        self.hold_s, self.failures, self.is_busy = now_s + refused_for_s, 0, False

    def forgive(self) -> None:
        """Forget the wait after a failure."""
        self.hold_s = NEVER_S if self.failures else self.hold_s


class Outage:
    """Whether the API is away, and when to try what is not on screen meanwhile.

    All would be tried as often as each alone, where one answer is enough to know; and the budget
    would be spent when it is over.

    Attributes:
        tried_s: When something that is not on screen was last asked for.
    """

    def __init__(self) -> None:
        """Begin with the API there."""
        self.tried_s = NEVER_S
        self._failures = 0

    @property
    def is_on(self) -> bool:
        """True after some failures in a row, of whatever unit."""
        return self._failures >= _OUTAGE

    def fail(self) -> None:
        """Take in a failure."""
        self._failures += 1

    def end(self) -> bool:
        """Take in a good answer; return True if the API was away."""
        was_on, self._failures = self.is_on, 0
        return was_on

    def wait_s(self, now_s: float) -> float:
        """Return how long to wait with what is not on screen; 0: it may be tried."""
        return max(0.0, self.tried_s + _BETWEEN_TRIES_S - now_s) if self.is_on else 0.0
