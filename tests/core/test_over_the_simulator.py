"""Operations and poller over the client and the simulated API, on a clock that stands still."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from fntui.api.client import FunctionsClient
from fntui.api.drafts import (
    AccessKeyDraft,
    NamespaceDraft,
    ScheduledDetailsDraft,
    TriggerDraft,
)
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.core.health.summary import summarise
from fntui.core.model.snapshot import State, TriggerKey
from fntui.core.operations.journal import Journal
from fntui.core.operations.operations import Operations
from fntui.core.operations.outcome import Status
from fntui.core.store.store import Store
from fntui.core.watch.poller import Poller
from fntui.core.watch.scheduler import Planner
from fntui.simulator.account.seed import demo_account
from fntui.simulator.app import DEMO_TOKEN, SimulatedApi
from fntui.simulator.faults import Fault
from tests.support.records import records_of
from tests.support.simulated import SimulatedTransport


class Simulation:
    """The program without a screen, over a simulated account."""

    def __init__(self) -> None:
        """Show the demo account."""
        self.clock = ManualClock()
        self.account = demo_account(self.clock)
        self.server = SimulatedApi(self.account)
        self.client = FunctionsClient(
            Secret(DEMO_TOKEN),
            clock=self.clock,
            transport=SimulatedTransport(self.server, self.clock),
        )
        self.store, self.journal = Store(), Journal()
        self.operations = Operations(self.client, self.store, self.journal, is_read_only=False)
        self.poller = Poller(self.operations, self.store, Planner(), self.clock)

    def states(self) -> dict[str, State]:
        """Return the state of each trigger by its name."""
        return {
            name: view.verdict.state
            for namespace in self.store.snapshot.namespaces.values()
            for name, view in namespace.triggers.items()
        }

    def namespace_id(self, label: str) -> str:
        """Return the id of the namespace with this label."""
        (found,) = [
            namespace_id
            for namespace_id, view in self.store.snapshot.namespaces.items()
            if view.namespace.label == label
        ]
        return found


@pytest.fixture
async def simulation() -> AsyncIterator[Simulation]:
    made = Simulation()
    yield made
    await made.poller.stop()
    await made.client.aclose()


async def test_the_demo_shows_every_state(simulation: Simulation) -> None:
    simulation.poller.start()
    await simulation.clock.advance(5)
    seen = set(simulation.states().values())
    assert {State.ON_TIME, State.PAUSED, State.NEVER_RAN, State.LATE, State.MISSED} <= seen
    summary = summarise(simulation.store.snapshot, simulation.clock.now())
    assert summary.unknown == 0
    assert summary.keys_expiring == 1


async def test_an_hour_of_the_demo(simulation: Simulation) -> None:
    simulation.poller.start()
    await simulation.clock.advance(3600)
    records = records_of(simulation.store.snapshot)
    every_minute = [
        record
        for key, record in records.items()
        if key.name == "heartbeat" and len(record.runs) >= 55
    ]
    assert every_minute
    assert len(simulation.server.log) <= 1000
    assert all(served.status == 200 for served in simulation.server.log)
    assert {line.actor for line in simulation.store.snapshot.activity} <= {"watch"}


async def test_a_walk_through_the_writes(simulation: Simulation) -> None:
    operations = simulation.operations
    created = await operations.create_namespace(NamespaceDraft(label="fresh", region="nyc1"))
    assert created.value is not None
    namespace_id = created.value.namespace_id
    details = ScheduledDetailsDraft(cron="*/5 * * * *", body={"a": 1})
    draft = TriggerDraft(
        name="my trigger", function="a/b", is_enabled=True, scheduled_details=details
    )
    outcome = await operations.create_trigger(namespace_id, draft)
    assert (outcome.status, outcome.note) == (Status.DONE, "")
    key = TriggerKey(namespace_id, "my trigger")
    await simulation.clock.advance(1)
    assert (await operations.set_enabled(key, is_enabled=False)).status is Status.DONE
    (entry,) = simulation.journal.offer.entries
    await simulation.clock.advance(1)
    assert (await operations.undo(entry)).status is Status.DONE
    issued = await operations.create_access_key(namespace_id, AccessKeyDraft(name="ci"))
    assert issued.value is not None
    assert issued.value.secret
    assert (await operations.delete_trigger(key)).status is Status.DONE
    assert (await operations.delete_namespace(namespace_id)).status is Status.DONE
    assert {line.actor for line in simulation.store.snapshot.activity} == {"you"}


async def test_lost_answers_make_nothing_twice(simulation: Simulation) -> None:
    await simulation.operations.read_namespaces()
    namespace_id = simulation.namespace_id("ingest")
    await simulation.operations.read_access_keys(namespace_id)
    before = set(simulation.store.snapshot.namespaces[namespace_id].access_keys)
    simulation.server.faults.rules.append(
        Fault("lost-answer", times=1, operation="create access key")
    )
    draft = AccessKeyDraft(name="deploy")
    outcome = await simulation.operations.create_access_key(namespace_id, draft)
    assert outcome.status is Status.UNKNOWN
    after = set(simulation.store.snapshot.namespaces[namespace_id].access_keys)
    assert set(outcome.found_key_ids) == after - before
    assert len(outcome.found_key_ids) == 1


async def test_a_locked_namespace_is_watched_but_not_changed(simulation: Simulation) -> None:
    await simulation.operations.read_namespaces()
    (locked,) = [name for name in simulation.store.snapshot.namespaces if name.startswith("ap-")]
    assert await simulation.operations.read_triggers(locked) is None
    outcome = await simulation.operations.delete_namespace(locked)
    assert outcome.status is Status.NOT_DONE


async def test_a_client_clock_that_is_a_day_wrong_changes_nothing(simulation: Simulation) -> None:
    skewed = _Skewed(simulation.clock)
    client = FunctionsClient(
        Secret(DEMO_TOKEN),
        clock=skewed,
        transport=SimulatedTransport(simulation.server, simulation.clock),
    )
    store = Store()
    operations = Operations(client, store, Journal(), is_read_only=True)
    poller = Poller(operations, store, Planner(), skewed)
    poller.start()
    simulation.poller.start()
    await simulation.clock.advance(300)
    await poller.stop()
    await client.aclose()
    right = simulation.states()
    wrong = {
        name: view.verdict.state
        for namespace in store.snapshot.namespaces.values()
        for name, view in namespace.triggers.items()
    }
    assert wrong == right


class _Skewed:
    """Another's clock of the same pace, a day ahead."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now() + timedelta(days=1)

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
