"""An ApiError in words: what happened, to which object, what to do, and the request id."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


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


class Problem(Struct, frozen=True, kw_only=True):
    """What went wrong, ready to be shown; its text may hold raw text from the server.

    Attributes:
        kind: For those who must react.
        sentence: What happened, to which object.
        advice: What the person can do; ``""`` for nothing.
        request_id: To quote to the vendor; None where the answer had none.
        at: Server time at which it happened.
    """

    kind: ProblemKind
    sentence: str
    advice: str
    request_id: str | None
    at: datetime
