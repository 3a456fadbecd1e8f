"""The counts of the header, and the access keys that expire soon."""

from bisect import bisect_right
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final

from msgspec import Struct

from fntui.api.models import AccessKey
from fntui.core.health.acknowledgements import AlarmKey, hushed
from fntui.core.health.board import count_states, standings
from fntui.core.health.wording import is_problem, shown_verdict
from fntui.core.model.snapshot import AccessKeyKey, NamespaceView, Snapshot, State, TriggerKey
from fntui.humanize import ago
from fntui.memo import derived

_SOON: Final = timedelta(days=3)


Expiry = tuple[datetime, AccessKeyKey]
"""When which access key expires."""

_MOMENT: Final = itemgetter(0)


class Summary(Struct, frozen=True, kw_only=True):
    """How many triggers are in which state, and which access keys expire soon.

    Attributes:
        keys_expiring: Access keys that expire within three days.
        next_expiry_at: When the first of them does; None where there is none.
    """

    missed: int = 0
    late: int = 0
    stalled: int = 0
    on_time: int = 0
    paused: int = 0
    unknown: int = 0
    never_ran: int = 0
    wont_run: int = 0
    keys_expiring: int = 0
    next_expiry_at: datetime | None = None


def summarise(snapshot: Snapshot, now: datetime) -> Summary:
    """Count what the snapshot shows at ``now``, server time, without what was acknowledged."""
    account = standings(snapshot, now)
    states = count_states(account)
    expiries = [
        at for at, key in expiring_within(snapshot, now, _SOON) if key not in account.hushed
    ]
    return Summary(
        missed=states[State.MISSED],
        late=states[State.LATE],
        stalled=states[State.STALLED],
        on_time=states[State.ON_TIME],
        paused=states[State.PAUSED],
        unknown=states[State.UNKNOWN],
        never_ran=states[State.NEVER_RAN],
        wont_run=states[State.WONT_RUN],
        keys_expiring=len(expiries),
        next_expiry_at=expiries[0] if expiries else None,
    )


def count_acknowledged(snapshot: Snapshot, now: datetime) -> int:
    """Return how many triggers and access keys are in trouble that a person knows of."""
    return sum(is_in_trouble(snapshot, key, now) for key in hushed(snapshot, now))


def is_in_trouble(snapshot: Snapshot, key: AlarmKey, now: datetime) -> bool:
    """Return True for what can be acknowledged: a problem, an access key that expires soon."""
    namespace = snapshot.namespaces.get(key.namespace_id)
    if namespace is None:
        return False
    if isinstance(key, TriggerKey):
        view = namespace.triggers.get(key.name)
        return view is not None and is_problem(
            shown_verdict(view, namespace.triggers_reading, now).state
        )
    access_key = namespace.access_keys.get(key.key_id)
    return access_key is not None and expires_soon(access_key, now)


def expires_soon(key: AccessKey, now: datetime) -> bool:
    """Return True for an access key that will expire within three days."""
    at = key.expires_at
    return isinstance(at, datetime) and now < at <= now + _SOON


def counted(summary: Summary) -> list[tuple[int, State]]:
    """Return the counts that are told, worst first; those of nothing are left out."""
    counts = (
        (summary.stalled, State.STALLED),
        (summary.missed, State.MISSED),
        (summary.late, State.LATE),
        (summary.wont_run, State.WONT_RUN),
        (summary.unknown, State.UNKNOWN),
        (summary.on_time, State.ON_TIME),
        (summary.paused, State.PAUSED),
    )
    return [(count, state) for count, state in counts if count]


def expiry_words(summary: Summary, now: datetime) -> str:
    """Return ``1 key expires in 9h``; ``""`` where none does soon."""
    if summary.next_expiry_at is None:
        return ""
    left = ago((summary.next_expiry_at - now).total_seconds())
    noun = "key expires" if summary.keys_expiring == 1 else "keys expire, the first"
    return f"{summary.keys_expiring} {noun} in {left}"


def expiring_within(snapshot: Snapshot, now: datetime, within: timedelta) -> list[Expiry]:
    """Return the access keys that expire after ``now`` and within a time of it, soonest first."""
    all_expiries = _expiries(snapshot)
    start = bisect_right(all_expiries, now, key=_MOMENT)
    end = bisect_right(all_expiries, now + within, start, key=_MOMENT)
    return all_expiries[start:end]


@derived
def _expiries(snapshot: Snapshot) -> list[Expiry]:
    return sorted(expiry for view in snapshot.namespaces.values() for expiry in _expiries_of(view))


@derived
def _expiries_of(view: NamespaceView) -> list[Expiry]:
    namespace_id = view.namespace.namespace_id
    return [
        (key.expires_at, AccessKeyKey(namespace_id, key_id))
        for key_id, key in view.access_keys.items()
        if isinstance(key.expires_at, datetime)
    ]
