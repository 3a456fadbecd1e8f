"""Retries, the rate limit, the server's time, and what is told of every request."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

import httpx
import pytest
from typing_extensions import override

from fntui.api import operations as op
from fntui.api.calls import Call
from fntui.api.client import FunctionsClient
from fntui.api.drafts import NamespaceDraft
from fntui.api.errors import ApiError, NotSent, RateLimited, ServerError, TimedOut
from fntui.api.limits import RateLimit
from fntui.api.models import Listing, Namespace
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from tests.support.scripted_server import TOKEN, ImpatientClock, ScriptedServer, Step, answer

DRAFT = NamespaceDraft(label="a", region="nyc1")
EMPTY: dict[str, list[str]] = {"namespaces": []}
MADE = {"namespace": {"namespace": "fn-1"}}
CUT = httpx.Response(200, content=b'{"namespaces": [')


@pytest.mark.parametrize(
    "step",
    [
        httpx.ConnectError("x"),
        httpx.ReadTimeout("x"),
        httpx.ReadError("x"),
        answer(500),
        answer(429, None, {"retry-after": "5"}),
        CUT,
    ],
    ids=repr,
)
async def test_a_read_is_tried_again(step: Step) -> None:
    server = ScriptedServer(step, answer(200, EMPTY))
    clock = ImpatientClock()
    async with server.client(clock) as client:
        assert await client.list_namespaces() == Listing(items=())
    assert [call.attempt for call in server.calls] == [1, 2]
    (nap,) = clock.naps
    assert 0.25 <= nap <= 6


async def test_a_read_gives_up_after_four_attempts_and_four_seconds() -> None:
    server = ScriptedServer(answer(503, {"id": "x", "message": "down"}))
    clock = ImpatientClock()
    async with server.client(clock) as client:
        with pytest.raises(ServerError) as caught:
            await client.list_namespaces()
    assert caught.value.message == "down"
    assert len(server.requests) == 4
    assert 1.75 <= clock.monotonic() <= 3.5


@pytest.mark.parametrize(
    ("step", "requests"),
    [
        (httpx.ConnectError("x"), 2),
        (answer(429, None, {"retry-after": "5"}), 2),
        (httpx.ReadTimeout("x"), 1),
        (httpx.WriteError("x"), 1),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), 1),
        (answer(500), 1),
        (CUT, 1),
    ],
    ids=repr,
)
async def test_a_write_is_sent_again_only_if_it_was_not_carried_out(
    step: Step, requests: int
) -> None:
    server = ScriptedServer(step, answer(200, MADE))
    async with server.client(ImpatientClock()) as client:
        if requests == 2:
            assert await client.create_namespace(DRAFT) == Namespace(namespace_id="fn-1")
            assert server.requests[0].content == server.requests[1].content
        else:
            with pytest.raises(ApiError) as caught:
                await client.create_namespace(DRAFT)
            assert caught.value.may_have_been_carried_out
    assert len(server.requests) == requests


@pytest.mark.parametrize("headers", [{}, {"retry-after": "61"}, {"retry-after": "soon"}])
async def test_a_429_that_lasts_is_shown_at_once(headers: dict[str, str]) -> None:
    server = ScriptedServer(answer(429, None, headers))
    async with server.client() as client:
        with pytest.raises(RateLimited):
            await client.list_namespaces()
    assert len(server.requests) == 1


async def test_waits_pass_on_the_clock() -> None:
    server = ScriptedServer(answer(429, None, {"retry-after": "7"}), answer(200, EMPTY))
    clock = ManualClock()
    async with server.client(clock) as client:
        read = asyncio.create_task(client.list_namespaces())
        await clock.advance(6.9)
        assert len(server.requests) == 1
        await clock.advance(1.2)
        assert read.done()
        await read


async def test_while_nothing_gets_through_a_read_is_tried_once() -> None:
    away = answer(503, {"id": "unavailable", "message": "away"})
    server = ScriptedServer(*[away] * 6, answer(200, {"namespaces": []}), away)
    async with server.client(ImpatientClock()) as client:
        tries = list[int]()
        for _ in range(5):
            before = client.requests_sent
            with suppress(ServerError):
                await client.list_namespaces()
            tries.append(client.requests_sent - before)
    assert tries == [4, 1, 1, 1, 4]


async def test_closing_ends_the_retries() -> None:
    client_of: list[FunctionsClient] = []
    closing: list[asyncio.Task[None]] = []

    def close(_: httpx.Request) -> httpx.Response:
        closing.append(asyncio.ensure_future(client_of[0].aclose()))
        return httpx.Response(500, stream=Late())

    server = ScriptedServer(close)
    client = server.client()
    client_of.append(client)
    with pytest.raises(ServerError):
        await client.list_namespaces()
    await closing[0]
    assert len(server.requests) == 1


class Late(httpx.AsyncByteStream):
    """A body that lets others go first."""

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give nothing, a turn of the loop later."""
        await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, no time
        yield b""


async def test_the_dice_can_be_given() -> None:
    waits: list[list[float]] = []
    for _ in range(2):
        clock = ImpatientClock()
        client = FunctionsClient(
            Secret(TOKEN),
            clock=clock,
            transport=ScriptedServer(httpx.ConnectError("x")).transport,
            rng=Random(7),  # noqa: S311 - spreads waits
        )
        with pytest.raises(NotSent):
            await client.list_namespaces()
        waits.append(clock.naps)
    assert waits[0] == waits[1]
    assert len(waits[0]) == 3


async def test_every_request_is_told_with_what_became_of_it() -> None:
    clock = ImpatientClock()
    start = clock.now()
    slow = iter([2.0, 3.0])

    def failing(_: httpx.Request) -> httpx.Response:
        clock.let_pass(next(slow))
        return answer(500, {"id": "x", "message": "y"}, {"x-request-id": "r-1"})

    def working(_: httpx.Request) -> httpx.Response:
        clock.let_pass(next(slow))
        return answer(200, EMPTY)

    server = ScriptedServer(failing, working)
    async with server.client(clock) as client:
        await client.list_namespaces()
    first, second = server.calls
    assert first == Call(op.LIST_NAMESPACES, 500, 2.0, "r-1", start, 1, "ServerError")
    assert second.at > start + timedelta(seconds=2)
    assert second == Call(op.LIST_NAMESPACES, 200, second.duration_s, None, second.at, 2, "")
    assert abs(second.duration_s - 3.0) < 1e-9


async def test_nobody_needs_to_listen() -> None:
    server = ScriptedServer(answer(200, EMPTY))
    client = FunctionsClient(Secret(TOKEN), clock=ManualClock(), transport=server.transport)
    assert await client.list_namespaces() == Listing(items=())


async def test_a_time_out_is_told_without_a_status() -> None:
    server = ScriptedServer(httpx.ReadTimeout("x"))
    async with server.client(ImpatientClock()) as client:
        with pytest.raises(TimedOut):
            await client.create_namespace(DRAFT)
    (call,) = server.calls
    assert (call.status, call.request_id, call.problem) == (None, None, "TimedOut")


async def test_rate_limit_headers_are_read_from_every_answer_errors_too() -> None:
    def headers(remaining: int) -> dict[str, str]:
        return {
            "ratelimit-limit": "5000",
            "RateLimit-Remaining": str(remaining),
            "ratelimit-reset": "1444931833",
        }

    server = ScriptedServer(
        answer(200, EMPTY, headers(4816)), answer(401, None, headers(4815)), answer(400)
    )
    clock = ManualClock()
    async with server.client(clock) as client:
        assert client.rate_limit == RateLimit()
        known: list[RateLimit] = []
        await client.list_namespaces()
        known.append(client.rate_limit)
        for _ in range(2):
            with pytest.raises(ApiError):
                await client.list_namespaces()
            known.append(client.rate_limit)
        await clock.advance(60)
        known.append(client.rate_limit)
    assert [limit.remaining for limit in known] == [4816, 4815, 4815, 4815]
    assert [limit.used_in_minute for limit in known] == [1, 2, 3, 0]
    assert known[-1].resets_at == datetime(2015, 10, 15, 17, 57, 13, tzinfo=UTC)


async def test_requests_without_an_answer_count_in_the_minute() -> None:
    server = ScriptedServer(httpx.ReadTimeout("x"))
    async with server.client(ImpatientClock()) as client:
        with pytest.raises(TimedOut):
            await client.list_namespaces()
        assert client.rate_limit.used_in_minute == 4
        assert client.requests_sent == 4


async def test_the_server_s_time_is_learned_from_answers_errors_too() -> None:
    clock = ManualClock()
    server = ScriptedServer(
        answer(401, None, {"date": "Mon, 23 Nov 2026 15:00:00 GMT"}),
        answer(401, None, {"date": "yesterday"}),
    )
    async with server.client(clock) as client:
        assert client.server_now() == clock.now()
        for _ in range(2):
            with pytest.raises(ApiError):
                await client.list_namespaces()
            assert client.server_now() == datetime(2026, 11, 23, 15, 0, 0, 500_000, tzinfo=UTC)
        await clock.advance(10)
        assert client.server_now() == datetime(2026, 11, 23, 15, 0, 10, 500_000, tzinfo=UTC)


async def test_calls_run_side_by_side() -> None:
    server = ScriptedServer(answer(200, EMPTY))
    async with server.client() as client:
        await asyncio.gather(*(client.list_namespaces() for _ in range(20)))
    assert client.rate_limit.used_in_minute == 20
