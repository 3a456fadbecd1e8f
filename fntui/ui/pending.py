"""What a person waits for, told while it lasts, and how to stop waiting for it."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from msgspec import Struct

from fntui.clock import Clock
from fntui.printable import shortened
from fntui.ui.text import printable

QUICK_S: Final = 0.5
"""Seconds that pass before a wait is told of: most are over by then."""

_STEP_S: Final = 5  # as ages move on: a row that counts seconds is a row to be sent
_STOPS: Final = ", Esc stops"


class Wait(Struct, eq=False):
    """Something that takes a while.

    Attributes:
        words: What it is, as a verb phrase with its object.
        since_s: When it began.
        stop: Stops waiting for it.
        why: Says why it takes long, where that is known; ``""`` otherwise.
    """

    words: str
    since_s: float
    stop: Callable[[], object]
    why: Callable[[], str]


class Waits:
    """All that is waited for now, newest last."""

    def __init__(self, clock: Clock, changed: Callable[[], None]) -> None:
        """Wait for nothing; ``changed`` is called when a wait is to be told of, and no longer."""
        self._clock = clock
        self._changed = changed
        self._waits: list[Wait] = []

    @contextmanager
    def on(
        self, words: str, stop: Callable[[], object], why: Callable[[], str] = lambda: ""
    ) -> Generator[None]:
        """Tell of a wait while the block lasts."""
        wait = Wait(words, self._clock.monotonic(), stop, why)
        self._waits.append(wait)
        telling = asyncio.create_task(self._tell())
        try:
            yield
        finally:
            telling.cancel()
            was_told = self._is_told(wait)
            self._waits.remove(wait)
            if was_told:
                self._changed()

    async def _tell(self) -> None:
        await self._clock.sleep(QUICK_S)
        self._changed()

    def note(self, width: int) -> str:
        """Return the newest that lasts long enough, and the key that stops it, in ``width`` cells.

        ``""``: there is none.
        """
        told = self._told()
        if not told:
            return ""
        wait = told[-1]
        passed_s = int(self._clock.monotonic() - wait.since_s)
        why = f": {why}" if (why := wait.why()) else ""
        age = f" {passed_s - passed_s % _STEP_S}s" if passed_s >= _STEP_S else ""
        others = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
        end = f"{why}…{age}{others}{_STOPS}"
        words = wait.words[:1].upper() + wait.words[1:]
        return shortened(printable(words), max(8, width - len(end))).removesuffix("…") + end

    def stop(self) -> bool:
        """Stop waiting for what ``note`` names; return False if that is nothing."""
        told = self._told()
        if told:
            told[-1].stop()
        return bool(told)

    def _told(self) -> list[Wait]:
        return [wait for wait in self._waits if self._is_told(wait)]

    def _is_told(self, wait: Wait) -> bool:
        return self._clock.monotonic() - wait.since_s >= QUICK_S
