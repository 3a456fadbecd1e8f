"""A thread for the calls to SQLite, which run one after another; or none, in place."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from queue import SimpleQueue
from typing import Final, Protocol, TypeVar

from typing_extensions import override

from fntui.threads import run_by

_T = TypeVar("_T")

_NO_MORE: Final = object()


class Runner(Protocol):
    """Makes calls, one at a time."""

    async def run(self, call: Callable[[], _T], limit_s: float) -> _T:
        """Return what ``call`` returns; a TimeoutError if that takes longer than ``limit_s``."""
        ...

    def post(self, steps: Iterator[None]) -> None:
        """Have ``steps`` gone through, calls coming between them; they must not fail."""
        ...

    async def end(self, call: Callable[[], None], limit_s: float) -> None:
        """Make a last call."""
        ...


class OneThread(Runner):
    """Makes calls in one daemon thread, so that neither the loop nor the program waits for a disk.

    After a call that took too long every other fails at once until it ends: they would only pile
    up behind it.
    """

    def __init__(self, name: str) -> None:
        """Start no thread yet; ``name`` is the one it will have."""
        self._name = name
        self._waiting: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._overdue: threading.Event | None = None
        self._is_over = False

    @override
    async def run(self, call: Callable[[], _T], limit_s: float) -> _T:
        """Return what ``call`` returns, within ``limit_s`` seconds.

        Raises:
            TimeoutError: If it takes longer; it goes on by itself, and its result is dropped.
        """
        if self._overdue is not None and not self._overdue.is_set():
            raise TimeoutError
        ended = threading.Event()

        def tracked() -> _T:
            try:
                return call()
            finally:
                ended.set()

        try:
            return await run_by(self._put, tracked, limit_s)
        except TimeoutError:
            self._overdue = ended
            raise

    @override
    def post(self, steps: Iterator[None]) -> None:
        """Have ``steps`` gone through, calls coming between them; they must not fail."""
        self._put(partial(self._step, steps))

    @override
    async def end(self, call: Callable[[], None], limit_s: float) -> None:
        """Make a last call within ``limit_s`` seconds, or leave it to the thread; see ``run``."""

        def last() -> None:
            try:
                call()
            finally:
                self._is_over = True

        await run_by(self._put, last, limit_s)

    def _put(self, work: Callable[[], object]) -> None:
        self._waiting.put(work)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while not self._is_over:
            self._waiting.get()()

    def _step(self, steps: Iterator[None]) -> None:
        if next(steps, _NO_MORE) is not _NO_MORE:
            self.post(steps)


class InPlace(Runner):
    """Makes calls at once: for what never waits for anything."""

    @override
    async def run(self, call: Callable[[], _T], limit_s: float) -> _T:
        """Return what ``call`` returns."""
        return call()

    @override
    def post(self, steps: Iterator[None]) -> None:
        """Go through ``steps``."""
        deque(steps, maxlen=0)

    @override
    async def end(self, call: Callable[[], None], limit_s: float) -> None:
        """Make a last call."""
        call()
