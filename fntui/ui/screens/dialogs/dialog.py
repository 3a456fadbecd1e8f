"""A dialog: one opaque box with a title, lines, and one choice beside Cancel, on which it opens."""

import math
from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static
from typing_extensions import override

from fntui.ui.host import app_of
from fntui.ui.keymap import of_the_app
from fntui.ui.terminal.keys import age_s, is_alone
from fntui.ui.text import content, printable
from fntui.ui.views.lines import BLANK, Line, line, span
from fntui.ui.views.prose import flow
from fntui.ui.widgets.pane import Pane

T = TypeVar("T")

TYPE_AHEAD_S: Final = 0.3
"""Keys pressed this soon were meant for what was on the screen before."""

_REDRAWN_S: Final = 0.1  # between looks whether the terminal has taken the dialog

BOX_WIDTH: Final = 78
_SIDES: Final = 6  # border and padding
_ENDS: Final = 5  # the line above, borders, the choices and the line above them


class Dialog(ModalScreen[T], inherit_bindings=False):
    """A box on top of everything. Enter and Esc cancel, ``y`` confirms what subclasses confirm."""

    DEFAULT_CSS = """
    Dialog {
        align: center top;
        padding-top: 1;
        background: $background;
        & #box {
            width: 78; max-width: 100%; height: auto; max-height: 100%;
            background: $surface; border: solid $accent; padding: 0 2;
        }
        & Pane { height: 1; }
        & #choices { height: 1; margin-top: 1; text-align: right; }
        & Input { margin-top: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        # At once: what is pressed next is for what lies below.
        Binding("escape,ctrl+q", "cancel", "Cancel", show=False, priority=True),
        Binding("q,enter", "cancel", "Cancel", show=False),
        Binding("y", "if_meant('confirm', 'y')", "Confirm", show=False),
        Binding("ctrl+c", "say_how_to_leave", "How to leave", show=False),
        Binding("down,j", "scroll_body(1)", "Down", show=False),
        Binding("up,k", "scroll_body(-1)", "Up", show=False),
        Binding("pagedown,space", "page_body(1)", "Page down", show=False),
        Binding("pageup", "page_body(-1)", "Page up", show=False),
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
        *of_the_app("repaint", "suspend"),
    ]
    AUTO_FOCUS: ClassVar[str | None] = "Input"

    def __init__(self, title: str, choice: str = "") -> None:
        """Show ``title``, and ``choice`` after the key ``y``."""
        super().__init__()
        self._title = title
        self._choice = choice
        self._drawn_s = math.inf
        self._remark = ""

    @property
    def deed(self) -> str:
        """What the question is about, as a verb phrase."""
        return self._title.rstrip("?")

    @abstractmethod
    def body(self) -> Sequence[Line]:
        """Return what the box says; long lines are broken."""

    def prompt(self) -> Sequence[Line]:
        """Return what stands under the body and stays in sight when that scrolls."""
        return ()

    def controls(self) -> Sequence[Widget]:
        """Return the fields between the lines and the choices, each one row with one above."""
        return ()

    def choices(self) -> Content:
        """Return the last line: what Enter does, then the other keys."""
        cancel = Content("[ Cancel ]").stylize("reverse")
        rest = content(f"   y  {self._choice}") if self._choice else Content()
        return Content.assemble(cancel, rest)

    @override
    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = Content(printable(self._title)[: BOX_WIDTH - 8])
            yield Pane(id="body")
            yield Pane(id="prompt")
            yield from self.controls()
            yield Static(id="choices", markup=False)

    def on_mount(self) -> None:
        """Draw it, and note when that was done, so that keys typed ahead are known."""
        self.redraw()
        self.call_after_refresh(self._note_drawn)

    def _note_drawn(self) -> None:
        app = app_of(self)
        if app.owes_frame:
            self.set_timer(_REDRAWN_S, self._note_drawn)
        else:
            self._drawn_s = app.clock.monotonic()

    def on_redrawn(self) -> None:
        """Wait for the next frame: the dialog was not shown while the program was suspended."""
        self._drawn_s = math.inf
        self.call_after_refresh(self._note_drawn)

    def on_resize(self) -> None:
        """Break the lines anew."""
        self.redraw()

    def redraw(self) -> None:
        """Show the body as it is now, as high as it needs and the screen allows."""
        screen = app_of(self).size
        width = max(8, min(BOX_WIDTH, screen.width) - _SIDES)
        lines, prompt = flow(self.body(), width), flow([*self.prompt(), *self._remarks()], width)
        room = max(1, screen.height - _ENDS - len(prompt) - 2 * len(self.query("Input")))
        for name, shown, height in (("body", lines, room), ("prompt", prompt, len(prompt))):
            pane = self.query_one(f"#{name}", Pane)
            pane.styles.height = min(len(shown), height)
            pane.show(shown)
        more = content("↑↓ scroll   " if len(lines) > room else "")
        choices = Content.assemble(more, self.choices())
        self.query_one("#choices", Static).update(choices, layout=False)

    def close(self, result: T | None = None) -> None:
        """Go away, if nothing else has opened on top meanwhile."""
        if self.is_active:
            _ = self.dismiss(result)

    def _remarks(self) -> Sequence[Line]:
        return (BLANK, line(span(self._remark, "late"))) if self._remark else ()

    def remark(self, words: str) -> None:
        """Say why an answer did not count."""
        self._remark = words
        self.redraw()

    def _is_read(self, key: events.Key | None) -> bool:
        """Whether the person had had the time to see this dialog when they pressed ``key``."""
        pressed_s = app_of(self).clock.monotonic() - age_s(key)
        return pressed_s - self._drawn_s >= TYPE_AHEAD_S

    def accepts(self, name: str, key: events.Key | None) -> bool:
        """Return whether ``key`` may answer the question; if not, ask for it again by its name.

        A person reads before they answer. A key that comes earlier, or with others, is the end of
        what was typed for the screen before, or a part of text that the terminal sent.
        """
        if self._is_read(key) and is_alone(key):
            return True
        self.remark(f"Press {name} again.")
        return False

    def action_if_read(self, action: str) -> None:
        """Run an action of this dialog, unless its key came too soon."""
        if self._is_read(app_of(self).pressed):
            getattr(self, f"action_{action}")()

    def action_if_meant(self, action: str, key: str) -> None:
        """Run an action of this dialog if its key came alone, and not too soon."""
        if self.accepts(key, app_of(self).pressed):
            getattr(self, f"action_{action}")()

    def action_confirm(self) -> None:
        """Do what the choice says; nothing here."""

    def action_cancel(self) -> None:
        """Close with no result."""
        self.close()

    def action_say_how_to_leave(self) -> None:
        """Tell that Ctrl-C ends nothing here."""
        app_of(self).say("Esc closes this dialog.")

    def action_scroll_body(self, count: int) -> None:
        """Scroll by ``count`` lines."""
        self.query_one("#body", Pane).move(count)

    def action_page_body(self, pages: int) -> None:
        """Scroll by ``pages`` screenfuls."""
        self.query_one("#body", Pane).page(pages)
