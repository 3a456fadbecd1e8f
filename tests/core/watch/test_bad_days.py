"""Days on which the clock, the machine, the network or the server is in trouble.

On all of them: no trigger whose runs came on time is ever shown as late, missed or stalled, nor
rung for; the watch stays within its budget; and after the trouble all is *fresh within two polls*:
no namespace's triggers are asked for more than twice before they are known as they are then, and
the first of these polls comes within the wait that was running (8 s, and a fifth, for what is on
screen), the others as soon as it succeeds.
"""

from collections.abc import AsyncIterator

import pytest

from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import State, TriggerKey
from fntui.simulator.app import DEMO_TOKEN
from fntui.simulator.faults import Fault
from tests.support.records import records_of
from tests.support.sample import sample
from tests.support.watched import CRONS, TROUBLED, WatchedAccount

_HOUR_S, _DAY_S = 3600.0, 86_400.0
_FIVE, _QUARTER, _HOURLY = CRONS[1:4]


@pytest.fixture
async def day() -> AsyncIterator[WatchedAccount]:
    made = WatchedAccount()
    yield made
    await made.aclose()


def no_false_alarm(day: WatchedAccount, *scripted: str) -> None:
    """Check that nothing was told but of what was ``scripted``, and the budget was kept."""
    wrong = {name: told & TROUBLED for name, told in day.told.items() if told & TROUBLED}
    assert set(wrong) <= set(scripted)
    assert day.rings <= set(scripted)
    assert day.alarming() <= set(scripted)
    assert day.network.most_within(_HOUR_S) <= 1000
    assert day.network.most_within(60.0) <= 100


async def fresh_within_two_polls(day: WatchedAccount, within_s: float) -> None:
    """Watch on from the end of the trouble, which is now, until all is fresh."""
    end_s = day.clock.monotonic()
    before, polls = day.network.asked.copy(), dict[str, int]()
    while len(polls) < len(day.ids) and day.clock.monotonic() < end_s + within_s:
        await day.watch(0.5)
        for namespace_id in day.fresh(end_s):
            polls.setdefault(namespace_id, (day.network.asked - before)[namespace_id])
    assert polls.keys() == set(day.ids)
    assert set(polls.values()) <= {1, 2}


async def settled(day: WatchedAccount) -> None:
    """Watch for twenty minutes in which nothing is wrong, the first namespace on screen."""
    day.poller.select(day.ids[0])
    await day.watch(1200)
    no_false_alarm(day)


def runs_seen(watched: WatchedAccount) -> dict[TriggerKey, int]:
    return {key: len(record.runs) for key, record in records_of(watched.store.snapshot).items()}


@pytest.mark.parametrize("skew_s", sample({"ahead": _DAY_S, "behind": -_DAY_S}))
async def test_a_clock_that_is_a_day_wrong(skew_s: float) -> None:
    day, right = WatchedAccount(skew_s), WatchedAccount()
    for watched in (day, right):
        await settled(watched)
        await watched.watch(2 * _HOUR_S)
        no_false_alarm(watched)
        await watched.aclose()
    assert day.told == right.told
    assert runs_seen(day) == runs_seen(right)


@pytest.mark.parametrize("step_s", sample({"on": _HOUR_S, "back": -_HOUR_S}))
async def test_a_clock_that_steps_by_an_hour(day: WatchedAccount, step_s: float) -> None:
    await settled(day)
    day.machine.skew_s += step_s
    await day.watch(2 * _HOUR_S)
    no_false_alarm(day)


@pytest.mark.parametrize("is_counted", [True, False])
async def test_a_sleep_of_two_hours(day: WatchedAccount, *, is_counted: bool) -> None:
    await settled(day)
    await day.suspend(2 * _HOUR_S, is_counted=is_counted)
    await fresh_within_two_polls(day, 15)
    await day.watch(1200)
    no_false_alarm(day)


@pytest.mark.parametrize(
    ("kind", "outage_s"),
    [
        ("unreachable", 60.0),
        ("unavailable", 60.0),
        ("hang", 600.0),
        *(
            pytest.param(kind, outage_s, marks=pytest.mark.slow)
            for kind, outage_s in [
                ("unreachable", 600.0),
                ("proxy-html", 600.0),
                ("unavailable", 2 * _HOUR_S),
            ]
        ),
    ],
)
async def test_an_outage(day: WatchedAccount, kind: str, outage_s: float) -> None:
    await settled(day)
    day.network.is_down = kind == "unreachable"
    if not day.network.is_down:
        day.server.faults.rules.append(Fault(kind))
    await day.watch(outage_s)
    day.network.is_down = False
    day.server.faults.rules.clear()
    await fresh_within_two_polls(day, 15)
    await day.watch(1200)
    no_false_alarm(day)


@pytest.mark.parametrize(
    ("rate", "wait_s"),
    [
        (0.2, 1.0),
        pytest.param(1.0, 2.0, marks=pytest.mark.slow),
        pytest.param(1.0, 20.0, marks=pytest.mark.slow),
        pytest.param(0.5, 5.0, marks=pytest.mark.slow),
    ],
)
async def test_a_storm_of_429s(day: WatchedAccount, rate: float, wait_s: float) -> None:
    await settled(day)
    before = len(day.network.sent_s)
    day.server.faults.rules.append(Fault("rate-limited", rate=rate, seconds=wait_s))
    await day.watch(600)
    day.server.faults.rules.clear()
    assert len(day.network.sent_s) - before < 1000 / 6
    await fresh_within_two_polls(day, 200)  # at what is left of the rate
    await day.watch(1200)
    no_false_alarm(day)


@pytest.mark.slow
async def test_others_use_the_token_up(day: WatchedAccount) -> None:
    await settled(day)
    served = [len(day.server.log)]
    others_refused = 0
    for _ in range(90):
        for _ in range(75):  # 4,500 an hour
            others_refused += day.server._limiter.admit(DEMO_TOKEN).is_exceeded
        await day.watch(60)
        served.append(len(day.server.log))
    limit = day.store.snapshot.rate_limit
    assert limit is not None
    assert limit.remaining is not None
    assert limit.remaining < 5000 * 0.08
    assert others_refused == 0
    assert all(one.status == 200 for one in day.server.log)
    assert served[-1] - served[-16] < 0.7 * (served[15] - served[0])
    await day.watch(1200)
    no_false_alarm(day)


@pytest.mark.parametrize("trouble", ["outage", "sleep"])
async def test_what_was_missed_meanwhile_is_told_and_what_was_overwritten_is_not(
    day: WatchedAccount, trouble: str
) -> None:
    """From 14:58 to 16:18: the hour's last slot was 16:00, the five minutes' 16:15."""
    await settled(day)
    day.account.skip_runs(day.ids[0], f"billing {_HOURLY}", 2)
    day.account.skip_runs(day.ids[1], f"ingest {_FIVE}", 1)
    if trouble == "outage":
        day.network.is_down = True
        await day.watch(80 * 60)
        day.network.is_down = False
    else:
        await day.suspend(80 * 60, is_counted=False)
    await fresh_within_two_polls(day, 15)
    assert day.state(0, _HOURLY) is State.MISSED
    view = day.view(0).triggers[f"billing {_HOURLY}"]
    assert [slot.hour for slot in view.verdict.owed] == [15, 16]
    assert day.alarming() == day.rings == {f"billing {_HOURLY}"}
    assert day.state(1, _FIVE) is State.ON_TIME
    minutes = {slot.hour * 60 + slot.minute for slot in day.seen(1, _FIVE) if slot}
    assert 15 * 60 not in minutes
    assert max(minutes) == 16 * 60 + 15
    no_false_alarm(day, f"billing {_HOURLY}")


@pytest.mark.slow
async def test_a_namespace_that_answers_403(day: WatchedAccount) -> None:
    await settled(day)
    day.network.forbidden.add(day.ids[1])
    before = day.network.asked.copy()
    await day.watch(_HOUR_S)
    asked = day.network.asked - before
    assert asked[day.ids[1]] in {1, 2}
    assert asked[day.ids[2]] > 60
    problem = day.view(1).triggers_reading.problem
    assert problem is not None
    assert problem.kind is ProblemKind.MISSING_SCOPE
    assert {day.state(1, text) for text in CRONS} == {State.UNKNOWN}
    assert {day.state(number, text) for number in (0, 2) for text in CRONS} == {State.ON_TIME}
    day.network.forbidden.clear()
    day.poller.refresh()  # as a new token does, and the key r; by itself it is tried once an hour
    await fresh_within_two_polls(day, 5)
    no_false_alarm(day)


@pytest.mark.slow
async def test_a_namespace_that_disappears_and_one_that_comes(day: WatchedAccount) -> None:
    await settled(day)
    gone = day.account.namespaces.pop(day.ids[0])
    await day.watch(120)
    assert list(day.store.snapshot.namespaces) == day.ids[1:]
    assert not any(key.namespace_id == day.ids[0] for key in records_of(day.store.snapshot))
    before = len(day.network.sent_s)
    await day.watch(_HOUR_S)
    assert day.network.asked[day.ids[0]] < 80
    assert len(day.network.sent_s) - before < 400
    day.account.namespaces[gone.namespace_id] = gone
    await fresh_within_two_polls(day, 310)
    words = [line.words for line in day.store.snapshot.activity]
    assert words == ["deleted namespace billing", "created namespace billing"]
    await day.watch(1200)
    no_false_alarm(day)
