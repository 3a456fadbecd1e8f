"""Calls that may block for ever, made in threads that the program can end without."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Final, Generic, ParamSpec, TypeVar, cast

from typing_extensions import override

_P = ParamSpec("_P")
_T = TypeVar("_T")

Start = Callable[[Callable[[], None]], object]
"""Has what it is given run in another thread, and returns at once."""


_GRACE_S: Final = 1.0  # to end what ends: the writing of a file does, a look-up may not

_ahead: Final = set[threading.Thread]()


def run_to_end(main: Coroutine[Any, Any, _T]) -> _T:
    """Return what ``main`` returns in an event loop of its own, as ``asyncio.run`` does.

    That waits for every call in the loop's threads, be it the look-up of a name that no server
    answers: here they are given a second. So are calls made ahead: to end the process while OpenSSL
    reads certificates crashes it.
    """

    async def run() -> _T:
        asyncio.get_running_loop().set_default_executor(_LeavablePool())
        return await main

    try:
        return asyncio.run(run())
    finally:
        _give_time(_ahead)


def _give_time(started: Iterable[threading.Thread]) -> None:
    end_s = time.monotonic() + _GRACE_S
    for thread in tuple(started):
        thread.join(max(0.0, end_s - time.monotonic()))


class _LeavablePool(ThreadPoolExecutor):
    """A daemon thread for each call, so that the program can end while one goes on."""

    def __init__(self) -> None:
        super().__init__(max_workers=1)  # none of its own
        self._started: set[threading.Thread] = set()

    @override
    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> "Future[_T]":
        future: Future[_T] = Future()

        def work() -> None:
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - handed over to the caller
                future.set_exception(error)
            else:
                future.set_result(result)
            self._started.discard(threading.current_thread())

        future.set_running_or_notify_cancel()
        thread = threading.Thread(target=work, name="leavable", daemon=True)
        self._started.add(thread)
        thread.start()
        return future

    @override
    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        _give_time(self._started)


async def run_limited(call: Callable[[], _T], limit_s: float) -> _T:
    """Return what ``call`` returns, or raise what it raises, within ``limit_s`` seconds.

    It runs in a daemon thread, not in the loop's pool: a pool's threads are waited for when the
    program ends, so one call that hangs would keep it from ending. If it takes longer this fails
    with a TimeoutError; the call goes on by itself, and its result is dropped.
    """
    return await run_by(_in_thread_of_its_own, call, limit_s)


async def run_by(start: Start, call: Callable[[], _T], limit_s: float) -> _T:
    """Return what ``call`` returns where ``start`` has it run; else as ``run_limited``."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_T] = loop.create_future()

    def settle(deliver: Callable[[], None]) -> None:
        if not done.done():
            deliver()

    def work() -> None:
        deliver: Callable[[], None]
        try:
            deliver = partial(done.set_result, call())
        except BaseException as error:  # noqa: BLE001 - handed over to the caller, whatever it is
            deliver = partial(done.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, deliver)

    start(work)
    async with asyncio.timeout(limit_s):
        return await done


def _in_thread_of_its_own(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="run_limited", daemon=True).start()


class Ahead(Generic[_T]):
    """A call that is made in a thread before its outcome is needed; it is made once."""

    def __init__(self, call: Callable[[], _T]) -> None:
        """Call nothing yet."""
        self._call = call
        self._ended: Future[_T] | None = None

    @property
    def outcome(self) -> _T | None:
        """What it returned; None before, and where it raised something."""
        ended = self._ended
        is_good = ended is not None and ended.done() and ended.exception() is None
        return ended.result() if ended is not None and is_good else None

    def begin(self) -> None:
        """Have it called, unless it is or was."""
        if self._ended is None:
            self._ended = Future()
            thread = threading.Thread(
                target=self._run, args=(self._ended,), name="ahead", daemon=True
            )
            _ahead.add(thread)
            thread.start()

    def wait(self) -> _T:
        """As ``end``, for a thread that may be blocked for as long as the call takes."""
        self.begin()
        return cast("Future[_T]", self._ended).result()

    async def end(self) -> _T:
        """Return what it returned, or raise what it raised; have it called if it was not yet."""
        self.begin()
        ended, loop = cast("Future[_T]", self._ended), asyncio.get_running_loop()
        told = asyncio.Event()

        def tell(_: Future[_T]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(told.set)

        ended.add_done_callback(tell)
        await told.wait()
        return ended.result()

    def _run(self, ended: Future[_T]) -> None:
        try:
            outcome = self._call()
        except BaseException as error:  # noqa: BLE001 - handed over to the caller, whatever it is
            ended.set_exception(error)
        else:
            ended.set_result(outcome)
        _ahead.discard(threading.current_thread())
