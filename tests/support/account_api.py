"""What a watch asks of an API, answered by a simulated account at once: no HTTP, no JSON."""

from typing import Final

from typing_extensions import override

from fntui.api.drafts import TriggerChange
from fntui.api.errors import NotFound
from fntui.api.limits import RateLimit
from fntui.api.models import (
    AccessKey,
    Listing,
    Namespace,
    ScheduledDetails,
    ScheduledRuns,
    Trigger,
)
from fntui.api.operations import GET_TRIGGER
from fntui.simulator.account.account import Account
from fntui.simulator.account.objects import SimulatedTrigger
from fntui.simulator.rate_limit import Quota, RateLimiter
from fntui.simulator.rate_limit import RateLimit as Allowance
from fntui.simulator.refusals import NotFoundError
from tests.support.fake_api import FakeApi

_LATENCY_S: Final = 0.12


class AccountApi(FakeApi):
    """What the watch asks of an API, answered by a simulated account behind a rate limit.

    Attributes:
        refused: How many requests were too many.
    """

    def __init__(self, account: Account) -> None:
        """Answer for ``account``."""
        super().__init__(account.clock)
        self.refused = 0
        self._account = account
        self._limiter = RateLimiter(account.clock, Allowance())
        self._quota: Quota | None = None

    @property
    @override
    def rate_limit(self) -> RateLimit:
        return RateLimit(5000, self._quota.remaining if self._quota else None)

    @override
    async def list_namespaces(self) -> Listing[Namespace]:
        await self._ask()
        spaces = self._account.namespaces.values()
        return Listing(
            items=tuple(
                Namespace(namespace_id=space.namespace_id, label=space.label, region=space.region)
                for space in spaces
            )
        )

    @override
    async def list_triggers(self, namespace_id: str) -> Listing[Trigger]:
        await self._ask()
        triggers = self._account.namespace(namespace_id).triggers
        return Listing(items=tuple(_shown(trigger) for trigger in triggers.values()))

    @override
    async def list_access_keys(self, namespace_id: str) -> Listing[AccessKey]:
        await self._ask()
        keys = self._account.namespace(namespace_id).keys.values()
        return Listing(
            items=tuple(
                AccessKey(key_id=key.key_id, name=key.name, expires_at=key.expires_at)
                for key in keys
            )
        )

    @override
    async def get_trigger(self, namespace_id: str, trigger_name: str) -> Trigger:
        await self._ask()
        try:
            return _shown(self._account.trigger(namespace_id, trigger_name))
        except NotFoundError as error:
            raise NotFound(GET_TRIGGER, str(error), status=404) from None

    @override
    async def update_trigger(
        self, namespace_id: str, trigger_name: str, change: TriggerChange
    ) -> Trigger:
        await self._ask()
        trigger = self._account.trigger(namespace_id, trigger_name)
        switch(self._account, trigger, is_enabled=change.is_enabled is True)
        return _shown(trigger)

    async def _ask(self) -> None:
        self._sent += 1
        await self.clock.sleep(_LATENCY_S)
        self._quota = self._limiter.admit("token")
        self.refused += self._quota.is_exceeded


def switch(account: Account, trigger: SimulatedTrigger, *, is_enabled: bool) -> None:
    """Pause or resume a trigger."""
    trigger.is_enabled, trigger.updated_at = is_enabled, account.now()
    trigger.firing.restart(account.clock.now(), is_enabled=is_enabled)


def _shown(trigger: SimulatedTrigger) -> Trigger:
    firing = trigger.firing
    return Trigger(
        name=trigger.name,
        function=trigger.function,
        is_enabled=trigger.is_enabled,
        updated_at=trigger.updated_at,
        scheduled_details=ScheduledDetails(cron=firing.cron, body=trigger.body),
        scheduled_runs=ScheduledRuns(
            last_run_at=firing.last_run_at, next_run_at=firing.next_run_at
        ),
    )
