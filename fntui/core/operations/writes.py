"""How every write is carried out: guarded, sent once, never cut off, and looked at afterwards."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any, Final, TypeVar

from msgspec import Struct, structs

from fntui.api.errors import ApiError, NotFound, UnreadableAnswer
from fntui.api.models import Listing, Namespace
from fntui.core.functions_api import FunctionsApi
from fntui.core.model.events import Changed, Fact
from fntui.core.model.problem import LOOK_FIRST, Problem, ProblemKind
from fntui.core.operations.journal import Journal
from fntui.core.operations.outcome import UNANSWERED, LastOutcome, Outcome, Status
from fntui.core.operations.reads import Reads
from fntui.core.operations.undo import Entry, Undo
from fntui.core.store.diff import Change
from fntui.core.store.store import Store

T = TypeVar("T")

NO_ANSWER: Final = "no answer came, but a look afterwards shows that it was carried out"
NOT_SO_FAR: Final = "a look afterwards shows that it was not carried out so far"
SAID_TO_BE: Final = "the answer says that it was carried out, a look afterwards does not show it"
READ_IN_PART: Final = "a look afterwards could read the list only in part"
NOT_SHOWN_YET: Final = "the server does not show it yet"
GONE_ALREADY: Final = "it was gone already"


class Deed(Struct, frozen=True, kw_only=True):
    """A change that we made, for the Store and the journal.

    Attributes:
        target: Name or id of the trigger or key; ``""``: the namespace itself.
        words: What was done: "paused trigger x".
        undo_words: What undoing it does: "resume trigger x".
        request: Method and path of the request that undoes it.
        undo: None if it can't be undone.
        why_not: Why not.
    """

    namespace_id: str
    target: str
    words: str
    undo_words: str = ""
    request: str = ""
    undo: Undo | None = None
    why_not: str = ""

    @property
    def change(self) -> Change:
        """Where, which object, and what was done, as others' changes are told."""
        return self.namespace_id, self.target, self.words


class Writes(Reads):
    """What the writes have in common.

    Attributes:
        on_written: Called with the id of the namespace after every change of ours.
    """

    def __init__(
        self, api: FunctionsApi, store: Store, journal: Journal, *, is_read_only: bool
    ) -> None:
        """Write through ``api``, unless read-only; tell ``store`` and ``journal``."""
        super().__init__(api, store)
        self._journal = journal
        store.on_change = journal.follow
        self._is_read_only = is_read_only
        self._under_way: dict[asyncio.Task[Any], tuple[str, str]] = {}
        self.on_written: Callable[[str], None] = lambda _: None

    @property
    def writes_under_way(self) -> int:
        """How many writes have begun whose outcome is not known yet."""
        return len(self._under_way)

    async def _write(
        self, namespace_id: str, what: str, write: Callable[[], Coroutine[Any, Any, T]]
    ) -> T | Outcome[Any]:
        """Carry a write out to its end, even if the caller is cancelled meanwhile."""
        refusal = self._refusal(namespace_id, what)
        if refusal is not None:
            return Outcome(status=Status.NOT_DONE, problem=refusal)
        task = asyncio.create_task(write())
        self._under_way[task] = namespace_id, what
        task.add_done_callback(self._under_way.pop)
        return await asyncio.shield(task)

    async def last_outcomes(self, patience: Coroutine[Any, Any, None]) -> tuple[LastOutcome, ...]:
        """Return how the writes end that are under way when the program ends.

        Args:
            patience: When it is over, no outcome is waited for any longer. Of a write without one
                a line of activity tells, since there may be nobody left to be told now.
        """
        under_way, waiting = dict(self._under_way), asyncio.create_task(patience)
        while self._under_way and not waiting.done():
            await asyncio.wait({waiting, *self._under_way}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        return tuple(self._last_outcome(task, *write) for task, write in under_way.items())

    def _last_outcome(self, task: asyncio.Task[Any], namespace_id: str, what: str) -> LastOutcome:
        if task.done() and not task.cancelled() and task.exception() is None:
            return LastOutcome(what, task.result())
        now, words = self._api.server_now(), f"{what}: {UNANSWERED}"
        self._tell(Changed(at=now, namespace_id=namespace_id, target="", words=words))
        return LastOutcome(what, None)

    async def _expected(self, change: Change, write: Coroutine[Any, Any, T]) -> T:
        """Carry a write out while what shows up of its object is taken for ours."""
        with self._store.expecting(change):
            return await write

    def _refusal(self, namespace_id: str, what: str) -> Problem | None:
        kind, why, advice = ProblemKind.READ_ONLY, "this session is read-only", ""
        if not self._is_read_only:
            if not Namespace(namespace_id=namespace_id).is_locked:
                return None
            kind, why = ProblemKind.LOCKED, "the namespace belongs to App Platform"
            advice = "Change it there."
        now = self._api.server_now()
        sentence = f"could not {what}: {why}"
        return Problem(kind=kind, sentence=sentence, advice=advice, request_id=None, at=now)

    async def _delete(
        self,
        what: str,
        call: Coroutine[Any, Any, None],
        is_there: Callable[[], Awaitable[bool | ApiError]],
        deed: Deed,
        gone: Callable[[datetime], Fact],
    ) -> Outcome[None]:
        """Send a deletion; look whether the object is still there where the answer leaves doubts.

        It does where it was lost, and where it says that there is no such object: we know of one.
        """
        with self._store.expecting(deed.change):
            answer = await self._answer(call)
            is_lost = isinstance(answer, ApiError) and (
                answer.may_have_been_carried_out or isinstance(answer, NotFound)
            )
            look = await is_there() if is_lost else False
        if isinstance(answer, ApiError):
            if isinstance(look, ApiError):
                return self._unknown(answer, what, look)
            if look or not is_lost:
                return self._not_done(answer, what, NOT_SO_FAR if is_lost else "")
        if isinstance(answer, NotFound):
            # What was gone already was not our doing.
            self._tell(gone(self._api.server_now()))
            return Outcome(status=Status.DONE, note=GONE_ALREADY)
        self._record(deed, gone(self._api.server_now()))
        return Outcome(status=Status.DONE, note=NO_ANSWER if is_lost else "")

    def _record(self, deed: Deed, *facts: Fact) -> None:
        """Tell the Store what changed, and that we did it; record it in the journal."""
        now = self._api.server_now()
        where = f" in {self._label(deed.namespace_id)}" if deed.target else ""
        self._journal.add(
            Entry(
                at=now,
                words=deed.words + where,
                undo_words=deed.undo_words + where if deed.undo else "",
                request=deed.request if deed.undo else "",
                why_not=deed.why_not,
                undo=deed.undo,
            )
        )
        changed = Changed(
            at=now, namespace_id=deed.namespace_id, target=deed.target, words=deed.words
        )
        self._tell(*facts, changed)
        self.on_written(deed.namespace_id)

    def _not_done(self, error: ApiError, what: str, note: str = "") -> Outcome[Any]:
        self._tell()
        problem = self._looked_after(error, what) if note else self._explained(error, what)
        return Outcome(status=Status.NOT_DONE, problem=problem, note=note)

    def _unseen(
        self,
        error: ApiError,
        what: str,
        listing: Listing[Any] | None = None,
        note: str = NOT_SO_FAR,
    ) -> Outcome[Any]:
        """Say how a write ended of which a look afterwards, at a list if any, shows nothing."""
        doubt = READ_IN_PART if listing is not None and listing.unreadable else ""
        if isinstance(error, UnreadableAnswer):
            doubt = SAID_TO_BE
        if not doubt:
            return self._not_done(error, what, note)
        self._tell()
        problem = self._looked_after(error, what)
        return Outcome(status=Status.UNKNOWN, problem=problem, note=doubt)

    def _unknown(self, error: ApiError, what: str, look: ApiError) -> Outcome[Any]:
        self._tell()
        failed = self._explained(look, "look afterwards whether it was carried out")
        problem = self._looked_after(error, what)
        return Outcome(status=Status.UNKNOWN, problem=problem, note=failed.sentence)

    def _looked_after(self, error: ApiError, what: str) -> Problem:
        """Return an error in words, without the advice to look: that was done."""
        problem = self._explained(error, what)
        return structs.replace(problem, advice="") if problem.advice == LOOK_FIRST else problem
