"""Faults that change what an answer's headers say, and nothing else of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from fntui.simulator.wire import Reply

_LIMITS: Final = ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")


def _saying(**said: str) -> Callable[[Reply], Reply]:
    headers = {name.replace("_", "-"): text for name, text in said.items()}
    return lambda reply: replace(reply, headers=reply.headers | headers)


def _without(*names: str) -> Callable[[Reply], Reply]:
    return lambda reply: replace(
        reply, headers={name: text for name, text in reply.headers.items() if name not in names}
    )


MISLEADERS: Final[dict[str, Callable[[Reply], Reply]]] = {
    "no-rate-limit": _without(*_LIMITS),
    "wrong-rate-limit": _saying(
        ratelimit_limit="-1", ratelimit_remaining="many", ratelimit_reset="9" * 30
    ),
    "no-date": _without("date"),
    "old-date": _saying(date="Sat, 01 Jan 2000 00:00:00 GMT"),
    "far-date": _saying(date="Thu, 31 Dec 2099 23:59:59 GMT"),
    "malformed-date": _saying(date="Mon, 99 Foo 2026 25:61:61 GMT"),
}
"""Faults of the headers; where several strike, each does its part."""
