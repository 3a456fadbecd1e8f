"""What the session before has seen, laid under what is known."""

from msgspec import structs

from fntui.api.models import AccessKey
from fntui.core.model.events import Fact, ReadFailed
from fntui.core.model.snapshot import Snapshot
from fntui.core.store.last_session import LastSeen, Memory, cached
from fntui.core.store.store import Store
from tests.support.builders import a_trigger, at
from tests.support.made_facts import (
    BILLING,
    CI,
    KEY,
    PROBLEM,
    REPORTS,
    keys,
    namespaces,
    one,
    triggers,
)

YESTERDAY: tuple[Fact, ...] = (
    namespaces("01:00", BILLING, REPORTS, unreadable="odd"),
    triggers("01:01", a_trigger(), unreadable="worse"),
    keys("01:02", CI),
)


def known(*facts: Fact) -> Snapshot:
    store = Store()
    for fact in facts:
        store.apply(fact)
    return store.snapshot


def remembering(account: str = "mark") -> Memory:
    memory = Memory()
    memory.keep("prod", LastSeen(account=account, snapshot=cached(known(*YESTERDAY))))
    return memory


def laid() -> Memory:
    memory = remembering()
    assert memory.turn_to("prod")
    return memory


def test_of_a_session_before_only_what_the_account_holds_is_shown() -> None:
    store = Store()
    for fact in (*YESTERDAY, triggers("01:10", a_trigger(last=at("01:09")))):
        store.apply(fact)
    assert store.snapshot.records
    seen = cached(store.snapshot)
    names = {"namespaces", "unreadable_namespaces", "reading"}
    rest = set(seen.__struct_fields__) - names
    assert {name: getattr(seen, name) for name in rest} == {
        name: getattr(Snapshot(), name) for name in rest
    }


def test_what_was_read_is_cached_and_what_was_not_is_not() -> None:
    seen = cached(known(*YESTERDAY))
    billing, reports = seen.namespaces["fn-1"], seen.namespaces["fn-2"]
    assert seen.reading.is_cached
    assert billing.triggers_reading.is_cached
    assert billing.access_keys_reading.is_cached
    assert not reports.triggers_reading.is_cached
    assert billing.triggers_reading.read_at == at("01:01")


def test_before_the_first_answer_all_is_as_it_was_seen_last() -> None:
    shown = laid().under(Snapshot())
    assert list(shown.namespaces) == ["fn-1", "fn-2"]
    assert shown.trigger(KEY) is not None
    assert [row.name for row in shown.unreadable_namespaces] == ["odd"]
    assert shown.reading.is_cached


def test_what_went_wrong_meanwhile_is_told_of_what_is_cached() -> None:
    memory = laid()
    failed = ReadFailed(at=at("11:00"), namespace_id=None, branch="", problem=PROBLEM)
    shown = memory.under(known(failed, failed))
    assert (shown.reading.problem, shown.reading.failures) == (PROBLEM, 2)
    assert shown.reading.read_at == at("01:00")
    failed = structs.replace(failed, namespace_id="fn-1", branch="triggers")
    shown = memory.under(known(namespaces("11:00", BILLING), failed))
    assert shown.namespaces["fn-1"].triggers_reading.problem == PROBLEM


def test_the_list_of_namespaces_says_which_are_gone() -> None:
    shown = laid().under(known(namespaces("11:00", REPORTS)))
    assert list(shown.namespaces) == ["fn-2"]
    assert not shown.reading.is_cached
    assert shown.unreadable_namespaces == ()


def test_each_branch_is_cached_until_it_is_read() -> None:
    memory = laid()
    listed = namespaces("11:00", BILLING)
    shown = memory.under(known(listed)).namespaces["fn-1"]
    assert (shown.triggers_reading.is_cached, shown.access_keys_reading.is_cached) == (True, True)
    assert [row.name for row in shown.unreadable_triggers] == ["worse"]
    shown = memory.under(known(listed, triggers("11:01"))).namespaces["fn-1"]
    assert shown.triggers == {}
    assert (shown.triggers_reading.is_cached, shown.access_keys_reading.is_cached) == (False, True)
    assert list(shown.access_keys) == ["k-1"]


def test_once_all_is_read_what_is_known_is_what_is_shown() -> None:
    memory = laid()
    now = known(
        namespaces("11:00", BILLING), triggers("11:01"), keys("11:01", AccessKey(key_id="k"))
    )
    assert memory.under(now) is now
    # What is not known any more later on was cached once, and is not again.
    assert memory.under(Snapshot()) == Snapshot()


def test_what_did_not_change_stays_the_same_object() -> None:
    memory = laid()
    store = Store()
    store.apply(namespaces("11:00", BILLING, REPORTS))
    before = memory.under(store.snapshot).namespaces
    store.apply(structs.replace(triggers("11:01"), namespace_id="fn-2"))
    after = memory.under(store.snapshot).namespaces
    assert after["fn-1"] is before["fn-1"]
    assert after["fn-2"] is not before["fn-2"]


def test_a_trigger_that_was_read_by_itself_is_shown_as_it_is_now() -> None:
    now = known(namespaces("11:00", BILLING), one("11:01", a_trigger(cron="5 5 * * *")))
    trigger = laid().under(now).trigger(KEY)
    assert trigger is not None
    assert trigger == now.trigger(KEY)


def test_the_store_knows_nothing_of_it() -> None:
    store = Store()
    shown = laid().under(store.snapshot)
    store.apply(namespaces("11:00", BILLING))
    store.apply(triggers("11:01"))
    assert shown.trigger(KEY) is not None
    assert store.snapshot.activity == ()


def test_another_account_s_is_forgotten() -> None:
    memory = laid()
    assert not memory.turn_to("prod", "another mark")
    assert memory.under(Snapshot()) == Snapshot()
    assert not memory.turn_to("prod")


def test_the_same_account_s_stays_and_another_profile_has_its_own() -> None:
    memory = laid()
    assert memory.turn_to("prod", "mark")
    assert memory.under(Snapshot()).namespaces
    assert not memory.turn_to("play", "mark")
    assert memory.under(Snapshot()) == Snapshot()
