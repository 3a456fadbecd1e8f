"""What all forms have in common: fields, a preview, one write, and whatever becomes of it.

What was typed is never lost: a refused write comes back into the form, a lost answer is told, and a
form that was closed while its write was under way tells the outcome all the same.
"""

from abc import abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea
from typing_extensions import override

from fntui.core.operations.operations import Operations
from fntui.core.operations.outcome import Clash, Outcome, Status
from fntui.core.session import Session
from fntui.ui.host import app_of
from fntui.ui.keymap import of_the_app
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.text import content
from fntui.ui.views.lines import Line, line, span
from fntui.ui.views.prose import as_sentence, flow, namespace_name, outcome_lines
from fntui.ui.widgets.fields import Field
from fntui.ui.widgets.pane import Pane

if TYPE_CHECKING:
    from fntui.api.patience import Patience

T = TypeVar("T")

TICK_S: Final = 1.0
"""Seconds between two looks at how long an answer is waited for."""


@dataclass(frozen=True, kw_only=True)
class Request(Generic[T]):
    """A write, ready to be confirmed; frozen, so that what is sent is what was shown.

    Attributes:
        title: The question.
        lines: What will change, and the request's method and path.
        yes: The word for sending it.
        said: What to say once it is done; ``""`` where a dialog says it.
        write: Starts it.
    """

    title: str
    lines: Sequence[Line]
    yes: str
    said: str
    write: Callable[[Operations], Coroutine[Any, Any, Outcome[T] | Clash]]


class Form(ModalScreen[T], inherit_bindings=False):
    """A screen of fields; the result is what the server made of them, None if it was cancelled."""

    DEFAULT_CSS = """
    Form {
        background: $background;
        padding: 0 2;
        & #title { height: 1; text-style: bold; color: $accent; }
        & #fields { height: 1fr; margin: 1 0; scrollbar-size-vertical: 1; }
        & #state { height: 0; }
        & #keys { height: 1; color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "preview", "Preview and save", show=False),
        Binding("escape,ctrl+q", "cancel", "Cancel", show=False),
        Binding("ctrl+c", "say_how_to_leave", "How to leave", show=False),
        # At once: what follows in one go over a slow link belongs to the next field.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        *of_the_app("repaint", "suspend"),
    ]
    AUTO_FOCUS: ClassVar[str | None] = "Input, TextArea"

    def __init__(self, title: str) -> None:
        """Name the form."""
        super().__init__()
        self._title = title
        self._patience: Patience | None = None  # with the answer to what was sent
        self._is_over = False
        self._state: Sequence[Line] = ()
        self._is_wrong = False
        self._was: tuple[object, ...] = ()

    # What a form of its own says

    @abstractmethod
    def fields(self) -> Sequence[Field]:
        """Return the fields, in their order."""

    @abstractmethod
    def values(self) -> tuple[object, ...]:
        """Return what is in the fields now."""

    @abstractmethod
    def error(self) -> tuple[Widget, str] | None:
        """Return the first control that holds what can't be sent, and why; None: it can be."""

    @abstractmethod
    def request(self, session: Session) -> Request[T] | str:
        """Return the write that the fields ask for, or why there is nothing to send."""

    def succeeded(self, value: T) -> None:
        """Do what follows from a write that was carried out; nothing here."""

    def failed(self, outcome: Outcome[T]) -> None:
        """Do what follows from a write that was refused or got lost; nothing here."""

    def clashed(self, clash: Clash) -> None:
        """Ask what to do about a change by someone else; only triggers have one."""

    # On the screen

    @override
    def compose(self) -> ComposeResult:
        yield Static(content(self._title), id="title")
        with VerticalScroll(id="fields", can_focus=False):
            yield from self.fields()
        yield Pane(id="state")
        yield Static(self._keys(), id="keys")

    def _keys(self) -> Content:
        return content("Ctrl-O  preview and save   Tab  next field   Esc  cancel")

    def on_mount(self) -> None:
        """Note what the fields held at first."""
        self._was = self.values()
        self.set_interval(TICK_S, self.tick)

    def tick(self) -> None:
        """Tell for how long the answer has been waited for."""
        if self._patience is not None and not self._is_over:
            note = app_of(self).waits.note(app_of(self).size.width - 4)
            begun = "looking whether it was done…" if self._patience.has_ended else "sending…"
            self._show_state([line(note or begun)])

    def on_resize(self) -> None:
        """Break the lines anew."""
        is_wrong = self._is_wrong
        self._show_state(self._state)
        self._is_wrong = is_wrong

    @on(Input.Submitted)
    def go_on(self) -> None:
        """Go to the next field: Enter sends nothing."""
        self.focus_next()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _forget_error(self) -> None:
        """Take back what was said of a field's text, once a text is another."""
        if self._is_wrong:
            self._show_state(())

    def _show_state(self, lines: Sequence[Line]) -> None:
        self._state, self._is_wrong = lines, False
        shown = flow(lines, max(8, app_of(self).size.width - 4))
        pane = self.query_one("#state", Pane)
        pane.styles.height = min(len(shown), max(1, app_of(self).size.height // 3))
        pane.show(shown)

    @property
    def is_dirty(self) -> bool:
        """True if something was typed that closing would lose."""
        return self.is_mounted and self.values() != self._was

    @property
    def where(self) -> str:
        """The profile, for questions: acting on the wrong account is the commonest mishap."""
        session = app_of(self).session
        return session.profile.name if session else "no account"

    def namespace_name(self, namespace_id: str) -> str:
        """Return what people call the namespace."""
        session = app_of(self).session
        return namespace_name(session.store.snapshot, namespace_id) if session else namespace_id

    # Leaving

    def action_cancel(self) -> None:
        """Stop waiting for an answer, or close; ask if something would be lost."""
        app = app_of(self)
        if self._patience is not None and not self._patience.has_ended:
            self._patience.end()
            self.tick()
        elif self._patience is not None:
            app.say("The look whether it was carried out goes on: its outcome will be told.")
            self._close(None)
        elif self.is_dirty:
            lines = [line("What was typed here would be lost.")]
            app.push_screen(Confirm("Close without saving?", lines, yes="close"), self._leave)
        else:
            self._close(None)

    def _leave(self, is_sure: bool | None) -> None:  # noqa: FBT001 - the shape of a callback
        if is_sure:
            self._close(None)

    def _close(self, value: T | None) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._result = value
        if self.is_active:
            _ = self.dismiss(value)

    def on_screen_resume(self) -> None:
        """Go away now if something lay on top when the form was over."""
        if self._is_over:
            self.call_later(self._dismiss_late)

    def _dismiss_late(self) -> None:
        if self.is_active:
            _ = self.dismiss(self._result)

    def action_say_how_to_leave(self) -> None:
        """Tell that Ctrl-C ends nothing here."""
        app_of(self).say("Esc closes this form.")

    # Sending

    def action_preview(self) -> None:
        """Show what would be sent, to be confirmed; or why it can't be."""
        app = app_of(self)
        wrong = self.error()
        if self._patience is not None or self._is_over:
            return
        if wrong is not None:
            self._show_state([line(span(as_sentence(wrong[1]), "missed"))])
            self._is_wrong = True
            wrong[0].focus()
        elif (session := app.session) is None:
            self._show_state([line(span("Not signed in: nothing can be sent.", "missed"))])
        elif isinstance(request := self.request(session), str):
            self._show_state([line(request)])
        else:
            self._show_state(())
            self.ask(session, request)

    def ask(self, session: Session, request: Request[T]) -> None:
        """Have a request confirmed, then send it by the session that it was made for."""

        def confirmed(is_sure: bool | None) -> None:  # noqa: FBT001 - the shape of a callback
            if not is_sure:
                return
            if app_of(self).session is not session:
                self._show_state([line(span("You signed in anew: look again (Ctrl-O).", "late"))])
            else:
                self.send(session, request)

        question = Confirm(request.title, request.lines, yes=request.yes)
        app_of(self).push_screen(question, confirmed)

    def send(self, session: Session, request: Request[T]) -> None:
        """Send; the outcome is told in this form, or in the corner if that is closed by then."""
        self._show_state([line("sending…")])

        def answered(answer: Outcome[T] | Clash) -> None:
            self._patience = None
            if isinstance(answer, Clash):
                self._told(answer)
            elif answer.status is Status.DONE and answer.value is not None:
                self._say(f"{request.said} {as_sentence(answer.note)}")
                self._close(answer.value)
                self.succeeded(answer.value)
            else:
                self._told(answer)
                self.failed(answer)

        deed = request.title.rstrip("?")
        self._patience = app_of(self).send(deed, request.write(session.operations), answered)

    def _say(self, text: str) -> None:
        if text.strip():
            app_of(self).say(text.strip())

    def _told(self, answer: Outcome[T] | Clash) -> None:
        """Show in the form why it was not done; where that is closed, say so."""
        if isinstance(answer, Clash):
            lines = [line("Not saved: someone else changed the trigger meanwhile.")]
        else:
            lines = outcome_lines(answer)
        if self._is_over:
            app_of(self).say(" ".join(shown.text for shown in lines), "error")
            return
        self._show_state(lines)
        if isinstance(answer, Clash):
            self.clashed(answer)
