"""An app to try screens in, accounts without a keyring or a network, and the screen as text."""

# ruff: noqa: D102, D107, ARG002 - their methods are those of Accounts and of FntuiApp

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, TypeVar

from textual.app import App
from textual.notifications import SeverityLevel
from typing_extensions import override

from fntui.accounts.sessions import session_on
from fntui.api.calls import Call
from fntui.api.patience import Patience
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.core.accounts import KeyringState
from fntui.core.model.problem import Problem
from fntui.core.model.profile import FoundToken, Profile
from fntui.core.session import Session
from fntui.core.store.last_session import LastSeen
from fntui.threads import Ahead
from fntui.ui.host import Host
from fntui.ui.pending import Waits
from fntui.ui.settings import Settings
from fntui.ui.text import printable
from fntui.ui.theme import FALLBACKS, THEMES
from fntui.ui.views.selection import Node
from tests.support.fake_api import FakeApi
from tests.support.fake_history import FakeHistory

T = TypeVar("T")

TOKEN = "dop_v1_" + "ab12" * 16
"""A token of the usual form, good for nothing."""


class FakeAccounts:
    """Accounts in memory.

    Attributes:
        gate: Where set, what checks a token waits for it.
        token_gate: Where set, what looks for a token waits for it.
        load_gate: Where set, what sessions are made of is loaded once it is.
        keep_gate: Where set, what keeps a token waits for it.
        asked: What was asked, in order; never a token.
    """

    def __init__(self, *, profiles: Sequence[Profile] = (Profile(name="prod"),)) -> None:
        self.profiles = tuple(profiles)
        self.found: FoundToken | None = None
        self.notes: tuple[str, ...] = ()
        self.keyring = KeyringState(is_usable=True, sentence="Keyring: Secret Service.")
        self.keyring_gate: asyncio.Event | None = None
        self.refusal = ""
        self.kept: dict[str, Secret] = {}
        self.contexts: dict[str, Secret | None] = {}
        self.problem: Problem | None = None
        self.gate: asyncio.Event | None = None
        self.token_gate: asyncio.Event | None = None
        self.load_gate: asyncio.Event | None = None
        self.keep_gate: asyncio.Event | None = None
        self.checked: list[Secret] = []
        self.checked_for: list[str] = []
        self.session: Session | None = None
        self.seen: dict[str, LastSeen] = {}

    def last_seen(self, profile: str) -> Ahead[LastSeen | None]:
        read = Ahead(lambda: self.seen.get(profile))
        read.wait()  # here: a screen that waited for a thread would differ from run to run
        return read

    def begin_loading(self) -> None:
        pass

    async def loaded(self) -> None:
        if self.load_gate is not None:
            await self.load_gate.wait()

    async def find_token(self, profile: str) -> FoundToken | None:
        if self.token_gate is not None:
            await self.token_gate.wait()
        return self.found

    async def search_notes(self, profile: str) -> tuple[str, ...]:
        return self.notes

    async def keyring_state(self) -> KeyringState:
        if self.keyring_gate is not None:
            await self.keyring_gate.wait()
        return self.keyring

    async def keep_token(self, profile: str, token: Secret) -> str:
        if self.keep_gate is not None:
            await self.keep_gate.wait()
        if not self.refusal:
            self.kept[profile] = token
        return self.refusal

    async def keep_secret(self, name: str, secret: Secret) -> str:
        if not self.refusal:
            self.kept[name] = secret
        return self.refusal

    async def doctl_contexts(self) -> tuple[str, ...]:
        return tuple(self.contexts)

    async def doctl_token(self, context: str) -> Secret | None:
        return self.contexts[context]

    async def check_token(self, token: Secret, profile: str = "") -> Problem | None:
        self.checked.append(token)
        self.checked_for.append(profile)
        if self.gate is not None:
            await self.gate.wait()
        return self.problem

    def check_form(self, text: str) -> tuple[Secret | None, str]:
        value = text.strip()
        if not value.isalnum() and not value.replace("_", "").isalnum():
            return None, "This can't be a token."
        return Secret(value), "" if value.startswith("dop_v1_") else "An unusual token."

    def connect(self, profile: str, token: FoundToken, on_call: Callable[[Call], None]) -> Session:
        assert self.session is not None
        return self.session


class HostApp(Host):
    """The host that screens ask, without a main screen; it keeps what it was asked for.

    It lacks the last gate before the terminal: what screens show must be harmless without it.

    Attributes:
        time: Its clock, which a test moves.
        copied: What was copied: (text, what).
        said: Every sentence that was shown.
        gone_to: What was to be selected.
        lent: Whether the mouse was to be the terminal's, or the program's again.
        asked: What else the whole app would have done.
        tasks: Writes under way.
    """

    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        accounts: FakeAccounts | None = None,
        clock: ManualClock | None = None,
        settings: Settings | None = None,
    ) -> None:
        super().__init__(lambda error: f"crashed: {type(error).__name__}")
        self.accounts = accounts or FakeAccounts()
        self.settings = settings or Settings(profile=self.accounts.profiles[0])
        self.repertoire = self.settings.repertoire
        self.time = clock or ManualClock()
        self.clock = self.time
        self.waits = Waits(self.clock, lambda: None)
        self.session = None
        self.calls = deque(maxlen=1000)
        self.copied: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.gone_to: list[Node] = []
        self.lent: list[bool] = []
        self.asked: list[str] = []
        self.tasks: set[asyncio.Task[None]] = set()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.set_keymap(self.settings.keymap)

    @override
    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(FALLBACKS)

    @override
    def server_now(self) -> datetime:
        return self.time.now()

    @override
    def show_time(self, at: datetime, *, has_date: bool = False) -> str:
        return at.strftime("%Y-%m-%d %H:%M:%SZ" if has_date else "%H:%M:%SZ")

    @override
    def say(
        self, text: str, severity: SeverityLevel = "information", *, for_s: float | None = None
    ) -> None:
        self.said.append(text)
        self.notify(printable(text), severity=severity, markup=False, timeout=for_s)

    @override
    def go_to(self, node: Node) -> None:
        self.gone_to.append(node)

    @override
    def lend_mouse(self, *, is_lent: bool) -> None:
        self.lent.append(is_lent)

    @override
    def copy(self, text: str, what: str) -> None:
        self.copied.append((text, what))

    @override
    def send(
        self, words: str, write: Coroutine[Any, Any, T], done: Callable[[T], None]
    ) -> Patience:
        patience = Patience()

        async def run() -> None:
            with patience.kept(), self.waits.on(words, patience.end):
                outcome = await write
            done(outcome)

        task = asyncio.create_task(run(), name=words)
        self.tasks.add(task)
        task.add_done_callback(self._ended)
        return patience

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled():
            task.result()

    @property
    @override
    def writes_under_way(self) -> tuple[str, ...]:
        return tuple(task.get_name() for task in self.tasks)

    @override
    def show_date(self, at: datetime) -> str:
        return self.show_time(at, has_date=True).split(" ")[0]

    @override
    def use_mouse(self, *, is_used: bool) -> None:
        self.asked.append("use mouse")

    @override
    def show_next_theme(self) -> None:
        self.asked.append("next theme")

    @override
    def start_profile(self, profile: Profile) -> None:
        self.asked.append(f"start {profile.name}")

    @override
    def ask_for_new_token(self) -> None:
        self.asked.append("new token")

    @override
    def attend(self) -> None:
        self.asked.append("attend")


def a_session(
    api: FakeApi, profile: Profile | None = None, *, is_read_only: bool = False
) -> Session:
    """Return a session on ``api`` that nothing has been read in yet."""
    return session_on(
        api,
        api.clock,
        FakeHistory(),
        profile=profile or Profile(name="prod"),
        found=FoundToken(token=Secret("dop_v1_" + "0" * 60 + "3f9a"), source="session"),
        api_url="https://api.digitalocean.com",
        is_read_only=is_read_only,
    )


def screen_text(app: App[Any]) -> str:
    """Return what the screen shows, a line a row, without blanks at the ends."""
    return "\n".join(screen_rows(app))


def screen_rows(app: App[Any]) -> list[str]:
    """Return the rows of the screen as the terminal would get them."""
    width, height = app.size
    # Private, as is every way to the drawn rows; to be kept to this one place.
    strips = app.screen._compositor.render_strips(app.size)
    filters = app.get_line_filters()
    rows: list[str] = []
    for strip in strips[:height]:
        filtered = strip
        for line_filter in filters:
            filtered = filtered.apply_filter(line_filter, app.screen.background_colors[1])
        rows.append(filtered.text[:width].rstrip())
    return rows
