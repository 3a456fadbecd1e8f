"""Decoded input becomes the messages that Textual's own driver would post."""

from typing import Final

import pytest
from textual import events, messages
from textual._xterm_parser import XTermParser

from fntui.ui.terminal.input.decoder import Decoder
from fntui.ui.terminal.input.events import (
    CursorPosition,
    Focus,
    KeyPress,
    ModeReport,
    Mouse,
    Paste,
    PasteRefused,
)
from fntui.ui.terminal.input.messages import MessageMaker
from fntui.ui.terminal.keys import DecodedKey, is_alone

MOUSE: Final = "".join(
    f"\x1b[<{button};{x};{y}{final}"
    for button in (0, 1, 2, 4, 8, 16, 32, 35, 64, 65, 66, 67)
    for x, y in ((1, 1), (80, 24))
    for final in "Mm"
)


def seen(event: object) -> tuple[object, ...]:
    assert isinstance(event, events.MouseEvent)
    where = event.x, event.y, event.screen_x, event.screen_y, event.delta_x, event.delta_y
    return type(event), *where, event.button, event.shift, event.meta, event.ctrl


def test_the_mouse_does_what_it_does_with_textuals_own_parser() -> None:
    maker = MessageMaker()
    ours = [maker.message(event) for event in Decoder(escape_s=0.1).feed(MOUSE.encode(), 7)]
    assert [seen(each) for each in ours] == [seen(each) for each in XTermParser().feed(MOUSE)]


@pytest.mark.parametrize("alone", [True, False])
def test_a_key_knows_whether_it_came_alone(*, alone: bool) -> None:
    message = MessageMaker().message(KeyPress("ctrl+c", "\x03", alone))
    assert isinstance(message, DecodedKey)
    assert (message.key, message.character, is_alone(message)) == ("ctrl+c", "\x03", alone)
    assert message.handler_name == "on_key"


def test_a_key_of_a_pilot_counts_as_alone() -> None:
    assert is_alone(events.Key("y", "y"))


def test_what_is_for_widgets_has_its_message() -> None:
    maker = MessageMaker()
    paste = maker.message(Paste("text", is_bracketed=True))
    assert isinstance(paste, events.Paste)
    assert paste.text == "text"
    assert isinstance(maker.message(Focus(is_gained=True)), events.AppFocus)
    assert isinstance(maker.message(Focus(is_gained=False)), events.AppBlur)
    frames = maker.message(ModeReport(2026, 2))
    assert isinstance(frames, messages.TerminalSupportsSynchronizedOutput)


@pytest.mark.parametrize(
    "event",
    [
        ModeReport(2026, 0),
        ModeReport(2048, 1),
        CursorPosition(1, 1),
        PasteRefused(is_bracketed=True),
    ],
)
def test_what_is_not_for_widgets_has_none(
    event: ModeReport | CursorPosition | PasteRefused,
) -> None:
    assert MessageMaker().message(event) is None


def test_the_mouse_is_at_a_cell() -> None:
    message = MessageMaker().message(Mouse("down", 3, 4, 1, shift=True, meta=False, ctrl=True))
    assert seen(message) == (events.MouseDown, 3, 4, 3, 4, 3, 4, 1, True, False, True)
