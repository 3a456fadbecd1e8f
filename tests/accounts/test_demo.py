from contextlib import aclosing
from typing import TYPE_CHECKING

from fntui.accounts import DEMO_URL, DemoAccounts
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.core.model.problem import ProblemKind

if TYPE_CHECKING:
    from fntui.api.calls import Call

TOKEN = "dop_v1_" + "a1" * 32


async def test_the_demo_is_an_account_of_its_own() -> None:
    logged: list[Call] = []
    demo = DemoAccounts(ManualClock(), log=logged.append)
    (profile,) = demo.profiles
    found = await demo.find_token(profile.name)
    assert found is not None
    assert found.source == "demo"
    assert await demo.check_token(found.token) is None
    session = demo.connect(profile.name, found, print)
    await session.operations.read_namespaces()
    await session.aclose()
    assert session.is_demo
    assert not session.is_read_only
    assert session.api_url == DEMO_URL
    assert len(session.store.snapshot.namespaces) == 5
    assert len(logged) == 2


async def test_the_demo_stays_as_it_was_left_when_signing_in_again() -> None:
    demo = DemoAccounts(ManualClock())
    found = await demo.find_token("demo")
    assert found is not None
    first = demo.connect("demo", found, print)
    await first.operations.read_namespaces()
    gone = next(iter(first.store.snapshot.namespaces))
    await first.operations.delete_namespace(gone)
    await first.aclose()
    async with aclosing(demo.connect("demo", found, print)) as second:
        await second.operations.read_namespaces()
        assert len(second.store.snapshot.namespaces) == 4


async def test_the_demo_keeps_and_finds_nothing_outside_itself() -> None:
    demo = DemoAccounts(ManualClock(), is_read_only=True)
    state = await demo.keyring_state()
    assert not state.is_usable
    assert await demo.keep_token("demo", Secret(TOKEN)) == state.sentence
    assert await demo.keep_secret("key", Secret(TOKEN)) == state.sentence
    assert await demo.search_notes("demo") == ()
    assert await demo.doctl_contexts() == ()
    assert await demo.doctl_token("default") is None
    assert demo.check_form("") != (None, "")
    problem = await demo.check_token(Secret(TOKEN))
    assert problem is not None
    assert problem.kind is ProblemKind.TOKEN_REFUSED
    found = await demo.find_token("demo")
    assert found is not None
    async with aclosing(demo.connect("demo", found, print)) as session:
        assert session.is_read_only


async def test_the_demo_is_built_ahead_and_has_no_session_before() -> None:
    demo = DemoAccounts(ManualClock())
    assert await demo.last_seen("demo").end() is None
    demo.begin_loading()
    await demo.loaded()
    assert {"_transport", "_past"} <= vars(demo).keys()
