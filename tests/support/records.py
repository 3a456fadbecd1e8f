"""What was seen of all triggers."""

from fntui.core.model.snapshot import Record, Snapshot, TriggerKey


def records_of(snapshot: Snapshot) -> dict[TriggerKey, Record]:
    """Return the records by trigger."""
    return {
        TriggerKey(namespace_id, name): record
        for namespace_id, records in snapshot.records.items()
        for name, record in records.items()
    }
