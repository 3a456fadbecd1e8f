"""The Recorder: what is kept, what is recalled, and one fntui that reads for several."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from math import isclose

import pytest
from msgspec import structs

from fntui.accounts.sessions import session_on
from fntui.api import operations as op
from fntui.api.errors import InvalidToken
from fntui.api.models import Listing
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.core.model.events import (
    Acknowledged,
    LagSeen,
    NamespacesRead,
    PinSet,
    RateLimitRead,
    TriggersRead,
)
from fntui.core.model.lag import Lag
from fntui.core.model.profile import FoundToken, Profile
from fntui.core.model.snapshot import Acknowledgement, Activity, Record, Run, TriggerKey
from fntui.core.session import Session
from fntui.core.watch.history_port import Batch
from fntui.core.watch.targets import Kind, Unit
from tests.support.fake_api import FakeApi
from tests.support.fake_history import FakeHistory, Shelf

X = TriggerKey("fn-1", "x")


class Desk:
    """An account, and several fntui that watch it and share a shelf."""

    def __init__(self) -> None:
        """Watch nothing yet."""
        self.clock = ManualClock()
        self.api = FakeApi(self.clock)
        self.api.add_namespace("fn-1", "billing")
        self.api.add_trigger("fn-1", "x", "* * * * *")
        self.shelf = Shelf()
        self.sessions: list[Session] = []

    async def open(self, history: FakeHistory, api: FakeApi | None = None) -> Session:
        """Start another fntui."""
        session = self.session(history, api)
        self.sessions.append(session)
        await session.start()
        return session

    def session(self, history: FakeHistory, api: FakeApi | None = None) -> Session:
        """Return another fntui that has not been started."""
        return session_on(
            api or self.api,
            self.clock,
            history,
            profile=Profile(name="prod"),
            found=FoundToken(token=Secret("dop_v1_" + "0" * 64), source="session"),
            api_url="https://api.example",
            is_read_only=False,
        )

    def another_api(self) -> FakeApi:
        """Return another connection to the same account, with calls of its own."""
        other = FakeApi(self.clock)
        other.namespaces, other.triggers, other.keys = (
            self.api.namespaces,
            self.api.triggers,
            self.api.keys,
        )
        other.skipped = self.api.skipped
        return other


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    yield made
    for session in made.sessions:
        await session.aclose()


def started(session: Session) -> list[str]:
    return [f"{run.started_at:%H:%M:%S}" for run in session.store.snapshot.runs(X)]


async def test_what_is_seen_is_kept_within_a_second(desk: Desk) -> None:
    history = FakeHistory(desk.shelf)
    session = await desk.open(history)
    await desk.clock.advance(300)
    assert desk.shelf.records[X].runs == session.store.snapshot.runs(X)
    assert len(desk.shelf.records[X].runs) == 4
    kept = [run for batch in history.batches for run in batch.records.get(X, Record()).runs]
    assert len(kept) == 4  # each once


async def test_nothing_new_is_nothing_to_write(desk: Desk) -> None:
    history = FakeHistory(desk.shelf)
    await desk.open(history)
    await desk.clock.advance(20)
    before = len(history.batches)
    await desk.clock.advance(10)
    assert len(history.batches) == before
    assert all(batch != Batch() for batch in history.batches)


async def test_what_a_person_took_note_of_is_kept_and_recalled(desk: Desk) -> None:
    desk.api.add_namespace("fn-2", "reports")
    first = await desk.open(FakeHistory(desk.shelf))
    now = desk.clock.now()
    noted = Acknowledgement(acknowledged_at=now, ends_with_run=True)
    first.store.apply(
        Acknowledged(at=now, key=X, acknowledgement=noted),
        PinSet(at=now, namespace_id="fn-1", is_pinned=True),
        PinSet(at=now, namespace_id="fn-2", is_pinned=True),
    )
    await desk.clock.advance(2)
    await first.aclose()
    second = await desk.open(FakeHistory(desk.shelf))
    assert second.store.snapshot.acknowledged == {X: noted}
    assert second.store.snapshot.pinned == {"fn-1", "fn-2"}
    await desk.clock.advance(5)
    second.store.apply(
        Acknowledged(at=now, key=X, acknowledgement=None),
        PinSet(at=now, namespace_id="fn-2", is_pinned=False),
    )
    await second.aclose()  # what is left is written at the end
    third = await desk.open(FakeHistory(desk.shelf))
    assert third.store.snapshot.acknowledged == {}
    assert third.store.snapshot.pinned == {"fn-1"}


async def test_what_a_person_took_note_of_shows_in_every_fntui(desk: Desk) -> None:
    first = await desk.open(FakeHistory(desk.shelf))
    second = await desk.open(FakeHistory(desk.shelf), desk.another_api())
    now = desk.clock.now()
    noted = Acknowledgement(acknowledged_at=now)
    second.store.apply(
        Acknowledged(at=now, key=X, acknowledgement=noted),
        PinSet(at=now, namespace_id="fn-1", is_pinned=True),
    )
    await desk.clock.advance(3)
    assert first.store.snapshot.acknowledged == {X: noted}
    assert first.store.snapshot.pinned == {"fn-1"}
    first.store.apply(Acknowledged(at=now, key=X, acknowledgement=None))
    await desk.clock.advance(3)
    assert second.store.snapshot.acknowledged == {}
    assert second.store.snapshot.pinned == {"fn-1"}


async def test_what_is_noted_while_notes_are_read_is_not_lost(desk: Desk) -> None:
    history = FakeHistory(desk.shelf)
    session = await desk.open(history)
    await desk.clock.advance(5)
    history.on_noted = lambda: session.store.apply(
        PinSet(at=desk.clock.now(), namespace_id="fn-1", is_pinned=True)
    )
    await desk.clock.advance(1)
    history.on_noted = lambda: None
    assert session.store.snapshot.pinned == {"fn-1"}
    await desk.clock.advance(1)
    assert desk.shelf.noted.pinned == {"fn-1"}


async def test_activity_of_earlier_sessions_comes_first_and_is_not_written_again(
    desk: Desk,
) -> None:
    old = Activity(
        at=desk.clock.now() - timedelta(days=1),
        actor="someone",
        namespace_id="fn-1",
        target="x",
        words="paused trigger x",
    )
    history = FakeHistory(desk.shelf)
    history.remember(activity=(old,))
    session = await desk.open(history)
    await desk.clock.advance(5)
    assert session.store.snapshot.activity == (old,)
    await session.operations.set_enabled(X, is_enabled=False)
    await desk.clock.advance(2)
    assert [line.words for line in session.store.snapshot.activity] == [
        *(old.words, "paused trigger x"),
    ]
    assert [line.actor for line in history.activity()] == ["you"]


async def test_runs_of_earlier_sessions_stand_before_those_of_this_one(desk: Desk) -> None:
    seen_at = desk.clock.now() - timedelta(minutes=9)
    run = Run(started_at=seen_at, slot_at=seen_at.replace(second=0), seen_at=seen_at)
    desk.shelf.records[X] = Record(runs=(run,))
    made = desk.api.triggers["fn-1"]["x"]
    desk.api.triggers["fn-1"]["x"] = structs.replace(made, created_at=seen_at)
    history = FakeHistory(desk.shelf)
    session = await desk.open(history)
    await desk.clock.advance(130)
    runs = session.store.snapshot.runs(X)
    assert runs[0] == run
    assert len(runs) == 3
    assert history.asked == [X]  # once
    written = [each for batch in history.batches for each in batch.records.get(X, Record()).runs]
    assert run not in written


async def test_the_learned_delay_is_kept(desk: Desk) -> None:
    history = FakeHistory(desk.shelf)
    history.remember(first_look_s=7.0)
    session = await desk.open(history)
    assert isclose(session.poller.planner.first_look.delay_s, 7.0)
    session.poller.planner.first_look.delay_s = 7.1
    await desk.clock.advance(2)
    assert isclose(desk.shelf.kept.first_look_s or 0.0, 7.0)  # too little to be worth a write
    session.poller.planner.first_look.delay_s = 8.0
    await desk.clock.advance(1)
    assert isclose(desk.shelf.kept.first_look_s or 0.0, 8.0)
    session.poller.planner.first_look.delay_s = 8.1
    await session.aclose()
    assert isclose(desk.shelf.kept.first_look_s or 0.0, 8.1)


async def test_the_publication_lag_is_recalled_and_kept(desk: Desk) -> None:
    history = FakeHistory(desk.shelf)
    old = Lag(lag_s=150.0, seen_at=desk.clock.now() - timedelta(days=1))
    history.remember(lag=old)
    session = await desk.open(history)
    assert session.store.snapshot.lag == old
    assert [batch.lag for batch in history.batches if batch.lag] == []
    new = Lag(lag_s=240.0, seen_at=desk.clock.now())
    session.store.apply(LagSeen(at=desk.clock.now(), lag=new))
    await desk.clock.advance(3)
    assert [batch.lag for batch in history.batches if batch.lag] == [new]
    assert desk.shelf.kept.lag == new


async def test_the_second_takes_over_what_the_first_has_read(desk: Desk) -> None:
    first = await desk.open(FakeHistory(desk.shelf))
    await desk.clock.advance(130)
    api = desk.another_api()
    second = await desk.open(FakeHistory(desk.shelf), api)
    assert second.recorder.is_following
    assert not first.recorder.is_following
    await desk.clock.advance(600)
    assert {*api.calls} == {"list namespaces"}  # for the time, every 5 minutes
    assert len(api.calls) <= 3
    assert second.store.snapshot.namespaces == first.store.snapshot.namespaces
    assert started(second) == started(first)
    assert second.store.snapshot.rate_limit == first.store.snapshot.rate_limit


async def test_what_is_done_in_one_is_done_by_you_in_all(desk: Desk) -> None:
    first = await desk.open(FakeHistory(desk.shelf))
    await desk.clock.advance(70)
    second = await desk.open(FakeHistory(desk.shelf), desk.another_api())
    await desk.clock.advance(10)
    await first.operations.set_enabled(X, is_enabled=False)
    await desk.clock.advance(3)
    third = await desk.open(FakeHistory(desk.shelf), desk.another_api())
    await desk.clock.advance(3)
    for each in (first, second, third):
        told = [(line.actor, line.words) for line in each.store.snapshot.activity]
        assert told == [("you", "paused trigger x")]


async def test_reads_of_one_that_lag_behind_a_change_made_in_another_do_not_undo_it(
    desk: Desk,
) -> None:
    first = await desk.open(FakeHistory(desk.shelf))
    await desk.clock.advance(70)
    api = desk.another_api()
    second = await desk.open(FakeHistory(desk.shelf), api)
    await desk.clock.advance(10)
    before = {each: dict(triggers) for each, triggers in desk.api.triggers.items()}
    await first.operations.set_enabled(X, is_enabled=False)
    await desk.clock.advance(3)
    api.triggers = before
    await second.operations.read_triggers("fn-1")
    view = second.store.snapshot.trigger(X)
    assert view is not None
    assert view.trigger.is_enabled is False
    told = [(line.actor, line.words) for line in second.store.snapshot.activity]
    assert told == [("you", "paused trigger x")]


async def test_the_second_takes_over_when_the_first_ends(desk: Desk) -> None:
    first = await desk.open(FakeHistory(desk.shelf))
    await desk.clock.advance(70)
    api = desk.another_api()
    second = await desk.open(FakeHistory(desk.shelf), api)
    await desk.clock.advance(70)
    await first.aclose()
    desk.sessions.remove(first)
    await desk.clock.advance(300)
    assert not second.recorder.is_following
    assert len(started(second)) == 7
    # What the first had read is not read again at once, but when it is due.
    assert api.calls[:2] == ["list namespaces", "list triggers"]
    assert len(api.calls) < 12


async def test_findings_of_an_earlier_session_are_no_news(desk: Desk) -> None:
    old = NamespacesRead(at=desk.clock.now(), listing=Listing(items=()))
    desk.shelf.findings.append(old)
    first = await desk.open(FakeHistory(desk.shelf))
    await desk.clock.advance(10)
    assert old not in desk.shelf.findings
    assert desk.shelf.findings
    await first.aclose()
    desk.sessions.remove(first)
    second = await desk.open(FakeHistory(desk.shelf), desk.another_api())
    assert not second.recorder.is_following
    assert len(desk.shelf.findings) <= 3  # those of the second, none of the first


async def test_who_takes_over_leaves_what_was_found_in_place(desk: Desk) -> None:
    first = await desk.open(FakeHistory(desk.shelf))
    second = await desk.open(FakeHistory(desk.shelf), desk.another_api())
    await desk.clock.advance(10)
    await first.aclose()
    desk.sessions.remove(first)
    await desk.clock.advance(2)
    assert not second.recorder.is_following
    third = await desk.open(FakeHistory(desk.shelf), desk.another_api())
    assert third.store.snapshot.namespaces


async def test_lists_that_leave_runs_out_are_taken_over_too(desk: Desk) -> None:
    desk.api.is_bare = True
    first = await desk.open(FakeHistory(desk.shelf))
    await desk.clock.advance(130)
    api = desk.another_api()
    api.is_bare = True
    second = await desk.open(FakeHistory(desk.shelf), api)
    await desk.clock.advance(300)
    assert {*api.calls} == {"list namespaces"}
    assert started(second) == started(first)[-len(started(second)) :]
    await first.aclose()
    desk.sessions.remove(first)
    await desk.clock.advance(70)
    assert "get trigger" in api.calls


async def test_a_clock_that_is_behind_does_not_put_readings_into_times_to_come(
    desk: Desk,
) -> None:
    await desk.open(FakeHistory(desk.shelf))
    await desk.clock.advance(70)
    ahead = [structs.replace(fact, at=fact.at + timedelta(days=1)) for fact in desk.shelf.findings]
    desk.shelf.findings[:] = ahead
    api = desk.another_api()
    second = await desk.open(FakeHistory(desk.shelf), api)
    await desk.clock.advance(5)
    read_s = [progress.read_s for progress in second.poller.planner._units.values()]
    assert max(read_s) <= desk.clock.monotonic()


async def test_what_was_seen_while_the_second_was_stopped_is_recalled(desk: Desk) -> None:
    await desk.open(FakeHistory(desk.shelf))
    await desk.clock.advance(130)
    history = FakeHistory(desk.shelf)
    second = await desk.open(history, desk.another_api())
    await desk.clock.advance(5)
    history.gate = asyncio.Event()  # as if it were stopped
    await desk.clock.advance(600)
    history._served = len(desk.shelf.findings) - 1  # a file keeps the newest of each thing only
    history.gate.set()
    history.gate = None
    await desk.clock.advance(5)
    assert len(started(second)) == len(desk.shelf.records[X].runs) >= 11


async def test_a_namespace_that_lists_leave_out_for_a_while_comes_back_with_its_runs(
    desk: Desk,
) -> None:
    first = await desk.open(FakeHistory(desk.shelf))
    await desk.clock.advance(250)
    first.poller.pin("fn-1", is_pinned=True)
    before = started(first)
    kept, desk.api.namespaces = desk.api.namespaces, {}
    first.poller.refresh(Unit(Kind.NAMESPACES))
    await desk.clock.advance(4)
    assert started(first) == before  # the next list decides
    await desk.clock.advance(2)
    assert started(first) == []
    desk.api.namespaces = kept
    first.poller.refresh(Unit(Kind.NAMESPACES))
    await desk.clock.advance(5)
    assert started(first)[: len(before)] == before
    assert first.store.snapshot.pinned == {"fn-1"}


async def test_a_file_that_is_replaced_gets_everything_anew_and_it_is_said(desk: Desk) -> None:
    told: list[str] = []
    history = FakeHistory(desk.shelf)
    session = await desk.open(history)
    session.recorder.on_trouble = told.append
    now = desk.clock.now()
    session.store.apply(
        PinSet(at=now, namespace_id="fn-1", is_pinned=True),
        Acknowledged(at=now, key=X, acknowledgement=Acknowledgement(acknowledged_at=now)),
    )
    await desk.clock.advance(130)
    desk.shelf = history.shelf = Shelf()
    history.notes, history.files_opened = ("It was broken.",), 2
    await desk.clock.advance(3)
    assert told == ["It was broken."]
    assert session.store.snapshot.pinned == desk.shelf.noted.pinned == {"fn-1"}
    assert desk.shelf.noted.acknowledged == session.store.snapshot.acknowledged != {}
    assert desk.shelf.records[X].runs == session.store.snapshot.runs(X)


async def test_what_the_user_asks_for_is_read_by_the_second_itself(desk: Desk) -> None:
    await desk.open(FakeHistory(desk.shelf))
    api = desk.another_api()
    second = await desk.open(FakeHistory(desk.shelf), api)
    await desk.clock.advance(5)
    second.poller.refresh(Unit(Kind.TRIGGERS, "fn-1"))
    await desk.clock.advance(5)
    assert api.calls == ["list namespaces", "list triggers"]


async def test_the_first_reads_for_the_screen_of_the_second_and_counts_its_requests(
    desk: Desk,
) -> None:
    first = await desk.open(FakeHistory(desk.shelf))
    second = await desk.open(FakeHistory(desk.shelf), desk.another_api())
    desk.api.triggers["fn-1"].clear()
    desk.api.add_trigger("fn-1", "y", "0 0 1 1 *")
    second.poller.select("fn-1", show_keys=True)
    await desk.clock.advance(3)
    desk.api.calls.clear()
    await desk.clock.advance(120)
    assert desk.api.calls.count("list triggers") >= 3  # every 30 s, not every 300
    assert desk.api.calls.count("list access keys") >= 1
    price = first.poller.planner.budget._tokens
    for _ in range(20):
        await second.operations.read_namespaces()
    await desk.clock.advance(2)
    assert first.poller.planner.budget._tokens < price - 15


async def test_the_first_is_not_at_ease_while_somebody_looks_at_the_second(desk: Desk) -> None:
    first = await desk.open(FakeHistory(desk.shelf))
    second = await desk.open(FakeHistory(desk.shelf), desk.another_api())
    first.poller.attend(is_attended=False)
    await desk.clock.advance(3)
    assert first.poller.planner.pace.ease == 1.0
    second.poller.attend(is_attended=False)
    await desk.clock.advance(3)
    assert first.poller.planner.pace.ease == 4.0


async def test_a_change_made_by_the_second_is_kept_as_its_own(desk: Desk) -> None:
    await desk.open(FakeHistory(desk.shelf))
    history = FakeHistory(desk.shelf)
    second = await desk.open(history, desk.another_api())
    await desk.clock.advance(5)
    await second.operations.set_enabled(X, is_enabled=False)
    await desk.clock.advance(2)
    assert [(line.actor, line.words) for line in history.activity()] == [
        ("you", "paused trigger x")
    ]
    assert all(not batch.records and not batch.findings for batch in history.batches)


async def test_who_may_not_read_does_not_lead(desk: Desk) -> None:
    first = await desk.open(FakeHistory(desk.shelf))
    refused = InvalidToken(op.LIST_TRIGGERS, "no")
    desk.api.fail_before[op.LIST_TRIGGERS] = [refused]
    await desk.clock.advance(70)
    assert first.store.snapshot.is_token_refused
    history = FakeHistory(desk.shelf)
    desk.shelf.leader = None  # as after its time
    second = await desk.open(history, desk.another_api())
    await desk.clock.advance(70)
    assert not second.recorder.is_following
    assert started(second)


async def test_trouble_is_said_once_and_the_watch_goes_on_in_memory(desk: Desk) -> None:
    history = FakeHistory(desk.shelf)
    told: list[str] = []
    session = await desk.open(history)
    session.recorder.on_trouble = told.append
    await desk.clock.advance(70)
    history.trouble = "The history can't be written (no space left on device)."
    await desk.clock.advance(300)
    assert told == [history.trouble]
    assert len(started(session)) == 6
    history.trouble = ""
    await desk.clock.advance(2)
    assert told[1:] == ["The history is kept again."]
    assert desk.shelf.records[X].runs == session.store.snapshot.runs(X)
    assert any(isinstance(fact, TriggersRead) for fact in desk.shelf.findings[-9:])


async def test_a_history_that_fails_at_the_start_keeps_nobody_waiting(desk: Desk) -> None:
    history = FakeHistory(desk.shelf)
    history.trouble = "no"
    session = await desk.open(history)
    await desk.clock.advance(70)
    assert started(session)
    await session.aclose()
    assert history.batches == []
    assert history.is_closed


async def test_what_another_reads_is_read_here_once_its_findings_can_not_be_had(
    desk: Desk,
) -> None:
    await desk.open(FakeHistory(desk.shelf))
    api, history = desk.another_api(), FakeHistory(desk.shelf)
    second = await desk.open(history, api)
    await desk.clock.advance(70)
    assert api.calls == ["list namespaces"]
    history.trouble = "broken"
    await desk.clock.advance(70)
    assert not second.recorder.is_following
    assert "list triggers" in api.calls


async def test_a_history_that_hangs_delays_all_but_the_list_of_namespaces_by_a_second(
    desk: Desk,
) -> None:
    history = FakeHistory(desk.shelf)
    history.gate = asyncio.Event()
    task = asyncio.create_task(desk.open(history))
    await desk.clock.advance(0.9)
    assert desk.api.calls == ["list namespaces"]
    await desk.clock.advance(5)
    assert task.done()
    assert "list triggers" in desk.api.calls


async def test_a_history_that_hangs_delays_the_end_by_a_second(desk: Desk) -> None:
    history = FakeHistory(desk.shelf)
    session = await desk.open(history)
    desk.sessions.remove(session)
    await desk.clock.advance(5)
    session.store.apply(PinSet(at=desk.clock.now(), namespace_id="fn-1", is_pinned=True))
    history.gate = asyncio.Event()
    task = asyncio.create_task(session.aclose())
    await desk.clock.advance(0.9)
    assert not task.done()
    await desk.clock.advance(0.2)
    assert task.done()
    assert history.is_closed


async def test_what_was_found_at_opening_is_said(desk: Desk) -> None:
    told: list[str] = []
    history = FakeHistory(desk.shelf, notes=("It was broken and is set aside.",))
    session = desk.session(history)
    session.recorder.on_trouble = told.append
    desk.sessions.append(session)
    await session.start()
    assert told == ["It was broken and is set aside."]


async def test_a_bug_in_it_is_told_as_one(desk: Desk) -> None:
    history = FakeHistory(desk.shelf)
    session = await desk.open(history)
    crashes: list[BaseException] = []
    session.poller.on_crash = crashes.append

    history.bug = ZeroDivisionError()
    await desk.clock.advance(70)
    history.bug = None
    assert [type(crash) for crash in crashes] == [ZeroDivisionError]


async def test_a_session_that_was_never_started_has_nothing_to_write(desk: Desk) -> None:
    history = FakeHistory(desk.shelf)
    session = desk.session(history)
    await session.aclose()
    assert history.is_closed
    assert history.batches == []


async def test_findings_that_wait_for_a_failing_history_are_bounded(desk: Desk) -> None:
    history = FakeHistory()
    session = await desk.open(history)
    history.trouble = "full"
    limit = RateLimitRead(at=desk.clock.now(), rate_limit=desk.api.rate_limit)
    session.recorder.found([limit] * 9000)
    await desk.clock.advance(5)
    history.trouble = ""
    await desk.clock.advance(1)
    assert len(history.batches[-1].findings) == 1000
