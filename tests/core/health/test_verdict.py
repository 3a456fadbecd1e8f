from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, structs

from fntui.api.models import ScheduledDetails, ScheduledRuns, Trigger
from fntui.core.health import cron
from fntui.core.health.owed import alarming_slots, awaited, is_alarming, news, should_ring
from fntui.core.health.schedule import READ_DIFFERENTLY
from fntui.core.health.verdict import judge
from fntui.core.model.snapshot import State, TriggerView, Verdict
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
    # Not where that run is there.
    (a_trigger(last=at("12:00:02"), upcoming=at("12:00")), "12:10:00", State.ON_TIME, 0),
    (a_trigger(last=at("11:59:56"), upcoming=at("12:00")), "12:10:00", State.ON_TIME, 0),
    (a_trigger(last=at("12:00:02"), upcoming=at("12:00")), "12:17:00", State.MISSED, 1),
    (a_trigger(None, last=at("11:45:02"), upcoming=at("12:00")), "12:01:31", State.STALLED, 0),
    # Unknown: nothing to judge by.
    (a_trigger(None), "12:10", State.UNKNOWN, 0),
    (a_trigger("@reboot"), "12:10", State.UNKNOWN, 0),
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
    ("trigger", "read_at", "slot"),
    [
        (a_trigger(last=at("12:00:02"), upcoming=at("12:15")), "12:01", "12:15"),
        (a_trigger(last=at("11:45:02"), upcoming=at("12:15")), "12:00:20", "12:00"),
        (a_trigger(last=at("11:45:02"), upcoming=at("12:15")), "12:00:05", "12:00"),
        # Missed: given up, the next one is awaited.
        (a_trigger(last=at("11:45:02"), upcoming=at("12:15")), "12:10:00", "12:15"),
        # Missed, and another one is owed.
        (a_trigger(last=at("11:30:02"), upcoming=at("12:15")), "12:00:30", "12:00"),
        # Stalled: should the scheduler go on, it goes on with cron.
        (a_trigger(last=at("11:45:02"), upcoming=at("12:00")), "12:10:00", "12:15"),
        (a_trigger(None, last=at("11:45:02"), upcoming=at("12:00")), "12:10:00", None),
        (a_trigger(None, last=at("11:45:02"), upcoming=at("12:15")), "12:10:00", "12:15"),
        (a_trigger(upcoming=at("12:15"), is_enabled=False), "12:10:00", None),
        (a_trigger(upcoming=None), "12:10:00", None),
        (a_trigger(last=at("12:00:02")), "12:10:00", "12:15"),
        (a_trigger(None), "12:10:00", None),
        (a_trigger(scheduled_runs=UNSET), "12:10:00", None),
    ],
)
def test_which_run_is_awaited(trigger: Trigger, read_at: str, slot: str | None) -> None:
    run = awaited(view(trigger, at(read_at)))
    assert (run and run.slot_s) == (slot and at(slot).timestamp())


def test_what_is_awaited_knows_its_period_and_grace() -> None:
    run = awaited(view(a_trigger("* * * * *", last=at("12:00:02")), at("12:00:30")))
    assert run is not None
    assert (run.period_s, run.grace_s, run.looks) == (60.0, 45.0, 0)
    run = awaited(view(a_trigger(None, last=at("12:00:02"), upcoming=at("13:00")), at("12:30")))
    assert run is not None
    assert (run.period_s, run.grace_s) == (3600.0, 90.0)


def test_runs_that_are_no_longer_known() -> None:
    trigger = a_trigger(last=at("12:00:02"), upcoming=at("12:15"))
    seen = view(trigger, at("12:01"))
    lost = structs.replace(seen, trigger=structs.replace(trigger, scheduled_runs=UNSET))
    assert awaited(lost) is None


# The rules against false alarms


def missed_at(read_at: str, *, last: str = "11:45:02", first: str = "11:50") -> TriggerView:
    """Return a trigger seen well at ``first``, and read again with the same last run."""
    seen = view(a_trigger(last=at(last), upcoming=at("12:00")), at(first))
    return view(a_trigger(last=at(last), upcoming=at("12:15")), at(read_at), seen)


def test_never_from_the_clock_alone_an_hour_without_answers_proves_nothing() -> None:
    seen = view(a_trigger(last=at("11:45:02"), upcoming=at("12:00")), at("11:59"))
    # An outage until 13:00: the first answer after it shows the run of 12:45.
    after = view(a_trigger(last=at("12:45:03"), upcoming=at("13:00")), at("12:59"), seen)
    assert (seen.verdict.state, after.verdict.state) == (State.ON_TIME, State.ON_TIME)
    assert not should_ring(seen, after)


def test_a_reading_asked_for_before_the_end_of_the_grace_proves_nothing() -> None:
    assert missed_at("12:01:29").verdict.state is State.LATE
    assert missed_at("12:01:30").verdict.state is State.MISSED


def test_at_the_first_reading_a_missed_run_was_missed_and_rings_no_bell() -> None:
    first = view(a_trigger(last=at("11:45:02"), upcoming=at("12:15")), at("12:02"))
    again = view(first.trigger, at("12:04"), first)
    assert (again.verdict.state, news(again)) == (State.MISSED, ())
    assert again.verdict.watched_from == at("12:02")
    assert not should_ring(None, first)
    assert not should_ring(first, again)


def test_what_is_missed_under_our_eyes_rings_once() -> None:
    late, missed = missed_at("12:00:30"), missed_at("12:01:30")
    assert should_ring(late, missed)
    assert news(missed) == (at("12:00"),)
    again = view(missed.trigger, at("12:05"), missed)
    assert not should_ring(missed, again)


def test_what_is_late_at_the_first_reading_and_missed_later_rings() -> None:
    first = view(a_trigger(last=at("11:45:02"), upcoming=at("12:15")), at("12:00:30"))
    missed = view(first.trigger, at("12:02"), first)
    assert should_ring(first, missed)


def test_a_changed_updated_at_re_bases_what_is_owed() -> None:
    missed = missed_at("12:05")
    edited = view(
        a_trigger("5 * * * *", last=at("11:45:02"), upcoming=at("13:05"), updated=at("12:06")),
        at("12:07"),
        missed,
    )
    assert (edited.verdict.state, edited.verdict.owed) == (State.ON_TIME, ())


def test_a_slot_that_nobody_looked_at_in_time_is_unobserved_not_missed() -> None:
    seen = view(a_trigger(last=at("11:45:02"), upcoming=at("12:00")), at("11:59"))
    # The run of 12:00 may have been missed; that of 12:15 is all that shows.
    after = view(a_trigger(last=at("12:15:02"), upcoming=at("12:30")), at("12:16"), seen)
    assert (after.verdict.missed_count, after.verdict.note) == (0, "")
    assert not should_ring(seen, after)


def test_where_it_runs_every_minute_two_misses_in_a_row_ring() -> None:
    seen = view(a_trigger("* * * * *", last=at("11:59:02"), upcoming=at("12:00")), at("11:59:30"))
    trigger = a_trigger("* * * * *", last=at("11:59:02"), upcoming=at("12:01"))
    once = view(trigger, at("12:00:50"), seen)
    trigger = a_trigger("* * * * *", last=at("11:59:02"), upcoming=at("12:02"))
    twice = view(trigger, at("12:01:50"), once)
    assert (once.verdict.state, news(once)) == (State.MISSED, (at("12:00"),))
    assert not should_ring(seen, once)
    assert (twice.verdict.missed_count, is_alarming(twice)) == (2, True)
    assert should_ring(once, twice)


def test_where_it_runs_every_minute_a_run_in_between_ends_the_row() -> None:
    seen = view(a_trigger("* * * * *", last=at("11:59:02"), upcoming=at("12:00")), at("11:59:30"))
    once = view(
        a_trigger("* * * * *", last=at("11:59:02"), upcoming=at("12:01")), at("12:00:50"), seen
    )
    ran = view(
        a_trigger("* * * * *", last=at("12:01:02"), upcoming=at("12:02")), at("12:01:05"), once
    )
    again = view(
        a_trigger("* * * * *", last=at("12:01:02"), upcoming=at("12:03")), at("12:02:50"), ran
    )
    assert (ran.verdict.state, again.verdict.missed_count) == (State.ON_TIME, 1)
    assert not should_ring(ran, again)


def test_missed_is_sticky_until_a_run_is_seen() -> None:
    missed = missed_at("12:02")
    for read_at in ("12:05", "12:14:59", "12:15:05"):
        missed = view(missed.trigger, at(read_at), missed)
        assert missed.verdict.state is State.MISSED


def test_a_run_of_the_missed_slot_only_ran_late() -> None:
    ran = view(a_trigger(last=at("12:05"), upcoming=at("12:15")), at("12:06"), missed_at("12:02"))
    assert (ran.verdict.state, ran.verdict.note) == (State.ON_TIME, "ran 5m late")


def test_the_run_of_the_next_slot_is_not_the_missed_one_come_late() -> None:
    missed = missed_at("12:02")
    ran = view(a_trigger(last=at("12:15:20"), upcoming=at("12:30")), at("12:16"), missed)
    assert (ran.verdict.state, ran.verdict.note) == (State.ON_TIME, "")


def test_without_cron_the_run_of_the_next_promise_is_not_the_missed_one_either() -> None:
    seen = view(a_trigger(None, last=at("11:00:02"), upcoming=at("12:00")), at("11:50"))
    missed = view(a_trigger(None, last=at("11:00:02"), upcoming=at("13:00")), at("12:02"), seen)
    assert (missed.verdict.state, news(missed)) == (State.MISSED, (at("12:00"),))
    assert is_alarming(missed)
    ran = view(a_trigger(None, last=at("13:00:20"), upcoming=at("14:00")), at("13:01"), missed)
    assert ran.verdict.note == ""
    late = view(a_trigger(None, last=at("12:04"), upcoming=at("13:00")), at("12:05"), missed)
    assert late.verdict.note == "ran 4m late"


def test_a_run_before_everything_that_was_promised() -> None:
    seen = view(a_trigger(None, last=at("11:00:02"), upcoming=at("12:00")), at("11:50"))
    ran = view(a_trigger(None, last=at("11:55"), upcoming=at("12:00")), at("11:56"), seen)
    assert ran.verdict.note == ""


def test_a_next_run_in_the_past_that_moves_is_not_stalled() -> None:
    seen = view(a_trigger(last=at("11:30:02"), upcoming=at("11:45")), at("11:44"))
    moved = view(a_trigger(last=at("11:45:02"), upcoming=at("12:00")), at("12:10"), seen)
    assert moved.verdict.state is State.MISSED
    stands = view(moved.trigger, at("12:12"), moved)
    assert stands.verdict.state is State.STALLED


def test_a_scheduler_that_stops_under_our_eyes_rings_once() -> None:
    seen = view(a_trigger(last=at("11:45:02"), upcoming=at("12:00")), at("11:50"))
    stalled = view(seen.trigger, at("12:02"), seen)
    assert should_ring(seen, stalled)
    assert not should_ring(stalled, view(stalled.trigger, at("12:05"), stalled))


def test_a_scheduler_that_stood_at_the_first_reading_rings_no_bell() -> None:
    first = view(a_trigger(last=at("11:00:02"), upcoming=at("11:15")), at("12:02"))
    assert first.verdict.state is State.STALLED
    assert not should_ring(None, first)


def test_a_paused_trigger_and_one_without_runs_are_no_news() -> None:
    paused = view(a_trigger(last=at("08:00:02"), is_enabled=False), at("11:50"))
    assert not is_alarming(paused)
    missed = missed_at("12:02")
    assert news(structs.replace(missed, trigger=a_trigger(scheduled_runs=UNSET))) == ()
    verdict = structs.replace(missed.verdict, checked_at=None)
    assert news(structs.replace(missed, verdict=verdict)) == ()


SECONDS = st.lists(st.integers(1, 2000), min_size=1, max_size=30)


@given(SECONDS, st.sets(st.integers(1, 40)), st.integers(0, 14))
def test_whatever_is_read_only_missed_runs_are_called_missed(
    gaps_s: list[int], skipped: set[int], delay_s: int
) -> None:
    """A watch at any moments, of a schedule some of whose runs don't come."""
    now_s, seen = 0, list[TriggerView]()
    for gap_s in gaps_s:
        now_s += gap_s
        done = [
            n for n in range(now_s // 900 + 1) if n not in skipped and n * 900 + delay_s <= now_s
        ]
        last = at("00:00") + timedelta(seconds=done[-1] * 900 + delay_s) if done else None
        upcoming = at("00:00") + timedelta(seconds=(now_s // 900 + 1) * 900)
        trigger = a_trigger(
            last=last, upcoming=upcoming, updated=at("00:00") - timedelta(minutes=1)
        )
        read_at = at("00:00") + timedelta(seconds=now_s)
        seen.append(view(trigger, read_at, seen[-1] if seen else None))
        slots = [(slot - at("00:00")).total_seconds() / 900 for slot in news(seen[-1])]
        assert all(slot in skipped for slot in slots)
        assert all(slot * 900 + 90 <= now_s for slot in slots)
    first_s = gaps_s[0]
    rung = [after for before, after in pairwise(seen) if should_ring(before, after)]
    assert all(
        slot.timestamp() - at("00:00").timestamp() + 90 > first_s for v in rung for slot in news(v)
    )
    assert not should_ring(None, seen[0])


@given(st.integers(0, 7200), st.integers(1, 7200))
def test_reading_again_changes_nothing_but_the_time(first_s: int, gap_s: int) -> None:
    """A verdict depends on the reading, not on how often one looked."""
    trigger = a_trigger(last=at("10:00:02"), updated=at("08:00"))
    first_at = at("10:01") + timedelta(seconds=first_s)
    last_at = first_at + timedelta(seconds=gap_s)
    first = view(trigger, first_at)
    once = view(trigger, last_at, first)
    often = view(trigger, last_at, view(trigger, first_at + timedelta(seconds=gap_s // 2), first))
    assert once == often


# Times that contradict each other, or what was known


@pytest.mark.parametrize("seconds", [2, 5])
@pytest.mark.parametrize("text", ["* * * * *", "*/15 * * * *", "0 * * * *", "30 2 * * *"])
def test_a_run_stamped_just_before_its_slot_is_that_slots(text: str, seconds: int) -> None:
    slot = cron.last_times(text, at("12:00:30"), 1)[0]
    upcoming = cron.next_times(text, slot, 1)[0]
    ran = a_trigger(text, last=slot - timedelta(seconds=seconds), upcoming=upcoming)
    verdict = judge(ran, slot + timedelta(seconds=55), None)
    assert (verdict.state, verdict.owed) == (State.ON_TIME, ())
    earlier = a_trigger(text, last=slot - timedelta(seconds=6), upcoming=upcoming)
    assert judge(earlier, slot + timedelta(seconds=55), None).owed == (slot,)


def changed(**others: object) -> Trigger:
    trigger = a_trigger(last=at("09:00:02"), upcoming=at("12:15"), created_at=at("08:00"))
    return structs.replace(trigger, **others)


@pytest.mark.parametrize(
    "now",
    [
        changed(scheduled_details=ScheduledDetails(cron="*/5 * * * *", body=None)),
        changed(created_at=at("11:30")),
        # The old schedule does not lead there.
        changed(scheduled_runs=ScheduledRuns(last_run_at=at("09:00:02"), next_run_at=at("12:07"))),
    ],
)
def test_another_schedule_or_trigger_counts_from_the_reading_that_shows_it(now: Trigger) -> None:
    before = a_trigger(
        "0 * * * *", last=at("09:00:02"), upcoming=at("10:00"), created_at=at("08:00")
    )
    if now.scheduled_details == changed().scheduled_details:
        before = changed()
        before = structs.replace(
            before,
            scheduled_runs=ScheduledRuns(last_run_at=at("09:00:02"), next_run_at=at("09:15")),
        )
    seen = view(before, at("09:05"))
    later = view(now, at("12:04"), seen)
    for verdict in (later.verdict, view(now, at("12:05:30"), later).verdict):
        assert verdict.missed_count == 0
        assert [slot for slot in verdict.owed if slot <= at("12:04")] == []


def test_the_same_schedule_written_otherwise_is_the_same() -> None:
    before = a_trigger("0 12 * * mon", last=at("11:00:02"), upcoming=at("12:00"))
    seen = view(before, at("11:50"))
    now = a_trigger("0  12 * * MON", last=at("11:00:02"), upcoming=at("12:00"))
    assert view(now, at("12:02"), seen).verdict.state is State.STALLED


@pytest.mark.parametrize("text", ["1 2 3", None])
def test_without_a_cron_a_next_run_that_moves_back_is_another_schedule(text: str | None) -> None:
    seen = view(a_trigger(text, last=at("11:00:02"), upcoming=at("12:00")), at("11:05"))
    back = view(a_trigger(text, last=at("11:00:02"), upcoming=at("11:30")), at("11:35"), seen)
    assert back.verdict.owed == ()
    on = view(a_trigger(text, last=at("11:00:02"), upcoming=at("13:00")), at("12:05"), seen)
    assert on.verdict.missed_count == 1


def test_a_stall_that_began_before_the_start_rings_at_no_reading() -> None:
    stood = a_trigger(last=at("09:00:02"), upcoming=at("09:15"))
    seen = None
    for moment in ("12:00:30", "12:02", "12:20", "15:00"):
        now = view(stood, at(moment), seen)
        assert now.verdict.state is State.STALLED
        assert not should_ring(seen, now)
        seen = now


def test_a_stall_is_one_trouble_however_long_it_lasts() -> None:
    stood = a_trigger(last=at("11:45:02"), upcoming=at("12:00"))
    first = view(stood, at("11:50"))
    stalled = view(stood, at("12:02"), first)
    assert alarming_slots(stalled) == (at("12:00"),)
    assert alarming_slots(view(stood, at("14:00"), stalled)) == (at("12:00"),)


def test_a_stall_of_a_trigger_that_runs_every_minute_rings_with_the_second_run() -> None:
    stood = a_trigger("* * * * *", last=at("11:59:02"), upcoming=at("12:00"))
    first = view(stood, at("11:59:10"))
    stalled = view(stood, at("12:00:50"), first)
    assert stalled.verdict.state is State.STALLED
    assert not is_alarming(stalled)
    assert is_alarming(view(stood, at("12:01:50"), stalled))


def test_a_run_just_before_a_slot_is_the_late_one_of_the_slot_before_if_that_has_none() -> None:
    first = view(a_trigger("* * * * *", last=at("11:58:02"), upcoming=at("12:00")), at("11:58:30"))
    missing = view(first.trigger, at("11:59:50"), first)
    assert missing.verdict.owed == (at("11:59"),)
    late = a_trigger("* * * * *", last=at("11:59:57"), upcoming=at("12:01"))
    ran = view(late, at("12:00:50"), missing)
    assert ran.verdict.owed == (at("12:00"),)
    assert ran.verdict.run_slot == at("11:59")
    # The same run belongs to the same slot at the next reading.
    assert view(late, at("12:01:50"), ran).verdict.owed == (at("12:00"), at("12:01"))


def test_runs_that_are_always_stamped_just_before_their_slot_are_on_time() -> None:
    seen = None
    for minute in range(5):
        last = at(f"12:0{minute}") - timedelta(seconds=3)
        ran = a_trigger("* * * * *", last=last, upcoming=at(f"12:0{minute + 1}"))
        for second in (20, 50):
            seen = view(ran, at(f"12:0{minute}:{second}"), seen)
            assert seen.verdict.state is State.ON_TIME
            assert seen.verdict.owed == ()
