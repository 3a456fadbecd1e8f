"""The app as screens, widgets and actions see it: all that they may ask of it."""

from abc import abstractmethod
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual.message_pump import MessagePump
from textual.notifications import SeverityLevel
from textual.worker import get_current_worker  # pyright: ignore[reportUnknownVariableType] - left open

from fntui.ui.terminal.app import TerminalApp

if TYPE_CHECKING:
    from collections import deque

    from fntui.api.calls import Call
    from fntui.api.patience import Patience
    from fntui.clock import Clock
    from fntui.core.accounts import Accounts
    from fntui.core.model.profile import Profile
    from fntui.core.session import Session
    from fntui.core.store.last_session import LastSeen
    from fntui.threads import Ahead
    from fntui.ui.pending import Waits
    from fntui.ui.repertoire import Repertoire
    from fntui.ui.settings import Settings
    from fntui.ui.terminal.presence import Attendance
    from fntui.ui.views.selection import Node

T = TypeVar("T")


class Host(TerminalApp, inherit_bindings=False):
    """What stands under every screen of fntui."""

    accounts: "Accounts"
    settings: "Settings"
    clock: "Clock"
    session: "Session | None"
    last_seen: "Ahead[LastSeen | None]"
    calls: "deque[Call]"
    waits: "Waits"
    attendance: "Attendance"
    repertoire: "Repertoire"
    uses_mouse: bool
    shows_local_times: bool

    @abstractmethod
    def say(
        self, text: str, severity: SeverityLevel = "information", *, for_s: float | None = None
    ) -> None:
        """Show a sentence in the corner."""

    @abstractmethod
    def send(
        self, words: str, write: Coroutine[Any, Any, T], done: Callable[[T], None]
    ) -> "Patience":
        """Run a write to its end, whatever is closed meanwhile."""

    @abstractmethod
    def copy(self, text: str, what: str) -> None:
        """Send ``text`` to the terminal's clipboard and say so."""

    @abstractmethod
    def go_to(self, node: "Node") -> None:
        """Select what was just made, once it is on the screen."""

    @abstractmethod
    def server_now(self) -> datetime:
        """Return the server's time."""

    @abstractmethod
    def show_time(self, at: datetime, *, has_date: bool = False) -> str:
        """Return a moment as the person wants to see it."""

    @abstractmethod
    def show_date(self, at: datetime) -> str:
        """Return the day of a moment."""

    @abstractmethod
    def lend_mouse(self, *, is_lent: bool) -> None:
        """Leave the mouse to the terminal for a while."""

    @abstractmethod
    def use_mouse(self, *, is_used: bool) -> None:
        """Take the mouse from the terminal, or give it back."""

    @abstractmethod
    def show_next_theme(self) -> None:
        """Take the next theme, and name it."""

    @abstractmethod
    def start_profile(self, profile: "Profile") -> None:
        """Sign in with what is at hand for ``profile``."""

    @abstractmethod
    def ask_for_new_token(self) -> None:
        """Ask for a token in place of the one that the API refused."""

    @abstractmethod
    def attend(self) -> None:
        """Tell the watch whether somebody looks."""

    @property
    @abstractmethod
    def writes_under_way(self) -> tuple[str, ...]:
        """Each write whose outcome is not known, in words."""


def app_of(node: MessagePump) -> Host:
    """Return the app that ``node`` belongs to."""
    return cast("Host", node.app)  # pyright: ignore[reportUnknownMemberType] - left open


def is_same(app: Host, session: "Session") -> bool:
    """Return True if ``session`` is still signed in; else say that nothing was sent."""
    if app.session is session:
        return True
    app.say("You signed in anew meanwhile: nothing was sent.", "warning")
    return False


def waiting(app: Host, words: str) -> AbstractContextManager[None]:
    """Tell of a wait within a worker, by ``words``; who stops waiting cancels the worker."""
    return app.waits.on(words, get_current_worker().cancel)
