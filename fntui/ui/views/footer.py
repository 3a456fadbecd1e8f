"""The footer: the few keys that matter where one stands; ``?`` and ``q`` always among them."""

from collections.abc import Iterable, Mapping
from typing import Final

from fntui.ui.keymap import COMMANDS, Command, key_name
from fntui.ui.views.lines import Line, Span, fit, span

_EXPENDABLE: Final = ("new", "delete", "edit", "pause", "problems", "palette", "filter")
"""What goes first where there is no room."""


def footer_line(keymap: Mapping[str, str], width: int, note: str = "") -> Line:
    """Return the footer in ``width`` cells; ``note`` stands at its right."""
    shown = [command for command in COMMANDS if command.word]
    end = span(f"  {note} " if note else "", "accent")
    room = max(0, width - len(end.text))
    spans = _spans(shown, keymap)
    for expendable in _EXPENDABLE:
        if sum(len(part.text) for part in spans) > room:
            shown = [command for command in shown if command.id != expendable]
            spans = _spans(shown, keymap)
    return Line((*fit(spans, room), end))


def _spans(commands: Iterable[Command], keymap: Mapping[str, str]) -> list[Span]:
    spans: list[Span] = []
    for command in commands:
        key = keymap.get(command.id, command.keys[0]).split(",")[0]
        spans += [span(f" {key_name(key)}", "key"), span(f" {command.word} ", "dim")]
    return spans
