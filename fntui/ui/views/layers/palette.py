"""What the palette finds: commands and places, ranked by how well their names match."""

import heapq
import re
from collections.abc import Hashable, Iterable, Mapping
from typing import Final

from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, TriggerKey
from fntui.ui.keymap import COMMANDS, Command
from fntui.ui.views.layers.help import keys_of
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
    of it, what a command does, then the letters in their order with others between; of equals the
    shorter.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        """Know the names; as one text too, which a regular expression runs through at once."""
        commands = [(command.id.replace("-", " "), command) for command in COMMANDS]
        self._hits: list[Place] = [*commands, *places]
        self._names = [" ".join(label.casefold().split()) for label, _ in self._hits]
        self._texts = [f"{name} {command.does.casefold()}" for name, command in commands]
        self._texts += self._names[len(commands) :]
        self._all_names = "\n".join(self._names)

    def hits(self, typed: str) -> list[Place]:
        """Return the best hits, at most 50; all commands if nothing was typed."""
        words = typed.casefold().split()
        if not words:
            return self._hits[: len(COMMANDS)]
        wanted = _ALIASES.get(" ".join(words), " ".join(words))
        found = [i for i, text in enumerate(self._texts) if all(word in text for word in words)]
        if len(found) < MOST_HITS:
            found += set(self._scattered("".join(words))).difference(found)

        def rank(i: int) -> tuple[int, int, int]:
            return _distance(self._names[i], wanted), len(self._names[i]), i

        return [self._hits[i] for i in heapq.nsmallest(MOST_HITS, found, key=rank)]

    def _scattered(self, letters: str) -> Iterable[int]:
        """Yield the numbers of the names that hold these letters in this order."""
        # Possessive, so that a name without them costs one look at each of its characters.
        pattern = "".join(f"[^{re.escape(c)}\n]*+{re.escape(c)}" for c in letters)
        number, at = 0, 0
        for match in re.finditer(f"^{pattern}", self._all_names, re.MULTILINE):
            number += self._all_names.count("\n", at, match.start())
            at = match.start()
            yield number


def _distance(name: str, typed: str) -> int:
    """Return how far ``name`` is from what was typed: 0 is the name itself."""
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
        does, keys = _going_to(key), ""
    return Row(((span(label),), (span(does, "dim"),), (span(keys, "key"),)), key)


def _going_to(key: Hashable) -> str:
    match key:
        case NamespaceKey():
            return "go to namespace"
        case TriggerKey():
            return "go to trigger"
        case AccessKeyKey():
            return "go to access key"
        case _:
            return "go there"
