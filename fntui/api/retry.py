"""May a call be tried again, and after how long: the policy, and nothing else.

In the terms of the person who waits:

- What only reads is tried up to four times if the server could not be reached, answered too late,
  broke off or failed (5xx), with about half a second, one and two seconds in between. An answer
  that came but can't be read is asked for just once more.
- Where TLS is refused, as for a certificate that nobody vouches for, nothing is tried again.
- If all tries of the last call were in vain, what only reads is tried once, until a call gets
  through again: whoever watches asks again by itself, and four times as much would be a storm.
- What changes something is sent again only if nothing of it reached the server, or if the server
  said that it refused for being asked too often (429). In every other case it may have been carried
  out, so the error says so and a fresh reading shows what is true.
- If the server names a time to wait, that is what is waited, up to eight seconds: a reader is told
  rather than kept waiting, and whoever plans the reads then waits with all of them. A change that a
  429 put off waits up to a minute in all, which halves and thirds with every further refusal. If
  the server wants more, or says 429 without a time (the hour's quota is used up), the error is
  shown at once.
"""

from random import Random
from typing import Final

from fntui.api.errors import (
    ApiError,
    ConnectionLost,
    NotSent,
    RateLimited,
    ServerError,
    TimedOut,
    TlsRefused,
    UnreadableAnswer,
)
from fntui.api.operations import Operation

_MAX_ATTEMPTS: Final = 4
_FIRST_WAIT_S: Final = 0.5
_LONGEST_WAIT_S: Final = 8.0
_LONGEST_RATE_LIMIT_S: Final = 60.0
_UNANSWERED: Final = (NotSent, TimedOut, ConnectionLost, ServerError)

PASSING: Final = (*_UNANSWERED, RateLimited)
"""Errors that say nothing of the call, but that this is no time for any."""


def wait_before_retry(
    error: ApiError, operation: Operation, attempt: int, rng: Random
) -> float | None:
    """Return the seconds to wait before the next attempt, or None if there must be none.

    Args:
        error: What the last attempt ended with.
        operation: What was attempted.
        attempt: How often, the last one included; at least 1.
        rng: Spreads the waits of those who failed together.
    """
    if attempt >= _MAX_ATTEMPTS or isinstance(error, TlsRefused):
        return None
    if isinstance(error, RateLimited):
        longest_s = _LONGEST_RATE_LIMIT_S if operation.is_write else _LONGEST_WAIT_S
        return _wait_out(error.retry_after_s, longest_s, attempt, rng)
    if isinstance(error, UnreadableAnswer):
        return None if operation.is_write or attempt > 1 else _backoff(attempt, rng)
    if isinstance(error, NotSent) or (isinstance(error, _UNANSWERED) and not operation.is_write):
        wait_s = max(_backoff(attempt, rng), error.retry_after_s or 0.0)
        return wait_s if wait_s <= _LONGEST_WAIT_S else None
    return None


def _wait_out(
    retry_after_s: float | None, longest_s: float, attempt: int, rng: Random
) -> float | None:
    if retry_after_s is None or retry_after_s * attempt > longest_s:
        return None
    return retry_after_s + rng.uniform(0.0, 1.0)


def _backoff(attempt: int, rng: Random) -> float:
    longest_s = min(_FIRST_WAIT_S * 2.0 ** (attempt - 1), _LONGEST_WAIT_S)
    return longest_s * rng.uniform(0.5, 1.0)
