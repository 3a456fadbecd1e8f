"""What was seen of triggers: their runs, missed slots, pauses and re-timings."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from fntui.core.model.snapshot import Pause, Record, Run, TriggerKey
from fntui.history.values import (
    to_bytes,
    to_micros,
    to_micros_or_none,
    to_time,
    to_time_or_none,
)

RUNS_KEPT: Final = 200
"""Runs, and missed slots, that a Record holds."""

_PAUSES_KEPT: Final = 50
_EARLY: Final = 60_000_000  # us; no run is more before its slot

_FIND: Final = "SELECT id, retimed_at FROM triggers WHERE namespace_id = ? AND name = ?"
_MAKE: Final = "INSERT INTO triggers (namespace_id, name) VALUES (?, ?)"
_RETIME: Final = """
    UPDATE triggers SET retimed_at = :at
    WHERE id = :trigger_id AND coalesce(retimed_at < :at, TRUE)
"""
# Two fntui may see a run by different readings: the earlier one counts, and the slot if one knows.
_ADD_RUN: Final = """
    INSERT INTO runs (trigger_id, started_at, slot_at, seen_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (trigger_id, started_at) DO UPDATE SET
        slot_at = coalesce(slot_at, excluded.slot_at),
        seen_at = min(seen_at, excluded.seen_at)
    WHERE excluded.seen_at < seen_at OR slot_at IS NULL AND excluded.slot_at IS NOT NULL
"""
_CAME_LATE: Final = "DELETE FROM missed WHERE trigger_id = ? AND slot_at = ?"
_ADD_MISSED: Final = f"""
    INSERT OR IGNORE INTO missed (trigger_id, slot_at) SELECT :trigger_id, :at
    WHERE NOT EXISTS (
        SELECT 1 FROM runs
        WHERE trigger_id = :trigger_id AND started_at >= :at - {_EARLY} AND slot_at = :at
    )
"""  # noqa: S608 - a number of ours
# An end once seen stays, the earliest of several: what is handed over late reopens nothing.
_ADD_PAUSE: Final = """
    INSERT INTO pauses (trigger_id, from_at, until_at) VALUES (?, ?, ?)
    ON CONFLICT (trigger_id, from_at) DO UPDATE SET
        until_at = min(coalesce(until_at, excluded.until_at), excluded.until_at)
    WHERE excluded.until_at IS NOT NULL
"""
_RUNS: Final = """
    SELECT started_at, slot_at, seen_at FROM runs
    WHERE trigger_id = ? ORDER BY started_at DESC LIMIT ?
"""
_MISSED: Final = "SELECT slot_at FROM missed WHERE trigger_id = ? ORDER BY slot_at DESC LIMIT ?"
_PAUSES: Final = """
    SELECT from_at, until_at FROM pauses WHERE trigger_id = ? ORDER BY from_at DESC LIMIT ?
"""


def add_records(connection: sqlite3.Connection, records: Mapping[TriggerKey, Record]) -> None:
    """Keep what is new in ``records``."""
    for key, record in records.items():
        _add(connection, _id_of(connection, key), record)


def read_records(
    connection: sqlite3.Connection, keys: Collection[TriggerKey]
) -> dict[TriggerKey, Record]:
    """Return what is kept of those of ``keys`` of which anything is."""
    records: dict[TriggerKey, Record] = {}
    for key in keys:
        found = _found(connection, key)
        if found is not None:
            records[key] = _record(connection, *found)
    return records


def _add(connection: sqlite3.Connection, trigger_id: int, record: Record) -> None:
    runs = [
        (
            trigger_id,
            to_micros(run.started_at),
            to_micros_or_none(run.slot_at),
            to_micros(run.seen_at),
        )
        for run in record.runs
    ]
    missed = [{"trigger_id": trigger_id, "at": to_micros(at)} for at in record.missed]
    pauses = [
        (trigger_id, to_micros(pause.from_at), to_micros_or_none(pause.until_at))
        for pause in record.pauses
    ]
    connection.executemany(_ADD_RUN, runs)
    connection.executemany(_ADD_MISSED, missed)
    connection.executemany(_CAME_LATE, [(trigger_id, slot_at) for _, _, slot_at, _ in runs])
    connection.executemany(_ADD_PAUSE, pauses)
    if record.retimed_at is not None:
        retimed = {"trigger_id": trigger_id, "at": to_micros(record.retimed_at)}
        connection.execute(_RETIME, retimed)


def _id_of(connection: sqlite3.Connection, key: TriggerKey) -> int:
    # Never remembered: another fntui may prune a trigger of which nothing is kept any more.
    if found := _found(connection, key):
        return found[0]
    made = connection.execute(_MAKE, _named(key)).lastrowid
    assert made is not None  # noqa: S101 - an INSERT has one
    return made


def _found(connection: sqlite3.Connection, key: TriggerKey) -> tuple[int, int | None] | None:
    found: tuple[int, int | None] | None = connection.execute(_FIND, _named(key)).fetchone()
    return found


def _named(key: TriggerKey) -> tuple[bytes, bytes]:
    return to_bytes(key.namespace_id), to_bytes(key.name)


def _record(connection: sqlite3.Connection, trigger_id: int, retimed_at: int | None) -> Record:
    runs = connection.execute(_RUNS, (trigger_id, RUNS_KEPT)).fetchall()
    missed = connection.execute(_MISSED, (trigger_id, RUNS_KEPT)).fetchall()
    pauses = connection.execute(_PAUSES, (trigger_id, _PAUSES_KEPT)).fetchall()
    return Record(
        runs=tuple(
            Run(
                started_at=to_time(started_at),
                slot_at=to_time_or_none(slot_at),
                seen_at=to_time(seen_at),
            )
            for started_at, slot_at, seen_at in reversed(runs)
        ),
        missed=tuple(to_time(at) for (at,) in reversed(missed)),
        pauses=_pauses(reversed(pauses)),
        retimed_at=to_time_or_none(retimed_at),
    )


def _pauses(rows: Iterable[tuple[int, int | None]]) -> tuple[Pause, ...]:
    """Return the pauses; one whose end nobody saw lasted until the next, as far as was seen."""
    pauses: list[Pause] = []
    for from_at, until_at in rows:
        pause = Pause(from_at=to_time(from_at), until_at=to_time_or_none(until_at))
        if pauses and pauses[-1].until_at is None:
            pauses[-1] = Pause(from_at=pauses[-1].from_at, until_at=pause.from_at)
        pauses.append(pause)
    return tuple(pauses)
