"""Requests and replies of the simulated server, between HTTP as ASGI has it and Python values."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote

from fntui.clock import Clock
from fntui.simulator import numbers
from fntui.simulator.refusals import RefusedError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_DRIP: Final = 64
_DRIP_S: Final = 0.05


class ConnectionBrokenError(ConnectionResetError):
    """The server broke the connection instead of giving a whole and true answer.

    ASGI has no word for that. Whoever serves the app acts on it: the loopback server resets the
    client's connection, a transport in the process turns it into its own kind of error.

    Attributes:
        sent: What leaves the server before, as HTTP/1.1 has it; empty: nothing does.
    """

    def __init__(self, sent: bytes = b"") -> None:
        """Keep what is to be sent before."""
        super().__init__()
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Request:
    """A request, its body read whole.

    Attributes:
        method: HTTP method.
        path: As it was sent, still percent-encoded, without the query.
        headers: By their names in small letters.
        body: Undecoded.
    """

    method: str
    path: str
    headers: dict[str, str] = field(repr=False)  # the token is among them
    body: bytes

    @property
    def segments(self) -> list[str]:
        """The path's segments, each decoded by itself: a name may hold an encoded slash.

        A slash at the end changes nothing: who leaves a name empty meets the list.
        """
        return [unquote(segment) for segment in self.path.strip("/").split("/")]

    @property
    def token(self) -> str:
        """The bearer's token, or ``""``."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else ""

    @property
    def payload(self) -> object:
        """The body as JSON; None also where it is none."""
        try:
            return numbers.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer.

    Attributes:
        status: HTTP status.
        body: Encoded; empty: none.
        content_type: Of the body.
        headers: What else is said, by names in small letters.
        rest: Makes what follows the body, bit by bit; its length is not told then.
        told_length: Said in place of the body's own length, whatever the status; the connection
            ends with such an answer.
        is_dripped: True: the body is sent by 64 bytes each 50 ms.
    """

    status: int
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict[str, str])
    rest: Callable[[], Iterable[bytes]] | None = None
    told_length: int | None = None
    is_dripped: bool = False

    @property
    def is_success(self) -> bool:
        """True for every 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own numbers

    @property
    def all_headers(self) -> dict[str, str]:
        """The headers, with those of the body: no word of one with a 204 that tells the truth."""
        if self.told_length is None and self.status == HTTPStatus.NO_CONTENT:
            return self.headers
        headers = self.headers | {"content-type": self.content_type}
        if self.rest is None:
            told = len(self.body) if self.told_length is None else self.told_length
            headers["content-length"] = str(told)
        return headers

    @property
    def raw(self) -> bytes:
        """Head and body as HTTP/1.1 has them."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {text}" for name, text in self.all_headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body

    @classmethod
    def of(cls, status: int, payload: object) -> "Reply":
        """Return an answer of JSON."""
        return cls(status, numbers.dumps(payload).encode())

    @classmethod
    def refusal(cls, refused: RefusedError, request_id: str) -> "Reply":
        """Return an error as the API words it."""
        error = {"id": refused.id, "message": refused.message, "request_id": request_id}
        return cls.of(refused.status, error)


async def receive_request(scope: Scope, receive: Receive) -> Request:
    """Return the request that ``scope`` announces."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    encoded: list[tuple[bytes, bytes]] = scope["headers"]
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in encoded]
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("ascii", "replace"),
        headers={name.lower(): value for name, value in headers},
        body=body,
    )


async def send_reply(reply: Reply, send: Send) -> None:
    """Send ``reply``.

    Raises:
        ConnectionBrokenError: Its length is not what it tells, which no ASGI server would send.
    """
    if reply.told_length is not None:
        raise ConnectionBrokenError(reply.raw)
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in reply.all_headers.items()
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    has_rest = reply.rest is not None
    await send({"type": "http.response.body", "body": reply.body, "more_body": has_rest})
    if reply.rest is not None:
        for piece in reply.rest():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def dripping(send: Send, clock: Clock) -> Send:
    """Return what sends as ``send`` does, but bodies by 64 bytes each 50 ms of ``clock``."""

    async def drip(message: MutableMapping[str, Any]) -> None:
        body: bytes = message.get("body", b"")
        for start in range(0, len(body), _DRIP):
            piece = body[start : start + _DRIP]
            await send({"type": message["type"], "body": piece, "more_body": True})
            await clock.sleep(_DRIP_S)
        await send({**message, "body": b""} if body else message)

    return drip
