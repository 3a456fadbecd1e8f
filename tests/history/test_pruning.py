import sqlite3
from contextlib import aclosing, closing
from pathlib import Path

import pytest

from fntui.clock import ManualClock
from fntui.core.model.snapshot import AccessKeyKey, Acknowledgement, Pause, Record, TriggerKey
from fntui.core.watch.history_port import Batch, Wish
from fntui.history import Limits, SqliteHistory, open_history
from fntui.history.database import Database
from fntui.history.migrations import MIGRATIONS
from fntui.history.opening import prepare
from fntui.history.pruning import _forget_trigger
from fntui.history.rows import add_records
from fntui.history.thread import InPlace
from fntui.history.values import MalformedValueError
from tests.support.kept_values import KEY, OTHER_KEY, a_line, a_run, minutes, with_runs
from tests.support.made_facts import BILLING, gone, namespaces

DAY = 24 * 60  # minutes
LIMITS = Limits(size=600_000)


def in_place(path: Path, clock: ManualClock, limits: Limits = LIMITS) -> SqliteHistory:
    """Return a history that is pruned within the call for which that is due."""
    return SqliteHistory(Database(path, clock, limits.busy_s), InPlace(), "account", clock, limits)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "db"


def size_of(path: Path) -> int:
    return path.stat().st_size


def asked(path: Path, question: str) -> object:
    """Return what the file answers."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(question).fetchone()[0]


async def filled(history: SqliteHistory, triggers: int, first: int, last: int) -> list[TriggerKey]:
    """Keep a run a minute of so many triggers, and return which they are."""
    keys = [TriggerKey("fn-1", str(number)) for number in range(triggers)]
    runs = Record(runs=tuple(map(a_run, range(first, last))))
    await history.write(Batch(records=dict.fromkeys(keys, runs)))
    return keys


async def test_what_is_older_than_90_days_goes(clock: ManualClock, path: Path) -> None:
    old, new = -91 * DAY, -89 * DAY
    ended, lasting = Acknowledgement(acknowledged_at=minutes(old)), minutes(new)
    key = AccessKeyKey("fn-1", "k-1")
    async with aclosing(in_place(path, clock)) as history:
        await history.recall()
        await history.write(
            Batch(
                records={
                    KEY: Record(
                        runs=(a_run(old), a_run(new), a_run(0)),
                        missed=(minutes(old + 1), minutes(new + 1)),
                        pauses=(
                            Pause(from_at=minutes(old - 2), until_at=minutes(old)),
                            Pause(from_at=minutes(old), until_at=minutes(new)),
                        ),
                    ),
                    OTHER_KEY: Record(runs=(a_run(old),)),
                },
                activity=(a_line(old), a_line(new)),
                acknowledged={
                    KEY: ended,
                    OTHER_KEY: Acknowledgement(acknowledged_at=lasting, ends_at=minutes(old)),
                    key: Acknowledgement(acknowledged_at=lasting, ends_at=minutes(new)),
                },
                findings=(gone("11:00"),),
            )
        )
        await clock.advance(3599)
        assert OTHER_KEY in await history.records([KEY, OTHER_KEY])
        await clock.advance(1)
        await history.recall()
        kept = await history.recall()
        assert await history.records([KEY, OTHER_KEY]) == {
            KEY: Record(
                runs=(a_run(new), a_run(0)),
                missed=(minutes(new + 1),),
                pauses=(Pause(from_at=minutes(old), until_at=minutes(new)),),
            )
        }
        assert kept.activity == (a_line(new),)
        assert set((await history.noted()).acknowledged) == {KEY, key}
        assert await history.findings() == (gone("11:00"),)
    assert asked(path, "SELECT count(*) FROM triggers") == 1


async def test_it_goes_when_the_file_is_opened(clock: ManualClock, path: Path) -> None:
    async with aclosing(in_place(path, clock)) as history:
        await history.recall()
        await history.write(Batch(records={KEY: with_runs(0), OTHER_KEY: with_runs(-91 * DAY)}))
    async with aclosing(in_place(path, clock)) as history:
        await history.recall()
        assert set(await history.records([KEY, OTHER_KEY])) == {KEY}


async def test_in_its_thread_it_goes_too(clock: ManualClock, path: Path) -> None:
    async with aclosing(open_history(path, "account", clock)) as history:
        await history.write(Batch(records={KEY: with_runs(-91 * DAY, 0)}))
        while len((await history.records([KEY]))[KEY].runs) > 1:
            pass
        assert await history.records([KEY]) == {KEY: with_runs(0)}


async def test_a_pause_that_lasts_stays_and_so_does_a_new_retiming(
    clock: ManualClock, path: Path
) -> None:
    paused = Record(pauses=(Pause(from_at=minutes(-99 * DAY)),))
    retimed = Record(retimed_at=minutes(0))
    keys = [TriggerKey("fn-1", name) for name in "abc"]
    records = [paused, retimed, Record(retimed_at=minutes(-99 * DAY))]
    async with aclosing(in_place(path, clock)) as history:
        await history.recall()
        await history.write(
            Batch(records=dict(zip(keys, records, strict=True)), activity=(a_line(0),))
        )
        await clock.advance(3600)
        await history.recall()
        assert await history.records(keys) == {keys[0]: paused, keys[1]: retimed}


@pytest.mark.parametrize("years", [-60, -1, 1, 60])
async def test_a_wrong_clock_deletes_nothing(clock: ManualClock, path: Path, years: int) -> None:
    record = with_runs(-89 * DAY, 0)
    async with aclosing(in_place(path, clock)) as history:
        await history.recall()
        await history.write(Batch(records={KEY: record}))
        clock.step(years * 365 * 86_400)
        await clock.advance(3600)
        await history.recall()
        assert await history.records([KEY]) == {KEY: record}


async def test_a_run_in_years_to_come_deletes_nothing(clock: ManualClock, path: Path) -> None:
    record = with_runs(-89 * DAY, 0, 70 * 365 * DAY)
    async with aclosing(in_place(path, clock)) as history:
        await history.recall()
        await history.write(Batch(records={KEY: record}))
        await clock.advance(3600)
        await history.recall()
        assert await history.records([KEY]) == {KEY: record}


@pytest.mark.parametrize("strange", [[], [70 * 365 * DAY]])
async def test_of_too_much_the_oldest_goes_and_the_file_shrinks(
    clock: ManualClock, path: Path, strange: list[int]
) -> None:
    rare = with_runs(*(-day * DAY for day in range(80, 60, -1)), *strange)
    async with aclosing(in_place(path, clock)) as history:
        await history.recall()
        await history.write(Batch(records={KEY: rare}, activity=(a_line(-80 * DAY),)))
        keys = await filled(history, 20, -1000, 0)
        before = await history.records(keys)
        assert size_of(path.with_name("db-wal")) > LIMITS.size
        await clock.advance(3600)
        await history.recall()
        size = size_of(path)
        assert LIMITS.size * 0.6 < size <= LIMITS.size * 0.8
        assert size_of(path.with_name("db-wal")) == 0
        assert await history.records(keys) == before
        assert await history.records([KEY]) == {KEY: rare}
        left = asked(path, "SELECT count(*) FROM runs WHERE trigger_id = 2")
        assert isinstance(left, int)
        assert 200 <= left < 1000
        # It is not pruned again as soon as something is added.
        await history.write(Batch(records={keys[0]: with_runs(1)}))
        await clock.advance(3600)
        await history.recall()
        assert size_of(path) == size
    assert size_of(path) == size


@pytest.mark.parametrize("years", [-60, 0, 60])
async def test_the_size_is_kept_to_whatever_the_clock_says(
    clock: ManualClock, path: Path, years: int
) -> None:
    async with aclosing(in_place(path, clock)) as history:
        await history.recall()
        clock.step(years * 365 * 86_400)
        keys = await filled(history, 150, -200, 0)
        assert size_of(path.with_name("db-wal")) > LIMITS.size
        await clock.advance(3600)
        await history.recall()
        assert 0 < size_of(path) <= LIMITS.size * 0.8
        left = await history.records(keys)
        assert len(left) == len(keys)
        assert {record.runs[-1] for record in left.values()} == {a_run(-1)}


async def test_times_that_are_none_are_damage(clock: ManualClock, path: Path) -> None:
    async with aclosing(in_place(path, clock)) as history:
        await history.write(Batch(activity=(a_line(0),)))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE activity SET at = 'never'")
    async with aclosing(in_place(path, clock)) as history:
        await history.write(Batch(records={KEY: Record(runs=(a_run(0),))}))
        assert len(history.notes) == 1
        assert await history.records([KEY]) == {}


def test_so_are_those_of_the_runs_that_are_spared() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        prepare(connection, MIGRATIONS)
        add_records(connection, {KEY: Record(runs=(a_run(0),))})
        connection.execute("UPDATE runs SET started_at = 'never'")
        with pytest.raises(MalformedValueError):
            _forget_trigger(connection, 1, cutoff=0, spared=1)


async def test_what_can_not_shrink_is_left(clock: ManualClock, path: Path) -> None:
    """Findings that somebody uses are needed; and a file that was not made to shrink can't."""
    many = tuple(gone("11:00", f"{number:04}" * 50) for number in range(3000))
    async with aclosing(in_place(path, clock)) as history:
        await history.take_part(Wish())
        await history.write(Batch(findings=many, activity=(a_line(0),)))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA auto_vacuum = NONE")
        connection.execute("VACUUM")
        connection.execute("DELETE FROM findings WHERE serial > 2000")
    async with aclosing(in_place(path, clock)) as history:
        await history.take_part(Wish())
        await history.recall()
        assert len(await history.findings()) == 2000
        assert (await history.recall()).activity == (a_line(0),)
    assert size_of(path) > LIMITS.size


async def test_findings_of_a_token_that_nobody_uses_go_before_runs_do(
    clock: ManualClock, path: Path
) -> None:
    many = tuple(gone("11:00", f"{number:04}" * 50) for number in range(3000))
    async with aclosing(in_place(path, clock)) as history:
        await history.write(Batch(findings=many, records={KEY: Record(runs=(a_run(0),))}))
    async with aclosing(in_place(path, clock)) as history:
        await history.recall()
        assert await history.findings() == ()
        assert (await history.records([KEY]))[KEY].runs == (a_run(0),)


async def test_old_findings_go(clock: ManualClock, path: Path) -> None:
    async with aclosing(in_place(path, clock)) as history:
        await history.recall()
        await clock.advance(91 * 86_400)
        today = (a_line(91 * DAY),)
        await history.write(Batch(findings=(namespaces("11:00", BILLING),), activity=today))
        await clock.advance(3600)
        await history.recall()
        assert await history.findings() == ()


async def test_rows_of_watchers_that_nobody_deletes_go(clock: ManualClock, path: Path) -> None:
    lost = in_place(path, clock)
    await lost.take_part(Wish())
    async with aclosing(in_place(path, clock)) as history:
        await clock.advance(86_401)
        await history.take_part(Wish())
        assert asked(path, "SELECT count(*) FROM watchers") == 1
    await lost.aclose()


async def test_pruning_that_fails_is_tried_again_in_an_hour(clock: ManualClock, path: Path) -> None:
    limits = Limits(busy_s=0.01)
    async with aclosing(in_place(path, clock, limits)) as history:
        await history.recall()
        await history.write(Batch(records={KEY: with_runs(-91 * DAY, 0)}))
        await clock.advance(3600)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await history.recall()
        assert await history.records([KEY]) == {KEY: with_runs(-91 * DAY, 0)}
        await clock.advance(3600)
        await history.recall()
        assert await history.records([KEY]) == {KEY: with_runs(0)}
