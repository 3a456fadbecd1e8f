"""The counts of the header."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from fntui.core.snapshot import Snapshot, State
from fntui.core.verdicts import shown_verdict

_SOON: Final = timedelta(days=3)


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
    """Count what the snapshot shows at ``now``, server time."""
    states = Counter(
        shown_verdict(view, namespace.triggers_reading, now).state
        for namespace in snapshot.namespaces.values()
        for view in namespace.triggers.values()
    )
    expiries = sorted(
        key.expires_at
        for namespace in snapshot.namespaces.values()
        for key in namespace.access_keys.values()
        if isinstance(key.expires_at, datetime) and now < key.expires_at <= now + _SOON
    )
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
