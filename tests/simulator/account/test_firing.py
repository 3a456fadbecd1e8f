from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from fntui.simulator.account.firing import Firing

START = datetime(2026, 11, 23, 14, 38, 30, tzinfo=UTC)
CRONS = st.sampled_from(["* * * * *", "*/5 * * * *", "7,8 * * * *", "0 */3 * * *", "0 0 30 2 *"])
SCRIPTS = st.lists(st.none() | st.floats(0, 400), max_size=8)


def started(cron: str, *script: float | None) -> Firing:
    firing = Firing("seed", cron)
    firing.script.extend(script)
    firing.restart(START, is_enabled=True)
    return firing


def ran_at(firing: Firing, now: datetime) -> datetime | None:
    firing.catch_up(now)
    return firing.last_run_at


def slot(minute: int) -> datetime:
    return START.replace(minute=minute, second=0)


def test_a_run_comes_one_to_five_seconds_after_its_slot() -> None:
    firing = started("* * * * *")
    assert ran_at(firing, slot(39)) is None, "the slot has passed, its run is under way"
    assert firing.next_run_at == slot(40), "the next time moves on with the slot"
    run = ran_at(firing, slot(39) + timedelta(seconds=5))
    assert run is not None
    assert timedelta(seconds=1) <= run - slot(39) <= timedelta(seconds=5)


def test_every_slot_has_its_own_delay_and_every_seed_its_own() -> None:
    offsets: set[float] = set()
    for seed in ("1", "2"):
        firing = Firing(seed, "* * * * *")
        firing.restart(START, is_enabled=True)
        for minute in (39, 40, 41):
            firing.catch_up(slot(minute) + timedelta(seconds=30))
            assert firing.last_run_at is not None
            offsets.add((firing.last_run_at - slot(minute)).total_seconds())
    assert len(offsets) == 6


def test_a_delayed_run_comes_late_and_the_next_one_on_time() -> None:
    firing = started("*/5 * * * *")
    firing.delay_next(100)
    assert ran_at(firing, slot(40) + timedelta(seconds=101)) is None
    late = ran_at(firing, slot(40) + timedelta(seconds=105))
    assert late is not None
    assert late - slot(40) >= timedelta(seconds=101)
    on_time = ran_at(firing, slot(45) + timedelta(seconds=5))
    assert on_time is not None
    assert on_time > slot(45)


def test_a_run_delayed_beyond_the_next_one_does_not_turn_time_back() -> None:
    firing = started("* * * * *", 200.0)
    firing.catch_up(slot(41) + timedelta(seconds=10))
    in_time = firing.last_run_at
    assert in_time is not None
    assert in_time >= slot(41)
    firing.catch_up(slot(50))
    assert firing.last_run_at is not None
    assert firing.last_run_at > in_time


def test_skipped_slots_pass_without_a_run() -> None:
    firing = started("* * * * *", 0.0)
    firing.catch_up(slot(39) + timedelta(seconds=10))
    before = firing.last_run_at
    firing.skip(2)
    firing.catch_up(slot(41) + timedelta(seconds=59))
    assert firing.last_run_at == before
    assert firing.next_run_at == slot(42)
    firing.catch_up(slot(42) + timedelta(seconds=5))
    assert firing.last_run_at is not None
    assert firing.last_run_at > slot(42)


def test_a_request_replaces_the_beginning_of_the_script_and_keeps_the_rest() -> None:
    firing = started("* * * * *", 1.0, 2.0, 3.0)
    firing.skip(2)
    assert list(firing.script) == [None, None, 3.0]
    firing.delay_next(9.0)
    assert list(firing.script) == [9.0, None, 3.0]


def test_stopped_it_fires_no_more_but_for_the_run_under_way() -> None:
    firing = started("* * * * *")
    firing.catch_up(slot(39))
    firing.restart(slot(39), is_enabled=False)
    firing.catch_up(slot(50))
    assert firing.next_run_at is None
    assert firing.last_run_at is not None
    assert firing.last_run_at < slot(40)


def test_a_cron_that_never_matches_never_fires() -> None:
    firing = started("0 0 30 2 *")
    firing.catch_up(START + timedelta(days=4000))
    assert firing.last_run_at is None
    assert firing.next_run_at is None


@given(cron=CRONS, script=SCRIPTS, pauses=st.lists(st.floats(0, 20_000), max_size=40))
@settings(max_examples=100, derandomize=True)
def test_what_fired_does_not_depend_on_how_often_one_looked(
    cron: str, script: list[float | None], pauses: list[float]
) -> None:
    often, once = started(cron, *script), started(cron, *script)
    now = START
    for pause in pauses:
        now += timedelta(seconds=pause)
        often.catch_up(now)
    once.catch_up(now)
    assert (often.last_run_at, often.next_run_at) == (once.last_run_at, once.next_run_at)
    assert list(often.script) == list(once.script)
    later = now + timedelta(minutes=10)
    often.catch_up(later)
    once.catch_up(later)
    assert often.last_run_at == once.last_run_at
