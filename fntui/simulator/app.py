"""The simulated API as an ASGI app, written by hand: for httpx in the process, or uvicorn."""

import itertools
import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from email.utils import format_datetime
from typing import Final

from fntui.simulator import draws, routes
from fntui.simulator.account import Account
from fntui.simulator.faults import PROXY_PAGE, REFUSALS, SPOILERS, Fault, Faults
from fntui.simulator.rate_limit import Quota, RateLimit, RateLimiter
from fntui.simulator.refusals import (
    NotAllowedError,
    NotFoundError,
    RefusedError,
    TooManyRequestsError,
    UnauthorizedError,
)
from fntui.simulator.wire import (
    ConnectionBrokenError,
    Receive,
    Reply,
    Request,
    Scope,
    Send,
    receive_request,
    send_reply,
)

DEMO_TOKEN: Final = "dop_v1_" + "0" * 64
"""The token that is accepted unless others are given; it opens nothing but simulated accounts."""


@dataclass(frozen=True, slots=True)
class Served:
    """A request that came in.

    Attributes:
        method: HTTP method.
        path: As it was sent, percent-encoded.
        status: Of the answer; None: there was none.
    """

    method: str
    path: str
    status: int | None


class SimulatedApi:
    """The Functions API over a simulated account.

    Attributes:
        account: What the answers are about.
        faults: What goes wrong.
        log: The latest requests, oldest first; neither bodies nor tokens.
    """

    def __init__(
        self,
        account: Account,
        *,
        tokens: Mapping[str, frozenset[str]] | None = None,
        rate_limit: RateLimit | None = None,
        latency_s: float = 0.0,
        faults: Iterable[Fault] = (),
    ) -> None:
        """Serve ``account``.

        Args:
            account: What the answers are about; its clock is the server's.
            tokens: Scopes by token; by default DEMO_TOKEN may do everything.
            rate_limit: How often a token may be used; by default as in the reference.
            latency_s: Seconds of the account's clock before each answer.
            faults: What goes wrong from the start.
        """
        self.account = account
        self.faults = Faults(account.seed, faults)
        self.log: deque[Served] = deque(maxlen=10_000)
        self._tokens = {DEMO_TOKEN: routes.ALL_SCOPES} if tokens is None else tokens
        self._limiter = RateLimiter(account.clock, rate_limit or RateLimit())
        self._latency_s = latency_s
        self._serial = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or raise a ConnectionBrokenError where a fault wants no answer."""
        request, status = await receive_request(scope, receive), None
        try:
            reply = await self._reply(request, receive)
            status = reply.status
        finally:
            self.log.append(Served(request.method, request.path, status))
        await send_reply(reply, send)

    async def _reply(self, request: Request, receive: Receive) -> Reply:
        found = routes.find(request.method, request.segments)
        struck = self.faults.strike(found[0].words if found else "")
        slow_s = struck["slow"].seconds if "slow" in struck else 0.0
        await self.account.clock.sleep(self._latency_s + slow_s)
        if "hang" in struck:
            await _client_gone(receive)
        if "hang" in struck or "drop" in struck:
            raise ConnectionBrokenError
        if "proxy-html" in struck:
            return PROXY_PAGE
        reply = self._answer(request, struck)
        if "lost-answer" in struck:
            raise ConnectionBrokenError
        spoilers = [SPOILERS[name] for name in struck if name in SPOILERS]
        return spoilers[0](reply) if spoilers and reply.body else reply

    def _answer(self, request: Request, struck: Mapping[str, Fault]) -> Reply:
        request_id = draws.uuid(self.account.seed, "request", next(self._serial))
        quota = self._limiter.admit(request.token)
        try:
            reply = self._carry_out(request, quota, struck)
        except RefusedError as refused:
            reply = Reply.refusal(refused, request_id)
        wait_s = struck["rate-limited"].seconds if "rate-limited" in struck else quota.retry_after_s
        headers = {
            "date": format_datetime(self.account.clock.now(), usegmt=True),
            "x-request-id": request_id,
            "ratelimit-limit": str(self._limiter.limit.hour),
            "ratelimit-remaining": str(quota.remaining),
            "ratelimit-reset": str(quota.reset_at),
        }
        if wait_s is not None:
            headers["retry-after"] = str(math.ceil(wait_s))
        return replace(reply, headers=headers)

    def _carry_out(self, request: Request, quota: Quota, struck: Mapping[str, Fault]) -> Reply:
        for name in struck:
            if name in REFUSALS:
                refusal = REFUSALS[name]()
                raise refusal
        scopes = self._tokens.get(request.token)
        if scopes is None:
            raise UnauthorizedError
        if quota.is_exceeded:
            raise TooManyRequestsError
        found = routes.find(request.method, request.segments)
        if found is None:
            raise NotFoundError
        route, arguments = found
        if not scopes & {route.scope, "function:admin"}:
            raise NotAllowedError(route.words)
        payload = [request.payload] if request.method in {"POST", "PUT"} else []
        result = route.carry_out(self.account, *arguments, *payload)
        return Reply(route.status) if result is None else Reply.of(route.status, result)


async def _client_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
