"""The app: signs in, holds the session, and is the bridge from the store to the screen."""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from textual import events
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.types import CSSPathType
from typing_extensions import override

from fntui.api.patience import Patience
from fntui.clock import Clock
from fntui.core.accounts import Accounts
from fntui.core.model.profile import FoundToken, Profile
from fntui.core.model.snapshot import Snapshot
from fntui.printable import elided
from fntui.threads import Ahead
from fntui.ui.alarm_bell import Attention
from fntui.ui.host import Host
from fntui.ui.main_screen.main import MainScreen
from fntui.ui.main_screen.screen import TICK_S
from fntui.ui.pending import Waits
from fntui.ui.repertoire import Repertoire
from fntui.ui.settings import Settings
from fntui.ui.terminal.app import ReportCrash
from fntui.ui.terminal.ascii import filters_for
from fntui.ui.terminal.clipboard import Clipboard
from fntui.ui.terminal.presence import Attendance
from fntui.ui.text import ControlFilter, printable
from fntui.ui.theme import FALLBACKS, THEMES, themes
from fntui.ui.views.prose import last_words
from fntui.ui.views.selection import Node

if TYPE_CHECKING:
    from fntui.api.calls import Call
    from fntui.core.session import Session
    from fntui.core.store.last_session import LastSeen

T = TypeVar("T")

REFUSED: Final = "The API refused the token: it is wrong, expired or revoked."
STOPPED: Final = "The search for a token was stopped."

INTERRUPT_S: Final = 1.5
"""Seconds within which a second Ctrl-C quits."""

NEWS_WAIT_S: Final = 0.25
"""Seconds that what is new may wait to be shown."""

_REST: Final = 10.0  # times as long as it took to show what is new, nothing newer is shown

LOAD_REST_S: Final = 1.0
"""Seconds from the first paint until what keys open is loaded."""

_REPERTOIRES: Final = {2: Repertoire.UNICODE, 3: Repertoire.UNAMBIGUOUS}  # by column

SAID_MAX: Final = 600
"""Characters that are said in the corner: it must not cover the screen at 80 by 24."""

LOG_LENGTH: Final = 1000
"""Calls that the log pane remembers."""


class FntuiApp(Host, inherit_bindings=False):
    """fntui's screen.

    Attributes:
        accounts: Profiles, tokens and connections.
        settings: How the program was started.
        clock: The time that everything goes by.
        session: The account that is signed in; None before and between.
        last_seen: Reads what the last session of the profile has seen.
        calls: The newest requests, oldest first, for the log.
        repertoire: Which characters are drawn.
        uses_mouse: The mouse is the program's, not the terminal's.
        attendance: Whether somebody looks.
        attention: Calls a person who looks elsewhere.
        last_words: How writes ended that were under way at the end, as sentences for who is left.
        waits: What is waited for now.
    """

    TITLE: str | None = "fntui"
    ENABLE_COMMAND_PALETTE = False  # its "Screenshot" would save a visible secret; it reads markup
    ESCAPE_TO_MINIMIZE = False
    ALLOW_SELECT = False  # what is selected could not be copied; a press on what is gone crashes it
    # Textual loads the stylesheet of a screen when it is pushed; the first one is not pushed.
    CSS_PATH: ClassVar[CSSPathType | None] = ["app.tcss", "main_screen/main.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = []

    class SnapshotChanged(Message, bubble=False):
        """The store holds something new."""

        @override
        def can_replace(self, message: Message) -> bool:
            """Ten answers in one turn are one repaint."""
            return isinstance(message, FntuiApp.SnapshotChanged)

    def __init__(
        self,
        accounts: Accounts,
        settings: Settings,
        clock: Clock,
        report_crash: ReportCrash,
        clipboard: Clipboard | None = None,
        last_seen: "Ahead[LastSeen | None] | None" = None,
    ) -> None:
        """Show nothing and send nothing yet; ``last_seen`` may be begun before."""
        super().__init__(
            report_crash,
            erases_in_colour=settings.erases_in_colour,
            has_colour=settings.has_colour,
            is_far=settings.is_far,
        )
        self.accounts = accounts
        self.settings = settings
        self.clock = clock
        self.session: Session | None = None
        self.last_seen = last_seen or accounts.last_seen(settings.profile.name)
        self.calls: deque[Call] = deque(maxlen=LOG_LENGTH)
        self.repertoire = settings.repertoire
        self.asks_width = settings.asks_width
        self.terminal_clipboard = clipboard or Clipboard(self)
        self.attention = Attention(self)
        self.uses_mouse = settings.uses_mouse
        self.shows_local_times = settings.shows_local_times
        self.main = MainScreen()
        self.waits = Waits(clock, self.main.draw_footer)
        self._writes: dict[asyncio.Task[None], str] = {}
        self.last_words: list[str] = []
        self._is_signing_in = self._has_news = False
        self._next_news_s = -math.inf
        self.attendance = Attendance(clock.monotonic())
        self._interrupted_s = -INTERRUPT_S
        for theme in themes(has_colour=settings.has_colour):
            self.register_theme(theme)
        self.theme = settings.theme or THEMES[0].name
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_keymap(settings.keymap)

    @override
    def get_line_filters(self) -> Sequence[LineFilter]:
        """Let nothing to the terminal that acts on it or that it can't draw."""
        return [*super().get_line_filters(), ControlFilter(), *filters_for(self.repertoire)]

    @override
    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give themes that are not fntui's own the colours that it needs besides."""
        return FALLBACKS

    @property
    @override
    def terminal_title(self) -> str:
        """What calls a person is in the title, too."""
        return self.attention.title

    @override
    def get_default_screen(self) -> Screen[Any]:
        """Start on the main screen; the first paint waits for nothing."""
        return self.main

    def on_mount(self) -> None:
        """Look for a token once the first paint is out."""
        self._sign_in_soon(self.settings.profile)
        self.run_worker(self._load_rest(), group="rest")
        self.set_interval(TICK_S, self.attention.look, name="attention")

    async def _load_rest(self) -> None:
        """Load what keys open before one is pressed, once there is nothing else to do."""
        await self.painted.wait()
        await self.clock.sleep(LOAD_REST_S)
        await Ahead(partial(import_module, "fntui.ui.main_screen.commands")).end()

    # The session

    @override
    def start_profile(self, profile: Profile) -> None:
        """Sign in with what is at hand for ``profile``; ask where nothing is."""
        self.last_seen = self.accounts.last_seen(profile.name)
        self._sign_in_soon(profile)

    def _sign_in_soon(self, profile: Profile) -> None:
        self.run_worker(self._recall(profile), group="recall", exclusive=True)
        self.run_worker(self._start_profile(profile), group="sign-in", exclusive=True)

    async def _recall(self, profile: Profile) -> None:
        self.main.remember(profile, await self.last_seen.end())

    async def _start_profile(self, profile: Profile) -> None:
        await self.painted.wait()  # what is loaded meanwhile would take turns with the paint
        self.accounts.begin_loading()
        search = asyncio.create_task(self.accounts.find_token(profile.name))
        try:
            with self.waits.on(f"look for the API token of {profile.name}", search.cancel):
                await asyncio.wait([search])
        finally:
            search.cancel()  # where another profile was chosen meanwhile
        await self.accounts.loaded()
        if search.cancelled():
            self.ask_for_token(profile, (STOPPED,))
        elif (found := search.result()) is None:
            self.ask_for_token(profile, await self.accounts.search_notes(profile.name))
        else:
            await self.sign_in(profile, found)

    async def sign_in(self, profile: Profile, found: FoundToken) -> None:
        """Watch the account that ``found`` opens.

        A new token for the profile that is shown changes nothing else of what is on screen.
        Another profile starts anew, once every write that is under way has ended.
        """
        session = self.session
        if session is not None and session.profile == profile:
            self.session = await session.renewed(found)
            self.main.renew_session(self.session)
        else:
            await self._start_session(profile, found)
        if found.warning:
            self.say(found.warning, "warning")

    async def _start_session(self, profile: Profile, found: FoundToken) -> None:
        if self._writes:
            self.say(f"{profile.name} follows once the change that is under way has ended.")
            await asyncio.wait(self._writes)
        if self.session is not None:
            await self.session.aclose()
        session = self.accounts.connect(profile.name, found, self.calls.append)
        self.session = session
        self.attention.begin()
        session.store.listen(self._on_snapshot)
        session.poller.on_crash = self.fail
        session.recorder.on_trouble = self._on_trouble
        self.main.show_session(session)
        self.attend()
        await session.start()

    def ask_for_token(self, profile: Profile, notes: Sequence[str]) -> None:
        """Open the sign-in screen on top of what is shown; at most one."""
        from fntui.ui.screens.sign_in import SignIn  # noqa: PLC0415 - seldom needed

        if self._is_signing_in:
            return
        self._is_signing_in = True

        async def signed_in(found: FoundToken | None) -> None:
            self._is_signing_in = False
            if found is not None:
                await self.sign_in(profile, found)

        self.push_screen(SignIn(profile, notes), signed_in)

    @override
    def ask_for_new_token(self) -> None:
        """Ask for a token in place of the one that the API refused; the screen stays."""
        if self.session is not None:
            self.ask_for_token(self.session.profile, (REFUSED,))

    def _on_snapshot(self, _: Snapshot) -> None:
        self.post_message(self.SnapshotChanged())

    def on_fntui_app_snapshot_changed(self) -> None:
        """Show what is new: now, or soon where that takes long, as a large account's first load."""
        wait_s = self._next_news_s - self.clock.monotonic()
        if wait_s <= 0:
            self._show_news()
        elif not self._has_news:
            self._has_news = True
            self.set_timer(wait_s, self._show_news)

    def _show_news(self) -> None:
        """Hand the newest snapshot to the main screen."""
        self._has_news = False
        if self.session is None:
            return
        began_s, snapshot = self.clock.monotonic(), self.session.store.snapshot
        with self.batch_update():
            self.main.show_snapshot(snapshot)
        self.attention.look()
        if snapshot.is_token_refused:
            self.ask_for_new_token()
        ended_s = self.clock.monotonic()
        self._next_news_s = ended_s + min(NEWS_WAIT_S, _REST * (ended_s - began_s))

    def _on_trouble(self, sentence: str) -> None:
        self.say(sentence, "warning")

    # Who looks

    @override
    async def on_event(self, event: events.Event) -> None:
        """Take note of a person, and show them the present where it was not shown."""
        if self.attendance.shows_person(event):
            was_out_of_sight = not self.attendance.has_focus
            self.attendance.see(self.clock.monotonic())
            self.attend()
            if was_out_of_sight:
                self.main.redraw()
        await super().on_event(event)

    def on_app_focus(self, event: events.AppFocus) -> None:
        """Keep Textual from drawing everything anew; the rest was done when the event came."""
        event.prevent_default()

    def on_app_blur(self, event: events.AppBlur) -> None:
        """Draw nothing but news from now on, and read more seldom."""
        event.prevent_default()  # Textual would draw everything anew, and take the cursor away
        self.attendance.has_focus = False
        self.attend()

    @override
    def attend(self) -> None:
        """Tell the watch whether somebody looks."""
        if self.session is not None:
            is_attended = self.attendance.is_attended(self.clock.monotonic())
            self.session.poller.attend(is_attended=is_attended)

    # Writes

    @override
    def send(
        self, words: str, write: Coroutine[Any, Any, T], done: Callable[[T], None]
    ) -> Patience:
        """Run a write to its end, whatever is closed meanwhile; then hand its outcome to ``done``.

        The task belongs to the app, not to a form, and to no group of workers: nothing on the
        screen can cancel it. Its request alone is given up if the patience that is returned ends,
        and it then goes on as after a lost answer. ``words`` say what is waited for.
        """
        patience = Patience()

        def why() -> str:
            return patience.why or ("looking whether it was done" if patience.has_ended else "")

        async def run() -> None:
            with patience.kept(), self.waits.on(words, patience.end, why):
                outcome = await write
            done(outcome)

        task = asyncio.create_task(run(), name="write")
        self._writes[task] = words
        task.add_done_callback(self._write_ended)
        return patience

    def _write_ended(self, task: asyncio.Task[None]) -> None:
        self._writes.pop(task, None)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.fail(error)

    @property
    @override
    def writes_under_way(self) -> tuple[str, ...]:
        """Each write that was sent and whose outcome is not known, in words."""
        return tuple(self._writes.values())

    # For every screen

    @override
    def server_now(self) -> datetime:
        """Return the server's time, or the clock's before anything was asked."""
        return self.session.server_now() if self.session else self.clock.now()

    @override
    def show_time(self, at: datetime, *, has_date: bool = False) -> str:
        """Return a moment as ``14:05:00Z``, or in local time as ``15:05:00``; or with its date."""
        form = "%Y-%m-%d %H:%M:%S" if has_date else "%H:%M:%S"
        if self.shows_local_times:
            return at.astimezone().strftime(form)
        return at.strftime(form) + "Z"

    @override
    def show_date(self, at: datetime) -> str:
        """Return the day of a moment, in the zone of ``show_time``."""
        return self.show_time(at, has_date=True).split(" ")[0]

    @override
    def say(
        self, text: str, severity: SeverityLevel = "information", *, for_s: float | None = None
    ) -> None:
        """Show a sentence in the corner, for ``for_s`` seconds or the usual while."""
        words = printable(elided(text, SAID_MAX))
        self.notify(words, severity=severity, markup=False, timeout=for_s)

    @override
    def show_next_theme(self) -> None:
        """Take the next of the program's own themes, and name it."""
        names = [theme.name for theme in THEMES]
        at = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(at + 1) % len(names)]
        why = "" if self.settings.has_colour else "; no colours, because NO_COLOR is set"
        self.say(f"theme: {self.theme.removeprefix('fntui-')}{why}")

    @override
    def use_mouse(self, *, is_used: bool) -> None:
        """Take the mouse from the terminal, or give it back until asked again."""
        self.uses_mouse = is_used
        self.lend_mouse(is_lent=not is_used)

    @override
    def lend_mouse(self, *, is_lent: bool) -> None:
        """Leave the mouse to the terminal for a while, if the program has it at all."""
        self.take_mouse(is_taken=self.uses_mouse and not is_lent)

    @override
    def go_to(self, node: Node) -> None:
        """Select what was just made, once it is on the screen."""
        self.call_after_refresh(self.main.reveal, node)

    @override
    def copy(self, text: str, what: str) -> None:
        """Send ``text`` to the terminal's clipboard and say so, naming it as ``what``."""
        self.run_worker(self._copy(text, what), group="copy")

    @override
    def copy_to_clipboard(self, text: str) -> None:
        """Send a field's selection to the terminal's clipboard; half characters leave as ``?``."""
        super().copy_to_clipboard(text.encode(errors="replace").decode())
        self._clipboard = text  # what the fields themselves paste

    async def _copy(self, text: str, what: str) -> None:
        self.say(await self.terminal_clipboard.send(text, what))

    def on_paste(self, event: events.Paste) -> None:
        """Say that text pasted outside a field goes nowhere."""
        self.say(f"Pasted text ignored ({len(event.text):,} characters): no field has the cursor.")

    @override
    def refuse_paste(self) -> None:
        """Say that a paste was too long for anything here."""
        self.say("Nothing was pasted: the text is longer than 1 MB.", "warning")

    # In every layer

    @override
    def cursor_reported(self, column: int) -> None:
        """Draw what the terminal can: the cursor is where a sign has left it.

        Some draw signs of ambiguous width two cells wide, some take each byte for a character.
        """
        if self.asks_width:
            self.asks_width = False
            self._draw_only(_REPERTOIRES.get(column, Repertoire.ASCII))

    def _draw_only(self, repertoire: Repertoire) -> None:
        if repertoire != self.repertoire:
            self.repertoire = repertoire
            self.forget_lines()
            for widget in self.screen.walk_children():
                widget.refresh()
            self.redraw()

    @override
    def say_no_shell(self) -> None:
        """Say why the program does not go to the background."""
        self.say("There is no shell to return to.", "warning")

    def action_repaint(self) -> None:
        """Draw the screen again, as after another program wrote over it."""
        self.redraw()

    def action_suspend(self) -> None:
        """Go to the background; ``fg`` comes back."""
        self.action_suspend_process()

    def action_interrupt(self) -> None:
        """Quit if pressed twice; once says how to quit."""
        now_s = self.clock.monotonic()
        if now_s - self._interrupted_s <= INTERRUPT_S:
            self.exit()
        self._interrupted_s = now_s
        self.say("q quits; so does another Ctrl-C now.")

    async def on_unmount(self) -> None:
        """Find out how the writes under way end, begin no other, and let go of the connection."""
        for task in self._writes:
            task.cancel()  # a request that was sent is not cut off: see ``send``
        if self.session is not None:
            self.last_words = [last_words(*each) for each in await self.session.last_outcomes()]
            await self.session.aclose()
