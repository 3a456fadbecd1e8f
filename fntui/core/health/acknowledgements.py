"""Acknowledgements: whose trouble a person knows of, until when, and how that is said."""

from datetime import datetime, timedelta
from typing import Final

from fntui.core.health.wording import ShowTime
from fntui.core.model.events import Acknowledged
from fntui.core.model.snapshot import AccessKeyKey, Acknowledgement, Snapshot, TriggerKey
from fntui.humanize import ago

HOUR: Final = timedelta(hours=1)
"""How long an acknowledgement for a while holds."""

AlarmKey = TriggerKey | AccessKeyKey


def in_force(snapshot: Snapshot, key: AlarmKey, now: datetime) -> Acknowledgement | None:
    """Return the acknowledgement that holds for a trigger or key at ``now``, server time."""
    kept = snapshot.acknowledged.get(key)
    return None if kept is None or _has_ended(snapshot, key, kept, now) else kept


def hushed(snapshot: Snapshot, now: datetime) -> frozenset[AlarmKey]:
    """Return the triggers and keys whose trouble a person knows of at ``now``."""
    return frozenset(key for key in snapshot.acknowledged if in_force(snapshot, key, now))


def ended(snapshot: Snapshot, now: datetime) -> tuple[AlarmKey, ...]:
    """Return whose acknowledgement need no longer be kept: it has ended, or what it is for is gone.

    Before anything was read, the server's time is not known, and nothing has ended.
    """
    if snapshot.reading.read_at is None:
        return ()
    return tuple(
        key
        for key, kept in snapshot.acknowledged.items()
        if _has_ended(snapshot, key, kept, now) or _is_gone(snapshot, key)
    )


def _has_ended(snapshot: Snapshot, key: AlarmKey, kept: Acknowledgement, now: datetime) -> bool:
    if kept.ends_at is not None and now >= kept.ends_at:
        return True
    if not kept.ends_with_run or not isinstance(key, TriggerKey):
        return False
    return any(run.started_at > kept.acknowledged_at for run in snapshot.runs(key)[-1:])


def _is_gone(snapshot: Snapshot, key: AlarmKey) -> bool:
    """Return True for what a list that was read does not hold, not even in a row that is broken."""
    view = snapshot.namespaces.get(key.namespace_id)
    if view is None:
        return False  # it may be of another account whose token this profile has had
    if isinstance(key, TriggerKey):
        name, reading = key.name, view.triggers_reading
        present = {*view.triggers, *(row.name for row in view.unreadable_triggers)}
    else:
        name, reading = key.key_id, view.access_keys_reading
        present = {*view.access_keys, *(row.name for row in view.unreadable_access_keys)}
    return reading.read_at is not None and name not in present


def term(kept: Acknowledgement) -> str:
    """Return how long it was meant to hold: "for 1 h", "until its next run", "for good"."""
    if kept.ends_at is not None:
        return f"for {(kept.ends_at - kept.acknowledged_at) / HOUR:.2g} h"
    return "until its next run" if kept.ends_with_run else "for good"


def acknowledgement_words(kept: Acknowledgement, now: datetime, show_time: ShowTime) -> str:
    """Return since when and until when it holds: "acknowledged 12m ago, until 15:40:00Z"."""
    end = f"until {show_time(kept.ends_at)}" if kept.ends_at else term(kept)
    return f"acknowledged {ago((now - kept.acknowledged_at).total_seconds())} ago, {end}"


def activity_of(before: Snapshot, fact: Acknowledged) -> tuple[str, str] | None:
    """Return who did what, for the Activity tab; None where the fact changes nothing."""
    if fact.acknowledgement is not None:
        return "you", f"acknowledged {term(fact.acknowledgement)}"
    if fact.key not in before.acknowledged:
        return None
    if in_force(before, fact.key, fact.at) is None:
        return "watch", "its acknowledgement is over"
    return "you", "took the acknowledgement back"
