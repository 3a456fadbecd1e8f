"""Nothing is silent for more than two seconds: each wait is told, and Esc ends it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec import structs
from textual.widgets import Input

from fntui.clock import ManualClock
from fntui.core.model.profile import Profile
from fntui.simulator.account.seed import demo_account
from fntui.simulator.app import SimulatedApi
from fntui.simulator.faults import Fault
from fntui.ui.app import FntuiApp
from fntui.ui.forms.trigger import TriggerForm
from fntui.ui.pending import QUICK_S, Waits
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.screens.sign_in import SignIn
from fntui.ui.settings import Settings
from fntui.ui.views.selection import KeysBranch
from tests.support.tried import tried
from tests.support.ui import screen_text
from tests.support.whole import SimulatedAccounts, Whole, whole

TYPED_AHEAD_S = 1


@pytest.fixture
async def it() -> AsyncIterator[Whole]:
    async with whole() as hands:
        yield hands


async def confirmed(it: Whole, key: str = "y") -> None:
    """Answer the question that is open."""
    await it.until(lambda: isinstance(it.top(), Confirm), within_s=5)
    await it.pass_time(TYPED_AHEAD_S)
    await it.press(key)


async def is_told(it: Whole, *words: str) -> None:
    """Check that two seconds later the screen says what it waits for, and how to stop it."""
    await it.pass_time(2)
    for word in (*words, "Esc stops"):
        assert word in it.text, it.text


def hang(it: Whole, *operations: str) -> None:
    it.api.faults.rules[:] = [Fault("hang", operation=words) for words in operations]


def said(it: Whole) -> str:
    return " ".join(each.message for each in it.app._notifications)


def writes(it: Whole) -> list[str]:
    return [served.method for served in it.api.log if served.method != "GET"]


async def test_reads_of_one_object(it: Whole) -> None:
    it.app.main.reveal(it.trigger("billing", "dunning"))
    hang(it, "get trigger")
    await it.press("e")
    assert "Esc stops" not in it.text  # most answers are there at once
    await is_told(it, "Read dunning…")
    await it.pass_time(5)
    assert "Read dunning… 5s, Esc stops" in it.text
    await it.press("escape")
    assert "Esc stops" not in it.text
    await it.pass_time(60)
    assert it.top() is it.app.main
    tried("waits", "reading a trigger to edit it", "hang")


@pytest.mark.parametrize(("key", "words"), [("r", "Read billing again…"), ("R", "Read everything")])
@pytest.mark.parametrize("operation", ["list triggers", "list namespaces", "get namespace"])
async def test_refreshing(it: Whole, key: str, words: str, operation: str) -> None:
    it.app.main.reveal(it.namespace("billing"))
    await it.pilot.pause()
    hang(it, operation)
    await it.press(key)
    reads = {"r": {"list triggers", "get namespace"}, "R": {"list triggers", "list namespaces"}}
    if operation in reads[key]:
        await is_told(it, words)
        await it.press("escape")
    await it.pass_time(0.1)
    assert "Esc stops" not in it.text
    it.api.faults.rules.clear()
    await it.press(key)
    await it.until(lambda: "Esc stops" not in it.text and _is_fresh(it), within_s=15)
    tried("waits", f"reading again by {key}", f"hang of {operation}")


def _is_fresh(it: Whole) -> bool:
    return it.app.main.snapshot.reading.problem is None


async def test_an_answer_ends_the_wait_for_it(it: Whole) -> None:
    it.app.main.reveal(it.namespace("billing"))
    await it.pilot.pause()
    it.api.faults.rules.append(Fault("slow", operation="list triggers", seconds=4))
    await it.press("r")
    await is_told(it, "Read billing again…")
    await it.pass_time(3)
    assert "Esc stops" not in it.text


async def test_reading_what_a_namespace_holds_before_it_is_deleted(it: Whole) -> None:
    it.app.main.reveal(it.namespace("staging"))
    await it.pilot.pause()
    hang(it, "list access keys")
    await it.press("D")
    await is_told(it, "Read what is in staging…")
    await it.press("escape")
    await it.pass_time(60)
    assert it.top() is it.app.main
    assert writes(it) == []
    tried("waits", "reading a namespace to delete it", "hang")


async def test_a_change_that_is_stopped_is_looked_at_like_one_whose_answer_is_lost(
    it: Whole,
) -> None:
    it.app.main.reveal(it.trigger("billing", "dunning"))
    hang(it, "update trigger")
    await it.press("p")
    await confirmed(it)
    await is_told(it, "Pause dunning in billing (prod)…")
    await it.press("escape")
    await it.pass_time(1)
    assert "could not pause trigger dunning in billing: you stopped waiting" in said(it).lower()
    assert "A look afterwards shows that it was not carried out so far" in said(it)
    assert writes(it) == ["PUT"]
    tried("waits", "pausing a trigger", "hang")


async def test_the_look_can_be_stopped_too(it: Whole) -> None:
    it.app.main.reveal(it.trigger("billing", "dunning"))
    hang(it, "update trigger", "get trigger")
    await it.press("p")
    await confirmed(it)
    await is_told(it, "Pause dunning in billing (prod)…")
    await it.press("escape")
    await is_told(it, "Pause dunning in billing (prod): looking whether it was done…")
    await it.press("escape")
    await it.pass_time(1)
    assert "It is not known whether this was carried out" in said(it)
    assert it.app.writes_under_way == ()
    assert writes(it) == ["PUT"]
    tried("waits", "looking at a trigger after a write", "hang")


async def test_a_change_that_was_carried_out_when_it_was_stopped_is_done(it: Whole) -> None:
    it.app.main.reveal(it.trigger("billing", "dunning"))
    it.api.faults.rules += [Fault("drip", operation="update trigger")]
    await it.press("p")
    await confirmed(it)
    await it.clock.advance(0.1)
    assert it.app.writes_under_way
    next(iter(it.app.waits._waits)).stop()
    await it.pass_time(2)
    assert "Paused dunning. No answer came, but a look afterwards shows" in said(it)
    assert writes(it) == ["PUT"]


async def test_of_several_changes_those_after_the_stop_are_not_sent(it: Whole) -> None:
    names = ("dunning", "invoice-run")
    it.app.main.sight = structs.replace(
        it.app.main.sight, marks=frozenset(it.trigger("billing", name) for name in names)
    )
    hang(it, "update trigger")
    await it.press("p")
    await confirmed(it)
    await is_told(it, "Pause 2 triggers (prod)…")
    await it.press("escape")
    await it.pass_time(1)
    assert "Paused 0 of 2. Stopped: 1 not sent." in said(it)
    assert writes(it) == ["PUT"]


async def test_a_change_that_waits_for_the_rate_limit_says_so(it: Whole) -> None:
    it.app.main.reveal(it.trigger("billing", "dunning"))
    it.api.faults.rules[:] = [Fault("rate-limited", operation="update trigger", seconds=30)]
    await it.press("p")
    await confirmed(it)
    await is_told(it, "Pause dunning in billing (prod): too many requests…")
    await it.press("escape")
    await it.pass_time(1)
    assert "Nothing was changed: it can be sent again." in said(it)
    assert writes(it) == ["PUT"]
    tried("waits", "pausing a trigger", "rate-limited")


async def test_a_watch_that_waits_for_the_rate_limit_says_so(it: Whole) -> None:
    it.api.faults.rules[:] = [Fault("rate-limited", times=1, seconds=30)]
    await it.press("R")
    await it.pass_time(2)
    assert "too many requests: reading on in 3" in it.text
    await it.pass_time(45)
    assert "too many requests" not in it.text


async def test_a_form_keeps_what_was_typed_when_its_write_is_stopped(it: Whole) -> None:
    it.app.main.reveal(it.namespace("billing"))
    await it.press("n", *"job", "tab", *"a/b", "tab", "tab", *"5 * * * *", "ctrl+o")
    hang(it, "create trigger")
    await confirmed(it)
    await is_told(it, "Create job in billing (prod)…")
    await it.press("escape")
    await it.pass_time(1)
    assert "you stopped waiting for the answer" in it.text
    assert isinstance(it.top(), TriggerForm)
    assert it.app.screen.query_one("#name", Input).value == "job"
    assert writes(it) == ["POST"]
    tried("waits", "creating a trigger", "hang")


async def test_a_form_that_is_left_while_the_look_hangs_tells_the_outcome_elsewhere(
    it: Whole,
) -> None:
    it.app.main.reveal(KeysBranch(it.namespace("billing").namespace_id))
    await it.press("n", *"ci", "ctrl+o")
    hang(it, "create access key", "list access keys")
    await confirmed(it)
    await it.pass_time(1)
    await it.press("escape")
    assert "looking whether it was done" in it.text
    await it.press("escape")
    assert it.top() is it.app.main
    await is_told(it)
    await it.press("escape")
    await it.pass_time(1)
    assert "It is not known whether this was carried out" in said(it)


async def test_a_form_that_is_left_tells_that_it_was_done_after_all(it: Whole) -> None:
    it.app.main.reveal(it.namespace("billing"))
    await it.press("n", *"job", "tab", *"a/b", "tab", "tab", *"5 * * * *", "ctrl+o")
    it.api.faults.rules += [
        Fault("drip", operation="create trigger"),
        Fault("slow", operation="get trigger", seconds=5),
    ]
    await confirmed(it)
    await it.clock.advance(0.1)
    await it.press("escape")
    assert "looking whether it was done" in it.text
    await it.press("escape")
    assert it.top() is it.app.main
    await it.pass_time(6)
    assert "job was created" in said(it)
    assert writes(it) == ["POST"]


async def test_deleting_a_namespace(
    it: Whole, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    it.app.main.reveal(it.namespace("staging"))
    await it.pilot.pause()
    await it.press("D")
    await it.until_shown("Type staging", within_s=5)
    hang(it, "delete namespace")
    await it.press(*"staging")
    await confirmed(it, "enter")
    await it.until(lambda: bool(it.app.writes_under_way), within_s=5)
    await is_told(it, "Delete namespace staging…")
    await it.press("escape")
    await it.pass_time(1)
    assert "not carried out so far" in said(it)
    assert it.namespace("staging").namespace_id in it.api.account.namespaces
    assert writes(it) == ["DELETE"]
    tried("waits", "deleting a namespace", "hang")


async def test_quitting_names_the_change_that_is_under_way(it: Whole) -> None:
    it.app.main.reveal(it.trigger("billing", "dunning"))
    hang(it, "update trigger")
    await it.press("p")
    await confirmed(it)
    await it.pass_time(1)
    await it.press("q")
    assert "A change was sent and its outcome is not known yet:" in it.text
    assert "Pause dunning in billing (prod)" in it.text
    await it.press("escape")
    assert it.top() is it.app.main
    await it.press("q")
    await confirmed(it)
    assert it.app._exit
    tried("waits", "quitting while a change is under way", "hang")


async def test_another_profile_waits_for_the_change_that_is_under_way(it: Whole) -> None:
    it.app.main.reveal(it.trigger("billing", "dunning"))
    hang(it, "update trigger")
    await it.press("p")
    await confirmed(it)
    it.app.start_profile(Profile(name="play"))
    await is_told(it, "Pause dunning in billing (prod)…")
    assert "play follows once the change that is under way has ended." in said(it)
    await it.press("escape")
    await it.until(lambda: it.app.session is not None and it.app.session.profile.name == "play")
    tried("waits", "switching the profile", "hang")


async def test_a_first_load_that_hangs_says_so_and_lets_go() -> None:
    clock = ManualClock()
    api = SimulatedApi(demo_account(clock), faults=[Fault("hang")])
    accounts = SimulatedAccounts(api, clock)
    app = FntuiApp(accounts, Settings(profile=accounts.profiles[0]), clock, repr)
    async with app.run_test(size=(120, 36), notifications=True, tooltips=True) as pilot:
        it = Whole(app, pilot, clock, api, accounts.shelf)
        await it.pilot.pause()
        await it.pass_time(2)
        assert "reading…" in it.text.split("\n")[0]
        await it.pass_time(60)
        assert "no answer came in time" in it.text
        await it.press("q")
        assert app._exit
    tried("waits", "the first load", "hang")


async def test_a_search_for_a_token_that_hangs_is_told_and_can_be_stopped() -> None:
    clock = ManualClock()
    api = SimulatedApi(demo_account(clock))
    accounts = SimulatedAccounts(api, clock)
    accounts.token_gate = asyncio.Event()
    app = FntuiApp(accounts, Settings(profile=accounts.profiles[0]), clock, repr)
    async with app.run_test(size=(120, 36), notifications=True, tooltips=True) as pilot:
        it = Whole(app, pilot, clock, api, accounts.shelf)
        await it.pilot.pause()
        await is_told(it, "Look for the API token of prod…")
        app.start_profile(Profile(name="play"))
        await is_told(it, "Look for the API token of play…")
        assert "(and 1 more)" not in it.text
        await it.press("escape")
        await it.until(lambda: isinstance(it.top(), SignIn), within_s=2)
        assert "The search for a token was stopped." in screen_text(app)
    assert api.log == type(api.log)()
    tried("waits", "looking for a token", "hang")


async def test_a_wait_is_told_of_as_soon_as_it_lasts_long_enough() -> None:
    clock, drawn = ManualClock(), list[str]()
    waits = Waits(clock, lambda: drawn.append(waits.note(80)))
    with waits.on("look", str):
        await clock.advance(QUICK_S / 2)
        assert drawn == []
        await clock.advance(QUICK_S / 2)
        assert drawn == ["Look…, Esc stops"]
    assert drawn == ["Look…, Esc stops", ""]
    with waits.on("look", str):
        await clock.advance(QUICK_S / 2)
    await clock.advance(QUICK_S)
    assert len(drawn) == 2, "it was over before"


async def test_the_newest_of_several_waits_is_the_one_that_is_told_and_stopped() -> None:
    clock = ManualClock()
    ended: list[str] = []
    waits = Waits(clock, lambda: ended.append("drawn"))
    assert not waits.stop()
    with waits.on("first " + "x" * 100, lambda: ended.append("first")):
        await clock.advance(7)
        assert ended == ["drawn"]
        ended.clear()
        with waits.on("second", lambda: ended.append("second")):
            assert waits.note(40) == f"First {'x' * 18}… 5s, Esc stops"
            await clock.advance(1)
            assert ended == ["drawn"]
            ended.clear()
            assert waits.note(40) == "Second… (and 1 more), Esc stops"
            assert waits.stop()
        assert waits.stop()
    assert ended == ["second", "drawn", "first", "drawn"]
