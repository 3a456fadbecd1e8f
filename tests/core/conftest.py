from dataclasses import dataclass

import pytest

from fntui.clock import ManualClock
from fntui.core.model.snapshot import TriggerKey
from fntui.core.operations.journal import Journal
from fntui.core.operations.operations import Operations
from fntui.core.store.store import Store
from tests.support.fake_api import FakeApi


@dataclass
class Account:
    """A fake account with a namespace billing, a trigger and a key, as read a moment ago."""

    clock: ManualClock
    api: FakeApi
    store: Store
    journal: Journal
    operations: Operations

    key = TriggerKey("fn-1", "invoice-run")

    async def read(self) -> None:
        """Read everything there is."""
        await self.operations.read_namespaces()
        await self.operations.read_triggers("fn-1")
        await self.operations.read_access_keys("fn-1")
        self.api.calls.clear()

    def lines(self) -> list[tuple[str, str]]:
        """Return actor and words of the Activity tab."""
        return [(line.actor, line.words) for line in self.store.snapshot.activity]


@pytest.fixture
async def account() -> Account:
    clock, store, journal = ManualClock(), Store(), Journal()
    api = FakeApi(clock)
    api.add_namespace("fn-1", "billing")
    api.add_trigger("fn-1", "invoice-run")
    api.add_key("fn-1", "key-0", "ci")
    await clock.advance(10)
    made = Account(clock, api, store, journal, Operations(api, store, journal, is_read_only=False))
    await made.read()
    await clock.advance(10)
    return made
