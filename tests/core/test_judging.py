from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, structs

from fntui.api.models import ScheduledRuns, Trigger
from fntui.core.judging import READ_DIFFERENTLY, expected_slots, judge
from fntui.core.snapshot import State, TriggerView, Verdict
from tests.support.builders import a_trigger, at


def view(trigger: Trigger, read_at: datetime, previous: TriggerView | None = None) -> TriggerView:
    verdict = judge(trigger, read_at, previous)
    return TriggerView(trigger=trigger, runs_read_at=read_at, verdict=verdict)


QUARTERS = "*/15 * * * *"

FIRST_READINGS = [
    # On time: the run of the last slot was seen, or its slot passed less than 15 s ago.
    (a_trigger(last=at("12:00:03"), upcoming=at("12:15")), "12:04:00", State.ON_TIME, 0),
    (a_trigger(last=at("11:59:59"), upcoming=at("12:15")), "12:04:00", State.ON_TIME, 0),
    (a_trigger(last=at("11:45:02"), upcoming=at("12:15")), "12:00:14", State.ON_TIME, 0),
    # Late: a reading made 15 s after the slot does not show it.
    (a_trigger(last=at("11:45:02"), upcoming=at("12:15")), "12:00:15", State.LATE, 0),
    (a_trigger(last=at("11:45:02"), upcoming=at("12:00")), "12:01:29", State.LATE, 0),
    # Missed: nor does one made after the grace of 90 s, or 45 s where it runs every minute.
    (a_trigger(last=at("11:45:02"), upcoming=at("12:15")), "12:01:30", State.MISSED, 1),
    (a_trigger(last=at("11:30:02"), upcoming=at("12:15")), "12:08:00", State.MISSED, 2),
    (
        a_trigger("* * * * *", last=at("11:59:02"), upcoming=at("12:01")),
        "12:00:44",
        State.LATE,
        0,
    ),
    (
        a_trigger("* * * * *", last=at("11:59:02"), upcoming=at("12:01")),
        "12:00:45",
        State.MISSED,
        1,
    ),
    # A run that has never been: counted from the last change.
    (a_trigger(upcoming=at("12:15"), updated=at("12:01")), "12:10:00", State.NEVER_RAN, 0),
    (a_trigger(upcoming=at("12:15"), updated=at("11:31")), "12:10:00", State.MISSED, 2),
    (a_trigger(upcoming=at("12:15")), "12:10:00", State.NEVER_RAN, 0),
    # A change re-bases what is owed.
    (
        a_trigger(last=at("11:00:02"), upcoming=at("12:15"), updated=at("12:05")),
        "12:10:00",
        State.ON_TIME,
        0,
    ),
    # Paused, whatever the times say.
    (
        a_trigger(last=at("08:00:02"), upcoming=at("12:15"), is_enabled=False),
        "12:10",
        State.PAUSED,
        0,
    ),
    (a_trigger(None, is_enabled=False), "12:10", State.PAUSED, 0),
    # Won't run.
    (a_trigger(last=at("11:45:02"), upcoming=None), "12:10", State.WONT_RUN, 0),
    (a_trigger("0 0 30 2 *", upcoming=UNSET), "12:10", State.WONT_RUN, 0),
    # Stalled: the next run stands in the past.
    (a_trigger(last=at("11:45:02"), upcoming=at("12:00")), "12:01:31", State.STALLED, 0),
    (a_trigger(last=at("12:00:02"), upcoming=at("12:00")), "12:10:00", State.STALLED, 0),
    (a_trigger(None, last=at("11:45:02"), upcoming=at("12:00")), "12:01:31", State.STALLED, 0),
    # Unknown: nothing to judge by.
    (a_trigger(None), "12:10", State.UNKNOWN, 0),
    (a_trigger("* * * * * *"), "12:10", State.UNKNOWN, 0),
    (a_trigger(upcoming=at("12:15"), is_enabled=UNSET), "12:10", State.UNKNOWN, 0),
    (a_trigger(upcoming=at("12:15"), is_enabled=None), "12:10", State.UNKNOWN, 0),
    (a_trigger(scheduled_runs=UNSET), "12:10", State.UNKNOWN, 0),
    (a_trigger(scheduled_runs=None), "12:10", State.UNKNOWN, 0),
    # Without details, or with a cron that can't be read, the next run is what counts.
    (a_trigger(None, last=at("11:45:02"), upcoming=at("12:15")), "12:10", State.ON_TIME, 0),
    (
        a_trigger("0 */15 * * * *", last=at("11:45:02"), upcoming=at("12:00")),
        "12:00:20",
        State.LATE,
        0,
    ),
    (a_trigger(None, last=at("11:45:02"), upcoming=at("12:00")), "12:00:10", State.ON_TIME, 0),
    # Without a next run, cron is what counts.
    (a_trigger(last=at("11:45:02")), "12:00:20", State.LATE, 0),
]


@pytest.mark.parametrize(("trigger", "read_at", "state", "missed"), FIRST_READINGS)
def test_a_first_reading(trigger: Trigger, read_at: str, state: State, missed: int) -> None:
    verdict = judge(trigger, at(read_at), None)
    assert (verdict.state, verdict.missed_count) == (state, missed)


def test_what_was_never_read_is_unknown() -> None:
    assert judge(a_trigger(upcoming=at("12:15")), None, None) == Verdict()


def test_owed_slots_are_named() -> None:
    trigger = a_trigger(last=at("11:30:02"), upcoming=at("12:15"))
    assert judge(trigger, at("12:08"), None).owed == (at("11:45"), at("12:00"))


def test_at_most_ten_missed_runs_are_counted() -> None:
    trigger = a_trigger("* * * * *", last=at("09:00:02"), upcoming=at("12:09"))
    verdict = judge(trigger, at("12:08:50"), None)
    assert verdict.missed_count == 10
    assert verdict.owed == tuple(at(f"11:{minute}") for minute in range(59, 60)) + tuple(
        at(f"12:0{minute}") for minute in range(9)
    )


def test_missed_stays_until_a_run_is_seen() -> None:
    first = view(a_trigger(last=at("11:45:02"), upcoming=at("12:15")), at("12:02"))
    again = view(first.trigger, at("12:14"), first)
    assert again.verdict.state is State.MISSED
    ran = view(a_trigger(last=at("12:15:02"), upcoming=at("12:30")), at("12:15:05"), again)
    assert ran.verdict.state is State.ON_TIME
    assert ran.verdict.owed == ()


def test_a_missed_run_that_comes_after_all_ran_late() -> None:
    first = view(a_trigger(last=at("11:45:02"), upcoming=at("12:15")), at("12:02"))
    ran = view(a_trigger(last=at("12:02:30"), upcoming=at("12:15")), at("12:03"), first)
    assert (ran.verdict.state, ran.verdict.note) == (State.ON_TIME, "ran 2m late")
    again = view(ran.trigger, at("12:10"), ran)
    assert again.verdict.note == "ran 2m late"
    following = view(a_trigger(last=at("12:15:02"), upcoming=at("12:30")), at("12:16"), again)
    assert following.verdict.note == ""


def test_a_run_that_was_not_awaited_is_not_called_late() -> None:
    first = view(a_trigger(last=at("11:45:02"), upcoming=at("12:00")), at("11:50"))
    ran = view(a_trigger(last=at("12:00:40"), upcoming=at("12:15")), at("12:03"), first)
    assert (ran.verdict.state, ran.verdict.note) == (State.ON_TIME, "")


def test_a_slot_overwritten_by_a_later_run_is_not_missed() -> None:
    first = view(a_trigger(last=at("11:45:02"), upcoming=at("12:00")), at("11:50"))
    later = view(a_trigger(last=at("12:30:02"), upcoming=at("12:45")), at("12:31"), first)
    assert later.verdict.state is State.ON_TIME


def test_after_resuming_nothing_before_that_is_owed() -> None:
    paused = view(a_trigger(last=at("08:00:02"), is_enabled=False), at("11:50"))
    resumed = view(a_trigger(last=at("08:00:02"), upcoming=at("12:00")), at("11:55"), paused)
    assert (resumed.verdict.state, resumed.verdict.owed) == (State.ON_TIME, ())
    later = view(a_trigger(last=at("08:00:02"), upcoming=at("12:15")), at("12:00:20"), resumed)
    assert (later.verdict.state, later.verdict.owed) == (State.LATE, (at("12:00"),))


def test_resuming_gives_a_standing_next_run_its_grace() -> None:
    paused = view(a_trigger(last=at("08:00:02"), is_enabled=False), at("11:50"))
    resumed = view(a_trigger(last=at("08:00:02"), upcoming=at("08:15")), at("11:55"), paused)
    assert resumed.verdict.state is State.ON_TIME
    later = view(resumed.trigger, at("11:57"), resumed)
    assert later.verdict.state is State.STALLED


def test_the_apis_next_run_wins_over_our_reading_of_cron() -> None:
    # 02:00 by a clock five hours behind UTC.
    trigger = a_trigger("0 2 * * *", last=at("07:00:02"), upcoming=at("07:00") + timedelta(days=1))
    first = view(trigger, at("12:00"))
    assert (first.verdict.state, first.verdict.note) == (State.ON_TIME, READ_DIFFERENTLY)
    moved = a_trigger("0 2 * * *", last=at("07:00:02"), upcoming=at("07:00") + timedelta(days=2))
    later = view(moved, at("07:02") + timedelta(days=1), first)
    assert (later.verdict.state, later.verdict.owed) == (
        State.MISSED,
        (at("07:00") + timedelta(days=1),),
    )
    kept = view(moved, at("09:00") + timedelta(days=1), later)
    assert kept.verdict.state is State.MISSED


def test_what_an_unread_trigger_promised_is_nothing() -> None:
    bare = TriggerView(trigger=a_trigger(None, scheduled_runs=UNSET))
    trigger = a_trigger(None, last=at("11:45:02"), upcoming=at("12:00"))
    assert judge(trigger, at("12:00:20"), bare).owed == (at("12:00"),)


def test_an_answer_newer_than_its_asking_agrees_with_cron() -> None:
    trigger = a_trigger(last=at("11:45:02"), upcoming=at("12:15"))
    assert judge(trigger, at("11:59:59"), None).note == ""


EVERY_SECOND = st.integers(0, 7200)


@given(EVERY_SECOND, EVERY_SECOND, st.booleans())
def test_no_verdict_comes_from_the_clock_alone(last_s: int, read_s: int, is_moved: bool) -> None:  # noqa: FBT001 - drawn
    """What the reading could not yet show is not held against the trigger."""
    last, read_at = at("10:00") + timedelta(seconds=last_s), at("10:00") + timedelta(seconds=read_s)
    following = at("10:00") + timedelta(minutes=15 * ((last_s if is_moved else read_s) // 900 + 1))
    verdict = judge(a_trigger(last=last, upcoming=following), read_at, None)
    assert all(slot <= read_at for slot in verdict.owed)
    assert all(slot > last + timedelta(seconds=1.5) for slot in verdict.owed)
    if verdict.state is State.MISSED:
        assert read_at - verdict.owed[0] >= timedelta(seconds=90)
    if verdict.state is State.LATE:
        assert read_at - verdict.owed[0] >= timedelta(seconds=15)


@pytest.mark.parametrize(
    ("trigger", "read_at", "slots"),
    [
        (a_trigger(last=at("12:00:02"), upcoming=at("12:15")), "12:01", ["12:15"]),
        (a_trigger(last=at("11:45:02"), upcoming=at("12:15")), "12:00:20", ["12:00", "12:15"]),
        (a_trigger(last=at("11:45:02"), upcoming=at("12:15")), "12:00:05", ["12:00", "12:15"]),
        (a_trigger(last=at("11:45:02"), upcoming=at("12:15")), "12:10:00", ["12:15"]),
        (a_trigger(last=at("11:45:02"), upcoming=at("12:00")), "12:10:00", []),
        (a_trigger(upcoming=at("12:15"), is_enabled=False), "12:10:00", []),
        (a_trigger(upcoming=None), "12:10:00", []),
        (a_trigger(last=at("12:00:02")), "12:10:00", []),
        (a_trigger(scheduled_runs=UNSET), "12:10:00", []),
    ],
)
def test_when_something_new_may_show(trigger: Trigger, read_at: str, slots: list[str]) -> None:
    assert expected_slots(view(trigger, at(read_at))) == [at(slot) for slot in slots]


def test_runs_that_are_no_longer_known() -> None:
    trigger = a_trigger(last=at("12:00:02"), upcoming=at("12:15"))
    seen = view(trigger, at("12:01"))
    lost = structs.replace(seen, trigger=structs.replace(trigger, scheduled_runs=ScheduledRuns()))
    assert expected_slots(lost) == []
