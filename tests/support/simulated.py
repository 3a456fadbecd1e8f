"""The simulated API as httpx sees a server, without a socket."""

import asyncio
from typing import Any

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


class SimulatedTransport(httpx.AsyncBaseTransport):
    """httpx's ASGI transport with a real one's broken connections and read time-outs."""

    def __init__(self, app: AsgiApp, clock: Clock) -> None:
        """Serve ``app``; ``clock`` measures the read time-out of each request."""
        self._transport = httpx.ASGITransport(app)
        self._clock = clock

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        timeout_s: float | None = request.extensions.get("timeout", {}).get("read")
        answer = asyncio.ensure_future(self._transport.handle_async_request(request))
        patience = asyncio.ensure_future(self._clock.sleep(1e9 if timeout_s is None else timeout_s))
        try:
            await asyncio.wait({answer, patience}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise httpx.ReadTimeout("no answer in time", request=request)
            return answer.result()
        except ConnectionBrokenError:
            raise httpx.RemoteProtocolError("server disconnected", request=request) from None
        finally:
            answer.cancel()
            patience.cancel()


def error(answer: httpx.Response) -> tuple[int, str, str]:
    """Return status, id and message of an error answer; its request id must be the header's."""
    body = answer.json()
    assert body["request_id"] == answer.headers["x-request-id"]
    return answer.status_code, body["id"], body["message"]
