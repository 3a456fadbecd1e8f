"""What one customer has on the simulated server, as a state machine over a Clock.

Time passes lazily: whoever looks at a namespace lets first happen what was due in it. Ids, secrets
and delays follow from the seed alone.
"""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

from fntui.clock import Clock
from fntui.simulator.account import draws
from fntui.simulator.account.firing import Firing
from fntui.simulator.account.objects import SimulatedKey, SimulatedNamespace, SimulatedTrigger
from fntui.simulator.checks import TriggerDraft
from fntui.simulator.refusals import NotAllowedError, NotFoundError


@dataclass(frozen=True, slots=True)
class Limits:
    """How many there may be.

    Attributes:
        namespaces: In the account.
        triggers: In one namespace.
        keys: In the account.
    """

    namespaces: int = 10
    triggers: int = 100
    keys: int = 200


class Account:
    """Namespaces, triggers and access keys, and what time does to them.

    Attributes:
        clock: Decides what has fired and what has expired.
        seed: Decides ids, secrets and delays.
        limits: How many objects there may be; may be replaced at any time.
        has_bare_lists: True: lists of triggers leave settings and times out, as in the reference's
            example; may be changed at any time.
        namespaces: By namespace id, in the order in which they were made.
    """

    def __init__(self, clock: Clock, seed: int = 1, limits: Limits | None = None) -> None:
        """Start empty."""
        self.clock = clock
        self.seed = seed
        self.limits = limits or Limits()
        self.has_bare_lists = False
        self.namespaces: dict[str, SimulatedNamespace] = {}
        self._serial = itertools.count(1)

    def catch_up(self) -> None:
        """Let everything happen that was due until now."""
        for namespace in self.namespaces.values():
            self._catch_up(namespace)

    def _catch_up(self, namespace: SimulatedNamespace) -> None:
        now = self.clock.now()
        for trigger in namespace.triggers.values():
            trigger.firing.catch_up(now)
        for key in list(namespace.keys.values()):
            if key.expires_at is not None and key.expires_at <= now:
                del namespace.keys[key.key_id]

    def namespace(self, namespace_id: str) -> SimulatedNamespace:
        """Return a namespace as it is now.

        Raises:
            NotFoundError: There is none of that id.
        """
        namespace = self.namespaces.get(namespace_id)
        if namespace is None:
            raise NotFoundError("namespace")
        self._catch_up(namespace)
        return namespace

    def changeable_namespace(self, namespace_id: str) -> SimulatedNamespace:
        """Return a namespace that the customer may change.

        Raises:
            NotAllowedError: It belongs to App Platform.
        """
        namespace = self.namespace(namespace_id)
        if namespace_id.startswith("ap-"):
            raise NotAllowedError("change a namespace of App Platform")
        return namespace

    def trigger(self, namespace_id: str, name: str) -> SimulatedTrigger:
        """Return a trigger as it is now.

        Raises:
            NotFoundError: There is none of that name.
        """
        trigger = self.namespace(namespace_id).triggers.get(name)
        if trigger is None:
            raise NotFoundError("trigger")
        return trigger

    def delay_next_run(self, namespace_id: str, name: str, seconds: float) -> None:
        """Let the run of a trigger's next slot come ``seconds`` late."""
        self.trigger(namespace_id, name).firing.delay_next(seconds)

    def skip_runs(self, namespace_id: str, name: str, count: int) -> None:
        """Let the next ``count`` slots of a trigger pass without a run."""
        self.trigger(namespace_id, name).firing.skip(count)

    def now(self) -> datetime:
        """Return the server's time, to the second."""
        return self.clock.now().replace(microsecond=0)

    def add_namespace(
        self, label: str, region: str, namespace_id: str | None = None
    ) -> SimulatedNamespace:
        """Make a namespace, whatever the limits say; without an id of its own it gets a new one."""
        serial = next(self._serial)
        namespace_id = namespace_id or f"fn-{draws.uuid(self.seed, 'namespace', serial)}"
        uuid = namespace_id[len("fn-") :]
        namespace = SimulatedNamespace(
            namespace_id=namespace_id,
            uuid=uuid,
            label=label,
            region=region,
            api_host=f"https://faas-{region}-{uuid[:8]}.example",
            legacy_key=draws.alphanumeric(self.seed, "legacy key", serial),
            created_at=self.now(),
        )
        self.namespaces[namespace_id] = namespace
        return namespace

    def add_trigger(self, namespace: SimulatedNamespace, draft: TriggerDraft) -> SimulatedTrigger:
        """Make a trigger, whatever the limits say; if enabled, its first slot is the next one."""
        firing = Firing(f"{self.seed}/{next(self._serial)}", draft.details.cron)
        firing.restart(self.clock.now(), is_enabled=draft.is_enabled)
        trigger = SimulatedTrigger(
            name=draft.name,
            function=draft.function,
            body=draft.details.body,
            is_enabled=draft.is_enabled,
            created_at=self.now(),
            updated_at=self.now(),
            firing=firing,
        )
        namespace.triggers[trigger.name] = trigger
        return trigger

    def add_key(
        self, namespace: SimulatedNamespace, name: str, lifetime: timedelta | None
    ) -> SimulatedKey:
        """Make an access key, whatever the limits say; without a lifetime it never expires."""
        key = SimulatedKey(
            key_id="dof_v1_" + draws.hexadecimal(self.seed, "key", next(self._serial)),
            name=name,
            expires_at=None if lifetime is None else self.now() + lifetime,
            created_at=self.now(),
            updated_at=self.now(),
        )
        namespace.keys[key.key_id] = key
        return key
