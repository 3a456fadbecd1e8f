"""Requests and replies of the simulated server, between HTTP as ASGI has it and Python values."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from fntui.simulator.refusals import RefusedError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class ConnectionBrokenError(ConnectionResetError):
    """The server broke the connection instead of answering.

    ASGI has no word for that. Whoever serves the app acts on it: the loopback server resets the
    client's connection, a transport in the process turns it into its own kind of error.
    """


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
    headers: dict[str, str]
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
            return json.loads(self.body, parse_constant=_refuse_constant)
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
    """

    status: int
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, status: int, payload: object) -> "Reply":
        """Return an answer of JSON."""
        return cls(status, json.dumps(payload).encode())

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
    """Send ``reply`` whole, its length told; no body, and no word of one, with a 204."""
    headers = dict(reply.headers)
    if reply.status != 204:  # noqa: PLR2004 - No Content
        headers |= {"content-type": reply.content_type, "content-length": str(len(reply.body))}
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
    await send({"type": "http.response.body", "body": reply.body})


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
