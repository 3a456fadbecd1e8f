"""A Functions API in memory for tests of core: no HTTP, no rules but those that core relies on."""

# ruff: noqa: D102, D107 - its methods are those of FunctionsApi

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from msgspec import UNSET, structs

from fntui.api.drafts import (
    AccessKeyChange,
    AccessKeyDraft,
    NamespaceDraft,
    TriggerChange,
    TriggerDraft,
)
from fntui.api.errors import ApiError, Conflict, NotFound
from fntui.api.limits import RateLimit
from fntui.api.models import (
    AccessKey,
    IssuedAccessKey,
    Listing,
    Namespace,
    ScheduledDetails,
    ScheduledRuns,
    Trigger,
)
from fntui.api.operations import (
    CREATE_ACCESS_KEY,
    CREATE_NAMESPACE,
    CREATE_TRIGGER,
    DELETE_ACCESS_KEY,
    DELETE_NAMESPACE,
    DELETE_TRIGGER,
    GET_NAMESPACE,
    GET_TRIGGER,
    LIST_ACCESS_KEYS,
    LIST_NAMESPACES,
    LIST_TRIGGERS,
    RENAME_ACCESS_KEY,
    UPDATE_TRIGGER,
    Operation,
)
from fntui.api.secret import Secret
from fntui.clock import Clock
from fntui.core.health import cron

T = TypeVar("T")
V = TypeVar("V")


class FakeApi:
    """Keeps namespaces, triggers and keys; runs fire 2 s after their slot as the clock passes.

    Attributes:
        calls: The words of every operation called, in order.
        fail_before: By operation: errors to raise, one a call, without carrying anything out.
        fail_after: By operation: errors to raise, one a call, after carrying it out.
        on_call: Called with each operation before it is carried out.
        is_bare: Lists leave out details and runs.
        latency_s: How long every call takes.
        tokens: Those that were given besides the first.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.namespaces: dict[str, Namespace] = {}
        self.triggers: dict[str, dict[str, Trigger]] = {}
        self.keys: dict[str, dict[str, AccessKey]] = {}
        self.calls: list[str] = []
        self.fail_before: dict[Operation, list[ApiError]] = {}
        self.fail_after: dict[Operation, list[ApiError]] = {}
        self.on_call: Callable[[Operation], None] = lambda _: None
        self.is_bare = False
        self.latency_s = 0.0
        self.tokens: list[Secret] = []
        self.limit: int | None = 5000
        self.skipped: set[tuple[str, datetime]] = set()
        self._ids = self._sent = 0

    def use_token(self, token: Secret) -> None:
        self.tokens.append(token)

    @property
    def rate_limit(self) -> RateLimit:
        return RateLimit(self.limit, 4000, None, 0)

    @property
    def requests_sent(self) -> int:
        return self._sent

    def server_now(self) -> datetime:
        return self.clock.now()

    def add_namespace(self, namespace_id: str, label: str = "") -> None:
        self.namespaces[namespace_id] = Namespace(
            namespace_id=namespace_id, label=label or namespace_id, region="nyc1"
        )
        self.triggers[namespace_id] = {}
        self.keys[namespace_id] = {}

    def add_trigger(self, namespace_id: str, name: str, text: str = "*/5 * * * *") -> Trigger:
        now = self.clock.now()
        trigger = Trigger(
            name=name,
            namespace_id=namespace_id,
            function="ops/ping",
            type="SCHEDULED",
            is_enabled=True,
            created_at=now,
            updated_at=now,
            scheduled_details=ScheduledDetails(cron=text, body={"a": 1}),
            scheduled_runs=ScheduledRuns(last_run_at=None, next_run_at=_next(text, now)),
        )
        self.triggers[namespace_id][name] = trigger
        return trigger

    def add_key(self, namespace_id: str, key_id: str, name: str) -> AccessKey:
        key = AccessKey(key_id=key_id, name=name, created_at=self.clock.now(), expires_at=None)
        self.keys[namespace_id][key_id] = key
        return key

    def change(self, namespace_id: str, name: str, **changes: object) -> None:
        """Change a trigger as someone else would."""
        trigger = self.triggers[namespace_id][name]
        now = self.clock.now()
        self.triggers[namespace_id][name] = structs.replace(trigger, updated_at=now, **changes)

    async def list_namespaces(self) -> Listing[Namespace]:
        return await self._call(
            LIST_NAMESPACES, lambda: Listing(items=tuple(self.namespaces.values()))
        )

    async def create_namespace(self, draft: NamespaceDraft) -> Namespace:
        def create() -> Namespace:
            namespace_id = f"fn-new-{self._next_id()}"
            self.add_namespace(namespace_id, draft.label)
            return self.namespaces[namespace_id]

        return await self._call(CREATE_NAMESPACE, create)

    async def get_namespace(self, namespace_id: str) -> Namespace:
        return await self._call(
            GET_NAMESPACE, lambda: _get(GET_NAMESPACE, self.namespaces, namespace_id)
        )

    async def delete_namespace(self, namespace_id: str) -> None:
        def delete() -> None:
            _get(DELETE_NAMESPACE, self.namespaces, namespace_id)
            for table in (self.namespaces, self.triggers, self.keys):
                del table[namespace_id]

        await self._call(DELETE_NAMESPACE, delete)

    async def list_access_keys(self, namespace_id: str) -> Listing[AccessKey]:
        def answer() -> Listing[AccessKey]:
            keys = _get(LIST_ACCESS_KEYS, self.keys, namespace_id)
            return Listing(items=tuple(keys.values()))

        return await self._call(LIST_ACCESS_KEYS, answer)

    async def create_access_key(self, namespace_id: str, draft: AccessKeyDraft) -> IssuedAccessKey:
        def create() -> IssuedAccessKey:
            key_id = f"key-{self._next_id()}"
            key = self.add_key(namespace_id, key_id, draft.name)
            return IssuedAccessKey(access_key=key, secret=Secret("s" * 32))

        return await self._call(CREATE_ACCESS_KEY, create)

    async def rename_access_key(
        self, namespace_id: str, key_id: str, change: AccessKeyChange
    ) -> AccessKey:
        def rename() -> AccessKey:
            key = _get(RENAME_ACCESS_KEY, self.keys[namespace_id], key_id)
            self.keys[namespace_id][key_id] = structs.replace(key, name=change.name)
            return self.keys[namespace_id][key_id]

        return await self._call(RENAME_ACCESS_KEY, rename)

    async def delete_access_key(self, namespace_id: str, key_id: str) -> None:
        def delete() -> None:
            _get(DELETE_ACCESS_KEY, self.keys[namespace_id], key_id)
            del self.keys[namespace_id][key_id]

        await self._call(DELETE_ACCESS_KEY, delete)

    async def list_triggers(self, namespace_id: str) -> Listing[Trigger]:
        def answer() -> Listing[Trigger]:
            triggers = _get(LIST_TRIGGERS, self.triggers, namespace_id)
            shown = [self._at_now(trigger) for trigger in triggers.values()]
            if self.is_bare:
                shown = [
                    structs.replace(trigger, scheduled_details=UNSET, scheduled_runs=UNSET)
                    for trigger in shown
                ]
            return Listing(items=tuple(shown))

        return await self._call(LIST_TRIGGERS, answer)

    async def create_trigger(self, namespace_id: str, draft: TriggerDraft) -> Trigger:
        def create() -> Trigger:
            if draft.name in _get(CREATE_TRIGGER, self.triggers, namespace_id):
                raise Conflict(CREATE_TRIGGER, "exists", status=409)
            self.add_trigger(namespace_id, draft.name, draft.scheduled_details.cron)
            self.change(
                namespace_id,
                draft.name,
                function=draft.function,
                is_enabled=draft.is_enabled,
                scheduled_details=ScheduledDetails(
                    cron=draft.scheduled_details.cron, body=draft.scheduled_details.body
                ),
            )
            return self._at_now(self.triggers[namespace_id][draft.name])

        return await self._call(CREATE_TRIGGER, create)

    async def get_trigger(self, namespace_id: str, trigger_name: str) -> Trigger:
        def answer() -> Trigger:
            triggers = _get(GET_TRIGGER, self.triggers, namespace_id)
            return self._at_now(_get(GET_TRIGGER, triggers, trigger_name))

        return await self._call(GET_TRIGGER, answer)

    async def update_trigger(
        self, namespace_id: str, trigger_name: str, change: TriggerChange
    ) -> Trigger:
        def update() -> Trigger:
            triggers = _get(UPDATE_TRIGGER, self.triggers, namespace_id)
            old = self._at_now(_get(UPDATE_TRIGGER, triggers, trigger_name))
            changes: dict[str, Any] = {}
            if change.is_enabled is not UNSET:
                changes["is_enabled"] = change.is_enabled
            if change.scheduled_details is not UNSET:
                details = change.scheduled_details
                changes["scheduled_details"] = ScheduledDetails(
                    cron=details.cron, body=details.body
                )
                assert isinstance(old.scheduled_runs, ScheduledRuns)
                changes["scheduled_runs"] = structs.replace(
                    old.scheduled_runs, next_run_at=_next(details.cron, self.clock.now())
                )
            self.change(namespace_id, trigger_name, **changes)
            return self.triggers[namespace_id][trigger_name]

        return await self._call(UPDATE_TRIGGER, update)

    async def delete_trigger(self, namespace_id: str, trigger_name: str) -> None:
        def delete() -> None:
            triggers = _get(DELETE_TRIGGER, self.triggers, namespace_id)
            _get(DELETE_TRIGGER, triggers, trigger_name)
            del triggers[trigger_name]

        await self._call(DELETE_TRIGGER, delete)

    async def aclose(self) -> None:
        self.calls.append("close")

    async def _call(self, operation: Operation, act: Callable[[], T]) -> T:
        self.calls.append(operation.words)
        self._sent += 1
        self.on_call(operation)
        if self.latency_s:
            await self.clock.sleep(self.latency_s)
        if self.fail_before.get(operation):
            raise self.fail_before[operation].pop(0)
        answer = act()
        if self.fail_after.get(operation):
            raise self.fail_after[operation].pop(0)
        return answer

    def _next_id(self) -> int:
        self._ids += 1
        return self._ids

    def _at_now(self, trigger: Trigger) -> Trigger:
        """Let the runs happen that are due by now."""
        details, runs = trigger.scheduled_details, trigger.scheduled_runs
        assert isinstance(details, ScheduledDetails)
        assert isinstance(runs, ScheduledRuns)
        now = self.clock.now()
        slot = runs.next_run_at
        while trigger.is_enabled and isinstance(slot, datetime) and slot + _DELAY <= now:
            if (trigger.name, slot) not in self.skipped:
                runs = structs.replace(runs, last_run_at=slot + _DELAY)
            slot = _next(details.cron, slot)
            runs = structs.replace(runs, next_run_at=slot)
        kept = structs.replace(trigger, scheduled_runs=runs)
        self.triggers[str(trigger.namespace_id)][trigger.name] = kept
        return kept


_DELAY = timedelta(seconds=2)


def _next(text: str, after: datetime) -> datetime | None:
    return next(iter(cron.next_times(text, after, 1)), None)


def _get(operation: Operation, table: dict[str, V], name: str) -> V:
    if name not in table:
        raise NotFound(operation, "The resource you requested could not be found.", status=404)
    return table[name]
