"""The journal of this session's changes, and which of them an undo would take back."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from msgspec import Struct, structs

from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import Snapshot
from fntui.core.operations.outcome import Outcome, Status
from fntui.core.operations.undo import Entry, Target, UndoState, gone_words, is_there

_is_undoing: Final = ContextVar("is_undoing", default=False)
_step: Final = ContextVar("step", default=0)


class Offer(Struct, frozen=True, kw_only=True):
    """What an undo would take back now.

    Attributes:
        entries: The changes of one dialog, in the order in which they were made; empty: there are
            none that can be undone.
        skipped: Newer changes, and others of the same dialog, that can't be undone, newest first.
    """

    entries: tuple[Entry, ...]
    skipped: tuple[Entry, ...]

    @property
    def is_under_way(self) -> bool:
        """Whether one of them is being undone now."""
        return any(entry.state is UndoState.UNDER_WAY for entry in self.entries)


class Journal:
    """The changes of this session, oldest first."""

    def __init__(self) -> None:
        """Nothing was changed yet."""
        self._entries: list[Entry] = []
        self._steps = 0

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All changes, oldest first."""
        return tuple(self._entries)

    @property
    def offer(self) -> Offer:
        """The newest changes that can be undone together, and what stands before them."""
        live = [
            entry
            for entry in reversed(self._entries)
            if not entry.is_undo and entry.state is not UndoState.UNDONE
        ]
        step = next((entry.step for entry in live if entry.is_undoable), 0)
        return Offer(
            entries=tuple(e for e in reversed(live) if e.is_undoable and e.step == step),
            skipped=tuple(e for e in live if not e.is_undoable and e.step >= step),
        )

    @contextmanager
    def as_one(self) -> Generator[None]:
        """Have the changes within the block undone together, those of tasks made there included."""
        token = _step.set(self._next_step())
        try:
            yield
        finally:
            _step.reset(token)

    def add(self, entry: Entry) -> None:
        """Record a change that was carried out; within an undo, as one that is not undone."""
        if _is_undoing.get():
            why_not = "It undid another change."
            entry = Entry(at=entry.at, words=entry.words, why_not=why_not, is_undo=True)
        step = _step.get() or self._next_step()
        self._entries.append(structs.replace(entry, number=len(self._entries), step=step))

    def why_not(self, entry: Entry) -> str:
        """Return why a change can't be undone now, as a sentence; ``""`` if it can."""
        known = self._entries[entry.number]
        if known.state is UndoState.UNDONE:
            return "It was undone already."
        if known.state is UndoState.UNDER_WAY:
            return "It is being undone already."
        return known.why_not

    @contextmanager
    def undoing(self, entry: Entry, target: Target) -> Generator[Callable[[Outcome[Any]], None]]:
        """Undo a change to ``target`` within the block.

        Yields:
            What to call with how that ended; without it that is not known.
        """
        before = self._entries[entry.number].state
        token = _is_undoing.set(True)
        self._become(entry, UndoState.UNDER_WAY)
        ends = [UndoState.UNKNOWN]
        try:
            yield lambda outcome: ends.append(_ending(outcome, before))
        finally:
            _is_undoing.reset(token)
            self._settle(entry, target, ends[-1])

    def _settle(self, entry: Entry, target: Target, state: UndoState) -> None:
        if state is UndoState.GONE:
            self._drop(target)
        elif state is UndoState.UNDONE or self._entries[entry.number].is_undoable:
            self._become(entry, state)

    def follow(self, before: Snapshot, after: Snapshot) -> None:
        """Drop the changes whose object is gone; settle undos that turn out to be carried out."""
        for entry in self._entries:
            if entry.undo is None or not entry.is_undoable:
                continue
            if entry.state is UndoState.UNKNOWN and entry.undo.is_in_effect(after):
                self._become(entry, UndoState.UNDONE)
            elif is_there(before, entry.undo.target) and not is_there(after, entry.undo.target):
                self._drop(entry.undo.target)

    def _drop(self, target: Target) -> None:
        for entry in self._entries:
            if entry.undo is not None and entry.undo.target == target and entry.is_undoable:
                gone = structs.replace(entry, state=UndoState.GONE, why_not=gone_words(target))
                self._entries[entry.number] = gone

    def _become(self, entry: Entry, state: UndoState) -> None:
        self._entries[entry.number] = structs.replace(self._entries[entry.number], state=state)

    def _next_step(self) -> int:
        self._steps += 1
        return self._steps


def _ending(outcome: Outcome[Any], before: UndoState) -> UndoState:
    """Return what becomes of a change, given how its undo ended; a refusal leaves it as it was."""
    if outcome.status is not Status.NOT_DONE:
        return UndoState.UNDONE if outcome.status is Status.DONE else UndoState.UNKNOWN
    is_gone = outcome.problem is not None and outcome.problem.kind is ProblemKind.NOT_FOUND
    return UndoState.GONE if is_gone else before
