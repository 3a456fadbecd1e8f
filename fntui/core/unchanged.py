"""Whether an answer told anything but that all is as it was."""

from datetime import datetime

from msgspec import structs

from fntui.api.models import Trigger
from fntui.core.health.wording import is_stale
from fntui.core.model.snapshot import NamespaceView, Reading, Snapshot, TriggerView, Verdict
from fntui.core.store.diff import differing


def is_unchanged(old: Snapshot, new: Snapshot, now: datetime) -> bool:
    """Return True if ``new`` tells nothing that ``old`` did not: it was read later, that is all.

    What may no longer have been taken for the present at ``now``, server time, and can be again, is
    told. What is left of the API budget is not.
    """
    return (
        _rest(old) == _rest(new)
        and _is_as_good(old.reading, new.reading, now)
        and all(
            before is not None and after is not None and _is_same(before, after, now)
            for _, before, after in differing(old, new)
        )
    )


def _rest(snapshot: Snapshot) -> tuple[object, ...]:
    return (
        tuple(snapshot.namespaces),
        snapshot.unreadable_namespaces,
        snapshot.records,
        snapshot.activity,
        snapshot.acknowledged,
        snapshot.pinned,
        snapshot.pace,
        snapshot.is_token_refused,
    )


def _is_same(old: NamespaceView, new: NamespaceView, now: datetime) -> bool:
    reading = old.triggers_reading
    return (
        old.namespace == new.namespace
        and list(old.triggers) == list(new.triggers)
        and old.unreadable_triggers == new.unreadable_triggers
        and list(old.access_keys.items()) == list(new.access_keys.items())
        and old.unreadable_access_keys == new.unreadable_access_keys
        and _is_as_good(reading, new.triggers_reading, now)
        and _is_as_good(old.access_keys_reading, new.access_keys_reading, now)
        and all(
            _undated(before) == _undated(after)
            and not is_stale(before.verdict.checked_at, reading, now)
            for before, after in zip(old.triggers.values(), new.triggers.values(), strict=True)
            if before is not after
        )
    )


def _is_as_good(old: Reading, new: Reading, now: datetime) -> bool:
    """Return True where neither failed, neither is of a session before, and none was too old."""
    if old is new:
        return True
    is_fresh = old.read_at is not None and not is_stale(old.read_at, old, now)
    return is_fresh and structs.replace(old, read_at=new.read_at) == new


def _undated(view: TriggerView) -> tuple[Trigger, Verdict, bool]:
    return view.trigger, structs.replace(view.verdict, checked_at=None), view.is_bare
