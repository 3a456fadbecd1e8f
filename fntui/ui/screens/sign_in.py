"""Sign-in: asks for an API token, checks it with the API, and keeps it where the person says."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Checkbox, Static
from typing_extensions import override

from fntui.api.secret import Secret
from fntui.core.ports import FoundToken, KeyringState, Profile
from fntui.ui.host import app_of
from fntui.ui.screens.choose import Choose
from fntui.ui.screens.layer import Layer
from fntui.ui.text import content
from fntui.ui.widgets.token_input import TokenInput

if TYPE_CHECKING:
    from textual.worker import Worker

_HINT: Final = "Enter  sign in   Tab  keep it"
_WANTED: Final = "An API token with function scopes; what you type or paste is not shown."
_COMMAND: Final = (
    "Instead of typing it here, let token_command in config.toml name a command that prints it."
)


class SignIn(Layer[FoundToken]):
    """Gives the token and where it is kept; None: the person went back to what was there before."""

    DEFAULT_CSS = """
    SignIn {
        & > #box { max-width: 78; overflow-y: auto; }
        & TokenInput { background: $panel; }
        & TokenInput:focus { background: $primary 25%; }
        & Checkbox { margin-top: 1; padding: 0; background: transparent; width: 100%; }
        & #notes { color: $dim; margin-bottom: 1; }
        & #verdict { color: $warning; min-height: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
        Binding("ctrl+o", "import_from_doctl", show=False),
    ]

    def __init__(self, profile: Profile, notes: Sequence[str]) -> None:
        """Ask for the token of ``profile``; ``notes`` say where one was looked for in vain."""
        super().__init__(f"Sign in: profile {profile.name}")
        self._profile = profile
        self._notes = notes
        self._contexts: tuple[str, ...] = ()
        self._attempt: Worker[None] | None = None

    @override
    def compose_body(self) -> ComposeResult:
        yield Static(content("\n".join(self._notes)), id="notes")
        yield Static(content(_WANTED), id="wanted")
        yield TokenInput()
        yield Static(id="verdict")
        yield Checkbox(Content("keep it in the keyring"), disabled=True, compact=True)
        yield Static(content("Looking at the keyring …"), id="keyring", classes="hint")
        yield Static(classes="hint", id="keys")

    async def on_mount(self) -> None:
        """Look at the keyring before the token is asked for."""
        self.run_worker(self._prepare())

    async def _prepare(self) -> None:
        accounts = app_of(self).accounts
        self._show_keyring(await accounts.keyring_state())
        self._contexts = await accounts.doctl_contexts()
        self._show_keys()

    def _show_keyring(self, state: KeyringState) -> None:
        keep = self.query_one(Checkbox)
        keep.disabled = not state.is_usable
        keep.value = state.is_usable
        self._explain_keyring(state.sentence, is_usable=state.is_usable)
        self._ask()

    def _explain_keyring(self, sentence: str, *, is_usable: bool) -> None:
        kept = "" if is_usable else " The token is kept for this session only."
        self.query_one("#keyring", Static).update(content(f"{sentence}{kept}\n{_COMMAND}"))

    def _show_keys(self) -> None:
        leave = "Esc  go back" if app_of(self).session else "Esc  quit"
        doctl = "   Ctrl-O  import from doctl" if self._contexts else ""
        self.query_one("#keys", Static).update(content(f"{_HINT}{doctl}   {leave}"))

    @property
    def _field(self) -> TokenInput:
        return self.query_one(TokenInput)

    def _say(self, sentence: str) -> None:
        self.query_one("#verdict", Static).update(content(sentence))

    def _ask(self) -> None:
        self._field.disabled = False
        self._field.focus()

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
        self._field.disabled = True
        self._say("checking …")
        found = FoundToken(token=token, source="session", warning=warning)
        self._attempt = self.run_worker(self._check(found))

    async def _check(self, found: FoundToken) -> None:
        """Ask the API, keep the token if it is good, and go; else say why not, and ask again."""
        accounts = app_of(self).accounts
        problem = await accounts.check_token(found.token)
        if problem is not None:
            self._say(f"{problem.sentence} {problem.advice}".strip())
            self._ask()
            return
        if self.query_one(Checkbox).value:
            refusal = await accounts.keep_token(self._profile.name, found.token)
            if refusal:
                self._show_keyring(KeyringState(is_usable=False, sentence=refusal))
                self._say("The token is good, but not kept. Enter signs in for this session only.")
                return
            found = FoundToken(token=found.token, source="keyring", warning=found.warning)
        self._field.value = ""
        self.dismiss(found)

    def action_import_from_doctl(self) -> None:
        """Offer the contexts that doctl has a token for."""
        if self._contexts and not self._field.disabled:
            options = [(str(i), name, "") for i, name in enumerate(self._contexts, start=1)]
            app_of(self).push_screen(
                Choose("Import a token from doctl's configuration", options), self._import
            )

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
            self._say("Stopped.")
            self._ask()
            return
        if app_of(self).session is not None:
            self._leave()
            return
        options = [("y", "quit", ""), ("n", "go on signing in", "")]
        app_of(self).push_screen(Choose("Quit without signing in?", options), self._answer)

    def _answer(self, key: str | None) -> None:
        if key == "y":
            self._field.value = ""
            app_of(self).exit()

    def _leave(self) -> None:
        self._field.value = ""
        self.dismiss(None)
