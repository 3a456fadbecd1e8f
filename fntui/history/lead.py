"""The choice of the one fntui process of an account that polls for all.

Each has a row with a counter that it moves by every call. Whether another lives is told by its
counter moving between our own calls, on our own steady clock: the time of day may be put forward
or back, so it only counts at the first look, where there is nothing to compare with.
"""

import secrets
import sqlite3
from typing import Final, NamedTuple

from msgspec import Struct

from fntui.core.watch.history_port import Lead, Wish
from fntui.history.limits import Limits
from fntui.history.values import checked_micros, to_blob, to_bytes, to_count, to_flag, to_text

_MICROSECONDS: Final = 1_000_000

_SHOW: Final = "INSERT OR REPLACE INTO watchers VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_WHO_LEADS: Final = "SELECT watcher FROM leads WHERE account = ?"
_LEAD: Final = "INSERT OR REPLACE INTO leads VALUES (?, ?)"
_ONE: Final = "SELECT calls_made, called_at FROM watchers WHERE account = ? AND watcher = ?"
_OTHERS: Final = """
    SELECT watcher, calls_made, called_at, namespace_id, shows_keys, is_attended,
           requests
    FROM watchers
    WHERE account = ? AND watcher <> ?
"""
_LEAVE: Final = "DELETE FROM watchers WHERE account = ? AND watcher = ?"
_GIVE_UP: Final = "DELETE FROM leads WHERE account = ? AND watcher = ?"


class Moment(NamedTuple):
    """When a call was made.

    Attributes:
        unix_us: By the time of day, in microseconds.
        steady_s: By the steady clock.
    """

    unix_us: int
    steady_s: float


class _Seen(Struct):
    """Another fntui, as it was seen at our last call.

    Attributes:
        calls_made: Its counter.
        requests: That it had sent by then; None: it was not asked for them yet.
        silent_s: Seconds in which we called and it did not.
    """

    calls_made: int
    silent_s: float
    requests: int | None = None


class Watcher:
    """One of the fntui of an account; all calls are made inside a transaction that may write."""

    def __init__(self, account: bytes, limits: Limits) -> None:
        """Be one that nobody has seen yet."""
        self._id: Final = secrets.token_bytes(16)
        self._account = account
        self._limits = limits
        self._calls_made = 0
        self._called_s: float | None = None
        self._seen: dict[bytes, _Seen] = {}

    def take_part(self, connection: sqlite3.Connection, now: Moment, wish: Wish) -> Lead:
        """Show that this one lives and what it wishes, and return who leads."""
        passed_s = self._passed_s(now.steady_s)
        self._show(connection, now, wish)
        leader = self._leader(connection)
        if leader != self._id:
            if leader is not None and not self._is_gone(connection, leader, now, passed_s):
                return Lead(is_ours=False)
            self._take_over(connection, leader)
        return Lead(is_ours=True, wishes=self._wishes(connection, now, passed_s))

    def leave(self, connection: sqlite3.Connection) -> None:
        """Give the lead up, if it is ours, and be gone."""
        connection.execute(_GIVE_UP, (self._account, self._id))
        connection.execute(_LEAVE, (self._account, self._id))

    def _passed_s(self, steady_s: float) -> float:
        """Return the seconds since our last call; of a long time only a part.

        If we did not call, as in a suspended machine, others may not have been able to either.
        """
        before_s, self._called_s = self._called_s, steady_s
        passed_s = 0.0 if before_s is None else steady_s - before_s
        return min(passed_s, self._limits.silent_s / 2)

    def _show(self, connection: sqlite3.Connection, now: Moment, wish: Wish) -> None:
        self._calls_made += 1
        place = None if wish.namespace_id is None else to_bytes(wish.namespace_id)
        shown = (place, wish.shows_keys, wish.is_attended)
        row = (self._calls_made, now.unix_us, *shown, wish.requests_sent)
        connection.execute(_SHOW, (self._account, self._id, *row))

    def _leader(self, connection: sqlite3.Connection) -> bytes | None:
        found: tuple[bytes] | None = connection.execute(_WHO_LEADS, (self._account,)).fetchone()
        return None if found is None else to_blob(found[0])

    def _is_gone(
        self, connection: sqlite3.Connection, leader: bytes, now: Moment, passed_s: float
    ) -> bool:
        row: tuple[int, int] | None = connection.execute(_ONE, (self._account, leader)).fetchone()
        if row is None:
            return True
        calls_made, called_at = to_count(row[0]), checked_micros(row[1])
        is_new = leader not in self._seen
        silent_s = self._silent_s(leader, calls_made, passed_s)
        return (is_new and self._is_stale(called_at, now)) or silent_s >= self._limits.silent_s

    def _take_over(self, connection: sqlite3.Connection, leader: bytes | None) -> None:
        connection.execute(_LEAD, (self._account, self._id))
        if leader is not None:
            connection.execute(_LEAVE, (self._account, leader))
            self._seen.pop(leader, None)

    def _wishes(
        self, connection: sqlite3.Connection, now: Moment, passed_s: float
    ) -> tuple[Wish, ...]:
        wishes: list[Wish] = []
        for row in connection.execute(_OTHERS, (self._account, self._id)).fetchall():
            other, calls_made = to_blob(row[0]), to_count(row[1])
            called_at = checked_micros(row[2])
            if other not in self._seen and self._is_stale(called_at, now):
                self._seen[other] = _Seen(calls_made, self._limits.forgotten_s)
            silent_s = self._silent_s(other, calls_made, passed_s)
            if silent_s >= self._limits.deleted_s:
                connection.execute(_LEAVE, (self._account, other))
                del self._seen[other]
            elif silent_s < self._limits.forgotten_s:
                wishes.append(self._wish(other, *row[3:]))
        return tuple(wishes)

    def _silent_s(self, other: bytes, calls_made: int, passed_s: float) -> float:
        """Return for how long another one has not called, as far as we saw."""
        seen = self._seen.setdefault(other, _Seen(calls_made, -passed_s))
        is_same = seen.calls_made == calls_made
        seen.calls_made, seen.silent_s = calls_made, (seen.silent_s + passed_s if is_same else 0.0)
        return seen.silent_s

    def _wish(
        self,
        other: bytes,
        place: bytes | None,
        shows_keys: int,
        is_attended: int,
        requests: int,
    ) -> Wish:
        """Return what another one wishes; of its requests those since our last call."""
        seen = self._seen[other]
        before, seen.requests = seen.requests, to_count(requests)
        return Wish(
            namespace_id=None if place is None else to_text(place),
            shows_keys=to_flag(shows_keys),
            is_attended=to_flag(is_attended),
            requests_sent=0 if before is None else max(0, requests - before),
        )

    def _is_stale(self, called_at: int, now: Moment) -> bool:
        return abs(now.unix_us - called_at) > self._limits.stale_s * _MICROSECONDS
