"""Follower mode: another fntui process polls, this one adopts its results."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Final

from msgspec import structs

from fntui.clock import Clock
from fntui.core.model.events import Changed, Fact
from fntui.core.operations.operations import Operations
from fntui.core.store.store import Store
from fntui.core.store.touches import object_of, place_of
from fntui.core.watch.history_port import Lead, Wish
from fntui.core.watch.poller import Poller
from fntui.core.watch.scheduler import Reader
from fntui.core.watch.targets import Kind, Unit, awaited_of, unit_read_by

_AT_ONCE: Final = 20  # facts


class Following:
    """A poller among those of other fntui of the account.

    Attributes:
        poller: Reads for all, or only what its user asks for.
        store: Knows what was read, here or elsewhere.
    """

    def __init__(self, poller: Poller, store: Store, operations: Operations, clock: Clock) -> None:
        """Read for all, until it is known that another does."""
        self.poller = poller
        self.store = store
        self._operations = operations
        self._clock = clock

    @property
    def is_following(self) -> bool:
        """True while another fntui reads for this one, but for what the user asks for."""
        return self.poller.planner.reader is Reader.ANOTHER

    @property
    def knows_who_reads(self) -> bool:
        """True once it was found out who reads."""
        return self.poller.planner.reader is not Reader.NOT_KNOWN_YET

    def server_now(self) -> datetime:
        """Return the server's time, as well as it is known."""
        return self._operations.server_now()

    def wish(self) -> Wish:
        """Return what the one that reads for all should know of this one."""
        sight = self.poller.planner.sight
        return Wish(
            namespace_id=sight.namespace_id,
            shows_keys=sight.shows_keys,
            is_attended=sight.is_attended,
            requests_sent=self._operations.requests_sent,
        )

    def follow(self, lead: Lead) -> None:
        """Read for all, or leave that to another fntui, from now on."""
        planner = self.poller.planner
        planner.sight.elsewhere = lead.wishes
        planner.budget.spend(sum(wish.requests_sent for wish in lead.wishes))
        reader = Reader.SELF if lead.is_ours else Reader.ANOTHER
        if planner.reader is not reader:
            planner.reader = reader
            self.poller.wake()

    def find_out(self) -> None:
        """Read nothing but the list of namespaces until ``follow`` tells who reads the rest."""
        self.poller.planner.reader = Reader.NOT_KNOWN_YET

    async def adopt(self, facts: Sequence[Fact]) -> None:
        """Take over what another fntui has read; of much, the screen gets a turn in between."""
        changes = [fact for fact in facts if isinstance(fact, Changed)]
        written = {(fact.namespace_id, fact.target): fact for fact in changes}
        with ExitStack() as ours:
            for fact in changes:
                change = fact.namespace_id, fact.target, fact.words
                ours.enter_context(self.store.expecting(change))
            for start in range(0, len(facts), _AT_ONCE):
                self._adopt(facts[start : start + _AT_ONCE], written)
                await self._clock.sleep(0)

    def _adopt(self, facts: Sequence[Fact], written: Mapping[tuple[str, str], Changed]) -> None:
        for fact in facts:
            key = object_of(fact)
            change = written.get(place_of(key)) if key else None
            # What the other fntui wrote is ours, too: reads may lag behind it.
            self.store.apply(*map(self._dated, filter(None, (fact, change))))
        self.poller.keep_up(self.store.snapshot)
        for unit, fact in ((unit_read_by(fact), fact) for fact in facts):
            # The list of namespaces is read here, too: its answers tell the server's time.
            if unit is not None and unit.kind is not Kind.NAMESPACES:
                self._adopted(unit, fact)

    def _dated(self, fact: Fact) -> Fact:
        """Return a fact that is not later than now, which the other fntui may have mistaken."""
        now = self.server_now()
        has_answer = self.store.snapshot.reading.read_at is not None
        return structs.replace(fact, at=now) if has_answer and fact.at > now else fact

    def _adopted(self, unit: Unit, fact: Fact) -> None:
        planner, now_s = self.poller.planner, self._clock.monotonic()
        # Until an answer of our own the server's time is this machine's guess.
        asked_s = min(now_s, fact.at.timestamp() - planner.offset_s)
        planner.on_adopted(unit, asked_s, awaited_of(unit, self.store.snapshot))
