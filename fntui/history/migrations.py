"""Migrations: how a file of an older version of the tables becomes one of this version.

A new version is a tuple of statements at the end of ``MIGRATIONS``. The tables of version 1 in
``schema.py`` never change: a new file is made as version 1 and migrated like any other, so that a
file has the same tables whichever version it began with.
"""

import sqlite3
from typing import Final

from fntui.history import schema

Migrations = tuple[tuple[str, ...], ...]
"""The statements that lead from version 1 to 2, those from 2 to 3, and so on."""

MIGRATIONS: Final[Migrations] = ()


class OtherVersionError(sqlite3.DatabaseError):
    """The file has another version of the tables by now: another fntui has migrated it."""


def newest(migrations: Migrations) -> int:
    """Return the version that the migrations lead to."""
    return 1 + len(migrations)


def up_to(version: int, migrations: Migrations) -> Migrations:
    """Return the migrations that a file of ``version`` has been through."""
    return migrations[: version - 1]


def check_version(connection: sqlite3.Connection, migrations: Migrations) -> None:
    """Make sure that the file still has the version that the migrations lead to.

    Raises:
        OtherVersionError: If it has another one.
    """
    if schema.version(connection) != newest(migrations):
        raise OtherVersionError


def migrate(connection: sqlite3.Connection, migrations: Migrations) -> None:
    """Make the tables in an empty file, or migrate a file, inside the caller's transaction.

    Raises:
        OtherVersionError: If the file is newer than the migrations lead to.
    """
    version = schema.version(connection)
    if version > newest(migrations):
        raise OtherVersionError
    if version == 0:
        schema.create(connection)
    for statements in migrations[max(0, version - 1) :]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {newest(migrations)}")
