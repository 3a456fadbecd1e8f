import asyncio

import pytest

from fntui.api.drafts import NamespaceDraft
from fntui.api.errors import ApiError, GivenUp
from fntui.api.patience import Patience, is_out_of_patience, patiently
from fntui.clock import ManualClock
from tests.support.scripted_server import ScriptedServer, answer

DRAFT = NamespaceDraft(label="a", region="nyc1")


async def never() -> str:
    await asyncio.get_running_loop().create_future()
    return "never"


async def soon() -> str:
    await ManualClock().settle(1)
    return "soon"


async def test_where_nobody_s_patience_is_kept_calls_are_just_made() -> None:
    assert await patiently(soon(), "given up") == "soon"
    assert not is_out_of_patience()


async def test_what_is_called_after_the_end_is_waited_for_anew() -> None:
    patience = Patience()
    with patience.kept():
        waiting = asyncio.create_task(patiently(never(), "given up", "so many"))
        await ManualClock().settle()
        assert (patience.why, is_out_of_patience()) == ("so many", False)
        patience.end()
        assert await waiting == "given up"
        assert (patience.why, is_out_of_patience()) == ("", True)
        assert await patiently(soon(), "given up") == "soon"
    assert not is_out_of_patience()


async def test_who_cancels_is_not_taken_for_who_stops_waiting() -> None:
    ended: list[str] = []

    async def call() -> None:
        try:
            await never()
        finally:
            ended.append("call")

    with Patience().kept():
        waiting = asyncio.create_task(patiently(call(), "given up"))
    await ManualClock().settle()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended == ["call"]  # before it


async def given_up(server: ScriptedServer, after_s: float) -> ApiError:
    clock, patience = ManualClock(), Patience()
    async with server.client(clock) as client:
        with patience.kept():
            write = asyncio.create_task(client.create_namespace(DRAFT))
        await clock.advance(after_s)
        patience.end()
        with pytest.raises(ApiError) as caught:
            await write
    return caught.value


async def test_a_write_that_nobody_waits_for_between_two_tries_was_not_carried_out() -> None:
    server = ScriptedServer(answer(429, headers={"retry-after": "20"}))
    error = await given_up(server, after_s=5)
    assert type(error) is GivenUp
    assert not error.may_have_been_carried_out
    assert len(server.requests) == 1


async def test_a_failure_that_nobody_waits_for_drags_no_frames_behind_it() -> None:
    error = await given_up(ScriptedServer(answer(429, headers={"retry-after": "20"})), after_s=5)
    assert (error.__context__, error.__cause__) == (None, None)
