"""The tables of activity, acknowledgements, pins and learned values."""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from fntui.core.model.lag import Lag
from fntui.core.model.snapshot import AccessKeyKey, Acknowledgement, Activity, TriggerKey
from fntui.core.watch.history_port import Kept, Noted
from fntui.history.values import (
    MalformedValueError,
    is_duration,
    to_bytes,
    to_flag,
    to_micros,
    to_micros_or_none,
    to_seconds,
    to_text,
    to_time,
    to_time_or_none,
)

Key = TriggerKey | AccessKeyKey
_Line = tuple[int, bytes, bytes, bytes, bytes]

_ACTIVITY_KEPT: Final = 500  # lines that a Kept holds
_TRIGGER: Final = "trigger"
_ACCESS_KEY: Final = "access key"
_KINDS: Final[dict[str, type[Key]]] = {_TRIGGER: TriggerKey, _ACCESS_KEY: AccessKeyKey}
_FIRST_LOOK: Final = "first_look_s"
_LAG: Final = "lag_s"
_LAG_SEEN: Final = "lag_at"
_NOBODY: Final = to_bytes("someone")
_PERSON: Final = to_bytes("you")
# Another fntui takes a change of ours for someone's until it knows better. It may notice it long
# after us, or even before: we are sure of a change only once an answer has come.
_NOTICED_AFTER: Final = timedelta(minutes=10) // timedelta(microseconds=1)
_NOTICED_BEFORE: Final = timedelta(minutes=1) // timedelta(microseconds=1)

_ADD_LINE: Final = """
    INSERT INTO activity (at, actor, namespace_id, target, words) SELECT ?, ?, ?, ?, ?
    WHERE NOT EXISTS (
        SELECT 1 FROM activity
        WHERE at = ? AND actor = ? AND namespace_id = ? AND target = ? AND words = ?
    )
"""
_IS_OURS: Final = """
    SELECT 1 FROM activity
    WHERE at BETWEEN ? AND ? AND actor = ? AND namespace_id = ? AND target = ? AND words = ?
"""
_WAS_OURS: Final = """
    DELETE FROM activity
    WHERE at BETWEEN ? AND ? AND actor = ? AND namespace_id = ? AND target = ? AND words = ?
"""
_LINES: Final = """
    SELECT at, actor, namespace_id, target, words FROM activity ORDER BY at DESC, id DESC LIMIT ?
"""
_ACKNOWLEDGE: Final = "INSERT OR REPLACE INTO acknowledged VALUES (?, ?, ?, ?, ?, ?)"
_TAKE_BACK: Final = "DELETE FROM acknowledged WHERE kind = ? AND namespace_id = ? AND name = ?"
_ACKNOWLEDGED: Final = """
    SELECT kind, namespace_id, name, acknowledged_at, ends_at, ends_with_run FROM acknowledged
"""
_PIN: Final = "INSERT OR IGNORE INTO pinned VALUES (?)"
_PINNED: Final = "SELECT namespace_id FROM pinned"
_UNPIN: Final = "DELETE FROM pinned WHERE namespace_id = ?"
_LEARN: Final = "INSERT OR REPLACE INTO meta VALUES (?, ?)"
_LEARNED: Final = "SELECT name, value FROM meta"


def add_activity(connection: sqlite3.Connection, lines: Iterable[Activity]) -> None:
    """Keep lines once each, and what one fntui did and another noticed once."""
    for line in lines:
        at, actor, *rest = _line(line)
        if actor == _PERSON:
            between = (at - _NOTICED_BEFORE, at + _NOTICED_AFTER)
            connection.execute(_WAS_OURS, (*between, _NOBODY, *rest))
        elif actor == _NOBODY:
            between = (at - _NOTICED_AFTER, at + _NOTICED_BEFORE)
            if connection.execute(_IS_OURS, (*between, _PERSON, *rest)).fetchone():
                continue
        connection.execute(_ADD_LINE, 2 * (at, actor, *rest))


def acknowledge(
    connection: sqlite3.Connection, changes: Mapping[Key, Acknowledgement | None]
) -> None:
    """Keep acknowledgements; None: it was taken back, or is over."""
    for key, change in changes.items():
        if change is None:
            connection.execute(_TAKE_BACK, _named(key))
        else:
            row = (
                *_named(key),
                to_micros(change.acknowledged_at),
                to_micros_or_none(change.ends_at),
                change.ends_with_run,
            )
            connection.execute(_ACKNOWLEDGE, row)


def pin(connection: sqlite3.Connection, added: Iterable[str], removed: Iterable[str]) -> None:
    """Keep which namespaces are pinned from now on, and which no longer."""
    connection.executemany(_PIN, [(to_bytes(each),) for each in added])
    connection.executemany(_UNPIN, [(to_bytes(each),) for each in removed])


def learn_first_look(connection: sqlite3.Connection, delay_s: float) -> None:
    """Keep the learned delay of a first look.

    What is no duration is left out: at the next start it would pass for damage to the file.
    """
    if is_duration(delay_s):
        connection.execute(_LEARN, (_FIRST_LOOK, delay_s))


def learn_lag(connection: sqlite3.Connection, lag: Lag) -> None:
    """Keep the learned publication lag; what is no duration is left out, as above."""
    if is_duration(lag.lag_s):
        rows = [(_LAG, lag.lag_s), (_LAG_SEEN, to_micros(lag.seen_at))]
        connection.executemany(_LEARN, rows)


def recall(connection: sqlite3.Connection) -> Kept:
    """Return what earlier sessions left, of the activity as much as a Kept holds."""
    lines = connection.execute(_LINES, (_ACTIVITY_KEPT,)).fetchall()
    learned = dict(connection.execute(_LEARNED).fetchall())
    return Kept(
        activity=tuple(_activity(line) for line in reversed(lines)),
        first_look_s=to_seconds(learned[_FIRST_LOOK]) if _FIRST_LOOK in learned else None,
        lag=_lag(learned),
    )


def learned_lag(connection: sqlite3.Connection) -> Lag | None:
    """Return the publication lag that earlier sessions learned."""
    return _lag(dict(connection.execute(_LEARNED).fetchall()))


def _lag(learned: Mapping[str, Any]) -> Lag | None:
    if not {_LAG, _LAG_SEEN} <= learned.keys():
        return None
    return Lag(lag_s=to_seconds(learned[_LAG]), seen_at=to_time(learned[_LAG_SEEN]))


def noted(connection: sqlite3.Connection) -> Noted:
    """Return what persons took note of."""
    return Noted(
        acknowledged=dict(map(_acknowledgement, connection.execute(_ACKNOWLEDGED))),
        pinned=frozenset(to_text(kept) for (kept,) in connection.execute(_PINNED)),
    )


def _line(line: Activity) -> _Line:
    return (
        to_micros(line.at),
        to_bytes(line.actor),
        to_bytes(line.namespace_id),
        to_bytes(line.target),
        to_bytes(line.words),
    )


def _activity(line: _Line) -> Activity:
    at, actor, namespace_id, target, words = line
    return Activity(
        at=to_time(at),
        actor=to_text(actor),
        namespace_id=to_text(namespace_id),
        target=to_text(target),
        words=to_text(words),
    )


def _named(key: Key) -> tuple[str, bytes, bytes]:
    if isinstance(key, TriggerKey):
        return _TRIGGER, to_bytes(key.namespace_id), to_bytes(key.name)
    return _ACCESS_KEY, to_bytes(key.namespace_id), to_bytes(key.key_id)


def _acknowledgement(
    row: tuple[str, bytes, bytes, int, int | None, int],
) -> tuple[Key, Acknowledgement]:
    kind, namespace_id, name, acknowledged_at, ends_at, ends_with_run = row
    if kind not in _KINDS:
        raise MalformedValueError("not a kind of object")
    key = _KINDS[kind](to_text(namespace_id), to_text(name))
    return key, Acknowledgement(
        acknowledged_at=to_time(acknowledged_at),
        ends_at=to_time_or_none(ends_at),
        ends_with_run=to_flag(ends_with_run),
    )
