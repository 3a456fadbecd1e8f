"""One complete read of an account, for ``fntui status``."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from fntui.clock import Clock
from fntui.core.functions_api import FunctionsApi
from fntui.core.model.problem import Problem, ProblemKind
from fntui.core.model.snapshot import TriggerKey
from fntui.core.operations.reads import Reads
from fntui.core.store.store import Store

_AT_ONCE: Final = 8
_TRIES: Final = 4  # of a read that is refused for there being too many
_LONGEST_WAIT_S: Final = 60.0

T = TypeVar("T")


class Survey:
    """Reads everything, eight requests at a time, until the API refuses the token.

    Where the API wants a wait of up to a minute, all requests wait, a few times over.

    Attributes:
        unread: Why triggers that their list shows in part could not be read by themselves. What
            else could not be read is in the snapshot.
    """

    def __init__(self, api: FunctionsApi, store: Store, clock: Clock) -> None:
        """Ask ``api``, tell ``store``, which are new; wait on ``clock``."""
        self.unread: dict[TriggerKey, Problem] = {}
        self._reads = Reads(api, store)
        self._store = store
        self._clock = clock
        self._begins_s = clock.monotonic()
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def read(self) -> None:
        """Read the namespaces, then the triggers and access keys of each."""
        await self._in_turn(self._reads.read_namespaces)
        ids = list(self._store.snapshot.namespaces)
        triggers = (self._read_triggers(namespace_id) for namespace_id in ids)
        keys = (self._read_access_keys(namespace_id) for namespace_id in ids)
        problems = await asyncio.gather(*triggers, *keys)
        if any(problem and problem.kind is ProblemKind.NOT_FOUND for problem in problems):
            # Whether the namespace is gone is for the list of namespaces to say.
            await self._in_turn(self._reads.read_namespaces)

    async def _read_access_keys(self, namespace_id: str) -> Problem | None:
        return await self._in_turn(lambda: self._reads.read_access_keys(namespace_id))

    async def _read_triggers(self, namespace_id: str) -> Problem | None:
        problem = await self._in_turn(lambda: self._reads.read_triggers(namespace_id))
        triggers = self._store.snapshot.namespaces[namespace_id].triggers
        bare = [name for name, view in triggers.items() if view.runs_read_at is None]
        await asyncio.gather(*(self._read_trigger(TriggerKey(namespace_id, name)) for name in bare))
        return problem

    async def _read_trigger(self, key: TriggerKey) -> None:
        answer = await self._in_turn(lambda: self._reads.read_trigger(key))
        if isinstance(answer, Problem):
            self.unread[key] = answer

    async def _in_turn(self, read: Callable[[], Coroutine[Any, Any, T]]) -> T | None:
        answer: T | None = None
        async with self._turns:
            for _ in range(_TRIES):
                await self._clock.sleep(self._begins_s - self._clock.monotonic())
                if self._store.snapshot.is_token_refused:
                    return None
                answer = await read()
                if not self._is_put_off(answer):
                    break
        return answer

    def _is_put_off(self, answer: object) -> bool:
        """Return True if the read must be tried again, by then with all others."""
        if not isinstance(answer, Problem) or answer.kind is not ProblemKind.RATE_LIMITED:
            return False
        wait_s = answer.retry_after_s
        if wait_s is None or wait_s > _LONGEST_WAIT_S:
            return False
        self._begins_s = max(self._begins_s, self._clock.monotonic() + wait_s)
        return True
