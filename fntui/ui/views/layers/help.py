"""The help: every command with the keys that it has here and now."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Final

from fntui.ui.keymap import COMMANDS, Command, key_name
from fntui.ui.views.lines import BLANK, Line, Span, fit, span, wrap

_KEYS: Final = 15
_GUTTER: Final = 3
_GROUPS: Final = tuple(dict.fromkeys(command.group for command in COMMANDS))
_WIDEST: Final = _KEYS + max(len(command.does) for command in COMMANDS)
_TWO_COLUMNS: Final = 100


def keys_of(command: Command, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """Return the command's keys as people read them, the keymap's in place of its own."""
    moved = keymap.get(command.id)
    keys = moved.split(",") if moved else command.keys
    return tuple(key_name(key.strip()) for key in keys)


def help_lines(keymap: Mapping[str, str], width: int) -> list[Line]:
    """Return all commands by group; in two columns where ``width`` has room for them."""
    if width < _TWO_COLUMNS:
        return _column(_GROUPS, keymap, width)
    half = min(_WIDEST, (width - _GUTTER) // 2)
    left, right = (_column(groups, keymap, half) for groups in _halves())
    gutter = Span(" " * _GUTTER)
    return [
        Line((*fit(a.spans, half), gutter, *b.spans))
        for a, b in zip_longest(left, right, fillvalue=BLANK)
    ]


def _halves() -> tuple[Sequence[str], Sequence[str]]:
    sizes = [2 + sum(command.group == group for command in COMMANDS) for group in _GROUPS]
    cut = min(range(len(sizes)), key=lambda i: abs(sum(sizes[:i]) - sum(sizes[i:])))
    return _GROUPS[:cut], _GROUPS[cut:]


def _column(groups: Iterable[str], keymap: Mapping[str, str], width: int) -> list[Line]:
    lines: list[Line] = []
    for group in groups:
        lines += [BLANK] if lines else []
        lines.append(Line((span(group, "title"),)))
        for command in COMMANDS:
            if command.group == group:
                lines += _lines(command, keymap, width)
    return lines


def _lines(command: Command, keymap: Mapping[str, str], width: int) -> list[Line]:
    keys = " ".join(keys_of(command, keymap))
    first, *rest = wrap(command.does, width - _KEYS)
    pad = Span(" " * _KEYS)
    return [
        Line((*fit([span(keys, "key")], _KEYS - 1), Span(" "), span(first))),
        *(Line((pad, span(piece))) for piece in rest),
    ]
