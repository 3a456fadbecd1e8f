"""Faults that keep a request from being carried out, and answer something else."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from fntui.simulator.refusals import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    ServerFailedError,
    TooManyRequestsError,
    UnauthorizedError,
    UnavailableError,
    UnprocessableError,
)
from fntui.simulator.wire import Reply

RETRY_AFTER: Final[dict[str, Callable[[float, datetime], str | None]]] = {
    "rate-limited": lambda seconds, _: str(math.ceil(seconds)),
    "rate-limited-date": lambda seconds, now: _http_date(now + timedelta(seconds=seconds)),
    "rate-limited-mute": lambda _, __: None,
    "rate-limited-negative": lambda _, __: "-5",
    "rate-limited-text": lambda _, __: "in a while",
    "rate-limited-endless": lambda _, __: "1000000000",
}
"""Of each fault that answers 429, its ``retry-after``, given seconds and the time of day."""

REFUSALS: Final[dict[str, Callable[[], RefusedError]]] = {
    "unauthorized": UnauthorizedError,
    "forbidden": lambda: NotAllowedError("do this"),
    "not-found": NotFoundError,
    "conflict": ConflictError,
    "unprocessable": lambda: UnprocessableError("this can't be processed"),
    **dict.fromkeys(RETRY_AFTER, TooManyRequestsError),
    "server-error": ServerFailedError,
    "unavailable": UnavailableError,
}
"""Faults that refuse the request in the API's own words."""

PROXY_PAGE: Final = Reply(
    502,
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    b"<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n",
    "text/html",
)
"""What a proxy says while the server is away."""

_ELSEWHERE: Final = {"location": "https://elsewhere.invalid/v2/functions/namespaces"}

STRANGERS: Final[dict[str, Reply]] = {
    "proxy-html": PROXY_PAGE,
    "moved": Reply(301, headers=_ELSEWHERE),
    "redirected": Reply(307, headers=_ELSEWHERE),
}
"""Faults by which someone else than the API answers."""


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
