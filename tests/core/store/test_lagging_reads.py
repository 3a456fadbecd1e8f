"""Reads that lag behind a write of ours: for a minute they show the account as it was before."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest
from msgspec import structs

from fntui.api.models import AccessKey, Listing, Namespace, ScheduledDetails, Trigger
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
    TriggerGone,
    TriggerRead,
    TriggersRead,
)
from fntui.core.model.snapshot import Snapshot
from fntui.core.store.store import Store
from tests.support.builders import a_trigger, at
from tests.support.made_facts import BILLING, CI, REPORTS, lines
from tests.support.tried import tried

WRITTEN_AT = at("11:00")
RUNS = a_trigger(last=at("10:45:02"), upcoming=at("11:00"))
PAUSED = structs.replace(RUNS, is_enabled=False)
RETIMED = structs.replace(RUNS, scheduled_details=ScheduledDetails(cron="0 * * * *", body=None))
FILLED = structs.replace(
    RUNS, scheduled_details=ScheduledDetails(cron="*/15 * * * *", body={"a": 1})
)
Object = Namespace | Trigger | AccessKey


class Write(NamedTuple):
    """A write of ours: the object before and after it; None: there was or is none."""

    before: Object | None
    after: Object | None


WRITES = {
    "create trigger": Write(None, RUNS),
    "pause": Write(RUNS, PAUSED),
    "resume": Write(PAUSED, RUNS),
    "change cron": Write(RUNS, RETIMED),
    "change body": Write(RUNS, FILLED),
    "delete trigger": Write(RUNS, None),
    "create key": Write(None, CI),
    "rename key": Write(CI, structs.replace(CI, name="cd")),
    "delete key": Write(CI, None),
    "create namespace": Write(None, REPORTS),
    "delete namespace": Write(REPORTS, None),
}


def listed(item: Object | None, of: Object, seconds: float) -> Fact:
    """Return the list that shows ``item`` alone, asked for so long after the write."""
    moment = WRITTEN_AT + timedelta(seconds=seconds)
    if isinstance(of, Namespace):
        items = (BILLING, item) if isinstance(item, Namespace) else (BILLING,)
        return NamespacesRead(at=moment, listing=Listing(items=items))
    if isinstance(of, Trigger):
        triggers = (item,) if isinstance(item, Trigger) else ()
        return TriggersRead(at=moment, namespace_id="fn-1", listing=Listing(items=triggers))
    keys = (item,) if isinstance(item, AccessKey) else ()
    return AccessKeysRead(at=moment, namespace_id="fn-1", listing=Listing(items=keys))


def alone(item: Object | None, of: Object, seconds: float) -> Fact:
    """Return the answer about the object alone."""
    moment = WRITTEN_AT + timedelta(seconds=seconds)
    match item or of:
        case Namespace() as found if item:
            return NamespaceRead(at=moment, namespace=found)
        case Namespace() as found:
            return NamespaceNotFound(at=moment, namespace_id=found.namespace_id)
        case Trigger() as found if item:
            return TriggerRead(at=moment, namespace_id="fn-1", trigger=found)
        case Trigger() as found:
            return TriggerGone(at=moment, namespace_id="fn-1", name=found.name)
        case AccessKey() as found if item:
            return AccessKeyRead(at=moment, namespace_id="fn-1", access_key=found)
        case found:
            return AccessKeyGone(at=moment, namespace_id="fn-1", key_id=found.key_id)


def answer_to(write: Write) -> tuple[Fact, Changed]:
    """Return what the store is given once the write was answered."""
    of = write.after or write.before
    assert of is not None
    fact = alone(write.after, of, 0)
    if isinstance(fact, NamespaceNotFound):
        fact = NamespaceGone(at=fact.at, namespace_id=fact.namespace_id)
    namespace_id = of.namespace_id if isinstance(of, Namespace) else "fn-1"
    target = {Namespace: "", Trigger: "invoice-run", AccessKey: "k-1"}[type(of)]
    changed = Changed(at=WRITTEN_AT, namespace_id=namespace_id, target=target, words="did it")
    return fact, changed


def written(write: Write) -> Store:
    store = Store()
    # What a first list shows was not done by anyone.
    store.apply(listed(write.before, BILLING, -600))
    for each in (RUNS, CI):
        store.apply(listed(write.before, each, -60))
    store.apply(*answer_to(write))
    assert lines(store) == [("you", "did it")]
    return store


def known(snapshot: Snapshot) -> tuple[object, ...]:
    spaces = snapshot.namespaces
    return (
        [view.namespace for view in spaces.values()],
        [view.trigger for view in spaces["fn-1"].triggers.values()],
        list(spaces["fn-1"].access_keys.values()),
    )


READS: dict[str, Callable[[Object | None, Object, float], Fact]] = {"list": listed, "one": alone}


def cells() -> Iterator[tuple[str, str]]:
    yield from ((write, read) for write in WRITES for read in READS)


@pytest.mark.parametrize(("name", "read"), cells())
def test_for_a_minute_what_contradicts_our_write_is_not_shown_yet(name: str, read: str) -> None:
    write = WRITES[name]
    store, of = written(write), write.after or write.before
    assert of is not None
    ours = known(store.snapshot)
    for seconds in (0.5, 1, 2, 30, 59):
        store.apply(READS[read](write.before, of, seconds))
        assert known(store.snapshot) == ours
    assert lines(store) == [("you", "did it")]
    assert store.snapshot.absent_namespaces == set()
    assert store.snapshot.namespaces["fn-1"].absent_triggers == set()
    assert store.snapshot.namespaces["fn-1"].absent_access_keys == set()
    tried("lagging", name, read)


@pytest.mark.parametrize(("name", "read"), cells())
def test_after_a_minute_it_is_believed(name: str, read: str) -> None:
    write = WRITES[name]
    store, of = written(write), write.after or write.before
    assert of is not None
    ours = known(store.snapshot)
    for seconds in (61, 62):
        store.apply(READS[read](write.before, of, seconds))
    if not isinstance(of, Namespace) or write.before is not None or read == "list":
        assert known(store.snapshot) != ours
        assert lines(store)[1:] != []
    else:
        assert store.snapshot.absent_namespaces == {of.namespace_id}


@pytest.mark.parametrize(("name", "read"), cells())
def test_what_agrees_with_our_write_is_taken_and_what_lags_after_it_is_not(
    name: str, read: str
) -> None:
    write = WRITES[name]
    store, of = written(write), write.after or write.before
    assert of is not None
    ours = known(store.snapshot)
    store.apply(READS[read](write.after, of, 5))
    assert known(store.snapshot) == ours
    store.apply(READS[read](write.before, of, 6))
    assert known(store.snapshot) == ours
    assert lines(store) == [("you", "did it")]


def test_a_later_change_by_someone_shows_at_once() -> None:
    before = structs.replace(RUNS, updated_at=at("10:00"))
    after = structs.replace(PAUSED, updated_at=at("11:00"))
    store = written(Write(before, after))
    store.apply(listed(before, before, 3))
    assert lines(store) == [("you", "did it")]
    store.apply(listed(structs.replace(RUNS, updated_at=at("11:00:04")), before, 5))
    assert lines(store) == [("you", "did it"), ("someone", "resumed trigger invoice-run")]


def test_what_was_created_again_after_our_deletion_shows_at_once() -> None:
    old = structs.replace(RUNS, created_at=at("09:00"))
    store = written(Write(old, None))
    store.apply(listed(old, old, 3))
    assert lines(store) == [("you", "did it")]
    store.apply(listed(structs.replace(RUNS, created_at=at("11:00:04")), old, 5))
    assert lines(store) == [("you", "did it"), ("someone", "created trigger invoice-run")]


def test_a_second_write_of_ours_is_believed_though_it_contradicts_the_first() -> None:
    store = written(Write(RUNS, PAUSED))
    resumed = TriggerRead(at=at("11:00:10"), namespace_id="fn-1", trigger=RUNS)
    changed = structs.replace(answer_to(Write(RUNS, PAUSED))[1], at=at("11:00:10"))
    store.apply(resumed, changed)
    view = store.snapshot.namespaces["fn-1"].triggers["invoice-run"]
    assert view.trigger.is_enabled is True
    store.apply(listed(PAUSED, PAUSED, 12))
    view = store.snapshot.namespaces["fn-1"].triggers["invoice-run"]
    assert view.trigger.is_enabled is True


def test_runs_are_seen_while_the_rest_is_as_we_wrote_it() -> None:
    store = written(Write(RUNS, RETIMED))
    ran = structs.replace(RETIMED, scheduled_runs=a_trigger(last=at("11:00:02")).scheduled_runs)
    store.apply(listed(ran, ran, 5))
    assert len(store.snapshot.records["fn-1"]["invoice-run"].runs) == 2


def test_a_list_that_leaves_details_out_may_lag_too() -> None:
    store = written(Write(RUNS, PAUSED))
    bare = a_trigger(None, last=at("10:45:02"), upcoming=at("11:00"))
    store.apply(listed(bare, bare, 5))
    assert store.snapshot.namespaces["fn-1"].triggers["invoice-run"].trigger == PAUSED
    store.apply(listed(structs.replace(bare, is_enabled=False), bare, 6))
    assert lines(store) == [("you", "did it")]
