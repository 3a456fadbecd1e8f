"""How well runs are watched: fntui's planner beside simpler ways of polling, on a virtual clock.

    python -m tests.benchmarks.watch

Each strategy watches the same simulated account, through the same rate limit that others use as
well, and judges what it reads by fntui's rules. No HTTP: a request is an event that is sent, read
at the server, and answered.
"""

import argparse
import heapq
import itertools
import math
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING, Final, Protocol

from fntui.api.models import ScheduledDetails, ScheduledRuns, Trigger
from fntui.core.health.owed import awaited, news, should_ring
from fntui.core.model.snapshot import TriggerView
from fntui.core.store.merge import trigger_view
from fntui.core.watch.scheduler import Kind, Planner, Unit
from fntui.simulator.account.firing import Firing
from fntui.simulator.account.objects import SimulatedTrigger
from fntui.simulator.account.seed import sized_account
from fntui.simulator.cron import next_slot
from fntui.simulator.rate_limit import RateLimit, RateLimiter

if TYPE_CHECKING:
    from fntui.simulator.account.account import Account

_START: Final = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
_WARM_UP_S: Final = 900.0  # not measured
_MISSED: Final = 0.005  # of the slots
_LATE: Final = 0.03  # of the slots, most by seconds, some by up to a minute
_OTHERS_PER_HOUR: Final = 1200.0
_FAILED: Final = 0.005  # of the requests: 500

Place = tuple[str, str]
"""A trigger's namespace and name."""


class VirtualClock:
    """A clock that is set, never waited for."""

    def __init__(self) -> None:
        """Stand at the start."""
        self.elapsed_s = 0.0

    def now(self) -> datetime:
        """Return the moment that was set."""
        return _START + timedelta(seconds=self.elapsed_s)

    def monotonic(self) -> float:
        """Return the seconds since the start."""
        return self.elapsed_s

    async def sleep(self, seconds: float) -> None:
        """Never be called: everything here is an event."""
        raise NotImplementedError(seconds)


class World:
    """A simulated account, and what truly becomes of every slot of it."""

    def __init__(self, namespaces: int, triggers: int, hours: float, seed: int) -> None:
        """Decide everything in advance."""
        self.clock, self.end_s = VirtualClock(), hours * 3600
        self.account: Account = sized_account(self.clock, namespaces, triggers, 0, seed)
        self.runs: dict[str, list[float]] = {}
        self.missed: set[tuple[Place, datetime]] = set()
        rng = Random(seed)  # noqa: S311 - a scenario
        for namespace in self.account.namespaces.values():
            found = self.runs.setdefault(namespace.namespace_id, [])
            for trigger in namespace.triggers.values():
                place = namespace.namespace_id, trigger.name
                found += (_seconds(run) for run in self._decide(place, trigger.firing, rng))
            found.sort()

    def _decide(self, place: Place, firing: Firing, rng: Random) -> list[datetime]:
        """Write the firing's script; return its runs."""
        twin = Firing(firing._seed, firing.cron)  # the same delays
        slot, end = firing.next_run_at, _START + timedelta(seconds=self.end_s)
        while slot is not None and slot < end:
            tail_s = min(55.0, 3 * rng.paretovariate(0.9) - 3)
            delay_s: float | None = tail_s if rng.random() < _LATE else 0.0
            if rng.random() < _MISSED:
                delay_s = None
                self.missed.add((place, slot))
            firing.script.append(delay_s)
            twin._pass(slot, delay_s)
            slot = next_slot(firing.cron, slot)
        return twin._pending


class Strategy(Protocol):
    """Says which namespaces to read, and learns what came of it."""

    def plan(self, now_s: float) -> tuple[list[str], float]:
        """Return the namespaces to read now, and when to ask again."""
        ...

    def on_answer(self, namespace_id: str, sent_s: float, now_s: float, answer: "Answer") -> None:
        """Take in an answer."""
        ...


@dataclass
class Answer:
    """What came back.

    Attributes:
        views: Of the triggers, if the answer was good.
        retry_after_s: How long to wait after a 429; ``math.inf``: it does not say.
        remaining: Of the hour.
    """

    views: dict[str, TriggerView] | None
    retry_after_s: float | None
    remaining: int


class Fntui:
    """The planner of fntui."""

    def __init__(self, namespaces: list[str]) -> None:
        """Begin with the first namespace selected."""
        self._planner = Planner(0.0, Random(1))  # noqa: S311 - jitter
        self._planner.offset_s = _START.timestamp()
        self._planner.keep(Unit(Kind.TRIGGERS, name) for name in namespaces)
        self._planner.select(namespaces[0])

    def plan(self, now_s: float) -> tuple[list[str], float]:
        """Return what the planner says; the list of namespaces comes back as ``""``."""
        units, wake_s = self._planner.plan(now_s)
        return [unit.namespace_id for unit in units], wake_s

    def on_answer(self, namespace_id: str, sent_s: float, now_s: float, answer: Answer) -> None:
        """Tell the planner."""
        unit = Unit(Kind.TRIGGERS if namespace_id else Kind.NAMESPACES, namespace_id)
        self._planner.budget.set_limit(5000, answer.remaining)
        if answer.retry_after_s is not None:
            said = None if answer.retry_after_s == math.inf else answer.retry_after_s
            self._planner.on_rate_limited(now_s, said)
        if answer.views is None:
            self._planner.on_failure(unit, now_s)
            return
        runs = {name: awaited(view) for name, view in answer.views.items()}
        found = {name: run for name, run in runs.items() if run is not None}
        self._planner.on_read(unit, sent_s, found)


class Sweep:
    """Reads all namespaces, ten at a time, and then waits, longer where a 429 says so."""

    def __init__(self, namespaces: list[str], every_s: float) -> None:
        """Begin at once."""
        self._namespaces, self._every_s = namespaces, every_s
        self._queue = deque[str]()
        self._busy = set[str]()
        self._next_s = self._paused_until_s = 0.0

    def plan(self, now_s: float) -> tuple[list[str], float]:
        """Return the next ones of the sweep."""
        if now_s < self._paused_until_s:
            return [], self._paused_until_s
        if now_s >= self._next_s:
            self._next_s = math.inf
            self._queue = deque(self._namespaces)
        count = min(len(self._queue), 10 - len(self._busy))
        chosen = [self._queue.popleft() for _ in range(count)]
        self._busy.update(chosen)
        return chosen, self._next_s

    def on_answer(self, namespace_id: str, sent_s: float, now_s: float, answer: Answer) -> None:
        """Make room for the next one."""
        del sent_s
        self._busy.discard(namespace_id)
        if not self._busy and not self._queue:
            self._next_s = now_s + self._every_s
        if answer.retry_after_s is not None:
            self._paused_until_s = now_s + min(30.0, answer.retry_after_s)


class RoundRobin:
    """Reads one namespace after the other, at a steady rate."""

    def __init__(self, namespaces: list[str], per_hour: float) -> None:
        """Begin at once."""
        self._order, self._gap_s, self._next_s = itertools.cycle(namespaces), 3600 / per_hour, 0.0

    def plan(self, now_s: float) -> tuple[list[str], float]:
        """Return the next one, once it is time."""
        if now_s < self._next_s:
            return [], self._next_s
        self._next_s = max(now_s, self._next_s + self._gap_s)
        return [next(self._order)], self._next_s

    def on_answer(self, namespace_id: str, sent_s: float, now_s: float, answer: Answer) -> None:
        """Go on in any case, but not before a 429 says."""
        del namespace_id, sent_s
        if answer.retry_after_s is not None:
            self._next_s = now_s + min(30.0, answer.retry_after_s)


class Server:
    """The account behind its rate limit, with others on the same token."""

    def __init__(self, world: World, seed: int) -> None:
        """Have been used by others for an hour already."""
        self._world, self._rng = world, Random(seed)  # noqa: S311 - a scenario
        self._limiter = RateLimiter(world.clock, RateLimit())
        self._others_s = -3600.0
        self._views: dict[Place, tuple[TriggerView, float]] = {}
        self.requests = self.refused = self.others_refused = 0
        self.alerts: list[tuple[Place, datetime, float]] = []
        self.bells: list[tuple[Place, tuple[datetime, ...]]] = []
        self.reads: dict[str, list[tuple[float, float]]] = {name: [] for name in world.runs}

    def trip_s(self) -> float:
        """Return how long a request takes."""
        return min(0.4, max(0.05, self._rng.lognormvariate(math.log(0.12), 0.5)))

    def answer(self, namespace_id: str, sent_s: float, arrives_s: float) -> Answer:
        """Answer a request that reached the server now."""
        self._let_others_ask()
        self.requests += 1
        quota = self._limiter.admit("token")
        if quota.is_exceeded:
            self.refused += 1
            return Answer(None, float(quota.retry_after_s or math.inf), 0)
        if self._rng.random() < _FAILED:
            return Answer(None, None, quota.remaining)
        if not namespace_id:
            return Answer({}, None, quota.remaining)
        self.reads[namespace_id].append((self._world.clock.elapsed_s, arrives_s))
        triggers = self._world.account.namespace(namespace_id).triggers.values()
        views = {
            trigger.name: self._judged((namespace_id, trigger.name), trigger, sent_s, arrives_s)
            for trigger in triggers
        }
        return Answer(views, None, quota.remaining)

    def _let_others_ask(self) -> None:
        clock = self._world.clock
        now_s = clock.elapsed_s
        while self._others_s <= now_s:
            clock.elapsed_s = self._others_s
            is_refused = self._limiter.admit("token").is_exceeded
            self.others_refused += is_refused
            self._others_s += self._rng.expovariate(_OTHERS_PER_HOUR / 3600)
        clock.elapsed_s = now_s

    def _judged(
        self, place: Place, trigger: SimulatedTrigger, sent_s: float, arrives_s: float
    ) -> TriggerView:
        """Return what a strategy knows after this answer; note what it would tell the person."""
        firing = trigger.firing
        runs = ScheduledRuns(last_run_at=firing.last_run_at, next_run_at=firing.next_run_at)
        before, same_until_s = self._views.get(place, (None, -math.inf))
        if before and before.trigger.scheduled_runs == runs and sent_s < same_until_s:
            return before  # nothing that a verdict depends on is different
        read = Trigger(
            name=trigger.name,
            is_enabled=True,
            updated_at=trigger.updated_at,
            scheduled_details=ScheduledDetails(cron=firing.cron, body=None),
            scheduled_runs=runs,
        )
        after = trigger_view(read, before, _START + timedelta(seconds=sent_s))
        told = set(news(before)) if before else set[datetime]()
        self.alerts += [(place, slot, arrives_s) for slot in news(after) if slot not in told]
        if should_ring(before, after):
            self.bells.append((place, news(after)))
        run = awaited(after)
        decided_s = run.slot_s + run.grace_s - _START.timestamp() if run else math.inf
        self._views[place] = after, decided_s
        return after


def watch(world: World, strategy: Strategy, seed: int) -> Server:
    """Let a strategy watch the world to its end."""
    server, order = Server(world, seed), itertools.count()
    sent: list[tuple[float, int, str, float, float]] = []
    answers: list[tuple[float, int, str, float, Answer]] = []
    now_s = wake_s = 0.0
    while now_s < world.end_s:
        next_read_s = sent[0][0] if sent else math.inf
        next_answer_s = answers[0][0] if answers else math.inf
        now_s = max(now_s, min(next_read_s, next_answer_s, wake_s))
        world.clock.elapsed_s = now_s
        if next_read_s <= now_s:
            _, _, name, sent_s, arrives_s = heapq.heappop(sent)
            answer = server.answer(name, sent_s, arrives_s)
            heapq.heappush(answers, (arrives_s, next(order), name, sent_s, answer))
            continue
        if next_answer_s <= now_s:
            _, _, name, sent_s, answer = heapq.heappop(answers)
            strategy.on_answer(name, sent_s, now_s, answer)
        names, wake_s = strategy.plan(now_s)
        wake_s = max(wake_s, now_s + 0.02)
        for name in names:
            trip_s = server.trip_s()
            heapq.heappush(sent, (now_s + trip_s / 2, next(order), name, now_s, now_s + trip_s))
    return server


@dataclass
class Figures:
    """What a strategy achieved.

    Attributes:
        lags_s: From each run to the first answer that shows it, or a later one, in order.
        alert_delays_s: From each missed slot to the answer that proved it, in order.
        missed: Slots that were missed.
        false_alarms: Bells for runs that came after all.
    """

    name: str
    requests_per_hour: float
    refused: int
    others_refused: int
    lags_s: list[float] = field(default_factory=list[float])
    alert_delays_s: list[float] = field(default_factory=list[float])
    missed: int = 0
    false_alarms: int = 0

    @property
    def alerted(self) -> float:
        """Return the share of the missed runs that were told of."""
        return len(self.alert_delays_s) / max(1, self.missed)

    def row(self) -> str:
        """Return a row of the table."""
        lags = " / ".join(f"{quantile(self.lags_s, share):.1f}" for share in (0.5, 0.95, 0.99))
        delays = " / ".join(f"{quantile(self.alert_delays_s, share):.0f}" for share in (0.5, 0.95))
        refused = f"{self.refused} / {self.others_refused}"
        told = f"{self.alerted:.0%}"
        rate = f"{self.requests_per_hour:.0f}"
        cells = self.name, rate, refused, lags, told, delays, str(self.false_alarms)
        return f"| {' | '.join(cells)} |"


def quantile(values: list[float], share: float) -> float:
    """Return the value below which this share of the ordered ``values`` lies."""
    return values[min(len(values) - 1, int(share * len(values)))] if values else math.nan


def measure(name: str, world: World, server: Server) -> Figures:
    """Compare what was seen with what was true."""
    hours, last_s = world.end_s / 3600, world.end_s - 300
    figures = Figures(name, server.requests / hours, server.refused, server.others_refused)
    for namespace_id, runs in world.runs.items():
        reads = server.reads[namespace_id]
        for run_s in runs:
            if _WARM_UP_S <= run_s < last_s:
                place = bisect_left(reads, (run_s, 0.0))
                seen_s = reads[place][1] if place < len(reads) else world.end_s
                figures.lags_s.append(seen_s - run_s)
    figures.lags_s.sort()
    missed = {item for item in world.missed if _WARM_UP_S <= _seconds(item[1]) < last_s}
    found = {(place, slot): at_s for place, slot, at_s in reversed(server.alerts)}
    delays = (found[item] - _seconds(item[1]) for item in missed if item in found)
    figures.alert_delays_s, figures.missed = sorted(delays), len(missed)
    figures.false_alarms = sum(
        not any((place, slot) in world.missed for slot in slots) for place, slots in server.bells
    )
    return figures


def compare(namespaces: int, triggers: int, hours: float, seed: int) -> Iterator[Figures]:
    """Yield the figures of each strategy, fntui's first."""
    per_hour = 0.0
    for name in (
        "fntui",
        "sweep all every 2 s",
        "sweep all every 60 s",
        "round robin, same budget",
    ):
        world = World(namespaces, triggers, hours, seed)
        names = list(world.runs)
        strategies: dict[str, Strategy] = {
            "fntui": Fntui(names),
            "sweep all every 2 s": Sweep(names, 2),
            "sweep all every 60 s": Sweep(names, 60),
            "round robin, same budget": RoundRobin(names, per_hour or 1000),
        }
        figures = measure(name, world, watch(world, strategies[name], seed))
        per_hour = per_hour or figures.requests_per_hour
        yield figures


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--namespaces", type=int, default=10)
    parser.add_argument("--triggers", type=int, default=20)
    parser.add_argument("--hours", type=float, default=12)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    started_s = perf_counter()
    print("| strategy | requests/h | 429 ours / others | lag p50 / p95 / p99, s ", end="")
    print("| missed runs alerted | after p50 / p95, s | false alarms |")
    print("|---|---|---|---|---|---|---|")
    for figures in compare(given.namespaces, given.triggers, given.hours, given.seed):
        print(figures.row(), flush=True)
    print(f"\n{given.hours:g} h in {perf_counter() - started_s:.0f} s")


def _seconds(moment: datetime) -> float:
    return (moment - _START).total_seconds()


if __name__ == "__main__":
    main()
