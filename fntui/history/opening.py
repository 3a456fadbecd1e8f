"""Opens a history's file: made private, checked before it is trusted, set aside if it is damaged.

Nothing is deleted. A file of another program is not touched, nor is one of a newer fntui; one of an
older fntui is migrated. Several fntui may open a file at once: they do so one after another, by a
lock on its folder, lest one sets aside what another has just begun.
"""

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from fntui.core.watch.history_port import HistoryError
from fntui.files import check_regular, create_private, make_private_folder
from fntui.history import schema
from fntui.history.connection import connect, glance
from fntui.history.failures import is_broken, why
from fntui.history.migrations import Migrations, migrate, newest, up_to
from fntui.history.set_aside import set_aside
from fntui.history.soundness import is_sound
from fntui.history.transactions import transacted

Identity = tuple[int, int]
"""Device and inode: which file it is, whatever its name."""

_LOG_SIZE: Final = 4_000_000  # bytes to which the write-ahead log is cut back


class Opened(NamedTuple):
    """A file that was opened.

    Attributes:
        identity: To find out whether it still is what has its name.
        note: What was set aside for it, as a sentence; ``""``: nothing.
    """

    connection: sqlite3.Connection
    identity: Identity
    note: str


def open_file(path: Path, now: datetime, busy_s: float, migrations: Migrations) -> Opened:
    """Return the file, ready for use, in a folder that is made (0700) if it is missing.

    Fails with an OSError, an SQLite error, or a HistoryError: the file is another program's or a
    newer fntui's, can't be migrated, or is damaged and can't be set aside.
    """
    make_private_folder(path.parent)
    with _alone_in(path.parent):
        _make(path)
        note = ""
        if _is_damaged(path, busy_s, migrations):
            note = set_aside(path, now)
            _make(path)
        identity = identity_of(path)
        return Opened(_ready(path, busy_s, migrations), identity, note)


def set_aside_damaged(path: Path, identity: Identity, now: datetime) -> str:
    """Set a file aside that turned out to be damaged in use; return the sentence to tell.

    ``""``: another fntui has done so already, and what has the name now is another file.
    """
    with _alone_in(path.parent):
        return set_aside(path, now) if identity_of(path) == identity else ""


def identity_of(path: Path) -> Identity:
    """Return which file has the name now; (0, 0): none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_dev, found.st_ino


@contextmanager
def _alone_in(folder: Path) -> Generator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make(path: Path) -> None:
    """Make an empty file of mode 0600; SQLite gives that mode to its -wal and -shm, too.

    An OSError says why that can't be done, or that what is there is a link or no regular file.
    """
    with contextlib.suppress(FileExistsError):
        create_private(path, "")
    # No descriptor of ours: closing one would drop the locks that SQLite holds in this process.
    check_regular(path)


def _is_damaged(path: Path, busy_s: float, migrations: Migrations) -> bool:
    """Look at the file without changing it, and return True if it is damaged.

    Fails with a HistoryError if it is another program's or a newer fntui's.

    Raises:
        sqlite3.DatabaseError: If it can't be looked at.
    """
    _check_owner(path, glance(path), migrations)
    with closing(connect(path, "mode=ro", busy_s)) as connection:
        try:
            return not _is_usable(path, connection, migrations)
        except sqlite3.DatabaseError as error:
            if is_broken(error):
                return True
            raise


def _is_usable(path: Path, connection: sqlite3.Connection, migrations: Migrations) -> bool:
    """Return True for an empty file, and for one of ours without damage.

    Raises:
        HistoryError: If it is another program's, or a newer fntui's.
    """
    header = schema.header(connection)
    if header.owner == 0:
        if not schema.is_empty(connection):
            raise HistoryError(_another_programs(path))
        return True
    _check_owner(path, header, migrations)
    so_far = up_to(header.version, migrations)
    return header.version > 0 and is_sound(connection, so_far)


def _check_owner(path: Path, header: schema.Header, migrations: Migrations) -> None:
    """Check whose the file is.

    Raises:
        HistoryError: If it is another program's, or a newer fntui's.
    """
    if header.owner not in {0, schema.APPLICATION_ID}:
        raise HistoryError(_another_programs(path))
    if header.owner and header.version > newest(migrations):
        raise HistoryError(
            f"The history {path} was made by a newer fntui, and was not touched: what is seen is "
            "kept in memory only. Update fntui to use it."
        )


def _another_programs(path: Path) -> str:
    return (
        f"The history {path} is a database of another program, and was not touched: "
        "what is seen is kept in memory only."
    )


def _ready(path: Path, busy_s: float, migrations: Migrations) -> sqlite3.Connection:
    connection = connect(path, "mode=rw", busy_s)
    try:
        path.chmod(0o600)
        _set_up(connection)
        _bring_up_to_date(path, connection, migrations)
    except BaseException:
        connection.close()
        raise
    return connection


def prepare(connection: sqlite3.Connection, migrations: Migrations) -> None:
    """Set a connection up, and make the tables or migrate them."""
    _set_up(connection)
    _migrate(connection, migrations)


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # counts before the first table only
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing by it
    connection.execute(f"PRAGMA journal_size_limit = {_LOG_SIZE}")


def _bring_up_to_date(path: Path, connection: sqlite3.Connection, migrations: Migrations) -> None:
    """Make the tables or migrate them.

    Raises:
        HistoryError: If there are tables that can't be migrated.
        sqlite3.Error: If there are none, and they can't be made.
    """
    if (before := schema.version(connection)) == newest(migrations):
        return
    try:
        _migrate(connection, migrations)
    except sqlite3.Error as error:
        if before == 0:
            raise
        raise HistoryError(
            f"The history {path} was made by an older fntui and can't be updated "
            f"({why(error, path)}): it was left as it is, and what is seen is kept in memory only."
        ) from error
    if before:
        # Into the file itself, where an older fntui sees the version at a glance.
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def _migrate(connection: sqlite3.Connection, migrations: Migrations) -> None:
    transacted(connection, "BEGIN IMMEDIATE", partial(migrate, migrations=migrations))
