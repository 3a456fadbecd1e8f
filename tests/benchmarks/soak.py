"""A day of the whole program: are memory and open files flat, whatever is looked at meanwhile?

    python -m tests.benchmarks.soak

In the process, on a clock moved by hand: the screen, poller, store, history (in a file), client and
HTTP over a simulated server, which allows five times as many requests as the real one. Every screen
is visited again and again, others change the account, runs are missed, and requests fail.
"""

import argparse
import asyncio
import gc
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Final

import httpx
from msgspec import Struct
from textual.timer import Timer
from textual.widget import Widget
from typing_extensions import override

from fntui.accounts.sessions import session_on
from fntui.api.calls import Call
from fntui.api.client import FunctionsClient
from fntui.clock import ManualClock
from fntui.core.model.profile import FoundToken
from fntui.core.session import Session
from fntui.history import Limits, SqliteHistory
from fntui.history.database import Database
from fntui.history.thread import InPlace
from fntui.simulator.account.seed import sized_account
from fntui.simulator.app import SimulatedApi
from fntui.simulator.faults import Fault
from fntui.simulator.rate_limit import RateLimit
from fntui.ui.app import FntuiApp
from fntui.ui.settings import Settings
from tests.benchmarks.week import resident
from tests.support.fake_history import Shelf
from tests.support.others import Others
from tests.support.simulated import SimulatedTransport
from tests.support.typist import rest, strike, stroke
from tests.support.whole import URL, SimulatedAccounts, Whole

_SAID_S: Final = 0.05  # of real time, which passes a hundred times as slowly here
_STEP_S: Final = 5.0  # between two paints
_VISIT_S: Final = 60.0  # between two visits
_EVENT_S: Final = 300.0  # between two things that happen in the account, and two faults
_LIMIT: Final = RateLimit(hour=25_000)
_VISITS: Final = (
    *("j j l j enter h", "G k l j y escape", "g j d down escape", "M m escape", "L down escape"),
    *("question_mark escape", "colon t r i escape", "slash n a escape", "f f", "z z", "o"),
    *("at escape", "g n escape", "g j n escape", "g j l j e escape", "g j l j p escape"),
    *(
        "g j l j D escape",
        "g j l j a escape",
        "g j l j C escape",
        "g j l j t escape",
        "g j D escape",
    ),
    *("g j l j right_square_bracket 2 down escape 1", "g j l j p y", "u y", "ctrl+l", "g j r"),
)
"""Keys that lead to each screen and back; after each visit all is read again."""
_FAULTS: Final = ("server-error", "drop", "hang", "cut-body", "wrong-types", "rate-limited", "slow")
_MAY_REMAIN: Final = (Widget, Timer, asyncio.Task, asyncio.Future, httpx.Response, BaseException)


class Hour(Struct, frozen=True, kw_only=True):
    """How things stand after a while, garbage collected.

    Attributes:
        hours: Since the start.
        responses: So far.
        blocks: Of memory that Python's objects take.
        resident: Bytes that the process holds.
        files: That are open.
        alive: How many objects there are of what comes and goes, by its kind.
        kept: Bytes of the history, on disk.
    """

    hours: float
    responses: int
    blocks: int
    resident: int
    files: int
    alive: dict[str, int]
    kept: int

    def row(self) -> str:
        """Return the row of the table."""
        alive = tuple(str(self.alive[kind.__name__]) for kind in _MAY_REMAIN)
        megabytes = f"{self.resident / 1e6:.1f}", f"{self.kept / 1e6:.2f}"
        counts = str(self.responses), str(self.blocks), *megabytes, str(self.files)
        return f"| {' | '.join((f'{self.hours:.1f}', *counts, *alive))} |"


class _Accounts(SimulatedAccounts):
    """Profiles that sign in to one simulated account, with a history on disk."""

    def __init__(self, api: SimulatedApi, clock: ManualClock, path: Path) -> None:
        super().__init__(api, clock)
        self._path = path

    @override
    def connect(self, profile: str, token: FoundToken, on_call: Callable[[Call], None]) -> Session:
        client = FunctionsClient(
            token.token,
            base_url=URL,
            clock=self.clock,
            transport=SimulatedTransport(self.api, self.clock),
            on_call=on_call,
            rng=Random(1),  # noqa: S311 - jitter
        )
        limits = Limits()
        database = Database(self._path, self.clock, limits.busy_s)
        return session_on(
            client,
            self.clock,
            # A thread's answers come in real time, and here time does not wait for them.
            SqliteHistory(database, InPlace(), profile, self.clock, limits),
            profile=next(each for each in self.profiles if each.name == profile),
            found=token,
            api_url=URL,
            is_read_only=False,
        )


class Soak:
    """The program, and all that happens to it."""

    def __init__(self, namespaces: int, triggers: int, folder: Path) -> None:
        """Set the account up; ``folder`` takes the history."""
        self._clock, self._folder = ManualClock(), folder
        self._account = sized_account(self._clock, namespaces, triggers, 2)
        self._api = SimulatedApi(self._account, rate_limit=_LIMIT, latency_s=0.1)
        self._others = Others(self._account)
        self._accounts = _Accounts(self._api, self._clock, folder / "soak.db")
        settings = Settings(profile=self._accounts.profiles[0])
        self._app = FntuiApp(self._accounts, settings, self._clock, repr)
        setattr(self._app, "NOTIFICATION_TIMEOUT", _SAID_S)  # noqa: B010 - of the class, to a type checker
        self._rng = Random(1)  # noqa: S311 - a scenario
        self._visits = self._events = 0

    async def run(
        self, hours: float, every_hours: float = 1.0, tell: Callable[[Hour], None] = lambda _: None
    ) -> list[Hour]:
        """Run for so long; tell and return how things stood every so often."""
        told: list[Hour] = []
        async with self._app.run_test(size=(120, 36), notifications=True, tooltips=True) as pilot:
            it = Whole(self._app, pilot, self._clock, self._api, Shelf())
            began_s = self._clock.monotonic()
            while (passed_s := self._clock.monotonic() - began_s) < hours * 3600:
                await self._go_on(it, passed_s)
                if passed_s + _STEP_S >= (len(told) + 1) * every_hours * 3600:
                    told.append(await self._measured(it, (passed_s + _STEP_S) / 3600))
                    tell(told[-1])
        return told

    async def _go_on(self, it: Whole, passed_s: float) -> None:
        await self._clock.advance(_STEP_S)
        self._app.main.redraw()
        self._app.attention.look()
        await rest(it)
        if passed_s >= self._events * _EVENT_S:
            self._happen()
        if passed_s >= self._visits * _VISIT_S:
            await self._visit(it)

    def _happen(self) -> None:
        self._events += 1
        self._api.faults.rules[:] = [Fault(self._rng.choice(_FAULTS), times=3)]
        deeds = [name for name in self._others.deeds if "namespace" not in name]
        deed = self._rng.choice(deeds)
        self._others.deeds[deed](self._events, f"new-{self._events % 5}")
        space = self._rng.choice(list(self._account.namespaces.values()))
        if space.triggers:
            name = self._rng.choice(list(space.triggers))
            self._account.skip_runs(space.namespace_id, name, 1)

    async def _visit(self, it: Whole) -> None:
        keys = _VISITS[self._visits % len(_VISITS)]
        self._visits += 1
        for key in [*keys.split(), "R"]:
            await strike(it, [stroke(key)])
            await self._clock.advance(0.4)
            await rest(it)
        await self._go_home(it)

    async def _go_home(self, it: Whole) -> None:
        for _ in range(20):
            if len(self._app.screen_stack) == 1:
                break
            is_losing = "would be lost" in it.text  # what was typed into a form
            await strike(it, [stroke("y" if is_losing else "escape")])
            await self._clock.advance(0.4)
        assert self._app.screen is self._app.main, it.text

    async def _measured(self, it: Whole, hours: float) -> Hour:
        """Measure at rest: nothing said, nothing under way that ends by itself."""
        # Textual 8 may forget the frame of what was said, once in a thousand times; here time
        # is so fast that it does so often.
        await self._app.main.query("ToastHolder").remove()
        await it.pilot.pause()
        gc.collect()
        alive: Counter[str] = Counter()
        for thing in gc.get_objects():
            for kind in _MAY_REMAIN:
                alive[kind.__name__] += isinstance(thing, kind)
        session = self._app.session
        assert session is not None
        return Hour(
            hours=hours,
            responses=session.operations.requests_sent,
            blocks=sys.getallocatedblocks(),
            resident=resident(),
            files=_count_files(),
            alive=dict(alive),
            kept=_size(self._folder),
        )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _count_files() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


def head() -> str:
    """Return the head of the table."""
    kinds = [f"{kind.__name__}s" for kind in _MAY_REMAIN]
    titles = ("hour", "responses", "blocks", "RSS MB", "history MB", "files", *kinds)
    return f"| {' | '.join(titles)} |\n|{'---|' * len(titles)}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--namespaces", type=int, default=30)
    parser.add_argument("--triggers", type=int, default=3)
    parser.add_argument("--hours", type=float, default=24)
    given = parser.parse_args()
    began_s = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(given.namespaces, given.triggers, Path(folder))
        print(head())
        every_hours = min(1.0, given.hours)
        asyncio.run(soak.run(given.hours, every_hours, lambda hour: print(hour.row(), flush=True)))
    print(f"\n{given.hours:g} hours in {perf_counter() - began_s:.0f} s")


if __name__ == "__main__":
    main()
