"""Answers that contradict what was seen, or each other."""

from datetime import timedelta

import pytest
from msgspec import UNSET, structs

from fntui.api.models import ScheduledRuns, Time
from fntui.core.model.events import Acknowledged, Fact, PinSet, TimeSetBack
from fntui.core.model.snapshot import Acknowledgement, State, TriggerView
from fntui.core.store.store import Store
from tests.support.builders import a_trigger, at
from tests.support.made_facts import (
    BILLING,
    CI,
    KEY,
    gone,
    keys,
    lines,
    namespaces,
    one,
    store_with_billing,
    triggers,
)

RAN = a_trigger(last=at("11:15:02"), upcoming=at("11:30"), created_at=at("09:00"))


@pytest.fixture
def store() -> Store:
    made = store_with_billing()
    made.apply(triggers("11:16", RAN))
    return made


def view(store: Store) -> TriggerView:
    found = store.snapshot.trigger(KEY)
    assert found is not None
    return found


def with_last(last: Time) -> ScheduledRuns:
    return ScheduledRuns(last_run_at=last, next_run_at=at("11:30"))


@pytest.mark.parametrize("last", [at("11:00:02"), None])
def test_a_run_that_was_seen_does_not_come_undone_by_an_answer(store: Store, last: Time) -> None:
    before = view(store)
    older = structs.replace(RAN, scheduled_runs=with_last(last))
    for moment in ("11:16:30", "11:16:40", "11:16:50"):
        store.apply(triggers(moment, older))
        assert view(store).verdict == before.verdict
        assert view(store).trigger is before.trigger
        assert view(store).is_bare  # it is read by itself at once
    store.apply(one("11:16:52", RAN))
    assert view(store).doubts == ()
    assert view(store).verdict.state is State.ON_TIME


@pytest.mark.parametrize("last", [at("11:00:02"), None])
def test_four_answers_that_agree_are_believed(store: Store, last: Time) -> None:
    older = structs.replace(RAN, scheduled_runs=with_last(last))
    for second in range(4):
        store.apply(one(f"11:17:0{second}", older))
    assert view(store).trigger == older
    assert view(store).doubts == ()


def test_answers_that_do_not_agree_are_not_believed(store: Store) -> None:
    for second in range(9):
        last = at("11:00") + timedelta(seconds=second)
        store.apply(one(f"11:17:0{second}", structs.replace(RAN, scheduled_runs=with_last(last))))
    assert view(store).trigger == RAN


@pytest.mark.parametrize("name", ["created_at", "updated_at"])
def test_an_older_run_of_what_was_made_again_or_changed_is_believed(name: str) -> None:
    store = store_with_billing()
    store.apply(triggers("11:16", structs.replace(RAN, updated_at=at("09:00"))))
    new = structs.replace(RAN, updated_at=at("09:00"), scheduled_runs=with_last(None))
    new = structs.replace(new, **{name: at("11:16:30")})
    store.apply(triggers("11:17", new))
    assert view(store).trigger == new


def test_a_list_without_the_trigger_loses_nothing_that_is_known_of_it(store: Store) -> None:
    kept = Acknowledgement(acknowledged_at=at("11:16"))
    store.apply(Acknowledged(at=at("11:16"), key=KEY, acknowledgement=kept))
    store.apply(PinSet(at=at("11:16"), namespace_id="fn-1", is_pinned=True))
    before = store.snapshot
    store.apply(triggers("11:17"))
    after = store.snapshot
    assert after.namespaces["fn-1"].triggers is before.namespaces["fn-1"].triggers
    assert after.namespaces["fn-1"].absent_triggers == {"invoice-run"}
    assert after.records == before.records
    assert (after.acknowledged, after.pinned) == (before.acknowledged, before.pinned)
    store.apply(triggers("11:18", RAN))
    assert view(store).verdict.watched_from == at("11:16")
    assert store.snapshot.namespaces["fn-1"].absent_triggers == set()


@pytest.mark.parametrize("second", [triggers("11:18"), gone("11:18")])
def test_what_two_answers_do_not_show_is_gone(store: Store, second: Fact) -> None:
    store.apply(triggers("11:17"))
    assert lines(store) == []
    store.apply(second)
    assert store.snapshot.trigger(KEY) is None
    assert store.snapshot.namespaces["fn-1"].absent_triggers == set()
    assert lines(store) == [("someone", "deleted trigger invoice-run")]


def test_what_is_not_shown_for_once_keeps_its_place(store: Store) -> None:
    named = [structs.replace(RAN, name=name) for name in ("a", "b", "c", "d")]
    store.apply(triggers("11:17", RAN, *named), triggers("11:18", *named))
    store.apply(triggers("11:19", named[0], named[2]))
    assert list(store.snapshot.namespaces["fn-1"].triggers) == ["a", "b", "c", "d"]


def test_what_can_not_be_read_for_once_is_as_it_was(store: Store) -> None:
    store.apply(triggers("11:17", unreadable="invoice-run"))
    assert view(store).trigger == RAN
    assert not store.snapshot.namespaces["fn-1"].unreadable_triggers
    store.apply(triggers("11:18", unreadable="invoice-run"))
    assert store.snapshot.trigger(KEY) is None
    assert len(store.snapshot.namespaces["fn-1"].unreadable_triggers) == 1
    assert lines(store) == []


def test_an_access_key_that_a_list_does_not_show_once_is_as_it_was(store: Store) -> None:
    store.apply(keys("11:16", CI))
    store.apply(keys("11:17"))
    assert list(store.snapshot.namespaces["fn-1"].access_keys) == ["k-1"]
    store.apply(keys("11:18", CI), keys("11:19"))
    assert list(store.snapshot.namespaces["fn-1"].access_keys) == ["k-1"]
    store.apply(keys("11:20"))
    assert list(store.snapshot.namespaces["fn-1"].access_keys) == []


def test_a_time_that_was_wrong_makes_nothing_deaf() -> None:
    """Readings dated half an hour ahead would otherwise hide half an hour of answers."""
    store = store_with_billing()
    store.apply(namespaces("11:45", BILLING), triggers("11:45", RAN), keys("11:45", CI))
    store.apply(TimeSetBack(at=at("11:15:30")))
    reading = store.snapshot.namespaces["fn-1"].triggers_reading
    assert reading.read_at == at("11:15:30")
    assert view(store).verdict.watched_from == at("11:15:30")
    store.apply(triggers("11:16", structs.replace(RAN, is_enabled=False)))
    assert view(store).trigger.is_enabled is False


def test_what_was_touched_at_a_time_that_was_wrong_is_believed_again() -> None:
    store = store_with_billing()
    store.apply(triggers("11:00", RAN), one("11:45", RAN))
    store.apply(TimeSetBack(at=at("11:15:30")))
    store.apply(triggers("11:16", structs.replace(RAN, is_enabled=False)))
    assert view(store).trigger.is_enabled is False


def test_a_time_that_was_set_back_leaves_what_was_never_read(store: Store) -> None:
    store.apply(namespaces("11:20", BILLING), triggers("11:20", a_trigger(upcoming=UNSET)))
    store.apply(TimeSetBack(at=at("11:17")))
    assert store.snapshot.namespaces["fn-1"].access_keys_reading.read_at is None
