"""The tables of version 1, and the header by which a file says whose it is."""

import sqlite3
from typing import Final, NamedTuple

APPLICATION_ID: Final = 0x666E_7475  # "fntu"

_TABLES: Final = (
    # What was seen of each trigger; the long tables name it by a number to be short.
    """
    CREATE TABLE triggers (
        id INTEGER PRIMARY KEY,
        namespace_id BLOB NOT NULL,
        name BLOB NOT NULL,
        retimed_at INTEGER,
        UNIQUE (namespace_id, name)
    )
    """,
    """
    CREATE TABLE runs (
        trigger_id INTEGER NOT NULL,
        started_at INTEGER NOT NULL,
        slot_at INTEGER,
        seen_at INTEGER NOT NULL,
        PRIMARY KEY (trigger_id, started_at)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE missed (
        trigger_id INTEGER NOT NULL,
        slot_at INTEGER NOT NULL,
        PRIMARY KEY (trigger_id, slot_at)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE pauses (
        trigger_id INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        until_at INTEGER,
        PRIMARY KEY (trigger_id, from_at)
    ) WITHOUT ROWID
    """,
    # What was done and seen, and what a person set.
    """
    CREATE TABLE activity (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        actor BLOB NOT NULL,
        namespace_id BLOB NOT NULL,
        target BLOB NOT NULL,
        words BLOB NOT NULL
    )
    """,
    "CREATE INDEX activity_at ON activity (at)",
    """
    CREATE TABLE acknowledged (
        kind TEXT NOT NULL,
        namespace_id BLOB NOT NULL,
        name BLOB NOT NULL,
        acknowledged_at INTEGER NOT NULL,
        ends_at INTEGER,
        ends_with_run INTEGER NOT NULL,
        PRIMARY KEY (kind, namespace_id, name)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE pinned (namespace_id BLOB PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    # What passes between several fntui of an account. AUTOINCREMENT: no serial comes twice.
    """
    CREATE TABLE findings (
        serial INTEGER PRIMARY KEY AUTOINCREMENT,
        account BLOB NOT NULL,
        unit BLOB NOT NULL,
        at INTEGER NOT NULL,
        fact BLOB NOT NULL,
        UNIQUE (account, unit)
    )
    """,
    """
    CREATE TABLE watchers (
        account BLOB NOT NULL,
        watcher BLOB NOT NULL,
        calls_made INTEGER NOT NULL,
        called_at INTEGER NOT NULL,
        namespace_id BLOB,
        shows_keys INTEGER NOT NULL,
        is_attended INTEGER NOT NULL,
        requests INTEGER NOT NULL,
        PRIMARY KEY (account, watcher)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE leads (account BLOB PRIMARY KEY, watcher BLOB NOT NULL) WITHOUT ROWID",
    f"PRAGMA application_id = {APPLICATION_ID}",
)


class Header(NamedTuple):
    """What a file says of itself.

    Attributes:
        owner: The program that made it; 0: it does not say.
        version: Of its tables; 0: none.
    """

    owner: int
    version: int


def create(connection: sqlite3.Connection) -> None:
    """Make the tables of version 1 in an empty file, inside the caller's transaction."""
    for statement in _TABLES:
        connection.execute(statement)


def header(connection: sqlite3.Connection) -> Header:
    """Return what the file says of itself."""
    return Header(number(connection, "PRAGMA application_id"), version(connection))


def version(connection: sqlite3.Connection) -> int:
    """Return which version of the tables the file has."""
    return number(connection, "PRAGMA user_version")


def is_empty(connection: sqlite3.Connection) -> bool:
    """Return True if nothing was ever put into the file."""
    return not number(connection, "SELECT count(*) FROM sqlite_master")


def number(connection: sqlite3.Connection, question: str) -> int:
    """Return the one number that answers ``question``."""
    answer: int = connection.execute(question).fetchone()[0]
    return answer
