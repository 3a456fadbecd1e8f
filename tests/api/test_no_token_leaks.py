"""Whatever goes wrong on a real connection, nothing that is shown of it holds the token."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from fntui.api.client import FunctionsClient
from fntui.api.drafts import AccessKeyDraft
from fntui.api.errors import ApiError
from fntui.api.secret import Secret
from tests.support.leaks import all_shown_by
from tests.support.scripted_server import TOKEN, ImpatientClock

pytestmark = pytest.mark.loopback

HEAD = b"HTTP/1.1 200 OK\r\n"
ANSWERS = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "bad header": HEAD + b"bad header\r\n\r\n",
    "cut off": HEAD + b"content-length: 100\r\n\r\n{",
    "bad chunks": HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n",
    "bad gzip": HEAD + b"content-encoding: gzip\r\ncontent-length: 4\r\n\r\njunk",
    "no JSON": HEAD + b"content-length: 4\r\n\r\njunk",
    "bad redirect": b"HTTP/1.1 302 Found\r\nlocation: http://[\r\ncontent-length: 0\r\n\r\n",
    "refusal": b'HTTP/1.1 401 No\r\ncontent-length: 11\r\n\r\n{"id": "x"}',
}


@asynccontextmanager
async def server(reply: bytes) -> AsyncGenerator[int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


async def failure(port: int) -> ApiError:
    url = f"http://127.0.0.1:{port}"
    async with FunctionsClient(Secret(TOKEN), base_url=url, clock=ImpatientClock()) as client:
        assert TOKEN not in f"{client!r} {vars(client)!r}"
        with pytest.raises(ApiError) as caught:
            await client.create_access_key("fn-1", AccessKeyDraft(name="k"))
    return caught.value


def logged(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(f"{record.getMessage()} {vars(record)!r}" for record in caplog.records)


@pytest.mark.parametrize("reply", ANSWERS.values(), ids=ANSWERS)
async def test_an_answer_that_is_none(reply: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with server(reply) as port:
        error = await failure(port)
    assert TOKEN not in all_shown_by(error)
    assert error.__context__ is None
    assert error.__cause__ is None
    assert "send_request_headers" in logged(caplog)
    assert TOKEN not in logged(caplog)


async def test_a_server_that_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with server(b"") as port:
        pass
    error = await failure(port)
    assert TOKEN not in all_shown_by(error) + logged(caplog)


@pytest.mark.parametrize("status", [301, 400, 401, 502])
async def test_what_quotes_the_request_does_not_have_the_token_shown(status: int) -> None:
    """Proxies for debugging do, and pages that say what could not be passed on."""
    for body in (
        f"authorization: Bearer {TOKEN}",
        f"<title>Bearer {TOKEN}</title>",
        json.dumps({"id": "x", "message": f"no such token: {TOKEN}"}),
        json.dumps({"id": TOKEN, "message": "?", "request_id": TOKEN}),
    ):
        head = f"HTTP/1.1 {status} No\r\ncontent-length: {len(body)}\r\n\r\n"
        async with server((head + body).encode()) as port:
            error = await failure(port)
        assert error.status == status
        assert "•••" in error.message + error.id
        assert TOKEN not in all_shown_by(error) + f"{error.message} {error.id} {error.request_id}"


async def test_neither_does_the_secret_of_a_key_that_cannot_be_read() -> None:
    body = b'{"access_key": {"id": 5, "secret": "hunter2hunter2"}}'
    async with server(HEAD + b"content-length: %d\r\n\r\n" % len(body) + body) as port:
        error = await failure(port)
    assert "hunter2" not in all_shown_by(error)
