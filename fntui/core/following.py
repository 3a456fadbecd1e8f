"""One fntui of several reads for all: what it is told of the others, and what they do instead."""

from collections.abc import Iterable
from datetime import datetime

from fntui.core.facts import Fact
from fntui.core.kept import Lead, Wish
from fntui.core.operations import Operations
from fntui.core.poller import Poller
from fntui.core.store import Store
from fntui.core.units import awaited_of, unit_read_by


class Following:
    """A poller among those of other fntui of the account.

    Attributes:
        poller: Reads for all, or only what its user asks for.
        store: Knows what was read, here or elsewhere.
    """

    def __init__(self, poller: Poller, store: Store, operations: Operations) -> None:
        """Read for all, until it is known that another does."""
        self.poller = poller
        self.store = store
        self._operations = operations
        self._counted = 0  # of the requests that others sent

    @property
    def is_following(self) -> bool:
        """True while another fntui reads for this one, but for what the user asks for."""
        return self.poller.planner.is_following

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
        sent = sum(wish.requests_sent for wish in lead.wishes)
        planner.budget.spend(max(0, sent - self._counted))
        self._counted = sent
        if planner.is_following is lead.is_ours:
            planner.is_following = not lead.is_ours
            self.poller.wake()

    def adopt(self, facts: Iterable[Fact]) -> None:
        """Take over what another fntui has read."""
        planner = self.poller.planner
        for fact in facts:
            self.store.apply(fact)
            self.poller.keep_up(self.store.snapshot)
            unit = unit_read_by(fact)
            if unit is not None:
                asked_s = fact.at.timestamp() - planner.offset_s
                planner.on_adopted(unit, asked_s, awaited_of(unit, self.store.snapshot))
