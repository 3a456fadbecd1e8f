"""An account watched on a bad day: the real poller, store and client, and what they told."""

import heapq
from collections import Counter
from datetime import datetime, timedelta
from random import Random

import httpx
from typing_extensions import override

from fntui.api.client import FunctionsClient
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.core.health.alarms import Alert, look
from fntui.core.health.owed import is_alarming, should_ring
from fntui.core.health.wording import is_stale, shown_verdict
from fntui.core.model.snapshot import AccessKeyKey, NamespaceView, Snapshot, State, TriggerKey
from fntui.core.operations.journal import Journal
from fntui.core.operations.operations import Operations
from fntui.core.store.store import Store
from fntui.core.watch.poller import Poller
from fntui.core.watch.scheduler import Planner
from fntui.simulator.account.account import Account
from fntui.simulator.account.past import TriggerPast, add_namespace, add_trigger
from fntui.simulator.app import DEMO_TOKEN, SimulatedApi
from tests.support.simulated import SimulatedTransport

CRONS = ("* * * * *", "*/5 * * * *", "*/15 * * * *", "0 * * * *", "30 2 * * *")
_QUIET_S = 10.0  # as the screen's bell
TROUBLED = frozenset({State.LATE, State.MISSED, State.STALLED})


class Machine:
    """The clock of the machine that fntui runs on, which may be wrong or sleep.

    Attributes:
        skew_s: By how much its time of day is ahead of the server's.
        uncounted_s: How long it slept by a clock that stands still meanwhile.
    """

    def __init__(self, world: ManualClock) -> None:
        """Be right and awake."""
        self.skew_s = self.uncounted_s = 0.0
        self._world = world

    def now(self) -> datetime:
        """Return the time of day that the machine believes in."""
        return self._world.now() + timedelta(seconds=self.skew_s)

    def monotonic(self) -> float:
        """Return steady seconds."""
        return self._world.monotonic() - self.uncounted_s

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds`` in which the machine was awake."""
        # Less than a microsecond would be lost in the world's larger numbers, and never pass.
        await self._world.sleep(max(seconds, 1e-6))


class Network(SimulatedTransport):
    """The way to the server.

    Attributes:
        is_down: Nothing gets through.
        forbidden: Namespaces whose triggers and keys the token may not read.
        sent_s: When each request was sent, by the world's clock.
        asked: How often the triggers of each namespace were asked for.
    """

    def __init__(self, app: SimulatedApi, clock: ManualClock) -> None:
        """Lead to ``app``."""
        super().__init__(app, clock)
        self.is_down = False
        self.forbidden = set[str]()
        self.sent_s: list[float] = []
        self.asked = Counter[str]()

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent_s.append(self._clock.monotonic())
        parts = request.url.path.split("/")
        if parts[-1] == "triggers":
            self.asked[parts[-2]] += 1
        if self.is_down:
            raise httpx.ConnectError("no route to host", request=request)
        if self.forbidden.intersection(parts):
            return httpx.Response(403, json={"id": "forbidden", "message": "no"}, request=request)
        return await super().handle_async_request(request)

    def most_within(self, span_s: float) -> int:
        """Return how many requests were sent, at most, in any ``span_s`` seconds."""
        window, most = list[float](), 0
        for moment in self.sent_s:
            window = [other for other in window if other > moment - span_s] + [moment]
            most = max(most, len(window))
        return most


class WatchedAccount:
    """Three namespaces, one trigger of each cron in each; every run is on time unless scripted.

    Attributes:
        told: State words that were shown, at any moment, of triggers by their name.
        rings: Triggers that a bell rang for.
        bells: When it rang, by the world's clock, and for what.
    """

    def __init__(self, skew_s: float = 0.0, network: type[Network] = Network) -> None:
        """Watch nothing yet, on a machine whose clock is ``skew_s`` ahead."""
        self.clock = ManualClock()
        self.machine = Machine(self.clock)
        self.machine.skew_s = skew_s
        self.account = Account(self.clock)
        for label in ("billing", "ingest", "reports"):
            namespace = add_namespace(self.account, label, "nyc1", 400)
            for text in CRONS:
                add_trigger(self.account, namespace, TriggerPast(f"{label} {text}", "a/b", text))
        self.ids = list(self.account.namespaces)
        self.server = SimulatedApi(self.account, latency_s=0.1)
        self.network = network(self.server, self.clock)
        self.client = FunctionsClient(
            Secret(DEMO_TOKEN),
            clock=self.machine,
            transport=self.network,
            rng=Random(1),  # noqa: S311 - jitter
        )
        self.store = Store()
        self.operations = Operations(self.client, self.store, Journal(), is_read_only=True)
        planner = Planner(0.0, Random(1))  # noqa: S311 - jitter
        self.poller = Poller(self.operations, self.store, planner, self.machine)
        self.told: dict[str, set[State]] = {}
        self.rings = set[str]()
        self.bells: list[tuple[float, tuple[TriggerKey | AccessKeyKey, ...]]] = []
        self._alert = Alert()
        self._before = self.store.snapshot
        self.store.listen(self._look)

    async def watch(self, seconds: float) -> None:
        """Let time pass, and look at the screen every ten seconds of it."""
        self.poller.start()
        end_s = self.clock.monotonic() + seconds
        while self.clock.monotonic() < end_s:
            await self.clock.advance(min(10.0, end_s - self.clock.monotonic()))
            self._look(self.store.snapshot)

    async def suspend(self, seconds: float, *, is_counted: bool) -> None:
        """Let the machine sleep: nothing runs on it, and its timers go on afterwards."""
        await self.clock.settle()
        self.clock._elapsed += seconds
        self.clock._sleepers = [
            (due_s + seconds, place, woken) for due_s, place, woken in self.clock._sleepers
        ]
        heapq.heapify(self.clock._sleepers)
        if not is_counted:
            self.machine.uncounted_s += seconds

    async def aclose(self) -> None:
        """End the watch."""
        await self.poller.stop()
        await self.client.aclose()

    def view(self, number: int) -> NamespaceView:
        """Return what is known of a namespace."""
        return self.store.snapshot.namespaces[self.ids[number]]

    def state(self, number: int, text: str) -> State:
        """Return what is shown of the trigger with this cron."""
        view = self.view(number)
        name = f"{view.namespace.label} {text}"
        reading = view.triggers_reading
        return shown_verdict(view.triggers[name], reading, self.client.server_now()).state

    def alarming(self) -> set[str]:
        """Return the triggers that are worth a bell now."""
        spaces = self.store.snapshot.namespaces.values()
        return {
            name for space in spaces for name, view in space.triggers.items() if is_alarming(view)
        }

    def fresh(self, since_s: float) -> set[str]:
        """Return the namespaces that were read since, with nothing wrong, and are shown so."""
        now, ago_s = self.client.server_now(), self.clock.monotonic() - since_s
        readings = {
            namespace_id: view.triggers_reading
            for namespace_id, view in self.store.snapshot.namespaces.items()
        }
        # Our idea of the server's time may be a second off.
        since = now - timedelta(seconds=ago_s + 1)
        return {
            namespace_id
            for namespace_id, reading in readings.items()
            if reading.problem is None
            and reading.read_at is not None
            and reading.read_at >= since
            and not is_stale(reading.read_at, reading, now)
        }

    def seen(self, number: int, text: str) -> set[datetime | None]:
        """Return the slots whose runs were seen of a trigger."""
        label = self.view(number).namespace.label
        key = TriggerKey(self.ids[number], f"{label} {text}")
        return {run.slot_at for run in self.store.snapshot.runs(key)}

    def _look(self, snapshot: Snapshot) -> None:
        now = self.client.server_now()
        for namespace_id, space in snapshot.namespaces.items():
            known = self._before.namespaces.get(namespace_id)
            for name, view in space.triggers.items():
                verdict = shown_verdict(view, space.triggers_reading, now)
                self.told.setdefault(name, set()).add(verdict.state)
                if should_ring(known.triggers.get(name) if known else None, view):
                    self.rings.add(name)
        self._before = snapshot
        moment_s = self.clock.monotonic()
        is_quiet = bool(self.bells) and moment_s - self.bells[-1][0] < _QUIET_S
        self._alert, due = look(self._alert, snapshot, now, is_quiet=is_quiet)
        if due:
            self.bells.append((moment_s, due))
