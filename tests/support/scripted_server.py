"""A server that answers as a test tells it to, and keeps what it was asked."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import httpx
from typing_extensions import override

from fntui.api.client import FunctionsClient
from fntui.api.secret import Secret
from fntui.clock import Clock, ManualClock

if TYPE_CHECKING:
    from fntui.api.calls import Call

TOKEN = "dop_v1_" + "0123456789abcdef" * 4

Step = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]
"""An answer, a failure of the transport, or what makes an answer of a request."""


def answer(
    status: int = 200, json: object = None, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    """Return an answer with a JSON body, or with none."""
    return (
        httpx.Response(status, json=json, headers=headers)
        if json is not None
        else (httpx.Response(status, headers=headers))
    )


class ScriptedServer:
    """Plays its steps in order, the last one again and again.

    Attributes:
        requests: All that came, in order.
        calls: What the client told of them.
    """

    def __init__(self, *steps: Step) -> None:
        """Hold ``steps`` ready."""
        self._steps = list(steps)
        self.requests: list[httpx.Request] = []
        self.calls: list[Call] = []

    @property
    def transport(self) -> httpx.MockTransport:
        """The way to this server."""
        return httpx.MockTransport(self._handle)

    def client(self, clock: Clock | None = None) -> FunctionsClient:
        """Return a client whose every request comes here."""
        return FunctionsClient(
            Secret(TOKEN),
            clock=clock or ManualClock(),
            transport=self.transport,
            on_call=self.calls.append,
        )

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, httpx.Response) else step(request)


class ImpatientClock(ManualClock):
    """A clock whose sleepers wake at once, when their time has passed without a wait.

    Attributes:
        naps: How long each sleeper wished to sleep.
    """

    def __init__(self) -> None:
        """Start like any manual clock."""
        super().__init__()
        self.naps: list[float] = []

    def let_pass(self, seconds: float) -> None:
        """Let ``seconds`` pass while something is under way."""
        self._elapsed += seconds

    @override
    async def sleep(self, seconds: float) -> None:
        """Let ``seconds`` pass at once."""
        self.naps.append(seconds)
        await self.advance(seconds)
