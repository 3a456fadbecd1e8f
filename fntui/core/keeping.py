"""How facts change what is kept between sessions: records, activity, what a person took note of."""

from typing import Final

from msgspec import structs

from fntui.core.facts import (
    Acknowledged,
    ActivityRecalled,
    Fact,
    NotesRead,
    PinSet,
    RecordsRecalled,
)
from fntui.core.recording import joined
from fntui.core.snapshot import Record, Snapshot

ACTIVITY_MAX: Final = 500
"""Lines of activity that are kept in memory."""


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
            records = {
                key: joined(record, snapshot.records.get(key, Record()), view)
                for key, record in fact.records.items()
                if (view := snapshot.trigger(key)) is not None
            }
            return structs.replace(snapshot, records=snapshot.records | records)
        case _:
            return snapshot


def _acknowledged(snapshot: Snapshot, fact: Acknowledged) -> Snapshot:
    others = {key: kept for key, kept in snapshot.acknowledged.items() if key != fact.key}
    if fact.acknowledgement is not None:
        others[fact.key] = fact.acknowledgement
    return structs.replace(snapshot, acknowledged=others)
