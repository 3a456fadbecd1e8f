from fntui.api import operations as op
from fntui.api.errors import InvalidToken
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.core.journal import Journal
from fntui.core.operations import Operations
from fntui.core.planner import Planner
from fntui.core.poller import Poller
from fntui.core.ports import FoundToken, Profile
from fntui.core.session import Session
from fntui.core.store import Store
from tests.support.fake_api import FakeApi


def a_session(clock: ManualClock, api: FakeApi) -> Session:
    store, journal = Store(), Journal()
    operations = Operations(api, store, journal, is_read_only=False)
    return Session(
        profile=Profile(name="prod"),
        token_source="session",  # noqa: S106 - a word
        token_hint="3f9a",  # noqa: S106 - four characters
        api_url="https://api.example",
        is_demo=False,
        is_read_only=False,
        clock=clock,
        api=api,
        store=store,
        operations=operations,
        poller=Poller(operations, store, Planner(), clock),
        journal=journal,
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
