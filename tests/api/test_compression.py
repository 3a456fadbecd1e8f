"""Bodies in pieces of any length: read whole, or not at all, and never more than is wanted."""

import gzip
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.api.compression import BROKEN, UNWANTED, Body

TEXT = b'{"triggers": []}' * 50
LIMIT = 10_000


def pieces(data: bytes, length: int) -> Iterator[bytes]:
    return (data[start : start + length] for start in range(0, len(data), length))


def read(coding: str, data: bytes, length: int = 7, limit: int = LIMIT) -> Body:
    body = Body(coding, limit)
    for piece in pieces(data, length):
        if not body.take(piece):
            break
    body.end()
    return body


@pytest.mark.parametrize("coding", ["", "identity", " Identity , "])
def test_what_is_not_compressed_is_taken_as_it_is(coding: str) -> None:
    body = read(coding, TEXT)
    assert (bytes(body.content), body.problem, body.is_too_large) == (TEXT, "", False)


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", "gzip, identity"])
@pytest.mark.parametrize("length", [1, 7, 10_000])
@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(TEXT),
        gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]),
        gzip.compress(TEXT) + bytes(30),
    ],
    ids=["one member", "two members", "padded"],
)
def test_gzip_is_inflated_however_it_is_cut(coding: str, length: int, data: bytes) -> None:
    body = read(coding, data, length)
    assert (bytes(body.content), body.problem) == (TEXT, "")


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "gzip,x-gzip", "identity, zstd"])
def test_any_other_coding_is_not_read(coding: str) -> None:
    body = read(coding, gzip.compress(gzip.compress(TEXT)))
    assert (bytes(body.content), body.problem) == (b"", UNWANTED)


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        zlib.compress(TEXT),
        gzip.compress(TEXT)[:-1],
        gzip.compress(TEXT)[:-9],
        gzip.compress(TEXT) + b"more",
        gzip.compress(TEXT)[:40],
    ],
    ids=["plain", "zlib", "cut", "without its check", "followed by junk", "begun"],
)
def test_what_is_not_what_it_says_is_no_answer(data: bytes) -> None:
    body = read("gzip", data)
    assert (bytes(body.content), body.problem) == (b"", BROKEN)


def test_an_empty_body_is_empty_whatever_it_says() -> None:
    body = read("gzip", b"")
    assert (bytes(body.content), body.problem) == (b"", "")


@pytest.mark.parametrize("coding", ["", "gzip"])
@pytest.mark.parametrize("more", [-1, 0, 1, 2, 1_000_000])
def test_of_what_is_too_large_one_byte_more_than_wanted_is_kept(coding: str, more: int) -> None:
    data = bytes(LIMIT + more)
    body = read(coding, gzip.compress(data) if coding else data, 1000)
    assert len(body.content) == min(LIMIT + more, LIMIT + 1)
    assert body.is_too_large is (more > 0)
    assert body.problem == ""


@given(st.binary(max_size=200), st.integers(1, 50), st.sampled_from(["", "gzip"]))
def test_any_bytes_are_read_or_are_no_answer(data: bytes, length: int, coding: str) -> None:
    body = read(coding, data, length, limit=100)
    assert len(body.content) <= 101
    assert body.problem in {"", BROKEN}
    if not coding:
        assert bytes(body.content) == data[:101]
