import sqlite3
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from fntui.clock import ManualClock
from fntui.core.model.snapshot import Pause, Record, Run, TriggerKey
from fntui.core.watch.history_port import Batch
from fntui.history import SqliteHistory, memory_history
from fntui.history.migrations import MIGRATIONS
from fntui.history.opening import prepare
from fntui.history.rows import add_records, read_records
from tests.support.hostile import any_text
from tests.support.kept_values import KEY, OTHER_KEY, a_run, minutes, moments, with_runs


@pytest.fixture
async def history() -> AsyncGenerator[SqliteHistory]:
    async with aclosing(memory_history("account", ManualClock())) as made:
        yield made


async def kept_of(history: SqliteHistory, *records: Record) -> Record:
    """Return what is kept of a trigger of which ``records`` were written, one after another."""
    for record in records:
        await history.write(Batch(records={KEY: record}))
    return (await history.records([KEY])).get(KEY, Record())


async def test_what_was_seen_of_each_trigger_comes_back(history: SqliteHistory) -> None:
    records = {
        KEY: Record(
            runs=(a_run(0), a_run(15, is_known=False)),
            missed=(minutes(5), minutes(10)),
            pauses=(Pause(from_at=minutes(1), until_at=minutes(2)), Pause(from_at=minutes(16))),
            retimed_at=minutes(-3),
        ),
        OTHER_KEY: with_runs(1),
    }
    await history.write(Batch(records=records))
    unseen = TriggerKey("fn-2", "invoice-run")
    assert await history.records([KEY, OTHER_KEY, unseen]) == records
    assert await history.records([]) == {}


async def test_the_records_of_any_number_of_triggers_come_back(history: SqliteHistory) -> None:
    records = {TriggerKey("fn-1", str(number)): with_runs(number) for number in range(250)}
    await history.write(Batch(records=records))
    assert await history.records(records) == records


async def test_what_is_written_again_is_kept_once(history: SqliteHistory) -> None:
    record = Record(
        runs=(a_run(0), a_run(5)),
        missed=(minutes(10),),
        pauses=(Pause(from_at=minutes(11)),),
        retimed_at=minutes(12),
    )
    assert await kept_of(history, record, record, with_runs(0)) == record


async def test_only_the_last_of_each_come_back(history: SqliteHistory) -> None:
    record = Record(
        runs=tuple(a_run(number) for number in range(0, 500, 2)),
        missed=tuple(minutes(number) for number in range(1, 501, 2)),
        pauses=tuple(
            Pause(from_at=minutes(number), until_at=minutes(number + 1)) for number in range(60)
        ),
    )
    assert await kept_of(history, record) == Record(
        runs=record.runs[-200:], missed=record.missed[-200:], pauses=record.pauses[-50:]
    )


async def test_of_two_readings_of_a_run_the_earlier_counts_and_the_slot_that_one_knows(
    history: SqliteHistory,
) -> None:
    late = a_run(0, is_known=False, seen_s=9)
    early = a_run(0, is_known=False, seen_s=4)
    known = a_run(0, seen_s=12)
    expected = structs.replace(known, seen_at=early.seen_at)
    for order in permutations([late, early, known]):
        another = TriggerKey("fn-1", str(order))
        for run in order:
            await history.write(Batch(records={another: Record(runs=(run,))}))
        assert (await history.records([another]))[another].runs == (expected,)


async def test_a_missed_slot_whose_run_comes_late_is_missed_no_more(
    history: SqliteHistory,
) -> None:
    missed = Record(missed=(minutes(0), minutes(5)))
    late = Run(started_at=minutes(4), slot_at=minutes(0), seen_at=minutes(4.1))
    kept = await kept_of(history, missed, Record(runs=(late,)))
    assert kept.missed == (minutes(5),)
    # Another fntui, or a batch handed over again, that knows of the run no more than before.
    assert (await kept_of(history, missed)).missed == (minutes(5),)


async def test_a_run_just_before_its_slot_counts(history: SqliteHistory) -> None:
    early = Run(
        started_at=minutes(5) - timedelta(seconds=1), slot_at=minutes(5), seen_at=minutes(5)
    )
    kept = await kept_of(history, Record(runs=(early,)), Record(missed=(minutes(5),)))
    assert kept.missed == ()


async def test_a_pause_ends_once_however_often_it_is_told(history: SqliteHistory) -> None:
    begun = Pause(from_at=minutes(1))
    ended, seen_later = (structs.replace(begun, until_at=minutes(m)) for m in (5, 7))
    for order in permutations([begun, ended, seen_later]):
        another = TriggerKey("fn-1", str(order))
        for pause in order:
            await history.write(Batch(records={another: Record(pauses=(pause,))}))
        assert (await history.records([another]))[another].pauses == (ended,)


async def test_a_pause_whose_end_nobody_saw_lasts_until_the_next(history: SqliteHistory) -> None:
    first, second = Pause(from_at=minutes(1)), Pause(from_at=minutes(3), until_at=minutes(4))
    kept = await kept_of(history, Record(pauses=(second,)), Record(pauses=(first,)))
    assert kept.pauses == (structs.replace(first, until_at=minutes(3)), second)


async def test_the_last_retiming_counts(history: SqliteHistory) -> None:
    one, other = Record(retimed_at=minutes(3)), Record(retimed_at=minutes(1))
    assert (await kept_of(history, one, other)).retimed_at == minutes(3)
    assert (await kept_of(history, Record(retimed_at=minutes(4)))).retimed_at == minutes(4)


@given(
    st.lists(st.builds(TriggerKey, any_text(), any_text()), min_size=1, max_size=4, unique=True),
    st.lists(
        st.builds(Run, started_at=moments(), slot_at=st.none() | moments(), seen_at=moments()),
        max_size=4,
        unique_by=lambda run: run.started_at,
    ),
)
def test_any_name_and_any_time_comes_back_exactly(keys: list[TriggerKey], runs: list[Run]) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    prepare(connection, MIGRATIONS)
    record = Record(runs=tuple(sorted(runs, key=lambda run: run.started_at)))
    records = dict.fromkeys(keys, record)
    add_records(connection, records)
    assert read_records(connection, list(records)) == records
    connection.close()


def test_reading_goes_by_indexes_alone() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    prepare(connection, MIGRATIONS)
    add_records(connection, {KEY: Record(runs=(a_run(0),), missed=(minutes(9),))})
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    read_records(connection, [KEY])
    connection.set_trace_callback(None)
    assert len(statements) == 4
    for statement in statements:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert plan
        assert all(step.startswith("SEARCH") for step in plan), plan
    connection.close()
