"""The triggers that the board shows, in their order, which is redone by namespace."""

import math
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from types import MappingProxyType
from typing import Final, overload

from rich.cells import cell_len
from typing_extensions import override

from fntui.core.health.board import Entry, Standing, Standings
from fntui.core.health.wording import is_problem, urgency
from fntui.core.model.snapshot import State, TriggerKey, last_run_at, next_run_at
from fntui.memo import derived
from fntui.ui.text import printable
from fntui.ui.views.signs import state_span
from fntui.ui.views.view_context import Sight, Sort

_NEVER: Final = datetime.max.replace(tzinfo=UTC)

_Ranked = tuple[str, Entry]  # its rank, which no other has: Python sorts by text the fastest
_Wide = tuple[float, Entry]
_Late = dict[tuple[object, ...], Entry]

_WIDTH: Final = itemgetter(0)


class Ranking(Sequence[Entry]):
    """Triggers in the order of the board.

    Attributes:
        rows: Each behind its rank.
        widths: For each cell that has a measure the entry in which it is widest, and how wide.
        late: The triggers that are late, one for each slot that they owe first.
        parts: Where it is of several namespaces, the ranking of each, by ``namespace_id``.
    """

    def __init__(
        self,
        rows: Sequence[_Ranked],
        widths: Sequence[_Wide],
        late: _Late,
        parts: Mapping[str, "Ranking"] = MappingProxyType({}),
    ) -> None:
        """Show these rows, which are in order."""
        self.rows, self.widths, self.late, self.parts = rows, widths, late, parts

    @classmethod
    def of(cls, entries: Iterable[Entry], sort: Sort) -> "Ranking":
        """Return triggers in order."""
        rank = _RANKS[sort]
        rows = sorted((rank(entry), entry) for entry in entries)
        found = [entry for _, entry in rows]
        measures = _MEASURES if found else ()
        widths = [max(((measure(e), e) for e in found), key=_WIDTH) for measure in measures]
        late = {_lateness(e): e for e in found if e.verdict.state is State.LATE}
        return cls(rows, widths, late)

    @classmethod
    def together(cls, parts: Mapping[str, "Ranking"]) -> "Ranking":
        """Return those of several namespaces, none of which is empty, in one order."""
        rows: list[_Ranked] = []
        late: _Late = {}
        for part in parts.values():
            rows.extend(part.rows)
            late.update(part.late)
        rows.sort()  # of lists that are in order: a merge
        columns = zip(*(part.widths for part in parts.values()), strict=True)
        return cls(rows, [max(column, key=_WIDTH) for column in columns], late, parts)

    @override
    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...
    @override
    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        """Return an entry, or a list of some."""
        if isinstance(index, int):
            return self.rows[index][1]
        return [entry for _, entry in self.rows[index]]

    @property
    def widest(self) -> list[Entry]:
        """A few of them: for each cell but the strip one in which it is as wide as in any.

        Times are told the wider the farther they are, from the width on that their columns have at
        least; only how late a run is may be wider an hour before, so all such slots are among them.
        """
        return [*(entry for _, entry in self.widths), *self.late.values()]

    def index_of(self, key: Hashable) -> int:
        """Return where a trigger stands; -1: it is not shown."""
        row = self.row_of(key)
        return -1 if row is None else bisect_left(self.rows, row)

    def row_of(self, key: Hashable) -> _Ranked | None:
        """Return the row of a trigger; None: it is not shown."""
        if not self.parts:
            return next((row for row in self.rows if row[1].key == key), None)
        part = self.parts.get(key.namespace_id) if isinstance(key, TriggerKey) else None
        return part.row_of(key) if part else None


def ranking(of: Standing | Standings, sight: Sight) -> Ranking:
    """Return the triggers that the filter lets through, in the chosen order."""
    chosen = Sight(needle=sight.needle, is_problems_only=sight.is_problems_only, sort=sight.sort)
    return _of_account(of, chosen) if isinstance(of, Standings) else _of_namespace(of, chosen)


@derived
def _of_account(account: Standings, sight: Sight) -> Ranking:
    parts = {name: _of_namespace(of, sight) for name, of in account.namespaces.items()}
    return Ranking.together({name: part for name, part in parts.items() if part})


@derived
def _of_namespace(standing: Standing, sight: Sight) -> Ranking:
    return Ranking.of((e for e in standing.entries.values() if is_shown(e, sight)), sight.sort)


def is_shown(entry: Entry, sight: Sight) -> bool:
    """Return True for what the filter lets through."""
    if sight.is_problems_only and not is_problem(entry.verdict.state):
        return False
    return sight.lets(entry.key.name, entry.view.trigger.function, entry.label)


def _by_name(entry: Entry) -> str:
    key = entry.key
    texts = (entry.label.casefold(), key.name.casefold(), key.namespace_id, key.name)
    return "\0".join(texts)


def _by_next(entry: Entry) -> str:
    return f"{(next_run_at(entry.view) or _NEVER).isoformat()}{_by_name(entry)}"


def _by_urgency(entry: Entry) -> str:
    return f"{urgency(entry.verdict.state)}{entry.is_acknowledged:d}{_by_next(entry)}"


_RANKS: Final[dict[Sort, Callable[[Entry], str]]] = {
    Sort.URGENCY: _by_urgency,
    Sort.NAME: _by_name,
    Sort.NEXT: _by_next,
}


def _cells(text: object) -> float:
    return cell_len(printable(text)) if isinstance(text, str) else 0


def _state_cells(entry: Entry) -> float:
    return _cells(state_span(entry.verdict, is_acknowledged=entry.is_acknowledged).text)


def _age_of_last(entry: Entry) -> float:
    at = last_run_at(entry.view)
    return -at.timestamp() if at else -math.inf


def _time_of_next(entry: Entry) -> float:
    at = next_run_at(entry.view)
    return at.timestamp() if at and entry.verdict.state is not State.PAUSED else -math.inf


def _lateness(entry: Entry) -> tuple[object, ...]:
    return entry.verdict.owed[:1], entry.is_acknowledged


_MEASURES: Final[tuple[Callable[[Entry], float], ...]] = (
    _state_cells,
    lambda entry: _cells(entry.label),
    lambda entry: _cells(entry.key.name),
    lambda entry: _cells(entry.view.trigger.function),
    lambda entry: _cells(entry.cron),
    _age_of_last,
    _time_of_next,
)
