"""A history's file in use: opened when it is needed, and again if it was replaced or is damaged."""

import sqlite3
from functools import partial
from pathlib import Path
from typing import TypeVar

from typing_extensions import override

from fntui.clock import Clock
from fntui.history.migrations import (
    MIGRATIONS,
    Migrations,
    OtherVersionError,
    check_version,
)
from fntui.history.opening import (
    Identity,
    Opened,
    identity_of,
    open_file,
    prepare,
    set_aside_damaged,
)
from fntui.history.set_aside import NoRoomError, check_room
from fntui.history.soundness import is_damage
from fntui.history.transactions import Work, transacted

_T = TypeVar("_T")


class Database:
    """Does all work on the file, in the one thread that may use it.

    Attributes:
        path: The file.
        notes: Sentences on files that were set aside.
        times_opened: What is remembered of a file that was opened before counts no more.
    """

    def __init__(
        self, path: Path, clock: Clock, busy_s: float, migrations: Migrations = MIGRATIONS
    ) -> None:
        """Open nothing yet; the file is to have been through these migrations."""
        self.path = path
        self.notes: list[str] = []
        self.times_opened = 0
        self._clock = clock
        self._busy_s = busy_s
        self._migrations = migrations
        self._opened: Opened | None = None
        self._left_in_place: Identity | None = None

    @property
    def is_open(self) -> bool:
        """True once anything has been read or written."""
        return self._opened is not None

    def read(self, work: Work[_T]) -> _T:
        """Return what ``work`` finds, all of it as of one moment.

        Like all here it fails with an SQLite error, an OSError or a HistoryError.
        """
        return self._run("BEGIN", work)

    def write(self, work: Work[_T]) -> _T:
        """Return what ``work`` returns, once all that it changed is kept."""
        return self._run("BEGIN IMMEDIATE", work)

    def checkpoint(self) -> None:
        """Put into the file what waits in its log, and cut the log; others may prevent it."""
        self._current().connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the file; it is opened again by what comes next, if anything does."""
        # SQLite leaves the -wal of a file alone that has lost its name to another.
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.connection.close()

    def _run(self, begin: str, work: Work[_T]) -> _T:
        opened = self._current()
        try:
            return self._once(opened, begin, work)
        except OtherVersionError:
            self.close()  # opening it again finds out what it has become
        except sqlite3.DatabaseError as error:
            if not is_damage(error, opened.connection, self._migrations):
                raise
            self._set_aside(opened)
        return self._once(self._current(), begin, work)

    def _once(self, opened: Opened, begin: str, work: Work[_T]) -> _T:
        return transacted(opened.connection, begin, partial(self._checked, work))

    def _checked(self, work: Work[_T], connection: sqlite3.Connection) -> _T:
        check_version(connection, self._migrations)
        return work(connection)

    def _set_aside(self, opened: Opened) -> None:
        """Set the file aside that turned out to be damaged.

        Raises:
            NoRoomError: If there are too many already.
        """
        try:
            self._note(set_aside_damaged(self.path, opened.identity, self._clock.now()))
        except NoRoomError:
            self._left_in_place = opened.identity
            raise
        finally:
            self.close()

    def _current(self) -> Opened:
        """Return the file, opened again if its name has another one by now, or none."""
        if self._opened is not None and not self._is_in_place(self._opened):
            self.close()
        if self._opened is None:
            if identity_of(self.path) == self._left_in_place:
                check_room(self.path)  # what is wrong with it need not show when it is opened
            self._opened = self._open()
            self.times_opened += 1
            self._note(self._opened.note)
        return self._opened

    def _open(self) -> Opened:
        return open_file(self.path, self._clock.now(), self._busy_s, self._migrations)

    def _is_in_place(self, opened: Opened) -> bool:
        return identity_of(self.path) == opened.identity

    def _note(self, sentence: str) -> None:
        if sentence:
            self.notes.append(sentence)


class MemoryDatabase(Database):
    """The same without a file: it ends with its connection."""

    def __init__(self, clock: Clock) -> None:
        """Open nothing yet."""
        super().__init__(Path(":memory:"), clock, 0.0)

    @override
    def _open(self) -> Opened:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        prepare(connection, self._migrations)
        return Opened(connection, (0, 0), "")

    @override
    def _is_in_place(self, opened: Opened) -> bool:
        return True
