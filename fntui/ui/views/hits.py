"""What the palette finds: commands and places, ranked by how well their names match."""

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Final

from fntui.core.snapshot import AccessKeyKey, NamespaceKey, TriggerKey
from fntui.ui.commands import COMMANDS, Command
from fntui.ui.views.help import keys_of
from fntui.ui.views.lines import Column, Line, Row, span, table

Place = tuple[str, Hashable]
"""Somewhere to go: its label, and the key of what it is."""

MOST_HITS: Final = 50
_ALIASES: Final = {"q": "quit", "q!": "quit"}
_COLUMNS: Final = (
    Column("NAME", 20, 60),
    Column("WHAT", 10, 60, rank=2),
    Column("KEYS", 4, 14, rank=1),
)


class Ranking:
    """Every command, then every place, found by what is typed.

    Better hits come first: the exact name, its beginning, the beginning of a word in it, any part
    of it, then its letters in their order with others between; of equals the shorter.
    """

    def __init__(self, places: Sequence[Place]) -> None:
        """Know the names; as one text too, which a regular expression runs through at once."""
        self._places: list[tuple[str, Hashable]] = [
            *((command.id.replace("-", " "), command) for command in COMMANDS),
            *places,
        ]
        self._names = [" ".join(label.casefold().split()) for label, _ in self._places]
        self._text = "\n".join(self._names)

    def hits(self, typed: str) -> list[Place]:
        """Return the best hits, at most 50; all commands if nothing was typed."""
        words = typed.casefold().split()
        if not words:
            return self._places[: len(COMMANDS)]
        alias = _ALIASES.get(" ".join(words), " ".join(words))
        found = {i for i, name in enumerate(self._names) if all(word in name for word in words)}
        if len(found) < MOST_HITS:
            found.update(self._scattered("".join(words)))
        best = sorted(
            found, key=lambda i: (_distance(self._names[i], alias), len(self._names[i]), i)
        )
        return [self._places[i] for i in best[:MOST_HITS]]

    def _scattered(self, letters: str) -> Iterable[int]:
        """Yield the names that hold these letters in this order."""
        # Possessive, so that a name without them costs one look at each of its characters.
        pattern = "".join(f"[^{re.escape(c)}\n]*+{re.escape(c)}" for c in letters)
        line, at = 0, 0
        for match in re.finditer(f"^{pattern}", self._text, re.MULTILINE):
            line += self._text.count("\n", at, match.start())
            at = match.start()
            yield line


def _distance(name: str, typed: str) -> int:
    if name == typed:
        return 0
    if name.startswith(typed):
        return 1
    at = name.find(typed)
    if at > 0:
        return 3 if name[at - 1].isalnum() else 2
    return 4


def hit_lines(hits: Iterable[Place], keymap: Mapping[str, str], width: int) -> list[Line]:
    """Return a line for each hit, its key the Command or the place's own."""
    rows = [_row(label, key, keymap) for label, key in hits]
    return table(_COLUMNS, rows, width)[1]


def _row(label: str, key: Hashable, keymap: Mapping[str, str]) -> Row:
    if isinstance(key, Command):
        does, keys = key.does, " ".join(keys_of(key, keymap))
    else:
        does, keys = f"go to {_kind(key)}", ""
    return Row(((span(label),), (span(does, "dim"),), (span(keys, "key"),)), key)


def _kind(key: Hashable) -> str:
    match key:
        case NamespaceKey():
            return "namespace"
        case TriggerKey():
            return "trigger"
        case AccessKeyKey():
            return "access key"
        case _:
            return "it"
