"""Objects with a past: made long before now, with the runs they would have had since."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fntui.simulator.account import draws
from fntui.simulator.account.account import Account
from fntui.simulator.account.objects import SimulatedNamespace, SimulatedTrigger
from fntui.simulator.checks import Details, Json, TriggerDraft
from fntui.simulator.cron import latest_slots


@dataclass(frozen=True, slots=True)
class TriggerPast:
    """A trigger that has existed for a while.

    Attributes:
        name: Unique in its namespace.
        function: What it fires.
        cron: Five fields, valid.
        body: Sent to the function.
        paused_days: For how many days it has been paused; None: it is enabled.
        has_run: False: it was made after the last slot that its cron names.
        slots_back: How many slots before now its script begins.
        script: What became, and will become, of the slots from there on: seconds of delay, or None
            for a run that is missed. Slots beyond it are on time.
    """

    name: str
    function: str
    cron: str
    body: Json | None = None
    paused_days: float | None = None
    has_run: bool = True
    slots_back: int = 1
    script: tuple[float | None, ...] = ()


def add_namespace(
    account: Account, label: str, region: str, days: float, namespace_id: str | None = None
) -> SimulatedNamespace:
    """Add a namespace that is ``days`` old."""
    namespace = account.add_namespace(label, region, namespace_id)
    namespace.created_at -= timedelta(days=days)
    return namespace


def add_key(
    account: Account,
    namespace: SimulatedNamespace,
    name: str,
    *,
    days: float,
    hours_left: float | None = None,
) -> None:
    """Add an access key that is ``days`` old; without ``hours_left`` it never expires."""
    lifetime = None if hours_left is None else timedelta(hours=hours_left)
    key = account.add_key(namespace, name, lifetime)
    key.created_at -= timedelta(days=days)
    key.updated_at = key.created_at


def add_trigger(account: Account, namespace: SimulatedNamespace, past: TriggerPast) -> None:
    """Add a trigger with its past."""
    details = Details(past.cron, past.body)
    draft = TriggerDraft(past.name, past.function, is_enabled=True, details=details)
    trigger = account.add_trigger(namespace, draft)
    stopped_at = account.now() - timedelta(days=past.paused_days or 0)
    slots = latest_slots(past.cron, stopped_at, past.slots_back + 2)
    if past.has_run:
        _live(account, trigger, past, slots[-1] if slots else stopped_at)
    else:
        # Made after the last slot, and so without a run.
        trigger.created_at = max(slots[0] + timedelta(seconds=1), stopped_at - timedelta(days=20))
        trigger.updated_at = trigger.created_at
    trigger.firing.catch_up(stopped_at)
    if past.paused_days is not None:
        trigger.is_enabled, trigger.updated_at = False, stopped_at
        trigger.firing.restart(stopped_at, is_enabled=False)


def _live(account: Account, trigger: SimulatedTrigger, past: TriggerPast, since: datetime) -> None:
    """Let ``trigger`` be made long before the slot ``since``, and go on with those after it."""
    age_days = 30 + 300 * draws.fraction(account.seed, "age", past.name)
    age = timedelta(seconds=round(age_days * 86_400))
    edit = age * draws.fraction(account.seed, "edit", past.name)
    trigger.created_at, trigger.updated_at = since - age, since - age + edit
    # The first slot after it is on time in any case: the script begins with the next one.
    trigger.firing.script.extend((0.0, *past.script) if past.script else ())
    trigger.firing.restart(since, is_enabled=True)
