"""The operations that a user asks for: call the API, then apply events. No ApiError leaves them."""

from datetime import datetime
from typing import Any, Final

from fntui.api.drafts import AccessKeyChange, AccessKeyDraft, NamespaceDraft
from fntui.api.errors import ApiError, NotFound
from fntui.api.models import AccessKey, IssuedAccessKey, Listing, Namespace
from fntui.api.operations import LIST_ACCESS_KEYS, LIST_NAMESPACES, RENAME_ACCESS_KEY
from fntui.core.model.events import (
    AccessKeyGone,
    AccessKeyRead,
    AccessKeysRead,
    NamespaceGone,
    NamespaceRead,
    NamespacesRead,
)
from fntui.core.model.problem import Problem, ProblemKind
from fntui.core.model.snapshot import AccessKeyKey
from fntui.core.operations.outcome import Clash, Outcome, Status
from fntui.core.operations.triggers import TriggerWrites
from fntui.core.operations.undo import (
    CreateAgain,
    DeleteAgain,
    Entry,
    PutBack,
    RenameBack,
    ToggleBack,
    Undo,
    UndoState,
)
from fntui.core.operations.verification import is_listed, may_be_new, request_line
from fntui.core.operations.writes import NO_ANSWER, Deed

_FOUND: Final = "it was found in the list: created after all"
_DONE_BEFORE: Final = "it had been carried out before"
_LOST: Final = "The access key may exist, and its secret is lost: delete it and create another."


class Operations(TriggerWrites):
    """Everything a person can do with an account.

    Reads return None, or what went wrong. Writes are sent at most once and end in an Outcome; they
    go on to their end even if the caller is cancelled. Neither raises an ApiError.
    """

    async def create_namespace(self, draft: NamespaceDraft) -> Outcome[Namespace]:
        """Create a namespace."""
        what = f"create namespace {draft.label}"
        change = "", draft.label, f"created namespace {draft.label}"
        return await self._write(
            "", what, lambda: self._expected(change, self._create_namespace(draft, what))
        )

    async def delete_namespace(self, namespace_id: str) -> Outcome[None]:
        """Delete a namespace with everything in it."""
        words = f"namespace {self._label(namespace_id)}"
        deed = Deed(
            namespace_id=namespace_id,
            target="",
            words=f"deleted {words}",
            why_not="A deleted namespace, its functions and its keys can't be brought back.",
        )

        async def is_there() -> bool | ApiError:
            look = await self._answer(self._api.list_namespaces())
            if isinstance(look, ApiError):
                return look
            names = {item.namespace_id for item in look.items}
            return is_listed(LIST_NAMESPACES, namespace_id, names, look.unreadable)

        return await self._write(
            namespace_id,
            f"delete {words}",
            lambda: self._delete(
                f"delete {words}",
                self._api.delete_namespace(namespace_id),
                is_there,
                deed,
                lambda at: NamespaceGone(at=at, namespace_id=namespace_id),
            ),
        )

    async def create_access_key(
        self, namespace_id: str, draft: AccessKeyDraft
    ) -> Outcome[IssuedAccessKey]:
        """Create an access key; its secret is in the outcome, and nowhere else."""
        what = f"create access key {draft.name} in {self._label(namespace_id)}"
        change = namespace_id, draft.name, f"created access key {draft.name}"
        return await self._write(
            namespace_id,
            what,
            lambda: self._expected(change, self._issue(namespace_id, draft, what)),
        )

    async def rename_access_key(
        self, key: AccessKeyKey, change: AccessKeyChange
    ) -> Outcome[AccessKey]:
        """Give an access key another name."""
        what = f"rename {self._key_words(key)} in {self._label(key.namespace_id)}"
        here = key.namespace_id, key.key_id, what
        return await self._write(
            key.namespace_id, what, lambda: self._expected(here, self._rename(key, change, what))
        )

    async def delete_access_key(self, key: AccessKeyKey) -> Outcome[None]:
        """Delete an access key: whoever uses it is shut out at once."""
        words = self._key_words(key)
        what = f"delete {words} in {self._label(key.namespace_id)}"
        deed = Deed(
            namespace_id=key.namespace_id,
            target=key.key_id,
            words=f"deleted {words}",
            why_not="A deleted access key can't be brought back: its secret is gone.",
        )

        async def is_there() -> bool | ApiError:
            look = await self._answer(self._api.list_access_keys(key.namespace_id))
            if isinstance(look, NotFound):
                return False
            if isinstance(look, ApiError):
                return look
            key_ids = {item.key_id for item in look.items}
            return is_listed(LIST_ACCESS_KEYS, key.key_id, key_ids, look.unreadable)

        return await self._write(
            key.namespace_id,
            what,
            lambda: self._delete(
                what,
                self._api.delete_access_key(key.namespace_id, key.key_id),
                is_there,
                deed,
                lambda at: AccessKeyGone(at=at, namespace_id=key.namespace_id, key_id=key.key_id),
            ),
        )

    async def undo(self, entry: Entry) -> Outcome[Any]:
        """Undo a change of the journal, unless someone changed the same thing since."""
        undo, why_not = entry.undo, self._journal.why_not(entry)
        if undo is None or why_not:
            return Outcome(status=Status.NOT_DONE, note=why_not)
        with self._journal.undoing(entry, undo.target) as ended:
            outcome = await self._undone(undo)
            if isinstance(outcome, Clash):
                outcome = self._clashed(entry, undo)
            ended(outcome)
        return outcome

    async def _undone(self, undo: Undo) -> Outcome[Any] | Clash:
        match undo:
            case ToggleBack(key=key, is_enabled=is_enabled):
                return await self.set_enabled(key, is_enabled)
            case PutBack(key=key, base=base, change=change):
                return await self.save_trigger(key, base, change)
            case DeleteAgain(key=key):
                return await self.delete_trigger(key)
            case CreateAgain(namespace_id=namespace_id, draft=draft):
                return await self.create_trigger(namespace_id, draft)
            case _:
                return await self.rename_access_key(undo.key, undo.change)

    def _clashed(self, entry: Entry, undo: Undo) -> Outcome[Any]:
        """Say that someone changed the object since, unless an undo sent before did."""
        was_sent = entry.state is UndoState.UNKNOWN
        if was_sent and undo.is_in_effect(self._store.snapshot):
            return Outcome(status=Status.DONE, note=_DONE_BEFORE)
        return Outcome(status=Status.NOT_DONE, problem=self._clash_problem(entry))

    def _clash_problem(self, entry: Entry) -> Problem:
        return Problem(
            kind=ProblemKind.CONFLICT,
            sentence=f"could not {entry.undo_words}: it was changed by someone since",
            advice="Edit it instead.",
            request_id=None,
            at=self._api.server_now(),
        )

    async def _create_namespace(self, draft: NamespaceDraft, what: str) -> Outcome[Namespace]:
        known, asked_at = set(self._store.snapshot.namespaces), self._api.server_now()
        answer = await self._answer(self._api.create_namespace(draft))
        note = ""
        if isinstance(answer, ApiError):
            if not answer.may_have_been_carried_out:
                return self._not_done(answer, what)
            listing, at = await self._ask(self._api.list_namespaces())
            if isinstance(listing, ApiError):
                return self._unknown(answer, what, listing)
            found = [
                item
                for item in listing.items
                if item.label == draft.label and item.namespace_id not in known
                if may_be_new(item.created_at, min(asked_at, at))
            ]
            if not found:
                self._tell(NamespacesRead(at=at, listing=listing))
                return self._unseen(answer, what, listing)
            answer, note = found[-1], _FOUND
        deed = Deed(
            namespace_id=answer.namespace_id,
            target="",
            words=f"created namespace {draft.label}",
            why_not="Deleting a namespace takes everything in it along: use D.",
        )
        self._record(deed, NamespaceRead(at=self._api.server_now(), namespace=answer))
        return Outcome(status=Status.DONE, value=answer, note=note)

    async def _issue(
        self, namespace_id: str, draft: AccessKeyDraft, what: str
    ) -> Outcome[IssuedAccessKey]:
        view = self._store.snapshot.namespaces.get(namespace_id)
        known, asked_at = set(view.access_keys if view else ()), self._api.server_now()
        answer = await self._answer(self._api.create_access_key(namespace_id, draft))
        if isinstance(answer, ApiError):
            if not answer.may_have_been_carried_out:
                return self._not_done(answer, what)
            listing, at = await self._ask(self._api.list_access_keys(namespace_id))
            if isinstance(listing, ApiError):
                return self._unknown(answer, what, listing)
            self._tell(AccessKeysRead(at=at, namespace_id=namespace_id, listing=listing))
            found = _new_keys(listing, draft.name, known, min(asked_at, at))
            return (
                self._lost_key(answer, what, found)
                if found
                else self._unseen(answer, what, listing)
            )
        deed = Deed(
            namespace_id=namespace_id,
            target=answer.access_key.key_id,
            words=f"created access key {draft.name}",
            why_not="Deleting a key shuts out whoever uses it: use D.",
        )
        fact = AccessKeyRead(
            at=self._api.server_now(), namespace_id=namespace_id, access_key=answer.access_key
        )
        self._record(deed, fact)
        return Outcome(status=Status.DONE, value=answer)

    def _lost_key(
        self, error: ApiError, what: str, found: tuple[str, ...]
    ) -> Outcome[IssuedAccessKey]:
        problem = self._explained(error, what)
        return Outcome(
            status=Status.UNKNOWN,
            problem=Problem(
                kind=problem.kind,
                sentence=problem.sentence,
                advice=_LOST,
                request_id=problem.request_id,
                at=problem.at,
            ),
            note=f"found in the list: {', '.join(found)}",
            found_key_ids=found,
        )

    async def _rename(
        self, key: AccessKeyKey, change: AccessKeyChange, what: str
    ) -> Outcome[AccessKey]:
        before = self._store.snapshot.access_key(key)
        answer = await self._answer(
            self._api.rename_access_key(key.namespace_id, key.key_id, change)
        )
        note = ""
        if isinstance(answer, ApiError):
            if not answer.may_have_been_carried_out:
                return self._not_done(answer, what)
            listing, _ = await self._ask(self._api.list_access_keys(key.namespace_id))
            if isinstance(listing, ApiError):
                return self._unknown(answer, what, listing)
            found = [item for item in listing.items if item.key_id == key.key_id]
            if not found or found[-1].name != change.name:
                return self._unseen(answer, what, None if found else listing)
            answer, note = found[-1], NO_ANSWER
        fact = AccessKeyRead(
            at=self._api.server_now(), namespace_id=key.namespace_id, access_key=answer
        )
        self._record(_renamed(key, before, change.name), fact)
        return Outcome(status=Status.DONE, value=answer, note=note)

    def _key_words(self, key: AccessKeyKey) -> str:
        known = self._store.snapshot.access_key(key)
        return f"access key {(known.name if known else None) or key.key_id}"


def _new_keys(
    listing: Listing[AccessKey], name: str, known: set[str], asked_at: datetime
) -> tuple[str, ...]:
    return tuple(
        key.key_id
        for key in listing.items
        if key.name == name and key.key_id not in known and may_be_new(key.created_at, asked_at)
    )


def _renamed(key: AccessKeyKey, before: AccessKey | None, name: str) -> Deed:
    former = before.name if before else None
    words = f"renamed access key {former or key.key_id} to {name}"
    if not isinstance(former, str):
        why_not = "Its former name is not known."
        return Deed(namespace_id=key.namespace_id, target=key.key_id, words=words, why_not=why_not)
    return Deed(
        namespace_id=key.namespace_id,
        target=key.key_id,
        words=words,
        undo_words=f"rename access key {name} to {former}",
        request=request_line(RENAME_ACCESS_KEY, namespace_id=key.namespace_id, key_id=key.key_id),
        undo=RenameBack(key=key, change=AccessKeyChange(name=former)),
    )
