"""Cancellation of a call by the person who waits for it."""

import asyncio
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, Self, TypeVar

T = TypeVar("T")
E = TypeVar("E")


class Patience:
    """That of somebody for all calls of a context, such as a write and the look after it.

    Attributes:
        has_ended: True once ``end`` was called, be it that what is called later is waited for.
        why: Why it takes long, in a few words; ``""`` for no reason but that no answer has come.
    """

    def __init__(self) -> None:
        """Wait for nothing yet."""
        self.has_ended = False
        self.why = ""
        self._waits: set[asyncio.Task[Any]] = set()

    def end(self) -> None:
        """Wait no longer for what is under way now; what is called later is waited for anew."""
        self.has_ended = True
        for wait in self._waits:
            wait.cancel()

    @contextmanager
    def kept(self) -> Generator[Self]:
        """Make it that of all calls within the block, and of the tasks that are made there.

        Yields:
            Itself.
        """
        token = _kept.set(self)
        try:
            yield self
        finally:
            _kept.reset(token)

    async def wait_for(self, call: Coroutine[Any, Any, T], instead: E, why: str) -> T | E:
        """Return what ``call`` returns; ``instead`` once ``end`` was called and it is cancelled."""
        wait = asyncio.create_task(call)
        self._waits.add(wait)
        self.why = why
        try:
            # Not awaited itself: its CancelledError would come with its frames, secrets and all.
            await asyncio.wait([wait])
        finally:
            self._waits.discard(wait)
            self.why = ""
            if wait.cancel():
                await asyncio.wait([wait])
        return instead if wait.cancelled() else wait.result()


_kept: Final = ContextVar[Patience | None]("_kept", default=None)


def is_out_of_patience() -> bool:
    """Return True if the patience that is kept in this context was ended, be it once."""
    patience = _kept.get()
    return patience is not None and patience.has_ended


async def patiently(call: Coroutine[Any, Any, T], instead: E, why: str = "") -> T | E:
    """Return what ``call`` returns, or ``instead`` if the context's patience ends before.

    Args:
        call: What to wait for; it is cancelled then.
        instead: Returned then.
        why: Says why it is waited for, if there is more to say than that no answer has come.
    """
    patience = _kept.get()
    return await (call if patience is None else patience.wait_for(call, instead, why))
