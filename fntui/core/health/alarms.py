"""When to call a person, and for what: never at a first reading, never twice for the same slot.

Triggers alarm by what readings prove. An access key alarms by the server's time, since its expiry
is a fact and no conclusion; but not while its namespace's keys can't be read.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct, structs

from fntui.api.models import AccessKey
from fntui.core.health.acknowledgements import AlarmKey, hushed
from fntui.core.health.board import count_states, standings
from fntui.core.health.owed import alarming_slots, should_ring
from fntui.core.health.summary import expiring_within
from fntui.core.health.wording import is_stale
from fntui.core.model.snapshot import (
    AccessKeyKey,
    Snapshot,
    State,
    TriggerKey,
    TriggerView,
    last_run_at,
)

_NOTICE: Final = timedelta(hours=1)  # before its expiry, in which an access key alarms
_ALARMS: Final = frozenset({State.MISSED, State.STALLED})
_ECHO: Final = timedelta(minutes=5)


class Alert(Struct, frozen=True, kw_only=True):
    """What is remembered from one look at the account to the next.

    Attributes:
        seen: What was known at the last look.
        looked_at: Its moment, server time; None: there was none.
        pending: What is to be told, but could not be yet.
        told: The newest slot that the bell was rung for; of an access key, its expiry.
        rang_at: When it was rung for a trigger last, server time; None: it was not.
        ran_at: The newest run of the account that had been seen by then; None: there was none.
    """

    seen: Snapshot = Snapshot()
    looked_at: datetime | None = None
    pending: frozenset[AlarmKey] = frozenset()
    told: dict[AlarmKey, datetime] = {}
    rang_at: datetime | None = None
    ran_at: datetime | None = None


def look(
    alert: Alert, snapshot: Snapshot, now: datetime, *, is_quiet: bool = False
) -> tuple[Alert, tuple[AlarmKey, ...]]:
    """Return what to remember, and what to call a person for now.

    Args:
        alert: What the last look at this account returned.
        snapshot: What is known now.
        now: Server time.
        is_quiet: The bell was rung a moment ago: what arises waits.
    """
    again = _let_go(alert, now)
    told = {key: at for key, at in alert.told.items() if key not in again}
    known = hushed(snapshot, now)
    pending = frozenset(
        key
        for key in alert.pending | again | frozenset(_arising(alert, snapshot, now))
        if key not in known and _lasts(snapshot, key, now) and _is_news(snapshot, key, told)
    )
    due = [] if is_quiet else [key for key in pending if _is_sure(snapshot, key, now)]
    if any(isinstance(key, TriggerKey) for key in due):
        if _is_echo(alert, snapshot, now):
            due = [key for key in due if not isinstance(key, TriggerKey)]
        else:
            alert = structs.replace(alert, rang_at=now, ran_at=_newest_run(snapshot))
    told |= {key: at for key in due if (at := _moment(snapshot, key)) is not None}
    rest = pending.difference(due)
    return (
        structs.replace(alert, seen=snapshot, looked_at=now, pending=rest, told=told),
        tuple(sorted(due, key=_place)),
    )


def _is_echo(alert: Alert, snapshot: Snapshot, now: datetime) -> bool:
    """Return True while not one run was seen in the account since the bell.

    What is missed then is the same trouble: of a scheduler that stopped, or of an API that shows
    runs late. It rings once a run is seen, or some minutes have passed, if it is missed still.
    """
    return (
        alert.rang_at is not None
        and timedelta() <= now - alert.rang_at < _ECHO
        and alert.ran_at is not None
        and _newest_run(snapshot) == alert.ran_at
    )


def _newest_run(snapshot: Snapshot) -> datetime | None:
    views = (view for space in snapshot.namespaces.values() for view in space.triggers.values())
    return max(filter(None, map(last_run_at, views)), default=None)


def _let_go(alert: Alert, now: datetime) -> frozenset[AlarmKey]:
    """Return whose acknowledgement reached its end since the last look: the bell rings anew."""
    since = alert.looked_at
    return frozenset(
        key
        for key, kept in alert.seen.acknowledged.items()
        if since is not None
        and kept.ends_at is not None
        and since < kept.ends_at <= now
        and _was_read(alert.seen, key)
    )


def _was_read(snapshot: Snapshot, key: AlarmKey) -> bool:
    """Return True for what has had a reading: what the first one shows never rings."""
    if isinstance(key, AccessKeyKey):
        return snapshot.access_key(key) is not None
    view = snapshot.trigger(key)
    return view is not None and view.verdict.checked_at is not None


def _arising(alert: Alert, snapshot: Snapshot, now: datetime) -> Iterator[AlarmKey]:
    """Yield what is alarming now and was not at the last look."""
    for namespace_id, view in snapshot.namespaces.items():
        before = alert.seen.namespaces.get(namespace_id)
        known = before.triggers if before else {}
        if known is not view.triggers:
            for name, trigger in view.triggers.items():
                if trigger is not known.get(name) and should_ring(known.get(name), trigger):
                    yield TriggerKey(namespace_id, name)
    for at, key in expiring_within(snapshot, now, _NOTICE):
        since = alert.looked_at
        was_far = since is not None and not since < at <= since + _NOTICE
        if was_far and alert.seen.access_key(key) is not None:
            yield key


def _expires_soon(key: AccessKey, now: datetime) -> bool:
    at = key.expires_at
    return isinstance(at, datetime) and at - _NOTICE <= now < at


def _lasts(snapshot: Snapshot, key: AlarmKey, now: datetime) -> bool:
    """Return True while the newest reading shows the trouble."""
    if isinstance(key, TriggerKey):
        view = snapshot.trigger(key)
        return view is not None and view.verdict.state in _ALARMS
    access_key = snapshot.access_key(key)
    return access_key is not None and _expires_soon(access_key, now)


def _is_sure(snapshot: Snapshot, key: AlarmKey, now: datetime) -> bool:
    """Return True where what was read may be taken for the present."""
    namespace = snapshot.namespaces[key.namespace_id]
    if isinstance(key, AccessKeyKey):
        return namespace.access_keys_reading.problem is None
    view = namespace.triggers[key.name]
    if is_stale(view.verdict.checked_at, namespace.triggers_reading, now):
        return False
    return snapshot.lag is None or _outlasts(view, snapshot.lag.grace_s(now))


def _outlasts(view: TriggerView, grace_s: float) -> bool:
    """Return True where what is missed was so by a reading made after a grace learned since."""
    slots, checked_at = alarming_slots(view), view.verdict.checked_at
    return bool(slots and checked_at and (checked_at - slots[0]).total_seconds() >= grace_s)


def _moment(snapshot: Snapshot, key: AlarmKey) -> datetime | None:
    """Return the newest slot that is worth a bell; of an access key, its expiry."""
    if isinstance(key, TriggerKey):
        view = snapshot.trigger(key)
        return max(alarming_slots(view), default=None) if view else None
    access_key = snapshot.access_key(key)
    at = access_key.expires_at if access_key else None
    return at if isinstance(at, datetime) else None


def _is_news(snapshot: Snapshot, key: AlarmKey, told: dict[AlarmKey, datetime]) -> bool:
    at = _moment(snapshot, key)
    return key not in told or (at is not None and at > told[key])


def _place(key: AlarmKey) -> tuple[bool, str, str]:
    """Return what sorts triggers before access keys."""
    if isinstance(key, TriggerKey):
        return False, key.namespace_id, key.name
    return True, key.namespace_id, key.key_id


class Needs(Struct, frozen=True, kw_only=True):
    """How much needs a person now that nobody acknowledged.

    Attributes:
        keys_expiring: Access keys that expire within the hour.
        stale: Namespaces whose triggers were read too long ago to be judged.
    """

    missed: int = 0
    stalled: int = 0
    keys_expiring: int = 0
    stale: int = 0

    @property
    def words(self) -> str:
        """Say it: "2 missed, 1 key expires"; ``""`` for nothing."""
        counts = (
            (self.missed, "missed"),
            (self.stalled, "stalled"),
            (self.keys_expiring, "key expires" if self.keys_expiring == 1 else "keys expire"),
            (self.stale, "stale"),
        )
        return ", ".join(f"{count} {word}" for count, word in counts if count)


def needs(snapshot: Snapshot, now: datetime) -> Needs:
    """Count what needs a person at ``now``, server time."""
    account = standings(snapshot, now)
    states = count_states(account)
    views = snapshot.namespaces.values()
    expiring = (key for _, key in expiring_within(snapshot, now, _NOTICE))
    return Needs(
        missed=states[State.MISSED],
        stalled=states[State.STALLED],
        keys_expiring=sum(key not in account.hushed for key in expiring),
        stale=sum(is_stale(v.triggers_reading.read_at, v.triggers_reading, now) for v in views),
    )
