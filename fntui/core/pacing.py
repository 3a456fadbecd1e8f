"""What another pace of the watch, or a pin, makes of the limits of the readings that there are."""

from msgspec import structs

from fntui.core.model.pace import Pace
from fntui.core.model.snapshot import NamespaceView, Reading, Snapshot


def paced(snapshot: Snapshot, pace: Pace) -> Snapshot:
    """Return the snapshot at a pace; the very same if that is its own already.

    A slower pace holds for every reading at once. A faster one holds from the next reading on: what
    was read at leisure is no older than it was to become, and must not turn stale by our hurry.
    """
    namespaces = {
        namespace_id: _slowed(view, pace, is_pinned=namespace_id in snapshot.pinned)
        for namespace_id, view in snapshot.namespaces.items()
    }
    reading = _raised(snapshot.reading, pace.namespaces_s)
    is_same = all(view is snapshot.namespaces[name] for name, view in namespaces.items())
    if is_same and reading is snapshot.reading and pace == snapshot.pace:
        return snapshot
    return structs.replace(
        snapshot,
        namespaces=snapshot.namespaces if is_same else namespaces,
        reading=reading,
        pace=pace,
    )


def _slowed(view: NamespaceView, pace: Pace, *, is_pinned: bool) -> NamespaceView:
    triggers = _raised(view.triggers_reading, pace.triggers_s(is_pinned=is_pinned))
    keys = _raised(view.access_keys_reading, pace.access_keys_s(is_pinned=is_pinned))
    if triggers is view.triggers_reading and keys is view.access_keys_reading:
        return view
    return structs.replace(view, triggers_reading=triggers, access_keys_reading=keys)


def _raised(reading: Reading, limit_s: float) -> Reading:
    return reading if reading.limit_s >= limit_s else structs.replace(reading, limit_s=limit_s)
