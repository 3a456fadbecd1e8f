"""From an answer that is not 2xx to the error that it means.

Source: the reference's error body ``{"id", "message", "request_id"}``. A proxy before the API may
answer with HTML, with nothing, or with part of something.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final

from fntui.api.decode import UnreadableContent, json_value, text_of
from fntui.api.errors import (
    ApiError,
    Conflict,
    InvalidRequest,
    InvalidToken,
    LimitReached,
    MissingScope,
    NotFound,
    RateLimited,
    ServerError,
    UnclearStatus,
    UnexpectedStatus,
)
from fntui.api.operations import Operation
from fntui.api.server_time import parse_http_date

_DAY_S: Final = 86_400.0
_LONGEST_LINE: Final = 200
_TITLE: Final = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_SECONDS: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
_UNCLEAR: Final = (408, 499)
"""A server, or a proxy, that waited too long for the rest of the request, or of its sender."""
_BY_STATUS: Final[dict[int, type[ApiError]]] = {
    400: InvalidRequest,
    401: InvalidToken,
    403: MissingScope,
    404: NotFound,
    409: Conflict,
    413: InvalidRequest,
    414: InvalidRequest,
    422: InvalidRequest,
    429: RateLimited,
}


def read_refusal(
    operation: Operation, status: int, headers: Mapping[str, str], content: bytes, now: datetime
) -> ApiError:
    """Return the error that an answer other than 2xx means.

    Args:
        operation: What was asked for.
        status: HTTP status.
        headers: By lower-case name, or whatever the case if the mapping ignores it.
        content: The body, whole or its beginning.
        now: The server's time, against which a ``retry-after`` date is read.
    """
    body = _body(content)
    id_, message = text_of(body, "id"), text_of(body, "message")
    return _kind(status, id_, message)(
        operation,
        message or _first_line(status, content),
        status=status,
        id=id_,
        request_id=request_id(headers) or text_of(body, "request_id")[:_LONGEST_LINE] or None,
        retry_after_s=_retry_after(headers.get("retry-after", ""), now),
    )


def request_id(headers: Mapping[str, str]) -> str | None:
    """Return what to quote to the vendor's support, if the answer says it."""
    return headers.get("x-request-id", "")[:_LONGEST_LINE] or None


def _kind(status: int, id_: str, message: str) -> type[ApiError]:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerError
    if status == HTTPStatus.NOT_FOUND and id_ == "bad_request":
        return InvalidRequest
    if status == HTTPStatus.UNPROCESSABLE_ENTITY and "limit" in f"{id_} {message}".lower():
        return LimitReached
    if status < HTTPStatus.BAD_REQUEST or status in _UNCLEAR:
        return UnclearStatus
    return _BY_STATUS.get(status, UnexpectedStatus)


def _body(content: bytes) -> object:
    try:
        return json_value(content)
    except UnreadableContent:
        return None


def _first_line(status: int, content: bytes) -> str:
    """Return the title of an HTML page, else the first line with text, else the status in words."""
    text = content.decode("utf-8", "replace")
    title = _TITLE.search(text)
    lines = ((title.group(1) if title else text).strip() or _phrase(status)).splitlines()
    return lines[0].strip()[:_LONGEST_LINE]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"HTTP status {status}"


def _retry_after(text: str, now: datetime) -> float | None:
    """Return seconds from 0 to a day, or None if ``text`` is neither seconds nor a date."""
    if _SECONDS.fullmatch(text):
        return min(float(text), _DAY_S)
    date = parse_http_date(text)
    return None if date is None else min(max((date - now).total_seconds(), 0.0), _DAY_S)
