"""An ApiError in words: what happened, to which object, what to do, and the request id."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from fntui.api.errors import (
    ApiError,
    Conflict,
    ConnectionLost,
    GivenUp,
    InvalidRequest,
    InvalidToken,
    LimitReached,
    MissingScope,
    NotFound,
    NotSent,
    RateLimited,
    ServerError,
    TimedOut,
    UnexpectedStatus,
    UnreadableAnswer,
)
from fntui.humanize import listed

TRIED_AGAIN: Final = "It is tried again by itself."
"""The advice for a reading that failed, true as long as someone watches."""


class ProblemKind(StrEnum):
    """What sort of problem, for those who must react to it differently."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed out"
    TOKEN_REFUSED = "token refused"  # noqa: S105 - a word for the screen, not a password
    MISSING_SCOPE = "missing scope"
    NOT_FOUND = "not found"
    CONFLICT = "conflict"
    INVALID = "invalid"
    LIMIT_REACHED = "limit reached"
    RATE_LIMITED = "rate limited"
    SERVER_ERROR = "server error"
    UNREADABLE = "unreadable answer"
    READ_ONLY = "read-only"
    LOCKED = "locked"


class Problem(Struct, frozen=True, kw_only=True):
    """What went wrong, ready to be shown; its text may hold raw text from the server.

    Attributes:
        kind: For those who must react.
        sentence: What happened, to which object.
        advice: What the person can do; ``""`` for nothing.
        request_id: To quote to the vendor; None where the answer had none.
        at: Server time at which it happened.
        retry_after_s: Seconds that the server asked to wait; None where it did not.
        scopes: Those of which the token lacks all, where that is the reason.
    """

    kind: ProblemKind
    sentence: str
    advice: str
    request_id: str | None
    at: datetime
    retry_after_s: float | None = None
    scopes: tuple[str, ...] = ()


class _Reason(Struct, frozen=True):
    kind: ProblemKind
    why: str
    advice: str


_SAY: Final = {
    InvalidToken: _Reason(
        ProblemKind.TOKEN_REFUSED,
        "the API refused the token",
        "It is wrong, expired or revoked: sign in again.",
    ),
    NotFound: _Reason(
        ProblemKind.NOT_FOUND, "there is no such object (any more)", "Refresh to see what is left."
    ),
    Conflict: _Reason(
        ProblemKind.CONFLICT,
        "it conflicts with what exists",
        "The name may be taken, or the object was changed meanwhile.",
    ),
    LimitReached: _Reason(
        ProblemKind.LIMIT_REACHED,
        "a limit of the account is reached",
        "Delete what is no longer needed, or ask DigitalOcean for more.",
    ),
    InvalidRequest: _Reason(
        ProblemKind.INVALID, "the API did not accept it", "Correct it and send it again."
    ),
    NotSent: _Reason(
        ProblemKind.UNREACHABLE,
        "the API can't be reached",
        "Nothing was sent. Check the network, DNS, TLS certificates and proxy settings.",
    ),
    ConnectionLost: _Reason(ProblemKind.UNREACHABLE, "there was no whole answer", ""),
    GivenUp: _Reason(ProblemKind.TIMED_OUT, "you stopped waiting for the answer", ""),
    TimedOut: _Reason(ProblemKind.TIMED_OUT, "no answer came in time", ""),
    ServerError: _Reason(ProblemKind.SERVER_ERROR, "the API failed", ""),
    UnexpectedStatus: _Reason(
        ProblemKind.SERVER_ERROR,
        "the API gave an answer that it does not document",
        "A proxy may stand between: check the API's URL and the proxy settings.",
    ),
    UnreadableAnswer: _Reason(ProblemKind.UNREADABLE, "the answer can't be read", ""),
}

_NO_SUCH_API: Final = _Reason(
    ProblemKind.NOT_FOUND,
    "what answers there does not know the Functions API",
    "Check the API's URL and the proxy settings.",
)

LOOK_FIRST: Final = "It may have been carried out all the same: look before you send it again."
"""Advice on a write whose outcome its own answer does not tell."""


def explain(error: ApiError, what: str, at: datetime) -> Problem:
    """Return an error in words.

    Args:
        error: As a call raised it.
        what: What was tried, as a verb phrase with its object: "pause trigger x in billing".
        at: Server time at which it failed.
    """
    reason = _reason(error, at)
    said = error.message.strip()
    status = f" (HTTP {error.status})" if error.status and not isinstance(error, NotFound) else ""
    return Problem(
        kind=reason.kind,
        sentence=f"could not {what}: {reason.why}{status}{f': {said}' if said else ''}",
        advice=_advice(reason, error),
        request_id=error.request_id,
        at=at,
        retry_after_s=error.retry_after_s,
        scopes=error.operation.scopes if isinstance(error, MissingScope) else (),
    )


def _reason(error: ApiError, at: datetime) -> _Reason:
    if isinstance(error, MissingScope):
        scopes = listed(error.operation.scopes, "or")
        advice = f"Use a token with the scope {scopes}."
        return _Reason(ProblemKind.MISSING_SCOPE, "the token may not do this", advice)
    if isinstance(error, RateLimited):
        wait_s = error.retry_after_s
        until = "a while" if wait_s is None else f"{at + timedelta(seconds=wait_s):%H:%M:%SZ}"
        advice = f"All users of this token share the limit. Wait until {until}."
        if wait_s is None:
            advice = "All users of this token share the limit. Wait a minute."
        return _Reason(ProblemKind.RATE_LIMITED, "too many requests", advice)
    if isinstance(error, NotFound) and "{" not in error.operation.template:
        return _NO_SUCH_API
    return next(_SAY[kind] for kind in type(error).__mro__ if kind in _SAY)


def _advice(reason: _Reason, error: ApiError) -> str:
    if error.operation.is_write and error.may_have_been_carried_out:
        return f"{LOOK_FIRST} {reason.advice}".rstrip()
    if reason.advice:
        return reason.advice
    if error.operation.is_write:
        return "Nothing was changed: it can be sent again."
    return "" if isinstance(error, GivenUp) else TRIED_AGAIN
