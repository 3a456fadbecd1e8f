"""An event loop whose time passes as fast as there is nothing left to do at a moment."""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from typing_extensions import override

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    """Takes the wait for a timer for over."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everything waits, and no timer would end that")
        self.now_s += max(0.0, timeout)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    @override
    def time(self) -> float:
        return self._virtual.now_s


class LoopClock:
    """The Clock of such a loop."""

    def __init__(self, start: datetime = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)) -> None:
        """Stand at ``start`` when the loop begins."""
        self._start, self._elapsed = start, 0.0

    def now(self) -> datetime:
        """Return the time of day."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Return the seconds since the loop began; 0 outside of it."""
        return asyncio.get_running_loop().time() if _is_running() else 0.0

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        await asyncio.sleep(max(0.0, seconds))  # noqa: TID251 - this is a Clock


def _is_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def run_at_once(main: Coroutine[Any, Any, T]) -> T:
    """Return what ``main`` returns, in the time that it computes, however long it sleeps."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(main)
