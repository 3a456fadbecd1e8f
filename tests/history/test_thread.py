import asyncio
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from fntui.history.thread import InPlace, OneThread


async def test_calls_are_made_one_after_another_in_one_daemon_thread() -> None:
    runner, order = OneThread("history"), list[int]()

    def call(number: int) -> threading.Thread:
        order.append(number)
        return threading.current_thread()

    threads = await asyncio.gather(*(runner.run(partial(call, n), 5) for n in range(9)))
    assert order == list(range(9))
    (thread,) = set(threads)
    assert (thread.name, thread.daemon) == ("history", True)
    await runner.end(lambda: None, 5)
    thread.join()


async def test_it_raises_what_the_call_raises() -> None:
    runner = OneThread("history")

    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await runner.run(fail, 5)
    assert await runner.run(lambda: 7, 5) == 7
    with pytest.raises(LookupError):
        await runner.end(fail, 5)


async def test_while_a_call_hangs_others_fail_at_once_and_are_not_made() -> None:
    runner, released, made = OneThread("history"), threading.Event(), list[int]()
    with pytest.raises(TimeoutError):
        await runner.run(released.wait, 0.01)
    hanging = runner._overdue
    assert hanging is not None
    with pytest.raises(TimeoutError):
        await runner.run(lambda: made.append(1), 600)
    released.set()
    await asyncio.get_running_loop().run_in_executor(None, hanging.wait)
    await runner.run(lambda: made.append(2), 5)
    assert made == [2]
    await runner.end(lambda: None, 5)


async def test_the_end_does_not_wait_for_a_call_that_hangs_but_comes_after_it() -> None:
    runner, released, ended = OneThread("history"), threading.Event(), threading.Event()
    with pytest.raises(TimeoutError):
        await runner.run(released.wait, 0.01)
    with pytest.raises(TimeoutError):
        await runner.end(ended.set, 0.01)
    released.set()
    await asyncio.get_running_loop().run_in_executor(None, ended.wait)


async def test_steps_are_gone_through_with_calls_between_them() -> None:
    runner, order, begun = OneThread("history"), list[str](), threading.Event()

    def steps() -> Iterator[None]:
        begun.wait()
        for number in range(3):
            order.append(str(number))
            yield

    runner.post(steps())
    call = asyncio.ensure_future(runner.run(lambda: order.append("call"), 5))
    await asyncio.sleep(0)  # noqa: TID251 - lets the call get in line
    begun.set()
    await call
    await runner.run(lambda: None, 5)
    await runner.run(lambda: None, 5)
    await runner.run(lambda: None, 5)
    assert order == ["0", "call", "1", "2"]
    await runner.end(lambda: None, 5)


async def test_nothing_is_done_after_the_end() -> None:
    runner, done, begun = OneThread("history"), list[int](), threading.Event()

    def steps() -> Iterator[None]:
        begun.wait()
        yield
        done.append(1)

    runner.post(steps())
    ending = asyncio.ensure_future(runner.end(lambda: done.append(0), 5))
    await asyncio.sleep(0)  # noqa: TID251 - lets the end get in line
    begun.set()
    await ending
    thread = runner._thread
    assert thread is not None
    thread.join()
    assert done == [0]


async def test_in_place_everything_is_done_at_once() -> None:
    runner, done = InPlace(), list[int]()

    def steps() -> Iterator[None]:
        for number in range(3):
            done.append(number)
            yield

    runner.post(steps())
    assert done == [0, 1, 2]
    assert await runner.run(lambda: 7, 0) == 7
    await runner.end(done.clear, 0)
    assert done == []
