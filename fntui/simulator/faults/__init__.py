"""The simulator's faults: what goes wrong, how often, and with which operation.

The faults, by name. The request is not carried out:

    unauthorized, forbidden, not-found, conflict, unprocessable, server-error, unavailable
                    401, 403, 404, 409, 422, 500, 503
    rate-limited, rate-limited-date, rate-limited-mute
                    429 with a retry-after of seconds, of a date, and without one
    rate-limited-negative, rate-limited-text, rate-limited-endless
                    429 with the retry-after "-5", "in a while" and 10^9
    proxy-html      a proxy's 502 page
    moved, redirected
                    301 and 307 to another host
    drop            the connection breaks
    hang            no answer until the client gives up

It is carried out:

    slow            the answer is late; it may be any of the others
    lost-answer     the connection breaks then
    drip            the answer comes by 64 bytes each 50 ms
    cut-body        the connection breaks in the middle of the answer
    short-length, long-length
                    its content-length is half and twice of what comes
    cut-json        it ends in the middle, its content-length that of the rest
    wrong-shape     numbers where its objects and lists belong
    null-list       null where they belong
    wrong-types     an object for each string, a string for each number and truth value
    empty-body      an answer without a byte
    body-with-204   204, and a body all the same
    see-other, request-timeout
                    303 and 408
    not-json        200 and HTML
    huge-json, deep-json
                    50 MB; a list in a list, 100,000 times
    duplicate-keys, nan, bad-utf8
                    every name twice, first with null; a number that is none; text that is none
    twice-listed    the first of a list twice
    many-triggers   10,000 triggers in their list
    altered         a list in another order, its first renamed; triggers with another cron
    no-rate-limit, wrong-rate-limit
                    rate-limit headers absent, or with nonsense
    no-date, old-date, far-date, malformed-date
                    the date absent, of 2000, of 2099, or none

Where several refuse, or several spoil the answer, the first one counts.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fntui.simulator.account import draws
from fntui.simulator.faults.bodies import EMPTIED, SPOILERS
from fntui.simulator.faults.headers import MISLEADERS
from fntui.simulator.faults.refusals import REFUSALS, STRANGERS
from fntui.simulator.wire import Reply

NAMES: Final = (
    *REFUSALS,
    *STRANGERS,
    *SPOILERS,
    *EMPTIED,
    *MISLEADERS,
    "drop",
    "hang",
    "slow",
    "lost-answer",
)
"""Every fault."""


@dataclass(slots=True)
class Fault:
    """One rule of the script.

    Attributes:
        name: One of NAMES.
        rate: Share of the requests that it strikes, from 0 to 1.
        times: How many requests it still strikes; None: no end.
        operation: Strikes this operation alone, by its words ("list triggers"); None: any.
        seconds: Of ``slow`` the delay, of ``rate-limited`` and ``rate-limited-date`` the
            ``retry-after``.
    """

    name: str
    rate: float = 1.0
    times: int | None = None
    operation: str | None = None
    seconds: float = 3.0

    def __post_init__(self) -> None:
        """Check name and rate.

        Raises:
            ValueError: There is no such fault, or no such rate.
        """
        if self.name not in NAMES:
            raise ValueError(
                f"no fault is called {self.name}; there are {', '.join(sorted(NAMES))}"
            )
        if not 0 <= self.rate <= 1:
            raise ValueError(f"the rate of a fault is from 0 to 1, not {self.rate}")

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """Return the fault that ``NAME`` or ``NAME:RATE`` stands for, or raise a ValueError."""
        name, _, rate = text.partition(":")
        return cls(name, rate=float(rate or 1))

    def strikes(self, operation: str, chance: float) -> bool:
        """Return True if a request is struck, where ``chance`` was drawn from 0 to below 1."""
        return self.operation in {None, operation} and self.times != 0 and chance < self.rate


class Faults:
    """The script: its rules are tried on every request, in order.

    Attributes:
        rules: May be added to and removed from at any time.
    """

    def __init__(self, seed: int, rules: Iterable[Fault] = ()) -> None:
        """Keep the rules; ``seed`` decides which requests those with a rate strike."""
        self.rules = list(rules)
        self._seed = seed
        self._serial = itertools.count(1)

    def strike(self, operation: str) -> dict[str, Fault]:
        """Return the faults, by name, that strike this request; count them."""
        serial, struck = next(self._serial), dict[str, Fault]()
        for place, fault in enumerate(self.rules):
            if fault.strikes(operation, draws.fraction(self._seed, "fault", serial, place)):
                fault.times = None if fault.times is None else fault.times - 1
                struck[fault.name] = fault
        return struck


def spoiled(reply: Reply, struck: Iterable[str]) -> Reply:
    """Return an answer as the faults that struck, by name, leave it."""
    names = list(struck)
    for name in names:
        reply = MISLEADERS[name](reply) if name in MISLEADERS else reply
    if reply.is_success and (emptied := [name for name in names if name in EMPTIED]):
        return EMPTIED[emptied[0]](reply)
    spoilers = [SPOILERS[name] for name in names if name in SPOILERS]
    return spoilers[0](reply) if spoilers and reply.body else reply
