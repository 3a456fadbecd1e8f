import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from fntui.clock import Clock, ManualClock, SystemClock

START = datetime(2026, 11, 23, 14, 38, tzinfo=UTC)


def test_the_system_clock_tells_aware_utc_times_that_go_on() -> None:
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert first <= second
    assert clock.monotonic() <= clock.monotonic()


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Stand in for the machine's steady seconds: the test sets the one element."""
    steady = [100.0]

    def clock_gettime(_clock: int) -> float:
        return steady[0]

    monkeypatch.setattr("fntui.clock.time.clock_gettime", clock_gettime)
    return steady


def test_a_faster_clock_multiplies_what_passes(seconds: list[float]) -> None:
    clock = SystemClock(speed=60)
    before, before_s = clock.now(), clock.monotonic()
    seconds[0] += 2
    assert clock.now() - before == timedelta(minutes=2)
    assert clock.monotonic() - before_s == 120


@pytest.mark.parametrize(("asked", "slept"), [(120.0, 2.0), (0.0, 0.0), (-5.0, 0.0)])
async def test_a_faster_clock_sleeps_less(
    asked: float, slept: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps: list[float] = []

    async def nap(seconds: float) -> None:  # noqa: RUF029 - stands in for asyncio.sleep
        naps.append(seconds)

    monkeypatch.setattr("fntui.clock.asyncio.sleep", nap)
    await SystemClock(speed=60).sleep(asked)
    assert naps == [slept]


def test_a_manual_clock_stands_still() -> None:
    clock: Clock = ManualClock(START)
    assert (clock.now(), clock.monotonic()) == (START, 0.0)


async def test_advancing_wakes_sleepers_in_order_each_at_its_moment() -> None:
    clock = ManualClock(START)
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, *naps: float) -> None:
        for nap in naps:
            await clock.sleep(nap)
            woken.append((name, clock.monotonic()))

    async with asyncio.TaskGroup() as group:
        group.create_task(sleeper("late", 5))
        group.create_task(sleeper("twice", 2, 2))
        group.create_task(sleeper("at once", 0))
        await clock.advance(4.5)
        assert woken == [("at once", 0.0), ("twice", 2.0), ("twice", 4.0)]
        assert clock.now() == START + timedelta(seconds=4.5)
        await clock.advance(0.5)
    assert woken[-1] == ("late", 5.0)


async def test_sleepers_due_together_wake_in_the_order_in_which_they_lay_down() -> None:
    clock = ManualClock()
    woken: list[int] = []

    async def sleeper(number: int) -> None:
        await clock.sleep(1)
        woken.append(number)

    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(sleeper(number))
        await clock.advance(1)
    assert woken == [0, 1, 2, 3, 4]


async def test_a_sleeper_that_was_cancelled_is_passed_over() -> None:
    clock = ManualClock()
    task = asyncio.create_task(clock.sleep(1))
    await clock.settle()
    task.cancel()
    await clock.advance(2)
    assert task.cancelled()
    assert clock.monotonic() == 2


def test_setting_the_time_of_day_wakes_nobody_and_no_seconds_pass() -> None:
    clock = ManualClock(START)
    clock.step(-3600)
    assert clock.now() == START - timedelta(hours=1)
    assert clock.monotonic() == 0.0
