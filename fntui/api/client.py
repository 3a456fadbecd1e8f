"""An asynchronous client of DigitalOcean's Functions API: the 13 operations, through one ``_send``.

Every call returns what the reference describes, or raises an ApiError (``fntui.api.errors``) after
the retries of ``fntui.api.retry``. A cancelled call raises CancelledError and nothing else: if it
was a write, it may have been carried out. Where a person stops waiting (``fntui.api.patience``), it
raises GivenUp.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Final, Self, TypeVar

import msgspec

from fntui.api import decode, paths
from fntui.api import operations as op
from fntui.api.calls import Call
from fntui.api.drafts import (
    MAX_BODY_DEPTH,
    AccessKeyChange,
    AccessKeyDraft,
    NamespaceDraft,
    TriggerChange,
    TriggerDraft,
)
from fntui.api.errors import ApiError, GivenUp, InvalidRequest, RateLimited, UnreadableAnswer
from fntui.api.limits import RateLimit, RateLimitMeter
from fntui.api.models import AccessKey, IssuedAccessKey, Listing, Namespace, Trigger
from fntui.api.operations import Operation
from fntui.api.patience import patiently
from fntui.api.refusals import read_refusal, request_id
from fntui.api.retry import PASSING, wait_before_retry
from fntui.api.secret import Secret, check_token
from fntui.api.server_time import ServerTime, parse_http_date
from fntui.api.wire import Answer, Transport, Wire
from fntui.clock import Clock
from fntui.json_numbers import NUMBERS, dumps
from fntui.json_text import is_deeper

T = TypeVar("T")

_LEVELS_AROUND_BODY: Final = 2  # the draft of a trigger, and scheduled_details in it
_CANNOT_BE_SENT: Final = (
    "What is to be sent holds a number that JSON can't say, or is nested too deeply."
)


class FunctionsClient:
    """The Functions API as one token sees it.

    Building one is cheap and sends nothing; connections are opened at the first call and closed by
    ``aclose`` or at the end of ``async with``. Calls may run concurrently, 16 at a time.
    """

    def __init__(
        self,
        token: Secret,
        *,
        base_url: str = "https://api.digitalocean.com",
        clock: Clock,
        transport: Transport | None = None,
        on_call: Callable[[Call], None] | None = None,
        rng: random.Random | None = None,
    ) -> None:
        """Prepare to speak to the server at ``base_url`` with ``token``.

        Args:
            token: The API token.
            base_url: https, or http on this machine; nothing after host and port.
            clock: Measures requests, and passes the time between retries.
            transport: Takes the requests instead of the network, such as the simulator's.
            on_call: Told of every single request, retries included, when it has ended.
            rng: Spreads the waits between retries.

        A token that can't be sent is a MalformedToken, a ``base_url`` that no token may be sent to
        a ValueError, both before anything of HTTP sees them.
        """
        self._wire = Wire(check_token(token), paths.check_base_url(base_url), transport)
        self._clock = clock
        self._on_call = on_call
        self._rng = rng or random.Random()  # noqa: S311 - spreads waits, guards nothing
        self._meter = RateLimitMeter()
        self._server_time = ServerTime(clock)
        self._is_away = False  # all tries of the last call were in vain

    async def aclose(self) -> None:
        """Close all connections; calls under way and later ones raise an ApiError."""
        await self._wire.aclose()

    async def __aenter__(self) -> Self:
        """Return the client itself."""
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close all connections."""
        await self.aclose()

    @property
    def rate_limit(self) -> RateLimit:
        """How much of the token's rate limit is left, as far as is known now."""
        return self._meter.current(self._clock.monotonic())

    @property
    def requests_sent(self) -> int:
        """How many requests were sent so far, retries included."""
        return self._meter.sent

    def server_now(self) -> datetime:
        """Return the server's time of day; before any answer, the clock's."""
        return self._server_time.now()

    def use_token(self, token: Secret) -> None:
        """Send this token from the next request on; one that can't be sent is a MalformedToken."""
        self._wire.use_token(check_token(token))

    async def list_namespaces(self) -> Listing[Namespace]:
        """Return all namespaces of the account."""
        return await self._send(op.LIST_NAMESPACES, decode.namespaces)

    async def create_namespace(self, draft: NamespaceDraft) -> Namespace:
        """Create a namespace and return it."""
        return await self._send(op.CREATE_NAMESPACE, decode.namespace, draft)

    async def get_namespace(self, namespace_id: str) -> Namespace:
        """Return one namespace, its legacy key included."""
        read = partial(decode.namespace, namespace_id=namespace_id)
        return await self._send(op.GET_NAMESPACE, read, namespace_id=namespace_id)

    async def delete_namespace(self, namespace_id: str) -> None:
        """Delete a namespace with all that is in it, for good."""
        await self._send(op.DELETE_NAMESPACE, decode.nothing, namespace_id=namespace_id)

    async def list_access_keys(self, namespace_id: str) -> Listing[AccessKey]:
        """Return all access keys of a namespace, without their secrets."""
        return await self._send(op.LIST_ACCESS_KEYS, decode.access_keys, namespace_id=namespace_id)

    async def create_access_key(self, namespace_id: str, draft: AccessKeyDraft) -> IssuedAccessKey:
        """Create an access key and return it with its secret, which can't be had again."""
        return await self._send(
            op.CREATE_ACCESS_KEY, decode.issued_access_key, draft, namespace_id=namespace_id
        )

    async def rename_access_key(
        self, namespace_id: str, key_id: str, change: AccessKeyChange
    ) -> AccessKey:
        """Rename an access key and return it."""
        return await self._send(
            op.RENAME_ACCESS_KEY,
            partial(decode.access_key, key_id=key_id),
            change,
            namespace_id=namespace_id,
            key_id=key_id,
        )

    async def delete_access_key(self, namespace_id: str, key_id: str) -> None:
        """Delete an access key: who still uses it is shut out at once."""
        await self._send(
            op.DELETE_ACCESS_KEY, decode.nothing, namespace_id=namespace_id, key_id=key_id
        )

    async def list_triggers(self, namespace_id: str) -> Listing[Trigger]:
        """Return all triggers of a namespace, some perhaps without details and runs."""
        read = partial(decode.triggers, namespace_id=namespace_id)
        return await self._send(op.LIST_TRIGGERS, read, namespace_id=namespace_id)

    async def create_trigger(self, namespace_id: str, draft: TriggerDraft) -> Trigger:
        """Create a trigger and return it."""
        read = partial(decode.trigger, namespace_id=namespace_id, name=draft.name)
        return await self._send(op.CREATE_TRIGGER, read, draft, namespace_id=namespace_id)

    async def get_trigger(self, namespace_id: str, trigger_name: str) -> Trigger:
        """Return one trigger."""
        read = partial(decode.trigger, namespace_id=namespace_id, name=trigger_name)
        return await self._send(
            op.GET_TRIGGER, read, namespace_id=namespace_id, trigger_name=trigger_name
        )

    async def update_trigger(
        self, namespace_id: str, trigger_name: str, change: TriggerChange
    ) -> Trigger:
        """Change what ``change`` sets of a trigger and return it."""
        return await self._send(
            op.UPDATE_TRIGGER,
            partial(decode.trigger, namespace_id=namespace_id, name=trigger_name),
            change,
            namespace_id=namespace_id,
            trigger_name=trigger_name,
        )

    async def delete_trigger(self, namespace_id: str, trigger_name: str) -> None:
        """Delete a trigger."""
        await self._send(
            op.DELETE_TRIGGER, decode.nothing, namespace_id=namespace_id, trigger_name=trigger_name
        )

    async def _send(
        self,
        operation: Operation,
        read: Callable[[bytes], T],
        draft: msgspec.Struct | None = None,
        **ids: str,
    ) -> T:
        path = paths.build(operation, **ids)
        content = None if draft is None else _encode(operation, draft)
        attempt = 0
        while True:
            attempt += 1
            outcome = await patiently(
                self._attempt(operation, path, content, read, attempt),
                GivenUp(operation, was_sent=True),
            )
            if not isinstance(outcome, ApiError):
                self._is_away = False
                return outcome
            wait_s = wait_before_retry(outcome, operation, attempt, self._rng)
            if wait_s is None or self._wire.is_closed or (self._is_away and not operation.is_write):
                self._is_away = isinstance(outcome, PASSING)
                raise outcome
            given_up = GivenUp(operation, was_sent=False)
            why = (
                "too many requests" if isinstance(outcome, RateLimited) else "no connection so far"
            )
            if await patiently(self._clock.sleep(wait_s), given_up, why) is given_up:
                raise given_up

    async def _attempt(
        self,
        operation: Operation,
        path: str,
        content: bytes | None,
        read: Callable[[bytes], T],
        attempt: int,
    ) -> T | ApiError:
        at, sent_s = self._clock.now(), self._clock.monotonic()
        self._meter.count(sent_s)

        def tell(status: int | None, quote: str | None, problem: str) -> None:
            if self._on_call is not None:
                duration_s = self._clock.monotonic() - sent_s
                self._on_call(Call(operation, status, duration_s, quote, at, attempt, problem))

        try:
            answer = await self._wire.exchange(operation, path, content)
        except asyncio.CancelledError:
            tell(None, None, "CancelledError")
            raise
        if isinstance(answer, ApiError):
            tell(None, None, type(answer).__name__)
            return answer
        self._learn(answer, sent_s)
        outcome = self._understand(operation, answer, read)
        problem = type(outcome).__name__ if isinstance(outcome, ApiError) else ""
        tell(answer.status, request_id(answer.headers), problem)
        return outcome

    def _learn(self, answer: Answer, sent_s: float) -> None:
        self._meter.read(answer.headers)
        date = parse_http_date(answer.headers.get("date", ""))
        if date is not None:
            self._server_time.sample(sent_s, self._clock.monotonic(), date)

    def _understand(
        self, operation: Operation, answer: Answer, read: Callable[[bytes], T]
    ) -> T | ApiError:
        if not answer.is_success:
            return read_refusal(
                operation, answer.status, answer.headers, answer.content, self.server_now()
            )
        try:
            return read(answer.content)
        except decode.UnreadableContent as error:
            words = answer.problem or str(error)
        return UnreadableAnswer(
            operation, words, status=answer.status, request_id=request_id(answer.headers)
        )


def _encode(operation: Operation, draft: msgspec.Struct) -> bytes:
    try:
        plain = msgspec.to_builtins(draft, builtin_types=NUMBERS)
        if is_deeper(plain, MAX_BODY_DEPTH + _LEVELS_AROUND_BODY):
            raise InvalidRequest(operation, _CANNOT_BE_SENT)
        # Not msgspec's own encoder: it sends null for NaN and refuses half characters.
        return dumps(plain, allow_nan=False, separators=(",", ":")).encode("ascii")
    except (ValueError, RecursionError):
        raise InvalidRequest(operation, _CANNOT_BE_SENT) from None
