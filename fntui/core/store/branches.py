"""How an event changes what is known of the triggers and access keys of a namespace."""

from msgspec import structs

from fntui.api.models import AccessKey, Trigger
from fntui.core.model.events import (
    AccessKeyGone,
    AccessKeyRead,
    AccessKeysRead,
    Fact,
    ReadFailed,
    TriggerGone,
    TriggerRead,
    TriggersRead,
)
from fntui.core.model.snapshot import (
    AccessKeyKey,
    NamespaceView,
    Reading,
    TriggerKey,
    TriggerView,
)
from fntui.core.store.merge import Merged, filled, merged, put, trigger_view, unreadable
from fntui.core.store.touches import Touches, is_before

OfTriggers = TriggersRead | TriggerRead | TriggerGone
OfAccessKeys = AccessKeysRead | AccessKeyRead | AccessKeyGone


def is_older(fact: Fact, reading: Reading) -> bool:
    """Return True for an answer asked for before the newest one."""
    return reading.read_at is not None and is_before(fact.at, reading.read_at)


def absent_before(fact: Fact, reading: Reading, absent: frozenset[str]) -> frozenset[str]:
    """Return what was absent by another answer; the same one twice proves nothing more."""
    return absent if fact.at != reading.read_at else frozenset()


def failed(reading: Reading, fact: ReadFailed) -> Reading:
    """Return the reading after a try that failed, unless a later one did not."""
    if is_older(fact, reading):
        return reading
    return structs.replace(reading, problem=fact.problem, failures=reading.failures + 1)


def fold_triggers(
    view: NamespaceView, fact: OfTriggers, touches: Touches, limit_s: float, lag_grace_s: float
) -> NamespaceView:
    """Return the namespace with what was read of its triggers.

    Args:
        view: As it was.
        fact: What was read, asked for at ``fact.at``.
        touches: What is known better than by lists.
        limit_s: How old the list may become.
        lag_grace_s: As in ``judge``.
    """
    at, namespace_id, reading = fact.at, fact.namespace_id, view.triggers_reading

    def knows_better(name: str, shown: Trigger | None) -> bool:
        old = view.triggers.get(name)
        known = old.trigger if old else None
        return touches.knows_better(TriggerKey(namespace_id, name), at, shown, known)

    def trigger(new: Trigger, old: TriggerView | None) -> TriggerView:
        is_listed = isinstance(fact, TriggersRead)
        return trigger_view(new, old, at, lag_grace_s=lag_grace_s, is_listed=is_listed)

    if is_older(fact, reading):
        return view
    shown: Trigger | None
    match fact:
        case TriggersRead(listing=listing):
            named = ((item.name, item) for item in listing.items)
            doubted = absent_before(fact, reading, view.absent_triggers)
            known = Merged(view.triggers, doubted)
            triggers, absent = merged(known, named, knows_better, trigger)
            return structs.replace(
                view,
                triggers=triggers,
                absent_triggers=absent,
                unreadable_triggers=unreadable(listing.unreadable, triggers),
                triggers_reading=Reading(read_at=at, limit_s=limit_s),
            )
        case TriggerRead():
            name, shown = fact.trigger.name, fact.trigger
        case _:
            name, shown = fact.name, None
    if knows_better(name, shown):
        return view
    touches.mark(TriggerKey(namespace_id, name), at)
    one = None if shown is None else trigger(shown, view.triggers.get(name))
    return structs.replace(
        view,
        triggers=put(view.triggers, name, one),
        absent_triggers=view.absent_triggers - {name},
    )


def fold_access_keys(
    view: NamespaceView, fact: OfAccessKeys, touches: Touches, limit_s: float
) -> NamespaceView:
    """Return the namespace with what was read of its access keys; as ``fold_triggers``."""
    at, namespace_id, reading = fact.at, fact.namespace_id, view.access_keys_reading

    def knows_better(key_id: str, shown: AccessKey | None) -> bool:
        key, known = AccessKeyKey(namespace_id, key_id), view.access_keys.get(key_id)
        return touches.knows_better(key, at, shown, known)

    if is_older(fact, reading):
        return view
    shown: AccessKey | None
    match fact:
        case AccessKeysRead(listing=listing):
            named = ((item.key_id, item) for item in listing.items)
            doubted = absent_before(fact, reading, view.absent_access_keys)
            known = Merged(view.access_keys, doubted)
            access_keys, absent = merged(known, named, knows_better, _access_key)
            return structs.replace(
                view,
                access_keys=access_keys,
                absent_access_keys=absent,
                unreadable_access_keys=unreadable(listing.unreadable, access_keys),
                access_keys_reading=Reading(read_at=at, limit_s=limit_s),
            )
        case AccessKeyRead():
            key_id, shown = fact.access_key.key_id, fact.access_key
        case _:
            key_id, shown = fact.key_id, None
    if knows_better(key_id, shown):
        return view
    touches.mark(AccessKeyKey(namespace_id, key_id), at)
    one = None if shown is None else _access_key(shown, view.access_keys.get(key_id))
    return structs.replace(
        view,
        access_keys=put(view.access_keys, key_id, one),
        absent_access_keys=view.absent_access_keys - {key_id},
    )


def _access_key(new: AccessKey, old: AccessKey | None) -> AccessKey:
    return new if old is None else filled(new, old)
