"""Connections to a history's file, and a glance at its header that leaves no trace."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from typing_extensions import override

from fntui.history import schema
from fntui.history.values import MalformedValueError


class _Connection(sqlite3.Connection):
    """Reports a damaged file in SQLite's way, where Python can't read what SQLite says of it."""

    @override
    def execute(self, *args: Any) -> sqlite3.Cursor:
        try:
            return super().execute(*args)
        except UnicodeDecodeError:  # it cites the file
            raise MalformedValueError("no database that SQLite can tell of") from None

    @override
    def executemany(self, *args: Any) -> sqlite3.Cursor:
        try:
            return super().executemany(*args)
        except UnicodeDecodeError:  # it cites the file
            raise MalformedValueError("no database that SQLite can tell of") from None


def connect(path: Path, options: str, busy_s: float) -> sqlite3.Connection:
    """Return a connection to the file, with options of SQLite's URIs."""
    # quote() takes bytes: a path may be no Unicode.
    uri = f"file://{quote(os.fsencode(path.absolute()))}?{options}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=busy_s, isolation_level=None, factory=_Connection
    )
    connection.text_factory = _text
    return connection


def _text(kept: bytes) -> str:
    """Return a text even if it is none: what it is compared with is not found then."""
    return kept.decode(errors="replace")


def glance(path: Path) -> schema.Header:
    """Return the header of the file, from the file alone: no lock is taken and no log is made.

    A plain connection that only reads leaves a ``-wal`` and a ``-shm`` behind. What is still in
    the log is not seen, and zeros stand for what can't be read: look again before trusting it.
    """
    try:
        with closing(connect(path, "mode=ro&immutable=1", 0.0)) as connection:
            return schema.header(connection)
    except sqlite3.Error:
        return schema.Header(0, 0)
