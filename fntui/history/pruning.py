"""Keeps a history from growing without end: by age, and by the size of its file.

Age is measured back from the newest that is kept or from the machine's clock, whichever is earlier:
a clock that is years ahead deletes nothing, nor does a trigger that claims to have run in years to
come. For size the oldest goes first; of each trigger the last runs that a Record holds are spared
as long as that suffices.

All of it is done in small steps, each a transaction, so that calls come between them.
"""

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from fntui.history.database import Database
from fntui.history.limits import Limits
from fntui.history.rows import RUNS_KEPT
from fntui.history.schema import number
from fntui.history.values import checked_micros, to_micros

_FULL: Final = 0.9  # of the size allowed: from there on something goes; the log takes space too
_ENOUGH: Final = 0.8  # until so much is left, so that it is not soon full again
_STEP: Final = 10  # one such part of the time that is kept goes at once
_HOUR: Final = timedelta(hours=1) // timedelta(microseconds=1)
_DAY: Final = 24 * _HOUR
_PAGES: Final = 1000  # given back to the disk at once

_NEWEST: Final = """
    SELECT max(at) FROM (
        SELECT (SELECT max(started_at) FROM runs WHERE trigger_id = id) AS at FROM triggers
        UNION ALL SELECT max(at) FROM activity
    )
"""
_OLDEST: Final = """
    SELECT min(at) FROM (
        SELECT (SELECT min(started_at) FROM runs WHERE trigger_id = id) AS at FROM triggers
        UNION ALL SELECT (SELECT min(slot_at) FROM missed WHERE trigger_id = id) FROM triggers
        UNION ALL SELECT min(at) FROM activity
    )
"""
_OLD_TRIGGERS: Final = """
    SELECT id FROM triggers
    WHERE EXISTS (SELECT 1 FROM runs WHERE trigger_id = id AND started_at < :cutoff)
    OR EXISTS (SELECT 1 FROM missed WHERE trigger_id = id AND slot_at < :cutoff)
    OR EXISTS (SELECT 1 FROM pauses WHERE trigger_id = id AND until_at < :cutoff)
"""
_SPARED: Final = """
    SELECT started_at FROM runs WHERE trigger_id = ? ORDER BY started_at DESC LIMIT 1 OFFSET ?
"""
_OF_TRIGGER: Final = (
    "DELETE FROM runs WHERE trigger_id = ? AND started_at < ?",
    "DELETE FROM missed WHERE trigger_id = ? AND slot_at < ?",
    "DELETE FROM pauses WHERE trigger_id = ? AND until_at < ?",  # one that has not ended stays
)
_EMPTY_TRIGGERS: Final = """
    DELETE FROM triggers
    WHERE coalesce(retimed_at < ?, TRUE)
    AND NOT EXISTS (SELECT 1 FROM runs WHERE trigger_id = id)
    AND NOT EXISTS (SELECT 1 FROM missed WHERE trigger_id = id)
    AND NOT EXISTS (SELECT 1 FROM pauses WHERE trigger_id = id)
"""
_TOO_MUCH: Final = ("DELETE FROM activity WHERE at < ?", _EMPTY_TRIGGERS)
_TOO_OLD: Final = (
    *_TOO_MUCH,
    "DELETE FROM acknowledged WHERE ends_at < ?",
    "DELETE FROM findings WHERE at < ?",
)
_GONE_WATCHERS: Final = "DELETE FROM watchers WHERE abs(called_at - ?) > ?"
# Each token that the profile ever had left some: nobody asks for those of one that nobody uses.
_STRAY_FINDINGS: Final = """
    DELETE FROM findings WHERE account NOT IN (
        SELECT account FROM watchers WHERE abs(called_at - ?) <= ?
    )
"""


def prune(database: Database, now: datetime, limits: Limits) -> Iterator[None]:
    """Delete what is too old or too much, a step at a time; then give the space back."""
    now_us = to_micros(now)
    newest = _asked(database, _NEWEST)
    if newest is not None:
        cutoff = min(newest, now_us) - limits.kept_for // timedelta(microseconds=1)
        yield from _forget(database, cutoff, 0, _TOO_OLD)
        yield from _shrink(database, newest, now_us, limits.size)
    database.write(lambda connection: connection.execute(_GONE_WATCHERS, (now_us, _DAY)))
    while database.write(_give_back):
        yield
    database.checkpoint()


def _shrink(database: Database, newest: int, now_us: int, size: int) -> Iterator[None]:
    if database.read(_used) <= size * _FULL:
        return
    database.write(lambda connection: connection.execute(_STRAY_FINDINGS, (now_us, _HOUR)))
    for spared in (RUNS_KEPT, 0):
        cutoff = oldest = _asked(database, _OLDEST) or 0
        until = min(newest, now_us) if now_us > oldest else newest
        while cutoff < until and database.read(_used) > size * _ENOUGH:
            cutoff = min(until, cutoff + max((until - cutoff) // _STEP, _HOUR))
            yield from _forget(database, cutoff, spared, _TOO_MUCH)


def _forget(
    database: Database, cutoff: int, spared: int, others: tuple[str, ...]
) -> Iterator[None]:
    """Delete what is older than ``cutoff``, but the last ``spared`` runs of each trigger."""
    for (trigger_id,) in database.read(
        lambda connection: connection.execute(_OLD_TRIGGERS, {"cutoff": cutoff}).fetchall()
    ):
        database.write(
            partial(_forget_trigger, trigger_id=trigger_id, cutoff=cutoff, spared=spared)
        )
        yield
    database.write(partial(_forget_others, cutoff=cutoff, deletions=others))
    yield


def _forget_trigger(
    connection: sqlite3.Connection, trigger_id: int, cutoff: int, spared: int
) -> None:
    if spared:
        row = connection.execute(_SPARED, (trigger_id, spared - 1)).fetchone()
        if row is None:
            return
        cutoff = min(cutoff, checked_micros(row[0]))
    for deletion in _OF_TRIGGER:
        connection.execute(deletion, (trigger_id, cutoff))


def _forget_others(connection: sqlite3.Connection, cutoff: int, deletions: tuple[str, ...]) -> None:
    for deletion in deletions:
        connection.execute(deletion, (cutoff,))


def _give_back(connection: sqlite3.Connection) -> bool:
    """Give some free pages back; return True if there are more that can be."""
    before = number(connection, "PRAGMA freelist_count")
    connection.execute(f"PRAGMA incremental_vacuum({_PAGES})").fetchall()
    return before > number(connection, "PRAGMA freelist_count") > 0


def _used(connection: sqlite3.Connection) -> int:
    """Return the bytes in use: what the file will have once its free pages are given back."""
    pages = number(connection, "PRAGMA page_count") - number(connection, "PRAGMA freelist_count")
    return pages * number(connection, "PRAGMA page_size")


def _asked(database: Database, question: str) -> int | None:
    return database.read(partial(_time, question=question))


def _time(connection: sqlite3.Connection, question: str) -> int | None:
    answer: int | None = connection.execute(question).fetchone()[0]
    return None if answer is None else checked_micros(answer)
