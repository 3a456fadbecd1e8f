"""The recorder: writes what was seen to the history, and reads what other fntui processes saw.

One turn a second: whatever ends the program loses no more than that. While another fntui of the
account reads for all, its findings are taken over instead of reading the same things again.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from msgspec import structs

from fntui.clock import Clock
from fntui.core.model.events import (
    ActivityRecalled,
    Fact,
    LagSeen,
    NotesRead,
    RecordsRecalled,
)
from fntui.core.model.snapshot import Activity, Record, Snapshot, TriggerKey, TriggerView
from fntui.core.watch.batches import batch_of, together
from fntui.core.watch.follower import Following
from fntui.core.watch.history_port import Batch, History, HistoryError, Lead
from fntui.core.watch.priority import FirstLook

TURN_S: Final = 1.0
"""Seconds between two turns."""

_PATIENCE_S: Final = 1.0  # with the history, at the start and at the end
_FINDINGS_MAX: Final = 1000  # that wait for a history that fails
_MISSED_S: Final = 5.0  # between two turns: the program was stopped
_AT_ONCE: Final = 200  # triggers whose records are taken in before the screen gets a turn
_LEARNED: Final = 0.05  # by how much the delay of first looks must differ to be written down


class Recorder:
    """Keeps what the store comes to know, and lets one fntui of several read for all.

    Where the history fails, that is told once, and the watch goes on in memory.

    Attributes:
        on_trouble: Told a sentence when the history fails, and once it works again.
        recalled: The lines of activity that earlier sessions left.
    """

    def __init__(self, history: History, following: Following, clock: Clock) -> None:
        """Keep in ``history`` what the store knows; read for all, or follow."""
        self.on_trouble: Callable[[str], None] = lambda _: None
        self.recalled: tuple[Activity, ...] = ()
        self._history = history
        self._following = following
        self._store = following.store
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._begun = asyncio.Event()
        self._has_begun = self._has_failed = False
        self._written = Snapshot()
        self._recalled: dict[str, set[str]] = {}  # names of triggers
        self._looked_at: dict[str, dict[str, TriggerView]] = {}
        self._turned_s = clock.monotonic()
        self._notes_told = self._files_opened = 0
        self._findings: deque[Fact] = deque(maxlen=_FINDINGS_MAX)
        self._first_look_s = 0.0
        self._begins_anew = True  # nobody is to take for news what a session long ago has found

    @property
    def is_following(self) -> bool:
        """True while another fntui reads for this one."""
        return self._following.is_following

    def begin(self) -> None:
        """Begin; until it is known who reads, only the list of namespaces is read."""
        self._following.find_out()
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._following.poller.ended)

    async def begun(self) -> None:
        """Return after the first turn, or after a second at the latest."""
        first_turn = asyncio.create_task(self._begun.wait())
        try:
            await self._wait_a_second_for(first_turn, *filter(None, [self._task]))
        finally:
            first_turn.cancel()
        if not self._following.knows_who_reads:
            self._following.follow(Lead())  # a history that is slow must not keep it waiting

    async def stop(self) -> None:
        """Hand on what is left, and close; takes two seconds at the most."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
            if self._has_begun:
                last = asyncio.create_task(self._write_all())
                await self._wait_a_second_for(last)
                last.cancel()
        await self._history.aclose()

    async def _wait_a_second_for(self, *tasks: asyncio.Task[Any]) -> None:
        patience = asyncio.create_task(self._clock.sleep(_PATIENCE_S))
        try:
            await asyncio.wait([*tasks, patience], return_when=asyncio.FIRST_COMPLETED)
        finally:
            patience.cancel()

    async def _write_all(self) -> None:
        with contextlib.suppress(HistoryError):
            await self._write(0.0)

    def found(self, facts: Iterable[Fact]) -> None:
        """Take note of what this fntui has read by itself: others may want it."""
        self._findings.extend(facts)

    async def _run(self) -> None:
        while True:
            try:
                await self._turn()
            except HistoryError as error:
                self._failed(error)
            else:
                self._worked()
            self._begun.set()
            await self._clock.sleep(TURN_S)

    def _failed(self, error: HistoryError) -> None:
        # Nobody's findings can be had: everything is read here.
        self._following.follow(Lead())
        if not self._has_failed:
            self._has_failed = True
            self.on_trouble(error.sentence)

    def _worked(self) -> None:
        if self._has_failed:
            self._has_failed = False
            self.on_trouble("The history is kept again.")

    async def _turn(self) -> None:
        if not self._has_begun:
            await self._recall()
        if not self._store.snapshot.is_token_refused:
            # Who may not read does not lead: another fntui may have a better token.
            self._follow(await self._history.take_part(self._following.wish()))
        self._look_at_file()
        await self._write(_LEARNED)
        await self._read_notes()
        if self.is_following:
            await self._following.adopt(await self._history.findings())
        await self._recall_records()

    def _follow(self, lead: Lead) -> None:
        was_following, before_s = self.is_following, self._turned_s
        self._turned_s = self._clock.monotonic()
        self._following.follow(lead)
        if self.is_following is not was_following or self._turned_s - before_s > _MISSED_S:
            # Others may have seen meanwhile what was not seen here.
            self._recalled.clear()
            self._looked_at = {}

    def _look_at_file(self) -> None:
        """Tell what was found; where the file is a new one, what is known is to be kept anew."""
        for note in self._history.notes[self._notes_told :]:
            self.on_trouble(note)
        self._notes_told = len(self._history.notes)
        if self._history.files_opened != self._files_opened:
            self._files_opened = self._history.files_opened
            self._written = Snapshot()

    async def _recall(self) -> None:
        kept = await self._history.recall()
        self._has_begun = True
        self._files_opened = self._history.files_opened
        if kept.first_look_s is not None:
            self._first_look.delay_s = self._first_look_s = kept.first_look_s
        self.recalled = kept.activity
        now = self._following.server_now()
        self._written = structs.replace(self._written, activity=kept.activity)
        self._store.apply(ActivityRecalled(at=now, activity=kept.activity))
        if kept.lag is not None:
            self._written = structs.replace(self._written, lag=kept.lag)
            self._store.apply(LagSeen(at=now, lag=kept.lag))

    async def _read_notes(self) -> None:
        """Take over what a person took note of elsewhere, but for what changed here meanwhile."""
        written = self._written
        noted = await self._history.noted()
        now = self._store.snapshot
        if (now.acknowledged, now.pinned) == (written.acknowledged, written.pinned):
            at, acknowledged, pinned = (
                self._following.server_now(),
                noted.acknowledged,
                noted.pinned,
            )
            self._store.apply(NotesRead(at=at, acknowledged=acknowledged, pinned=pinned))
            self._written = structs.replace(written, acknowledged=acknowledged, pinned=pinned)

    async def _recall_records(self) -> None:
        """Have what earlier sessions saw of the triggers that came to be known."""
        triggers = {each: view.triggers for each, view in self._store.snapshot.namespaces.items()}
        wanted: list[TriggerKey] = []
        for each in self._recalled.keys() - triggers.keys():
            del self._recalled[each]
        for each, known in triggers.items():
            if known is not self._looked_at.get(each):
                self._recalled[each] = self._recalled.get(each, set()) & known.keys()
                new = sorted(known.keys() - self._recalled[each])
                wanted += (TriggerKey(each, name) for name in new)
        for start in range(0, len(wanted), _AT_ONCE):
            await self._recall_of(wanted[start : start + _AT_ONCE])
        self._looked_at = triggers

    async def _recall_of(self, keys: Sequence[TriggerKey]) -> None:
        records = await self._history.records(keys)
        for key in keys:
            self._recalled.setdefault(key.namespace_id, set()).add(key.name)
        if not records:
            return
        self._store.apply(RecordsRecalled(at=self._following.server_now(), records=records))
        written = dict(self._written.records)
        for namespace_id in dict.fromkeys(key.namespace_id for key in records):
            written[namespace_id] = dict(written.get(namespace_id, {}))
        for key, record in records.items():
            own = written[key.namespace_id]
            own[key.name] = together(record, own.get(key.name, Record()))
        self._written = structs.replace(self._written, records=written)

    @property
    def _first_look(self) -> FirstLook:
        return self._following.poller.planner.first_look

    async def _write(self, least_learned: float) -> None:
        snapshot, findings = self._store.snapshot, tuple(self._findings)
        self._findings.clear()
        is_following = self.is_following
        delay_s = self._first_look.delay_s
        has_learned = abs(delay_s - self._first_look_s) > least_learned * delay_s
        batch = structs.replace(
            batch_of(self._written, snapshot, is_following=is_following),
            first_look_s=delay_s if has_learned and not is_following else None,
            lag=snapshot.lag if snapshot.lag != self._written.lag and not is_following else None,
            findings=() if is_following else findings,
            begins_anew=self._begins_anew and not is_following,
        )
        if batch != Batch():
            try:
                await self._history.write(batch)
            except HistoryError:
                self._findings = deque((*findings, *self._findings), maxlen=_FINDINGS_MAX)
                raise
        self._written = snapshot
        self._begins_anew = False
        self._first_look_s = batch.first_look_s or self._first_look_s
