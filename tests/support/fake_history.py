"""A history in memory, which several sessions may share, and which fails when told to."""

# ruff: noqa: D102, D107 - its methods are those of History

import asyncio  # noqa: TC003 - as every other import here
from collections.abc import Callable, Collection

from msgspec import structs

from fntui.core.model.events import Fact
from fntui.core.model.snapshot import Activity, Record, TriggerKey
from fntui.core.watch.batches import together
from fntui.core.watch.history_port import Batch, HistoryError, Kept, Lead, Noted, Wish


class Shelf:
    """What several FakeHistory share.

    Attributes:
        leader: Who reads for all; None: nobody.
    """

    def __init__(self) -> None:
        self.kept = Kept()
        self.noted = Noted()
        self.records: dict[TriggerKey, Record] = {}
        self.findings: list[Fact] = []
        self.leader: FakeHistory | None = None
        self.wishes: dict[FakeHistory, Wish] = {}
        self.counted: dict[FakeHistory, int] = {}


class FakeHistory:
    """A History.

    Attributes:
        trouble: Every call fails with this sentence while it is not ``""``.
        bug: Every call fails with this, if it is set.
        gate: Where set, every call waits for it.
        on_noted: Called when notes are read.
        batches: What was written, in order.
        asked: The triggers whose records were asked for, in order.
    """

    def __init__(self, shelf: Shelf | None = None, notes: tuple[str, ...] = ()) -> None:
        self.shelf = shelf or Shelf()
        self.notes = notes
        self.trouble = ""
        self.bug: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.on_noted: Callable[[], object] = lambda: None
        self.batches: list[Batch] = []
        self.asked: list[TriggerKey] = []
        self.is_closed = False
        self.files_opened = 1
        self._served = 0

    async def _check(self) -> None:
        if self.gate is not None:
            await self.gate.wait()
        if self.bug is not None:
            raise self.bug
        if self.trouble:
            raise HistoryError(self.trouble)

    async def recall(self) -> Kept:
        await self._check()
        return self.shelf.kept

    async def noted(self) -> Noted:
        await self._check()
        noted = self.shelf.noted
        self.on_noted()
        return noted

    async def records(self, keys: Collection[TriggerKey]) -> dict[TriggerKey, Record]:
        await self._check()
        self.asked += keys
        return {key: self.shelf.records[key] for key in keys if key in self.shelf.records}

    async def write(self, batch: Batch) -> None:
        await self._check()
        self.batches.append(batch)
        shelf, kept = self.shelf, self.shelf.kept
        for key, record in batch.records.items():
            shelf.records[key] = together(shelf.records.get(key, Record()), record)
        shelf.kept = Kept(
            activity=tuple(dict.fromkeys((*kept.activity, *batch.activity))),
            first_look_s=batch.first_look_s or kept.first_look_s,
            lag=batch.lag or kept.lag,
        )
        acknowledged = shelf.noted.acknowledged | batch.acknowledged
        shelf.noted = Noted(
            acknowledged={key: each for key, each in acknowledged.items() if each},
            pinned=shelf.noted.pinned if batch.pinned is None else batch.pinned,
        )
        if batch.begins_anew:
            shelf.findings.clear()
        shelf.findings += batch.findings

    async def take_part(self, wish: Wish) -> Lead:
        await self._check()
        shelf = self.shelf
        shelf.leader = shelf.leader or self
        shelf.wishes[self] = wish
        if shelf.leader is not self:
            return Lead(is_ours=False)
        others = [
            structs.replace(each, requests_sent=each.requests_sent - shelf.counted.get(other, 0))
            for other, each in shelf.wishes.items()
            if other is not self
        ]
        shelf.counted = {other: each.requests_sent for other, each in shelf.wishes.items()}
        return Lead(wishes=tuple(others))

    async def findings(self) -> tuple[Fact, ...]:
        await self._check()
        found = self.shelf.findings[self._served :]
        self._served = len(self.shelf.findings)
        return tuple(found)

    async def aclose(self) -> None:
        self.is_closed = True
        self.shelf.wishes.pop(self, None)
        if self.shelf.leader is self:
            self.shelf.leader = None

    def activity(self) -> list[Activity]:
        """Return all lines that were written, in order."""
        return [line for batch in self.batches for line in batch.activity]

    def remember(self, **changes: object) -> None:
        """Let earlier sessions have left something."""
        self.shelf.kept = structs.replace(self.shelf.kept, **changes)
