from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import structs

from fntui.api.models import AccessKey, Trigger
from fntui.core.health.acknowledgements import AlarmKey, hushed
from fntui.core.health.alarms import Alert, Needs, look, needs
from fntui.core.health.wording import shown_verdict
from fntui.core.model.events import Acknowledged, Fact, NamespaceRead, ReadFailed
from fntui.core.model.snapshot import (
    AccessKeyKey,
    Acknowledgement,
    Snapshot,
    State,
    TriggerKey,
    Verdict,
)
from tests.support.builders import NOON, a_trigger, at
from tests.support.made_facts import (
    KEY,
    PROBLEM,
    REPORTS,
    gone,
    keys,
    store_with_billing,
    triggers,
)

KEY_KEY = AccessKeyKey("fn-1", "k-1")
OTHER = TriggerKey("fn-1", "other")


def ran(last: str, upcoming: str, cron: str = "*/15 * * * *") -> Trigger:
    return a_trigger(cron, last=at(last), upcoming=at(upcoming))


def failed(moment: str, branch: str = "triggers") -> ReadFailed:
    return ReadFailed(at=at(moment), namespace_id="fn-1", branch=branch, problem=PROBLEM)


def known(
    moment: str, key: AlarmKey = KEY, *, hours: float = 0, with_run: bool = False
) -> Acknowledged:
    ends_at = at(moment) + timedelta(hours=hours) if hours else None
    kept = Acknowledgement(acknowledged_at=at(moment), ends_at=ends_at, ends_with_run=with_run)
    return Acknowledged(at=at(moment), key=key, acknowledgement=kept)


def taken_back(moment: str) -> Acknowledged:
    return Acknowledged(at=at(moment), key=KEY, acknowledgement=None)


class Watched:
    """A store that is looked at after all that happens."""

    def __init__(self) -> None:
        """Know a namespace, and nothing in it."""
        self.store = store_with_billing()
        self.alert = Alert()

    def look(
        self, moment: str | datetime, *facts: Fact, is_quiet: bool = False
    ) -> tuple[AlarmKey, ...]:
        """Return what it rings for once these facts are known."""
        self.store.apply(*facts)
        now = at(moment) if isinstance(moment, str) else moment
        self.alert, due = look(self.alert, self.store.snapshot, now, is_quiet=is_quiet)
        return due

    def needs(self, moment: str) -> Needs:
        """Count what needs a person."""
        return needs(self.store.snapshot, at(moment))


GOOD = triggers("12:04", ran("12:00:02", "12:15"))
LATE = triggers("12:15:20", ran("12:00:02", "12:30"))
MISSED = triggers("12:16:30", ran("12:00:02", "12:30"))
STILL = triggers("12:20", ran("12:00:02", "12:30"))
BACK = triggers("12:30:10", ran("12:30:03", "12:45"))
AGAIN = triggers("12:46:40", ran("12:30:03", "13:00"))


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def missing(watched: Watched) -> Watched:
    """One that has rung for the run of 12:15."""
    assert watched.look("12:04", GOOD) == ()
    assert watched.look("12:16:30", MISSED) == (KEY,)
    return watched


def test_a_missed_run_rings_once_until_there_is_another_trouble(watched: Watched) -> None:
    assert watched.look("12:04", GOOD) == ()
    assert watched.look("12:15:20", LATE) == ()
    assert watched.look("12:16:30", MISSED) == (KEY,)
    assert watched.look("12:16:31") == ()
    assert watched.look("12:20", STILL) == ()
    assert watched.look("12:31", triggers("12:31", ran("12:00:02", "12:45"))) == ()
    assert watched.look("12:32", triggers("12:32", ran("12:00:02", "12:45"))) == ()  # missed 2
    assert watched.needs("12:32") == Needs(missed=1)
    assert watched.look("12:45:10", triggers("12:45:10", ran("12:45:03", "13:00"))) == ()
    assert watched.needs("12:45:10") == Needs()
    assert watched.look("13:01:40", triggers("13:01:40", ran("12:45:03", "13:15"))) == (KEY,)


def test_what_the_first_reading_shows_does_not_ring_but_is_counted(watched: Watched) -> None:
    assert watched.look("12:20", STILL) == ()
    assert watched.look("12:25", triggers("12:25", ran("12:00:02", "12:30"))) == ()
    assert watched.needs("12:25") == Needs(missed=1)


def test_two_readings_between_two_looks_are_no_first_one(watched: Watched) -> None:
    assert watched.look("12:16:30", GOOD, MISSED) == (KEY,)


def test_time_alone_rings_for_nothing(watched: Watched) -> None:
    assert watched.look("12:04", GOOD) == ()
    assert watched.look("12:18") == ()
    assert watched.look("15:00") == ()
    assert watched.needs("15:00") == Needs(stale=1)


def test_every_minute_it_takes_two_misses_in_a_row(watched: Watched) -> None:
    def minutely(last: str, upcoming: str) -> Trigger:
        return ran(last, upcoming, "* * * * *")

    assert watched.look("12:00:10", triggers("12:00:10", minutely("12:00:02", "12:01"))) == ()
    assert watched.look("12:01:46", triggers("12:01:46", minutely("12:00:02", "12:02"))) == ()
    assert watched.needs("12:01:46") == Needs(missed=1)  # as the board says
    assert watched.look("12:02:46", triggers("12:02:46", minutely("12:00:02", "12:03"))) == (KEY,)


def test_a_stalled_trigger_rings_once(watched: Watched) -> None:
    def standing(moment: str) -> Fact:
        return triggers(moment, ran("12:00:02", "12:15"))

    assert watched.look("12:04", standing("12:04")) == ()
    assert watched.look("12:16:31", standing("12:16:31")) == (KEY,)
    assert watched.look("12:20", standing("12:20")) == ()
    assert watched.needs("12:20") == Needs(stalled=1)


def test_nothing_rings_while_its_branch_can_not_be_judged(watched: Watched) -> None:
    assert watched.look("12:04", GOOD) == ()
    trouble = [failed("12:16:31")] * 3
    assert watched.look("12:16:31", MISSED, *trouble) == ()
    assert watched.needs("12:16:31") == Needs(stale=1)
    assert watched.look("12:16:32") == ()
    assert watched.look("12:20", STILL) == (KEY,)
    assert watched.look("12:20:01") == ()


def test_an_outage_does_not_ring_twice(missing: Watched) -> None:
    assert missing.look("12:17", *[failed("12:17")] * 3) == ()
    assert missing.look("12:20", STILL) == ()


@pytest.mark.parametrize("end", [BACK, gone("12:30:10")], ids=["ran", "gone"])
def test_what_is_over_before_it_could_be_told_is_not_told(watched: Watched, end: Fact) -> None:
    watched.look("12:04", GOOD)
    assert watched.look("12:16:30", MISSED, is_quiet=True) == ()
    assert watched.look("12:30:10", end) == ()
    assert watched.look("12:30:11") == ()


def test_what_arises_in_the_quiet_after_a_bell_is_told_together(watched: Watched) -> None:
    def both(moment: str) -> Fact:
        first = ran("12:00:02", "12:30")
        return triggers(moment, first, structs.replace(first, name="other"))

    soon = AccessKey(key_id="k-1", expires_at=at("13:16:35"))
    watched.look("12:04", both("12:04"), keys("12:04", soon))
    assert watched.look("12:16:30", both("12:16:30"), is_quiet=True) == ()
    assert watched.look("12:16:35", is_quiet=True) == ()
    assert watched.look("12:16:40") == (KEY, OTHER, KEY_KEY)
    assert watched.look("12:16:41") == ()


def test_no_slot_rings_twice_whatever_a_reading_says_between(missing: Watched) -> None:
    snapshot = missing.store.snapshot

    def with_verdict(verdict: Verdict) -> Snapshot:
        namespace = snapshot.namespaces["fn-1"]
        view = structs.replace(namespace.triggers["invoice-run"], verdict=verdict)
        changed = structs.replace(namespace, triggers={"invoice-run": view})
        return structs.replace(snapshot, namespaces={"fn-1": changed})

    old = snapshot.namespaces["fn-1"].triggers["invoice-run"].verdict
    fine = structs.replace(old, state=State.ON_TIME, owed=())
    alert, due = look(missing.alert, with_verdict(fine), at("12:17"))
    assert due == ()
    alert, due = look(alert, with_verdict(old), at("12:18"))
    assert due == ()
    assert alert.pending == frozenset()


# Access keys


def expiring(moment: str, at_: str = "13:30") -> Fact:
    return keys(moment, AccessKey(key_id="k-1", expires_at=at(at_)))


def test_an_access_key_rings_once_as_it_comes_within_the_hour(watched: Watched) -> None:
    assert watched.look("12:00", expiring("12:00")) == ()
    assert watched.look("12:29:59") == ()
    assert watched.needs("12:29:59") == Needs()
    assert watched.look("12:30") == (KEY_KEY,)
    assert watched.needs("12:30") == Needs(keys_expiring=1)
    assert watched.look("12:31", expiring("12:31")) == ()
    assert watched.look("13:30") == ()
    assert watched.needs("13:30") == Needs()


def test_an_access_key_first_seen_within_its_hour_is_no_news(watched: Watched) -> None:
    assert watched.look("12:45", expiring("12:45")) == ()
    assert watched.look("12:46") == ()
    assert watched.needs("12:46") == Needs(keys_expiring=1)


def test_an_access_key_whose_hour_is_over_rings_again(watched: Watched) -> None:
    watched.look("12:00", expiring("12:00"))
    assert watched.look("12:31", known("12:31", KEY_KEY, hours=0.5)) == ()
    assert watched.look("13:00:30", expiring("13:00")) == ()
    assert watched.look("13:01") == (KEY_KEY,)


def test_an_access_key_that_never_expires_is_quiet(watched: Watched) -> None:
    watched.look("12:00", keys("12:00", AccessKey(key_id="k-1", expires_at=None)))
    assert watched.look("23:00") == ()


def test_an_access_key_waits_while_keys_can_not_be_read(watched: Watched) -> None:
    watched.look("12:00", expiring("12:00"))
    assert watched.look("12:30", failed("12:20", "access keys")) == ()
    assert watched.look("12:40", expiring("12:40")) == (KEY_KEY,)


def test_an_access_key_deleted_meanwhile_does_not_ring(watched: Watched) -> None:
    watched.look("12:00", expiring("12:00"))
    watched.look("12:30", is_quiet=True)
    assert watched.look("12:32", keys("12:31"), keys("12:32")) == ()


def test_a_namespace_that_came_just_now_has_no_news(watched: Watched) -> None:
    watched.look("12:00", expiring("12:00"))
    made = NamespaceRead(at=at("12:05"), namespace=REPORTS)
    assert watched.look("12:05", made) == ()


# Acknowledgements


def test_what_is_acknowledged_neither_rings_nor_counts(watched: Watched) -> None:
    watched.look("12:04", GOOD, expiring("12:04"))
    watched.look("12:05", known("12:05"), known("12:05", KEY_KEY))
    assert watched.look("12:16:30", MISSED) == ()
    assert watched.look("12:40", triggers("12:40", ran("12:00:02", "12:45"))) == ()
    assert watched.needs("12:40") == Needs()


def test_an_hour_that_ends_rings_anew_if_the_trouble_goes_on(missing: Watched) -> None:
    assert missing.look("12:17", known("12:17", hours=1)) == ()
    assert missing.needs("12:17") == Needs()
    assert missing.look("13:16", triggers("13:16", ran("12:00:02", "13:30"))) == ()
    assert missing.look("13:17") == (KEY,)
    assert missing.look("13:17:01") == ()
    assert missing.needs("13:17:01") == Needs(missed=1)


def test_an_hour_that_ends_reminds_of_what_was_missed_before_the_first_reading(
    watched: Watched,
) -> None:
    watched.look("12:20", STILL)
    watched.look("12:21", known("12:21", hours=1))
    watched.look("13:20", triggers("13:20", ran("12:00:02", "13:30")))
    assert watched.look("13:21") == (KEY,)
    assert watched.look("13:22", triggers("13:22", ran("12:00:02", "13:30"))) == ()


def test_an_hour_that_ends_in_good_health_is_silent(missing: Watched) -> None:
    missing.look("12:17", known("12:17", hours=1))
    missing.look("12:30:10", BACK)
    assert missing.look("13:17") == ()


def test_an_hour_that_ends_in_an_outage_rings_after_it(missing: Watched) -> None:
    missing.look("12:17", known("12:17", hours=1))
    assert missing.look("13:17", *[failed("13:00")] * 3) == ()
    assert missing.look("13:20", triggers("13:20", ran("12:00:02", "13:30"))) == (KEY,)


def test_an_hour_that_ended_before_the_first_look_is_silent(watched: Watched) -> None:
    assert watched.look("13:20", known("12:00", hours=1)) == ()
    assert watched.look("13:21", triggers("13:21", ran("12:00:02", "13:30"))) == ()


def test_the_next_run_ends_it_and_the_next_missed_one_rings(missing: Watched) -> None:
    missing.look("12:17", known("12:17", with_run=True))
    assert missing.look("12:30:10", BACK) == ()
    assert missing.look("12:46:40", AGAIN) == (KEY,)


def test_taking_it_back_does_not_ring_but_counts(missing: Watched) -> None:
    missing.look("12:17", known("12:17"))
    assert missing.look("12:18", taken_back("12:18")) == ()
    assert missing.needs("12:18") == Needs(missed=1)


# In words


@pytest.mark.parametrize(
    ("needs_", "words"),
    [
        (Needs(), ""),
        (Needs(missed=2), "2 missed"),
        (Needs(missed=2, stalled=1, keys_expiring=1), "2 missed, 1 stalled, 1 key expires"),
        (Needs(keys_expiring=2, stale=3), "2 keys expire, 3 stale"),
    ],
)
def test_what_needs_a_person_in_words(needs_: Needs, words: str) -> None:
    assert needs_.words == words


def test_an_hour_that_ends_before_the_first_reading_does_not_ring() -> None:
    watched = Watched()
    watched.look("11:00", known("11:00", hours=1))
    assert watched.look("12:16", triggers("12:16", ran("11:45:02", "12:30"))) == ()


def test_what_is_missed_after_a_run_rings_although_nobody_saw_it_on_time(
    missing: Watched,
) -> None:
    ran_between = triggers("13:17", ran("12:45:02", "13:30"))
    assert missing.look("13:17", ran_between) == (KEY,)


# Whatever happens

_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["run", "no run", "fail", "know", "hour", "next", "back", "wait"]),
        st.integers(1, 400),
        st.booleans(),
    ),
    max_size=40,
)


@given(_STEPS)
# What was known before the first reading, and is so no longer.
@example([("fail", 1, False), ("hour", 30, False), ("no run", 359, False), ("wait", 1, False)])
# What runs out while alarms are held back, and so rings a step later.
@example([("hour", 31, False), ("no run", 359, False), ("back", 1, True), ("back", 1, False)])
@example([("hour", 31, False), ("no run", 359, False), ("wait", 1, True), ("wait", 1, False)])
def test_whatever_happens_no_bell_is_false(steps: list[tuple[str, int, bool]]) -> None:
    watched, now, last = Watched(), NOON, at("12:00:02")
    rung: set[datetime] = set()
    over: frozenset[AlarmKey] = frozenset()  # acknowledgements that ended and have not rung since
    for step, seconds, is_quiet in steps:
        now += timedelta(seconds=seconds)
        slot = now.replace(minute=now.minute - now.minute % 5, second=0)
        last = max(last, slot + timedelta(seconds=2)) if step == "run" else last
        before = hushed(watched.store.snapshot, now - timedelta(seconds=seconds))
        facts = _facts(step, now, last, slot + timedelta(minutes=5))
        due = watched.look(now, *facts, is_quiet=is_quiet)
        assert not (due and is_quiet)
        after = hushed(watched.store.snapshot, now)
        over = (over | (before - after)) - after
        for key in due:
            _check(watched.store.snapshot, key, now)
            if key in over:
                rung.clear()  # it may ring again
            else:
                _check_is_news(watched.store.snapshot, key)
            told = watched.alert.told.get(key)
            assert told not in rung
            rung |= {told} if told else set()
        over &= watched.alert.pending  # only what is held back may still ring for that reason
        assert is_quiet or watched.look(now) == ()


def _facts(step: str, now: datetime, last: datetime, upcoming: datetime) -> list[Fact]:
    clock = f"{now:%H:%M:%S}"
    read = triggers("12:00", a_trigger("*/5 * * * *", last=last, upcoming=upcoming))
    facts: dict[str, list[Fact]] = {
        "run": [structs.replace(read, at=now)],
        "no run": [structs.replace(read, at=now)],
        "fail": [failed(clock)] * 3,
        "know": [known(clock)],
        "hour": [known(clock, hours=0.1)],
        "next": [known(clock, with_run=True)],
        "back": [taken_back(clock)],
    }
    return facts.get(step, [])


def _check(snapshot: Snapshot, key: AlarmKey, now: datetime) -> None:
    assert key not in hushed(snapshot, now)
    assert isinstance(key, TriggerKey)
    view = snapshot.trigger(key)
    assert view is not None
    reading = snapshot.namespaces[key.namespace_id].triggers_reading
    assert shown_verdict(view, reading, now).state in {State.MISSED, State.STALLED}


def _check_is_news(snapshot: Snapshot, key: AlarmKey) -> None:
    """Make sure that it is not just what the first reading shows."""
    assert isinstance(key, TriggerKey)
    view = snapshot.trigger(key)
    assert view is not None
    first = view.verdict.watched_from
    checked = view.verdict.checked_at
    assert first is not None
    assert checked is not None
    assert first < checked
