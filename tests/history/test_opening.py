import asyncio
import os
import sqlite3
import stat
import threading
from collections.abc import Generator
from contextlib import aclosing, closing
from functools import partial
from pathlib import Path

import pytest

from fntui.clock import ManualClock
from fntui.core.watch.history_port import Batch, HistoryError, Kept, Wish
from fntui.history import Limits, SqliteHistory, open_history
from fntui.history.opening import _alone_in, identity_of, set_aside_damaged
from fntui.history.thread import OneThread
from tests.support.builders import NOON
from tests.support.kept_values import KEY, a_line, with_runs
from tests.support.made_facts import BILLING, namespaces

BATCH = Batch(
    records={KEY: with_runs(1)},
    activity=(a_line(1),),
    pinned=frozenset({"fn-1"}),
    findings=(namespaces("11:00", BILLING),),
)
STAMP = "20261123T143800Z"


@pytest.fixture(autouse=True)
def _generous_umask() -> Generator[None]:
    before = os.umask(0o000)
    yield
    os.umask(before)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history" / "prod.db"


def opened(path: Path, limits: Limits | None = None) -> SqliteHistory:
    """Return a history on the file that has opened nothing yet."""
    return open_history(path, "account", ManualClock(), limits)


def changed(path: Path, *statements: str) -> None:
    """Change the file as another program would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def put(path: Path, content: bytes) -> None:
    """Make a file, and its folder if it is missing."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def content_of(path: Path) -> bytes:
    return path.read_bytes()


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def link_to(target: Path, path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to(target)


def make_readable(path: Path) -> None:
    path.chmod(0o644)


def names_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


async def write_and_close(path: Path, batch: Batch = BATCH) -> None:
    async with aclosing(opened(path)) as history:
        await history.write(batch)


async def test_nothing_is_opened_before_the_first_call(path: Path) -> None:
    history = opened(path)
    assert history.notes == ()
    assert not path.parent.exists()
    await history.aclose()
    await history.aclose()
    assert not path.parent.exists()


async def test_what_was_kept_is_there_in_the_next_session(path: Path) -> None:
    await write_and_close(path)
    assert names_in(path.parent) == {"prod.db"}
    async with aclosing(opened(path)) as history:
        kept = await history.recall()
        assert kept.activity == BATCH.activity
        assert (await history.noted()).pinned == BATCH.pinned
        assert await history.records([KEY]) == BATCH.records
        assert history.notes == ()


async def test_all_files_are_the_users_alone(path: Path) -> None:
    async with aclosing(opened(path)) as history:
        await history.write(BATCH)
        files = {file.name: mode_of(file) for file in path.parent.iterdir()}
    assert files == dict.fromkeys(("prod.db", "prod.db-wal", "prod.db-shm"), 0o600)
    assert mode_of(path.parent) == 0o700


async def test_a_file_that_others_could_read_is_made_the_users_alone(path: Path) -> None:
    await write_and_close(path)
    make_readable(path)
    await write_and_close(path)
    assert mode_of(path) == 0o600


async def test_it_is_set_up_for_several_and_for_a_sudden_end(path: Path) -> None:
    await write_and_close(path)

    def asked(history: SqliteHistory) -> list[object]:
        execute = history._database._current().connection.execute
        pragmas = ("journal_mode", "synchronous", "auto_vacuum", "busy_timeout", "user_version")
        return [execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]

    async with aclosing(opened(path)) as history:
        await history.recall()
        found = await history._runner.run(partial(asked, history), 5)
    assert found == ["wal", 1, 2, 2000, 1]


@pytest.mark.parametrize("name", ["?mode=memory", "a#b", "100%25", "half\udcff", "ü ' \""])
async def test_any_name_of_a_file_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / name
    await write_and_close(path)
    assert names_in(path.parent) == {name}


@pytest.mark.parametrize("is_there", [True, False])
async def test_a_link_is_not_followed(path: Path, tmp_path: Path, *, is_there: bool) -> None:
    target = tmp_path / "target"
    if is_there:
        put(target, b"")
    link_to(target, path)
    async with aclosing(opened(path)) as history:
        with pytest.raises(HistoryError, match=r"can't be read \(it is a symbolic link\)"):
            await history.recall()
    assert names_in(tmp_path) == {"history"} | ({"target"} if is_there else set())
    assert not is_there or content_of(target) == b""


async def test_what_is_no_file_is_refused_and_never_waited_for(path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)
    async with aclosing(opened(path)) as history:
        with pytest.raises(HistoryError, match="not a regular file"):
            await history.recall()


async def test_a_folder_that_can_not_be_made_is_said(path: Path) -> None:
    path.parent.write_text("a file")
    async with aclosing(opened(path)) as history:
        with pytest.raises(HistoryError) as caught:
            await history.recall()
        assert caught.value.sentence == (
            f"The history {path} can't be read (not a directory): "
            "what is seen is kept in memory only."
        )
        path.parent.unlink()
        await history.write(BATCH)
        assert (await history.noted()).pinned == BATCH.pinned


async def test_what_is_no_database_is_set_aside_and_a_new_one_begun(path: Path) -> None:
    put(path, b"my shopping list " * 100)
    async with aclosing(opened(path)) as history:
        assert await history.recall() == Kept()
        aside = path.with_name(f"prod.db.broken-{STAMP}")
        assert history.notes == (
            f"The history {path} was broken: it was set aside as {aside}, and a new one begun.",
        )
        await history.write(BATCH)
    assert content_of(aside) == b"my shopping list " * 100
    assert names_in(path.parent) == {"prod.db", aside.name}


async def test_nothing_that_was_set_aside_is_written_over(path: Path) -> None:
    for number in range(3):
        put(path, b"broken %d " % number * 100)
        async with aclosing(opened(path)) as history:
            await history.recall()
    asides = [f"prod.db.broken-{STAMP}{end}" for end in ("", "-2", "-3")]
    contents = [content_of(path.with_name(name))[:8] for name in asides]
    assert contents == [b"broken 0", b"broken 1", b"broken 2"]


async def test_broken_pages_are_found_when_it_is_opened(path: Path) -> None:
    lines = tuple(a_line(n, words="x" * 99) for n in range(500))
    await write_and_close(path, Batch(activity=lines))
    content = bytearray(content_of(path))
    content[-8192:-4096] = b"\xa5" * 4096
    put(path, bytes(content))
    async with aclosing(opened(path)) as history:
        assert await history.recall() == Kept()
        assert [note.partition(":")[0] for note in history.notes] == [
            f"The history {path} was broken"
        ]


async def test_what_sqlite_cites_of_a_broken_file_need_not_be_text(path: Path) -> None:
    await write_and_close(path)
    put(path, content_of(path).replace(b"CREATE TABLE findings", b"CREATE \xa0ABLE findings"))
    async with aclosing(opened(path)) as history:
        assert await history.recall() == Kept()
        assert [note.partition(":")[0] for note in history.notes] == [
            f"The history {path} was broken"
        ]


async def test_a_file_of_ours_without_a_version_is_broken(path: Path) -> None:
    await write_and_close(path)
    changed(path, "PRAGMA user_version = 0")
    async with aclosing(opened(path)) as history:
        assert await history.recall() == Kept()
        assert len(history.notes) == 1


@pytest.mark.parametrize("mine", ["PRAGMA application_id = 7", "CREATE TABLE theirs (x)"])
async def test_a_database_of_another_program_is_not_touched(path: Path, mine: str) -> None:
    path.parent.mkdir()
    changed(path, mine)
    before, mode = content_of(path), mode_of(path)
    assert mode != 0o600
    async with aclosing(opened(path)) as history:
        with pytest.raises(HistoryError):
            await history.write(BATCH)
        with pytest.raises(HistoryError) as caught:
            await history.recall()
        assert caught.value.sentence == (
            f"The history {path} is a database of another program, and was not touched: "
            "what is seen is kept in memory only."
        )
        assert history.notes == ()
    assert (content_of(path), mode_of(path)) == (before, mode)
    assert names_in(path.parent) == {"prod.db"}


async def test_nor_is_the_log_that_another_program_left_behind(path: Path) -> None:
    theirs = path.with_name("theirs.db")
    put(theirs, b"")
    with closing(sqlite3.connect(theirs, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE theirs (x)")
        for end in ("", "-wal"):  # as if it had been killed
            put(path.with_name(f"prod.db{end}"), content_of(path.with_name(f"theirs.db{end}")))
    before = [content_of(path.with_name(f"prod.db{end}")) for end in ("", "-wal")]
    async with aclosing(opened(path)) as history:
        with pytest.raises(HistoryError, match="of another program"):
            await history.recall()
    assert [content_of(path.with_name(f"prod.db{end}")) for end in ("", "-wal")] == before


async def test_a_file_that_was_begun_and_not_finished_is_used(path: Path) -> None:
    put(path, b"")
    changed(path, "PRAGMA journal_mode = WAL")
    assert content_of(path)
    await write_and_close(path)


async def test_a_file_that_breaks_in_use_is_set_aside_and_the_call_made_again(path: Path) -> None:
    async with aclosing(opened(path)) as history:
        await history.write(BATCH)
        changed(
            path,
            "PRAGMA writable_schema = 1",
            "UPDATE sqlite_master SET rootpage = 99999",
            "PRAGMA schema_version = 99",
        )
        await history.write(BATCH)
        aside = path.with_name(f"prod.db.broken-{STAMP}")
        assert [aside.name in note for note in history.notes] == [True]
        assert (await history.noted()).pinned == BATCH.pinned
        assert await history.findings() == BATCH.findings
    assert {aside.name, f"{aside.name}-wal"} <= names_in(path.parent)


async def test_a_value_that_can_not_be_is_taken_for_a_broken_file(path: Path) -> None:
    async with aclosing(opened(path)) as history:
        await history.write(BATCH)
        changed(path, "UPDATE activity SET at = 'never'")
        assert await history.recall() == Kept()
        assert len(history.notes) == 1


async def test_who_opens_a_file_waits_for_another_that_is_about_to(path: Path) -> None:
    """Else it might set aside what the other has just begun."""
    put(path, b"broken " * 100)
    history = opened(path)
    with _alone_in(path.parent):
        recalled = asyncio.ensure_future(history.recall())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(recalled), 0.05)
        assert history.notes == ()
    async with aclosing(history):
        assert await recalled == Kept()
        assert len(history.notes) == 1


async def test_another_fntui_goes_on_with_the_new_file(path: Path) -> None:
    async with aclosing(opened(path)) as one, aclosing(opened(path)) as other:
        await one.write(BATCH)
        assert await other.findings() == BATCH.findings
        assert (await other.take_part(Wish())).is_ours
        changed(path, "UPDATE activity SET at = 'never'")
        assert await one.recall() == Kept()
        await one.write(BATCH)
        assert await other.recall() == await one.recall()
        assert await other.findings() == BATCH.findings
        assert (len(one.notes), other.notes) == (1, ())
    assert names_in(path.parent) >= {"prod.db"}


def test_a_file_that_another_fntui_has_replaced_is_not_set_aside(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("broken")
    before = identity_of(path)
    path.rename(path.with_name("aside"))
    path.write_text("new")
    assert set_aside_damaged(path, before, NOON) == ""
    assert names_in(path.parent) == {"prod.db", "aside"}


async def test_a_file_that_is_deleted_in_use_is_begun_anew(path: Path) -> None:
    async with aclosing(opened(path)) as history:
        await history.write(BATCH)
        await history.findings()
        for file in path.parent.iterdir():
            file.unlink()
        await history.write(BATCH)
        assert names_in(path.parent) == {"prod.db", "prod.db-wal", "prod.db-shm"}
        assert (await history.noted()).pinned == BATCH.pinned
        assert await history.findings() == BATCH.findings


async def test_pins_that_another_took_off_are_not_put_back(path: Path) -> None:
    async with aclosing(opened(path)) as one, aclosing(opened(path)) as other:
        await one.write(BATCH)
        await other.noted()
        await other.write(Batch(pinned=frozenset()))
        await one.write(Batch(pinned=frozenset({"fn-1", "fn-2"})))
        assert (await other.noted()).pinned == {"fn-2"}


async def test_on_a_full_disk_nothing_is_kept_until_there_is_space_again(path: Path) -> None:
    lines = tuple(a_line(n, words=str(n) * 500) for n in range(100))
    batch = Batch(records={KEY: with_runs(2)}, activity=lines)

    async def allow(history: SqliteHistory, pages: int) -> None:
        connection = history._database._current
        limit = f"PRAGMA max_page_count = {pages}"
        await history._runner.run(lambda: connection().connection.execute(limit).fetchall(), 5)

    async with aclosing(opened(path)) as history:
        await history.write(BATCH)
        await allow(history, 1)
        with pytest.raises(HistoryError) as caught:
            await history.write(batch)
        assert caught.value.sentence == (
            f"The history {path} can't be written (no space left on device): "
            "what is seen is kept in memory only."
        )
        assert await history.records([KEY]) == BATCH.records
        await allow(history, 10_000)
        await history.write(batch)
        assert await history.records([KEY]) == {KEY: with_runs(1, 2)}


async def test_a_file_that_stays_locked_is_given_up_and_tried_again(path: Path) -> None:
    await write_and_close(path)
    async with aclosing(opened(path, Limits(busy_s=0.01))) as history:
        await history.recall()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(HistoryError, match="another program keeps it locked"):
                await history.write(Batch(activity=(a_line(2),)))
            assert (await history.recall()).activity == (a_line(1),)
        await history.write(Batch(activity=(a_line(2),)))
        assert (await history.recall()).activity == (a_line(1), a_line(2))


@pytest.mark.parametrize("how", ["PRAGMA locking_mode = EXCLUSIVE", "PRAGMA journal_mode = WAL"])
async def test_a_file_that_is_locked_from_the_start_is_used_later(path: Path, how: str) -> None:
    put(path, b"")
    async with aclosing(opened(path, Limits(busy_s=0.01))) as history:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute(how)
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(HistoryError, match="another program keeps it locked"):
                await history.recall()
        await history.write(BATCH)
        assert history.notes == ()


async def test_a_disk_that_hangs_is_given_up_and_does_not_keep_it_from_closing(path: Path) -> None:
    history, released = opened(path, Limits(call_s=0.01, close_s=0.01)), threading.Event()
    runner = history._runner
    assert isinstance(runner, OneThread)
    runner._put(released.wait)
    for call in (history.recall(), history.records([KEY]), history.write(BATCH)):
        with pytest.raises(HistoryError, match="the disk does not answer"):
            await call
    await history.aclose()
    thread = runner._thread
    assert thread is not None
    assert thread.daemon
    released.set()
    await asyncio.get_running_loop().run_in_executor(None, thread.join)
    assert history._database._opened is None


async def test_a_closed_history_says_so(path: Path) -> None:
    history = opened(path)
    await history.recall()
    await history.aclose()
    with pytest.raises(HistoryError, match="is closed"):
        await history.take_part(Wish())


async def test_closing_a_broken_file_is_no_trouble(path: Path) -> None:
    history = opened(path)
    await history.write(BATCH)
    for file in path.parent.iterdir():
        file.unlink()
    path.parent.rmdir()
    path.parent.write_text("a file")
    await history.aclose()
    assert history._database._opened is None
