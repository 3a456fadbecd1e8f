"""Faults that only a real socket has, on loopback: refused, no name, TLS, reset, another origin."""

import asyncio
import contextlib
import json
import re
import shutil
import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fntui.api.client import FunctionsClient
from fntui.api.drafts import NamespaceDraft
from fntui.api.errors import ApiError, ConnectionLost, NotSent, TlsRefused, UnclearStatus
from fntui.api.secret import Secret
from fntui.clock import SystemClock
from fntui.core.operations.journal import Journal
from fntui.core.operations.operations import Operations
from fntui.core.operations.outcome import Status
from fntui.core.store.store import Store
from tests.support.scripted_server import TOKEN

pytestmark = pytest.mark.loopback

DRAFT = NamespaceDraft(label="fresh", region="nyc1")
MADE = {"namespace": "fn-1", "label": "fresh", "region": "nyc1"}

Answer = Callable[[bytes], bytes | None]
"""From a request to what is sent back; None: the connection is reset."""


class Fast(SystemClock):
    """A clock on which the waits between two tries are short."""

    def __init__(self) -> None:
        """Run a hundred times as fast."""
        super().__init__(100.0)


class Loopback:
    """A server of one answer after another.

    Attributes:
        requests: The heads and bodies that came.
        port: Where it listens.
    """

    def __init__(self, *answers: Answer) -> None:
        """Answer in this order, the last one again and again."""
        self.requests: list[bytes] = []
        self.connections = 0
        self.port = 0
        self._answers = list(answers)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        self.connections += 1
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: *([0-9]+)", head)
            request = head + await reader.readexactly(int(length[1]) if length else 0)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            return
        self.requests.append(request)
        sent = (self._answers.pop(0) if len(self._answers) > 1 else self._answers[0])(request)
        if sent is None:
            sock: socket.socket = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        else:
            writer.write(sent)
            writer.close()


@asynccontextmanager
async def listening(
    *answers: Answer, tls: ssl.SSLContext | None = None
) -> AsyncGenerator[Loopback]:
    loopback = Loopback(*answers)
    server = await asyncio.start_server(loopback.serve, "127.0.0.1", 0, ssl=tls)
    loopback.port = port_of(server)
    try:
        yield loopback
    finally:
        server.close()


def port_of(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


def reply(status: str, payload: object = None, *headers: str) -> bytes:
    body = b"" if payload is None else json.dumps(payload).encode()
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def outcome_of(url: str, act: Callable[[FunctionsClient], Awaitable[object]]) -> ApiError:
    async with FunctionsClient(Secret(TOKEN), base_url=url, clock=Fast()) as client:
        with pytest.raises(ApiError) as caught:
            await act(client)
    return caught.value


def create(client: FunctionsClient) -> Awaitable[object]:
    return client.create_namespace(DRAFT)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def test_a_port_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    error = await outcome_of(f"http://127.0.0.1:{port}", create)
    assert type(error) is NotSent
    assert error.message.startswith("The server could not be reached (")
    assert not error.may_have_been_carried_out


async def test_a_name_that_nobody_has() -> None:
    error = await outcome_of("https://nobody.invalid", create)
    assert type(error) is NotSent
    assert error.message == "The server's name could not be resolved."


async def test_a_server_that_does_not_speak_tls() -> None:
    said: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-Other\r\n")
        try:
            said.append(await reader.read())
        except ConnectionError:
            said.append(b"")
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    error = await outcome_of(f"https://127.0.0.1:{port_of(server)}", create)
    server.close()
    assert type(error) is TlsRefused
    assert error.message == "No TLS connection could be made."
    assert TOKEN.encode() not in b"".join(said)


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    """What a server needs that vouches for itself."""
    openssl = shutil.which("openssl")
    assert openssl is not None
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=fntui"]
    name = ["-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    command = [openssl, *words, *name, *files]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - words of our own
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


async def test_a_server_that_vouches_for_itself_is_not_told_the_token(
    self_signed: ssl.SSLContext,
) -> None:
    told: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        # Not asyncio's own server: it leaves the socket of a handshake that failed open.
        with contextlib.suppress(OSError):
            while True:
                with listener.accept()[0] as plain, contextlib.suppress(ssl.SSLError):
                    told.append(self_signed.wrap_socket(plain, server_side=True).recv(4096))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve, args=(listener,))
        server.start()
        error = await outcome_of(f"https://127.0.0.1:{listener.getsockname()[1]}", create)
        listener.shutdown(socket.SHUT_RDWR)
        server.join()
    assert type(error) is TlsRefused
    assert error.message.startswith("The server's certificate is not trusted (")
    assert told == []


async def test_a_certificate_that_the_environment_names_is_trusted(
    self_signed: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    listed = reply("200 OK", {"namespaces": []})
    async with (
        listening(lambda _: listed, tls=self_signed) as server,
        FunctionsClient(
            Secret(TOKEN), base_url=f"https://127.0.0.1:{server.port}", clock=Fast()
        ) as client,
    ):
        assert (await client.list_namespaces()).items == ()
    assert len(server.requests) == 1


class Account:
    """A server's account: what it was asked to make it makes, then resets the connection, or not.

    Attributes:
        labels: Of the namespaces that there are.
    """

    def __init__(self, *, carries_out: bool) -> None:
        """Have nothing."""
        self.labels: list[str] = []
        self._carries_out = carries_out

    def answer(self, request: bytes) -> bytes | None:
        """Answer reads; reset the connection on a write."""
        if request.startswith(b"GET"):
            made = [{**MADE, "label": label} for label in self.labels]
            return reply("200 OK", {"namespaces": made})
        if self._carries_out:
            self.labels.append(json.loads(request.partition(b"\r\n\r\n")[2])["label"])
        return None


@pytest.mark.parametrize("carries_out", [True, False])
async def test_a_reset_before_and_after_it_was_carried_out(*, carries_out: bool) -> None:
    account = Account(carries_out=carries_out)
    async with (
        listening(account.answer) as server,
        FunctionsClient(
            Secret(TOKEN), base_url=f"http://127.0.0.1:{server.port}", clock=Fast()
        ) as client,
    ):
        operations = Operations(client, Store(), Journal(), is_read_only=False)
        outcome = await operations.create_namespace(DRAFT)
    assert outcome.status is (Status.DONE if carries_out else Status.NOT_DONE)
    assert account.labels == (["fresh"] if carries_out else [])
    assert [each.split(b" ")[0] for each in server.requests] == [b"POST", b"GET"]
    assert outcome.problem is None or "there was no whole answer" in outcome.problem.sentence


async def test_a_reset_of_every_write_is_a_lost_connection() -> None:
    async with listening(lambda _: None) as server:
        error = await outcome_of(f"http://127.0.0.1:{server.port}", create)
    assert type(error) is ConnectionLost
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 Other", "307 Again", "308 Kept"])
async def test_another_origin_is_never_asked_and_never_told_the_token(status: str) -> None:
    async with listening(lambda _: reply("200 OK", MADE)) as other:
        away = f"location: http://127.0.0.1:{other.port}/v2/functions/namespaces"
        async with listening(lambda _: reply(status, None, away)) as server:
            error = await outcome_of(f"http://127.0.0.1:{server.port}", create)
    assert type(error) is UnclearStatus
    assert len(server.requests) == 1
    assert f"authorization: bearer {TOKEN}".encode() in server.requests[0].lower()
    assert other.connections == 0


async def test_an_answer_of_a_gigabyte_is_refused_while_it_arrives() -> None:
    sent = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n")
        try:
            while sent < 1 << 30:
                writer.write(bytes(1 << 20))
                await writer.drain()
                sent += 1 << 20
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    error = await outcome_of(f"http://127.0.0.1:{port_of(server)}", create)
    server.close()
    assert error.message == "The answer is larger than 32 MB"
    assert error.may_have_been_carried_out
    assert sent < 64 << 20
