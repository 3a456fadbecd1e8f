"""The store: the current snapshot, changed by events only, with one listener."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from msgspec import structs

from fntui.core.health.acknowledgements import activity_of
from fntui.core.health.publication import lag_shown, lag_words
from fntui.core.health.run_log import records_after
from fntui.core.model.events import Acknowledged, Changed, Fact
from fntui.core.model.snapshot import Activity, Snapshot, TriggerKey
from fntui.core.store.contradiction import Written
from fntui.core.store.diff import Change, changes, expiries, verdict_changes
from fntui.core.store.reducer import ACTIVITY_MAX, fold
from fntui.core.store.touches import Touches, object_of

Listener = Callable[[Snapshot], None]
Follower = Callable[[Snapshot, Snapshot], None]


class Store:
    """Holds the snapshot, turns facts into the next one, and tells one listener if it differs.

    Branches that a fact does not touch, and values that an answer repeats, stay the same objects.

    Attributes:
        on_change: Called with the snapshots before and after a change, before the listener is.
    """

    def __init__(self) -> None:
        """Know nothing."""
        self._snapshot = Snapshot()
        self._listener: Listener | None = None
        self._touches = Touches()
        self._expected: list[Change] = []
        self.on_change: Follower = lambda _, __: None

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
        written = [key for key in map(object_of, facts) if key is not None] if ours else []
        new = {key for key in written if not before.knows(key)}
        for key in written:
            self._touches.forget_write(key)
        for fact in facts:
            self._snapshot = self._after(fact, ours + self._expected)
        for key in written:
            self._touches.write(key, Written(facts[0].at, is_creation=key in new))
        if self._snapshot == before:
            self._snapshot = before
        else:
            self._changed(before)

    def _changed(self, before: Snapshot) -> None:
        self.on_change(before, self._snapshot)
        if self._listener is not None:
            self._listener(self._snapshot)

    @contextmanager
    def expecting(self, change: Change) -> Generator[None]:
        """Take what shows up of an object for ours, while a write of ours to it is under way.

        Args:
            change: Where, which object, and what is being done to it; the words tell an object
                that is being created and whose id is not known yet.
        """
        # What is read from now on may show this write, and no longer the one before.
        self._touches.forget_writes_at(change[:2])
        self._expected.append(change)
        try:
            yield
        finally:
            self._expected.remove(change)

    def _after(self, fact: Fact, ours: list[Change]) -> Snapshot:
        before = self._snapshot
        after = fold(before, fact, self._touches)
        lag = lag_shown(before, after)
        if lag is not None:
            after = structs.replace(after, lag=lag)
        lines = [
            _line(fact, "someone", change)
            for change in changes(before, after)
            if not any(change[:2] == own[:2] or change[2] == own[2] for own in ours)
        ]
        seen = [*verdict_changes(before, after), *expiries(before, after)]
        seen += lag_words(before.lag, lag)
        lines += [_line(fact, "watch", change) for change in seen]
        if isinstance(fact, Changed):
            done = _line(fact, "you", (fact.namespace_id, fact.target, fact.words))
            # The history may have told of it already, if it was done in another fntui.
            lines += [] if done in before.activity else [done]
        if isinstance(fact, Acknowledged) and (told := activity_of(before, fact)):
            target = fact.key.name if isinstance(fact.key, TriggerKey) else fact.key.key_id
            lines.append(_line(fact, told[0], (fact.key.namespace_id, target, told[1])))
        return structs.replace(
            after,
            records=records_after(after.records, before, after),
            activity=(*after.activity, *lines)[-ACTIVITY_MAX:] if lines else after.activity,
        )


def _line(fact: Fact, actor: str, change: Change) -> Activity:
    namespace_id, target, words = change
    return Activity(at=fact.at, actor=actor, namespace_id=namespace_id, target=target, words=words)
