"""Carries the planner's plan out: asks, tells the planner what came, and waits on the Clock."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from fntui.clock import Clock
from fntui.core.model.events import PaceSet, PinSet
from fntui.core.model.problem import Problem, ProblemKind
from fntui.core.model.snapshot import NamespaceView, Snapshot
from fntui.core.operations.operations import Operations
from fntui.core.store.merge import paced
from fntui.core.store.store import Store
from fntui.core.watch.scheduler import Kind, Planner, Unit
from fntui.core.watch.targets import (
    awaited_of,
    doubtful_units,
    outdated_units,
    read,
    units_of,
)

_SECOND_LOOK_S: Final = 5.0  # so that it is no answer of the same cache
_REFUSED_FOR_S: Final = {ProblemKind.MISSING_SCOPE: 3600.0, ProblemKind.NOT_FOUND: 300.0}


class Poller:
    """Watches the account until it is stopped or the API refuses the token.

    Attributes:
        on_crash: Called with what ended the watch, if that was a bug.
        planner: What is read when; its ``first_look`` may be kept.
    """

    def __init__(
        self,
        operations: Operations,
        store: Store,
        planner: Planner,
        clock: Clock,
        *,
        on_crash: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Read through ``operations`` what ``planner`` says, when it says so."""
        self.on_crash = on_crash
        self._operations = operations
        self._store = store
        self.planner = planner
        self._clock = clock
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._counted = 0  # of the requests sent
        self._planned: dict[str, NamespaceView] | None = None
        self._kept_up = Snapshot()
        self._awaited: dict[Unit, asyncio.Future[None]] = {}
        operations.on_written = self._written

    def start(self) -> None:
        """Begin to watch."""
        if self._task is None:
            self._task = asyncio.create_task(self._watch())
            self._task.add_done_callback(self.ended)

    async def stop(self) -> None:
        """Stop watching; reads under way are dropped."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
            self._answer(list(self._awaited))

    def select(self, namespace_id: str | None, *, show_keys: bool = False) -> None:
        """Prefer what is on screen: a namespace, and its access keys if they are shown."""
        self.planner.select(namespace_id, shows_keys=show_keys)
        self._woken.set()

    def refresh(self, unit: Unit | None = None) -> None:
        """Read a unit, or everything, now: the user asked."""
        self.planner.ask_now(unit)
        self._woken.set()

    async def read_now(self, unit: Unit | None = None) -> None:
        """Read a unit, or everything, for a person who waits; return once that was answered."""
        self.refresh(unit)
        loop = asyncio.get_running_loop()
        answers = [
            self._awaited.setdefault(wanted, loop.create_future())
            for wanted in self.planner.asked_for()
        ]
        if answers:
            await asyncio.wait(answers)

    def paused_s(self) -> float:
        """Return for how long nothing is read, since there were too many requests; 0: it is."""
        return max(0.0, self.planner.budget.paused_until_s - self._clock.monotonic())

    def _answer(self, units: Iterable[Unit]) -> None:
        """Tell who waits for these units that the wait is over."""
        for unit in units:
            answer = self._awaited.pop(unit, None)
            if answer is not None:
                answer.set_result(None)

    def wake(self) -> None:
        """Look at the plan again now: something changed that it goes by."""
        self._woken.set()

    def attend(self, *, is_attended: bool) -> None:
        """Read more seldom while nobody looks; catch up once somebody does again."""
        if self.planner.sight.is_attended != is_attended:
            self.planner.sight.is_attended = is_attended
            self._woken.set()

    def pin(self, namespace_id: str, *, is_pinned: bool) -> None:
        """Read a namespace as often as in a small account, or no longer."""
        now = self._operations.server_now()
        self._store.apply(PinSet(at=now, namespace_id=namespace_id, is_pinned=is_pinned))
        self._woken.set()

    def _written(self, namespace_id: str) -> None:
        """Look at a namespace again after a change of ours: its next runs may be other ones."""
        self.refresh(Unit(Kind.TRIGGERS, namespace_id))

    def ended(self, task: asyncio.Task[None]) -> None:
        """Tell of the bug that a task of the watch ended by, if it did."""
        crash = None if task.cancelled() else task.exception()
        if crash is None:
            return
        if self.on_crash is None:
            raise crash  # to the event loop's exception handler
        self.on_crash(crash)

    async def _watch(self) -> None:
        try:
            await self._watch_until_refused()
        except BaseExceptionGroup as crashes:
            # The first bug is the one to tell of; it need not be wrapped for that.
            raise crashes.exceptions[0] from None

    async def _watch_until_refused(self) -> None:
        async with asyncio.TaskGroup() as reads:
            while not self._store.snapshot.is_token_refused:
                self._woken.clear()
                self.keep_up(self._store.snapshot)
                self._answer([unit for unit in self._awaited if not self.planner.plans(unit)])
                units, wake_s = self.planner.plan(self._clock.monotonic())
                for unit in units:
                    reads.create_task(self._read(unit))
                await self._until(wake_s)
        self._answer(list(self._awaited))

    async def _until(self, wake_s: float) -> None:
        sleep = asyncio.create_task(self._clock.sleep(wake_s - self._clock.monotonic()))
        woken = asyncio.create_task(self._woken.wait())
        try:
            await asyncio.wait([sleep, woken], return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            woken.cancel()

    def keep_up(self, snapshot: Snapshot) -> None:
        """Plan for what there is now: namespaces and bare lists come and go, limits change."""
        now = self._operations.server_now()
        self.planner.offset_s = now.timestamp() - self._clock.monotonic()
        # What the planner did not pay for was sent for the user, or was a retry of the client's.
        self.planner.budget.spend(self._operations.requests_sent - self._counted)
        self._counted = self._operations.requests_sent
        if (limit := snapshot.rate_limit) is not None:
            self.planner.budget.set_limit(limit.limit_per_hour, limit.remaining)
        self.planner.sight.pinned = snapshot.pinned
        if paced(snapshot, self.planner.pace) is not snapshot:
            self._store.apply(PaceSet(at=now, pace=self.planner.pace))
        if snapshot.namespaces is not self._planned:
            self._planned = snapshot.namespaces
            self.planner.keep(units_of(snapshot))
        in_doubt = doubtful_units(self._kept_up, snapshot)
        self.planner.expire(in_doubt, self._clock.monotonic() + _SECOND_LOOK_S)
        self._kept_up = snapshot

    async def _read(self, unit: Unit) -> None:
        asked_s, before = self._clock.monotonic(), self._store.snapshot
        self._counted += 1  # by the planner
        try:
            problem = await read(unit, self._operations)
        except asyncio.CancelledError:
            self.planner.on_dropped(unit)
            raise
        if problem is None:
            after = self._store.snapshot
            self.planner.on_read(unit, asked_s, awaited_of(unit, after))
            self.planner.expire(outdated_units(unit, before, after))
        else:
            self._failed(unit, problem, self._clock.monotonic())
        if unit not in self.planner.asked_for():
            self._answer([unit])
        self._woken.set()

    def _failed(self, unit: Unit, problem: Problem, now_s: float) -> None:
        if problem.kind is ProblemKind.RATE_LIMITED:
            self.planner.on_rate_limited(now_s, problem.retry_after_s)
        if problem.kind in _REFUSED_FOR_S:
            self.planner.on_refused(unit, now_s, _REFUSED_FOR_S[problem.kind])
        else:
            self.planner.on_failure(unit, now_s)
        if problem.kind is ProblemKind.NOT_FOUND and unit.namespace_id:
            # Whether the namespace is gone is for the list of namespaces to say.
            self.planner.ask_now(Unit(Kind.NAMESPACES))
