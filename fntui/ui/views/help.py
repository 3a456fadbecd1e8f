"""The help: every command with the keys that it has here and now."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Final

from fntui.ui.commands import COMMANDS, Command, key_name
from fntui.ui.views.lines import BLANK, Line, Span, fit, span

_KEYS: Final = 15
_TWO_COLUMNS: Final = 140
_GUTTER: Final = 3


def keys_of(command: Command, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """Return the command's keys as people read them, the keymap's in place of its own."""
    moved = keymap.get(command.id)
    keys = moved.split(",") if moved else command.keys
    return tuple(key_name(key.strip()) for key in keys)


def help_lines(keymap: Mapping[str, str], width: int) -> list[Line]:
    """Return all commands by group; in two columns where ``width`` has room for them."""
    groups = list(dict.fromkeys(command.group for command in COMMANDS))
    if width < _TWO_COLUMNS:
        return _column(groups, keymap, width)
    half = (width - _GUTTER) // 2
    left, right = (_column(part, keymap, half) for part in _halves(groups))
    gutter = Span(" " * _GUTTER)
    return [
        Line((*fit(a.spans, half), gutter, *fit(b.spans, half)))
        for a, b in zip_longest(left, right, fillvalue=BLANK)
    ]


def _halves(groups: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    sizes = [1 + sum(command.group == group for command in COMMANDS) for group in groups]
    cut = min(range(len(groups)), key=lambda i: abs(sum(sizes[:i]) - sum(sizes[i:])))
    return groups[:cut], groups[cut:]


def _column(groups: Iterable[str], keymap: Mapping[str, str], width: int) -> list[Line]:
    lines: list[Line] = []
    for group in groups:
        lines += [BLANK] if lines else []
        lines.append(Line((span(group, "title"),)))
        lines += [_line(command, keymap, width) for command in COMMANDS if command.group == group]
    return lines


def _line(command: Command, keymap: Mapping[str, str], width: int) -> Line:
    keys = span(" ".join(keys_of(command, keymap)), "key")
    does = fit([span(command.does)], max(1, width - _KEYS - 2))
    return Line((*fit([keys], _KEYS), Span("  "), *does))
