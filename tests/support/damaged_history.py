"""A history's file that is damaged: wrong bytes, missing tables and columns, impossible values."""

import contextlib
import sqlite3
from collections.abc import Awaitable, Callable, Collection
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Final

from typing_extensions import override

from fntui.clock import ManualClock
from fntui.core.model.lag import Lag
from fntui.core.model.snapshot import AccessKeyKey, Acknowledgement, Pause, Record
from fntui.core.watch.history_port import Batch, History, HistoryError, Wish
from fntui.history import Limits, SqliteHistory
from fntui.history.database import Database
from fntui.history.migrations import MIGRATIONS, Migrations
from fntui.history.opening import Opened
from fntui.history.thread import InPlace
from tests.support.builders import a_trigger
from tests.support.kept_values import KEY, a_line, a_run, minutes
from tests.support.made_facts import BILLING, CI, keys, namespaces, triggers

FULL: Final = Batch(
    records={
        KEY: Record(
            runs=tuple(map(a_run, range(30))),
            missed=(minutes(40), minutes(41)),
            pauses=(Pause(from_at=minutes(50), until_at=minutes(51)), Pause(from_at=minutes(52))),
            retimed_at=minutes(53),
        )
    },
    activity=tuple(map(a_line, range(60))),
    acknowledged={
        KEY: Acknowledgement(acknowledged_at=minutes(1), ends_with_run=True),
        AccessKeyKey("fn-1", "k-1"): Acknowledgement(
            acknowledged_at=minutes(2), ends_at=minutes(60)
        ),
    },
    pinned=frozenset({"fn-1", "fn-2"}),
    first_look_s=2.5,
    lag=Lag(lag_s=1.5, seen_at=minutes(3)),
    findings=(namespaces("11:00", BILLING), triggers("11:01", a_trigger()), keys("11:02", CI)),
)
"""Something in every table."""

WILD: Final = (
    *(None, "text", b"\xff", 1.5, float("inf"), -1, 0, 7),
    *(2**63 - 1, -(2**63), 10**13, b"", "", b"\x91" * 5000),
)


class _Hasty(Database):
    """Does not wait until the disk has what was written: no test here switches the machine off."""

    @override
    def _open(self) -> Opened:
        opened = super()._open()
        opened.connection.execute("PRAGMA synchronous = OFF")
        return opened


def in_place(path: Path, migrations: Migrations = MIGRATIONS) -> SqliteHistory:
    """Return a history of an account without a thread, which is pruned within its calls."""
    clock = ManualClock()
    database = _Hasty(path, clock, 0.0, migrations)
    return SqliteHistory(database, InPlace(), "account", clock, Limits(size=100_000))


def change(path: Path, *statements: str) -> None:
    """Change the file as another program would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def columns(path: Path) -> list[tuple[str, str]]:
    """Return every column of every table."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            "SELECT t.name, c.name FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c"
            " WHERE t.type = 'table' ORDER BY 1, 2"
        ).fetchall()


def drop_column(path: Path, place: str) -> None:
    """Make the table again without a column; no key or index is left of it."""
    table, column = place.split(".")
    kept = ", ".join(name for each, name in columns(path) if each == table and name != column)
    change(
        path,
        f"ALTER TABLE {table} RENAME TO old",
        f"CREATE TABLE {table} AS SELECT {kept or '1 AS other'} FROM old",  # noqa: S608
        "DROP TABLE old",
    )


def put_value(path: Path, place: str, value: object) -> None:
    """Put a value into a column of all rows that SQLite lets have it: even a NULL."""
    table, column = place.split(".")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        (made,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
        _declare(connection, table, made.replace(" NOT NULL", ""))
        with contextlib.suppress(sqlite3.IntegrityError):
            connection.execute(f"UPDATE OR IGNORE {table} SET {column} = ?", (value,))  # noqa: S608
        _declare(connection, table, made)


def _declare(connection: sqlite3.Connection, table: str, sql: str) -> None:
    """Have SQLite take the table for one that was made so."""
    version = connection.execute("PRAGMA schema_version").fetchone()[0]
    connection.execute("PRAGMA writable_schema = 1")
    connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (sql, table))
    connection.execute(f"PRAGMA schema_version = {version + 1}")
    connection.execute("PRAGMA writable_schema = 0")


def damage(path: Path, chance: Random) -> None:
    """Damage the file in some way; one that is no database any more stays as it is."""
    ways: list[Callable[[Path, Random], None]] = [_bytes, _cut, _table, _column, _value, _value]
    with contextlib.suppress(sqlite3.Error, UnicodeDecodeError):
        chance.choice(ways)(path, chance)


def _bytes(path: Path, chance: Random) -> None:
    places = [
        each for each in path.parent.iterdir() if each.name in {path.name, f"{path.name}-wal"}
    ]
    with chance.choice(sorted(places)).open("r+b") as file:
        size = file.seek(0, 2)
        for _ in range(chance.choice((1, 3, 20, 200))):
            file.seek(chance.randrange(max(1, size)))
            file.write(bytes([chance.randrange(256)]))


def _cut(path: Path, chance: Random) -> None:
    with path.open("r+b") as file:
        file.truncate(chance.randrange(path.stat().st_size))


def _table(path: Path, chance: Random) -> None:
    change(path, f"DROP TABLE {chance.choice(columns(path))[0]}")


def _column(path: Path, chance: Random) -> None:
    drop_column(path, ".".join(chance.choice(columns(path))))


def _value(path: Path, chance: Random) -> None:
    put_value(path, ".".join(chance.choice(columns(path))), chance.choice(WILD))


async def use(history: History, calls: Collection[str] = ()) -> list[str]:
    """Make these calls, or all; return the sentences of those that failed."""
    made: dict[str, Callable[[], Awaitable[object]]] = {
        "recall": history.recall,
        "noted": history.noted,
        "records": lambda: history.records([KEY]),
        "take_part": lambda: history.take_part(Wish()),
        "findings": history.findings,
        "write": lambda: history.write(FULL),
    }
    sentences: list[str] = []
    for call in calls or made:
        try:
            await made[call]()
        except HistoryError as error:
            sentences.append(error.sentence)
    return sentences


def footprint(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Return all files in the folder: what each holds, its mode, when it was changed."""
    return {
        each.name: (each.read_bytes(), each.stat().st_mode, each.stat().st_ctime_ns)
        for each in folder.iterdir()
    }


def delete(folder: Path, names: str) -> None:
    """Delete the files whose names match."""
    for file in folder.glob(names):
        file.unlink()


def put(path: Path, content: bytes) -> None:
    """Write a file, or over it."""
    path.write_bytes(content)


def content_of(path: Path) -> bytes:
    """Return what a file holds."""
    return path.read_bytes()


def move(path: Path, name: str) -> None:
    """Give a file another name."""
    path.rename(path.with_name(name))


def make_readable(path: Path) -> None:
    """Let others read it."""
    path.chmod(0o644)


def names_in(folder: Path) -> list[str]:
    """Return the names of all files in the folder."""
    return sorted(each.name for each in folder.iterdir())


def inode_of(path: Path) -> int:
    """Return which file it is, whatever its name."""
    return path.stat().st_ino
