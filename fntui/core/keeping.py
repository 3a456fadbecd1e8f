"""How facts change what is kept between sessions: records, activity, what a person took note of."""

from itertools import groupby
from typing import Final

from msgspec import structs

from fntui.core.health.run_log import joined
from fntui.core.model.events import (
    Acknowledged,
    ActivityRecalled,
    Fact,
    NotesRead,
    PinSet,
    RecordsRecalled,
)
from fntui.core.model.snapshot import Record, Snapshot, TriggerKey

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
