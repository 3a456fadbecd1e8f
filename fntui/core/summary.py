"""The counts of the header."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from fntui.api.models import AccessKey
from fntui.core.snapshot import Snapshot, State
from fntui.core.verdicts import shown_verdict
from fntui.core.words import ago

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
        if isinstance(key.expires_at, datetime) and expires_soon(key, now)
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
