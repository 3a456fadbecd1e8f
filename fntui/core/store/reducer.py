"""How an event changes the snapshot.

An answer asked for earlier than what is known never does, nor does one that may lag behind a write
of ours. What a list shows no longer is gone once that was said twice.
"""

from itertools import groupby
from typing import Any, Final

from msgspec import structs

from fntui.api.models import Namespace
from fntui.core.health.run_log import joined
from fntui.core.model.events import (
    Acknowledged,
    ActivityRecalled,
    Fact,
    LagSeen,
    NamespaceGone,
    NamespaceNotFound,
    NamespaceRead,
    NamespacesRead,
    NotesRead,
    PaceSet,
    PinSet,
    RateLimitRead,
    ReadFailed,
    RecordsRecalled,
    TimeSetBack,
    TokenRefused,
    TokenReplaced,
)
from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import (
    AccessKeyKey,
    Acknowledgement,
    NamespaceKey,
    NamespaceView,
    Reading,
    Record,
    Snapshot,
    TriggerKey,
)
from fntui.core.store.branches import (
    OfAccessKeys,
    OfTriggers,
    absent_before,
    failed,
    fold_access_keys,
    fold_triggers,
    is_older,
)
from fntui.core.store.merge import Merged, filled_namespace, merged, paced, put, unreadable
from fntui.core.store.set_back import set_back
from fntui.core.store.touches import Touches

OfNamespaces = NamespacesRead | NamespaceRead | NamespaceGone | NamespaceNotFound

ACTIVITY_MAX: Final = 500
"""Lines of activity that are kept in memory."""


def fold(snapshot: Snapshot, fact: Fact, touches: Touches) -> Snapshot:
    """Return the snapshot with ``fact`` taken in; Changed facts alone leave no trace here."""
    if isinstance(fact, OfNamespaces):
        return _fold_namespaces(snapshot, fact, touches)
    if isinstance(fact, ReadFailed) and fact.namespace_id is None:
        return structs.replace(snapshot, reading=failed(snapshot.reading, fact))
    if isinstance(fact, OfTriggers | OfAccessKeys | ReadFailed):
        return _fold_branch(snapshot, fact, touches)
    if isinstance(fact, TimeSetBack):
        touches.set_back(fact.at)
        return set_back(snapshot, fact.at)
    return fold_kept(snapshot, fact)


def _fold_namespaces(snapshot: Snapshot, fact: OfNamespaces, touches: Touches) -> Snapshot:
    def knows_better(namespace_id: str, shown: Namespace | None) -> bool:
        view = snapshot.namespaces.get(namespace_id)
        known = view.namespace if view else None
        return touches.knows_better(NamespaceKey(namespace_id), fact.at, shown, known)

    match fact:
        case NamespacesRead(listing=listing) if not is_older(fact, snapshot.reading):
            doubted = absent_before(fact, snapshot.reading, snapshot.absent_namespaces)
            known = Merged(snapshot.namespaces, doubted)
            named = ((item.namespace_id, item) for item in listing.items)
            namespaces, absent = merged(known, named, knows_better, _namespace_view)
            return structs.replace(
                snapshot,
                namespaces=namespaces,
                absent_namespaces=absent,
                unreadable_namespaces=unreadable(listing.unreadable, namespaces),
                reading=Reading(read_at=fact.at, limit_s=snapshot.pace.namespaces_s),
            )
        case NamespaceRead(namespace=namespace) if not (
            is_older(fact, snapshot.reading) or knows_better(namespace.namespace_id, namespace)
        ):
            key = NamespaceKey(namespace.namespace_id)
            touches.mark(key, fact.at)
            view = _namespace_view(namespace, snapshot.namespaces.get(key.namespace_id))
            return _with(snapshot, key.namespace_id, view)
        case NamespaceNotFound(namespace_id=namespace_id) if not knows_better(namespace_id, None):
            return _doubted(snapshot, namespace_id)
        case NamespaceGone(namespace_id=namespace_id):
            touches.mark(NamespaceKey(namespace_id), fact.at)
            pinned = snapshot.pinned - {namespace_id}
            return structs.replace(_with(snapshot, namespace_id, None), pinned=pinned)
        case _:
            return snapshot


def _doubted(snapshot: Snapshot, namespace_id: str) -> Snapshot:
    """Return the snapshot after one answer that there is no such namespace."""
    absent = snapshot.absent_namespaces | ({namespace_id} & snapshot.namespaces.keys())
    return structs.replace(snapshot, absent_namespaces=absent)


def _namespace_view(new: Namespace, old: NamespaceView | None) -> NamespaceView:
    if old is None:
        return NamespaceView(namespace=new)
    namespace = filled_namespace(new, old.namespace)
    return old if namespace is old.namespace else structs.replace(old, namespace=namespace)


def _with(snapshot: Snapshot, namespace_id: str, view: NamespaceView | None) -> Snapshot:
    namespaces = put(snapshot.namespaces, namespace_id, view)
    absent = snapshot.absent_namespaces - {namespace_id}
    return structs.replace(snapshot, namespaces=namespaces, absent_namespaces=absent)


def _fold_branch(
    snapshot: Snapshot, fact: OfTriggers | OfAccessKeys | ReadFailed, touches: Touches
) -> Snapshot:
    view = snapshot.namespaces.get(fact.namespace_id or "")
    if view is None:
        return snapshot
    pace, is_pinned = snapshot.pace, fact.namespace_id in snapshot.pinned
    if isinstance(fact, OfTriggers):
        lag_grace_s = snapshot.lag.grace_s(fact.at) if snapshot.lag else 0.0
        limit_s = pace.triggers_s(is_pinned=is_pinned)
        new = fold_triggers(view, fact, touches, limit_s, lag_grace_s)
    elif isinstance(fact, OfAccessKeys):
        new = fold_access_keys(view, fact, touches, pace.access_keys_s(is_pinned=is_pinned))
    elif fact.branch == "triggers":
        new = structs.replace(view, triggers_reading=failed(view.triggers_reading, fact))
    else:
        new = structs.replace(view, access_keys_reading=failed(view.access_keys_reading, fact))
    namespace_id = view.namespace.namespace_id
    if isinstance(fact, ReadFailed) and fact.problem.kind is ProblemKind.NOT_FOUND:
        snapshot = _doubted(snapshot, namespace_id)
    namespaces = put(snapshot.namespaces, namespace_id, new)
    return structs.replace(snapshot, namespaces=namespaces)


def fold_kept(snapshot: Snapshot, fact: Fact) -> Snapshot:
    """Return the snapshot with a fact of these taken in; any other leaves no trace."""
    changes: dict[str, Any] = {}
    match fact:
        case RateLimitRead():
            changes = {"rate_limit": fact.rate_limit}
        case TokenRefused() | TokenReplaced():
            changes = {"is_token_refused": isinstance(fact, TokenRefused)}
        case LagSeen():
            changes = {"lag": fact.lag}
        case ActivityRecalled():
            lines = (*fact.activity, *snapshot.activity)[-ACTIVITY_MAX:]
            changes = {"activity": lines}
        case RecordsRecalled():
            changes = {"records": _with_recalled(snapshot, fact.records)}
        case _:
            return _fold_notes(snapshot, fact)
    return structs.replace(snapshot, **changes)


def _fold_notes(snapshot: Snapshot, fact: Fact) -> Snapshot:
    match fact:
        case PaceSet():
            return paced(snapshot, fact.pace)
        case Acknowledged():
            return structs.replace(snapshot, acknowledged=_acknowledged(snapshot, fact))
        case PinSet():
            others = snapshot.pinned - {fact.namespace_id}
            pinned = others | {fact.namespace_id} if fact.is_pinned else others
            return structs.replace(snapshot, pinned=pinned)
        case NotesRead(acknowledged=acknowledged, pinned=pinned):
            return structs.replace(snapshot, acknowledged=acknowledged, pinned=pinned)
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


def _acknowledged(
    snapshot: Snapshot, fact: Acknowledged
) -> dict[TriggerKey | AccessKeyKey, Acknowledgement]:
    others = {key: kept for key, kept in snapshot.acknowledged.items() if key != fact.key}
    if fact.acknowledgement is not None:
        others[fact.key] = fact.acknowledgement
    return others
