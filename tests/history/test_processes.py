"""Real processes: killed at any moment, and several at once."""

import random
import sqlite3
from contextlib import ExitStack, aclosing, closing
from pathlib import Path

import pytest

from fntui.clock import ManualClock, SystemClock
from fntui.core.model.events import Fact
from fntui.core.model.snapshot import Activity, Record, TriggerKey
from fntui.core.watch.history_port import Wish
from fntui.history import open_history
from tests.support.history_process import COMMON, batch_of, keys_of, process, said_by, tell
from tests.support.sample import sample

ENDLESS = "100000"
WISH = Wish()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history" / "prod.db"


def written_until_killed(path: Path, name: str, first: int, count: int) -> int:
    """Have batches written, kill the writer after ``count``, and return the last it told of."""
    last = first - 1
    with process(path, "write", name, str(first), ENDLESS) as writer:
        tell(writer)
        for _ in range(count):
            last = int(said_by(writer))
        writer.kill()
        while line := said_by(writer):
            last = int(line)
    return last


def expected(names: list[str], last: int) -> tuple[dict[TriggerKey, Record], set[Activity]]:
    """Return what batches 0 to ``last`` of each name come to."""
    records: dict[TriggerKey, Record] = {}
    lines: set[Activity] = set()
    for number in range(last + 1):
        for name in names:
            batch = batch_of(name, number)
            lines |= {line for line in batch.activity if line.actor != "someone"}
            for key, new in batch.records.items():
                old = records.get(key, Record())
                if new.runs[0] not in old.runs:
                    runs, missed = (*old.runs, *new.runs), (*old.missed, *new.missed)
                    records[key] = Record(runs=runs[-200:], missed=missed[-200:])
    return records, lines


async def found(
    path: Path, names: list[str]
) -> tuple[dict[TriggerKey, Record], tuple[Activity, ...], tuple[Fact, ...]]:
    """Return all that is kept, after a look whether the file is sound."""
    async with aclosing(open_history(path, "account", ManualClock())) as history:
        keys = [key for name in (*names, COMMON) for key in keys_of(name)]
        result = (await history.records(keys), (await history.recall()).activity)
        findings = await history.findings()
        assert history.notes == ()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return (*result, findings)


@pytest.mark.parametrize("seed", sample({str(seed): seed for seed in range(3)}, "0"))
async def test_who_is_killed_loses_nothing_that_was_kept_and_leaves_nothing_half(
    path: Path, seed: int
) -> None:
    chance, first = random.Random(seed), 0  # noqa: S311 - a test's choice
    for _ in range(3):
        told = written_until_killed(path, "a", first, chance.randrange(12))
        records, lines, findings = await found(path, ["a"])
        numbers = [int(line.words.split()[1]) for line in lines if line.actor == "watch"]
        last = max(numbers, default=-1)
        assert last in {told, told + 1}  # a batch may be kept, and the writer killed before it told
        expected_records, expected_lines = expected(["a"], last)
        assert records == expected_records
        assert (len(lines), set(lines)) == (len(expected_lines), expected_lines)
        assert last == -1 or findings == batch_of("a", last).findings
        first = last + 1


async def test_several_write_at_once_and_nothing_is_lost_or_doubled(path: Path) -> None:
    names, count = ["a", "b", "c"], 40
    with ExitStack() as stack:
        writers = [
            stack.enter_context(process(path, "write", name, "0", str(count))) for name in names
        ]
        for writer in writers:
            tell(writer)
        for writer in writers:
            assert [said_by(writer) for _ in range(count)] == [str(n) for n in range(count)]
            assert (said_by(writer), writer.wait()) == ("", 0)
    records, lines, findings = await found(path, names)
    expected_records, expected_lines = expected(names, count - 1)
    assert records == expected_records
    assert (len(lines), set(lines)) == (len(expected_lines), expected_lines)
    newest = [fact for name in names for fact in batch_of(name, count - 1).findings]
    assert len(findings) == len(newest)
    assert all(fact in findings for fact in newest)


async def test_the_lead_passes_from_one_that_is_killed_to_one_that_lives(path: Path) -> None:
    with process(path, "lead") as first, process(path, "lead") as second:
        clock = ManualClock(SystemClock().now())
        async with aclosing(open_history(path, "account", clock)) as history:
            for each, word in ((first, "leads"), (second, "follows"), (first, "leads")):
                tell(each)
                assert said_by(each) == word
            assert not (await history.take_part(WISH)).is_ours
            first.kill()
            for _ in range(9):
                await clock.advance(1)
                assert not (await history.take_part(WISH)).is_ours
            await clock.advance(1)
            lead = await history.take_part(WISH)
            assert (lead.is_ours, len(lead.wishes)) == (True, 1)
            tell(second)
            assert said_by(second) == "follows"
        tell(second)
        assert said_by(second) == "leads"


def test_several_begin_and_replace_a_broken_file_at_once(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("broken " * 1000)
    with ExitStack() as stack:
        leads = [stack.enter_context(process(path, "lead")) for _ in range(3)]
        for each in leads:
            tell(each)
        assert sorted(said_by(each) for each in leads) == ["follows", "follows", "leads"]
    asides = [file.name for file in path.parent.iterdir() if "broken" in file.name]
    assert len(asides) == 1
    assert path.with_name(asides[0]).read_text() == "broken " * 1000
