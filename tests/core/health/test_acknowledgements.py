from datetime import timedelta

import pytest

from fntui.api.models import AccessKey
from fntui.core.health.acknowledgements import (
    AlarmKey,
    acknowledgement_words,
    ended,
    hushed,
    in_force,
    term,
)
from fntui.core.health.board import by_urgency, entries_of
from fntui.core.health.summary import count_acknowledged, is_in_trouble, summarise
from fntui.core.model.events import Acknowledged, NotesRead
from fntui.core.model.snapshot import (
    AccessKeyKey,
    Acknowledgement,
    Record,
    Run,
    Snapshot,
    TriggerKey,
)
from fntui.core.store.store import Store
from tests.support.builders import NOON, a_trigger, at
from tests.support.made_facts import (
    BILLING,
    KEY,
    gone,
    keys,
    lines,
    namespaces,
    store_with_billing,
    triggers,
)
from tests.support.shown import utc

KEY_KEY = AccessKeyKey("fn-1", "k-1")
HOUR = Acknowledgement(acknowledged_at=NOON, ends_at=at("13:00"))
NEXT_RUN = Acknowledgement(acknowledged_at=NOON, ends_with_run=True)
GOOD = Acknowledgement(acknowledged_at=NOON)


def known(kept: Acknowledgement, last_run: str = "", key: AlarmKey = KEY) -> Snapshot:
    at_ = at(last_run) if last_run else None
    run = (Run(started_at=at_, slot_at=None, seen_at=at_),) if at_ else ()
    return Snapshot(
        acknowledged={key: kept}, records={KEY.namespace_id: {KEY.name: Record(runs=run)}}
    )


@pytest.mark.parametrize(
    ("snapshot", "moment", "holds"),
    [
        (known(HOUR), "12:59:59", True),
        (known(HOUR), "13:00", False),
        (known(HOUR, "12:15:02"), "12:30", True),  # a run does not end it
        (known(NEXT_RUN), "23:00", True),
        (known(NEXT_RUN, "11:45:02"), "12:30", True),
        (known(NEXT_RUN, "12:15:02"), "12:30", False),
        (known(GOOD, "12:15:02"), "23:00", True),
        (known(NEXT_RUN, "12:15:02", KEY_KEY), "12:30", True),  # an access key has no runs
    ],
)
def test_an_acknowledgement_holds_until_its_time_or_its_run(
    snapshot: Snapshot,
    moment: str,
    holds: bool,  # noqa: FBT001 - a column of the table
) -> None:
    (key,) = snapshot.acknowledged
    assert (in_force(snapshot, key, at(moment)) is not None) is holds
    assert hushed(snapshot, at(moment)) == ({key} if holds else set())


def test_what_nobody_acknowledged_is_not_in_force() -> None:
    assert in_force(Snapshot(), KEY, NOON) is None


def store_of(*acknowledged: AlarmKey) -> Store:
    store = store_with_billing()
    store.apply(
        NotesRead(at=NOON, acknowledged=dict.fromkeys(acknowledged, HOUR), pinned=frozenset())
    )
    return store


def test_nothing_has_ended_before_the_servers_time_is_known() -> None:
    store = Store()
    store.apply(NotesRead(at=NOON, acknowledged={KEY: HOUR}, pinned=frozenset()))
    assert ended(store.snapshot, at("23:00")) == ()
    store.apply(namespaces("12:00", BILLING))
    assert ended(store.snapshot, at("12:30")) == ()  # its triggers have not been read
    assert ended(store.snapshot, at("13:00")) == (KEY,)


def test_what_is_gone_need_not_be_kept() -> None:
    other, reports = TriggerKey("fn-1", "other"), TriggerKey("fn-2", "weekly")
    store = store_of(KEY, other, KEY_KEY, reports)
    assert ended(store.snapshot, NOON) == ()
    store.apply(triggers("12:00", a_trigger()))
    assert ended(store.snapshot, NOON) == (other,)
    store.apply(gone("12:01"), keys("12:01"))
    # That of an unknown namespace may be of another account which this profile has had a token of.
    assert ended(store.snapshot, NOON) == (KEY, other, KEY_KEY)


def test_what_can_not_be_read_for_now_is_not_gone() -> None:
    store = store_of(KEY, KEY_KEY, TriggerKey("fn-2", "weekly"))
    store.apply(
        namespaces("12:00", BILLING, unreadable="fn-2"),
        triggers("12:00", unreadable="invoice-run"),
        keys("12:00", unreadable="k-1"),
    )
    assert ended(store.snapshot, NOON) == ()


@pytest.mark.parametrize(
    ("kept", "how", "words"),
    [
        (HOUR, "for 1 h", "acknowledged 12m ago, until 13:00:00Z"),
        (NEXT_RUN, "until its next run", "acknowledged 12m ago, until its next run"),
        (GOOD, "for good", "acknowledged 12m ago, for good"),
    ],
)
def test_an_acknowledgement_in_words(kept: Acknowledgement, how: str, words: str) -> None:
    assert term(kept) == how
    assert acknowledgement_words(kept, at("12:12"), utc) == words


def done(moment: str, kept: Acknowledgement | None, key: AlarmKey = KEY) -> Acknowledged:
    return Acknowledged(at=at(moment), key=key, acknowledgement=kept)


def test_the_activity_tells_who_acknowledged_and_how_it_ended() -> None:
    store = store_with_billing()
    store.apply(done("12:00", HOUR), done("12:10", None))
    store.apply(done("12:00", HOUR), done("13:00", None))
    store.apply(done("13:01", None))
    store.apply(done("13:02", GOOD, KEY_KEY))
    assert lines(store) == [
        ("you", "acknowledged for 1 h"),
        ("you", "took the acknowledgement back"),
        ("you", "acknowledged for 1 h"),
        ("watch", "its acknowledgement is over"),
        ("you", "acknowledged for good"),
    ]
    assert [line.target for line in store.snapshot.activity[-2:]] == ["invoice-run", "k-1"]
    assert store.snapshot.activity[-1].namespace_id == "fn-1"


BAD = a_trigger(name="bad", last=at("11:00:02"), upcoming=at("12:15"))
WORSE = a_trigger(name="worse", last=at("11:00:02"), upcoming=at("12:30"))
FINE = a_trigger(name="fine", last=at("12:00:02"), upcoming=at("12:15"))
SOON = AccessKey(key_id="k-1", expires_at=NOON + timedelta(minutes=50))


def troubled() -> Store:
    store = store_with_billing()
    store.apply(triggers("12:00", BAD, WORSE, FINE), keys("12:00", SOON))
    return store


def test_what_is_acknowledged_is_counted_apart() -> None:
    store = troubled()
    before = summarise(store.snapshot, NOON)
    assert (before.missed, before.on_time, before.keys_expiring) == (2, 1, 1)
    assert count_acknowledged(store.snapshot, NOON) == 0
    bad, fine = TriggerKey("fn-1", "bad"), TriggerKey("fn-1", "fine")
    store.apply(done("12:00", GOOD, bad), done("12:00", GOOD, fine), done("12:00", HOUR, KEY_KEY))
    after = summarise(store.snapshot, NOON)
    assert (after.missed, after.on_time, after.keys_expiring) == (1, 1, 0)  # fine is fine
    assert count_acknowledged(store.snapshot, NOON) == 2
    assert after.next_expiry_at is None


def test_the_acknowledged_come_after_the_others_of_their_state() -> None:
    store = troubled()
    views = store.snapshot.namespaces.values()
    first = sorted(entries_of(views, NOON), key=by_urgency)
    assert [entry.key.name for entry in first] == ["bad", "worse", "fine"]
    known_ = {TriggerKey("fn-1", "bad")}
    then = sorted(entries_of(views, NOON, known_), key=by_urgency)
    assert [(e.key.name, e.is_acknowledged) for e in then] == [
        ("worse", False),
        ("bad", True),
        ("fine", False),
    ]


def test_what_can_be_acknowledged() -> None:
    snapshot = troubled().snapshot
    able: list[AlarmKey] = [TriggerKey("fn-1", "bad"), KEY_KEY]
    unable: list[AlarmKey] = [
        TriggerKey("fn-1", "fine"),
        TriggerKey("fn-1", "none"),
        TriggerKey("fn-2", "bad"),
        AccessKeyKey("fn-1", "none"),
    ]
    assert all(is_in_trouble(snapshot, key, NOON) for key in able)
    assert not any(is_in_trouble(snapshot, key, NOON) for key in unable)
    assert not is_in_trouble(snapshot, able[0], at("23:00"))  # read too long ago to be judged
    assert not is_in_trouble(snapshot, KEY_KEY, at("12:50"))  # it has expired
