"""One request and its answer over HTTP. Only this file imports httpx and sends the token.

Other rooms know httpx as a ``Transport`` that they pass on. What goes wrong is returned, not
raised, so that no error of ours drags httpx's frames, which hold headers, behind it as its context.
"""

import asyncio
import os
import re
import socket
import ssl
from collections.abc import Generator, Mapping
from functools import cache
from typing import Any, Final

import httpx
from typing_extensions import override

from fntui import __version__
from fntui.api.compression import ACCEPTED, Body
from fntui.api.errors import ApiError, ConnectionLost, NotSent, TimedOut, TlsRefused
from fntui.api.operations import Operation
from fntui.api.secret import Secret

# Connecting takes two round trips, even a slow one is done in 5 s or there is no route. The API
# answers in a fraction of a second; 10 s of silence means that something is stuck. Whoever waits
# for a free connection for 5 s waits behind 16 stuck requests and should know.
_TIMEOUTS: Final = httpx.Timeout(connect=5.0, read=10.0, write=10.0, pool=5.0)
# Each of these limits one wait alone: an answer that trickles would keep within them for ever.
_DEADLINE_S: Final = 60.0
_LIMITS: Final = httpx.Limits(max_connections=16, keepalive_expiry=20.0)
_LARGEST_ANSWER: Final = 32 * 1024 * 1024
_LARGEST_REFUSAL: Final = 64 * 1024
_TOO_LARGE: Final = "The answer is larger than 32 MB"
_STATUS: Final = re.compile(r"[1-5][0-9]{2}\b")
_MASK: Final = "•••".encode()
_HEADERS: Final = {
    "accept": "application/json",
    "accept-encoding": ACCEPTED,
    "user-agent": f"fntui/{__version__} (+python httpx)",
}


Transport = httpx.AsyncBaseTransport
"""Takes requests to where they go: the network, or a server in this process."""


def transport_to(app: Any) -> Transport:  # noqa: ANN401 - any ASGI application
    """Return a transport that calls a server in this process, such as the simulator."""
    return httpx.ASGITransport(app)


def trusted(scheme: str) -> ssl.SSLContext:
    """Return what checks the server's certificate.

    Fails with an OSError where certificates that the environment names can't be read.
    """
    if scheme == "https":
        return _trusting(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # never used, and trusts nobody


@cache
def _trusting(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    # httpx takes both from the environment.
    return httpx.create_ssl_context()


class Answer:
    """What came back. Not a struct, since its ``repr`` must not show the body's secrets.

    Attributes:
        status: HTTP status.
        headers: By name, whatever its case.
        content: The body, decompressed; of a refusal, its beginning.
        problem: Why ``content`` is not what was sent, without a full stop; ``""`` if it is.
    """

    __slots__ = ("content", "headers", "problem", "status")

    def __init__(self, response: httpx.Response, content: bytes, problem: str) -> None:
        """Keep what is needed of ``response``."""
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.content = content
        self.problem = problem

    @property
    def is_success(self) -> bool:
        """True for every 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own numbers


class _BearerAuth(httpx.Auth):
    def __init__(self, token: Secret) -> None:
        self.token = token

    @override
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["authorization"] = f"Bearer {self.token.reveal()}"
        yield request


class Wire:
    """The connections to one server with one token, opened when first needed.

    Attributes:
        is_closed: True once ``aclose`` was called; nothing is sent any more.
    """

    def __init__(self, token: Secret, base_url: str, transport: Transport | None) -> None:
        """Remember where and as whom; both are to be checked before."""
        self.is_closed = False
        self._auth = _BearerAuth(token)
        self._base = httpx.URL(base_url)
        self._base_url = base_url
        self._transport = transport
        self._http: httpx.AsyncClient | None = None

    def use_token(self, token: Secret) -> None:
        """Send this token, checked before, from the next request on."""
        self._auth.token = token

    async def aclose(self) -> None:
        """Close all connections; what is under way fails."""
        self.is_closed = True
        if self._http is not None:
            await self._http.aclose()

    async def exchange(
        self, operation: Operation, path: str, content: bytes | None
    ) -> Answer | ApiError:
        """Send one request and return its answer, or why there is none.

        Args:
            operation: Gives the method; named in errors.
            path: Built by ``fntui.api.paths``.
            content: JSON to send, or None for no body.
        """
        http = self._open(operation)
        if isinstance(http, ApiError):
            return http
        headers = None if content is None else {"content-type": "application/json"}
        request = http.build_request(
            operation.method, self._base_url + path, content=content, headers=headers
        )
        self._check(request.url, operation, path)
        try:
            async with asyncio.timeout(_DEADLINE_S):
                answer = await _receive(http, request)
        except TimeoutError:
            words = f"The answer was not complete after {_DEADLINE_S:.0f} seconds."
            return TimedOut(operation, words, was_sent=True)
        except (httpx.RequestError, OSError) as error:  # OSError: TLS, once it is established
            return _failure(operation, error)
        if not answer.is_success:
            # Some proxies and servers quote the request that they refuse, its headers included.
            answer.content = answer.content.replace(self._auth.token.reveal().encode(), _MASK)
        return answer

    def _open(self, operation: Operation) -> httpx.AsyncClient | ApiError:
        # Building it loads the trusted certificates, unless ``load`` has.
        if self.is_closed:
            return NotSent(operation, "The connection to this account was closed.")
        if self._http is None:
            try:
                self._http = httpx.AsyncClient(
                    auth=self._auth,
                    headers=_HEADERS,
                    timeout=_TIMEOUTS,
                    limits=_LIMITS,
                    follow_redirects=False,
                    verify=trusted(self._base.scheme),
                    transport=self._transport,
                    # http is this machine alone: a proxy would be shown the token.
                    trust_env=self._base.scheme == "https",
                )
            except (ValueError, httpx.InvalidURL, ImportError):
                words = (
                    "The proxy named in the environment is none that fntui can use (http, https)."
                )
                return NotSent(operation, words)
            except OSError:
                words = "The certificates named by SSL_CERT_FILE or SSL_CERT_DIR can't be read."
                return NotSent(operation, words)
        return self._http

    def _check(self, url: httpx.URL, operation: Operation, path: str) -> None:
        """Make sure that the request goes where it was meant to, whatever a name made of it.

        Raises:
            RuntimeError: If it does not, which is a mistake of this program.
        """
        is_ours = (url.scheme, url.host, url.port) == (
            self._base.scheme,
            self._base.host,
            self._base.port,
        )
        is_whole = url.raw_path == path.encode() and path.count("/") == operation.template.count(
            "/"
        )
        if not (is_ours and is_whole):
            raise RuntimeError(f"the URL built to {operation.words} leads elsewhere")


async def _receive(http: httpx.AsyncClient, request: httpx.Request) -> Answer:
    response = await http.send(request, stream=True)
    try:
        largest = _LARGEST_ANSWER if response.is_success else _LARGEST_REFUSAL
        if response.is_stream_consumed:  # a transport in this process gave it whole
            return Answer(response, response.content, "")
        body = Body(response.headers.get("content-encoding", ""), largest)
        async for chunk in response.aiter_raw():
            if not body.take(chunk):
                break
        body.end()
        problem = _TOO_LARGE if body.is_too_large else body.problem
        return Answer(response, bytes(body.content[:largest]), problem)
    finally:
        await response.aclose()


def _failure(operation: Operation, error: Exception) -> ApiError:
    """Return what ``error`` means, in our own words: httpx's may hold what we sent."""
    if isinstance(error, httpx.ProxyError):
        status = _STATUS.match(str(error))
        return NotSent(operation, f"The proxy refused{f' ({status[0]})' if status else ''}.")
    if isinstance(error, httpx.ConnectError):
        return _unreachable(operation, error)
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return NotSent(operation, "No connection could be had within 5 seconds.")
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return NotSent(operation, "The request could not be put on the wire.")
    if isinstance(error, httpx.TimeoutException):
        return TimedOut(operation, "No answer within 10 seconds.", was_sent=True)
    return ConnectionLost(operation, "The connection broke before the answer was complete.")


def _unreachable(operation: Operation, error: BaseException) -> NotSent:
    """Return why there is no connection, as the system's error below httpx's says."""
    words = "The server could not be reached."
    cause = error.__cause__ or error.__context__
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            words = f"The server's certificate is not trusted ({cause.verify_message})."
            return TlsRefused(operation, words)
        if isinstance(cause, ssl.SSLError):
            words = "No TLS connection could be made."
            is_broken_off = isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError)
            return (NotSent if is_broken_off else TlsRefused)(operation, words)
        if isinstance(cause, socket.gaierror):
            return NotSent(operation, "The server's name could not be resolved.")
        if isinstance(cause, OSError) and cause.errno:
            words = f"The server could not be reached ({os.strerror(cause.errno).lower()})."
        cause = cause.__cause__ or cause.__context__
    return NotSent(operation, words)
