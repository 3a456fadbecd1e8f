"""Signing in, by keyboard alone: what is asked, what is kept, and where the token is not."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Checkbox
from typing_extensions import override

from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.core.accounts import KeyringState
from fntui.core.model.problem import Problem, ProblemKind
from fntui.core.model.profile import FoundToken, Profile
from fntui.ui.screens.show_text import ShowText
from fntui.ui.screens.sign_in import SignIn
from fntui.ui.widgets.inputs import LONGEST, TokenInput
from tests.support.fake_api import FakeApi
from tests.support.ui import TOKEN, FakeAccounts, HostApp, a_session, screen_rows, screen_text

PROD = Profile(name="prod")
NOTES = ("The keyring holds no token for the profile prod.",)
REFUSED = Problem(
    kind=ProblemKind.TOKEN_REFUSED,
    sentence="The API refused the token.",
    advice="Paste another one.",
    request_id=None,
    at=ManualClock().now(),
)
NO_KEYRING = KeyringState(is_usable=False, sentence="The keyring is locked.")


class Entry:
    """The sign-in screen, open, and what it gave."""

    def __init__(self, app: HostApp, pilot: Pilot[int]) -> None:
        """Have no result yet."""
        self.app = app
        self.pilot = pilot
        self.results: list[FoundToken | None] = []

    @property
    def field(self) -> TokenInput:
        """The field, wherever it is in the stack of screens."""
        return self.app.screen_stack[1].query_one(TokenInput)

    @property
    def text(self) -> str:
        """What the screen shows."""
        return screen_text(self.app)

    async def paste(self, text: str) -> None:
        """Paste as a terminal does."""
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys, and let what they started come to its end."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def settle(self) -> None:
        """Let the workers go on."""
        for _ in range(5):
            await self.pilot.pause()


@asynccontextmanager
async def opened(
    accounts: FakeAccounts | None = None,
    *,
    notes: tuple[str, ...] = NOTES,
    size: tuple[int, int] = (80, 24),
    has_session: bool = False,
) -> AsyncGenerator[Entry]:
    app = HostApp(accounts)
    if has_session:
        app.session = a_session(FakeApi(ManualClock()))
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        entry = Entry(app, pilot)
        await app.push_screen(SignIn(PROD, notes), entry.results.append)
        await entry.settle()
        yield entry


async def test_it_says_for_which_profile_and_what_was_looked_at_in_vain() -> None:
    async with opened() as entry:
        assert "Sign in: profile prod" in entry.text
        assert NOTES[0] in entry.text
        assert "Keyring: Secret Service." in entry.text
        assert "token_command" in entry.text
        assert "Esc  quit" in entry.text


async def test_a_good_token_is_kept_in_the_keyring_and_handed_on() -> None:
    accounts = FakeAccounts()
    async with opened(accounts) as entry:
        await entry.paste(TOKEN)
        field = entry.field
        await entry.press("enter")
        await entry.settle()
        assert accounts.checked == [Secret(TOKEN)]
        assert accounts.kept == {"prod": Secret(TOKEN)}
        assert entry.results == [FoundToken(token=Secret(TOKEN), source="keyring")]
        assert field.value == ""


async def test_by_choice_it_is_kept_for_this_session_only() -> None:
    accounts = FakeAccounts()
    async with opened(accounts) as entry:
        await entry.paste(TOKEN)
        await entry.press("tab", "space", "shift+tab", "enter")
        await entry.settle()
        assert accounts.kept == {}
        assert entry.results == [FoundToken(token=Secret(TOKEN), source="session")]


async def test_without_a_keyring_it_says_why_and_offers_the_session() -> None:
    accounts = FakeAccounts()
    accounts.keyring = NO_KEYRING
    async with opened(accounts) as entry:
        shown = " ".join(entry.text.split())
        assert "The keyring is locked. The token is kept for this session only." in shown
        assert "token_command in config.toml" in shown
        await entry.paste(TOKEN)
        await entry.press("enter")
        await entry.settle()
        assert accounts.kept == {}
        assert [found and found.source for found in entry.results] == ["session"]


async def test_what_is_typed_while_the_keyring_is_looked_at_is_not_lost() -> None:
    accounts = FakeAccounts()
    accounts.keyring_gate = asyncio.Event()
    async with opened(accounts) as entry:
        assert "Looking at the keyring" in entry.text
        assert entry.field.has_focus
        await entry.paste(TOKEN)
        await entry.press("enter")
        assert entry.results == []
        accounts.keyring_gate.set()
        await entry.settle()
        assert [found and found.source for found in entry.results] == ["keyring"]
        assert list(accounts.kept) == ["prod"]


async def test_a_keyring_that_refuses_is_said_and_the_session_is_left() -> None:
    accounts = FakeAccounts()
    accounts.refusal = "The keyring was locked meanwhile."
    async with opened(accounts) as entry:
        await entry.paste(TOKEN)
        await entry.press("enter")
        await entry.settle()
        assert entry.results == []
        assert "The keyring was locked meanwhile." in entry.text
        assert "The token is good, but the keyring did not take it." in entry.text
        assert entry.field.value == TOKEN
        await entry.press("enter")
        await entry.settle()
        assert [found and found.source for found in entry.results] == ["session"]


async def test_a_refused_token_stays_in_the_field_with_the_reason() -> None:
    accounts = FakeAccounts()
    accounts.problem = REFUSED
    async with opened(accounts) as entry:
        await entry.paste(TOKEN)
        await entry.press("enter")
        await entry.settle()
        assert "The API refused the token. Paste another one." in entry.text
        assert entry.field.value == TOKEN
        assert entry.field.has_focus
        assert accounts.kept == {}
        accounts.problem = None
        await entry.press("enter")
        await entry.settle()
        assert len(entry.results) == 1


async def test_while_it_is_checked_it_says_so_and_esc_stops_it() -> None:
    accounts = FakeAccounts()
    accounts.gate = asyncio.Event()
    async with opened(accounts) as entry:
        await entry.paste(TOKEN)
        await entry.press("enter")
        assert "checking" in entry.text
        await entry.press("x", "escape")
        assert "Stopped." in entry.text
        assert entry.field.value == TOKEN
        accounts.gate.set()
        await entry.settle()
        assert entry.results == []
        await entry.press("enter")
        await entry.settle()
        assert len(entry.results) == 1


async def test_it_looks_again_and_takes_what_it_finds() -> None:
    accounts = FakeAccounts()
    accounts.keyring = NO_KEYRING
    async with opened(accounts, notes=(NO_KEYRING.sentence,)) as entry:
        accounts.token_gate = asyncio.Event()
        await entry.press("ctrl+r")
        assert "looking for a token" in entry.text
        await entry.press("ctrl+r", "x", "escape")
        assert "Stopped." in entry.text
        assert entry.field.value == ""
        accounts.token_gate.set()
        accounts.keyring, accounts.notes = FakeAccounts().keyring, ("It holds none.",)
        await entry.press("ctrl+r")
        await entry.settle()
        assert "It holds none." in entry.text
        assert NO_KEYRING.sentence not in entry.text
        assert "Keyring: Secret Service." in entry.text
        assert entry.app.screen_stack[1].query_one(Checkbox).value
        accounts.found = FoundToken(token=Secret(TOKEN), source="keyring")
        await entry.press("ctrl+r")
        await entry.settle()
        assert entry.results == [accounts.found]


async def test_looking_again_leaves_the_choice_where_to_keep_it() -> None:
    accounts = FakeAccounts()
    async with opened(accounts) as entry:
        await entry.press("tab", "space", "shift+tab", "ctrl+r")
        await entry.settle()
        assert "Keyring: Secret Service." in entry.text
        await entry.paste(TOKEN)
        await entry.press("enter")
        await entry.settle()
        assert accounts.kept == {}
        assert [found and found.source for found in entry.results] == ["session"]


async def test_a_token_is_checked_where_its_profile_says() -> None:
    accounts = FakeAccounts()
    async with opened(accounts) as entry:
        await entry.paste(TOKEN)
        await entry.press("enter")
        await entry.settle()
        assert accounts.checked_for == ["prod"]


async def test_while_the_keyring_stores_it_says_so_and_stopping_promises_nothing() -> None:
    accounts = FakeAccounts()
    accounts.keep_gate = asyncio.Event()
    async with opened(accounts) as entry:
        await entry.paste(TOKEN)
        await entry.press("enter")
        await entry.settle()
        assert "storing it in the keyring" in entry.text
        await entry.press("escape")
        assert "Stopped; the keyring may keep the token all the same." in entry.text
        assert entry.results == []
        accounts.gate = asyncio.Event()
        await entry.press("enter", "escape")
        assert "Stopped." in entry.text


async def test_an_answer_that_comes_while_something_is_on_top_waits_for_it() -> None:
    accounts = FakeAccounts()
    accounts.gate = asyncio.Event()
    async with opened(accounts) as entry:
        await entry.paste(TOKEN)
        await entry.press("enter")
        on_top = ShowText("The outcome of a write", "that was under way")
        await entry.app.push_screen(on_top)
        accounts.gate.set()
        await entry.settle()
        assert entry.app.screen is on_top
        assert entry.results == []
        await entry.press("escape")
        await entry.settle()
        assert len(entry.results) == 1
        assert len(entry.app.screen_stack) == 1


async def test_the_form_is_judged_as_it_is_typed() -> None:
    accounts = FakeAccounts()
    async with opened(accounts) as entry:
        await entry.press(*"abc")
        assert "An unusual token." in entry.text
        await entry.press("space", "minus")
        assert "This can't be a token." in entry.text
        await entry.press("enter")
        assert "This can't be a token." in entry.text
        assert accounts.checked == []
        await entry.press(*["backspace"] * 5)
        assert "token." not in screen_rows(entry.app)[9]


async def test_an_unusual_token_is_warned_of_but_taken() -> None:
    async with opened() as entry:
        await entry.press(*"abc", "enter")
        await entry.settle()
        assert [found and found.warning for found in entry.results] == ["An unusual token."]


@pytest.mark.parametrize("pasted", [f"\n\n  {TOKEN}\r\n", f"{TOKEN}\nsecond line", f"\t{TOKEN}"])
async def test_what_is_pasted_around_a_token_does_not_matter(pasted: str) -> None:
    async with opened() as entry:
        await entry.paste(pasted)
        assert entry.field.value == TOKEN


async def test_a_megabyte_is_not_pasted_and_it_says_so() -> None:
    async with opened() as entry:
        await entry.paste("x" * 1_000_000)
        assert entry.field.value == ""
        assert "far too long for a token" in entry.text
        await entry.paste("x" * (LONGEST + 1))
        assert entry.field.value == ""
        await entry.paste("\n \n")
        assert entry.field.value == ""


async def test_a_token_of_doctl_is_offered_checked_and_kept() -> None:
    accounts = FakeAccounts()
    accounts.contexts = {"default": Secret(TOKEN), "empty": None}
    async with opened(accounts) as entry:
        assert "Ctrl-O  import from doctl" in entry.text
        await entry.press("ctrl+o")
        assert "default" in entry.text
        await entry.press("escape", "ctrl+o", "2")
        await entry.settle()
        assert "holds no usable token for empty" in entry.text
        await entry.press("ctrl+o", "1")
        await entry.settle()
        assert accounts.kept == {"prod": Secret(TOKEN)}
        assert len(entry.results) == 1


async def test_where_doctl_has_nothing_it_is_not_mentioned() -> None:
    async with opened() as entry:
        await entry.press("ctrl+o")
        assert len(entry.app.screen_stack) == 2
        assert "doctl" not in entry.text


async def test_esc_with_nothing_behind_asks_before_it_quits() -> None:
    async with opened() as entry:
        await entry.paste(TOKEN)
        field = entry.field
        await entry.press("escape")
        assert "Quit without signing in?" in entry.text
        await entry.press("n")
        assert entry.field.value == TOKEN
        await entry.press("escape", "escape")
        assert len(entry.app.screen_stack) == 2
        await entry.press("ctrl+q", "y")
        assert field.value == ""
        assert not entry.app.is_running or entry.app._exit


async def test_esc_with_a_session_behind_goes_back_to_its_screen() -> None:
    async with opened(has_session=True) as entry:
        assert "Esc  go back" in entry.text
        field = entry.field
        await entry.press("a", "escape")
        assert entry.results == [None]
        assert field.value == ""
        assert len(entry.app.screen_stack) == 1


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20)])
async def test_everything_is_in_sight_in_every_size(size: tuple[int, int]) -> None:
    accounts = FakeAccounts()
    accounts.keyring = NO_KEYRING
    accounts.contexts = {"default": Secret(TOKEN)}
    async with opened(accounts, size=size) as entry:
        await entry.paste(TOKEN)
        shown = " ".join(entry.text.replace("│", " ").split())
        for words in (NOTES[0], "API token", "••••", "keep it in the keyring"):
            assert words in shown
        for words in ("Esc quit", "Ctrl-R look again", "Ctrl-O import"):
            assert words in shown


async def test_a_tiny_window_does_not_break_it() -> None:
    async with opened(size=(20, 5)) as entry:
        await entry.pilot.resize_terminal(1, 1)
        await entry.pilot.resize_terminal(80, 24)
        await entry.paste(TOKEN)
        await entry.press("enter")
        await entry.settle()
        assert len(entry.results) == 1


async def test_the_token_is_in_no_message_no_repr_no_log_and_on_no_clipboard(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []

    class Eavesdropping(HostApp):
        @override
        def copy_to_clipboard(self, text: str) -> None:
            seen.append(text)

    def hear(message: Message) -> None:
        seen.append(repr(message))

    app = Eavesdropping()
    async with app.run_test(message_hook=hear, notifications=True, tooltips=True) as pilot:
        screen = SignIn(PROD, NOTES)
        results: list[FoundToken | None] = []
        await app.push_screen(screen, results.append)
        await pilot.pause()
        field = screen.query_one(TokenInput)
        await pilot.press("a", "ctrl+shift+a", "ctrl+c", "ctrl+x")
        assert field.value == "a"
        field.value = TOKEN
        await pilot.press("enter")
        seen += [repr(worker) for worker in app.workers]
        await pilot.pause()
        assert len(results) == 1
        assert field.value == ""
        everything = "\n".join([*seen, repr(results), repr(screen), repr(field), caplog.text])
        assert "Entered" in everything
        assert TOKEN not in everything


async def test_the_choice_cannot_be_reached_where_there_is_none() -> None:
    accounts = FakeAccounts()
    accounts.keyring = NO_KEYRING
    async with opened(accounts) as entry:
        checkbox = entry.app.screen.query_one(Checkbox)
        await entry.press("tab", "space")
        assert not checkbox.value
