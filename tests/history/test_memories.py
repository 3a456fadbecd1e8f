import math
from collections.abc import AsyncGenerator
from contextlib import aclosing
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from fntui.clock import ManualClock
from fntui.core.model.lag import Lag
from fntui.core.model.snapshot import AccessKeyKey, Acknowledgement, Activity, TriggerKey
from fntui.core.watch.history_port import Batch, Kept
from fntui.history import SqliteHistory, memory_history
from tests.support.hostile import any_text
from tests.support.kept_values import KEY, a_line, minutes


@pytest.fixture
async def history() -> AsyncGenerator[SqliteHistory]:
    async with aclosing(memory_history("account", ManualClock())) as made:
        yield made


async def lines_after(history: SqliteHistory, *lines: Activity) -> tuple[Activity, ...]:
    """Return the activity once ``lines`` were written, each by itself."""
    for line in lines:
        await history.write(Batch(activity=(line,)))
    return (await history.recall()).activity


async def test_a_new_history_is_empty(history: SqliteHistory) -> None:
    assert await history.recall() == Kept()
    assert history.notes == ()


async def test_lines_come_back_in_order_of_time_and_else_as_they_were_written(
    history: SqliteHistory,
) -> None:
    same = [a_line(1, words=words) for words in ("renamed", "created", "paused")]
    kept = await lines_after(history, a_line(2), *same, a_line(0))
    assert kept == (a_line(0), *same, a_line(2))


async def test_the_last_500_lines_come_back(history: SqliteHistory) -> None:
    lines = tuple(a_line(number, words=str(number)) for number in range(600))
    await history.write(Batch(activity=lines))
    assert (await history.recall()).activity == lines[-500:]


async def test_a_line_written_again_is_kept_once(history: SqliteHistory) -> None:
    others = [
        structs.replace(a_line(1), **{field: "other"})
        for field in ("actor", "namespace_id", "target", "words")
    ]
    lines = [a_line(1), *others, a_line(1.5)]
    assert await lines_after(history, *lines, *lines) == tuple(lines)


@pytest.mark.parametrize("noticed_at", [-0.5, 0, 9.9])
async def test_what_we_did_and_another_noticed_is_told_once(
    history: SqliteHistory, noticed_at: float
) -> None:
    for order in permutations([a_line(0), a_line(noticed_at, "someone")]):
        assert await lines_after(history, *order, *order) == (a_line(0),)


@pytest.mark.parametrize(
    "noticed",
    [
        a_line(-1.1, "someone"),
        a_line(10.1, "someone"),
        a_line(1, "someone", "resumed"),
        a_line(1, "watch"),
        structs.replace(a_line(1, "someone"), target="cleanup"),
        structs.replace(a_line(1, "someone"), namespace_id="fn-2"),
    ],
)
async def test_what_someone_else_did_stays(history: SqliteHistory, noticed: Activity) -> None:
    assert set(await lines_after(history, noticed, a_line(0), noticed)) == {a_line(0), noticed}


async def test_acknowledgements_come_back_until_they_are_taken_back(
    history: SqliteHistory,
) -> None:
    key = AccessKeyKey("fn-1", "invoice-run")
    first, second = (
        Acknowledgement(acknowledged_at=minutes(0), ends_with_run=True),
        Acknowledgement(acknowledged_at=minutes(1), ends_at=minutes(60)),
    )
    await history.write(Batch(acknowledged={KEY: first, key: second}))
    assert (await history.noted()).acknowledged == {KEY: first, key: second}
    await history.write(Batch(acknowledged={KEY: second, key: None}))
    assert (await history.noted()).acknowledged == {KEY: second}


async def test_pins_come_back(history: SqliteHistory) -> None:
    await history.write(Batch(pinned=frozenset({"fn-1", "fn-2"})))
    await history.write(Batch(pinned=frozenset({"fn-2", "fn-3"})))
    await history.write(Batch())
    assert (await history.noted()).pinned == {"fn-2", "fn-3"}
    await history.write(Batch(pinned=frozenset()))
    assert (await history.noted()).pinned == frozenset()


async def test_the_learned_first_look_comes_back(history: SqliteHistory) -> None:
    await history.write(Batch(first_look_s=2.75))
    await history.write(Batch(first_look_s=3.25))
    await history.write(Batch())
    assert (await history.recall()).first_look_s == 3.25


async def test_the_learned_lag_comes_back(history: SqliteHistory) -> None:
    await history.write(Batch(lag=Lag(lag_s=2.75, seen_at=minutes(1))))
    await history.write(Batch(lag=Lag(lag_s=0, seen_at=minutes(2))))
    await history.write(Batch())
    assert (await history.recall()).lag == Lag(lag_s=0, seen_at=minutes(2))


@pytest.mark.parametrize("seconds", [-0.5, math.inf, -math.inf, math.nan])
async def test_a_learned_value_that_can_not_be_is_not_kept(
    history: SqliteHistory, seconds: float
) -> None:
    """At the next start it would pass for damage."""
    lag = Lag(lag_s=1.5, seen_at=minutes(1))
    await history.write(Batch(first_look_s=2.5, lag=lag))
    wrong = Lag(lag_s=seconds, seen_at=minutes(2))
    await history.write(Batch(first_look_s=seconds, lag=wrong, activity=(a_line(1),)))
    assert await history.recall() == Kept(first_look_s=2.5, lag=lag, activity=(a_line(1),))
    assert history.notes == ()


@given(
    st.lists(
        st.builds(
            Activity,
            at=st.integers(0, 9).map(minutes),
            actor=st.sampled_from(["watch", "somebody"]),
            namespace_id=any_text(),
            target=any_text(),
            words=any_text(),
        ),
        max_size=5,
    ),
    st.frozensets(any_text(), max_size=3),
)
async def test_any_text_comes_back_exactly(lines: list[Activity], pins: frozenset[str]) -> None:
    async with aclosing(memory_history("account", ManualClock())) as history:
        acknowledged: dict[TriggerKey | AccessKeyKey, Acknowledgement | None] = {
            AccessKeyKey(line.namespace_id, line.target): Acknowledgement(acknowledged_at=line.at)
            for line in lines
        }
        await history.write(Batch(activity=tuple(lines), pinned=pins, acknowledged=acknowledged))
        kept = await history.recall()
        noted = await history.noted()
    assert (noted.pinned, noted.acknowledged) == (pins, acknowledged)
    assert kept.activity == tuple(sorted(dict.fromkeys(lines), key=lambda line: line.at))
