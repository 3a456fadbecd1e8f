"""Damage to a file: what SQLite finds, and missing or altered tables, which it doesn't look for."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from typing import Final

from fntui.history.failures import is_broken, may_be_broken
from fntui.history.migrations import Migrations, migrate
from fntui.history.schema import number

_Layout = Mapping[str, frozenset[tuple[object, ...]]]
"""The columns and the unique indexes of each table."""

_COLUMNS: Final = """
    SELECT made.name, "column", cid, part.name, part.type, part."notnull", part.pk
    FROM sqlite_master AS made JOIN pragma_table_info(made.name) AS part
    WHERE made.type = 'table'
"""
_UNIQUE: Final = """
    SELECT made.name, 'unique', part.seqno, part.name, made_index.origin
    FROM sqlite_master AS made
    JOIN pragma_index_list(made.name) AS made_index
    JOIN pragma_index_info(made_index.name) AS part
    WHERE made.type = 'table' AND made_index."unique"
"""
# A serial at SQLite's limit would have it refuse every further row as if the disk were full.
_WRONG_SERIALS: Final = """
    SELECT count(*) FROM (
        SELECT seq AS serial FROM sqlite_sequence WHERE name = 'findings'
        UNION ALL SELECT min(serial) FROM findings
        UNION ALL SELECT max(serial) FROM findings
    )
    WHERE typeof(serial) NOT IN ('integer', 'null') OR serial NOT BETWEEN 0 AND 1 << 60
"""


def is_sound(connection: sqlite3.Connection, migrations: Migrations) -> bool:
    """Return True for a file without damage that has been through these migrations.

    Values are not looked at: those that can't be are found when they are read.
    """
    return (
        connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        and _has_tables(connection, migrations)
        and number(connection, _WRONG_SERIALS) == 0
    )


def is_damage(error: sqlite3.Error, connection: sqlite3.Connection, migrations: Migrations) -> bool:
    """Return True if an error in use comes from damage to the file."""
    if is_broken(error) or not may_be_broken(error):
        return is_broken(error)
    try:
        return not is_sound(connection, migrations)
    except sqlite3.DatabaseError as found:
        return is_broken(found)


def _has_tables(connection: sqlite3.Connection, migrations: Migrations) -> bool:
    found = _layout(connection)
    return all(found.get(table) == parts for table, parts in _expected(migrations).items())


@cache
def _expected(migrations: Migrations) -> _Layout:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, migrations)
        return _layout(connection)


def _layout(connection: sqlite3.Connection) -> _Layout:
    parts: dict[str, set[tuple[object, ...]]] = {}
    for question in (_COLUMNS, _UNIQUE):
        for table, *part in connection.execute(question):
            parts.setdefault(table, set()).add(tuple(part))
    return {table: frozenset(found) for table, found in parts.items()}
