from datetime import timedelta

from fntui.clock import ManualClock
from fntui.simulator.account.seed import demo_account
from fntui.simulator.cron import latest_slots
from fntui.simulator.observed import Seen, observed


def seen_of(name: str) -> list[Seen]:
    return sorted(seen for seen in observed(demo_account(ManualClock())) if seen[1] == name)


def test_it_is_the_same_past_every_time() -> None:
    one, other = (list(observed(demo_account(ManualClock()))) for _ in range(2))
    assert one == other


def test_slots_are_those_of_the_cron_without_the_last_run() -> None:
    account = demo_account(ManualClock())
    account.catch_up()
    for namespace in account.namespaces.values():
        for name, trigger in namespace.triggers.items():
            slots = [slot for _, _, slot, _ in seen_of(name)]
            last = trigger.firing.last_run_at
            if last is None:
                assert not slots
                continue
            known = latest_slots(trigger.firing.cron, last, 61)
            assert {*slots} <= {*known[1:]}


def test_most_runs_were_on_time_some_late_and_few_missing() -> None:
    runs = [run and run - slot for _, _, slot, run in observed(demo_account(ManualClock()))]
    late = [delay for delay in runs if delay and delay > timedelta(seconds=15)]
    missing = [delay for delay in runs if delay is None]
    assert len(runs) > 300
    assert 0 < len(missing) < len(late) < len(runs) / 10


def test_nobody_looked_for_some_hours_and_before_a_fortnight() -> None:
    now = ManualClock().now()
    ages = [now - slot for _, _, slot, _ in seen_of("dunning")]
    assert all(age <= timedelta(hours=2) or age >= timedelta(hours=9) for age in ages)
    assert {age < timedelta(hours=9) for age in ages} == {True, False}
    oldest = max(now - slot for _, _, slot, _ in observed(demo_account(ManualClock())))
    assert timedelta(days=13) < oldest <= timedelta(days=14)
