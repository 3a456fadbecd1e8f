"""What is told of every request, for the log pane and the log file."""

from datetime import datetime

from msgspec import Struct

from fntui.api.operations import Operation


class Call(Struct, frozen=True):
    """One request, and how it ended; holds no header, no body, and no path with names in it.

    Attributes:
        operation: Which of the 13.
        status: HTTP status; None where no answer came.
        duration_s: From sending to the last byte of the answer, or to the failure.
        request_id: To quote to the vendor's support; None where the answer had none.
        at: When it was sent, by this machine's clock.
        attempt: 1 for the first, 2 for the first retry, and so on.
        problem: Name of the error class, or ``""`` if all went well.
    """

    operation: Operation
    status: int | None
    duration_s: float
    request_id: str | None
    at: datetime
    attempt: int
    problem: str = ""
