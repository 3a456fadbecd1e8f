"""The simulated API as an ASGI app, written by hand: for httpx in the process, or uvicorn."""

import itertools
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from fntui.simulator import routes
from fntui.simulator.account import draws
from fntui.simulator.account.account import Account
from fntui.simulator.faults import Fault, Faults, spoiled
from fntui.simulator.faults.refusals import REFUSALS, RETRY_AFTER, STRANGERS
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
    dripping,
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
        was_carried_out: True if what it asked for was done, whatever became of the answer.
    """

    method: str
    path: str
    status: int | None
    was_carried_out: bool


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
        """Answer one request.

        Raises:
            ConnectionBrokenError: A fault wants no answer, or none that is whole and true.
        """
        request = await receive_request(scope, receive)
        reply, was_carried_out = None, False
        try:
            reply, was_carried_out = await self._reply(request, receive)
        finally:
            status = reply.status if reply else None
            self.log.append(Served(request.method, request.path, status, was_carried_out))
        if reply is None:
            raise ConnectionBrokenError
        clock = self.account.clock
        await send_reply(reply, dripping(send, clock) if reply.is_dripped else send)

    async def _reply(self, request: Request, receive: Receive) -> tuple[Reply | None, bool]:
        """Return the answer, or None for a broken connection, and if it was carried out."""
        found = routes.find(request.method, request.segments)
        struck = self.faults.strike(found[0].words if found else "")
        slow_s = struck["slow"].seconds if "slow" in struck else 0.0
        await self.account.clock.sleep(self._latency_s + slow_s)
        if "hang" in struck:
            await _client_gone(receive)
        if "hang" in struck or "drop" in struck:
            return None, False
        for name in struck:
            if name in STRANGERS:
                return STRANGERS[name], False
        refusing = [fault for name, fault in struck.items() if name in REFUSALS]
        reply = self._answer(request, refusing[0] if refusing else None)
        return None if "lost-answer" in struck else spoiled(reply, struck), reply.is_success

    def _answer(self, request: Request, refusing: Fault | None) -> Reply:
        request_id = draws.uuid(self.account.seed, "request", next(self._serial))
        quota = self._limiter.admit(request.token)
        try:
            reply = self._carry_out(request, quota, refusing)
        except RefusedError as refused:
            reply = Reply.refusal(refused, request_id)
        now = self.account.clock.now()
        retry_after = _retry_after(refusing, quota, now)
        headers = {
            "date": format_datetime(now, usegmt=True),
            "x-request-id": request_id,
            "ratelimit-limit": str(self._limiter.limit.hour),
            "ratelimit-remaining": str(quota.remaining),
            "ratelimit-reset": str(quota.reset_at),
        }
        if retry_after is not None:
            headers["retry-after"] = retry_after
        return replace(reply, headers=headers)

    def _carry_out(self, request: Request, quota: Quota, refusing: Fault | None) -> Reply:
        if refusing is not None:
            refusal = REFUSALS[refusing.name]()
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


def _retry_after(refusing: Fault | None, quota: Quota, now: datetime) -> str | None:
    if refusing is not None and refusing.name in RETRY_AFTER:
        return RETRY_AFTER[refusing.name](refusing.seconds, now)
    return None if quota.retry_after_s is None else str(quota.retry_after_s)


async def _client_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
