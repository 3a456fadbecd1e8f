from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, structs

from fntui.api.limits import RateLimit
from fntui.api.models import (
    AccessKey,
    Listing,
    Namespace,
    ScheduledDetails,
    ScheduledRuns,
    Trigger,
)
from fntui.api.secret import Secret
from fntui.core.model.events import (
    AccessKeyGone,
    AccessKeyRead,
    AccessKeysRead,
    Changed,
    Fact,
    NamespaceGone,
    NamespaceNotFound,
    NamespaceRead,
    NamespacesRead,
    RateLimitRead,
    ReadFailed,
    TokenRefused,
    TriggerGone,
    TriggerRead,
    TriggersRead,
)
from fntui.core.model.problem import Problem, ProblemKind
from fntui.core.model.snapshot import Snapshot
from fntui.core.store.store import Store
from tests.support.builders import NOON, a_trigger, at
from tests.support.made_facts import (
    BILLING,
    CI,
    KEY,
    PROBLEM,
    REPORTS,
    changed,
    keys,
    lines,
    namespaces,
    store_with_billing,
    triggers,
)
from tests.support.records import records_of


@pytest.fixture
def store() -> Store:
    return store_with_billing()


def test_telling_several_facts_are_told_once() -> None:
    store, told = Store(), list[Snapshot]()
    store.listen(told.append)
    store.apply(namespaces("11:00", BILLING), triggers("11:01", a_trigger()))
    assert told == [store.snapshot]


def test_telling_what_changes_nothing_is_not_told(store: Store) -> None:
    before, told = store.snapshot, list[Snapshot]()
    store.listen(told.append)
    store.apply(namespaces("11:00", BILLING))
    store.apply(RateLimitRead(at=NOON, rate_limit=RateLimit()), TokenRefused(at=NOON))
    assert len(told) == 1
    store.apply(RateLimitRead(at=NOON, rate_limit=RateLimit()), TokenRefused(at=NOON))
    assert len(told) == 1
    assert told[0].is_token_refused
    assert told[0].namespaces is before.namespaces


def test_telling_works_without_a_listener(store: Store) -> None:
    store.apply(TokenRefused(at=NOON))
    assert store.snapshot.is_token_refused


def test_identity_an_unchanged_list_shares_its_values(store: Store) -> None:
    store.apply(triggers("11:01", a_trigger(is_enabled=False)))
    store.apply(keys("11:01", CI))
    before = store.snapshot.namespaces["fn-1"]
    store.apply(triggers("11:01", a_trigger(is_enabled=False)), keys("11:02", CI))
    after = store.snapshot.namespaces["fn-1"]
    assert after.triggers is before.triggers
    assert after.access_keys is before.access_keys
    assert after.access_keys_reading.read_at == at("11:02")


def test_identity_the_other_namespaces_stay_the_same_objects(store: Store) -> None:
    store.apply(namespaces("11:01", BILLING, REPORTS))
    reports = store.snapshot.namespaces["fn-2"]
    store.apply(triggers("11:02", a_trigger()))
    assert store.snapshot.namespaces["fn-2"] is reports


def test_namespaces_the_servers_order_is_kept(store: Store) -> None:
    store.apply(namespaces("11:01", REPORTS, BILLING))
    assert list(store.snapshot.namespaces) == ["fn-2", "fn-1"]
    store.apply(namespaces("11:02", BILLING, REPORTS))
    assert list(store.snapshot.namespaces) == ["fn-1", "fn-2"]


def test_namespaces_branches_survive_a_new_list(store: Store) -> None:
    store.apply(triggers("11:01", a_trigger()))
    store.apply(namespaces("11:02", structs.replace(BILLING, region="fra1")))
    view = store.snapshot.namespaces["fn-1"]
    assert (view.namespace.region, list(view.triggers)) == ("fra1", ["invoice-run"])


def test_namespaces_a_list_does_not_take_the_legacy_key_away(store: Store) -> None:
    full = structs.replace(BILLING, legacy_key=Secret("k"))
    store.apply(NamespaceRead(at=at("11:01"), namespace=full))
    store.apply(namespaces("11:02", structs.replace(BILLING, legacy_key=Secret(""))))
    assert store.snapshot.namespaces["fn-1"].namespace == full


def test_namespaces_the_same_id_twice_counts_once(store: Store) -> None:
    store.apply(namespaces("11:01", BILLING, structs.replace(BILLING, label="last")))
    assert store.snapshot.namespaces["fn-1"].namespace.label == "last"


def test_namespaces_made_and_deleted_by_someone(store: Store) -> None:
    store.apply(namespaces("11:01", REPORTS))
    assert lines(store) == [("someone", "created namespace reports")]
    store.apply(namespaces("11:02", REPORTS))
    assert lines(store)[1:] == [("someone", "deleted namespace billing")]


def test_namespaces_one_that_a_list_did_not_show_once_is_as_it_was(store: Store) -> None:
    store.apply(namespaces("11:00:30", BILLING, REPORTS))
    store.apply(triggers("11:01", a_trigger()))
    before = store.snapshot.namespaces
    store.apply(namespaces("11:02", REPORTS))
    assert store.snapshot.namespaces is before
    assert store.snapshot.absent_namespaces == {"fn-1"}
    store.apply(namespaces("11:03", BILLING, REPORTS))
    assert store.snapshot.namespaces is before
    assert store.snapshot.absent_namespaces == set()
    store.apply(namespaces("11:04", REPORTS))
    store.apply(namespaces("11:04", REPORTS))  # the very same answer says nothing more
    assert store.snapshot.namespaces is before


NOT_FOUND = Problem(
    kind=ProblemKind.NOT_FOUND, sentence="", advice="", request_id=None, at=at("11:01")
)


@pytest.mark.parametrize(
    "fact",
    [
        NamespaceNotFound(at=at("11:01"), namespace_id="fn-1"),
        ReadFailed(at=at("11:01"), namespace_id="fn-1", branch="triggers", problem=NOT_FOUND),
        ReadFailed(at=at("11:01"), namespace_id="fn-1", branch="access keys", problem=NOT_FOUND),
    ],
)
def test_namespaces_one_answer_that_there_is_none_leaves_it_to_the_list(
    store: Store, fact: Fact
) -> None:
    store.apply(fact)
    assert "fn-1" in store.snapshot.namespaces
    store.apply(namespaces("11:02"))
    assert lines(store) == [("someone", "deleted namespace billing")]


def test_namespaces_an_answer_about_one_that_is_not_known_is_about_nothing(store: Store) -> None:
    store.apply(NamespaceNotFound(at=at("11:01"), namespace_id="fn-9"))
    assert store.snapshot.absent_namespaces == set()


def test_namespaces_one_that_became_unreadable_was_not_deleted(store: Store) -> None:
    store.apply(namespaces("11:01", unreadable="fn-1"))
    assert "fn-1" in store.snapshot.namespaces
    assert not store.snapshot.unreadable_namespaces
    store.apply(namespaces("11:02", unreadable="fn-1"))
    assert store.snapshot.namespaces == {}
    (row,) = store.snapshot.unreadable_namespaces
    assert row.name == "fn-1"
    store.apply(namespaces("11:03", BILLING))
    assert lines(store) == []


def test_namespaces_an_older_list_changes_nothing(store: Store) -> None:
    store.apply(namespaces("10:59"))
    assert "fn-1" in store.snapshot.namespaces


def test_namespaces_an_older_answer_changes_nothing(store: Store) -> None:
    store.apply(NamespaceRead(at=at("10:59"), namespace=REPORTS))
    assert "fn-2" not in store.snapshot.namespaces


def test_namespaces_what_a_wrong_date_brought_does_not_stay_for_ever(store: Store) -> None:
    century = timedelta(days=36_500)
    wrong = at("11:01") + century
    store.apply(
        NamespacesRead(at=wrong, listing=Listing(items=(BILLING,))),
        NamespaceGone(at=wrong, namespace_id="fn-2"),
        TriggersRead(at=wrong, namespace_id="fn-1", listing=Listing(items=())),
    )
    store.apply(
        namespaces("11:02", BILLING, REPORTS),
        triggers("11:02", a_trigger()),
    )
    assert list(store.snapshot.namespaces) == ["fn-1", "fn-2"]
    assert list(store.snapshot.namespaces["fn-1"].triggers) == ["invoice-run"]
    store.apply(NamespaceRead(at=at("11:03"), namespace=structs.replace(REPORTS, label="new")))
    assert store.snapshot.namespaces["fn-2"].namespace.label == "new"


def test_namespaces_our_own_creation_is_ours_and_survives_a_list_asked_for_before(
    store: Store,
) -> None:
    store.apply(
        NamespaceRead(at=at("11:05"), namespace=REPORTS),
        Changed(at=at("11:05"), namespace_id="fn-2", target="", words="created it"),
    )
    store.apply(namespaces("11:04", BILLING))
    assert list(store.snapshot.namespaces) == ["fn-1", "fn-2"]
    store.apply(namespaces("11:06", REPORTS, BILLING))
    assert lines(store) == [("you", "created it")]


def test_namespaces_our_own_deletion_is_ours_and_survives_a_list_asked_for_before(
    store: Store,
) -> None:
    store.apply(triggers("11:01", a_trigger(last=at("11:00:02"))))
    store.apply(NamespaceGone(at=at("11:05"), namespace_id="fn-1"), changed("11:05", "deleted", ""))
    store.apply(namespaces("11:04", BILLING))
    assert store.snapshot.namespaces == {}
    assert store.snapshot.records == {}
    assert lines(store) == [("you", "deleted")]


def test_namespaces_what_concerns_an_unknown_namespace_is_dropped() -> None:
    store = Store()
    store.apply(triggers("11:01", a_trigger()), keys("11:01", CI))
    assert store.snapshot == Snapshot()


@pytest.mark.parametrize("branch", ["", "triggers", "access keys"])
def test_failures_are_counted_until_a_good_answer(store: Store, branch: str) -> None:
    store.apply(triggers("11:00", a_trigger()), keys("11:00", CI))
    failed = ReadFailed(
        at=at("11:01"),
        namespace_id="fn-1" if branch else None,
        branch=branch,
        problem=PROBLEM,
    )

    def reading() -> tuple[int, Problem | None, datetime | None]:
        view = store.snapshot.namespaces["fn-1"]
        found = {
            "": store.snapshot.reading,
            "triggers": view.triggers_reading,
            "access keys": view.access_keys_reading,
        }[branch]
        return found.failures, found.problem, found.read_at

    store.apply(failed)
    store.apply(failed)
    assert reading() == (2, PROBLEM, at("11:00"))
    good: dict[str, Fact] = {
        "": namespaces("11:02", BILLING),
        "triggers": triggers("11:02", a_trigger()),
        "access keys": keys("11:02", CI),
    }
    store.apply(good[branch])
    assert reading() == (0, None, at("11:02"))
    store.apply(failed)
    assert reading() == (0, None, at("11:02"))


def test_failures_old_data_stays(store: Store) -> None:
    store.apply(triggers("11:00", a_trigger()))
    store.apply(ReadFailed(at=at("11:01"), namespace_id="fn-1", branch="triggers", problem=PROBLEM))
    assert store.snapshot.trigger(KEY) is not None


def _facts() -> st.SearchStrategy[Fact]:
    moments = st.integers(0, 600).map(lambda seconds: at("11:00") + timedelta(seconds=seconds))
    times = st.none() | moments
    trigger = st.builds(
        Trigger,
        name=st.sampled_from(["a", "b"]),
        is_enabled=st.booleans(),
        updated_at=st.just(UNSET) | times,
        scheduled_details=st.just(UNSET)
        | st.builds(ScheduledDetails, cron=st.sampled_from(["* * * * *", "*/5 * * * *"])),
        scheduled_runs=st.just(UNSET)
        | st.builds(ScheduledRuns, last_run_at=times, next_run_at=times),
    )
    key = st.builds(AccessKey, key_id=st.sampled_from(["k", "l"]), name=st.sampled_from("xy"))
    namespace = st.builds(Namespace, namespace_id=st.sampled_from(["fn-1", "fn-2"]))
    where = st.sampled_from(["fn-1", "fn-2"])

    def listing(items: st.SearchStrategy[object]) -> st.SearchStrategy[Listing[object]]:
        return st.builds(Listing, items=st.lists(items, max_size=3).map(tuple))

    return st.one_of(
        st.builds(NamespacesRead, at=moments, listing=listing(namespace)),
        st.builds(NamespaceRead, at=moments, namespace=namespace),
        st.builds(NamespaceGone, at=moments, namespace_id=where),
        st.builds(TriggersRead, at=moments, namespace_id=where, listing=listing(trigger)),
        st.builds(TriggerRead, at=moments, namespace_id=where, trigger=trigger),
        st.builds(TriggerGone, at=moments, namespace_id=where, name=st.sampled_from("ab")),
        st.builds(AccessKeysRead, at=moments, namespace_id=where, listing=listing(key)),
        st.builds(AccessKeyRead, at=moments, namespace_id=where, access_key=key),
        st.builds(AccessKeyGone, at=moments, namespace_id=where, key_id=st.sampled_from("kl")),
    )


def _started(facts: Iterable[Fact]) -> Store:
    store = Store()
    store.apply(namespaces("11:00", BILLING, REPORTS))
    store.apply(*facts)
    return store


@given(st.lists(_facts(), max_size=12), _facts())
@settings(max_examples=150)
def test_the_same_fact_twice_is_as_good_as_once(facts: list[Fact], fact: Fact) -> None:
    store = _started(facts)
    store.apply(fact)
    before = store.snapshot
    store.apply(fact)
    assert store.snapshot == before


@given(st.lists(_facts(), max_size=25))
@settings(max_examples=150)
def test_no_run_is_reported_twice(facts: list[Fact]) -> None:
    store = _started(facts)
    for runs in (record.runs for record in records_of(store.snapshot).values()):
        moments = [run.started_at for run in runs]
        assert moments == sorted(set(moments))
    assert all(store.snapshot.trigger(key) for key in records_of(store.snapshot))
