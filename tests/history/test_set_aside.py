"""However often a history is damaged, the files and the sentences that come of it are few."""

from contextlib import aclosing
from pathlib import Path

import pytest

from fntui.core.watch.history_port import HistoryError, Kept
from fntui.history import SqliteHistory
from fntui.history.set_aside import SET_ASIDE_MOST
from tests.support.damaged_history import (
    FULL,
    change,
    content_of,
    delete,
    footprint,
    in_place,
    names_in,
    put,
    use,
)
from tests.support.kept_values import KEY

STAMP = "20261123T143800Z"
ASIDE = [f"prod.db.broken-{STAMP}{end}" for end in ("", "-2", "-3", "-4", "-5")]
DAMAGE = "UPDATE activity SET at = 'never'"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "prod.db"


def no_room(path: Path) -> str:
    return (
        f"The history {path} is damaged, and 5 damaged ones were set aside before it: it was left "
        "as it is, and what is seen is kept in memory only. Check the disk, then move or delete "
        "prod.db.broken-* to begin a new history."
    )


def set_aside(path: Path) -> list[str]:
    names = [name for name in names_in(path.parent) if ".broken-" in name]
    return sorted(name for name in names if not name.endswith(("-wal", "-shm")))


async def damage_in_use(path: Path, history: SqliteHistory) -> list[str]:
    """Have the file damaged and read; return the sentences of calls that failed."""
    failed = await use(history, ["write"])
    if not failed:
        change(path, DAMAGE)
    return failed + await use(history, ["recall"])


async def test_300_rounds_of_damage_in_use_leave_five_files_and_as_many_notes(path: Path) -> None:
    async with aclosing(in_place(path)) as history:
        failed = [await damage_in_use(path, history) for _ in range(300)]
        assert failed[:5] == 5 * [[]]
        assert failed[5] == [no_room(path)]
        assert failed[6:] == 294 * [[no_room(path), no_room(path)]]
        assert len(history.notes) == SET_ASIDE_MOST
        assert history.files_opened == SET_ASIDE_MOST + 1
    assert set_aside(path) == ASIDE
    assert set(names_in(path.parent)) <= {
        name + end for name in ("prod.db", *ASIDE) for end in ("", "-wal", "-shm")
    }


async def test_so_do_300_starts_on_a_disk_that_damages_every_file(path: Path) -> None:
    sentences: list[str] = []
    for number in range(300):
        put(path, b"damaged %d " % number * 99)
        async with aclosing(in_place(path)) as history:
            sentences += await use(history, ["recall"])
            sentences += history.notes
    assert set_aside(path) == ASIDE
    assert set(sentences[5:]) == {no_room(path)}
    contents = [content_of(path.with_name(name)).split()[1] for name in ASIDE]
    assert contents == [b"0", b"1", b"2", b"3", b"4"]
    assert content_of(path) == b"damaged 299 " * 99


async def test_a_damaged_file_that_stays_in_place_is_left_as_it_is(path: Path) -> None:
    async with aclosing(in_place(path)) as history:
        for _ in range(6):
            await damage_in_use(path, history)
        before = footprint(path.parent)
        assert await use(history) == 6 * [no_room(path)]
        assert footprint(path.parent) == before


async def test_once_there_is_room_again_a_new_one_is_begun(path: Path) -> None:
    async with aclosing(in_place(path)) as history:
        for _ in range(6):
            await damage_in_use(path, history)
        delete(path.parent, f"{ASIDE[3]}*")
        assert await history.recall() == Kept()
        assert await use(history) == []
        assert await history.records([KEY]) == FULL.records
    assert set_aside(path) == ASIDE


async def test_so_it_is_once_the_damaged_file_is_gone(path: Path) -> None:
    async with aclosing(in_place(path)) as history:
        for _ in range(6):
            await damage_in_use(path, history)
        delete(path.parent, path.name)
        assert await use(history) == []
        assert len(history.notes) == SET_ASIDE_MOST


async def test_a_sound_file_needs_no_room(path: Path) -> None:
    for name in ASIDE:
        put(path.with_name(name), b"")
    async with aclosing(in_place(path)) as history:
        assert await use(history) == []
        assert history.notes == ()


async def test_a_log_counts_that_was_left_of_one(path: Path) -> None:
    """Whatever killed fntui between two renames, nothing of it is written over."""
    for end in ("-wal", "-shm"):
        put(path.with_name(f"{ASIDE[0]}{end}"), b"of the one before")
    put(path, b"damaged")
    async with aclosing(in_place(path)) as history:
        await history.recall()
    assert set_aside(path) == [ASIDE[1]]
    assert content_of(path.with_name(f"{ASIDE[0]}-wal")) == b"of the one before"


async def test_those_of_another_profile_do_not_count(path: Path) -> None:
    for name in ASIDE:
        put(path.with_name(f"other-{name}"), b"")
    put(path, b"damaged")
    async with aclosing(in_place(path)) as history:
        await history.recall()
        assert len(history.notes) == 1


async def test_several_share_the_room(path: Path) -> None:
    async with aclosing(in_place(path)) as one, aclosing(in_place(path)) as other:
        for _ in range(6):
            await damage_in_use(path, one)
            await damage_in_use(path, other)
        for each in (one, other):
            with pytest.raises(HistoryError, match="5 damaged ones were set aside"):
                await each.recall()
        assert len(one.notes) + len(other.notes) == SET_ASIDE_MOST
    assert set_aside(path) == ASIDE
