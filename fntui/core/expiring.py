"""Which access keys of an account expire soon, without a look at all the others."""

from bisect import bisect_right
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final

from fntui.core.model.snapshot import AccessKeyKey, NamespaceView, Snapshot
from fntui.memo import derived

Expiry = tuple[datetime, AccessKeyKey]
"""When which access key expires."""

_MOMENT: Final = itemgetter(0)


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
