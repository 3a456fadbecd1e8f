"""An API that shows runs minutes after they started: alarms learn to wait for them."""

from collections.abc import AsyncIterator

import pytest

from fntui.core.model.snapshot import State
from tests.support.watched import CRONS, WatchedAccount

_HOUR_S = 3600.0
_HOURLY = CRONS[3]


@pytest.fixture
async def day() -> AsyncIterator[WatchedAccount]:
    made = WatchedAccount()
    yield made
    await made.aclose()


def show_late(day: WatchedAccount, seconds: float) -> None:
    for namespace in day.account.namespaces.values():
        for trigger in namespace.triggers.values():
            trigger.firing.lag_s = seconds


@pytest.mark.parametrize(
    ("lag_s", "hours"),
    [
        (240.0, 2),
        pytest.param(100.0, 10, marks=pytest.mark.slow),
        pytest.param(150.0, 10, marks=pytest.mark.slow),
        pytest.param(240.0, 10, marks=pytest.mark.slow),
    ],
)
async def test_a_fleet_rings_once_at_most_before_it_has_learned_and_never_after(
    day: WatchedAccount, lag_s: float, hours: int
) -> None:
    day.poller.select(day.ids[0])
    await day.watch(600)
    show_late(day, lag_s)
    await day.watch(1200)
    rang, told = len(day.bells), [line.words for line in day.store.snapshot.activity]
    assert rang <= 1
    assert len([words for words in told if "alarms now wait" in words]) == 1
    await day.watch(hours * _HOUR_S)
    assert len(day.bells) == rang
    # A run that is truly missed is still reported.
    day.account.skip_runs(day.ids[0], f"billing {_HOURLY}", 1)
    await day.watch(_HOUR_S + 600)
    assert len(day.bells) == rang + 1
    assert day.state(0, _HOURLY) is State.MISSED
