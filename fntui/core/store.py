"""All that is known, and how facts change it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from msgspec import structs

from fntui.core.facts import Changed, Fact
from fntui.core.folding import Touches, fold
from fntui.core.noticing import Change, changes, runs_seen
from fntui.core.snapshot import Activity, Snapshot

_ACTIVITY_MAX: Final = 500

Listener = Callable[[Snapshot], None]


class Store:
    """Holds the snapshot, turns facts into the next one, and tells one listener if it differs.

    Branches that a fact does not touch, and values that an answer repeats, stay the same objects.
    """

    def __init__(self) -> None:
        """Know nothing."""
        self._snapshot = Snapshot()
        self._listener: Listener | None = None
        self._touches = Touches()
        self._expected: list[Change] = []

    @property
    def snapshot(self) -> Snapshot:
        """All that is known now."""
        return self._snapshot

    def listen(self, listener: Listener) -> None:
        """Have ``listener`` told of every snapshot that differs from the one before."""
        self._listener = listener

    def apply(self, *facts: Fact) -> None:
        """Take in facts that belong together, and tell the listener once if anything differs.

        What a fact shows to have changed was done by "someone", unless a Changed among ``facts``
        says that we did it, or a write of ours is under way that does it.
        """
        before = self._snapshot
        ours = [
            (fact.namespace_id, fact.target, fact.words)
            for fact in facts
            if isinstance(fact, Changed)
        ]
        for fact in facts:
            self._snapshot = self._after(fact, ours + self._expected)
        if self._snapshot == before:
            self._snapshot = before
        elif self._listener is not None:
            self._listener(self._snapshot)

    @contextmanager
    def expecting(self, change: Change) -> Generator[None]:
        """Take what shows up of an object for ours, while a write of ours to it is under way.

        Args:
            change: Where, which object, and what is being done to it; the words tell an object
                that is being created and whose id is not known yet.
        """
        self._expected.append(change)
        try:
            yield
        finally:
            self._expected.remove(change)

    def _after(self, fact: Fact, ours: list[Change]) -> Snapshot:
        before = self._snapshot
        after = fold(before, fact, self._touches)
        lines = [
            Activity(
                at=fact.at, actor="someone", namespace_id=namespace_id, target=target, words=words
            )
            for namespace_id, target, words in changes(before, after)
            if not any((namespace_id, target) == own[:2] or words == own[2] for own in ours)
        ]
        if isinstance(fact, Changed):
            where = {"namespace_id": fact.namespace_id, "target": fact.target}
            lines.append(Activity(at=fact.at, actor="you", words=fact.words, **where))
        return structs.replace(
            after,
            runs=runs_seen(before.runs, before, after),
            activity=(*before.activity, *lines)[-_ACTIVITY_MAX:] if lines else before.activity,
        )
