"""Textual's messages for decoded input."""

from collections.abc import Mapping
from typing import Final

from textual import events, messages
from textual.message import Message

from fntui.ui.terminal.input.events import Action, Focus, Input, KeyPress, ModeReport, Mouse, Paste
from fntui.ui.terminal.keys import DecodedKey

_SYNCHRONIZED: Final = 2026  # frames are shown whole

_MOUSE: Final[Mapping[Action, type[events.MouseEvent]]] = {
    "down": events.MouseDown,
    "up": events.MouseUp,
    "move": events.MouseMove,
    "scroll_up": events.MouseScrollUp,
    "scroll_down": events.MouseScrollDown,
    "scroll_left": events.MouseScrollLeft,
    "scroll_right": events.MouseScrollRight,
}


class MessageMaker:
    """Makes Textual's messages of decoded input; the mouse's need to know where it was."""

    def __init__(self) -> None:
        """Have the mouse at the top left."""
        self._x = self._y = 0

    def message(self, event: Input) -> Message | None:
        """Return Textual's message; None for what is not for its widgets."""
        match event:
            case KeyPress():
                return DecodedKey(event.key, event.character, is_alone=event.is_alone)
            case Paste():
                return events.Paste(event.text)
            case Mouse():
                return self._mouse(event)
            case Focus():
                return events.AppFocus() if event.is_gained else events.AppBlur()
            case ModeReport(mode=mode, setting=setting) if mode == _SYNCHRONIZED and setting:
                return messages.TerminalSupportsSynchronizedOutput()
            case _:
                return None

    def _mouse(self, mouse: Mouse) -> Message:
        delta_x, delta_y = mouse.x - self._x, mouse.y - self._y
        self._x, self._y = mouse.x, mouse.y
        return _MOUSE[mouse.action](
            widget=None,
            x=mouse.x,
            y=mouse.y,
            delta_x=delta_x,
            delta_y=delta_y,
            button=mouse.button,
            shift=mouse.shift,
            meta=mouse.meta,
            ctrl=mouse.ctrl,
            screen_x=mouse.x,
            screen_y=mouse.y,
        )
