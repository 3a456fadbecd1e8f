"""A week of watching on a virtual clock: does memory stay flat, and is nothing told wrongly?

    python -m tests.benchmarks.week

Memory is told in blocks, which cost nothing to count; --trace counts bytes as well.
The real poller, store, operations and history (in a file) over a simulated account, without HTTP.
Meanwhile runs are missed or late, others change, create and delete triggers, and the user pauses
and resumes one.
"""

import argparse
import gc
import resource
import sys
import tracemalloc
from collections import deque
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from fntui.core.health.owed import news, should_ring
from fntui.core.model.snapshot import Snapshot, TriggerKey
from fntui.core.operations.journal import Journal
from fntui.core.operations.operations import Operations
from fntui.core.store.store import Store
from fntui.core.watch.follower import Following
from fntui.core.watch.poller import Poller
from fntui.core.watch.recorder import Recorder
from fntui.core.watch.scheduler import Planner
from fntui.history import Limits, SqliteHistory
from fntui.history.database import Database
from fntui.history.thread import InPlace
from fntui.simulator.account.past import TriggerPast, add_trigger
from fntui.simulator.account.seed import sized_account
from tests.support.account_api import AccountApi
from tests.support.records import records_of
from tests.support.virtual_time import LoopClock, run_at_once

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_EVENT_S: Final = 600.0  # between two things that happen in the account


class Day(Struct, frozen=True, kw_only=True):
    """How things stand after a while.

    Attributes:
        hours: Since the start.
        blocks: Of memory that Python's objects take, garbage collected.
        traced: Bytes in them, of what was made since the start; 0 unless that is traced.
        resident: Bytes that the process holds; where the system does not say: that it ever held.
        runs: Kept, of all triggers.
        most_runs: Kept of one trigger.
        activity: Lines kept.
        units: That the planner plans for.
        touches: Objects whose last touch is remembered.
        requests_per_hour: From the start.
        refused: Requests that were too many.
        bells: That were rung.
        false_alarms: Of these, for runs that came.
        others: What else was measured, by its title.
    """

    hours: float
    blocks: int
    traced: int
    resident: int
    runs: int
    most_runs: int
    activity: int
    units: int
    touches: int
    requests_per_hour: float
    refused: int
    bells: int
    false_alarms: int
    others: dict[str, int]


class Week:
    """The watch of an account in which much happens.

    Attributes:
        store: May be listened to through ``listeners``.
        listeners: Called with every snapshot that differs from the one before, such as a history.
        measures: What else is to be measured, by its title, such as the size of a database.
    """

    def __init__(
        self, namespaces: int, triggers: int, seed: int = 1, *, kept_at: Path | None = None
    ) -> None:
        """Set the account up; nothing is watched yet.

        Args:
            namespaces: How many.
            triggers: How many in each namespace.
            seed: Decides what happens.
            kept_at: A file for the history; None: none is kept.
        """
        self.clock = LoopClock()
        self.account = sized_account(self.clock, namespaces, triggers, 2, seed)
        self.api, self.store = AccountApi(self.account), Store()
        self.operations = Operations(self.api, self.store, Journal(), is_read_only=False)
        self.poller = Poller(self.operations, self.store, Planner(0.0, Random(seed)), self.clock)  # noqa: S311 - jitter
        self.listeners: list[Callable[[Snapshot], None]] = []
        self.measures: dict[str, Callable[[], int]] = {}
        self._recorder: Recorder | None = None
        if kept_at is not None:
            self._keep(kept_at)
        self._rng = Random(seed)  # noqa: S311 - a scenario
        self._missed: deque[tuple[TriggerKey, datetime]] = deque(maxlen=1000)
        self._bells = self._false_alarms = self._events = 0
        self._before = self.store.snapshot
        self.store.listen(self._changed)

    def _keep(self, path: Path) -> None:
        limits = Limits()
        # A thread's answers come in real time, and here time does not wait for them.
        database = Database(path, self.clock, limits.busy_s)
        history = SqliteHistory(database, InPlace(), "week", self.clock, limits)
        following = Following(self.poller, self.store, self.operations, self.clock)
        self._recorder = Recorder(history, following, self.clock)
        self._recorder.on_trouble = print
        self.operations.on_told = self._recorder.found
        self.measures["kB on disk"] = lambda: sum(
            each.stat().st_size // 1000 for each in path.parent.iterdir()
        )

    async def watch(self, hours: float, every_hours: float = 24.0) -> list[Day]:
        """Watch for so long; return how things stood every so often."""
        if self._recorder is not None:
            self._recorder.begin()
            await self._recorder.begun()
        self.poller.start()
        self.poller.select(next(iter(self.account.namespaces)))
        days: list[Day] = []
        while self.clock.monotonic() < hours * 3600:
            await self.clock.sleep(_EVENT_S)
            await self._happen()
            if self.clock.monotonic() >= (len(days) + 1) * every_hours * 3600:
                days.append(self._measure())
        await self.poller.stop()
        if self._recorder is not None:
            await self._recorder.stop()
        return days

    async def _happen(self) -> None:
        """Let something happen, another thing each time."""
        self._events += 1
        space = self._rng.choice(list(self.account.namespaces.values()))
        trigger = self._rng.choice(list(space.triggers.values()))
        key, passing = TriggerKey(space.namespace_id, trigger.name), f"passing-{self._events}"
        match self._events % 6:
            case 0 | 1 if trigger.firing.next_run_at is not None:
                self.account.skip_runs(key.namespace_id, key.name, 1)
                self._missed.append((key, trigger.firing.next_run_at))
            case 2:
                self.account.delay_next_run(key.namespace_id, key.name, 30)
            case 3:
                trigger.body = {"version": self._events}
                trigger.updated_at = self.account.now()
            case 4:
                for name in [name for name in space.triggers if name.startswith("passing-")]:
                    del space.triggers[name]
                past = TriggerPast(passing, "a/b", "*/5 * * * *", has_run=False)
                add_trigger(self.account, space, past)
            case _:
                await self.operations.set_enabled(key, is_enabled=False)
                await self.operations.set_enabled(key, is_enabled=True)

    def _changed(self, snapshot: Snapshot) -> None:
        before, self._before = self._before, snapshot
        for listener in self.listeners:
            listener(snapshot)
        for namespace_id, space in snapshot.namespaces.items():
            known = before.namespaces.get(namespace_id)
            if known is None or space.triggers is known.triggers:
                continue
            for name, view in space.triggers.items():
                old = known.triggers.get(name)
                if view is not old and should_ring(old, view):
                    key = TriggerKey(namespace_id, name)
                    is_true = any((key, slot) in self._missed for slot in news(view))
                    self._bells += 1
                    self._false_alarms += not is_true

    def _measure(self) -> Day:
        gc.collect()
        snapshot, hours = self.store.snapshot, self.clock.monotonic() / 3600
        kept = [len(record.runs) for record in records_of(snapshot).values()]
        return Day(
            hours=hours,
            blocks=sys.getallocatedblocks(),
            traced=tracemalloc.get_traced_memory()[0],
            resident=resident(),
            runs=sum(kept),
            most_runs=max(kept),
            activity=len(snapshot.activity),
            units=len(self.poller.planner._units),
            touches=len(self.store._touches._at),
            requests_per_hour=self.api.requests_sent / hours,
            refused=self.api.refused,
            bells=self._bells,
            false_alarms=self._false_alarms,
            others={title: measure() for title, measure in self.measures.items()},
        )


def resident() -> int:
    """Return the bytes that the process holds; where the system does not say: that it ever held."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text("ascii").split()[1]) * resource.getpagesize()
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def rows(days: list[Day]) -> list[str]:
    """Return the rows of the table."""
    titles = ["day", "blocks", "traced MB", "RSS MB", "runs", "activity", "units", "touches"]
    titles += ["requests/h", "429", "bells", "false alarms", *days[0].others]
    cells = [
        [f"{day.hours / 24:.0f}", str(day.blocks), f"{day.traced / 1e6:.2f}"]
        + [f"{day.resident / 1e6:.1f}"]
        + [str(number) for number in (day.runs, day.activity, day.units, day.touches)]
        + [f"{day.requests_per_hour:.0f}", str(day.refused), str(day.bells)]
        + [str(day.false_alarms), *map(str, day.others.values())]
        for day in days
    ]
    return [f"| {' | '.join(row)} |" for row in (titles, ["---"] * len(titles), *cells)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--namespaces", type=int, default=10)
    parser.add_argument("--triggers", type=int, default=20)
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--trace", action="store_true", help="count bytes: many times as slow")
    parser.add_argument("--no-history", action="store_true", help="keep nothing on disk")
    given = parser.parse_args()
    started_s = perf_counter()
    if given.trace:
        tracemalloc.start()
    with TemporaryDirectory() as folder:
        path = None if given.no_history else Path(folder) / "week.db"
        week = Week(given.namespaces, given.triggers, kept_at=path)
        hours = given.days * 24
        days = run_at_once(week.watch(hours, every_hours=min(24.0, hours)))
    print("\n".join(rows(days)))
    print(f"\n{given.days:g} days in {perf_counter() - started_s:.0f} s")


if __name__ == "__main__":
    main()
