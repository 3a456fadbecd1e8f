import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from math import isclose
from unittest.mock import AsyncMock

import pytest
from msgspec import UNSET, structs

from fntui.api import operations as op
from fntui.api.errors import InvalidToken, MissingScope, NotFound, RateLimited, ServerError
from fntui.api.models import Listing, Trigger
from fntui.clock import ManualClock
from fntui.core.health.wording import shown_verdict
from fntui.core.model.events import NamespaceGone, NotesRead, TokenRefused
from fntui.core.model.snapshot import Snapshot, State, TriggerKey
from fntui.core.operations.journal import Journal
from fntui.core.operations.operations import Operations
from fntui.core.store.store import Store
from fntui.core.watch.poller import Poller
from fntui.core.watch.scheduler import Kind, Planner, Unit
from fntui.core.watch.targets import awaited_of, outdated_units, units_of
from tests.support.fake_api import FakeApi
from tests.support.records import records_of

X = TriggerKey("fn-1", "x")


class Watch:
    """A poller over a fake account with one namespace."""

    def __init__(self) -> None:
        """Watch nothing yet."""
        self.clock = ManualClock()
        self.api = FakeApi(self.clock)
        self.api.add_namespace("fn-1", "billing")
        self.store = Store()
        self.operations = Operations(self.api, self.store, Journal(), is_read_only=False)
        self.poller = Poller(self.operations, self.store, Planner(), self.clock)

    async def run(self, seconds: float) -> None:
        """Watch for a while; the calls made meanwhile are in ``api.calls``."""
        self.api.calls.clear()
        self.poller.start()
        await self.clock.advance(seconds)

    def state(self) -> State:
        """Return the state of the trigger x."""
        view = self.store.snapshot.trigger(X)
        assert view is not None
        return view.verdict.state

    def runs(self) -> int:
        """Return how many runs of the trigger x were seen."""
        return len(self.store.snapshot.runs(X))


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    made = Watch()
    yield made
    await made.poller.stop()


async def test_runs_arrive_by_themselves(watch: Watch) -> None:
    watch.api.add_trigger("fn-1", "x", "* * * * *")
    await watch.run(600)
    assert (watch.runs(), watch.state()) == (9, State.ON_TIME)
    assert len(watch.api.calls) < 30
    runs = watch.store.snapshot.runs(X)
    assert all(run.seen_at - run.started_at <= timedelta(seconds=2) for run in runs)


@pytest.mark.slow
async def test_a_day_in_a_moment(watch: Watch) -> None:
    for name, text in [("x", "*/10 * * * *"), ("y", "0 * * * *"), ("z", "30 2 * * *")]:
        watch.api.add_trigger("fn-1", name, text)
    await watch.run(86_400)
    seen = {key.name: len(record.runs) for key, record in records_of(watch.store.snapshot).items()}
    assert seen == {"x": 144, "y": 24, "z": 1}
    assert len(watch.api.calls) < 86_400 / 300 * 2 + 144 * 2 + 24 * 2
    assert watch.store.snapshot.activity == ()


async def test_a_missed_run_is_found_out(watch: Watch) -> None:
    watch.api.add_trigger("fn-1", "x", "*/5 * * * *")
    slot = watch.clock.now() + timedelta(minutes=2)
    watch.api.skipped.add(("x", slot))
    await watch.run(121)
    assert watch.state() is State.NEVER_RAN
    await watch.clock.advance(30)
    assert watch.state() is State.LATE
    await watch.clock.advance(100)
    assert watch.state() is State.MISSED
    await watch.clock.advance(200)
    assert watch.state() is State.ON_TIME


async def test_bare_lists(watch: Watch) -> None:
    watch.api.is_bare = True
    watch.api.add_trigger("fn-1", "x", "*/10 * * * *")
    await watch.run(3600)
    assert watch.runs() == 6
    assert watch.state() is State.ON_TIME
    watch.api.is_bare = False
    await watch.run(3600)
    assert watch.runs() == 12
    assert watch.api.calls.count("get trigger") <= 2


async def test_the_selected_namespace_and_its_keys_are_fresh(watch: Watch) -> None:
    await watch.run(10)
    watch.poller.select("fn-1", show_keys=True)
    await watch.run(600)
    assert watch.api.calls.count("list triggers") in range(18, 22)
    assert watch.api.calls.count("list access keys") in range(9, 12)


async def test_what_appears_elsewhere_is_read_and_what_goes_is_dropped(watch: Watch) -> None:
    await watch.run(10)
    watch.api.add_namespace("fn-2", "new")
    watch.api.add_trigger("fn-2", "y")
    await watch.run(310)
    assert "y" in watch.store.snapshot.namespaces["fn-2"].triggers
    del watch.api.namespaces["fn-2"], watch.api.triggers["fn-2"], watch.api.keys["fn-2"]
    await watch.run(310)
    assert list(watch.store.snapshot.namespaces) == ["fn-1"]


async def test_a_404_asks_for_the_list_of_namespaces(watch: Watch) -> None:
    await watch.run(10)
    watch.api.fail_before = {op.LIST_TRIGGERS: [NotFound(op.LIST_TRIGGERS, "", status=404)]}
    watch.poller.refresh(Unit(Kind.TRIGGERS, "fn-1"))
    await watch.run(1)
    assert watch.api.calls == ["list triggers", "list namespaces"]


async def test_a_404_of_the_list_itself_is_not_asked_for_at_once(watch: Watch) -> None:
    watch.api.fail_before = {op.LIST_NAMESPACES: [NotFound(op.LIST_NAMESPACES, "", status=404)]}
    await watch.run(100)
    assert watch.api.calls == ["list namespaces"]


async def test_a_missing_scope_leaves_the_others_alone(watch: Watch) -> None:
    watch.api.add_trigger("fn-1", "x")
    watch.api.fail_before = {
        op.LIST_ACCESS_KEYS: [MissingScope(op.LIST_ACCESS_KEYS, "", status=403)] * 99
    }
    await watch.run(1800)
    assert watch.api.calls.count("list access keys") == 1
    assert watch.state() is State.ON_TIME
    reading = watch.store.snapshot.namespaces["fn-1"].access_keys_reading
    assert reading.problem is not None


async def test_an_outage_raises_no_alarm(watch: Watch) -> None:
    watch.api.add_trigger("fn-1", "x", "*/5 * * * *")
    await watch.run(310)
    assert watch.state() is State.ON_TIME
    error = ServerError(op.LIST_TRIGGERS, "", status=503)
    watch.api.fail_before = {op.LIST_TRIGGERS: [error] * 1000}
    states = set[State]()
    watch.store.listen(lambda _: states.add(watch.state()))
    await watch.run(1800)
    watch.api.fail_before = {}
    await watch.run(120)
    assert states == {State.ON_TIME}


async def test_a_429_pauses(watch: Watch) -> None:
    error = RateLimited(op.LIST_NAMESPACES, "", status=429, retry_after_s=60)
    watch.api.fail_before = {op.LIST_NAMESPACES: [error]}
    await watch.run(59)
    assert watch.api.calls == ["list namespaces"]
    await watch.run(5)
    assert "list triggers" in watch.api.calls


async def test_a_refused_token_ends_the_watch(watch: Watch) -> None:
    error = InvalidToken(op.LIST_NAMESPACES, "", status=401)
    watch.api.fail_before = {op.LIST_NAMESPACES: [error]}
    await watch.run(600)
    assert watch.api.calls == ["list namespaces"]
    assert watch.store.snapshot.is_token_refused


async def test_a_refresh_reads_now(watch: Watch) -> None:
    await watch.run(10)
    await watch.run(1)
    assert watch.api.calls == []
    watch.poller.refresh()
    await watch.run(0)
    assert sorted(watch.api.calls) == ["list access keys", "list namespaces", "list triggers"]


async def test_a_change_of_ours_is_followed_by_a_look(watch: Watch) -> None:
    watch.api.add_trigger("fn-1", "x", "0 3 * * *")
    await watch.run(10)
    await watch.operations.set_enabled(X, is_enabled=False)
    await watch.run(0)
    assert watch.api.calls == ["list triggers"]
    assert [line.actor for line in watch.store.snapshot.activity] == ["you"]


async def test_the_users_own_calls_are_counted(watch: Watch) -> None:
    await watch.run(10)
    for _ in range(300):
        await watch.operations.read_namespaces()
    watch.poller.select("fn-1")
    await watch.run(120)
    assert watch.api.calls == []


async def test_stopping_twice_and_starting_twice(watch: Watch) -> None:
    watch.poller.start()
    await watch.run(1)
    await watch.poller.stop()
    await watch.poller.stop()
    await watch.clock.advance(600)
    assert watch.api.calls.count("list namespaces") == 1


async def test_reads_that_were_cut_are_made_again(watch: Watch) -> None:
    watch.api.latency_s = 5
    await watch.run(1)
    await watch.poller.stop()
    await watch.run(30)
    assert watch.api.calls == ["list namespaces", "list triggers", "list access keys"]


async def test_a_bug_is_told(watch: Watch) -> None:
    crashes: list[BaseException] = []

    def break_down(_: op.Operation) -> None:
        raise ZeroDivisionError

    watch.poller.on_crash = crashes.append
    watch.api.on_call = break_down
    await watch.run(1)
    assert [type(crash) for crash in crashes] == [ZeroDivisionError]


async def test_a_bug_that_nobody_asked_to_be_told_of_reaches_the_loop(watch: Watch) -> None:
    reported: list[object] = []

    def break_down(_: op.Operation) -> None:
        raise ZeroDivisionError

    def report(_: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        reported.append(context.get("exception"))

    asyncio.get_running_loop().set_exception_handler(report)
    watch.api.on_call = break_down
    await watch.run(1)
    assert [type(crash) for crash in reported] == [ZeroDivisionError]


async def test_an_answer_for_what_is_gone_meanwhile(watch: Watch) -> None:
    watch.api.add_trigger("fn-1", "x")
    await watch.run(10)
    watch.api.latency_s = 5
    watch.poller.refresh()
    await watch.run(1)
    watch.store.apply(
        NamespaceGone(at=watch.clock.now() + timedelta(seconds=9), namespace_id="fn-1")
    )
    await watch.clock.advance(4)
    assert watch.store.snapshot.namespaces == {}


async def test_a_trigger_made_before_its_namespace_was_read(watch: Watch) -> None:
    watch.api.add_trigger("fn-1", "x")
    await watch.operations.read_namespaces()
    await watch.operations.read_trigger(X)
    assert [unit.kind for unit in units_of(watch.store.snapshot)] == [
        Kind.TRIGGERS,
        Kind.ACCESS_KEYS,
    ]


async def test_a_trigger_whose_runs_were_never_shown(watch: Watch) -> None:
    trigger = watch.api.add_trigger("fn-1", "x")
    watch.api.triggers["fn-1"]["x"] = structs.replace(trigger, is_enabled=False)
    watch.api.is_bare = True
    await watch.run(30)
    assert watch.state() is State.PAUSED
    view = watch.store.snapshot.trigger(X)
    assert view is not None
    assert view.trigger.scheduled_details is not UNSET


async def test_a_paused_trigger_of_a_bare_list_is_read_once(watch: Watch) -> None:
    trigger = watch.api.add_trigger("fn-1", "x")
    watch.api.triggers["fn-1"]["x"] = structs.replace(trigger, is_enabled=False)
    watch.api.is_bare = True
    await watch.run(7200)
    assert watch.api.calls.count("get trigger") == 1
    watch.api.change("fn-1", "x", is_enabled=True)
    await watch.run(320)
    assert watch.api.calls.count("get trigger") == 1
    assert watch.state() in {State.ON_TIME, State.NEVER_RAN}


async def test_a_trigger_of_a_bare_list_that_someone_changed_is_read_again(watch: Watch) -> None:
    watch.api.is_bare = True
    watch.api.add_trigger("fn-1", "x", "0 3 * * *")
    await watch.run(60)
    watch.poller.select("fn-1")
    watch.api.change("fn-1", "x", function="ops/other")
    await watch.run(31)
    assert watch.api.calls.count("get trigger") == 1
    assert watch.state() is State.NEVER_RAN


async def test_units_of_what_is_gone_await_nothing(watch: Watch) -> None:
    await watch.run(10)
    snapshot = watch.store.snapshot
    gone = Unit(Kind.TRIGGERS, "fn-9")
    assert awaited_of(gone, snapshot) == {}
    assert list(outdated_units(gone, snapshot, snapshot)) == []
    assert awaited_of(Unit(Kind.ACCESS_KEYS, "fn-1"), snapshot) == {}


async def test_a_suspend_of_two_hours_raises_no_alarm_and_is_over_within_two_polls(
    watch: Watch,
) -> None:
    watch.api.add_trigger("fn-1", "x", "*/5 * * * *")
    await watch.run(310)
    states = set[State]()
    watch.store.listen(lambda _: states.add(watch.state()))
    watch.clock._elapsed += 7200  # nobody is woken meanwhile
    await watch.run(1)
    assert states == {State.ON_TIME}
    assert watch.api.calls.count("list triggers") in {1, 2}


async def test_a_clock_that_is_set_by_an_hour_raises_no_alarm(watch: Watch) -> None:
    watch.api.add_trigger("fn-1", "x", "*/5 * * * *")
    await watch.run(310)
    states = set[State]()
    watch.store.listen(lambda _: states.add(watch.state()))
    watch.clock.step(3600)
    await watch.run(310)
    assert states <= {State.ON_TIME, State.LATE}


async def test_what_was_learned_can_be_kept(watch: Watch) -> None:
    watch.api.add_trigger("fn-1", "x", "* * * * *")
    watch.poller.planner.first_look.delay_s = 10.0
    await watch.run(3600)
    assert 8.0 < watch.poller.planner.first_look.delay_s < 10.0


async def test_a_pinned_namespace_is_favoured(watch: Watch) -> None:
    watch.api.add_trigger("fn-1", "x", "* * * * *")
    await watch.run(5)
    watch.poller.pin("fn-1", is_pinned=True)
    watch.poller.planner.budget.spend(85)
    await watch.run(600)
    assert watch.runs() == 10


async def test_what_is_read_less_often_is_stale_later(watch: Watch) -> None:
    watch.api.add_trigger("fn-1", "x", "0 3 * * *")
    await watch.run(10)
    watch.poller.attend(is_attended=False)
    watch.api.add_namespace("fn-2", "new")
    await watch.run(1500)
    limits = {
        namespace_id: view.triggers_reading.limit_s
        for namespace_id, view in watch.store.snapshot.namespaces.items()
    }
    assert limits == {"fn-1": 1200.0, "fn-2": 1200.0}
    assert watch.store.snapshot.activity[-1].words == "created namespace new"


async def test_while_nobody_looks_all_is_read_a_quarter_as_often_and_nothing_turns_stale(
    watch: Watch,
) -> None:
    watch.api.add_trigger("fn-1", "x", "0 3 * * *")
    await watch.run(10)
    watch.poller.select("fn-1", show_keys=True)
    watch.poller.attend(is_attended=False)
    shown = set[State]()

    def look(snapshot: Snapshot) -> None:
        view = snapshot.namespaces["fn-1"]
        verdict = shown_verdict(view.triggers["x"], view.triggers_reading, watch.clock.now())
        shown.add(verdict.state)

    watch.store.listen(look)
    await watch.run(2400)
    assert watch.api.calls.count("list triggers") in range(18, 22)
    assert watch.api.calls.count("list access keys") in range(9, 12)
    assert watch.api.calls.count("list namespaces") == 2
    await watch.clock.advance(1180)
    watch.poller.attend(is_attended=True)
    await watch.run(1)
    assert sorted(watch.api.calls) == ["list access keys", "list namespaces", "list triggers"]
    assert shown == {State.NEVER_RAN}
    limits = watch.store.snapshot.namespaces["fn-1"].triggers_reading.limit_s
    assert (limits, watch.store.snapshot.reading.limit_s) == (300.0, 300.0)


async def test_a_pin_recalled_from_an_earlier_session_takes_effect(watch: Watch) -> None:
    for number in range(2, 41):
        watch.api.add_namespace(f"fn-{number}", "more")
    watch.store.apply(
        NotesRead(at=watch.clock.now(), acknowledged={}, pinned=frozenset({"fn-1", "fn-gone"}))
    )
    await watch.run(3600)
    assert watch.store.snapshot.pinned == {"fn-1", "fn-gone"}
    limits = {
        namespace_id: view.triggers_reading.limit_s
        for namespace_id, view in watch.store.snapshot.namespaces.items()
    }
    assert limits["fn-1"] == 300.0
    assert isclose(limits["fn-2"], 40 * 3600 / (0.25 * 940))
    watch.poller.pin("fn-1", is_pinned=False)
    await watch.run(1)
    assert isclose(
        watch.store.snapshot.namespaces["fn-1"].triggers_reading.limit_s, 40 * 3600 / (0.25 * 940)
    )


LISTS = Unit(Kind.TRIGGERS, "fn-1")


async def waited(watch: Watch, unit: Unit | None = LISTS) -> asyncio.Task[None]:
    """Return what waits for a unit, on a watch that has read everything."""
    watch.api.add_trigger("fn-1", "x", "0 2 * * *")
    await watch.run(30)
    watch.api.latency_s = 4
    waiting = asyncio.create_task(watch.poller.read_now(unit))
    await watch.clock.advance(1)
    return waiting


@pytest.mark.parametrize("unit", [LISTS, None])
async def test_who_reads_now_waits_for_the_answer(watch: Watch, unit: Unit | None) -> None:
    waiting = await waited(watch, unit)
    assert not waiting.done()
    await watch.clock.advance(15)
    assert waiting.done()


async def test_a_failure_is_an_answer_too(watch: Watch) -> None:
    waiting = await waited(watch)
    watch.api.fail_before[op.LIST_TRIGGERS] = [ServerError(op.LIST_TRIGGERS, "oh", status=500)]
    again = asyncio.create_task(watch.poller.read_now(LISTS))
    await watch.clock.advance(3.5)
    assert (waiting.done(), again.done()) == (False, False)  # that one was asked for before
    await watch.clock.advance(30)
    assert (waiting.done(), again.done()) == (True, True)


async def test_nobody_waits_for_what_is_not_read(watch: Watch) -> None:
    waiting = await waited(watch, Unit(Kind.TRIGGERS, "fn-gone"))
    assert waiting.done()


async def test_nobody_waits_for_a_watch_that_was_stopped(watch: Watch) -> None:
    waiting = await waited(watch)
    await watch.poller.stop()
    await watch.clock.settle()
    assert waiting.done()


async def test_nobody_waits_for_a_namespace_that_is_gone(watch: Watch) -> None:
    waiting = await waited(watch)
    watch.store.apply(NamespaceGone(at=watch.clock.now(), namespace_id="fn-1"))
    watch.poller.wake()
    await watch.clock.settle()
    assert waiting.done()


async def test_nobody_waits_for_an_api_that_refuses_the_token(watch: Watch) -> None:
    waiting = await waited(watch)
    watch.store.apply(TokenRefused(at=watch.clock.now()))
    watch.poller.wake()
    await watch.clock.advance(10)
    assert waiting.done()


async def test_how_long_the_rate_limit_keeps_everything_from_being_read(watch: Watch) -> None:
    await watch.run(30)
    assert watch.poller.paused_s() == 0
    limited = RateLimited(op.LIST_TRIGGERS, "", status=429, retry_after_s=20)
    watch.api.fail_before[op.LIST_TRIGGERS] = [limited]
    watch.poller.refresh(LISTS)
    await watch.clock.advance(1)
    assert 18 < watch.poller.paused_s() < 40


async def test_a_trigger_that_its_list_leaves_out_once_is_read_by_itself(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.api.add_trigger("fn-1", "x", "0 * * * *")
    await watch.run(60)
    nothing: Listing[Trigger] = Listing(items=())
    monkeypatch.setattr(watch.api, "list_triggers", AsyncMock(return_value=nothing))
    watch.poller.refresh(Unit(Kind.TRIGGERS, "fn-1"))
    await watch.run(1)
    assert watch.api.calls == ["get trigger"]
    assert watch.store.snapshot.namespaces["fn-1"].absent_triggers == set()
    del watch.api.triggers["fn-1"]["x"]
    watch.poller.refresh(Unit(Kind.TRIGGERS, "fn-1"))
    await watch.run(1)
    assert watch.store.snapshot.trigger(X) is None


async def test_a_list_of_keys_that_leaves_one_out_is_read_again_soon(watch: Watch) -> None:
    watch.api.add_key("fn-1", "k", "ci")
    watch.poller.select("fn-1", show_keys=True)
    await watch.run(70)
    del watch.api.keys["fn-1"]["k"]
    watch.poller.refresh(Unit(Kind.ACCESS_KEYS, "fn-1"))
    await watch.run(4)
    assert list(watch.store.snapshot.namespaces["fn-1"].access_keys) == ["k"]
    await watch.run(2)
    assert list(watch.store.snapshot.namespaces["fn-1"].access_keys) == []
