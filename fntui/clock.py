"""Time, as all of fntui sees it: asked of a Clock, so that a day can pass in milliseconds."""

import asyncio
import heapq
import itertools
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What can be asked of a clock."""

    def now(self) -> datetime:
        """Return the time of day, as an aware UTC datetime."""
        ...

    def monotonic(self) -> float:
        """Return seconds since some fixed moment; never goes backwards."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds`` of this clock's time; at once (but yielding) for 0 or less."""
        ...


# CLOCK_BOOTTIME goes on while a laptop sleeps; CLOCK_MONOTONIC does not. Only Linux has it.
_STEADY: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class SystemClock:
    """The machine's clock, its time of day run at ``speed`` times the real one.

    Attributes:
        speed: How many of this clock's seconds pass in one real second; 1 outside the simulator.
    """

    def __init__(self, speed: float = 1.0) -> None:
        """Start at the machine's time of day."""
        self.speed = speed
        self._started_at = datetime.now(UTC)
        self._started_s = time.clock_gettime(_STEADY)

    def now(self) -> datetime:
        """Return the machine's time of day, as an aware UTC datetime."""
        if self.speed == 1:
            return datetime.now(UTC)
        return self._started_at + timedelta(seconds=self.monotonic() - self._started_s)

    def monotonic(self) -> float:
        """Return steady seconds, those of a suspend included where the system counts them."""
        elapsed = time.clock_gettime(_STEADY) - self._started_s
        return self._started_s + elapsed * self.speed

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds`` of this clock's time."""
        await asyncio.sleep(max(0.0, seconds) / self.speed)


class ManualClock:
    """A clock that moves only when told to: for tests, screenshots and benchmarks.

    Sleepers are woken in the order in which they are due, each at its own moment, and everything
    they then do is let finish before time moves on.
    """

    def __init__(self, start: datetime = datetime(2026, 11, 23, 14, 38, tzinfo=UTC)) -> None:
        """Stand at ``start``."""
        self._start = start
        self._elapsed = 0.0
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """Return the moment at which this clock stands."""
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Return the seconds that it was moved so far."""
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        """Return once the clock has been advanced by ``seconds``."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + seconds, next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Move on by ``seconds``, waking every sleeper that is due on the way."""
        end = self._elapsed + seconds
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, woken = heapq.heappop(self._sleepers)
            self._elapsed = max(self._elapsed, due)
            if not woken.done():
                woken.set_result(None)
                await self.settle()
        self._elapsed = end
        await self.settle()

    async def settle(self, turns: int = 50) -> None:
        """Let what is ready to run, run: ``turns`` rounds of the event loop."""
        for _ in range(turns):
            await asyncio.sleep(0)

    def step(self, seconds: float) -> None:
        """Put the time of day forward or back without waking anyone, as a clock set by hand."""
        self._start += timedelta(seconds=seconds)
