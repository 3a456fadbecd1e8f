"""Scripted trouble: what goes wrong, how often, and with which operation.

The faults, by name:

    unauthorized, forbidden, not-found, conflict, rate-limited, server-error, unavailable
                    401, 403, 404, 409, 429 (with retry-after), 500, 503; not carried out
    proxy-html      a proxy's 502 page; not carried out
    drop            the connection breaks; not carried out
    hang            no answer until the client gives up; not carried out
    slow            the answer is late
    lost-answer     carried out, then the connection breaks
    cut-json        carried out; the answer ends in the middle, its content-length that of the rest
    wrong-shape     carried out; numbers where the answer's objects and lists belong
    null-list       carried out; null where they belong
    empty-body      carried out; an answer without a byte
    not-json        carried out; an answer of HTML

Where several refuse, or several spoil the answer, the first one counts.
"""

import itertools
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from fntui.simulator import draws
from fntui.simulator.refusals import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    ServerFailedError,
    TooManyRequestsError,
    UnauthorizedError,
    UnavailableError,
)
from fntui.simulator.wire import Reply

REFUSALS: Final[dict[str, Callable[[], RefusedError]]] = {
    "unauthorized": UnauthorizedError,
    "forbidden": lambda: NotAllowedError("do this"),
    "not-found": NotFoundError,
    "conflict": ConflictError,
    "rate-limited": TooManyRequestsError,
    "server-error": ServerFailedError,
    "unavailable": UnavailableError,
}
"""Faults that refuse the request."""

PROXY_PAGE: Final = Reply(
    502,
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    b"<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n",
    "text/html",
)
"""What a proxy says while the server is away."""


def _filled_with(value: object) -> Callable[[Reply], Reply]:
    def fill(reply: Reply) -> Reply:
        return replace(
            reply, body=json.dumps(dict.fromkeys(json.loads(reply.body), value)).encode()
        )

    return fill


SPOILERS: Final[dict[str, Callable[[Reply], Reply]]] = {
    "cut-json": lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2]),
    "wrong-shape": _filled_with(7),
    "null-list": _filled_with(None),
    "empty-body": lambda reply: replace(reply, body=b""),
    "not-json": lambda reply: replace(
        reply, body=b"<html><body>Hello</body></html>", content_type="text/html"
    ),
}
"""Faults that spoil the answer to a request that was carried out."""

NAMES: Final = (*REFUSALS, *SPOILERS, "proxy-html", "drop", "hang", "slow", "lost-answer")
"""Every fault."""


@dataclass(slots=True)
class Fault:
    """One rule of the script.

    Attributes:
        name: One of NAMES.
        rate: Share of the requests that it strikes, from 0 to 1.
        times: How many requests it still strikes; None: no end.
        operation: Strikes this operation alone, by its words ("list triggers"); None: any.
        seconds: Of ``slow`` the delay, of ``rate-limited`` the ``retry-after``.
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
