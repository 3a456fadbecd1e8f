"""Events of the terminal: keys, pastes, the mouse, focus, and reports that are of use."""

import re
from typing import Final, Literal, TypeAlias

from msgspec import Struct


class KeyPress(Struct, frozen=True):
    """A key that was pressed.

    Attributes:
        key: Textual's name of it.
        character: What it types; None for a function key, or with Alt or Ctrl in CSI u.
        is_alone: Nothing else came with it or shortly before it, so that it is no part of a paste.
    """

    key: str
    character: str | None
    is_alone: bool = False


class Paste(Struct, frozen=True):
    """A text that was pasted; without brackets, the number of characters shows that it was."""

    text: str
    is_bracketed: bool


class PasteRefused(Struct, frozen=True):
    """A paste that is too long."""

    is_bracketed: bool


Action: TypeAlias = Literal[
    "down", "up", "move", "scroll_up", "scroll_down", "scroll_left", "scroll_right"
]


class Mouse(Struct, frozen=True):
    """A button, a wheel or a move of the mouse, at a cell counted from 0."""

    action: Action
    x: int
    y: int
    button: int
    shift: bool
    meta: bool
    ctrl: bool


class Focus(Struct, frozen=True):
    """The terminal's window was focused, or another one was."""

    is_gained: bool


class CursorPosition(Struct, frozen=True):
    """Where the terminal says that its cursor is, counted from 1."""

    row: int
    column: int


class ModeReport(Struct, frozen=True):
    """How a private mode is set in the terminal (DECRPM)."""

    mode: int
    setting: int


Input: TypeAlias = KeyPress | Paste | PasteRefused | Mouse | Focus | CursorPosition | ModeReport

_SCROLLS: Final[tuple[Action, ...]] = ("scroll_up", "scroll_down", "scroll_left", "scroll_right")

_MOUSE: Final = re.compile(r"([0-9]{1,6});([0-9]{1,6});([0-9]{1,6})([Mm])")
_CURSOR: Final = re.compile(r"([0-9]{1,6});([0-9]{1,6})R")
_MODE: Final = re.compile(r"\?([0-9]{1,6});([0-9]{1,6})\$y")


def mouse_event(body: str) -> Mouse | None:
    """Return what the mouse did, as Textual reads it; None for what is no cell."""
    found = _MOUSE.fullmatch(body)
    if found is None:
        return None
    buttons, x, y = int(found[1]), int(found[2]) - 1, int(found[3]) - 1
    if x < 0 or y < 0:
        return None
    button = 0 if buttons & 64 else (buttons + 1) & 3
    action: Action
    if buttons & 64:
        action = _SCROLLS[buttons & 3]
    elif buttons & 32 or not button:
        action = "move"
    else:
        action = "down" if found[4] == "M" else "up"
    return Mouse(action, x, y, button, bool(buttons & 4), bool(buttons & 8), bool(buttons & 16))


def report_event(body: str) -> Focus | CursorPosition | ModeReport | None:
    """Return what the terminal reports by this control sequence, if it is of use."""
    if body in {"I", "O"}:
        return Focus(body == "I")
    if (found := _CURSOR.fullmatch(body)) and int(found[1]) and int(found[2]):
        return CursorPosition(int(found[1]), int(found[2]))
    if found := _MODE.fullmatch(body):
        return ModeReport(int(found[1]), int(found[2]))
    return None
