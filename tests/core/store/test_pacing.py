from datetime import timedelta

from fntui.core.health.wording import is_stale
from fntui.core.model.events import NamespaceGone, NotesRead, PaceSet, PinSet
from fntui.core.model.pace import Pace
from fntui.core.model.snapshot import Snapshot
from fntui.core.store.merge import paced
from fntui.core.store.store import Store
from tests.support.builders import NOON, a_trigger, at
from tests.support.made_facts import BILLING, CI, REPORTS, keys, namespaces, triggers

USUAL, ALONE = Pace(), Pace(ease=4.0)
LARGE = Pace(usual_s=16_000.0)


def a_store(pace: Pace = USUAL) -> Store:
    store = Store()
    store.apply(namespaces("11:00", BILLING, REPORTS))
    store.apply(PaceSet(at=at("11:00"), pace=pace))
    store.apply(triggers("11:00", a_trigger()), keys("11:00", CI))
    return store


def limits(snapshot: Snapshot) -> tuple[float, float, float]:
    view = snapshot.namespaces["fn-1"]
    return (
        snapshot.reading.limit_s,
        view.triggers_reading.limit_s,
        view.access_keys_reading.limit_s,
    )


def test_a_small_account_that_somebody_looks_at_is_at_the_usual_pace() -> None:
    store = Store()
    store.apply(namespaces("11:00", BILLING))
    assert limits(store.snapshot) == (300.0, 300.0, 3600.0)
    assert paced(store.snapshot, Pace()) is store.snapshot
    assert not Pace().is_slow
    assert not ALONE.is_slow


def test_a_slower_pace_holds_at_once_and_a_faster_one_from_the_next_reading_on() -> None:
    store = a_store()
    store.apply(PaceSet(at=at("11:01"), pace=ALONE))
    assert limits(store.snapshot) == (1200.0, 1200.0, 14_400.0)
    view = store.snapshot.namespaces["fn-1"]
    store.apply(PaceSet(at=at("11:19"), pace=Pace()))
    assert store.snapshot.namespaces["fn-1"] is view
    assert store.snapshot.pace == Pace()
    store.apply(namespaces("11:20", BILLING, REPORTS))
    store.apply(triggers("11:20", a_trigger()), keys("11:20", CI))
    assert limits(store.snapshot) == (300.0, 300.0, 3600.0)


def test_what_was_read_at_leisure_is_not_stale_when_somebody_comes_back() -> None:
    store = a_store()
    store.apply(PaceSet(at=at("11:01"), pace=ALONE))
    store.apply(PaceSet(at=at("11:19"), pace=Pace()))
    reading = store.snapshot.namespaces["fn-1"].triggers_reading
    assert not is_stale(reading.read_at, reading, at("11:19"))
    store.apply(triggers("11:20", a_trigger()))
    reading = store.snapshot.namespaces["fn-1"].triggers_reading
    assert not is_stale(reading.read_at, reading, at("11:34"))
    assert is_stale(reading.read_at, reading, at("11:36"))


def test_a_pinned_namespace_has_the_limits_of_a_small_account() -> None:
    store = a_store(LARGE)
    assert limits(store.snapshot) == (300.0, 16_000.0, 192_000.0)
    store.apply(PinSet(at=at("11:01"), namespace_id="fn-1", is_pinned=True))
    store.apply(triggers("11:02", a_trigger()), keys("11:02", CI))
    assert limits(store.snapshot) == (300.0, 300.0, 3600.0)
    assert paced(store.snapshot, LARGE) is store.snapshot


def test_one_that_is_no_longer_pinned_gets_its_time_back() -> None:
    store = a_store(LARGE)
    store.apply(PinSet(at=at("11:01"), namespace_id="fn-1", is_pinned=True))
    store.apply(triggers("11:02", a_trigger()), keys("11:02", CI))
    store.apply(PinSet(at=at("11:03"), namespace_id="fn-1", is_pinned=False))
    assert paced(store.snapshot, LARGE) is not store.snapshot
    store.apply(PaceSet(at=at("11:03"), pace=LARGE))
    assert limits(store.snapshot) == (300.0, 16_000.0, 192_000.0)


def test_a_pin_goes_with_its_namespace_but_not_because_a_list_lacks_it() -> None:
    store = Store()
    pinned = frozenset({"fn-1", "fn-2", "fn-9"})
    store.apply(NotesRead(at=NOON - timedelta(hours=2), acknowledged={}, pinned=pinned))
    assert store.snapshot.pinned == pinned
    store.apply(namespaces("11:00", BILLING, unreadable="fn-2"))
    assert store.snapshot.pinned == pinned  # others may be of another token's account
    store.apply(NamespaceGone(at=at("11:01"), namespace_id="fn-1"))
    assert store.snapshot.pinned == {"fn-2", "fn-9"}
    store.apply(namespaces("11:02"))
    assert store.snapshot.pinned == {"fn-2", "fn-9"}
