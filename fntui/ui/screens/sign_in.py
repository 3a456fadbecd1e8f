"""Sign-in: asks for an API token, checks it with the API, and keeps it where the person says."""

from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static
from typing_extensions import override

from fntui.api.secret import Secret
from fntui.core.accounts import KeyringState
from fntui.core.model.profile import FoundToken, Profile
from fntui.ui.host import app_of
from fntui.ui.screens.choose import Choose
from fntui.ui.screens.layer import Layer
from fntui.ui.text import content
from fntui.ui.views.prose import told
from fntui.ui.widgets.fields import Tick
from fntui.ui.widgets.inputs import TokenInput

if TYPE_CHECKING:
    from textual.worker import Worker

_WANTED: Final = "An API token with function scopes; what you type or paste is not shown."
_COMMAND: Final = (
    "Instead of typing it here, let token_command in config.toml name a command that prints it."
)
_HINT: Final = "Enter  sign in   Tab  keep it"
_LOOK_AGAIN: Final = "Ctrl-R  look again"
_STOPPED: Final = "Stopped."
_MAY_BE_KEPT: Final = "Stopped; the keyring may keep the token all the same."
_NOT_TAKEN: Final = "The token is good, but the keyring did not take it."


class SignIn(Layer[FoundToken]):
    """Gives the token and where it is kept; None: the person went back to what was there before."""

    DEFAULT_CSS = """
    SignIn {
        & > #box { max-width: 78; overflow-y: auto; }
        & TokenInput { background: $panel; }
        & TokenInput:focus { background: $primary 25%; }
        & TokenInput:ansi:focus { background: ansi_bright_black; }
        & Checkbox { margin-top: 1; padding: 0; background: transparent; width: 100%; }
        & #notes { color: $dim; margin-bottom: 1; }
        & #verdict { color: $warning; min-height: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
        Binding("ctrl+o", "import_from_doctl", show=False),
        Binding("ctrl+r", "look_again", show=False),
    ]

    def __init__(self, profile: Profile, notes: Sequence[str]) -> None:
        """Ask for the token of ``profile``; ``notes`` say where one was looked for in vain."""
        super().__init__(f"Sign in: profile {profile.name}")
        self._profile = profile
        self._notes = Static(content("\n".join(notes)), id="notes")
        self._field = TokenInput()
        self._verdict = Static(id="verdict")
        self._keep = Tick("keep it in the keyring")
        self._keep.disabled = True
        self._keyring = Static(content("Looking at the keyring …"), classes="hint")
        self._keys = Static(classes="hint")
        self._contexts: tuple[str, ...] = ()
        self._attempt: Worker[None] | None = None
        self._if_stopped = _STOPPED
        self._found: FoundToken | None = None

    @override
    def compose_body(self) -> ComposeResult:
        yield self._notes
        yield Static(content(_WANTED))
        yield self._field
        yield self._verdict
        yield self._keep
        yield self._keyring
        yield self._keys

    def on_mount(self) -> None:
        """Take what is typed from the first key on, and look at the keyring meanwhile."""
        self._ask()
        self._looking = self.run_worker(self._prepare())

    async def _prepare(self) -> None:
        accounts = app_of(self).accounts
        self._show_keyring(await accounts.keyring_state())
        self._contexts = await accounts.doctl_contexts()
        leave = "Esc  go back" if app_of(self).session else "Esc  quit"
        doctl = "   Ctrl-O  import from doctl" if self._contexts else ""
        self._keys.update(content(f"{_HINT}   {leave}\n{_LOOK_AGAIN}{doctl}"))

    def _show_keyring(self, state: KeyringState) -> None:
        if self._keep.disabled == state.is_usable:  # else the person's choice stands
            self._keep.value = state.is_usable
        self._keep.disabled = not state.is_usable
        kept = "" if state.is_usable else " The token is kept for this session only."
        self._keyring.update(content(f"{state.sentence}{kept}\n{_COMMAND}"))

    def _ask(self, sentence: str = "") -> None:
        self._say(sentence)
        self._field.disabled = False
        self._field.focus()

    def _say(self, sentence: str) -> None:
        self._verdict.update(content(sentence))

    @on(TokenInput.Typed)
    def _judge_form(self) -> None:
        """Say what is wrong with the form as it is typed."""
        text = self._field.value
        self._say(app_of(self).accounts.check_form(text)[1] if text.strip() else "")

    @on(TokenInput.Refused)
    def _say_refused(self, message: TokenInput.Refused) -> None:
        self._say(message.sentence)

    @on(TokenInput.Entered)
    def _submit(self) -> None:
        token, remark = app_of(self).accounts.check_form(self._field.value)
        if token is None:
            self._say(remark)
        else:
            self._start(token, remark)

    def _start(self, token: Secret, warning: str) -> None:
        found = FoundToken(token=token, source="session", warning=warning)
        self._begin("checking …", self._check(found))

    def _begin(self, sentence: str, attempt: Coroutine[None, None, None]) -> None:
        """Let nothing be typed until the attempt has ended."""
        self._field.disabled = True
        self._if_stopped = _STOPPED
        self._say(sentence)
        self._attempt = self.run_worker(attempt)

    async def _check(self, found: FoundToken) -> None:
        """Ask the API, keep the token if it is good, and go; else say why not, and ask again."""
        accounts = app_of(self).accounts
        await self._looking.wait()  # whether the token can be kept decides what follows
        problem = await accounts.check_token(found.token, self._profile.name)
        if problem is not None:
            self._ask(told(problem))
            return
        if self._keep.value:
            self._say("storing it in the keyring …")
            self._if_stopped = _MAY_BE_KEPT
            refusal = await accounts.keep_token(self._profile.name, found.token)
            if refusal:
                self._show_keyring(KeyringState(is_usable=False, sentence=refusal))
                self._ask(f"{_NOT_TAKEN} Enter: for this session only.")
                return
            found = FoundToken(token=found.token, source="keyring", warning=found.warning)
        self._hand_over(found)

    def _hand_over(self, found: FoundToken) -> None:
        self._found = found
        self.close(found)

    def on_screen_resume(self) -> None:
        """Go now, if the answer came while something else was on top."""
        if self._found is not None:
            self.close(self._found)

    def action_look_again(self) -> None:
        """Search once more: the keyring may be open by now, or hold a token."""
        if not self._field.disabled:
            self._begin("looking for a token …", self._look_again())

    async def _look_again(self) -> None:
        accounts = app_of(self).accounts
        await self._looking.wait()
        found = await accounts.find_token(self._profile.name)
        if found is not None:
            self._hand_over(found)
            return
        self._notes.update(content("\n".join(await accounts.search_notes(self._profile.name))))
        self._show_keyring(await accounts.keyring_state())
        self._ask()

    def action_import_from_doctl(self) -> None:
        """Offer the contexts that doctl has a token for."""
        if self._contexts and not self._field.disabled:
            options = [(str(i), name, "") for i, name in enumerate(self._contexts, start=1)]
            layer = Choose("Import a token from doctl's configuration", options)
            app_of(self).push_screen(layer, self._import)

    async def _import(self, number: str | None) -> None:
        if number is None:
            return
        context = self._contexts[int(number) - 1]
        token = await app_of(self).accounts.doctl_token(context)
        if token is None:
            self._say(f"doctl's configuration holds no usable token for {context}.")
        else:
            self._start(token, "")

    @override
    def action_back(self) -> None:
        """Stop checking; go back to the screen as it was; where there was none, ask to quit."""
        if self._attempt is not None and self._attempt.is_running:
            self._attempt.cancel()
            self._ask(self._if_stopped)
        elif app_of(self).session is not None:
            self.close()
        else:
            options = [("y", "quit", ""), ("n", "go on signing in", "")]
            app_of(self).push_screen(Choose("Quit without signing in?", options), self._answer)

    def _answer(self, key: str | None) -> None:
        if key == "y":
            self._field.value = ""
            app_of(self).exit()

    @override
    def close(self, result: FoundToken | None = None) -> None:
        self._field.value = ""
        super().close(result)
