from datetime import timedelta
from math import isclose

import pytest
from msgspec import structs

from fntui.core.health.owed import is_alarming
from fntui.core.model.events import LagSeen
from fntui.core.model.lag import MAX_S, Lag
from fntui.core.model.snapshot import State, TriggerView
from fntui.core.store.store import Store
from tests.support.builders import a_trigger, at
from tests.support.made_facts import KEY, lines, store_with_billing, triggers


def read(store: Store, moment: str, last: str, upcoming: str) -> TriggerView:
    trigger = a_trigger(last=at(last), upcoming=at(upcoming))
    store.apply(triggers(moment, trigger))
    view = store.snapshot.trigger(KEY)
    assert view is not None
    return view


@pytest.fixture
def store() -> Store:
    return store_with_billing()


def with_a_lag_of(seconds: int) -> Store:
    """Return a store that saw a run so late, 1 s after a look that had not shown it."""
    made = store_with_billing()
    read(made, "11:05", "11:00:02", "11:15")
    for moment, last in ((seconds - 1, "11:00:02"), (seconds, "11:15:01")):
        minutes, rest = divmod(moment, 60)
        read(made, f"11:{15 + minutes}:{rest:02}", last, "11:30")
    return made


@pytest.mark.parametrize("seconds", [100, 150, 240, 500])
def test_a_run_that_turns_up_stamped_on_time_makes_the_grace_longer(seconds: int) -> None:
    store = with_a_lag_of(seconds)
    assert store.snapshot.lag is not None
    assert store.snapshot.lag.lag_s == seconds
    told = [words for actor, words in lines(store) if actor == "watch"]
    assert "missed 1 → on time" in told
    assert [words for words in told if "alarms now wait" in words] == told[-1:]
    # The next run comes as late, and is not taken for missed.
    minutes, rest = divmod(seconds - 1, 60)
    late = read(store, f"11:{30 + minutes}:{rest:02}", "11:15:01", "11:45")
    assert late.verdict.state is State.LATE
    assert not is_alarming(late)


def test_a_run_that_is_truly_missed_is_told_after_the_longer_grace() -> None:
    store = with_a_lag_of(240)
    missed = read(store, "11:40", "11:15:01", "11:45")
    assert missed.verdict.state is State.MISSED
    assert is_alarming(missed)


@pytest.mark.parametrize(
    ("looked_at", "seen_at", "last"),
    [
        ("11:16:20", "11:16:21", "11:15:01"),  # within the grace
        ("11:17", "11:20", "11:19:00"),  # it did start late
        ("11:17", "11:46", "11:45:01"),  # it is the run of another slot
        ("11:14", "11:20", "11:15:01"),  # nobody had looked
    ],
)
def test_what_proves_nothing_teaches_nothing(
    store: Store, looked_at: str, seen_at: str, last: str
) -> None:
    read(store, "11:05", "11:00:02", "11:15")
    read(store, looked_at, "11:00:02", "11:30")
    read(store, seen_at, last, "11:30")
    assert store.snapshot.lag is None


def test_what_lies_between_two_looks_hours_apart_is_not_taken_for_the_lag(store: Store) -> None:
    read(store, "11:05", "11:00:02", "11:15")
    read(store, "11:17", "11:00:02", "11:30")
    read(store, "11:29", "11:15:01", "11:30")
    assert store.snapshot.lag == Lag(lag_s=420.0, seen_at=at("11:29"))


def test_no_lag_is_believed_beyond_ten_minutes(store: Store) -> None:
    read(store, "11:05", "11:00:02", "11:15")
    read(store, "11:26:40", "11:00:02", "11:30")
    read(store, "11:26:50", "11:15:01", "11:30")
    assert store.snapshot.lag is not None
    assert store.snapshot.lag.lag_s == MAX_S


def test_a_smaller_lag_leaves_the_larger_one() -> None:
    store = with_a_lag_of(240)
    before, told = store.snapshot.lag, lines(store)
    read(store, "11:32", "11:15:01", "11:45")
    read(store, "11:32:30", "11:30:01", "11:45")
    assert store.snapshot.lag is before
    assert [words for _, words in lines(store)[len(told) :] if "alarms" in words] == []


def test_a_lag_is_forgotten_by_half_in_a_day() -> None:
    lag = Lag(lag_s=240.0, seen_at=at("11:00"))
    assert lag.grace_s(at("11:00")) == 320.0
    assert isclose(lag.lag_at(at("11:00") + timedelta(days=1)), 120.0)
    assert lag.grace_s(at("11:00") + timedelta(days=30)) == 20.0
    assert lag.grace_s(at("10:00")) == 320.0  # the server's time was set back


def test_a_lag_that_goes_on_is_kept_alive_without_a_bell() -> None:
    store = with_a_lag_of(240)
    moment = at("11:30")
    rings = 0
    for _ in range(96 * 5):
        for seconds in (20, 92, 239, 245):
            ran = moment if seconds > 240 else moment - timedelta(minutes=15)
            trigger = a_trigger(
                last=ran + timedelta(seconds=1), upcoming=moment + timedelta(minutes=15)
            )
            listed = triggers("11:00", trigger)
            store.apply(structs.replace(listed, at=moment + timedelta(seconds=seconds)))
            view = store.snapshot.trigger(KEY)
            assert view is not None
            rings += is_alarming(view)
        moment += timedelta(minutes=15)
    assert rings == 0


def test_a_lag_of_an_earlier_session_counts_from_the_first_reading(store: Store) -> None:
    store.apply(LagSeen(at=at("11:00"), lag=Lag(lag_s=240.0, seen_at=at("10:59"))))
    assert lines(store) == []
    read(store, "11:05", "11:00:02", "11:15")
    assert read(store, "11:18", "11:00:02", "11:30").verdict.state is State.LATE
