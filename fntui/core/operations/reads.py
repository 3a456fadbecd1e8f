"""The reads among the operations: call the API, then apply events to the store."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from fntui.api.errors import ApiError, InvalidToken, NotFound
from fntui.api.models import Trigger
from fntui.core.functions_api import FunctionsApi
from fntui.core.model.events import (
    AccessKeysRead,
    Fact,
    NamespaceNotFound,
    NamespaceRead,
    NamespacesRead,
    RateLimitRead,
    ReadFailed,
    TimeSetBack,
    TokenRefused,
    TriggerGone,
    TriggerRead,
    TriggersRead,
)
from fntui.core.model.problem import Problem, explain
from fntui.core.model.snapshot import TriggerKey
from fntui.core.store.store import Store

_LONGEST_CALL: Final = timedelta(minutes=10)
_SET_BACK: Final = timedelta(seconds=10)  # less is our growing knowledge of the server's time

T = TypeVar("T")


class Reads:
    """Asks the API and tells the Store what came back, or what went wrong.

    Attributes:
        on_told: Called with what the store is told.
    """

    def __init__(self, api: FunctionsApi, store: Store) -> None:
        """Ask ``api``, tell ``store``."""
        self._api = api
        self._store = store
        self._newest_at = datetime.min.replace(tzinfo=UTC)
        self.on_told: Callable[[tuple[Fact, ...]], None] = lambda _: None

    @property
    def requests_sent(self) -> int:
        """How many requests were sent so far, writes and retries included."""
        return self._api.requests_sent

    def server_now(self) -> datetime:
        """Return the server's time, as well as it is known."""
        return self._api.server_now()

    async def read_namespaces(self) -> Problem | None:
        """Read the list of namespaces."""
        answer, at = await self._ask(self._api.list_namespaces())
        if isinstance(answer, ApiError):
            return self._read_failed(answer, "read the list of namespaces", at)
        self._tell(NamespacesRead(at=at, listing=answer))
        return None

    async def read_namespace(self, namespace_id: str) -> Problem | None:
        """Read one namespace, its legacy key included."""
        what = f"read namespace {self._label(namespace_id)}"
        answer, at = await self._ask(self._api.get_namespace(namespace_id))
        if isinstance(answer, ApiError):
            is_not_found = isinstance(answer, NotFound)
            fact = NamespaceNotFound(at=at, namespace_id=namespace_id)
            self._tell(*([fact] if is_not_found else []))
            return self._explained(answer, what)
        self._tell(NamespaceRead(at=at, namespace=answer))
        return None

    async def read_triggers(self, namespace_id: str) -> Problem | None:
        """Read the triggers of a namespace."""
        answer, at = await self._ask(self._api.list_triggers(namespace_id))
        if isinstance(answer, ApiError):
            what = f"read the triggers of {self._label(namespace_id)}"
            return self._read_failed(answer, what, at, namespace_id, "triggers")
        self._tell(TriggersRead(at=at, namespace_id=namespace_id, listing=answer))
        return None

    async def read_trigger(self, key: TriggerKey) -> Trigger | Problem:
        """Read one trigger afresh, as it must be before it is edited."""
        answer, at = await self._ask(self._api.get_trigger(key.namespace_id, key.name))
        if isinstance(answer, ApiError):
            if isinstance(answer, NotFound):
                self._tell(TriggerGone(at=at, namespace_id=key.namespace_id, name=key.name))
            return self._explained(answer, f"read {self._trigger_words(key)}")
        self._tell(TriggerRead(at=at, namespace_id=key.namespace_id, trigger=answer))
        return answer

    async def read_access_keys(self, namespace_id: str) -> Problem | None:
        """Read the access keys of a namespace."""
        answer, at = await self._ask(self._api.list_access_keys(namespace_id))
        if isinstance(answer, ApiError):
            what = f"read the access keys of {self._label(namespace_id)}"
            return self._read_failed(answer, what, at, namespace_id, "access keys")
        self._tell(AccessKeysRead(at=at, namespace_id=namespace_id, listing=answer))
        return None

    async def _ask(self, call: Coroutine[Any, Any, T]) -> tuple[T | ApiError, datetime]:
        """Return the answer, or the error, and the server time at which it was asked for."""
        asked_at = self._api.server_now()
        answer = await self._answer(call)
        answered_at = self._api.server_now()
        if answered_at < max(asked_at, self._newest_at) - _SET_BACK:
            self._store.apply(TimeSetBack(at=answered_at))
            self._newest_at = answered_at
        self._newest_at = max(self._newest_at, answered_at)
        # Until the first answer the server's time is this machine's guess; a difference that no
        # call lasts for shows that it was wrong.
        was_wrong = not timedelta() <= answered_at - asked_at <= _LONGEST_CALL
        return answer, answered_at if was_wrong else asked_at

    async def _answer(self, call: Coroutine[Any, Any, T]) -> T | ApiError:
        try:
            return await call
        except ApiError as error:
            return error

    def _read_failed(
        self,
        error: ApiError,
        what: str,
        at: datetime,
        namespace_id: str | None = None,
        branch: str = "",
    ) -> Problem:
        problem = self._explained(error, what)
        self._tell(ReadFailed(at=at, namespace_id=namespace_id, branch=branch, problem=problem))
        return problem

    def _explained(self, error: ApiError, what: str) -> Problem:
        now = self._api.server_now()
        if isinstance(error, InvalidToken):
            self._tell(TokenRefused(at=now))
        return explain(error, what, now)

    def _tell(self, *facts: Fact) -> None:
        limit = RateLimitRead(at=self._api.server_now(), rate_limit=self._api.rate_limit)
        told = (*facts, limit)
        self._store.apply(*told)
        self.on_told(told)

    def _label(self, namespace_id: str) -> str:
        view = self._store.snapshot.namespaces.get(namespace_id)
        return (view.namespace.label if view else None) or namespace_id

    def _trigger_words(self, key: TriggerKey) -> str:
        return f"trigger {key.name} in {self._label(key.namespace_id)}"
