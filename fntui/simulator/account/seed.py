"""Accounts to start with: the demo's, and larger ones by size and seed."""

from datetime import datetime, timedelta
from typing import Final

from fntui.clock import Clock
from fntui.simulator.account import draws
from fntui.simulator.account.account import Account, Limits
from fntui.simulator.account.past import TriggerPast, add_key, add_namespace, add_trigger
from fntui.simulator.checks import REGIONS, Json
from fntui.simulator.cron import latest_slots, next_slot

_APP_ID: Final = "ap-6f2c1d0e-84b7-4c55-9a3e-d2f07b61e94a"
_CRONS: Final = (
    *("* * * * *", "*/5 * * * *", "*/15 * * * *", "0 * * * *", "20 */6 * * *"),
    *("30 2 * * *", "45 7 * * MON-FRI", "0 6 * * SUN", "0 4 1 * *", "0 3 1 1 *"),
)


def demo_account(clock: Clock, seed: int = 1) -> Account:
    """Return an account that shows everything: every state, some of them while one watches."""
    account = Account(clock, seed)
    now = account.now()
    triggers_by_namespace = (
        (add_namespace(account, "billing", "nyc1", 1500), _billing(now)),
        (add_namespace(account, "ingest", "fra1", 410), _ingest(now)),
        (add_namespace(account, "reports", "sfo3", 482), _reports()),
        (add_namespace(account, "staging", "nyc3", 391), _staging()),
        (add_namespace(account, _APP_ID, "ams3", 377, _APP_ID), _app_platform()),
    )
    for namespace, triggers in triggers_by_namespace:
        for trigger in triggers:
            add_trigger(account, namespace, trigger)
    billing, ingest, reports, staging, _ = account.namespaces.values()
    add_key(account, billing, "ci-deploy", days=212)
    add_key(account, billing, "contractor", days=6.625, hours_left=9)
    add_key(account, ingest, "edge-collector", days=61, hours_left=29 * 24)
    add_key(account, reports, "dashboard", days=330, hours_left=90 * 24)
    add_key(account, staging, "preview", days=24, hours_left=6 * 24)
    add_key(account, staging, "mcp-do-assistant", days=12)
    return account


def sized_account(
    clock: Clock, namespaces: int, triggers: int, keys: int, seed: int = 1
) -> Account:
    """Return an account of any size, with room for ten more of each kind.

    Args:
        clock: The account's.
        namespaces: How many.
        triggers: How many in each namespace.
        keys: How many in each namespace; every third never expires.
        seed: Decides crons, ids and past.
    """
    limits = Limits(namespaces + 10, triggers + 10, namespaces * keys + 10)
    account = Account(clock, seed, limits)
    for number in range(namespaces):
        namespace = add_namespace(
            account, f"namespace-{number:03}", REGIONS[number % len(REGIONS)], 400
        )
        for serial in range(triggers):
            chance = draws.fraction(seed, "cron", number, serial)
            cron = _CRONS[int(chance * len(_CRONS))]
            name, function = f"trigger-{serial:03}", f"package-{serial % 5}/function-{serial:03}"
            add_trigger(account, namespace, TriggerPast(name=name, function=function, cron=cron))
        for serial in range(keys):
            hours_left = None if serial % 3 == 0 else 24.0 * (serial + 1)
            add_key(account, namespace, f"key-{serial:03}", days=30, hours_left=hours_left)
    return account


def _billing(now: datetime) -> tuple[TriggerPast, ...]:
    return (
        _missed("invoice-run", "money/invoice", {"account": "all", "dry_run": False}, now),
        TriggerPast("dunning", "money/dunning", "0 * * * *", {"grace_days": 14}),
        TriggerPast("year-end", "money/close", "0 3 1 1 *", paused_days=41),
        TriggerPast("card-expiry", "money/cards", "30 7 * * MON-FRI", {"within_days": 30}),
        TriggerPast("ledger-export", "money/ledger", "15 1 * * *", _large_body()),
    )


def _ingest(now: datetime) -> tuple[TriggerPast, ...]:
    return (
        _late("pull-feed", "etl/pull", {"feed": "partners", "since": None}, now),
        TriggerPast("heartbeat", "ops/ping", "* * * * *"),
        # On time once more, then a slot that is missed, then on time again: within ten minutes.
        TriggerPast("dedupe", "etl/dedupe", "*/3 * * * *", script=(0.0, 0.0, None)),
        TriggerPast("webhook-retry", "etl/retry", "* * * * *", {"max_attempts": 8}),
        TriggerPast("compact", "etl/compact", "20 */6 * * *"),
        TriggerPast("geoip-refresh", "etl/geoip", "0 5 * * WED", {"source": "mirror"}),
    )


def _reports() -> tuple[TriggerPast, ...]:
    return (
        TriggerPast("nightly", "reports/nightly", "0 2 * * *"),
        TriggerPast("nightly report/€ 100%", "reports/nightly", "45 3 * * *", {"currency": "€"}),
        TriggerPast("quarterly", "reports/quarter", "0 6 1 1,4,7 *", has_run=False),
        TriggerPast("weekly", "reports/weekly", "0 8 * * MON", {"to": ["board", "sales"]}),
        TriggerPast("month-end", "reports/month", "0 4 1 * *"),
        TriggerPast("sales-board", "reports/sales", "*/30 9-17 * * 1-5"),
    )


def _staging() -> tuple[TriggerPast, ...]:
    return (
        TriggerPast("smoke", "ops/smoke", "* * * * *", {"host": "staging.example"}),
        TriggerPast("load-test", "ops/load", "0 0 * * SAT", {"users": 500}, paused_days=19),
        TriggerPast("old-import", "hello", "*/10 * * * *", paused_days=3.2),
        TriggerPast("february-30", "money/close", "0 0 30 2 *"),
    )


def _app_platform() -> tuple[TriggerPast, ...]:
    return (TriggerPast("app-cleanup", "app/cleanup", "0 */4 * * *"),)


def _missed(name: str, function: str, body: Json, now: datetime) -> TriggerPast:
    """Return a trigger whose last two slots were missed, whenever ``now`` is.

    A slot so near that it would be judged, or would mend all, under one's eyes is missed as well.
    """
    cron = "*/15 * * * *"
    just_passed = latest_slots(cron, now - timedelta(minutes=2), 1) != latest_slots(cron, now, 1)
    is_coming = next_slot(cron, now + timedelta(minutes=5)) != next_slot(cron, now)
    slots_back = 2 + just_passed
    script = (None,) * (slots_back + is_coming)
    return TriggerPast(name, function, cron, body, slots_back=slots_back, script=script)


def _late(name: str, function: str, body: Json, now: datetime) -> TriggerPast:
    """Return a trigger whose last slot, and every other from then on, has its run 80 s late."""
    # Less than 15 s after its slot a run is not late yet, and 90 s after it has been missed.
    slot = (now - timedelta(seconds=15)).replace(second=0)
    cron = f"{slot.minute % 5}-59/5 * * * *"
    return TriggerPast(name, function, cron, body, script=(80.0, 0.0) * 100)


def _large_body() -> Json:
    """Return some 20 kB."""
    accounts = [
        {"account": f"acct-{number:04}", "currency": "EUR", "cost_centres": [number, number + 7]}
        for number in range(260)
    ]
    return {"format": "csv", "separator": ";", "accounts": accounts}
