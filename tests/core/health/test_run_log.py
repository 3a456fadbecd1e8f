from datetime import datetime, timedelta

import pytest
from msgspec import UNSET, UnsetType, structs

from fntui.api.models import Time, Trigger
from fntui.core.health.owed import missed_slots
from fntui.core.health.run_log import Became, joined, slots, strip_of
from fntui.core.model.events import PaceSet, RecordsRecalled, TimeSetBack
from fntui.core.model.pace import Pace
from fntui.core.model.snapshot import Pause, Record, Run, TriggerView
from fntui.core.store.reducer import fold_kept
from fntui.core.store.store import Store
from tests.support.builders import NOON, a_trigger, at
from tests.support.made_facts import KEY, gone, namespaces, store_with_billing, triggers

MADE = at("9:59")


@pytest.fixture
def store() -> Store:
    return store_with_billing()


def quarterly(
    last: str,
    upcoming: str,
    *,
    is_enabled: bool | UnsetType = True,
    updated: Time = UNSET,
    cron: str = "*/15 * * * *",
) -> Trigger:
    return a_trigger(
        cron,
        last=at(last),
        upcoming=at(upcoming),
        updated=updated,
        is_enabled=is_enabled,
        created_at=MADE,
    )


def record(store: Store) -> Record:
    return store.snapshot.records[KEY.namespace_id][KEY.name]


def strip(store: Store) -> str:
    return strip_of(record(store), view(store))


def view(store: Store) -> TriggerView:
    found = store.snapshot.trigger(KEY)
    assert found is not None
    return found


def test_slots_before_the_first_reading_were_not_observed_but_for_the_last_run(
    store: Store,
) -> None:
    store.apply(triggers("11:05", quarterly("11:00:02", "11:15")))
    assert strip(store) == "....|"  # 10:00 to 11:00
    assert [slot.at for slot in slots(record(store), view(store), 2)] == [at("10:45"), at("11:00")]


def test_runs_on_time_and_late(store: Store) -> None:
    store.apply(triggers("11:05", quarterly("11:00:02", "11:15")))
    store.apply(triggers("11:15:05", quarterly("11:15:04", "11:30")))
    store.apply(triggers("11:31", quarterly("11:30:40", "11:45")))
    assert strip(store).endswith("||+")
    last = slots(record(store), view(store), 1)[0]
    assert (last.became, last.run) == (Became.LATE, record(store).runs[-1])


def test_a_slot_is_not_told_of_before_its_run_is_seen_or_given_up(store: Store) -> None:
    store.apply(triggers("11:05", quarterly("11:00:02", "11:15")))
    store.apply(triggers("11:15:01", quarterly("11:00:02", "11:30")))
    assert strip(store) == "....|"
    store.apply(triggers("11:15:40", quarterly("11:00:02", "11:30")))  # late
    assert strip(store) == "....|"
    store.apply(triggers("11:16:30", quarterly("11:00:02", "11:30")))  # missed
    assert strip(store) == "....|!"
    assert record(store).missed == (at("11:15"),) == missed_slots(view(store))


def test_a_missed_run_that_comes_after_all_was_late(store: Store) -> None:
    store.apply(triggers("11:05", quarterly("11:00:02", "11:15")))
    store.apply(triggers("11:17", quarterly("11:00:02", "11:30")))
    store.apply(triggers("11:20", quarterly("11:18", "11:30")))
    assert record(store).missed == ()
    assert strip(store) == "....|+"


def test_a_missed_slot_stays_when_later_ones_run(store: Store) -> None:
    store.apply(triggers("11:05", quarterly("11:00:02", "11:15")))
    store.apply(triggers("11:17", quarterly("11:00:02", "11:30")))
    store.apply(triggers("11:31", quarterly("11:30:02", "11:45")))
    assert strip(store) == "....|!|"


def test_a_slot_overwritten_by_a_later_run_was_not_observed(store: Store) -> None:
    store.apply(triggers("11:05", quarterly("11:00:02", "11:15")))
    store.apply(triggers("11:50", quarterly("11:45:02", "12:00")))
    assert strip(store) == "....|..|"


def test_slots_of_a_stalled_scheduler_were_missed(store: Store) -> None:
    stood = quarterly("11:00:02", "11:15")
    store.apply(triggers("11:05", stood))
    store.apply(triggers("11:40", stood))
    assert record(store).missed == (at("11:15"), at("11:30"))
    assert strip(store) == "....|!!"


def test_pauses_are_told_from_their_beginning_to_their_end(store: Store) -> None:
    store.apply(triggers("11:05", quarterly("11:00:02", "11:15")))
    paused = quarterly("11:00:02", "11:15", is_enabled=False, updated=at("11:06"))
    store.apply(triggers("11:40", paused))
    assert record(store).pauses == (Pause(from_at=at("11:06")),)
    assert strip(store) == "....|=="
    store.apply(triggers("11:50", quarterly("11:00:02", "12:00", updated=at("11:49"))))
    assert record(store).pauses == (Pause(from_at=at("11:06"), until_at=at("11:50")),)
    store.apply(triggers("12:05", quarterly("12:00:02", "12:15", updated=at("11:49"))))
    assert strip(store) == "....|===|"
    again = quarterly("12:00:02", "12:15", is_enabled=False, updated=at("11:48"))
    store.apply(triggers("12:06", again))
    assert record(store).pauses[-1] == Pause(from_at=at("11:50"))  # not before the last one ended


def test_an_answer_that_leaves_the_state_out_ends_no_pause(store: Store) -> None:
    store.apply(triggers("11:05", quarterly("11:00:02", "11:15", is_enabled=False)))
    open_pause = record(store).pauses
    assert open_pause == (Pause(from_at=at("11:05")),)
    other = quarterly("11:00:02", "11:15", is_enabled=UNSET, updated=at("11:06"))
    store.apply(triggers("11:10", other))
    assert record(store).pauses == open_pause


def test_slots_before_a_re_timing_are_not_told_by_the_new_cron(store: Store) -> None:
    store.apply(triggers("11:05", quarterly("11:00:02", "11:15")))
    changed = quarterly("11:00:02", "11:09", cron="* * * * *", updated=at("11:07"))
    store.apply(triggers("11:08:30", changed))
    assert record(store).retimed_at == at("11:08:30")
    assert strip(store) == "|"
    ran = quarterly("11:10:02", "11:11", cron="* * * * *", updated=at("11:07"))
    store.apply(triggers("11:10:30", ran))
    assert strip(store) == "|.|"
    assert record(store).retimed_at == at("11:08:30")


def test_another_way_to_write_the_cron_is_no_re_timing(store: Store) -> None:
    store.apply(triggers("11:05", quarterly("11:00:02", "11:15")))
    six = quarterly("11:00:02", "11:15", cron="0 */15 * * * *", updated=at("11:07"))
    store.apply(triggers("11:08:30", six))
    assert record(store).retimed_at is None


def test_without_a_cron_that_can_be_read_runs_alone_are_told(store: Store) -> None:
    store.apply(triggers("11:05", a_trigger(None, last=at("11:00:02"), upcoming=at("11:15"))))
    assert strip(store) == "|"
    assert slots(record(store), view(store), 9)[0].at == at("11:00:02")


def test_a_trigger_that_is_gone_leaves_no_record(store: Store) -> None:
    store.apply(triggers("11:05", quarterly("11:00:02", "11:15")))
    store.apply(gone("11:06"))
    assert store.snapshot.records == {}
    store.apply(triggers("11:07", quarterly("11:00:02", "11:15")))
    store.apply(namespaces("11:08"), namespaces("11:09"))
    assert store.snapshot.records == {}


def test_an_unchanged_reading_leaves_the_record_as_it_is(store: Store) -> None:
    store.apply(triggers("11:05", quarterly("11:00:02", "11:15")))
    before = store.snapshot.records
    store.apply(triggers("11:06", quarterly("11:00:02", "11:15")))
    assert store.snapshot.records is before
    store.apply(PaceSet(at=at("11:07"), pace=Pace(ease=4.0)))
    assert store.snapshot.records is before


def a_run(slot: str, delay_s: float = 2.0) -> Run:
    due = at(slot)
    return Run(started_at=due + timedelta(seconds=delay_s), slot_at=due, seen_at=due)


def recall(store: Store, **kept: object) -> None:
    store.apply(RecordsRecalled(at=NOON, records={KEY: structs.replace(Record(), **kept)}))


def test_what_earlier_sessions_saw_comes_before_what_this_one_saw(store: Store) -> None:
    store.apply(triggers("11:50", quarterly("11:45:02", "12:00")))
    recall(
        store,
        runs=(a_run("10:30"), a_run("10:45", 30), a_run("11:45")),
        missed=(at("11:00"),),
    )
    assert strip(store) == "..|+!..|"
    assert [run.slot_at for run in record(store).runs] == [at("10:30"), at("10:45"), at("11:45")]


def test_a_slot_missed_earlier_whose_run_is_known_now_was_not(store: Store) -> None:
    store.apply(triggers("11:50", quarterly("11:45:02", "12:00")))
    recall(store, missed=(at("11:45"),))
    assert record(store).missed == ()


def test_a_pause_of_an_earlier_session_has_ended_by_now(store: Store) -> None:
    store.apply(triggers("11:50", quarterly("11:45:02", "12:00")))
    recall(store, pauses=(Pause(from_at=at("10:50")),))
    assert record(store).pauses == (Pause(from_at=at("10:50"), until_at=at("11:50")),)
    assert strip(store) == "....===|"


def test_what_is_older_than_the_trigger_was_of_another_one(store: Store) -> None:
    store.apply(triggers("11:50", quarterly("11:45:02", "12:00")))
    recall(
        store,
        runs=(a_run("9:00"),),
        missed=(at("9:15"),),
        pauses=(Pause(from_at=at("9:20"), until_at=at("9:40")),),
    )
    assert record(store) == joined(Record(), record(store), view(store))
    assert strip(store) == ".......|"


def test_where_it_is_not_known_when_it_was_made_everything_counts() -> None:
    store = store_with_billing()
    trigger = a_trigger(last=at("11:45:02"), upcoming=at("12:00"))
    store.apply(triggers("11:50", trigger))
    recall(store, runs=(a_run("9:00"),), retimed_at=at("8:00"))
    assert record(store).runs[0] == a_run("9:00")
    assert record(store).retimed_at == at("8:00")


def test_nothing_is_recalled_of_a_trigger_that_is_not_known(store: Store) -> None:
    before = store.snapshot
    recall(store, runs=(a_run("9:00"),))
    assert store.snapshot is before


def test_records_do_not_grow_without_end(store: Store) -> None:
    moment = datetime.fromisoformat("2026-11-23T00:00:00Z")
    trigger = a_trigger("* * * * *", last=moment, upcoming=moment + timedelta(minutes=1))
    store.apply(triggers("0:00:30", trigger))
    many = tuple(
        Run(started_at=each, slot_at=each, seen_at=each)
        for each in (moment - timedelta(minutes=minute) for minute in range(900, 0, -1))
    )
    recall(
        store,
        runs=many,
        missed=tuple(run.started_at + timedelta(seconds=30) for run in many),
        pauses=tuple(Pause(from_at=each.started_at, until_at=each.started_at) for each in many),
    )
    kept = record(store)
    assert (len(kept.runs), len(kept.missed), len(kept.pauses)) == (200, 200, 50)
    assert kept.runs[-1].started_at == moment
    assert len(strip_of(kept, view(store))) == 48


def test_a_fact_that_is_about_nothing_kept_changes_nothing(store: Store) -> None:
    assert fold_kept(store.snapshot, TimeSetBack(at=NOON)) is store.snapshot
