"""How a write ended."""

from enum import Enum
from typing import Any, Final, Generic, NamedTuple, TypeVar

from msgspec import Struct

from fntui.api.models import Trigger
from fntui.core.model.problem import Problem

T = TypeVar("T")

UNANSWERED: Final = "fntui ended before an answer came"


class Status(Enum):
    """Whether a write took effect."""

    DONE = "done"
    NOT_DONE = "not done"
    UNKNOWN = "unknown"


class Outcome(Struct, Generic[T], frozen=True, kw_only=True):
    """How a write ended, as far as it could be found out.

    Attributes:
        status: DONE and NOT_DONE rest on an answer or on a look afterwards, UNKNOWN on neither.
        value: What the server keeps now; None unless DONE, and for deletions.
        problem: What went wrong; None if all went well.
        note: What else there is to say: "the server kept cron x", "created after all"; or ``""``.
        found_key_ids: Access keys that appeared although no answer came, and whose secret is lost.
    """

    status: Status
    value: T | None = None
    problem: Problem | None = None
    note: str = ""
    found_key_ids: tuple[str, ...] = ()


class Clash(Struct, frozen=True, kw_only=True):
    """A trigger was changed by someone since it was read for editing; nothing was sent.

    Attributes:
        base: As it was read for editing.
        theirs: As it is now.
    """

    base: Trigger
    theirs: Trigger


class LastOutcome(NamedTuple):
    """How a write ended while the program did.

    Attributes:
        what: What was to be done: "delete trigger x in billing".
        outcome: How that ended; None: no answer came in time.
    """

    what: str
    outcome: Outcome[Any] | Clash | None
