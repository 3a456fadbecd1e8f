import asyncio
import threading

import pytest

from fntui import threads
from fntui.threads import Ahead, run_limited


async def test_it_returns_what_the_call_returns() -> None:
    assert await run_limited(lambda: 7, 3) == 7


async def test_it_raises_what_the_call_raises() -> None:
    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await run_limited(fail, 3)


async def test_a_call_that_hangs_is_left_behind_and_its_late_result_dropped() -> None:
    released, ended = threading.Event(), threading.Event()

    def hang() -> None:
        released.wait()
        ended.set()

    with pytest.raises(TimeoutError):
        await run_limited(hang, 0.01)
    released.set()
    await asyncio.get_running_loop().run_in_executor(None, ended.wait)


def test_a_call_that_hangs_does_not_keep_the_program_from_ending() -> None:
    released = threading.Event()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await run_limited(released.wait, 0.01)

    asyncio.run(give_up())
    hanging = [thread for thread in threading.enumerate() if thread.name == "run_limited"]
    try:
        assert hanging
        assert all(thread.daemon for thread in hanging)
    finally:
        released.set()  # its result now meets a loop that has ended
    for thread in hanging:
        thread.join()


async def test_a_call_ahead_is_made_once_and_before_it_is_waited_for() -> None:
    calls, called = list[str](), threading.Event()

    def call() -> None:
        calls.append(threading.current_thread().name)
        called.set()

    ahead = Ahead(call)
    assert not calls
    ahead.begin()
    ahead.begin()
    await asyncio.get_running_loop().run_in_executor(None, called.wait)
    await asyncio.gather(ahead.end(), ahead.end())
    assert len(calls) == 1
    assert calls != [threading.current_thread().name]


async def test_a_call_ahead_is_made_when_it_is_waited_for_at_the_latest() -> None:
    calls = list[int]()
    await Ahead(lambda: calls.append(1)).end()
    assert calls == [1]


async def test_what_a_call_ahead_raises_is_raised_where_it_is_waited_for() -> None:
    def fail() -> None:
        raise LookupError

    ahead = Ahead(fail)
    for _ in range(2):
        with pytest.raises(LookupError):
            await ahead.end()
    with pytest.raises(LookupError):
        Ahead(fail).wait()


def test_a_thread_may_wait_for_a_call_ahead() -> None:
    assert Ahead(threading.get_ident).wait() != threading.get_ident()


def test_calls_ahead_are_given_time_to_end_before_the_process_does() -> None:
    released = threading.Event()
    ahead = Ahead(lambda: released.wait(20))
    later = threading.Timer(0.02, released.set)

    async def main() -> None:  # noqa: RUF029 - in a loop that ends before the call does
        ahead.begin()
        later.start()

    threads.run_to_end(main())
    assert ahead.outcome


def test_a_call_ahead_that_outlives_the_loop_tells_nobody() -> None:
    released = threading.Event()

    def hang() -> None:
        released.wait()

    ahead = Ahead(hang)

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ahead.end(), 0.01)

    asyncio.run(give_up())
    released.set()
    asyncio.run(ahead.end())


def test_the_loop_s_threads_are_left_where_a_call_never_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threads, "_GRACE_S", 0.05)
    never = threading.Event()
    patience = threading.Timer(20, never.set)  # so that without an end this fails, and ends
    patience.start()

    async def main() -> str:
        task = asyncio.ensure_future(asyncio.to_thread(never.wait))
        await asyncio.wait([task], timeout=0.01)
        task.cancel()
        return "over"

    assert threads.run_to_end(main()) == "over"
    assert not never.is_set()
    patience.cancel()
    never.set()


def test_the_loop_s_threads_end_what_can_be_ended() -> None:
    written: list[str] = []
    gate = threading.Event()

    def write() -> None:
        gate.wait()
        written.append("all")

    async def main() -> None:
        writing = asyncio.get_running_loop().run_in_executor(None, write)
        writing.add_done_callback(lambda _: None)
        asyncio.get_running_loop().call_soon(gate.set)
        assert await asyncio.to_thread(len, "abc") == 3
        with pytest.raises(ValueError, match="int"):
            await asyncio.to_thread(int, "x")

    threads.run_to_end(main())
    assert written == ["all"]
