"""A fntui's history in a process of its own: ``python -m tests.support.history_process``.

It prints "ready". ``FILE write NAME FIRST LAST`` keeps batches after a line of standard input, and
prints the number of each once it is kept; ``FILE lead`` takes part at each line, and prints "leads"
or "follows".
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path

import fntui
from fntui.api.models import Listing, Trigger
from fntui.clock import SystemClock
from fntui.core.model.events import Fact, TriggersRead
from fntui.core.model.snapshot import Record, TriggerKey
from fntui.core.watch.history_port import Batch, Wish
from fntui.history import open_history
from tests.support.kept_values import a_line, a_run, minutes

TRIGGERS = 20
COMMON = "common"


def keys_of(name: str) -> list[TriggerKey]:
    """Return the triggers of which batches of that name tell."""
    return [TriggerKey(f"fn-{name}", str(number)) for number in range(TRIGGERS)]


def batch_of(name: str, number: int) -> Batch:
    """Return a batch, of many parts of which none may be missing.

    Its common part is the same whatever the name.
    """
    runs = Record(runs=(a_run(2 * number),), missed=(minutes(2 * number + 1),))
    common = (a_line(number, words=str(number)), a_line(number + 0.1, "someone", str(number)))
    return Batch(
        records=dict.fromkeys([*keys_of(name), *keys_of(COMMON)], runs),
        activity=(a_line(number, "watch", f"{name} {number}"), *common),
        findings=tuple(_findings(name, number)),
    )


def _findings(name: str, number: int) -> Iterator[Fact]:
    for key in keys_of(name):
        listing = Listing(items=(Trigger(name=f"{key.name} {number}"),))
        where = f"{name} {key.name}"
        yield TriggersRead(at=minutes(number), namespace_id=where, listing=listing)


@contextmanager
def process(path: Path, *words: str) -> Generator[subprocess.Popen[str]]:
    """Run it until it says that it is ready; kill it at the end if it has not ended by then."""
    root = str(Path(fntui.__file__).parents[1])
    started = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "tests.support.history_process", str(path), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    with started:
        try:
            assert said_by(started) == "ready"
            yield started
        finally:
            started.kill()


def said_by(running: subprocess.Popen[str]) -> str:
    """Return the next line that it prints; ``""`` once it has ended."""
    assert running.stdout is not None
    return running.stdout.readline().strip()


def tell(running: subprocess.Popen[str]) -> None:
    """Send it a line."""
    assert running.stdin is not None
    running.stdin.write("\n")
    running.stdin.flush()


async def _write(path: Path, name: str, numbers: Iterable[int]) -> None:
    async with aclosing(open_history(path, "account", SystemClock())) as history:
        _say("ready")
        sys.stdin.readline()
        for number in numbers:
            await history.write(batch_of(name, number))
            _say(str(number))


async def _lead(path: Path) -> None:
    async with aclosing(open_history(path, "account", SystemClock())) as history:
        _say("ready")
        for _ in sys.stdin:
            lead = await history.take_part(Wish())
            _say("leads" if lead.is_ours else "follows")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _main() -> None:
    path, what, *words = sys.argv[1:]
    if what == "lead":
        asyncio.run(_lead(Path(path)))
    else:
        name, first, last = words
        asyncio.run(_write(Path(path), name, range(int(first), int(last))))


if __name__ == "__main__":
    _main()
