"""Answers that contradict each other: nothing rings that is not true, and true trouble rings."""

from collections.abc import AsyncIterator

import pytest

from fntui.core.model.snapshot import State, TriggerKey
from tests.support.lies import KINDS, LyingNetwork
from tests.support.tried import tried
from tests.support.watched import CRONS, WatchedAccount

_HOUR_S = 3600.0
_QUARTER, _HOURLY = CRONS[2:4]


@pytest.fixture
async def day() -> AsyncIterator[WatchedAccount]:
    made = WatchedAccount(network=LyingNetwork)
    yield made
    await made.aclose()


def lie(day: WatchedAccount, *kinds: str) -> LyingNetwork:
    network = day.network
    assert isinstance(network, LyingNetwork)
    network.kinds = kinds
    return network


async def settled(day: WatchedAccount) -> None:
    day.poller.select(day.ids[0])
    await day.watch(600)


@pytest.mark.parametrize(
    ("kinds", "hours"),
    [
        pytest.param(KINDS, 1, id="all"),
        pytest.param(KINDS, 12, id="all, for 12 hours", marks=pytest.mark.slow),
        *(pytest.param((kind,), 2, id=kind, marks=pytest.mark.slow) for kind in KINDS),
    ],
)
async def test_a_fleet_that_runs_on_time_rings_for_nothing(
    day: WatchedAccount, kinds: tuple[str, ...], hours: int
) -> None:
    await settled(day)
    network = lie(day, *kinds)
    await day.watch(hours * _HOUR_S)
    assert network.told > 20
    assert day.bells == []
    assert day.rings == set()
    # No object was lost: what is acknowledged, pinned and watched since when stays.
    assert list(day.store.snapshot.namespaces) == day.ids
    lie(day)
    await day.watch(900)
    assert [len(day.view(number).triggers) for number in range(3)] == [len(CRONS)] * 3
    for kind in kinds:
        tried("contradictions", kind, "on time")


@pytest.mark.parametrize(
    "kinds",
    [
        pytest.param(KINDS, id="all"),
        *(pytest.param((kind,), id=kind, marks=pytest.mark.slow) for kind in KINDS),
    ],
)
async def test_what_is_truly_missed_rings(day: WatchedAccount, kinds: tuple[str, ...]) -> None:
    await settled(day)
    lie(day, *kinds)
    name = f"billing {_HOURLY}"
    day.account.skip_runs(day.ids[0], name, 1)
    await day.watch(2400)
    assert [key for _, due in day.bells for key in due] == [TriggerKey(day.ids[0], name)]
    lie(day)
    await day.watch(600)
    assert day.state(0, _HOURLY) is State.MISSED
    for kind in kinds:
        tried("contradictions", kind, "missed")
