"""New entries for the history, computed from two snapshots."""

from itertools import takewhile

from fntui.core.model.snapshot import Activity, Record, Snapshot, TriggerKey
from fntui.core.watch.history_port import Batch


def batch_of(old: Snapshot, new: Snapshot, *, is_following: bool = False) -> Batch:
    """Return what ``new`` holds to be kept that ``old`` did not.

    Args:
        old: What was kept.
        new: What is known.
        is_following: What was seen is kept by the fntui that saw it: here only what the person did.
    """
    acknowledged = {
        key: new.acknowledged.get(key)
        for key in {**old.acknowledged, **new.acknowledged}
        if old.acknowledged.get(key) != new.acknowledged.get(key)
    }
    return Batch(
        records={} if is_following else _new_records(old, new),
        activity=_new_activity(old, new, is_following=is_following),
        acknowledged=acknowledged,
        pinned=None if new.pinned == old.pinned else new.pinned,
    )


def _new_records(old: Snapshot, new: Snapshot) -> dict[TriggerKey, Record]:
    found: dict[TriggerKey, Record] = {}
    for namespace_id, records in new.records.items():
        known = old.records.get(namespace_id, {})
        if records is not known:
            for name, record in records.items():
                if record is not known.get(name):
                    own = without(record, known.get(name, Record()))
                    if own != Record():
                        found[TriggerKey(namespace_id, name)] = own
    return found


def without(record: Record, known: Record) -> Record:
    """Return what ``record`` holds and ``known`` does not."""
    runs, missed, pauses = {*known.runs}, {*known.missed}, {*known.pauses}
    return Record(
        runs=tuple(run for run in record.runs if run not in runs),
        missed=tuple(slot for slot in record.missed if slot not in missed),
        pauses=tuple(pause for pause in record.pauses if pause not in pauses),
        retimed_at=record.retimed_at if record.retimed_at != known.retimed_at else None,
    )


def together(older: Record, newer: Record) -> Record:
    """Return all that two records hold."""
    return Record(
        runs=(*older.runs, *newer.runs),
        missed=(*older.missed, *newer.missed),
        pauses=(*older.pauses, *newer.pauses),
        retimed_at=newer.retimed_at or older.retimed_at,
    )


def _new_activity(old: Snapshot, new: Snapshot, *, is_following: bool) -> tuple[Activity, ...]:
    lines = lines_after(old.activity, new.activity)
    return tuple(line for line in lines if line.actor == "you" or not is_following)


def lines_after(old: tuple[Activity, ...], new: tuple[Activity, ...]) -> tuple[Activity, ...]:
    """Return the lines of ``new`` that came after the last of ``old``, oldest first."""
    if old is new:
        return ()
    last = old[-1] if old else None
    return tuple(takewhile(lambda line: line is not last, reversed(new)))[::-1]
