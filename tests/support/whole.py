"""The whole program over the simulated API on a clock moved by hand: as a person has it."""

# ruff: noqa: D107 - the methods of its accounts are those of Accounts

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.pilot import Pilot
from typing_extensions import override

from fntui.accounts.sessions import session_on
from fntui.api.calls import Call
from fntui.api.client import FunctionsClient
from fntui.api.secret import Secret
from fntui.clock import Clock, ManualClock
from fntui.core.model.profile import FoundToken, Profile
from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, TriggerKey
from fntui.core.session import Session
from fntui.simulator.account.account import Account
from fntui.simulator.account.seed import demo_account
from fntui.simulator.app import DEMO_TOKEN, SimulatedApi
from fntui.ui.app import FntuiApp
from fntui.ui.forms.form import Form
from fntui.ui.repertoire import Repertoire
from fntui.ui.settings import Settings
from tests.support import idle
from tests.support.fake_history import FakeHistory, Shelf
from tests.support.simulated import SimulatedTransport
from tests.support.ui import FakeAccounts, screen_text

idle.install()

URL = "https://api.invalid"
PROFILES = (Profile(name="prod", colour="red"), Profile(name="play"))


class SimulatedAccounts(FakeAccounts):
    """Profiles that all sign in to one simulated account."""

    def __init__(
        self,
        api: SimulatedApi,
        clock: ManualClock,
        *,
        is_read_only: bool = False,
        profiles: Sequence[Profile] = PROFILES,
    ) -> None:
        super().__init__(profiles=profiles)
        self.api = api
        self.clock = clock
        self.is_read_only = is_read_only
        self.shelf = Shelf()
        self.account = ""
        self.found = FoundToken(token=Secret(DEMO_TOKEN), source="keyring")

    @override
    def connect(self, profile: str, token: FoundToken, on_call: Callable[[Call], None]) -> Session:
        client = FunctionsClient(
            token.token,
            base_url=URL,
            clock=self.clock,
            transport=SimulatedTransport(self.api, self.clock),
            on_call=on_call,
        )
        return session_on(
            client,
            self.clock,
            FakeHistory(self.shelf),
            profile=next(each for each in self.profiles if each.name == profile),
            found=token,
            api_url=URL,
            is_read_only=self.is_read_only,
            account=self.account,
        )


@dataclass
class Whole:
    """The running program, the account behind it, and hands."""

    app: FntuiApp
    pilot: Pilot[int]
    clock: ManualClock
    api: SimulatedApi
    shelf: Shelf

    @property
    def text(self) -> str:
        """What the screen shows."""
        return screen_text(self.app)

    # Methods, not properties: a type checker believes that a property stays what it was.

    def selected(self) -> object:
        """Return what the tree's cursor stands on."""
        return self.app.main.selected

    def target(self) -> object:
        """Return what a command would act on."""
        return self.app.main.target

    def top(self) -> object:
        """Return the layer that keys go to."""
        return self.app.screen

    def tab(self) -> object:
        """Return the tab that is shown."""
        return self.app.main.tab

    def sort(self) -> object:
        """Return the order of the board."""
        return self.app.main.sight.sort

    async def press(self, *keys: str) -> None:
        """Press keys, and let the program do what it does at once."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def pass_time(self, seconds: float) -> None:
        """Let time pass for everyone, and the screen catch up."""
        await self.clock.advance(seconds)
        await self.pilot.pause()
        self.app.main.redraw()
        if isinstance(self.app.screen, Form):
            self.app.screen.tick()
        await self.pilot.pause()

    async def until(self, is_so: Callable[[], bool], *, within_s: float = 60) -> None:
        """Let time pass until ``is_so``; fail with the screen if it never is."""
        steps = round(within_s / 0.25)
        for _ in range(steps):
            if is_so():
                return
            await self.pass_time(0.25)
        raise AssertionError(self.text)

    async def until_shown(self, *words: str, within_s: float = 60) -> None:
        """Let time pass until the screen shows all of ``words``."""
        await self.until(lambda: all(word in self.text for word in words), within_s=within_s)

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        await self.pilot.resize_terminal(width, height)
        await self.pass_time(1)

    def namespace(self, label: str) -> NamespaceKey:
        """Return the key of the namespace with this label."""
        snapshot = self.app.main.snapshot
        found = (key for key, view in snapshot.namespaces.items() if view.namespace.label == label)
        return NamespaceKey(next(found))

    def trigger(self, label: str, name: str) -> TriggerKey:
        """Return the key of a trigger of the namespace with this label."""
        return TriggerKey(self.namespace(label).namespace_id, name)

    def key(self, label: str, name: str) -> AccessKeyKey:
        """Return the key of an access key of the namespace with this label."""
        namespace_id = self.namespace(label).namespace_id
        keys = self.app.main.snapshot.namespaces[namespace_id].access_keys
        found = (key_id for key_id, key in keys.items() if key.name == name)
        return AccessKeyKey(namespace_id, next(found))


@asynccontextmanager
async def whole(  # noqa: PLR0913 - each test names what it needs
    size: tuple[int, int] = (120, 36),
    *,
    is_read_only: bool = False,
    is_ascii: bool = False,
    has_colour: bool = True,
    theme: str = "",
    before: "Whole | None" = None,
    made: Callable[[Clock], Account] = demo_account,
    profiles: Sequence[Profile] = PROFILES,
) -> AsyncGenerator[Whole]:
    """Run the program on the demo account, read in full, until the block ends.

    Args:
        size: Of the terminal.
        is_read_only: Nothing may be written.
        is_ascii: Draw with ASCII alone.
        has_colour: Draw with colours.
        theme: Of the screen; ``""``: the program's own.
        before: Another run, on the account and the history of which this one goes on.
        made: Makes the account, where there was no run before.
        profiles: Of which the first is signed in.
    """
    clock = before.clock if before else ManualClock()
    api = before.api if before else SimulatedApi(made(clock))
    accounts = SimulatedAccounts(api, clock, is_read_only=is_read_only, profiles=profiles)
    accounts.shelf = before.shelf if before else accounts.shelf
    settings = Settings(
        profile=accounts.profiles[0],
        repertoire=Repertoire.ASCII if is_ascii else Repertoire.UNICODE,
        erases_in_colour=True,
        has_colour=has_colour,
        theme=theme,
    )
    app = FntuiApp(accounts, settings, clock, lambda error: type(error).__name__)
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        hands = Whole(app, pilot, clock, api, accounts.shelf)
        await hands.until(lambda: _is_read(app))
        yield hands
        time = asyncio.create_task(_pass_on(clock))  # for what the end waits for
    time.cancel()


async def _pass_on(clock: ManualClock) -> None:
    while True:
        await clock.advance(0.1)


def _is_read(app: FntuiApp) -> bool:
    views = app.main.snapshot.namespaces.values()
    branches = [b for v in views for b in (v.triggers_reading, v.access_keys_reading)]
    return bool(branches) and all(branch.read_at for branch in branches)
