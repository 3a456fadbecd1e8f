"""The simulated API as httpx sees a server, without a socket."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import h11
import httpx
from typing_extensions import override

from fntui.clock import Clock
from fntui.simulator.wire import AsgiApp, ConnectionBrokenError

HELLO: dict[str, Any] = {
    "name": "hello",
    "function": "demo/hello",
    "type": "SCHEDULED",
    "is_enabled": True,
    "scheduled_details": {"cron": "*/5 * * * *", "body": {"name": "Welcome to DO!"}},
}
"""What creates a trigger."""

_Message = MutableMapping[str, Any]
_HOST = [("host", "simulated")]


class SimulatedTransport(httpx.AsyncBaseTransport):
    """An ASGI transport with a real one's streams, broken connections and read time-outs."""

    def __init__(self, app: AsgiApp, clock: Clock) -> None:
        """Serve ``app``; ``clock`` measures the read time-out of each read."""
        self._app = app
        self._clock = clock

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _Exchange(self._app, self._clock, request, await request.aread())
        try:
            return await exchange.response()
        except BaseException:
            await exchange.aclose()
            raise


class _Exchange(httpx.AsyncByteStream):
    """One request, under way; as a stream, the body of its answer."""

    def __init__(self, app: AsgiApp, clock: Clock, request: httpx.Request, body: bytes) -> None:
        self._clock = clock
        self._request = request
        self._timeout_s: float | None = request.extensions.get("timeout", {}).get("read")
        self._body = [body]
        # Of one place, so that what nobody reads is not made either.
        self._sent: asyncio.Queue[_Message | Exception] = asyncio.Queue(1)
        self._serving = asyncio.ensure_future(self._serve(app))

    async def response(self) -> httpx.Response:
        """Return the answer as soon as its head is there."""
        try:
            head = await self._read()
        except ConnectionBrokenError as broken:
            return _Raw(broken.sent, self._request).response()
        return httpx.Response(head["status"], headers=head["headers"], stream=self)

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            message = await self._read()
            yield message.get("body", b"")
            more = message.get("more_body", False)

    @override
    async def aclose(self) -> None:
        self._serving.cancel()
        await asyncio.wait({self._serving})

    async def _serve(self, app: AsgiApp) -> None:
        url = self._request.url
        scope = {
            "type": "http",
            "method": self._request.method,
            "path": url.path,
            "raw_path": url.raw_path.split(b"?")[0],
            "query_string": url.query,
            "headers": [(name.lower(), value) for name, value in self._request.headers.raw],
        }
        try:
            await app(scope, self._receive, self._sent.put)
        except Exception as error:  # noqa: BLE001 - raised where the answer is read
            await self._sent.put(error)

    async def _receive(self) -> _Message:
        if not self._body:
            await asyncio.Event().wait()  # whoever gives up cancels this
        return {"type": "http.request", "body": self._body.pop()}

    async def _read(self) -> _Message:
        message = asyncio.ensure_future(self._sent.get())
        patience_s = 1e9 if self._timeout_s is None else self._timeout_s
        patience = asyncio.ensure_future(self._clock.sleep(patience_s))
        try:
            await asyncio.wait({message, patience}, return_when=asyncio.FIRST_COMPLETED)
            if not message.done():
                raise httpx.ReadTimeout("no answer in time", request=self._request)
            sent = message.result()
        finally:
            message.cancel()
            patience.cancel()
        if isinstance(sent, Exception):
            raise sent
        return sent


class _Raw(httpx.AsyncByteStream):
    """What a connection gave before it ended, as httpx's own transport understands it."""

    def __init__(self, raw: bytes, request: httpx.Request) -> None:
        self._request = request
        self._connection = h11.Connection(h11.CLIENT)
        self._connection.send(h11.Request(method=request.method, target="/", headers=_HOST))
        self._connection.send(h11.EndOfMessage())
        self._connection.receive_data(raw)
        self._connection.receive_data(b"")

    def response(self) -> httpx.Response:
        """Return the answer; its body may turn out to be cut when it is read."""
        head = self._next()
        assert isinstance(head, h11.Response)
        return httpx.Response(head.status_code, headers=head.headers.raw_items(), stream=self)

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        while isinstance(data := self._next(), h11.Data):
            yield bytes(data.data)

    def _next(self) -> object:
        try:
            return self._connection.next_event()
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError(str(error), request=self._request) from None


def error(answer: httpx.Response) -> tuple[int, str, str]:
    """Return status, id and message of an error answer; its request id must be the header's."""
    body = answer.json()
    assert body["request_id"] == answer.headers["x-request-id"]
    return answer.status_code, body["id"], body["message"]
