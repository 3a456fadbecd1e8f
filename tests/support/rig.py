"""The program without a screen, over a simulated account of one namespace."""

import asyncio
from collections.abc import Awaitable
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from fntui.api.client import FunctionsClient
from fntui.api.models import Trigger
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.core.model.snapshot import AccessKeyKey, TriggerKey
from fntui.core.operations.journal import Journal
from fntui.core.operations.operations import Operations
from fntui.core.store.store import Store
from fntui.simulator.account.account import Account
from fntui.simulator.app import DEMO_TOKEN, SimulatedApi
from fntui.simulator.checks import Details, TriggerDraft
from tests.support.simulated import SimulatedTransport

if TYPE_CHECKING:
    from fntui.api.calls import Call

T = TypeVar("T")


class Rig:
    """The program without a screen, over an account of one namespace, all of it read."""

    def __init__(self, latency_s: float = 0.0) -> None:
        """Know nothing yet; each answer takes ``latency_s``."""
        self.clock = ManualClock()
        self.account = Account(self.clock)
        self.namespace = self.account.add_namespace("billing", "nyc1")
        self.id = self.namespace.namespace_id
        draft = TriggerDraft("nightly", "a/b", is_enabled=True, details=Details("0 * * * *", {}))
        self.draft = draft
        self.add_trigger("nightly")
        self.add_trigger("weekly")
        self.trigger = TriggerKey(self.id, "nightly")
        self.key = AccessKeyKey(self.id, self.account.add_key(self.namespace, "ci", None).key_id)
        self.server = SimulatedApi(self.account, latency_s=latency_s)
        self.calls: list[Call] = []
        self.client = FunctionsClient(
            Secret(DEMO_TOKEN),
            clock=self.clock,
            transport=SimulatedTransport(self.server, self.clock),
            rng=Random(1),  # noqa: S311 - jitter
            on_call=self.calls.append,
        )
        self.store, self.journal = Store(), Journal()
        self.operations = Operations(self.client, self.store, self.journal, is_read_only=False)

    def add_trigger(self, name: str) -> None:
        """Let someone else create a trigger."""
        self.account.add_trigger(self.namespace, self.draft._replace(name=name))

    async def run(self, call: Awaitable[T]) -> T:
        """Return what ``call`` gives, letting time pass for it; ten minutes at most."""
        task = asyncio.ensure_future(call)
        for _ in range(600):
            await self.clock.advance(1)
            if task.done():
                return task.result()
        raise AssertionError("it never ends")

    def truth(self) -> object:
        """Return what the server has."""
        self.account.catch_up()
        return {
            name: (
                namespace.label,
                {
                    t.name: (t.is_enabled, t.firing.cron, t.body)
                    for t in namespace.triggers.values()
                },
                {key.key_id: key.name for key in namespace.keys.values()},
            )
            for name, namespace in self.account.namespaces.items()
        }

    def shown(self) -> object:
        """Return the same as the program knows it."""
        return {
            name: (
                view.namespace.label,
                {t: _details(known.trigger) for t, known in view.triggers.items()},
                {key_id: key.name for key_id, key in view.access_keys.items()},
            )
            for name, view in self.store.snapshot.namespaces.items()
        }


def _details(trigger: Trigger) -> tuple[object, ...]:
    details: Any = trigger.scheduled_details
    return trigger.is_enabled, details.cron, details.body
