"""The differences between two snapshots: what happened, and whether more than the age changed."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import UNSET, structs

from fntui.api.models import AccessKey, Namespace, ScheduledDetails, Trigger
from fntui.core.health.cron_syntax import is_same
from fntui.core.health.wording import is_problem, is_stale, state_words
from fntui.core.model.snapshot import (
    NamespaceView,
    Reading,
    Snapshot,
    State,
    TriggerView,
    Verdict,
    differing,
)
from fntui.json_numbers import is_same_value

Change = tuple[str, str, str]
"""namespace_id, target and words of something that was done."""


def changes(old: Snapshot, new: Snapshot) -> Iterable[Change]:
    """Yield what was done between two snapshots; a first reading shows nothing to be new."""
    for namespace_id, before, after in differing(old, new):
        if before is not None and after is not None:
            yield from ((namespace_id, *change) for change in _trigger_changes(before, after))
            yield from ((namespace_id, *change) for change in _key_changes(before, after))
        elif (
            (view := after or before)
            and old.reading.read_at is not None
            and not _is_unreadable(namespace_id, old, new)
        ):
            verb = "created" if after else "deleted"
            yield namespace_id, "", f"{verb} {namespace_words(view.namespace)}"


def _is_unreadable(namespace_id: str, old: Snapshot, new: Snapshot) -> bool:
    rows = (*old.unreadable_namespaces, *new.unreadable_namespaces)
    return namespace_id in {row.name for row in rows}


def _trigger_changes(old: NamespaceView, new: NamespaceView) -> Iterable[tuple[str, str]]:
    if old.triggers is new.triggers or old.triggers_reading.read_at is None:
        return
    unreadable = {row.name for row in (*old.unreadable_triggers, *new.unreadable_triggers)}
    for name in dict.fromkeys((*old.triggers, *new.triggers)):
        before, after = old.triggers.get(name), new.triggers.get(name)
        if before is not None and after is not None:
            yield from ((name, words) for words in trigger_changes(before.trigger, after.trigger))
        elif name not in unreadable:
            yield name, f"{'created' if after else 'deleted'} trigger {name}"


def _key_changes(old: NamespaceView, new: NamespaceView) -> Iterable[tuple[str, str]]:
    if old.access_keys is new.access_keys or old.access_keys_reading.read_at is None:
        return
    unreadable = {row.name for row in (*old.unreadable_access_keys, *new.unreadable_access_keys)}
    for key_id in dict.fromkeys((*old.access_keys, *new.access_keys)):
        before, after = old.access_keys.get(key_id), new.access_keys.get(key_id)
        if before is not None and after is not None:
            if before.name != after.name and isinstance(before.name, str):
                yield key_id, f"renamed access key {before.name} to {after.name}"
        elif key_id in unreadable:
            continue
        elif after is not None:
            yield key_id, f"created {access_key_words(after)}"
        elif before is not None and not _is_over(before, new.access_keys_reading.read_at):
            yield key_id, f"deleted {access_key_words(before)}"


def _is_over(key: AccessKey, at: datetime | None) -> bool:
    """Return True for a key that has expired by then: the API may drop it from its list."""
    return at is not None and isinstance(key.expires_at, datetime) and key.expires_at <= at


def expiries(old: Snapshot, new: Snapshot) -> Iterable[Change]:
    """Yield the access keys that expired between two readings of their list."""
    for namespace_id, before, after in differing(old, new):
        if before is None or after is None:
            continue
        then, now = before.access_keys_reading.read_at, after.access_keys_reading.read_at
        for key_id, known in before.access_keys.items():
            key = after.access_keys.get(key_id, known)
            if then is not None and _is_over(key, now) and not _is_over(known, then):
                yield namespace_id, key_id, f"{access_key_words(key)} expired"


def trigger_changes(old: Trigger, new: Trigger) -> list[str]:
    """Return what was done to a trigger between two answers, as "paused trigger x"."""
    found: list[str] = []
    if {old.is_enabled, new.is_enabled} == {True, False}:
        found.append(f"{'resumed' if new.is_enabled else 'paused'} trigger {new.name}")
    before, after = old.scheduled_details, new.scheduled_details
    if isinstance(before, ScheduledDetails) and isinstance(after, ScheduledDetails):
        if not is_same(before.cron, after.cron):
            found.append(f"re-timed trigger {new.name}: {before.cron} → {after.cron}")
        is_known = before.body is not UNSET and after.body is not UNSET
        if is_known and not is_same_value(before.body, after.body):
            found.append(f"changed the body of trigger {new.name}")
    if isinstance(old.function, str) and new.function not in {old.function, UNSET}:
        found.append(f"made trigger {new.name} anew, for {new.function}")
    return found


def access_key_words(key: AccessKey) -> str:
    """Return what a person calls the key."""
    return f"access key {key.name or key.key_id}"


def namespace_words(namespace: Namespace) -> str:
    """Return what a person calls the namespace."""
    return f"namespace {namespace.label or namespace.namespace_id}"


def verdict_changes(old: Snapshot, new: Snapshot) -> Iterable[Change]:
    """Yield how verdicts changed that mean, or meant, a problem: "late → missed 1"."""
    for namespace_id, before, after in differing(old, new):
        if before is None or after is None or before.triggers is after.triggers:
            continue
        for name, view in after.triggers.items():
            known = before.triggers.get(name)
            if known is not None and known is not view and _is_told(known.verdict, view.verdict):
                words = f"{state_words(known.verdict)} → {state_words(view.verdict)}"
                yield namespace_id, name, words


def _is_told(old: Verdict, new: Verdict) -> bool:
    states = {old.state, new.state}
    if states & {State.UNKNOWN, State.PAUSED} or state_words(old) == state_words(new):
        return False
    return any(map(is_problem, states))


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
