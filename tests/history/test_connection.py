"""Connections to a history's file, and a glance at it."""

import sqlite3
from contextlib import aclosing, closing
from pathlib import Path

import pytest

from fntui.history.connection import connect, glance
from fntui.history.schema import APPLICATION_ID, Header
from fntui.history.values import MalformedValueError
from tests.support.damaged_history import FULL, change, content_of, footprint, in_place, put


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history" / "prod.db"


async def write(path: Path) -> None:
    async with aclosing(in_place(path)) as history:
        await history.write(FULL)


@pytest.mark.parametrize("method", ["execute", "executemany"])
async def test_what_sqlite_cites_of_a_damaged_file_need_not_be_text(
    path: Path, method: str
) -> None:
    await write(path)
    put(path, content_of(path).replace(b"CREATE TABLE findings", b"CREATE \xa0ABLE findings"))
    with closing(connect(path, "mode=rw", 0.0)) as connection, pytest.raises(MalformedValueError):
        getattr(connection, method)("INSERT INTO pinned VALUES (?)", [(b"fn-1",)])


async def test_a_text_that_is_none_can_be_read(path: Path) -> None:
    await write(path)
    with closing(connect(path, "mode=ro", 0.0)) as connection:
        assert connection.execute("SELECT CAST(x'41ff' AS TEXT)").fetchone() == ("A\ufffd",)


async def test_a_glance_leaves_nothing_behind(path: Path) -> None:
    await write(path)
    before = footprint(path.parent)
    assert glance(path) == Header(APPLICATION_ID, 1)
    assert footprint(path.parent) == before


async def test_a_glance_takes_no_lock_and_waits_for_none(path: Path) -> None:
    await write(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert glance(path) == Header(APPLICATION_ID, 1)


def test_a_glance_at_what_can_not_be_read_sees_nothing(path: Path) -> None:
    assert glance(path) == Header(0, 0)
    path.parent.mkdir()
    put(path, b"my shopping list " * 100)
    assert glance(path) == Header(0, 0)
    put(path, b"")
    change(path, "PRAGMA user_version = 7")
    assert glance(path) == Header(0, 7)
