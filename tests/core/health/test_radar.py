from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, structs

from fntui.api.models import ScheduledRuns, Trigger, Unreadable
from fntui.core.health import cron
from fntui.core.health.radar import MINUTE, Gap, Quiet, Radar, longest_quiet, sweep
from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import NamespaceKey, Snapshot, State, TriggerKey
from tests.support.builders import NOON, a_trigger, at
from tests.support.made_facts import one
from tests.support.shown import FN, a_namespace, a_snapshot, failed

HOUR = 60
DAILY = "0 2 * * *"


def swept(*triggers: Trigger, now: datetime = NOON, minutes: int = HOUR) -> Radar:
    return sweep(a_snapshot(triggers), now, minutes)


def good(name: str, text: str = "*/15 * * * *") -> Trigger:
    upcoming = cron.next_times(text, NOON, 1)[0]
    return a_trigger(text, name=name, last=at("11:59:59"), upcoming=upcoming)


def names(radar: Radar) -> list[str]:
    return [track.key.name for track in radar.tracks]


def gaps(radar: Radar) -> list[tuple[str, str]]:
    return [
        (gap.key.name if isinstance(gap.key, TriggerKey) else gap.label, gap.why)
        for gap in radar.gaps
    ]


def test_a_trigger_fires_in_the_minutes_that_cron_gives_the_current_one_included() -> None:
    radar = swept(good("x"), now=at("12:00:40"))
    (track,) = radar.tracks
    assert (track.key, track.label) == (TriggerKey(FN, "x"), "billing")
    assert (track.minutes, track.next_at, track.state) == ((0, 15, 30, 45), NOON, State.ON_TIME)
    assert (radar.start, radar.end, radar.runs) == (NOON, at("13:00"), 4)
    assert radar.is_complete


def test_what_fires_next_comes_first_and_what_fires_every_minute_last() -> None:
    radar = swept(
        good("always", "* * * * *"), good("b", "20 * * * *"), good("a", "20 * * * *"), good("c")
    )
    assert names(radar) == ["c", "a", "b", "always"]


def test_what_does_not_fire_in_the_window_is_not_there() -> None:
    radar = swept(good("nightly", DAILY), minutes=360)
    assert names(radar) == []
    assert radar.quiet == Quiet(starts_at=NOON, ends_at=at("18:00"))
    assert radar.quiet is not None
    assert radar.quiet.length == timedelta(hours=6)
    assert (radar.runs, radar.peak, radar.is_complete) == (0, 0, True)


def test_what_fires_every_minute_is_in_no_count() -> None:
    radar = swept(good("always", "* * * * *"), good("too", "* * * * *"), good("c"))
    assert (radar.steady, radar.runs) == (2, 124)
    assert [minute for minute, count in enumerate(radar.counts) if count] == [0, 15, 30, 45]
    assert radar.quiet == Quiet(starts_at=at("12:01"), ends_at=at("12:15"))


def test_several_in_the_same_minute_are_counted_and_the_most_stand_out() -> None:
    radar = swept(good("a"), good("b"), good("c", "30 * * * *"), good("d", "1 * * * *"))
    assert [radar.counts[minute] for minute in (0, 1, 15, 30, 45, 59)] == [2, 1, 2, 3, 2, 0]
    assert radar.peak == 3
    assert swept(good("d", "1 * * * *")).peak == 0  # alone it meets none
    alike = swept(
        *(good(name, f"{half}-59/2 * * * *") for name, half in zip("abcd", "0101", strict=True))
    )
    assert (set(alike.counts), alike.peak, alike.quiet) == ({2}, 0, None)


def test_paused_ones_and_those_without_a_next_run_are_only_counted() -> None:
    radar = swept(
        a_trigger(name="off", is_enabled=False, upcoming=at("12:15")),
        a_trigger("0 0 30 2 *", name="never", upcoming=None),
        a_trigger(name="none", upcoming=None),
    )
    assert (names(radar), radar.paused, radar.wont_run, radar.gaps) == ([], 1, 2, ())
    assert radar.is_complete


def test_of_a_schedule_read_differently_only_the_apis_next_run_is_known() -> None:
    late = at("12:20") + timedelta(seconds=30)
    odd = a_trigger(name="odd", last=at("11:20:30"), upcoming=late)
    unreadable = a_trigger("@reboot", name="at", last=at("11:07"), upcoming=at("12:07"))
    far = a_trigger(DAILY, name="far", last=at("11:07"), upcoming=at("13:00"))
    radar = swept(odd, unreadable, far)
    assert [(t.key.name, t.minutes, t.next_at, t.is_next_only) for t in radar.tracks] == [
        ("at", (7,), at("12:07"), True),
        ("odd", (20,), late, True),
    ]
    assert not radar.is_complete


@pytest.mark.parametrize(
    ("trigger", "why"),
    [
        (a_trigger(None, scheduled_runs=UNSET), "its schedule is not read yet"),
        (a_trigger(None, scheduled_runs=ScheduledRuns()), "its schedule is not read yet"),
        (a_trigger("@reboot"), "its schedule can't be read"),
        (a_trigger("@reboot", upcoming=at("11:00")), "its next run is past, no other is known"),
    ],
)
def test_what_can_not_be_placed_says_why(trigger: Trigger, why: str) -> None:
    radar = swept(trigger)
    assert radar.gaps == (Gap(key=TriggerKey(FN, "invoice-run"), label="billing", why=why),)
    assert (radar.tracks, radar.is_complete) == ((), False)


def test_a_schedule_that_nothing_confirms_is_placed_and_uncertain() -> None:
    radar = swept(a_trigger(scheduled_runs=UNSET), a_trigger(name="?", is_enabled=UNSET))
    assert [track.state for track in radar.tracks] == [State.UNKNOWN] * 2
    assert (radar.uncertain, radar.is_complete) == (2, False)
    later = swept(a_trigger(DAILY, scheduled_runs=UNSET))
    assert (later.tracks, later.uncertain, later.is_complete) == ((), 1, False)


def test_a_late_or_stalled_run_may_come_at_any_moment() -> None:
    moment = at("12:00:30")
    late = a_trigger(name="late", last=at("11:45:01"), upcoming=at("12:15"))
    stalled = a_trigger(name="stalled", last=at("11:30:01"), upcoming=at("11:45"))
    snapshot = a_snapshot((), (), one("12:00:30", late), one("12:00:30", stalled))
    radar = sweep(snapshot, moment, HOUR)
    assert (radar.overdue, radar.is_complete) == (2, False)


def test_a_stalled_trigger_is_not_placed_by_cron() -> None:
    radar = swept(a_trigger(last=at("11:15:01"), upcoming=at("11:30")))
    assert radar.tracks == ()
    assert [gap.why for gap in radar.gaps] == ["its next run is past, no other is known"]


def test_a_cron_that_can_be_read_but_not_sent_is_placed() -> None:
    radar = swept(a_trigger("0 */20 * ? * 0-7", last=at("11:40:01"), upcoming=at("12:20")))
    assert [(track.minutes, track.is_next_only) for track in radar.tracks] == [((0, 20, 40), False)]


def test_stale_readings_are_said_and_their_triggers_uncertain() -> None:
    snapshot = a_snapshot([good("x")], (), *failed(ProblemKind.SERVER_ERROR, times=3))
    radar = sweep(snapshot, at("12:12"), HOUR)
    assert gaps(radar) == [("billing", "triggers STALE 12m, server error")]
    assert (radar.uncertain, radar.is_complete) == (1, False)
    old = sweep(a_snapshot([good("x")]), at("14:00"), HOUR)
    assert gaps(old) == [
        ("", "namespaces STALE 2h"),
        ("billing", "triggers STALE 2h"),
    ]


def test_what_was_never_read_is_said() -> None:
    assert gaps(sweep(Snapshot(), NOON, HOUR)) == [("", "namespaces not read yet")]
    two = [a_namespace(), a_namespace("fn-2", "ingest")]
    lost = failed(ProblemKind.MISSING_SCOPE, namespace_id="fn-2")
    radar = sweep(a_snapshot([good("x")], (), *lost, namespaces=two), NOON, HOUR)
    assert radar.gaps == (
        Gap(
            key=NamespaceKey("fn-2"),
            label="ingest",
            why="triggers not read yet, missing scope",
        ),
    )


def test_what_could_not_be_read_is_said() -> None:
    bad = Unreadable(name="", reason="?")
    snapshot = a_snapshot([], unreadable=[bad, bad])
    snapshot = structs.replace(snapshot, unreadable_namespaces=(bad,))
    assert gaps(sweep(snapshot, NOON, HOUR)) == [
        ("", "namespaces that can't be read: 1"),
        ("billing", "triggers that can't be read: 2"),
    ]


# The quiet window

counts_of_an_hour = st.lists(st.sampled_from([0, 0, 0, 1, 2]), min_size=1, max_size=HOUR)


@given(counts_of_an_hour, st.floats(0, 59.9))
def test_the_quiet_window_holds_no_run_and_no_longer_one_exists(
    counts: list[int], passed_s: float
) -> None:
    now = NOON + timedelta(seconds=passed_s)
    quiet = longest_quiet(counts, NOON, now)
    end = NOON + len(counts) * MINUTE
    slots = [NOON + minute * MINUTE for minute, count in enumerate(counts) if count]
    # All stretches from now, or the end of a busy minute, to the next run, or the end.
    starts = [now, *(slot + MINUTE for slot in slots)]
    others = [
        min([slot for slot in slots if slot + MINUTE > start], default=end) - start
        for start in starts
    ]
    if quiet is None:
        assert all(counts)
        return
    assert now <= quiet.starts_at < quiet.ends_at <= end
    assert not any(quiet.starts_at < slot + MINUTE and slot < quiet.ends_at for slot in slots)
    assert quiet.length == max(others)


def test_of_several_the_first_quiet_window_is_named() -> None:
    counts = [1, 0, 0, 1, 0, 0, 1]
    assert longest_quiet(counts, NOON, NOON) == Quiet(starts_at=at("12:01"), ends_at=at("12:03"))


def test_a_quiet_window_does_not_start_before_now() -> None:
    counts = [0, 0, 1, 0, 0, 1]
    first = longest_quiet(counts, NOON, NOON)
    assert first == Quiet(starts_at=NOON, ends_at=at("12:02"))
    later = longest_quiet(counts, NOON, at("12:00:01"))
    assert later == Quiet(starts_at=at("12:03"), ends_at=at("12:05"))


_CRONS = st.sampled_from([
    "* * * * *",
    "*/5 * * * *",
    "*/15 * * * *",
    "7 * * * *",
    "0 12 * * *",
    "30-40 * * * *",
    DAILY,
])


@given(st.lists(_CRONS, max_size=8), st.sampled_from([1, HOUR, 360]))
def test_each_minute_counts_the_triggers_that_fire_in_it(texts: list[str], minutes: int) -> None:
    radar = swept(*(good(str(n), text) for n, text in enumerate(texts)), minutes=minutes)
    until = NOON + minutes * MINUTE
    slots = [
        [slot for slot in cron.next_times(text, NOON - MINUTE, minutes) if slot < until]
        for text in texts
    ]
    assert radar.runs == sum(len(each) for each in slots)
    assert len(radar.tracks) == sum(bool(each) for each in slots)
    for minute, count in enumerate(radar.counts):
        moment = NOON + minute * MINUTE
        assert count == sum(moment in each for each in slots if len(each) < minutes)


def test_a_thousand_triggers_of_every_minute_are_one_list_of_minutes() -> None:
    cron.minutes_within.cache_clear()
    radar = swept(*(good(f"t{n}", "* * * * *") for n in range(1000)), minutes=360)
    assert (radar.steady, radar.runs) == (1000, 360_000)
    assert len({id(track.minutes) for track in radar.tracks}) == 1
    assert cron.minutes_within.cache_info().misses == 1
