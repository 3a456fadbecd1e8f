"""How an event changes the snapshot.

An answer asked for earlier than what is known never does. Earlier by more than an hour is no such
answer, since none is under way for that long: the server's clock was set, or a wrong ``Date`` had
come before, and what was known then must not stay for ever.
"""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, TypeVar

from msgspec import structs

from fntui.api.models import AccessKey, Namespace, Trigger
from fntui.core.health.run_log import joined
from fntui.core.model.events import (
    AccessKeyGone,
    AccessKeyRead,
    AccessKeysRead,
    Acknowledged,
    ActivityRecalled,
    Fact,
    NamespaceGone,
    NamespaceRead,
    NamespacesRead,
    NotesRead,
    PaceSet,
    PinSet,
    RateLimitRead,
    ReadFailed,
    RecordsRecalled,
    TokenRefused,
    TokenReplaced,
    TriggerGone,
    TriggerRead,
    TriggersRead,
)
from fntui.core.model.snapshot import (
    AccessKeyKey,
    NamespaceKey,
    NamespaceView,
    Reading,
    Record,
    Snapshot,
    TriggerKey,
    TriggerView,
)
from fntui.core.store.merge import filled, filled_namespace, merged, paced, trigger_view

_KEPT: Final = timedelta(hours=1)  # no answer is under way for longer

ObjectKey = NamespaceKey | TriggerKey | AccessKeyKey

V = TypeVar("V")

OfTriggers = TriggersRead | TriggerRead | TriggerGone
OfAccessKeys = AccessKeysRead | AccessKeyRead | AccessKeyGone


ACTIVITY_MAX: Final = 500
"""Lines of activity that are kept in memory."""


class Touches:
    """When each object was last read, changed or deleted by itself, not as part of a list.

    A list asked for before that moment knows less of the object than we do.
    """

    def __init__(self) -> None:
        """Nothing was touched yet."""
        self._at: dict[ObjectKey, datetime] = {}

    def mark(self, key: ObjectKey, at: datetime) -> None:
        """Remember that ``key`` was touched; what was long ago is forgotten."""
        self._at = {other: then for other, then in self._at.items() if abs(at - then) < _KEPT}
        self._at[key] = at

    def is_after(self, key: ObjectKey, at: datetime) -> bool:
        """Return True if the object was touched after ``at``."""
        return key in self._at and _is_before(at, self._at[key])


def fold(snapshot: Snapshot, fact: Fact, touches: Touches) -> Snapshot:
    """Return the snapshot with ``fact`` taken in; Changed facts alone leave no trace here."""
    match fact:
        case NamespacesRead() | NamespaceRead() | NamespaceGone() | PaceSet():
            return _fold_namespaces(snapshot, fact, touches)
        case ReadFailed(namespace_id=None):
            return structs.replace(snapshot, reading=_failed(snapshot.reading, fact))
        case RateLimitRead():
            return structs.replace(snapshot, rate_limit=fact.rate_limit)
        case TokenRefused() | TokenReplaced():
            return structs.replace(snapshot, is_token_refused=isinstance(fact, TokenRefused))
        case (
            TriggersRead()
            | TriggerRead()
            | TriggerGone()
            | AccessKeysRead()
            | AccessKeyRead()
            | AccessKeyGone()
            | ReadFailed()
        ):
            return _fold_branch(snapshot, fact, touches)
        case _:
            return fold_kept(snapshot, fact)


def _fold_namespaces(
    snapshot: Snapshot,
    fact: NamespacesRead | NamespaceRead | NamespaceGone | PaceSet,
    touches: Touches,
) -> Snapshot:
    match fact:
        case NamespacesRead(listing=listing):
            if _is_older(fact, snapshot.reading):
                return snapshot
            namespaces = merged(
                snapshot.namespaces,
                ((item.namespace_id, item) for item in listing.items),
                lambda name: touches.is_after(NamespaceKey(name), fact.at),
                _namespace_view,
            )
            return structs.replace(
                snapshot,
                namespaces=namespaces,
                unreadable_namespaces=listing.unreadable,
                reading=Reading(read_at=fact.at, limit_s=snapshot.pace.namespaces_s),
            )
        case NamespaceRead(namespace=namespace):
            key = NamespaceKey(namespace.namespace_id)
            if _is_older(fact, snapshot.reading) or touches.is_after(key, fact.at):
                return snapshot
            touches.mark(key, fact.at)
            view = _namespace_view(namespace, snapshot.namespaces.get(key.namespace_id))
            return _with(snapshot, key.namespace_id, view)
        case PaceSet():
            return paced(snapshot, fact.pace)
        case _:
            touches.mark(NamespaceKey(fact.namespace_id), fact.at)
            pinned = snapshot.pinned - {fact.namespace_id}
            return structs.replace(_with(snapshot, fact.namespace_id, None), pinned=pinned)


def _namespace_view(new: Namespace, old: NamespaceView | None) -> NamespaceView:
    if old is None:
        return NamespaceView(namespace=new)
    namespace = filled_namespace(new, old.namespace)
    return old if namespace is old.namespace else structs.replace(old, namespace=namespace)


def _with(snapshot: Snapshot, namespace_id: str, view: NamespaceView | None) -> Snapshot:
    namespaces = _put(snapshot.namespaces, namespace_id, view)
    return structs.replace(snapshot, namespaces=namespaces)


def _put(known: dict[str, V], name: str, value: V | None) -> dict[str, V]:
    """Return ``known`` with one value replaced in its place, added at the end, or left out."""
    if known.get(name) is value:
        return known
    if value is not None:
        return {**known, name: value}
    return {other: kept for other, kept in known.items() if other != name}


def _is_older(fact: Fact, reading: Reading) -> bool:
    return reading.read_at is not None and _is_before(fact.at, reading.read_at)


def _is_before(at: datetime, known: datetime) -> bool:
    return timedelta() < known - at < _KEPT


def _failed(reading: Reading, fact: ReadFailed) -> Reading:
    if _is_older(fact, reading):
        return reading
    return structs.replace(reading, problem=fact.problem, failures=reading.failures + 1)


def _fold_branch(
    snapshot: Snapshot, fact: OfTriggers | OfAccessKeys | ReadFailed, touches: Touches
) -> Snapshot:
    view = snapshot.namespaces.get(fact.namespace_id or "")
    if view is None:
        return snapshot
    pace, is_pinned = snapshot.pace, fact.namespace_id in snapshot.pinned
    if isinstance(fact, OfTriggers):
        new = _fold_triggers(view, fact, touches, pace.triggers_s(is_pinned=is_pinned))
    elif isinstance(fact, OfAccessKeys):
        new = _fold_access_keys(view, fact, touches, pace.access_keys_s(is_pinned=is_pinned))
    elif fact.branch == "triggers":
        new = structs.replace(view, triggers_reading=_failed(view.triggers_reading, fact))
    else:
        new = structs.replace(view, access_keys_reading=_failed(view.access_keys_reading, fact))
    return _with(snapshot, view.namespace.namespace_id, new)


def _fold_triggers(
    view: NamespaceView, fact: OfTriggers, touches: Touches, limit_s: float
) -> NamespaceView:
    at, namespace_id, reading = fact.at, fact.namespace_id, view.triggers_reading

    def known_later(name: str) -> bool:
        return touches.is_after(TriggerKey(namespace_id, name), at)

    def trigger(new: Trigger, old: TriggerView | None) -> TriggerView:
        return trigger_view(new, old, at, is_listed=isinstance(fact, TriggersRead))

    if _is_older(fact, reading):
        return view
    match fact:
        case TriggersRead(listing=listing):
            named = ((item.name, item) for item in listing.items)
            return structs.replace(
                view,
                triggers=merged(view.triggers, named, known_later, trigger),
                unreadable_triggers=listing.unreadable,
                triggers_reading=Reading(read_at=at, limit_s=limit_s),
            )
        case TriggerRead(trigger=new):
            if known_later(new.name):
                return view
            touches.mark(TriggerKey(namespace_id, new.name), at)
            one = trigger(new, view.triggers.get(new.name))
            return structs.replace(view, triggers=_put(view.triggers, new.name, one))
        case _:
            touches.mark(TriggerKey(namespace_id, fact.name), at)
            return structs.replace(view, triggers=_put(view.triggers, fact.name, None))


def _fold_access_keys(
    view: NamespaceView, fact: OfAccessKeys, touches: Touches, limit_s: float
) -> NamespaceView:
    at, namespace_id, reading = fact.at, fact.namespace_id, view.access_keys_reading

    def known_later(key_id: str) -> bool:
        return touches.is_after(AccessKeyKey(namespace_id, key_id), at)

    if _is_older(fact, reading):
        return view
    match fact:
        case AccessKeysRead(listing=listing):
            named = ((item.key_id, item) for item in listing.items)
            return structs.replace(
                view,
                access_keys=merged(view.access_keys, named, known_later, _access_key),
                unreadable_access_keys=listing.unreadable,
                access_keys_reading=Reading(read_at=at, limit_s=limit_s),
            )
        case AccessKeyRead(access_key=new):
            if known_later(new.key_id):
                return view
            touches.mark(AccessKeyKey(namespace_id, new.key_id), at)
            one = _access_key(new, view.access_keys.get(new.key_id))
            return structs.replace(view, access_keys=_put(view.access_keys, new.key_id, one))
        case _:
            touches.mark(AccessKeyKey(namespace_id, fact.key_id), at)
            return structs.replace(view, access_keys=_put(view.access_keys, fact.key_id, None))


def _access_key(new: AccessKey, old: AccessKey | None) -> AccessKey:
    return new if old is None else filled(new, old)


def fold_kept(snapshot: Snapshot, fact: Fact) -> Snapshot:
    """Return the snapshot with a fact of these taken in; any other leaves no trace."""
    match fact:
        case Acknowledged():
            return _acknowledged(snapshot, fact)
        case PinSet(namespace_id=namespace_id, is_pinned=is_pinned):
            others = snapshot.pinned - {namespace_id}
            pinned = others | {namespace_id} if is_pinned else others
            return structs.replace(snapshot, pinned=pinned)
        case NotesRead(acknowledged=acknowledged, pinned=pinned):
            return structs.replace(snapshot, acknowledged=acknowledged, pinned=pinned)
        case ActivityRecalled(activity=activity):
            lines = (*activity, *snapshot.activity)[-ACTIVITY_MAX:]
            return structs.replace(snapshot, activity=lines)
        case RecordsRecalled():
            return structs.replace(snapshot, records=_with_recalled(snapshot, fact.records))
        case _:
            return snapshot


def _with_recalled(
    snapshot: Snapshot, recalled: dict[TriggerKey, Record]
) -> dict[str, dict[str, Record]]:
    result = dict(snapshot.records)
    for namespace_id, group in groupby(recalled.items(), lambda item: item[0].namespace_id):
        own = dict(result.get(namespace_id, {}))
        for key, record in group:
            if (view := snapshot.trigger(key)) is not None:
                own[key.name] = joined(record, own.get(key.name, Record()), view)
        if own:
            result[namespace_id] = own
    return result


def _acknowledged(snapshot: Snapshot, fact: Acknowledged) -> Snapshot:
    others = {key: kept for key, kept in snapshot.acknowledged.items() if key != fact.key}
    if fact.acknowledgement is not None:
        others[fact.key] = fact.acknowledgement
    return structs.replace(snapshot, acknowledged=others)
