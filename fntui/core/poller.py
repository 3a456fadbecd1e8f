"""Carries the planner's plan out: asks, tells the planner what came, and waits on the Clock."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

from fntui.clock import Clock
from fntui.core.judging import expected_slots
from fntui.core.operations import Operations
from fntui.core.planner import Kind, Planner, Unit
from fntui.core.problems import Problem, ProblemKind
from fntui.core.snapshot import NamespaceView, Snapshot, TriggerKey, TriggerView
from fntui.core.store import Store

_REFUSED = frozenset({ProblemKind.MISSING_SCOPE, ProblemKind.NOT_FOUND})


class Poller:
    """Watches the account until it is stopped or the API refuses the token.

    Attributes:
        on_crash: Called with what ended the watch, if that was a bug.
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
        self._planner = planner
        self._clock = clock
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._own_calls = 0
        self._counted_calls = 0
        self._planned: tuple[Unit, ...] = ()
        operations.on_written = self._written

    def start(self) -> None:
        """Begin to watch."""
        if self._task is None:
            self._task = asyncio.create_task(self._watch())
            self._task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Stop watching; reads under way are dropped."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def select(self, namespace_id: str | None, *, show_keys: bool = False) -> None:
        """Prefer what is on screen: a namespace, and its access keys if they are shown."""
        self._planner.select(namespace_id, shows_keys=show_keys)
        self._woken.set()

    def refresh(self, unit: Unit | None = None) -> None:
        """Read a unit, or everything, now: the user asked."""
        self._planner.ask_now(unit)
        self._woken.set()

    def _written(self, namespace_id: str) -> None:
        """Look at a namespace again after a change of ours: its next runs may be other ones."""
        self.refresh(Unit(Kind.TRIGGERS, namespace_id))

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        crash = task.exception()
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
                self._count_others()
                self._keep_up(self._store.snapshot)
                units, wake_s = self._planner.plan(self._clock.monotonic())
                for unit in units:
                    reads.create_task(self._read(unit))
                await self._until(wake_s)

    async def _until(self, wake_s: float) -> None:
        sleep = asyncio.create_task(self._clock.sleep(wake_s - self._clock.monotonic()))
        woken = asyncio.create_task(self._woken.wait())
        try:
            await asyncio.wait([sleep, woken], return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            woken.cancel()

    def _count_others(self) -> None:
        """Charge the budget with the calls that were not ours: those of the user."""
        others = self._operations.calls - self._own_calls - self._counted_calls
        self._planner.spend(others)
        self._counted_calls += others

    def _keep_up(self, snapshot: Snapshot) -> None:
        """Plan for what there is now: namespaces and bare lists come and go."""
        if snapshot.rate_limit is not None:
            self._planner.set_limit(snapshot.rate_limit.limit_per_hour)
        units = tuple(units_of(snapshot))
        if units != self._planned:
            self._planned = units
            self._planner.keep(units)

    async def _read(self, unit: Unit) -> None:
        asked_s = self._clock.monotonic()
        self._own_calls += 1
        try:
            problem = await self._ask(unit)
        except asyncio.CancelledError:
            self._planner.on_dropped(unit)
            raise
        now_s = self._clock.monotonic()
        if problem is None:
            seconds_to_slots = _seconds_to_slots(unit, self._store.snapshot)
            slots_s = [asked_s + seconds for seconds in seconds_to_slots]
            self._planner.on_read(unit, asked_s, now_s, slots_s)
        else:
            self._failed(unit, problem, now_s)
        self._woken.set()

    async def _ask(self, unit: Unit) -> Problem | None:
        match unit.kind:
            case Kind.NAMESPACES:
                return await self._operations.read_namespaces()
            case Kind.TRIGGERS:
                return await self._operations.read_triggers(unit.namespace_id)
            case Kind.TRIGGER:
                answer = await self._operations.read_trigger(
                    TriggerKey(unit.namespace_id, unit.name)
                )
                return answer if isinstance(answer, Problem) else None
            case _:
                return await self._operations.read_access_keys(unit.namespace_id)

    def _failed(self, unit: Unit, problem: Problem, now_s: float) -> None:
        self._planner.on_failure(
            unit,
            now_s,
            is_rate_limited=problem.kind is ProblemKind.RATE_LIMITED,
            retry_after_s=problem.retry_after_s,
            is_refused=problem.kind in _REFUSED,
        )
        if problem.kind is ProblemKind.NOT_FOUND and unit.namespace_id:
            # Whether the namespace is gone is for the list of namespaces to say.
            self._planner.ask_now(Unit(Kind.NAMESPACES))


def units_of(snapshot: Snapshot) -> Iterable[Unit]:
    """Yield what there is to read of an account, besides the list of namespaces."""
    for namespace_id, namespace in snapshot.namespaces.items():
        yield Unit(Kind.TRIGGERS, namespace_id)
        yield Unit(Kind.ACCESS_KEYS, namespace_id)
        for name, view in namespace.triggers.items():
            if _is_bare(namespace, view):
                yield Unit(Kind.TRIGGER, namespace_id, name)


def _is_bare(namespace: NamespaceView, view: TriggerView) -> bool:
    """Return True where the list left out the runs, so that the trigger must be read by itself."""
    listed_at = namespace.triggers_reading.read_at
    if listed_at is None:
        return False
    return view.runs_read_at is None or view.runs_read_at < listed_at


def _seconds_to_slots(unit: Unit, snapshot: Snapshot) -> list[float]:
    """Return the seconds from the asking to each moment at which something new may show."""
    namespace = snapshot.namespaces.get(unit.namespace_id)
    if namespace is None or unit.kind not in {Kind.TRIGGERS, Kind.TRIGGER}:
        return []
    names = [unit.name] if unit.kind is Kind.TRIGGER else list(namespace.triggers)
    views = [namespace.triggers[name] for name in names if name in namespace.triggers]
    return [
        (slot - asked_at).total_seconds()
        for view in views
        for slot in expected_slots(view)
        if (asked_at := _asked_at(unit, namespace, view)) is not None
    ]


def _asked_at(unit: Unit, namespace: NamespaceView, view: TriggerView) -> datetime | None:
    """Return when the runs were asked for; None where this unit does not show them."""
    if unit.kind is Kind.TRIGGER:
        return view.runs_read_at
    return None if _is_bare(namespace, view) else namespace.triggers_reading.read_at
