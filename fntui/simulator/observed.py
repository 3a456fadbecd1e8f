"""What somebody who watched the simulated account earlier would have seen, with its gaps."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from fntui.simulator.account import draws
from fntui.simulator.account.account import Account
from fntui.simulator.account.objects import SimulatedTrigger
from fntui.simulator.cron import latest_slots

_WATCHED: Final = timedelta(days=14)  # since the first look
_AWAY: Final = (timedelta(hours=9), timedelta(hours=2))  # before now: nobody looked
_MOST: Final = 60  # slots of each trigger
_LATE: Final = 0.04  # of the runs
_MISSED: Final = 0.02

Seen = tuple[str, str, datetime, datetime | None]
"""Namespace id, name of the trigger, a slot, and when its run started; None: it never did."""


def observed(account: Account) -> Iterator[Seen]:
    """Yield the slots that were watched until now, without each trigger's last run."""
    account.catch_up()
    for namespace_id, namespace in account.namespaces.items():
        for trigger in namespace.triggers.values():
            for slot, run in _observed(account, trigger):
                yield namespace_id, trigger.name, slot, run


def _observed(
    account: Account, trigger: SimulatedTrigger
) -> Iterator[tuple[datetime, datetime | None]]:
    now, last = account.now(), trigger.firing.last_run_at
    if last is None:
        return
    for slot in latest_slots(trigger.firing.cron, last, _MOST + 1)[1:]:
        is_watched = slot > max(now - _WATCHED, trigger.created_at)
        if is_watched and not now - _AWAY[0] < slot < now - _AWAY[1]:
            yield slot, _run(account.seed, trigger.name, slot)


def _run(seed: int, name: str, slot: datetime) -> datetime | None:
    chance = draws.fraction(seed, "observed", name, slot.isoformat())
    if chance < _MISSED:
        return None
    delay_s = 1 + 4 * draws.fraction(seed, "observed delay", name, slot.isoformat())
    return slot + timedelta(seconds=round(delay_s + (40.0 if chance < _MISSED + _LATE else 0.0), 3))
