"""The protocol of the history, which sessions and processes of a profile share."""

from collections.abc import Collection
from typing import Protocol

from msgspec import Struct

from fntui.core.model.events import Fact
from fntui.core.model.lag import Lag
from fntui.core.model.snapshot import AccessKeyKey, Acknowledgement, Activity, Record, TriggerKey


class HistoryError(Exception):
    """What was seen can't be kept, or read again: the disk is full, the file is broken.

    Attributes:
        sentence: What happened to which file, and what it means.
    """

    def __init__(self, sentence: str) -> None:
        """Keep the sentence."""
        super().__init__(sentence)
        self.sentence = sentence


class Noted(Struct, frozen=True, kw_only=True):
    """What persons took note of, in any fntui of the profile.

    Attributes:
        acknowledged: Whose trouble somebody knows of.
        pinned: Ids of pinned namespaces.
    """

    acknowledged: dict[TriggerKey | AccessKeyKey, Acknowledgement] = {}
    pinned: frozenset[str] = frozenset()


class Kept(Struct, frozen=True, kw_only=True):
    """What earlier sessions left, besides what is noted.

    Attributes:
        activity: The last lines, oldest first, at most 500.
        first_look_s: The learned delay of a first look after a slot; None: none was learned.
        lag: The learned publication lag; None: none was learned.
    """

    activity: tuple[Activity, ...] = ()
    first_look_s: float | None = None
    lag: Lag | None = None


class Batch(Struct, frozen=True, kw_only=True):
    """What is to be kept, since the batch before.

    Attributes:
        records: Runs, missed slots, pauses that are new or have ended, a re-timing.
        activity: New lines.
        acknowledged: What changed; None: taken back, or over.
        pinned: All pinned namespaces, if that changed; else None.
        first_look_s: As in Kept, if that changed; else None.
        lag: As in Kept, if that changed; else None.
        findings: The newest fact of each thing that was read, for other fntui of the account. They
            hold no legacy key, no secret and no body.
        begins_anew: What was found before is not to be taken over any more; it stays for
            ``last_seen`` until the list of namespaces is found.
    """

    records: dict[TriggerKey, Record] = {}
    activity: tuple[Activity, ...] = ()
    acknowledged: dict[TriggerKey | AccessKeyKey, Acknowledgement | None] = {}
    pinned: frozenset[str] | None = None
    first_look_s: float | None = None
    lag: Lag | None = None
    findings: tuple[Fact, ...] = ()
    begins_anew: bool = False


class Wish(Struct, frozen=True, kw_only=True):
    """What one fntui would have the one that reads for all read more often.

    Attributes:
        namespace_id: What is on its screen; None: no particular namespace.
        shows_keys: Access keys of it, too.
        is_attended: Somebody looks at it.
        requests_sent: By itself so far; in a Lead, since the call before. They count against the
            common budget.
    """

    namespace_id: str | None = None
    shows_keys: bool = False
    is_attended: bool = False
    requests_sent: int = 0


class Lead(Struct, frozen=True, kw_only=True):
    """Who reads for all, as it is now.

    Attributes:
        is_ours: This fntui reads for all: no other does.
        wishes: Of the others, while it is ours.
    """

    is_ours: bool = True
    wishes: tuple[Wish, ...] = ()


class History(Protocol):
    """Keeps what was seen of one account, and lets one fntui of several read for all.

    Every method but ``aclose`` fails with a HistoryError where that can't be done; what was not
    kept by then may be handed over again: nothing is kept twice.
    """

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what was found in its files so far, such as a broken one set aside."""
        ...

    @property
    def files_opened(self) -> int:
        """How many files it has had: each but the first began empty, in place of the one before."""
        ...

    async def recall(self) -> Kept:
        """Return what earlier sessions left; opens it."""
        ...

    async def noted(self) -> Noted:
        """Return what persons have taken note of by now, here and elsewhere."""
        ...

    async def records(self, keys: Collection[TriggerKey]) -> dict[TriggerKey, Record]:
        """Return what was seen of these triggers, as much as a Record holds."""
        ...

    async def write(self, batch: Batch) -> None:
        """Keep all of a batch, or nothing of it."""
        ...

    async def take_part(self, wish: Wish) -> Lead:
        """Show that this fntui lives, and return who reads; to be called about once a second.

        The first to come leads. Who leads and has not called for a while is taken for dead or
        stopped: another one leads then, and it learns so when it calls again.
        """
        ...

    async def findings(self) -> tuple[Fact, ...]:
        """Return what was found by the one that leads since the last call.

        What tells of namespaces comes first, all else in the order in which it was found.
        """
        ...

    async def aclose(self) -> None:
        """Give the lead up, and close; takes a second at the most."""
        ...
