"""How the client behaves towards the network, in the process: no socket is opened."""

# What httpx was told can only be seen inside it.
# pyright: reportPrivateUsage=false

import asyncio
import errno
import gzip
import os
import pathlib
import socket
import ssl
import threading
from collections.abc import AsyncIterator

import certifi
import httpx
import pytest
from typing_extensions import override

from fntui.api import loading, paths, wire
from fntui.api import operations as op
from fntui.api.client import FunctionsClient
from fntui.api.compression import UNWANTED
from fntui.api.drafts import NamespaceDraft
from fntui.api.errors import (
    ApiError,
    ConnectionLost,
    InvalidRequest,
    NotSent,
    ServerError,
    TimedOut,
    TlsRefused,
    UnexpectedStatus,
    UnreadableAnswer,
)
from fntui.api.models import Listing
from fntui.api.secret import MalformedToken, Secret
from fntui.clock import ManualClock
from tests.support.scripted_server import TOKEN, ImpatientClock, ScriptedServer, answer

DRAFT = NamespaceDraft(label="a", region="nyc1")
EMPTY: dict[str, list[str]] = {"namespaces": []}


async def failure_of_a_write(step: Exception | httpx.Response) -> ApiError:
    server = ScriptedServer(step)
    async with server.client(ImpatientClock()) as client:
        with pytest.raises(ApiError) as caught:
            await client.create_namespace(DRAFT)
    assert caught.value.__context__ is None
    assert {call.problem for call in server.calls} == {type(caught.value).__name__}
    return caught.value


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (httpx.ConnectError("as httpx says it"), "The server could not be reached."),
        (httpx.ProxyError("407 Proxy Authentication Required"), "The proxy refused (407)."),
        (httpx.ProxyError("as httpx says it"), "The proxy refused."),
        (httpx.ConnectTimeout("x"), "No connection could be had within 5 seconds."),
        (httpx.PoolTimeout("x"), "No connection could be had within 5 seconds."),
        (httpx.UnsupportedProtocol("x"), "The request could not be put on the wire."),
        (httpx.LocalProtocolError("x"), "The request could not be put on the wire."),
    ],
    ids=repr,
)
async def test_nothing_was_sent(failure: Exception, words: str) -> None:
    error = await failure_of_a_write(failure)
    assert type(error) is NotSent
    assert error.message == words
    assert not error.may_have_been_carried_out


def untrusted() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("as Python says it")
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("cause", "words", "kind"),
    [
        (socket.gaierror(-2, "x"), "The server's name could not be resolved.", NotSent),
        (
            untrusted(),
            "The server's certificate is not trusted (self-signed certificate).",
            TlsRefused,
        ),
        (ssl.SSLError(1, "x"), "No TLS connection could be made.", TlsRefused),
        (ssl.SSLEOFError(8, "x"), "No TLS connection could be made.", NotSent),
        (OSError("no number"), "The server could not be reached.", NotSent),
        (
            ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed"),
            f"The server could not be reached ({os.strerror(errno.ECONNREFUSED).lower()}).",
            NotSent,
        ),
    ],
    ids=repr,
)
async def test_why_the_server_could_not_be_reached(
    cause: OSError, words: str, kind: type[ApiError]
) -> None:
    between = OSError("as anyio says it")
    between.__context__ = cause
    failure = httpx.ConnectError("as httpx says it")
    failure.__cause__ = between
    error = await failure_of_a_write(failure)
    assert type(error) is kind
    assert error.message == words


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx.ReadTimeout("x"), TimedOut),
        (httpx.WriteTimeout("x"), TimedOut),
        (httpx.ReadError("x"), ConnectionLost),
        (httpx.WriteError("x"), ConnectionLost),
        (httpx.CloseError("x"), ConnectionLost),
        (httpx.RemoteProtocolError("Server disconnected without a response."), ConnectionLost),
        (ConnectionResetError("x"), ConnectionLost),
    ],
    ids=repr,
)
async def test_it_may_have_been_carried_out(failure: Exception, kind: type[ApiError]) -> None:
    error = await failure_of_a_write(failure)
    assert type(error) is kind
    assert error.may_have_been_carried_out
    assert error.status is None
    assert error.message.endswith(".")


async def test_what_is_no_trouble_of_the_network_is_a_mistake_and_stays_one() -> None:
    server = ScriptedServer(KeyError("mistake"))
    async with server.client() as client:
        with pytest.raises(KeyError):
            await client.list_namespaces()


async def test_a_redirect_is_not_followed() -> None:
    server = ScriptedServer(answer(307, None, {"location": "https://evil.example/v2"}))
    async with server.client() as client:
        with pytest.raises(UnexpectedStatus) as caught:
            await client.list_namespaces()
    assert caught.value.message == "Temporary Redirect"
    assert [request.url.host for request in server.requests] == ["api.digitalocean.com"]


async def test_a_proxy_s_page_is_told_by_its_title() -> None:
    page = httpx.Response(502, html="<html><head><title>502 Bad Gateway</title></head></html>")
    error = await failure_of_a_write(page)
    assert type(error) is ServerError
    assert error.message == "502 Bad Gateway"


class Endless(httpx.AsyncByteStream):
    """A body that goes on for ever.

    Attributes:
        sent: How many bytes of it were asked for.
        is_closed: True once nobody wants more of it.
    """

    def __init__(self) -> None:
        """Begin."""
        self.sent: int = 0
        self.is_closed = False

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give a megabyte at a time."""
        while True:
            self.sent += 1024 * 1024
            yield bytes(1024 * 1024)

    @override
    async def aclose(self) -> None:
        """Note that it is over."""
        self.is_closed = True


async def test_an_answer_over_32_mb_is_not_read_to_its_end() -> None:
    body = Endless()
    error = await failure_of_a_write(httpx.Response(200, stream=body))
    assert type(error) is UnreadableAnswer
    assert error.message == "The answer is larger than 32 MB"
    assert error.may_have_been_carried_out
    assert body.sent == 33 * 1024 * 1024
    assert body.is_closed


async def test_of_a_refusal_only_the_beginning_is_read() -> None:
    body = Endless()
    error = await failure_of_a_write(httpx.Response(400, stream=body))
    assert type(error) is InvalidRequest
    assert body.sent == 1024 * 1024
    assert body.is_closed


async def test_a_compressed_answer_is_read() -> None:
    content = gzip.compress(b'{"namespaces": []}')
    response = httpx.Response(200, content=content, headers={"content-encoding": "gzip"})
    async with ScriptedServer(response).client() as client:
        assert await client.list_namespaces() == Listing(items=())


@pytest.mark.parametrize(("status", "kind"), [(200, UnreadableAnswer), (400, InvalidRequest)])
async def test_an_answer_that_is_not_compressed_as_it_says(
    status: int, kind: type[ApiError]
) -> None:
    def junk(_: httpx.Request) -> httpx.Response:
        headers = {"content-encoding": "gzip"}
        return httpx.Response(status, stream=httpx.ByteStream(b"junk"), headers=headers)

    async with ScriptedServer(junk).client(ImpatientClock()) as client:
        with pytest.raises(ApiError) as caught:
            await client.create_namespace(DRAFT)
    assert type(caught.value) is kind


class Trickle(Endless):
    """A body that never goes on."""

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give one byte, and then wait."""
        yield b"{"
        await asyncio.get_running_loop().create_future()


async def test_of_an_answer_that_inflates_without_end_32_mb_are_read() -> None:
    bomb = gzip.compress(bytes(1024**2), compresslevel=9) * 100
    headers = {"content-encoding": "gzip"}
    body = Given(bomb)
    error = await failure_of_a_write(httpx.Response(200, stream=body, headers=headers))
    assert error.message == "The answer is larger than 32 MB"
    assert body.sent < len(bomb) / 2


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "deflate, gzip", "gzip, identity, x-gzip"])
async def test_a_coding_that_was_not_asked_for_is_not_read(coding: str) -> None:
    body = Given(gzip.compress(gzip.compress(b"{}")))
    response = httpx.Response(200, stream=body, headers={"content-encoding": coding})
    error = await failure_of_a_write(response)
    assert type(error) is UnreadableAnswer
    assert error.message == UNWANTED


class Given(Endless):
    """A body of bytes that are given, 1,000 at a time."""

    def __init__(self, content: bytes) -> None:
        """Hold them."""
        super().__init__()
        self._content = content

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the next ones."""
        while self.sent < len(self._content):
            self.sent += 1000
            yield self._content[self.sent - 1000 : self.sent]


async def test_an_answer_that_trickles_ends_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wire, "_DEADLINE_S", 0.0)
    body = Trickle()
    error = await failure_of_a_write(httpx.Response(200, stream=body))
    assert type(error) is TimedOut
    assert error.may_have_been_carried_out
    assert body.is_closed


async def test_cancelling_a_write_that_was_sent_is_told_and_nothing_else() -> None:
    body = Trickle()
    server = ScriptedServer(httpx.Response(200, stream=body))
    clock = ManualClock()
    async with server.client(clock) as client:
        write = asyncio.create_task(client.create_namespace(DRAFT))
        await clock.settle()
        assert len(server.requests) == 1
        write.cancel()
        with pytest.raises(asyncio.CancelledError):
            await write
    assert write.cancelled()
    assert len(server.requests) == 1
    assert body.is_closed
    assert [call.problem for call in server.calls] == ["CancelledError"]


async def test_cancelling_a_read_that_waits_for_its_next_attempt_ends_it() -> None:
    server = ScriptedServer(httpx.ConnectError("x"))
    clock = ManualClock()
    async with server.client(clock) as client:
        read = asyncio.create_task(client.list_namespaces())
        await clock.settle()
        read.cancel()
        await clock.advance(60)
    assert read.cancelled()
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "path",
    ["/v2/functions/namespaces", "/v2/functions/namespaces/..", "/a/b/c/d/../e", "//evil/b/c/d"],
)
async def test_a_path_that_leads_elsewhere_is_never_requested(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(operation: op.Operation, **ids: str) -> str:
        del operation, ids
        return path

    monkeypatch.setattr(paths, "build", build)
    server = ScriptedServer(answer(204))
    async with server.client() as client:
        with pytest.raises(RuntimeError, match="the URL built to delete namespace leads elsewhere"):
            await client.delete_namespace("fn-1")
    assert server.requests == []


@pytest.mark.parametrize(
    "url", ["https://evil.example", "http://api.digitalocean.com", "https://api.digitalocean.com:1"]
)
def test_another_server_is_told_from_ours_whatever_the_path(url: str) -> None:
    ours = wire.Wire(Secret(TOKEN), "https://api.digitalocean.com", None)
    path = op.LIST_NAMESPACES.template
    ours._check(httpx.URL("https://api.digitalocean.com" + path), op.LIST_NAMESPACES, path)
    with pytest.raises(RuntimeError, match="leads elsewhere"):
        ours._check(httpx.URL(url + path), op.LIST_NAMESPACES, path)


@pytest.mark.parametrize("path", ["@evil.example/v2/functions/x", ".evil.example/v2/functions/x"])
async def test_a_host_that_is_not_ours_is_never_asked(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(operation: op.Operation) -> str:
        del operation
        return path

    monkeypatch.setattr(paths, "build", build)
    server = ScriptedServer(answer(200, EMPTY))
    async with server.client() as client:
        with pytest.raises(RuntimeError, match="leads elsewhere"):
            await client.list_namespaces()
    assert server.requests == []


@pytest.mark.parametrize("name", ["", ".", "..", "../../fn-2", "\ud800"])
async def test_an_unsafe_name_is_an_api_error_and_sends_nothing(name: str) -> None:
    server = ScriptedServer(answer(204))
    async with server.client() as client:
        with pytest.raises(ApiError) as caught:
            await client.delete_trigger("fn-1", name)
    assert isinstance(caught.value, paths.UnsafeName)
    assert not server.requests
    assert not server.calls


def test_a_token_that_cannot_be_sent_is_refused_at_once() -> None:
    with pytest.raises(MalformedToken):
        FunctionsClient(Secret(TOKEN + "\n"), clock=ManualClock())


def test_a_url_that_no_token_may_go_to_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="must be https"):
        FunctionsClient(Secret(TOKEN), base_url="http://api.example", clock=ManualClock())


async def test_another_base_url_is_asked_where_it_says() -> None:
    server = ScriptedServer(answer(200, EMPTY))
    client = FunctionsClient(
        Secret(TOKEN),
        base_url="http://[::1]:8080/",
        clock=ManualClock(),
        transport=server.transport,
    )
    await client.list_namespaces()
    assert str(server.requests[0].url) == "http://[::1]:8080/v2/functions/namespaces"


def opened(base_url: str = "https://api.digitalocean.com") -> httpx.AsyncClient | ApiError:
    return wire.Wire(Secret(TOKEN), base_url, None)._open(op.LIST_NAMESPACES)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that names neither proxies nor certificates."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


async def test_building_a_client_opens_nothing(environment: pytest.MonkeyPatch) -> None:
    environment.setattr(httpx, "AsyncClient", None)
    async with FunctionsClient(Secret(TOKEN), clock=ManualClock()):
        pass


@pytest.mark.usefixtures("environment")
def test_time_outs_and_limits_are_ours() -> None:
    http = opened()
    assert isinstance(http, httpx.AsyncClient)
    assert http.timeout == httpx.Timeout(connect=5, read=10, write=10, pool=5)
    assert not http.follow_redirects
    pool = getattr(http._transport, "_pool")  # noqa: B009 - httpx keeps it private
    assert pool._max_connections == 16
    assert pool._ssl_context.check_hostname
    assert len(pool._ssl_context.get_ca_certs()) > 10


@pytest.mark.parametrize("proxy", [None, "http://127.0.0.1:3128"])
def test_certificates_named_by_the_environment_are_the_trusted_ones(
    proxy: str | None, environment: pytest.MonkeyPatch, tmp_path: pytest.TempPathFactory
) -> None:
    end = "-----END CERTIFICATE-----\n"
    one = certifi.contents().partition(end)[0] + end
    file = f"{tmp_path}/one.pem"
    with pathlib.Path(file).open("w", encoding="ascii") as pem:
        pem.write(one)
    environment.setenv("SSL_CERT_FILE", file)
    if proxy:
        environment.setenv("HTTPS_PROXY", proxy)
    http = opened()
    assert isinstance(http, httpx.AsyncClient)
    transport = http._transport_for_url(httpx.URL("https://api.digitalocean.com"))
    pool = getattr(transport, "_pool")  # noqa: B009 - httpx keeps it private
    assert ("Proxy" in type(pool).__name__) == bool(proxy)
    assert len(pool._ssl_context.get_ca_certs()) == 1


@pytest.mark.usefixtures("environment")
def test_what_is_loaded_ahead_is_what_connections_use() -> None:
    loading.load("https://api.digitalocean.com")
    clients = [each for each in (opened(), opened()) if isinstance(each, httpx.AsyncClient)]
    pools = [getattr(each._transport, "_pool") for each in clients]  # noqa: B009 - kept private
    assert pools[0]._ssl_context is pools[1]._ssl_context


def test_certificates_are_read_beside_what_else_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, all_loaded, loaded = threading.Event(), threading.Event(), list[str]()

    def read(scheme: str) -> None:
        assert scheme == "https"
        reading.set()
        assert all_loaded.wait(10)

    def load(name: str) -> None:
        assert reading.wait(10)
        loaded.append(name)
        all_loaded.set()

    monkeypatch.setattr(wire, "trusted", read)
    monkeypatch.setattr(loading, "import_module", load)
    loading.load("https://api.digitalocean.com")
    assert loaded == ["fntui.api.client", "httpcore"]


def test_certificates_that_cannot_be_read_are_told_by_the_first_request_alone(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("SSL_CERT_FILE", "/nowhere/x.pem")
    loading.load("https://api.digitalocean.com")
    assert isinstance(opened(), ApiError)
    assert isinstance(opened("http://127.0.0.1:8080"), httpx.AsyncClient)


def test_no_proxy_stands_between_this_machine_and_itself(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HTTP_PROXY", "http://proxy.example:3128")
    environment.setenv("ALL_PROXY", "http://proxy.example:3128")
    http = opened("http://127.0.0.1:8080")
    assert isinstance(http, httpx.AsyncClient)
    assert http._mounts == {}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HTTPS_PROXY", "socks5://user:hunter2@127.0.0.1:1080", "proxy named in the environment"),
        ("HTTPS_PROXY", "gopher://user:hunter2@127.0.0.1", "proxy named in the environment"),
        ("HTTPS_PROXY", "http://user:hunter2@127.0.0.1:x", "proxy named in the environment"),
        ("SSL_CERT_FILE", "/nowhere/hunter2.pem", "certificates named by SSL_CERT_FILE"),
        ("SSL_CERT_FILE", __file__, "certificates named by SSL_CERT_FILE"),
    ],
)
async def test_an_environment_that_cannot_be_used_is_told_in_a_sentence(
    name: str, value: str, says: str, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv(name, value)
    async with FunctionsClient(Secret(TOKEN), clock=ImpatientClock()) as client:
        with pytest.raises(NotSent, match="no answer") as caught:
            await client.list_namespaces()
    assert says in caught.value.message
    assert "hunter2" not in caught.value.message
    assert caught.value.__context__ is None


async def test_a_closed_client_sends_nothing_more() -> None:
    server = ScriptedServer(answer(200, EMPTY))
    client = server.client()
    await client.list_namespaces()
    await client.aclose()
    await client.aclose()
    with pytest.raises(NotSent) as caught:
        await client.list_namespaces()
    assert caught.value.message == "The connection to this account was closed."
    assert len(server.requests) == 1
