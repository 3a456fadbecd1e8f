"""The tree of the last session, in the first paint and until it is read anew."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest

from fntui.clock import Clock
from fntui.core.model.profile import Profile
from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, TriggerKey
from fntui.core.store.last_session import LastSeen, cached
from fntui.simulator.account.account import Account
from fntui.simulator.account.seed import demo_account
from fntui.simulator.faults import Fault
from fntui.ui.app import FntuiApp
from fntui.ui.keymap import COMMANDS
from fntui.ui.settings import Settings
from fntui.ui.views.selection import Node
from fntui.ui.views.view_context import Sight
from tests.support.hostile import GIST
from tests.support.hostile_account import FIELDS, TEXTS, hostile_account, id_of
from tests.support.tour import OF_ACCOUNT, SIZE, Tour, Wire
from tests.support.whole import SimulatedAccounts, Whole, whole

HOURS_S = 9 * 3600.0 + 60


async def yesterday(made: Callable[[Clock], Account] = demo_account) -> tuple[Whole, LastSeen]:
    """Return a session that has ended nine hours ago, and what it saw."""
    async with whole(made=made) as before:
        session = before.app.session
        assert session is not None
        seen = LastSeen(account="", snapshot=cached(session.store.snapshot))
    await before.clock.advance(HOURS_S)
    return before, seen


@asynccontextmanager
async def starting(
    before: Whole, seen: LastSeen, *, account: str = "", size: tuple[int, int] = (120, 36)
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
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
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


async def test_what_is_read_of_it_late_is_shown_as_well() -> None:
    before, seen = await yesterday()
    before.api.faults.rules.append(Fault("hang"))
    other = LastSeen(account="another", snapshot=seen.snapshot)
    async with starting(before, other) as (hands, gate):
        gate.set()
        await hands.until(lambda: hands.app.session is not None)
        assert "billing" not in hands.text
        hands.app.main.remember(hands.app.settings.profile, seen)
        await hands.pilot.pause()
        assert "billing" in hands.text
        assert "cached 9h ago" in hands.text


async def test_another_profile_that_is_chosen_meanwhile_has_nothing_of_the_first() -> None:
    before, seen = await yesterday()
    async with starting(before, seen) as (hands, gate):
        await hands.app.painted.wait()
        assert "billing" in hands.text
        hands.app.start_profile(hands.app.accounts.profiles[1])
        await hands.pilot.pause()
        assert "billing" not in hands.text
        assert "cached" not in hands.text
        gate.set()
        await hands.until(lambda: "on time" in hands.text)


def nodes_of(hands: Whole) -> list[Node]:
    """Return a namespace, a trigger and an access key that are shown."""
    snapshot = hands.app.main.snapshot
    namespace, key = next(
        (each, key_id) for each, view in snapshot.namespaces.items() for key_id in view.access_keys
    )
    trigger = next(iter(snapshot.namespaces[namespace].triggers))
    return [
        NamespaceKey(namespace),
        TriggerKey(namespace, trigger),
        AccessKeyKey(namespace, key),
    ]


CHANGES = ("new", "edit", "pause", "delete")
OTHERS = ("undo", "refresh", "pin", "acknowledge", "trigger-now")


def key_of(name: str) -> str:
    """Return the key of a command."""
    return next(each.keys[0] for each in COMMANDS if each.id == name)


@pytest.mark.parametrize("is_signed_in", [False, True])
async def test_no_key_changes_what_was_not_read_in_this_session(*, is_signed_in: bool) -> None:
    before, seen = await yesterday()
    before.api.faults.rules.append(Fault("hang"))
    async with starting(before, seen) as (hands, gate):
        await hands.app.painted.wait()
        if is_signed_in:
            gate.set()
            await hands.until(lambda: hands.app.session is not None)
        main, refused = hands.app.main, set[tuple[str, str]]()
        for node in nodes_of(hands):
            for name in (*CHANGES, *OTHERS):
                main.reveal(node)
                hands.app.clear_notifications()
                await hands.press(key_of(name))
                said = " ".join(each.message for each in hands.app._notifications)
                if "is shown from the cache: it can be changed once" in said:
                    refused.add((type(node).__name__, name))
                assert name != "pin" or ("Not signed in" in said) is not is_signed_in
                if hands.top() is not main:
                    assert name == "trigger-now"
                    await hands.press("escape")
        assert refused == {
            *((kind, each) for kind in ("TriggerKey", "AccessKeyKey") for each in CHANGES),
            *(("NamespaceKey", each) for each in ("new", "delete")),
        } - {("AccessKeyKey", "pause")}
        assert {call.operation.method for call in hands.app.calls} <= {"GET"}


async def test_what_is_in_a_namespace_is_cached_until_that_was_read() -> None:
    before, seen = await yesterday()
    rules = before.api.faults.rules
    rules += [Fault("hang", operation=f"list {branch}") for branch in ("triggers", "access keys")]
    async with starting(before, seen) as (hands, gate):
        gate.set()
        await hands.until(lambda: not hands.app.main.snapshot.reading.is_cached)
        namespace, *rest = nodes_of(hands)
        for node in rest:
            hands.app.main.reveal(node)
            hands.app.clear_notifications()
            await hands.press("D")
            assert hands.top() is hands.app.main
            assert "is shown from the cache" in next(iter(hands.app._notifications)).message
        hands.app.main.reveal(namespace)
        await hands.press("n")
        assert hands.top() is not hands.app.main


async def test_hostile_names_of_the_last_session_are_text_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, seen = await yesterday(hostile_account)
    wire = Wire(monkeypatch)
    wire.take_the_edge_away()
    async with starting(before, seen, size=SIZE) as (hands, _):
        tour = Tour(hands, wire)
        await hands.app.painted.wait()
        tour.check("tree of the last session", FIELDS)
        sights = {"board by name", "board by urgency", "tree", "palette"}
        await tour.walk([each for each in OF_ACCOUNT if each.screen in sights], FIELDS)
        for text in GIST.values():
            namespace_id = id_of(text, TEXTS.index(text))
            for node in (TriggerKey(namespace_id, text), AccessKeyKey(namespace_id, text)):
                await tour.select(node)
                await hands.press("D")
                assert "is shown from the cache" in list(hands.app._notifications)[-1].message
                tour.check("cached object", FIELDS)


async def test_what_another_profile_has_seen_is_not_shown_in_this_ones_place() -> None:
    before, seen = await yesterday()
    async with whole(before=before) as hands:
        hands.app.main.remember(Profile(name="play"), seen)
        await hands.pilot.pause()
        assert "cached" not in hands.text
        assert "on time" in hands.text
