"""Several fntui on a machine whose clock is wrong: each still knows the server's time."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from fntui.accounts.sessions import session_on
from fntui.api.client import FunctionsClient
from fntui.api.secret import Secret
from fntui.core.health.wording import shown_verdict
from fntui.core.model.profile import FoundToken, Profile
from fntui.core.model.snapshot import State
from fntui.core.session import Session
from fntui.simulator.app import DEMO_TOKEN
from tests.support.fake_history import FakeHistory, Shelf
from tests.support.watched import Network, WatchedAccount


def another(day: WatchedAccount, shelf: Shelf) -> tuple[Session, Network]:
    """Return another fntui on the same machine, and its line."""
    network = Network(day.server, day.clock)
    token = Secret(DEMO_TOKEN)
    session = session_on(
        FunctionsClient(token, clock=day.machine, transport=network),
        day.machine,
        FakeHistory(shelf),
        profile=Profile(name="prod"),
        found=FoundToken(token=token, source="session"),
        api_url="https://api.example",
        is_read_only=False,
    )
    return session, network


async def meanwhile(day: WatchedAccount, what: Coroutine[Any, Any, None], seconds: float) -> None:
    task = asyncio.create_task(what)
    await day.clock.advance(seconds)
    await task


def follows(session: Session) -> bool:
    # A function: a type checker believes that a property stays what it was.
    return session.recorder.is_following


def shown(session: Session) -> set[State]:
    now = session.server_now()
    return {
        shown_verdict(view, space.triggers_reading, now).state
        for space in session.store.snapshot.namespaces.values()
        for view in space.triggers.values()
    }


@pytest.mark.parametrize("skew_s", [0.0, 86_400.0, -86_400.0, -1500.0])
async def test_who_follows_knows_the_time_and_goes_on_when_the_first_ends(skew_s: float) -> None:
    day, shelf = WatchedAccount(skew_s), Shelf()
    first, _ = another(day, shelf)
    await meanwhile(day, first.start(), 60)
    second, network = another(day, shelf)
    await meanwhile(day, second.start(), 60)
    assert follows(second)
    assert abs((second.server_now() - day.clock.now()).total_seconds()) < 1
    assert shown(second) == {State.ON_TIME}
    await meanwhile(day, first.aclose(), 3)
    sent = len(network.sent_s)
    await day.clock.advance(1200)
    assert not follows(second)
    assert len(network.sent_s) - sent > 30
    assert shown(second) == {State.ON_TIME}
    await meanwhile(day, second.aclose(), 3)
