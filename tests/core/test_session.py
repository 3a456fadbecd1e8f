import asyncio

from fntui.accounts.sessions import session_on
from fntui.api import operations as op
from fntui.api.errors import InvalidToken
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.core.model.profile import FoundToken, Profile
from fntui.core.session import Session
from tests.support.fake_api import FakeApi
from tests.support.fake_history import FakeHistory


def a_session(clock: ManualClock, api: FakeApi) -> Session:
    return session_on(
        api,
        clock,
        FakeHistory(),
        profile=Profile(name="prod"),
        found=FoundToken(token=Secret("dop_v1_" + "0" * 60 + "3f9a"), source="session"),
        api_url="https://api.example",
        is_read_only=False,
    )


async def test_a_session_ends_its_watch_and_its_connections() -> None:
    clock = ManualClock()
    api = FakeApi(clock)
    session = a_session(clock, api)
    assert session.server_now() == clock.now()
    session.poller.start()
    await clock.advance(1)
    await session.aclose()
    await clock.advance(1000)
    assert api.calls == ["list namespaces", "close"]


async def test_a_new_token_goes_on_where_the_old_one_was_refused() -> None:
    clock = ManualClock()
    api = FakeApi(clock)
    api.add_namespace("fn-1", "billing")
    session = a_session(clock, api)
    session.poller.start()
    await clock.advance(10)
    api.fail_before = {op.LIST_NAMESPACES: [InvalidToken(op.LIST_NAMESPACES, "", status=401)]}
    await clock.advance(600)
    assert session.store.snapshot.is_token_refused
    api.calls.clear()
    found = FoundToken(token=Secret("dop_v1_" + "a" * 64), source="keyring")
    renewed = await session.renewed(found)
    await clock.advance(1)
    assert (renewed.token_source, renewed.token_hint) == ("keyring", "aaaa")
    assert not renewed.store.snapshot.is_token_refused
    assert list(renewed.store.snapshot.namespaces) == ["fn-1"]
    assert api.tokens == [found.token]
    assert "list namespaces" in api.calls
    await renewed.aclose()


async def test_at_its_end_a_session_waits_a_second_for_its_writes() -> None:
    clock = ManualClock()
    api = FakeApi(clock)
    api.add_namespace("fn-1", "billing")
    session = a_session(clock, api)
    assert await session.last_outcomes() == ()
    api.latency_s = 5
    writing = asyncio.create_task(session.operations.delete_namespace("fn-1"))
    await clock.settle()
    asking = asyncio.create_task(session.last_outcomes())
    await clock.advance(0.9)
    assert not asking.done()
    await clock.advance(0.2)
    assert [(each.what, each.outcome) for each in await asking] == [("delete namespace fn-1", None)]
    await clock.advance(60)
    await writing
