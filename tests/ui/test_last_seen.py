"""The tree of the last session, in the first paint and until it is read anew."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fntui.core.last_seen import LastSeen, cached
from fntui.core.ports import Profile, Settings
from fntui.ui.app import FntuiApp
from fntui.ui.views.lens import Sight
from tests.support.whole import SimulatedAccounts, Whole, whole

HOURS_S = 9 * 3600.0 + 60


async def yesterday() -> tuple[Whole, LastSeen]:
    """Return a session that has ended nine hours ago, and what it saw."""
    async with whole() as before:
        session = before.app.session
        assert session is not None
        seen = LastSeen(account="", snapshot=cached(session.store.snapshot))
    await before.clock.advance(HOURS_S)
    return before, seen


@asynccontextmanager
async def starting(
    before: Whole, seen: LastSeen, *, account: str = ""
) -> AsyncGenerator[tuple[Whole, asyncio.Event]]:
    """Start the program, its search for a token held up until the event is set."""
    accounts = SimulatedAccounts(before.api, before.clock)
    accounts.account, accounts.seen = account, {"prod": seen}
    gate = accounts.token_gate = asyncio.Event()
    settings = Settings(profile=accounts.profiles[0], erases_in_colour=True)
    last = accounts.last_seen("prod")
    await last.end()
    app = FntuiApp(
        accounts, settings, before.clock, lambda error: type(error).__name__, last_seen=last
    )
    async with app.run_test(size=(120, 36), notifications=True, tooltips=True) as pilot:
        yield Whole(app, pilot, before.clock, before.api, before.shelf), gate


async def test_the_first_frame_has_the_tree_of_the_last_session_and_its_age() -> None:
    before, seen = await yesterday()
    frames: list[str] = []
    async with starting(before, seen) as (hands, _):
        await hands.app.painted.wait()
        frames.append(hands.text)
        assert hands.app.session is None
        header, root, first, *_ = hands.text.splitlines()
        assert "cached 9h ago" in header
        assert " All namespaces     cached 9h" in root
        assert "billing             nyc1" in first
        assert all(name in hands.text for name in ("billing", "ingest", "invoice-run"))
        assert "on time" not in hands.text
        await hands.press("j", "enter")
        await hands.pilot.pause()
        assert "cached 9h ago" in hands.text


async def test_it_is_replaced_as_answers_come_and_rings_no_bell() -> None:
    before, seen = await yesterday()
    async with starting(before, seen) as (hands, gate):
        await hands.app.painted.wait()
        gate.set()
        await hands.until(lambda: "cached" not in hands.text and "on time" in hands.text)
        session = hands.app.session
        assert session is not None
        assert not [
            line for line in session.store.snapshot.activity if line.at > before.clock.now()
        ]
        assert not hands.app._notifications


async def test_what_the_person_has_opened_stays_open_and_selected() -> None:
    before, seen = await yesterday()
    async with starting(before, seen) as (hands, gate):
        await hands.press("j", "l", "j")
        there = hands.selected()
        gate.set()
        await hands.until(lambda: "cached" not in hands.text and "on time" in hands.text)
        assert hands.selected() == there


async def test_the_tree_of_another_account_goes_once_that_is_known() -> None:
    before, seen = await yesterday()
    other = LastSeen(account="another", snapshot=seen.snapshot)
    async with starting(before, other, account="mine") as (hands, gate):
        await hands.press("j", "l")
        assert "billing" in hands.text
        hands.api.account.namespaces.clear()
        gate.set()
        await hands.until(lambda: hands.app.session is not None)
        assert "billing" not in hands.text
        assert hands.app.main.sight == Sight()


async def test_nothing_is_changed_that_was_not_read_in_this_session() -> None:
    before, seen = await yesterday()
    async with starting(before, seen) as (hands, gate):
        gate.set()
        await hands.until(lambda: hands.app.session is not None)
        main = hands.app.main
        for keys in (("p",), ("D",), ("e",), ("n",)):
            main.remember(hands.app.settings.profile, seen)
            main._memory._underlay = None
            main._snapshot = seen.snapshot
            main.redraw()
            main.reveal(hands.trigger("billing", "invoice-run"))
            said = len(hands.app._notifications)
            await hands.press(*keys)
            assert len(hands.app.screen_stack) == 1
            assert len(hands.app._notifications) == said + 1
            assert "is shown from the cache" in list(hands.app._notifications)[-1].message


async def test_what_another_profile_has_seen_is_not_shown_in_this_ones_place() -> None:
    before, seen = await yesterday()
    async with whole(before=before) as hands:
        hands.app.main.remember(Profile(name="play"), seen)
        await hands.pilot.pause()
        assert "cached" not in hands.text
        assert "on time" in hands.text
