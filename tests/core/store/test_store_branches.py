from datetime import datetime, timedelta

import pytest
from msgspec import UNSET, UnsetType, structs

from fntui.api.models import (
    AccessKey,
    Listing,
    ScheduledDetails,
    ScheduledRuns,
    Trigger,
)
from fntui.core.model.events import (
    AccessKeyGone,
    AccessKeyRead,
    TriggersRead,
)
from fntui.core.model.snapshot import AccessKeyKey, State, TriggerKey
from fntui.core.store.store import Store
from fntui.json_numbers import Number
from tests.support.builders import a_trigger, at
from tests.support.made_facts import (
    CI,
    KEY,
    changed,
    gone,
    keys,
    lines,
    one,
    runs_at,
    store_with_billing,
    triggers,
)


@pytest.fixture
def store() -> Store:
    return store_with_billing()


def test_triggers_lookups(store: Store) -> None:
    store.apply(triggers("11:00", a_trigger()), keys("11:00", CI))
    assert store.snapshot.trigger(TriggerKey("fn-9", "x")) is None
    assert store.snapshot.access_key(AccessKeyKey("fn-9", "x")) is None
    assert store.snapshot.access_key(AccessKeyKey("fn-1", "k-1")) == CI


def test_triggers_a_bare_list_keeps_what_a_single_read_said(store: Store) -> None:
    full = a_trigger(last=at("11:00:02"), upcoming=at("11:15"), updated=at("10:00"))
    bare = structs.replace(full, scheduled_details=UNSET, scheduled_runs=UNSET)
    store.apply(triggers("11:00", bare), one("11:01", full))
    seen = store.snapshot.trigger(KEY)
    store.apply(triggers("11:02", bare))
    assert seen is not None
    assert store.snapshot.trigger(KEY) == seen
    assert seen.runs_read_at == at("11:01")
    assert seen.verdict.state is State.ON_TIME


@pytest.mark.parametrize("last", [UNSET, at("12:41:02"), at("12:00") + timedelta(days=400)])
def test_triggers_a_last_run_that_is_left_out_or_yet_to_come_is_none_that_was_told(
    store: Store, last: datetime | UnsetType
) -> None:
    full = a_trigger(last=at("11:00:02"), upcoming=at("11:15"), updated=at("10:00"))
    runs = ScheduledRuns(last_run_at=last, next_run_at=at("11:30"))
    half_told = structs.replace(full, scheduled_runs=runs)
    store.apply(triggers("11:20", half_told))
    seen = store.snapshot.trigger(KEY)
    assert seen is not None
    assert (seen.verdict.state, seen.runs_read_at, seen.is_bare) == (State.UNKNOWN, None, True)
    store.apply(one("11:21", full))
    known = store.snapshot.trigger(KEY)
    store.apply(triggers("11:40", half_told), one("11:41", half_told))
    assert known is not None
    assert store.snapshot.trigger(KEY) == known
    assert known.runs_read_at == at("11:21")


def test_triggers_an_answer_from_the_future_hides_no_missed_run(store: Store) -> None:
    full = a_trigger(last=at("11:00:02"), upcoming=at("11:15"), updated=at("10:00"))
    odd = structs.replace(full, updated_at=at("11:10") + timedelta(days=1))
    store.apply(one("11:01", full), one("11:10", odd))
    seen = store.snapshot.trigger(KEY)
    assert seen is not None
    assert seen.verdict.state is State.ON_TIME
    moved = ScheduledRuns(last_run_at=at("11:00:02"), next_run_at=at("11:30"))
    store.apply(one("11:20", structs.replace(full, scheduled_runs=moved)))
    later = store.snapshot.trigger(KEY)
    assert later is not None
    assert (later.verdict.state, later.verdict.owed) == (State.MISSED, (at("11:15"),))


def test_triggers_without_a_next_run_it_won_t_run_whatever_the_last_was(store: Store) -> None:
    ended = a_trigger(scheduled_runs=ScheduledRuns(next_run_at=None))
    store.apply(triggers("11:20", ended))
    seen = store.snapshot.trigger(KEY)
    assert seen is not None
    assert seen.verdict.state is State.WONT_RUN


def test_triggers_a_bare_list_with_a_newer_change_forgets_it(store: Store) -> None:
    full = a_trigger(last=at("11:00:02"), upcoming=at("11:15"), updated=at("10:00"))
    bare = structs.replace(
        full, scheduled_details=UNSET, scheduled_runs=UNSET, updated_at=at("11:01:30")
    )
    store.apply(triggers("11:00", bare), one("11:01", full), triggers("11:02", bare))
    seen = store.snapshot.trigger(KEY)
    assert seen is not None
    assert (seen.runs_read_at, seen.verdict.state) == (None, State.UNKNOWN)


def test_triggers_a_bare_list_shows_a_pause(store: Store) -> None:
    full = a_trigger(last=at("11:00:02"), upcoming=at("11:15"))
    bare = structs.replace(full, scheduled_details=UNSET, scheduled_runs=UNSET, is_enabled=False)
    store.apply(one("11:01", full), triggers("11:02", bare))
    seen = store.snapshot.trigger(KEY)
    assert seen is not None
    assert (seen.verdict.state, seen.verdict.checked_at) == (State.PAUSED, at("11:02"))
    store.apply(triggers("11:03", structs.replace(bare, is_enabled=True)))
    resumed = store.snapshot.trigger(KEY)
    assert resumed is not None
    assert resumed.verdict.state is State.UNKNOWN
    assert resumed.verdict.counted_from == at("11:03")
    store.apply(one("11:20", full))
    later = store.snapshot.trigger(KEY)
    assert later is not None
    assert later.verdict.owed == (at("11:15"),)


def test_triggers_a_cron_written_otherwise_is_no_change(store: Store) -> None:
    details = ScheduledDetails(cron="0 * * * *", body={"a": 1})
    store.apply(triggers("11:00", a_trigger(scheduled_details=details)))
    six = ScheduledDetails(cron="0 0 * * * *")
    store.apply(triggers("11:01", a_trigger(scheduled_details=six)))
    seen = store.snapshot.trigger(KEY)
    assert seen is not None
    assert seen.trigger.scheduled_details == structs.replace(six, body={"a": 1})
    assert lines(store) == []


def test_triggers_a_number_written_otherwise_is_no_change(store: Store) -> None:
    for body in ({"a": Number("1.0")}, {"a": 1}):
        details = ScheduledDetails(cron="0 * * * *", body=body)
        store.apply(triggers("11:00", a_trigger(scheduled_details=details)))
        seen = store.snapshot.trigger(KEY)
        assert seen is not None
        assert seen.trigger.scheduled_details == details
    assert lines(store) == []


def test_triggers_a_body_left_out_is_kept_while_the_cron_is_the_same(store: Store) -> None:
    details = ScheduledDetails(cron="0 * * * *", body={"a": 1})
    full = a_trigger(scheduled_details=details)
    store.apply(triggers("11:00", full))
    bare = a_trigger(scheduled_details=ScheduledDetails(cron="0 * * * *"))
    store.apply(triggers("11:01", bare))
    seen = store.snapshot.trigger(KEY)
    assert seen is not None
    assert seen.trigger.scheduled_details == details
    other = a_trigger(scheduled_details=ScheduledDetails(cron="5 * * * *"))
    store.apply(triggers("11:02", other))
    seen = store.snapshot.trigger(KEY)
    assert seen is not None
    assert seen.trigger.scheduled_details == ScheduledDetails(cron="5 * * * *")


def test_triggers_what_a_bare_list_changed_without_a_date_makes_it_unknown(store: Store) -> None:
    full = a_trigger(last=at("11:00:02"), upcoming=at("11:15"))
    store.apply(one("11:01", full))
    bare = structs.replace(
        full, scheduled_details=UNSET, scheduled_runs=UNSET, function="other/one"
    )
    store.apply(triggers("11:02", bare))
    seen = store.snapshot.trigger(KEY)
    assert seen is not None
    assert seen.verdict.state is State.UNKNOWN


def test_triggers_older_answers_change_nothing(store: Store) -> None:
    store.apply(triggers("11:10", a_trigger()))
    before = store.snapshot
    store.apply(triggers("11:09"))
    store.apply(one("11:09", a_trigger(is_enabled=False)))
    store.apply(gone("11:09"))
    assert store.snapshot == before


def test_triggers_an_older_single_answer_changes_nothing(store: Store) -> None:
    store.apply(one("11:10", a_trigger()))
    before = store.snapshot
    store.apply(one("11:09", a_trigger(is_enabled=False)))
    assert store.snapshot == before


def test_triggers_the_same_name_twice_counts_once(store: Store) -> None:
    store.apply(triggers("11:10", a_trigger(), a_trigger(is_enabled=False)))
    seen = store.snapshot.trigger(KEY)
    assert seen is not None
    assert seen.trigger.is_enabled is False


def test_triggers_our_own_changes_are_ours_alone(store: Store) -> None:
    store.apply(triggers("11:00", a_trigger()))
    paused = a_trigger(is_enabled=False)
    store.apply(one("11:05", paused), changed("11:05", "paused trigger invoice-run"))
    store.apply(triggers("11:04", a_trigger()))
    store.apply(triggers("11:06", paused))
    assert lines(store) == [("you", "paused trigger invoice-run")]


def test_triggers_our_own_creation_and_deletion_survive_older_lists(store: Store) -> None:
    store.apply(triggers("11:00"))
    store.apply(one("11:05", a_trigger()), changed("11:05", "created"))
    store.apply(triggers("11:04"))
    assert store.snapshot.trigger(KEY) is not None
    store.apply(gone("11:07"), changed("11:07", "deleted"))
    store.apply(triggers("11:06", a_trigger()))
    assert store.snapshot.trigger(KEY) is None
    store.apply(triggers("11:08"))
    assert lines(store) == [("you", "created"), ("you", "deleted")]


def test_triggers_what_was_touched_long_ago_is_judged_by_lists_again(store: Store) -> None:
    store.apply(one("11:05", a_trigger()))
    later = a_trigger(is_enabled=False)
    store.apply(one("13:00", structs.replace(a_trigger(), name="other")))
    store.apply(triggers("13:01", later))
    seen = store.snapshot.trigger(KEY)
    assert seen is not None
    assert seen.trigger == later


def test_triggers_what_someone_did(store: Store) -> None:
    first = a_trigger(
        "0 * * * *",
        function="a/b",
        scheduled_details=ScheduledDetails(cron="0 * * * *", body={"a": 1}),
    )
    store.apply(triggers("11:00", first, structs.replace(first, name="old")))
    assert lines(store) == []
    second = structs.replace(
        first,
        is_enabled=False,
        function="a/c",
        scheduled_details=ScheduledDetails(cron="5 * * * *", body={"a": 2}),
    )
    store.apply(triggers("11:01", second, structs.replace(first, name="new")))
    store.apply(triggers("11:02", structs.replace(second, is_enabled=True)))
    store.apply(triggers("11:03", structs.replace(second, is_enabled=True)))
    assert lines(store) == [
        ("someone", "paused trigger invoice-run"),
        ("someone", "re-timed trigger invoice-run: 0 * * * * → 5 * * * *"),
        ("someone", "changed the body of trigger invoice-run"),
        ("someone", "made trigger invoice-run anew, for a/c"),
        ("someone", "created trigger new"),
        ("someone", "resumed trigger invoice-run"),
        ("someone", "deleted trigger old"),
        ("someone", "deleted trigger new"),
    ]


def test_triggers_one_that_became_unreadable_was_not_deleted(store: Store) -> None:
    store.apply(triggers("11:00", a_trigger()))
    store.apply(triggers("11:01", unreadable="invoice-run"))
    store.apply(triggers("11:02", a_trigger()))
    assert lines(store) == []


def test_triggers_activity_is_bounded(store: Store) -> None:
    for number in range(600):
        store.apply(changed("11:00", str(number)))
    assert len(store.snapshot.activity) == 500
    assert store.snapshot.activity[-1].words == "599"


def test_runs_a_run_is_seen_once(store: Store) -> None:
    for moment, last in [
        ("11:00:05", "11:00:02"),
        ("11:01", "11:00:02"),
        ("11:16", "11:15:03"),
    ]:
        store.apply(triggers(moment, a_trigger(last=at(last))))
    assert runs_at(store) == [at("11:00:02"), at("11:15:03")]
    run = store.snapshot.runs(KEY)[-1]
    assert (run.slot_at, run.delay_s, run.seen_at) == (at("11:15"), 3.0, at("11:16"))


def test_runs_a_run_stamped_before_its_slot_belongs_to_it(store: Store) -> None:
    store.apply(triggers("11:16", a_trigger(last=at("11:14:59"))))
    assert store.snapshot.runs(KEY)[0].slot_at == at("11:15")


@pytest.mark.parametrize(
    "trigger",
    [
        a_trigger(None, last=at("11:15:02")),
        a_trigger("@reboot", last=at("11:15:02")),
        a_trigger(last=at("11:15:02"), updated=at("11:15:30")),
        a_trigger("0 2 * * *", last=at("11:15:02"), upcoming=at("17:00")),
    ],
)
def test_runs_the_slot_of_a_run_may_not_be_known(store: Store, trigger: Trigger) -> None:
    store.apply(triggers("11:16", trigger))
    run = store.snapshot.runs(KEY)[0]
    assert (run.slot_at, run.delay_s) == (None, None)


def test_runs_runs_of_what_is_gone_are_forgotten(store: Store) -> None:
    store.apply(triggers("11:16", a_trigger(last=at("11:15:02"))))
    store.apply(gone("11:17"))
    assert store.snapshot.records == {}


def test_runs_runs_are_bounded(store: Store) -> None:
    for minute in range(250):
        moment = at("11:00") + timedelta(minutes=minute)
        trigger = a_trigger("* * * * *", last=moment)
        listing = Listing(items=(trigger,))
        store.apply(TriggersRead(at=moment, namespace_id="fn-1", listing=listing))
    assert len(store.snapshot.runs(KEY)) == 200


def test_access_keys_what_someone_did(store: Store) -> None:
    store.apply(keys("11:00", CI, AccessKey(key_id="k-2")))
    for time in ("11:01", "11:02"):
        new = AccessKey(key_id="k-3", name="new")
        store.apply(keys(time, structs.replace(CI, name="cd"), new))
    assert lines(store) == [
        ("someone", "renamed access key ci to cd"),
        ("someone", "created access key new"),
        ("someone", "deleted access key k-2"),
    ]


def test_access_keys_our_own_changes_are_ours_alone(store: Store) -> None:
    store.apply(keys("11:00"))
    made = AccessKeyRead(at=at("11:05"), namespace_id="fn-1", access_key=CI)
    store.apply(made, changed("11:05", "created", "k-1"))
    store.apply(keys("11:04"))
    assert store.snapshot.access_key(AccessKeyKey("fn-1", "k-1")) == CI
    renamed = structs.replace(CI, name="cd")
    older = AccessKeyRead(at=at("11:04"), namespace_id="fn-1", access_key=renamed)
    store.apply(older)
    assert store.snapshot.access_key(AccessKeyKey("fn-1", "k-1")) == CI
    deleted = AccessKeyGone(at=at("11:07"), namespace_id="fn-1", key_id="k-1")
    store.apply(deleted, changed("11:07", "deleted", "k-1"))
    store.apply(keys("11:06", CI))
    assert store.snapshot.access_key(AccessKeyKey("fn-1", "k-1")) is None
    assert lines(store) == [("you", "created"), ("you", "deleted")]


def test_access_keys_older_answers_change_nothing(store: Store) -> None:
    store.apply(keys("11:10", CI))
    store.apply(AccessKeyGone(at=at("11:09"), namespace_id="fn-1", key_id="k-1"))
    assert store.snapshot.access_key(AccessKeyKey("fn-1", "k-1")) == CI


def test_access_keys_an_answer_without_the_expiry_keeps_it(store: Store) -> None:
    store.apply(keys("11:00", structs.replace(CI, expires_at=at("13:00"))))
    store.apply(AccessKeyRead(at=at("11:01"), namespace_id="fn-1", access_key=CI))
    known = store.snapshot.access_key(AccessKeyKey("fn-1", "k-1"))
    assert known is not None
    assert known.expires_at == at("13:00")


def test_access_keys_one_that_became_unreadable_was_not_deleted(store: Store) -> None:
    store.apply(keys("11:00", CI))
    store.apply(keys("11:01", unreadable="k-1"), keys("11:02", unreadable="k-1"))
    assert store.snapshot.access_key(AccessKeyKey("fn-1", "k-1")) is None
    assert lines(store) == []
