"""The History in SQLite: what was seen of one account, kept in a file that several fntui share."""

import contextlib
import sqlite3
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from typing_extensions import override

from fntui.clock import Clock
from fntui.core.model.events import Fact
from fntui.core.model.snapshot import Record, TriggerKey
from fntui.core.watch.history_port import Batch, History, HistoryError, Kept, Lead, Noted, Wish
from fntui.history import memories
from fntui.history.database import Database, MemoryDatabase
from fntui.history.failures import HANGS, failure_sentence, why
from fntui.history.findings import add_findings, begin_anew, read_findings
from fntui.history.lead import Moment, Watcher
from fntui.history.limits import Limits
from fntui.history.pruning import prune
from fntui.history.rows import add_records, read_records
from fntui.history.thread import InPlace, OneThread, Runner
from fntui.history.values import to_bytes, to_micros

_T = TypeVar("_T")

_AT_ONCE: Final = 100  # triggers whose records are read by one call: 0.1 s or so

_READ: Final = "read"
_WRITTEN: Final = "written"


def open_history(
    path: Path, account_mark: str, clock: Clock, limits: Limits | None = None
) -> "SqliteHistory":
    """Return the history that is kept in a file; nothing is opened before the first call.

    Args:
        path: The file; it and its folder are made if they are missing, readable by nobody else.
        account_mark: Tells accounts apart that share the file: findings and the lead are of one.
        clock: For pruning, for names of what is set aside, and for the lead.
        limits: None: the usual ones.
    """
    limits = limits or Limits()
    database = Database(path, clock, limits.busy_s)
    return SqliteHistory(database, OneThread("history"), account_mark, clock, limits)


def memory_history(
    account_mark: str, clock: Clock, limits: Limits | None = None, *, earlier: Batch | None = None
) -> "SqliteHistory":
    """Return a history without a file or a thread, for the demo and for tests.

    Args:
        account_mark: As for ``open_history``.
        clock: As for ``open_history``.
        limits: As for ``open_history``.
        earlier: What it holds from the beginning: records alone.
    """
    database = MemoryDatabase(clock)
    if earlier is not None:
        database.write(lambda connection: add_records(connection, earlier.records))
    return SqliteHistory(database, InPlace(), account_mark, clock, limits or Limits())


class SqliteHistory(History):
    """Keeps what was seen of one account, and lets one fntui of several read for all.

    After a failure every further call tries again, opening the file if it must.
    """

    def __init__(
        self,
        database: Database,
        runner: Runner,
        account_mark: str,
        clock: Clock,
        limits: Limits,
    ) -> None:
        """Open nothing yet; see ``open_history``."""
        self._database = database
        self._runner = runner
        self._account: Final = to_bytes(account_mark)
        self._clock = clock
        self._limits = limits
        self._watcher = Watcher(self._account, limits)
        self._is_closed = False
        self._tidied_s: float | None = None
        # What follows is used in the runner's thread alone.
        self._times_opened = 0
        self._serial = 0
        self._pinned: frozenset[str] = frozenset()

    @property
    @override
    def notes(self) -> tuple[str, ...]:
        return tuple(self._database.notes)

    @property
    @override
    def files_opened(self) -> int:
        return self._database.times_opened

    @override
    async def recall(self) -> Kept:
        return await self._call(_READ, self._recall)

    @override
    async def noted(self) -> Noted:
        return await self._call(_READ, self._noted)

    @override
    async def records(self, keys: Collection[TriggerKey]) -> dict[TriggerKey, Record]:
        """Return what was seen of these triggers, with other calls coming between parts of them."""
        records: dict[TriggerKey, Record] = {}
        wanted = tuple(keys)
        for start in range(0, len(wanted), _AT_ONCE):
            work = partial(read_records, keys=wanted[start : start + _AT_ONCE])
            records |= await self._call(_READ, partial(self._database.read, work))
        return records

    @override
    async def write(self, batch: Batch) -> None:
        """Keep all of a batch, or nothing of it.

        Pins are kept as they differ from those known here, so that several fntui don't undo each
        other's. Legacy keys and bodies are left out of findings, whoever hands them over.
        """
        await self._call(_WRITTEN, partial(self._write, batch))

    @override
    async def take_part(self, wish: Wish) -> Lead:
        moment = Moment(to_micros(self._clock.now()), self._clock.monotonic())
        work = partial(self._watcher.take_part, now=moment, wish=wish)
        return await self._call(_WRITTEN, partial(self._database.write, work))

    @override
    async def findings(self) -> tuple[Fact, ...]:
        """Return what was found by the one that leads since the last call, oldest first.

        The first call returns all that it has found so far, and nothing of the sessions before.
        """
        return await self._call(_READ, self._findings)

    @override
    async def aclose(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        # What fails now fails for the last time. Another fntui leads soon, whatever is left here.
        with contextlib.suppress(sqlite3.Error, OSError, HistoryError):
            await self._runner.end(self._leave, self._limits.close_s)

    async def _call(self, verb: str, call: Callable[[], _T]) -> _T:
        path = self._database.path
        if self._is_closed:
            raise HistoryError(f"The history {path} is closed.")
        try:
            result = await self._runner.run(partial(_told, path, verb, call), self._limits.call_s)
        except TimeoutError:
            raise HistoryError(failure_sentence(path, verb, HANGS)) from None
        self._tidy_if_due()
        return result

    def _tidy_if_due(self) -> None:
        now_s = self._clock.monotonic()
        if self._tidied_s is None or now_s - self._tidied_s >= self._limits.tidied_every_s:
            self._tidied_s = now_s
            self._runner.post(self._tidy())

    def _tidy(self) -> Iterator[None]:
        # It is tried again in an hour; what ails the file is told by the next call.
        with contextlib.suppress(sqlite3.Error, OSError, HistoryError):
            yield from prune(self._database, self._clock.now(), self._limits)

    def _noted(self) -> Noted:
        noted = self._database.read(memories.noted)
        self._forget_other_file()
        self._pinned = noted.pinned
        return noted

    def _recall(self) -> Kept:
        kept = self._database.read(memories.recall)
        self._forget_other_file()
        return kept

    def _write(self, batch: Batch) -> None:
        self._database.write(partial(self._add, batch))
        if batch.pinned is not None:
            self._pinned = batch.pinned

    def _add(self, batch: Batch, connection: sqlite3.Connection) -> None:
        self._forget_other_file()
        add_records(connection, batch.records)
        memories.add_activity(connection, batch.activity)
        memories.acknowledge(connection, batch.acknowledged)
        if batch.pinned is not None:
            memories.pin(connection, batch.pinned - self._pinned, self._pinned - batch.pinned)
        if batch.first_look_s is not None:
            memories.learn_first_look(connection, batch.first_look_s)
        if batch.lag is not None:
            memories.learn_lag(connection, batch.lag)
        if batch.begins_anew:
            begin_anew(connection, self._account, to_micros(self._clock.now()))
        add_findings(connection, self._account, batch.findings)

    def _findings(self) -> tuple[Fact, ...]:
        facts, self._serial = self._database.read(self._read_findings)
        return facts

    def _read_findings(self, connection: sqlite3.Connection) -> tuple[tuple[Fact, ...], int]:
        self._forget_other_file()
        return read_findings(connection, self._account, self._serial)

    def _forget_other_file(self) -> None:
        """Forget what was true of a file that was opened before the one that is open now."""
        if self._times_opened != self._database.times_opened:
            self._times_opened = self._database.times_opened
            self._serial, self._pinned = 0, frozenset()

    def _leave(self) -> None:
        try:
            if self._database.is_open:
                self._database.write(self._watcher.leave)
        finally:
            self._database.close()


def _told(path: Path, verb: str, call: Callable[[], _T]) -> _T:
    """Return what ``call`` returns.

    Raises:
        HistoryError: In place of what else may go wrong with a file.
    """
    try:
        return call()
    except (sqlite3.Error, OSError) as error:
        raise HistoryError(failure_sentence(path, verb, why(error, path))) from error
