"""Where JSON is typed, a box is ticked, and a field that has a label and a hint."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Checkbox, Input, Static, TextArea
from typing_extensions import override

from fntui.printable import HAZARDS
from fntui.ui.host import app_of
from fntui.ui.text import content, printable_json
from fntui.ui.views.lines import Line
from fntui.ui.views.prose import flow
from fntui.ui.widgets.inputs import act_in_order
from fntui.ui.widgets.pane import Pane

if TYPE_CHECKING:
    from textual.timer import Timer

_JSON_HAZARD: Final = re.compile(f"(?![\n\r\t])[{HAZARDS}]")
PAUSE_S: Final = 0.2
"""Seconds without a key after which JSON, which may be long, is read."""


class JsonArea(TextArea):
    r"""Lines of JSON; hazards that are pasted become ``\u`` escapes, which say the same."""

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002 - Textual's own word
        """Hold ``text``."""
        super().__init__(text, soft_wrap=False, compact=True, highlight_cursor_line=False, id=id)
        self.cursor_blink = False

    def on_unmount(self) -> None:
        """Let go of the app: Textual 8 would keep what watches its theme until that changes."""
        watchers: dict[str, list[tuple[object, object]]] = getattr(app_of(self), "__watchers", {})
        watching = watchers.get("theme", [])
        watching[:] = [watcher for watcher in watching if watcher[0] is not self]

    @override
    async def _on_key(self, event: events.Key) -> None:
        await act_in_order(self, event)

    @override
    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()  # the app says of what no field takes that it was ignored
        event.text = _JSON_HAZARD.sub(lambda found: printable_json(found[0])[0][1:-1], event.text)


class Tick(Checkbox):
    """A box that is empty or crossed; Textual's own tells the two apart by colour alone."""

    def __init__(self, label: str, *, value: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's own word
        """Stand for ``label``."""
        super().__init__(Content(label), value, compact=True, id=id)

    @property
    @override
    def _button(self) -> Content:
        button = super()._button
        if self.value:
            return button
        return Content(button.plain.replace(self.BUTTON_INNER, " "), list(button.spans))


class Field(Vertical):
    """A label, a control, and lines under it that say what is wrong or what it means."""

    DEFAULT_CSS = """
    Field {
        height: auto;
        & > Horizontal { height: auto; }
        & .label { width: 12; color: $text-muted; }
        & Input, & TextArea { width: 1fr; background: $panel; }
        & Input:focus, & TextArea:focus { background: $primary 25%; }
        & Input:ansi:focus, & TextArea:ansi:focus { background: ansi_bright_black; }
        & TextArea { height: 8; }
        & Pane { height: 1; margin-left: 12; }
    }
    """

    def __init__(
        self, label: str, control: Widget, hint: Callable[[], Sequence[Line]] | None = None
    ) -> None:
        """Name ``control`` by ``label``; ``hint`` returns the lines below it as they are now."""
        super().__init__()
        self._label = label
        self._control = control
        self._hint = hint
        self._pause: Timer | None = None

    @override
    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(content(self._label), classes="label")
            yield self._control
        yield Pane()

    def on_mount(self) -> None:
        """Show the first hint."""
        self.redraw()

    def redraw(self) -> None:
        """Show the hint as it is now; one line at least, so that little moves."""
        told = self._hint() if self._hint else ()
        lines = flow(told, max(8, self.size.width - 13 or app_of(self).size.width - 18))
        pane = self.query_one(Pane)
        pane.styles.height = max(1 if self._hint else 0, len(lines))
        pane.show(lines)

    def on_resize(self) -> None:
        """Break the hint anew."""
        self.redraw()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def check(self) -> None:
        """Say what is wrong with the text, or what it means; of JSON once typing pauses."""
        if isinstance(self._control, Input):
            self.redraw()
            return
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE_S, self.redraw)
