import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.api import operations as op
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
from fntui.api.refusals import read_refusal, request_id

NOW = datetime(2026, 11, 23, 14, 38, tzinfo=UTC)


def refusal(status: int, content: bytes = b"", headers: dict[str, str] | None = None) -> ApiError:
    return read_refusal(op.CREATE_TRIGGER, status, headers or {}, content, NOW)


def body(id_: object, message: object = "words", **more: object) -> bytes:
    return json.dumps({"id": id_, "message": message} | more).encode()


@pytest.mark.parametrize(
    ("status", "id_", "message", "kind"),
    [
        (400, "bad_request", "missing trigger name", InvalidRequest),
        (401, "unauthorized", "Unable to authenticate you.", InvalidToken),
        (403, "forbidden", "not allowed to get namespace", MissingScope),
        (404, "not_found", "namespace not found", NotFound),
        (404, "bad_request", "Invalid request payload: missing label field", InvalidRequest),
        (409, "conflict", "The request could not be completed", Conflict),
        (413, "too_large", "body too large", InvalidRequest),
        (414, "too_long", "URI too long", InvalidRequest),
        (422, "unprocessable_entity", "label is taken", InvalidRequest),
        (422, "unprocessable_entity", "triggers limit reached", LimitReached),
        (422, "limit_reached", "no more", LimitReached),
        (429, "too_many_requests", "API rate limit exceeded.", RateLimited),
        (500, "server_error", "Unexpected server-side error", ServerError),
        (503, "unavailable", "come back", ServerError),
        (599, "", "", ServerError),
        (301, "", "", UnclearStatus),
        (303, "", "", UnclearStatus),
        (304, "", "", UnclearStatus),
        (408, "", "", UnclearStatus),
        (499, "", "", UnclearStatus),
        (405, "", "", UnexpectedStatus),
        (418, "", "", UnexpectedStatus),
    ],
)
def test_a_status_is_an_error_of_its_kind(
    status: int, id_: str, message: str, kind: type[ApiError]
) -> None:
    error = refusal(status, body(id_, message, request_id="r-1"))
    assert type(error) is kind
    assert (error.status, error.id, error.request_id) == (status, id_, "r-1")
    assert error.message == message or not message
    assert error.operation is op.CREATE_TRIGGER
    assert error.may_have_been_carried_out is (kind in {ServerError, UnclearStatus})
    assert str(status) in str(error)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "Bad Gateway"),
        (b" \n\r\n\t", "Bad Gateway"),
        (b"upstream broke\nsecond line", "upstream broke"),
        (b"\n\n  upstream broke  \n", "upstream broke"),
        (b"<html><head><TITLE lang=en>\n502 Bad\n Gateway</title>", "502 Bad"),
        (b"<html><title></title>", "Bad Gateway"),
        (b'{"id": "x", "message": "cut o', '{"id": "x", "message": "cut o'),
        (b'{"message": 5}', '{"message": 5}'),
        (b"[1]", "[1]"),
        (b"\xff\xfe", "��"),
        (b"x" * 5000, "x" * 200),
    ],
)
def test_without_a_message_the_first_line_stands_for_it(content: bytes, line: str) -> None:
    assert refusal(502, content).message == line


def test_a_status_without_words_is_named_by_its_number() -> None:
    assert refusal(599).message == "HTTP status 599"


def test_a_message_is_cut() -> None:
    assert len(refusal(400, body("x", "y" * 10_000)).message) == 2000


def test_the_request_id_of_the_header_goes_first_and_is_cut() -> None:
    error = refusal(500, body("x", request_id="body"), {"x-request-id": "header"})
    assert error.request_id == "header"
    assert refusal(500, body("x", request_id=7)).request_id is None
    assert request_id({"x-request-id": "r" * 900}) == "r" * 200
    assert request_id({}) is None
    assert refusal(500, body("x", request_id="r" * 900)).request_id == "r" * 200


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("26", 26.0),
        ("1.5", 1.5),
        ("86400", 86_400.0),
        ("999999999999", 86_400.0),
        ("9999999999999", None),
        ("-1", None),
        ("soon", None),
        ("", None),
        ("1e3", None),
        ("٣", None),
        ("nan", None),
        ("Mon, 23 Nov 2026 14:38:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 14:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2099 14:00:00 GMT", 86_400.0),
    ],
)
def test_what_the_server_asks_to_wait(text: str, seconds: float | None) -> None:
    assert refusal(429, headers={"retry-after": text}).retry_after_s == seconds


@given(
    status=st.integers(300, 599),
    content=st.binary(max_size=40) | st.text(max_size=40).map(str.encode),
    retry_after=st.text(max_size=20),
)
def test_any_refusal_is_an_error_with_words(status: int, content: bytes, retry_after: str) -> None:
    error = refusal(status, content, {"retry-after": retry_after})
    assert error.message.strip()
    assert error.retry_after_s is None or 0 <= error.retry_after_s <= 86_400
