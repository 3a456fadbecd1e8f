"""Damage that SQLite does not report: missing tables and columns, and values that can't be."""

import sqlite3
from contextlib import aclosing
from pathlib import Path

import pytest
from typing_extensions import override

from fntui.clock import ManualClock
from fntui.core.watch.history_port import Batch, Wish
from fntui.history import SqliteHistory
from fntui.history.database import Database
from fntui.history.soundness import is_damage
from tests.support.builders import a_trigger
from tests.support.damaged_history import (
    FULL,
    change,
    columns,
    delete,
    drop_column,
    in_place,
    put_value,
    use,
)
from tests.support.made_facts import triggers
from tests.support.sample import sample

TABLES = (
    *("triggers", "runs", "missed", "pauses", "activity", "acknowledged", "pinned", "meta"),
    *("findings", "watchers", "leads"),
)
NO_UNIQUE_INDEX = (
    "CREATE TABLE findings (serial INTEGER PRIMARY KEY AUTOINCREMENT, account BLOB NOT NULL,"
    " unit BLOB NOT NULL, at INTEGER NOT NULL, fact BLOB NOT NULL)"
)
STAMP = "20261123T143800Z"
PLACES = {
    "recall": ["activity.at", "activity.actor", "activity.namespace_id", "activity.target"],
    "recall, too": ["activity.words", "meta.value"],
    "noted": [f"acknowledged.{name}" for name in ("kind", "acknowledged_at", "ends_with_run")],
    "noted, too": ["acknowledged.namespace_id", "acknowledged.name", "pinned.namespace_id"],
    "records": ["triggers.retimed_at", "runs.started_at", "runs.slot_at", "runs.seen_at"],
    "records, too": ["missed.slot_at", "pauses.from_at", "pauses.until_at"],
    "findings": ["findings.at", "findings.fact"],
    "take_part": [f"watchers.{name}" for name in ("watcher", "calls_made", "called_at")],
    "take_part, too": [f"watchers.{name}" for name in ("requests", "shows_keys", "is_attended")],
    "take_part, and": ["watchers.namespace_id", "leads.watcher"],
}
"""By which call each column is read."""
READ_BY = [(call.split(",")[0], place) for call, places in PLACES.items() for place in places]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "prod.db"


def sentence(path: Path) -> str:
    aside = path.with_name(f"prod.db.broken-{STAMP}")
    return f"The history {path} was broken: it was set aside as {aside}, and a new one begun."


async def fill(history: SqliteHistory, other: SqliteHistory) -> None:
    """Put something into every table; the first leads."""
    for each in (history, other):
        await each.take_part(Wish(namespace_id="fn-1"))
    await history.write(FULL)


async def write(path: Path) -> None:
    async with aclosing(in_place(path)) as history:
        await history.write(FULL)


async def notes_after_opening(path: Path) -> tuple[str, ...]:
    async with aclosing(in_place(path)) as history:
        assert await use(history) == []
        return history.notes


async def test_a_sound_file_is_used(path: Path) -> None:
    await write(path)
    assert {table for table, _ in columns(path)} == {*TABLES, "sqlite_sequence"}
    change(path, "CREATE INDEX own ON activity (words)", "CREATE TABLE others (x)", "ANALYZE")
    assert await notes_after_opening(path) == ()


@pytest.mark.parametrize("table", TABLES)
async def test_a_missing_table_is_damage(path: Path, table: str) -> None:
    await write(path)
    change(path, f"DROP TABLE {table}")
    assert await notes_after_opening(path) == (sentence(path),)


@pytest.mark.parametrize("table", TABLES)
async def test_so_is_one_that_goes_missing_in_use(path: Path, table: str) -> None:
    async with aclosing(in_place(path)) as history:
        assert await use(history) == []
        change(path, f"DROP TABLE {table}")
        assert await use(history) == []
        assert history.notes == (sentence(path),)


@pytest.mark.parametrize(
    "which", sample({"last of each table": 1, "every": 0}, "last of each table")
)
async def test_a_missing_column_is_damage(path: Path, which: int) -> None:
    await write(path)
    places = [each for each in columns(path) if each[0] != "sqlite_sequence"]
    for table, column in dict(places).items() if which else places:
        await write(path)
        drop_column(path, f"{table}.{column}")
        assert await notes_after_opening(path) == (sentence(path),), (table, column)
        delete(path.parent, "*.broken-*")


@pytest.mark.parametrize("place", ["runs.seen_at", "activity.words", "meta.value", "leads.watcher"])
async def test_so_is_one_that_goes_missing_in_use_even_with_its_key(path: Path, place: str) -> None:
    async with aclosing(in_place(path)) as history:
        assert await use(history) == []
        drop_column(path, place)
        assert await use(history) == []
        assert history.notes == (sentence(path),)


@pytest.mark.parametrize(
    "statements",
    [
        ("ALTER TABLE acknowledged ADD COLUMN another",),
        ("DROP TABLE pinned", "CREATE TABLE pinned (namespace_id BLOB)"),
        ("DROP TABLE pinned", "CREATE VIEW pinned AS SELECT 1 AS namespace_id"),
        (
            "CREATE TABLE new AS SELECT * FROM findings",
            "DROP TABLE findings",
            NO_UNIQUE_INDEX,
        ),
    ],
    ids=["a column more", "no key", "a view", "no unique index"],
)
async def test_a_table_that_fntui_has_not_made_is_damage(
    path: Path, statements: tuple[str, ...]
) -> None:
    await write(path)
    change(path, *statements)
    assert await notes_after_opening(path) == (sentence(path),)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sqlite_sequence SET seq = 9223372036854775807",
        "UPDATE sqlite_sequence SET seq = 'text'",
        "UPDATE findings SET serial = 9223372036854775807 WHERE serial = 1",
        "UPDATE findings SET serial = -5 WHERE serial = 1",
    ],
)
async def test_serials_that_leave_no_room_or_are_negative_are_damage(
    path: Path, statement: str
) -> None:
    await write(path)
    change(path, statement)
    assert await notes_after_opening(path) == (sentence(path),)


@pytest.mark.parametrize(("call", "place"), READ_BY)
@pytest.mark.parametrize("value", sample({"negative": -(2**63), "fraction": 1.5}, "negative"))
async def test_a_value_that_can_not_be_is_damage_when_it_is_read(
    path: Path, call: str, place: str, value: object
) -> None:
    async with aclosing(in_place(path)) as history, aclosing(in_place(path)) as other:
        await fill(history, other)
        put_value(path, place, value)
        assert await use(history, [call]) == []
        assert history.notes == (sentence(path),)


NOT_NULL = [
    (call, place)
    for call, place in READ_BY
    if place
    not in {
        *("triggers.retimed_at", "runs.slot_at", "pauses.until_at", "watchers.namespace_id"),
        # SQLite lets no NULL into the key of such a table.
        *("meta.name", "acknowledged.kind", "acknowledged.namespace_id", "acknowledged.name"),
        *("pinned.namespace_id", "runs.started_at", "missed.slot_at", "pauses.from_at"),
        "watchers.watcher",
    }
]


@pytest.mark.parametrize(
    "where",
    sample(
        {place: (call, place) for call, place in NOT_NULL},
        *("activity.at", "meta.value", "acknowledged.ends_with_run", "runs.seen_at"),
        *("findings.fact", "watchers.requests", "leads.watcher"),
    ),
)
async def test_so_is_a_null_where_none_may_be(path: Path, where: tuple[str, str]) -> None:
    call, place = where
    async with aclosing(in_place(path)) as history, aclosing(in_place(path)) as other:
        await fill(history, other)
        put_value(path, place, None)
        assert await use(history, [call]) == []
        assert history.notes == (sentence(path),)


@pytest.mark.parametrize(
    ("name", "value", "is_damage"),
    [
        ("lag_s", -1.0, True),
        ("lag_s", float("inf"), True),
        ("lag_s", "text", True),
        ("lag_at", 10**18, True),
        ("lag_at", 1.5, True),
        ("lag_s", 2, False),
        ("first_look_s", -1.0, True),
        ("first_look_s", float("inf"), True),
    ],
)
async def test_a_learned_value_that_can_not_be_is_damage(
    path: Path, name: str, value: object, *, is_damage: bool
) -> None:
    await write(path)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = ?", (value, name))
    connection.close()
    async with aclosing(in_place(path)) as history:
        kept = await history.recall()
        assert (kept.lag is None) is is_damage
        assert len(history.notes) == is_damage


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("calls_made", value) for value in (-1, 10**13)),
        *(("requests", value) for value in (-1, 10**13)),
        *(("called_at", 10**18), ("shows_keys", 7), ("is_attended", -1)),
    ],
)
async def test_counts_and_flags_have_limits(path: Path, column: str, value: int) -> None:
    async with aclosing(in_place(path)) as history, aclosing(in_place(path)) as other:
        await history.take_part(Wish())
        await other.take_part(Wish())
        put_value(path, f"watchers.{column}", value)
        await history.take_part(Wish())
        assert history.notes == (sentence(path),)


@pytest.mark.parametrize(("column", "value"), [("calls_made", -1), ("called_at", 10**18)])
async def test_so_have_those_of_the_one_that_leads(path: Path, column: str, value: int) -> None:
    async with aclosing(in_place(path)) as history, aclosing(in_place(path)) as other:
        await history.take_part(Wish())
        put_value(path, f"watchers.{column}", value)
        await other.take_part(Wish())
        assert other.notes == (sentence(path),)


async def test_a_null_that_stops_a_write_is_damage(path: Path) -> None:
    async with aclosing(in_place(path)) as history:
        await history.write(FULL)
        put_value(path, "runs.slot_at", None)
        put_value(path, "runs.seen_at", None)
        assert await use(history, ["write"]) == []
        assert history.notes == (sentence(path),)


def test_a_wrong_statement_on_a_sound_file_is_no_damage(path: Path) -> None:
    database = Database(path, ManualClock(), 0.0)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        database.read(lambda connection: connection.execute("SELECT 1 FROM nowhere"))
    assert database.notes == []
    database.close()


@pytest.mark.parametrize(
    ("code", "is_so"), [(sqlite3.SQLITE_CORRUPT, True), (sqlite3.SQLITE_BUSY, False)]
)
def test_where_the_file_can_not_be_checked_the_reason_decides(code: int, *, is_so: bool) -> None:
    class Failing(sqlite3.Connection):
        @override
        def execute(self, *_: object) -> sqlite3.Cursor:
            raise failure(code)

    connection = Failing(":memory:")
    assert is_damage(failure(sqlite3.SQLITE_ERROR), connection, ()) is is_so
    connection.close()


def failure(code: int) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("as SQLite says it")
    error.sqlite_errorcode = code
    return error


async def test_a_finding_that_is_too_deep_is_left_out(path: Path) -> None:
    async with aclosing(in_place(path)) as history:
        await history.write(Batch(findings=(triggers("11:01", a_trigger()),)))
        for first in (b"", b"\xc1"):
            put_value(path, "findings.fact", first + b"\x91" * 5000)
            async with aclosing(in_place(path)) as other:
                assert await other.findings() == ()
                assert other.notes == ()
