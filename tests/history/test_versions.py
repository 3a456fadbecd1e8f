"""Two versions of fntui on one history: the newer migrates it, the older leaves it alone."""

import asyncio
import shutil
import sqlite3
from contextlib import aclosing, closing
from functools import partial
from pathlib import Path

import pytest

from fntui.clock import ManualClock
from fntui.core.watch.history_port import HistoryError, Kept
from fntui.history import Limits, SqliteHistory, last_seen
from fntui.history.database import Database
from fntui.history.migrations import MIGRATIONS, Migrations, OtherVersionError, migrate, newest
from fntui.history.thread import OneThread
from tests.support.damaged_history import (
    FULL,
    change,
    content_of,
    footprint,
    in_place,
    inode_of,
    make_readable,
    move,
    names_in,
    put,
    use,
)
from tests.support.kept_values import KEY

COLOURS = (
    "ALTER TABLE triggers ADD COLUMN colour TEXT",
    "CREATE TABLE colours (name TEXT PRIMARY KEY) WITHOUT ROWID",
    "INSERT INTO colours VALUES ('red')",
)
NEWER: Migrations = (*MIGRATIONS, COLOURS)
NEWEST: Migrations = (*NEWER, ("INSERT INTO colours VALUES ('blue')",))
WRONG: Migrations = (*NEWER, ("DROP TABLE activity", "INSERT INTO nowhere VALUES (1)"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history" / "prod.db"


def refusal(path: Path) -> str:
    return (
        f"The history {path} was made by a newer fntui, and was not touched: "
        "what is seen is kept in memory only. Update fntui to use it."
    )


def failure(path: Path) -> str:
    return (
        f"The history {path} was made by an older fntui and can't be updated (SQLite error 1): "
        "it was left as it is, and what is seen is kept in memory only."
    )


def asked(path: Path, question: str) -> list[object]:
    """Return the first column of what the file answers."""
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute(question)]


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


async def write(path: Path, migrations: Migrations = MIGRATIONS) -> None:
    async with aclosing(in_place(path, migrations)) as history:
        await history.write(FULL)


async def test_an_older_fntui_leaves_a_newer_file_alone_and_says_what_to_do(path: Path) -> None:
    await write(path, NEWER)
    make_readable(path)
    before = footprint(path.parent)
    async with aclosing(in_place(path)) as history:
        assert set(await use(history)) == {refusal(path)}
        assert await use(history) == 6 * [refusal(path)]
        assert history.notes == ()
    assert last_seen(path) is None
    assert footprint(path.parent) == before


async def test_nor_is_a_log_changed_that_alone_says_so(path: Path) -> None:
    await write(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM pinned").fetchone()  # nothing newer reaches the file
        async with aclosing(in_place(path, NEWER)) as newer:
            await newer.write(FULL)
            for end in ("", "-wal"):  # as if it had been killed
                copy = path.parent.parent / f"copy.db{end}"
                shutil.copyfile(f"{path}{end}", copy)
    killed = path.parent.parent / "copy.db"
    before = [content_of(killed), content_of(killed.with_name("copy.db-wal"))]
    assert before[0][60:64] == bytes([0, 0, 0, newest(MIGRATIONS)])
    async with aclosing(in_place(killed)) as history:
        assert set(await use(history)) == {refusal(killed)}
    assert last_seen(killed) is None
    assert [content_of(killed), content_of(killed.with_name("copy.db-wal"))] == before


async def test_a_newer_fntui_migrates_an_older_file_in_place(path: Path) -> None:
    await write(path)
    inode = inode_of(path)
    async with aclosing(in_place(path, NEWEST)) as history:
        assert (await history.recall()).activity == FULL.activity
        assert (await history.noted()).pinned == FULL.pinned
        assert await history.records([KEY]) == FULL.records
        assert history.notes == ()
    assert asked(path, "PRAGMA user_version") == [newest(NEWEST)]
    assert asked(path, "SELECT name FROM colours ORDER BY 1") == ["blue", "red"]
    assert (inode_of(path), names_in(path.parent)) == (inode, [path.name])


async def test_a_migrated_file_has_the_tables_of_a_new_one(path: Path) -> None:
    await write(path)
    await write(path, NEWER)
    await write(path, NEWEST)
    new = path.with_name("new.db")
    await write(new, NEWEST)
    tables = "SELECT sql FROM sqlite_master ORDER BY rowid"
    assert asked(path, tables) == asked(new, tables)


async def test_what_was_migrated_stands_in_the_file_itself(path: Path) -> None:
    """An older fntui need not look into the log, which would leave traces."""
    await write(path)
    newer = Database(path, ManualClock(), 0.0, NEWER)
    newer.read(lambda connection: connection.execute("SELECT name FROM colours").fetchall())
    assert content_of(path)[60:64] == bytes([0, 0, 0, newest(NEWER)])
    newer.close()


@pytest.mark.parametrize("first", [MIGRATIONS, NEWER])
async def test_a_migration_that_fails_leaves_the_file_as_it_was(
    path: Path, first: Migrations
) -> None:
    await write(path, first)
    before = dump(path)
    async with aclosing(in_place(path, WRONG)) as history:
        assert set(await use(history)) == {failure(path)}
        assert history.notes == ()
    assert (dump(path), asked(path, "PRAGMA user_version")) == (before, [newest(first)])
    assert names_in(path.parent) == [path.name]
    await write(path, first)


async def test_a_damaged_file_of_an_older_fntui_is_set_aside(path: Path) -> None:
    await write(path)
    change(path, "DROP TABLE activity")
    async with aclosing(in_place(path, NEWER)) as history:
        assert await history.recall() == Kept()
        assert len(history.notes) == 1


async def test_tables_that_can_not_be_made_are_no_failed_update(path: Path) -> None:
    async with aclosing(in_place(path, WRONG)) as history:
        with pytest.raises(HistoryError, match=r"can't be read \(SQLite error 1\)"):
            await history.recall()


@pytest.mark.parametrize("call", ["recall", "noted", "records", "take_part", "findings", "write"])
async def test_an_older_fntui_notices_that_its_open_file_was_migrated(
    path: Path, call: str
) -> None:
    async with aclosing(in_place(path)) as older:
        assert await use(older) == []
        async with aclosing(in_place(path, NEWER)) as newer:
            await newer.recall()
            before = dump(path)
            assert await use(older, [call]) == [refusal(path)]
            assert set(await use(older)) == {refusal(path)}
            assert (older.notes, newer.notes) == ((), ())
            assert dump(path) == before
            assert await use(newer) == []
    assert names_in(path.parent) == [path.name]


async def test_it_goes_on_once_it_has_a_file_of_its_own_again(path: Path) -> None:
    async with aclosing(in_place(path)) as older:
        await write(path, NEWER)
        assert await use(older, ["write"]) == [refusal(path)]
        move(path, "newer.db")
        assert await use(older) == []
        assert older.notes == ()


async def test_an_open_file_of_an_older_version_is_migrated(path: Path) -> None:
    """As when a backup was written over it."""
    await write(path)
    old = content_of(path)
    async with aclosing(in_place(path, NEWER)) as history:
        await history.recall()
        await history.aclose()
    async with aclosing(in_place(path, NEWER)) as history:
        await history.recall()
        change(path, "PRAGMA wal_checkpoint(TRUNCATE)")
        put(path, old)
        assert await use(history) == []
        assert history.notes == ()
    assert asked(path, "PRAGMA user_version") == [newest(NEWER)]


async def test_two_versions_side_by_side_leave_one_file(path: Path) -> None:
    async with aclosing(in_place(path)) as older:
        await older.write(FULL)
        for _ in range(100):
            async with aclosing(in_place(path, NEWER)) as newer:
                assert await use(newer) == []
            assert await use(older, ["take_part", "recall"]) == 2 * [refusal(path)]
    assert names_in(path.parent) == [path.name]


async def test_several_may_migrate_at_once(path: Path) -> None:
    await write(path)
    clock, limits = ManualClock(), Limits()
    make = partial(Database, path, clock, limits.busy_s, NEWEST)
    made = [
        SqliteHistory(make(), OneThread("history"), str(number), clock, limits)
        for number in range(4)
    ]
    recalled = await asyncio.gather(*(each.recall() for each in made))
    assert [each.activity for each in recalled] == 4 * [FULL.activity]
    for each in made:
        assert each.notes == ()
        await each.aclose()
    assert asked(path, "SELECT name FROM colours ORDER BY 1") == ["blue", "red"]


def test_a_file_is_never_taken_back_to_an_older_version() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, NEWER)
        with pytest.raises(OtherVersionError):
            migrate(connection, MIGRATIONS)
        assert connection.execute("PRAGMA user_version").fetchone() == (newest(NEWER),)
