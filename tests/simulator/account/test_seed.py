import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from fntui.clock import ManualClock
from fntui.simulator import operations
from fntui.simulator.account.account import Account
from fntui.simulator.account.objects import SimulatedTrigger
from fntui.simulator.account.seed import demo_account, sized_account
from fntui.simulator.cron import latest_slots

if TYPE_CHECKING:
    from fntui.simulator.checks import Json

START = datetime(2026, 11, 23, 14, 38, tzinfo=UTC)
# Every phase of a quarter of an hour and of a minute, and the turn of a year.
STARTS = [
    *(START + timedelta(seconds=97 * step) for step in range(12)),
    *(datetime(2027, 1, 1, 0, 0, second, tzinfo=UTC) for second in (0, 3, 14, 15, 59)),
    datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC),
]


def shown(account: Account) -> str:
    answers: list[Json] = [operations.list_namespaces(account)]
    for namespace_id in account.namespaces:
        answers.append(operations.list_triggers(account, namespace_id))
        answers.append(operations.list_access_keys(account, namespace_id))
    return json.dumps(answers)


def found(account: Account, name: str) -> SimulatedTrigger:
    account.catch_up()
    (trigger,) = (
        namespace.triggers[name]
        for namespace in account.namespaces.values()
        if name in namespace.triggers
    )
    return trigger


def owed(account: Account, name: str) -> list[float]:
    """Return the ages in seconds of the slots of ``name`` whose runs have not come."""
    trigger, now = found(account, name), account.clock.now()
    assert trigger.firing.last_run_at is not None
    slots = latest_slots(trigger.firing.cron, now, 10)
    return [(now - slot).total_seconds() for slot in slots if slot > trigger.firing.last_run_at]


def test_the_demo_is_the_same_for_the_same_clock_and_seed() -> None:
    assert shown(demo_account(ManualClock())) == shown(demo_account(ManualClock()))
    assert shown(demo_account(ManualClock())) != shown(demo_account(ManualClock(), seed=2))


def test_the_demo_has_five_namespaces_one_of_them_locked() -> None:
    namespaces = list(demo_account(ManualClock()).namespaces.values())
    assert [namespace.region for namespace in namespaces] == [
        *("nyc1", "fra1", "sfo3", "nyc3", "ams3")
    ]
    assert [namespace.label for namespace in namespaces[:4]] == [
        *("billing", "ingest", "reports", "staging")
    ]
    assert namespaces[4].namespace_id.startswith("ap-6f2c")
    assert sum(len(namespace.triggers) for namespace in namespaces) >= 20


@pytest.mark.parametrize("start", STARTS, ids=str)
def test_the_demo_shows_every_state_whenever_it_starts(start: datetime) -> None:
    account = demo_account(ManualClock(start))
    missed = [age for age in owed(account, "invoice-run") if age > 90]
    assert len(missed) in {2, 3}
    (late,) = owed(account, "pull-feed")
    assert 15 <= late < 75
    assert found(account, "quarterly").firing.last_run_at is None
    assert found(account, "quarterly").firing.next_run_at is not None
    assert found(account, "february-30").firing.next_run_at is None
    assert found(account, "year-end").firing.last_run_at is not None
    assert found(account, "year-end").firing.next_run_at is None
    for name in ("heartbeat", "dunning", "nightly", "nightly report/€ 100%", "app-cleanup"):
        assert all(age <= 5 for age in owed(account, name)), name


@pytest.mark.parametrize("start", STARTS, ids=str)
def test_the_demos_past_is_plausible(start: datetime) -> None:
    account = demo_account(ManualClock(start))
    account.catch_up()
    for namespace in account.namespaces.values():
        for trigger in namespace.triggers.values():
            last_run_at = trigger.firing.last_run_at or start
            assert namespace.created_at <= trigger.created_at <= trigger.updated_at <= start
            assert trigger.created_at <= last_run_at <= start, trigger.name
        for key in namespace.keys.values():
            assert namespace.created_at <= key.created_at <= start


async def test_the_demos_late_run_comes_before_it_counts_as_missed() -> None:
    clock = ManualClock()
    account = demo_account(clock)
    await clock.advance(26)
    assert owed(account, "pull-feed") == []


@pytest.mark.parametrize("start", STARTS, ids=str)
async def test_one_of_the_demos_triggers_misses_a_run_while_one_watches(start: datetime) -> None:
    clock = ManualClock(start)
    account = demo_account(clock)
    ages: list[float] = []
    while clock.monotonic() < 600:
        await clock.advance(10)
        ages.append(max(owed(account, "dedupe"), default=0))
    assert max(ages) > 90, "missed"
    assert ages[-1] < 10, "and on time again, within ten minutes"


async def test_within_a_minute_a_run_comes_by_itself() -> None:
    clock = ManualClock()
    account = demo_account(clock)
    before = found(account, "heartbeat").firing.last_run_at
    await clock.advance(65)
    assert found(account, "heartbeat").firing.last_run_at != before


def test_one_body_is_large_and_one_name_needs_escaping() -> None:
    account = demo_account(ManualClock())
    assert 15_000 < len(json.dumps(found(account, "ledger-export").body)) < 25_000
    assert found(account, "nightly report/€ 100%").body == {"currency": "€"}


def test_keys_with_and_without_expiry_one_of_them_today() -> None:
    account = demo_account(ManualClock())
    keys = [key for namespace in account.namespaces.values() for key in namespace.keys.values()]
    lifetimes = [key.expires_at - START for key in keys if key.expires_at is not None]
    assert min(lifetimes) == timedelta(hours=9)
    assert len(lifetimes) < len(keys)


def test_an_account_of_any_size_has_room_for_more() -> None:
    account = sized_account(ManualClock(), namespaces=12, triggers=7, keys=4)
    assert len(account.namespaces) == 12
    assert {len(namespace.triggers) for namespace in account.namespaces.values()} == {7}
    assert {len(namespace.keys) for namespace in account.namespaces.values()} == {4}
    operations.create_namespace(account, {"label": "one more", "region": "nyc1"})
    assert shown(account).count('"last_run_at": "2') == 12 * 7
