"""Opens a history's file: made private, looked at before it is trusted, set aside if it is broken.

Nothing is deleted, and a file of another program is not touched. Several fntui may open a file at
once: they do so one after another, by a lock on its folder, lest one sets aside what another has
just begun.
"""

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from typing_extensions import override

from fntui.core.watch.history_port import HistoryError
from fntui.files import check_regular, create_private, make_private_folder
from fntui.history import schema
from fntui.history.failures import is_broken
from fntui.history.transactions import transacted
from fntui.history.values import MalformedValueError

Identity = tuple[int, int]
"""Device and inode: which file it is, whatever its name."""

_LOG_SIZE: Final = 4_000_000  # bytes to which the write-ahead log is cut back
_BROKEN: Final = "broken"
_NEWER: Final = "newer"
_FIT: Final = ""
_SAY: Final = {_BROKEN: "was broken", _NEWER: "is of a newer fntui"}


class Opened(NamedTuple):
    """A file that was opened.

    Attributes:
        identity: To find out whether it still is what has its name.
        note: What was set aside for it, as a sentence; ``""``: nothing.
    """

    connection: sqlite3.Connection
    identity: Identity
    note: str


def open_file(path: Path, now: datetime, busy_s: float) -> Opened:
    """Return the file, ready for use, in a folder that is made (0700) if it is missing.

    Fails with an OSError, an SQLite error, or the HistoryError that names another program's file.
    """
    make_private_folder(path.parent)
    with _alone_in(path.parent):
        _make(path)
        note = ""
        if state := _state(path, busy_s):
            note = _set_aside(path, state, now)
            _make(path)
        identity = identity_of(path)
        return Opened(_ready(path, busy_s), identity, note)


def set_aside_broken(path: Path, identity: Identity, now: datetime) -> str:
    """Rename a file that turned out to be broken in use; return the sentence to tell.

    ``""``: another fntui has done so already, and what has the name now is another file.
    """
    with _alone_in(path.parent):
        return _set_aside(path, _BROKEN, now) if identity_of(path) == identity else ""


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


class _Connection(sqlite3.Connection):
    """Tells in SQLite's way of a broken file, where Python can't read what SQLite says of it."""

    @override
    def execute(self, *args: Any) -> sqlite3.Cursor:
        try:
            return super().execute(*args)
        except UnicodeDecodeError:  # it cites the file
            raise MalformedValueError("no database that SQLite can tell of") from None


def connect(path: Path, mode: str, busy_s: float) -> sqlite3.Connection:
    """Return a connection to the file, in a mode of SQLite's URIs."""
    # quote() takes bytes: a path may be no Unicode.
    uri = f"file://{quote(os.fsencode(path.absolute()))}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=busy_s, isolation_level=None, factory=_Connection)


def _state(path: Path, busy_s: float) -> str:
    """Look at the file without a chance to change it, and return in which state it is.

    Raises:
        sqlite3.DatabaseError: If it can't be looked at.
    """
    with closing(connect(path, "ro", busy_s)) as connection:
        try:
            return _state_of(connection, path)
        except sqlite3.DatabaseError as error:
            if is_broken(error):
                return _BROKEN
            raise


def _state_of(connection: sqlite3.Connection, path: Path) -> str:
    """Return in which state the file is.

    Raises:
        HistoryError: If it is another program's.
    """
    owner, version = schema.application_id(connection), schema.version(connection)
    if owner == 0 and schema.is_empty(connection):
        return _FIT
    if owner != schema.APPLICATION_ID:
        raise HistoryError(
            f"The history {path} is a database of another program, and was not touched: "
            "what is seen is kept in memory only."
        )
    if version > schema.VERSION:
        return _NEWER
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    return _FIT if version == schema.VERSION and found == "ok" else _BROKEN


def _set_aside(path: Path, state: str, now: datetime) -> str:
    aside = _free_name(path, f"{state}-{now:%Y%m%dT%H%M%SZ}")
    # The file itself comes last: whatever ends this on the way, the rest is found with the next.
    for end in ("-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
    return f"The history {path} {_SAY[state]}: it was set aside as {aside}, and a new one begun."


def _free_name(path: Path, end: str) -> Path:
    aside, count = path.with_name(f"{path.name}.{end}"), 1
    while aside.exists():
        count += 1
        aside = path.with_name(f"{path.name}.{end}-{count}")
    return aside


def _ready(path: Path, busy_s: float) -> sqlite3.Connection:
    connection = connect(path, "rw", busy_s)
    try:
        path.chmod(0o600)
        prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def prepare(connection: sqlite3.Connection) -> None:
    """Set the connection up, and make the tables if there are none yet."""
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # counts before the first table only
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing by it
    connection.execute(f"PRAGMA journal_size_limit = {_LOG_SIZE}")
    if schema.version(connection) == 0:
        transacted(connection, "BEGIN IMMEDIATE", schema.create)
