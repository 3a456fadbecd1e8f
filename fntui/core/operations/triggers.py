"""Creating, pausing, editing and deleting triggers."""

from collections.abc import Callable

from msgspec import UNSET, structs

from fntui.api.drafts import TriggerChange, TriggerDraft
from fntui.api.errors import ApiError, NotFound
from fntui.api.models import Trigger
from fntui.api.operations import CREATE_TRIGGER, DELETE_TRIGGER, UPDATE_TRIGGER
from fntui.core.model.events import TriggerGone, TriggerRead
from fntui.core.model.snapshot import TriggerKey, TriggerView
from fntui.core.operations.outcome import Clash, Outcome, Status
from fntui.core.operations.undo import CreateAgain, DeleteAgain, PutBack, ToggleBack
from fntui.core.operations.verification import (
    details_draft,
    differences,
    is_changed,
    request_line,
    trigger_draft,
)
from fntui.core.operations.writes import NO_ANSWER, NOT_SHOWN_YET, NOT_SO_FAR, Deed, Writes
from fntui.core.store.contradiction import differs

_NOT_SHOWN = "The API did not show all of its details, so they could not be kept."


class TriggerWrites(Writes):
    """The writes that concern a trigger; each is looked at afterwards."""

    async def create_trigger(self, namespace_id: str, draft: TriggerDraft) -> Outcome[Trigger]:
        """Create a trigger."""
        key = TriggerKey(namespace_id, draft.name)
        what = f"create {self._trigger_words(key)}"
        return await self._write(namespace_id, what, lambda: self._create(key, draft, what))

    async def set_enabled(self, key: TriggerKey, is_enabled: bool) -> Outcome[Trigger]:  # noqa: FBT001 - the value itself
        """Pause or resume a trigger."""
        verb, past, back = ("resume", "resumed", "pause")
        if not is_enabled:
            verb, past, back = ("pause", "paused", "resume")
        what = f"{verb} {self._trigger_words(key)}"
        deed = Deed(
            namespace_id=key.namespace_id,
            target=key.name,
            words=f"{past} trigger {key.name}",
            undo_words=f"{back} trigger {key.name}",
            request=_request_to_update(key),
            undo=ToggleBack(key=key, is_enabled=not is_enabled),
        )
        change = TriggerChange(is_enabled=is_enabled)
        return await self._write(
            key.namespace_id, what, lambda: self._update(key, change, what, lambda _: deed)
        )

    async def save_trigger(
        self, key: TriggerKey, base: Trigger, change: TriggerChange, *, overwrite: bool = False
    ) -> Outcome[Trigger] | Clash:
        """Change a trigger, unless someone else did since ``base`` was read.

        Args:
            key: Which trigger.
            base: As it was read for editing.
            change: Cron and body together, where either is to change.
            overwrite: Send it even if it was changed meanwhile.
        """
        what = f"save {self._trigger_words(key)}"
        return await self._write(
            key.namespace_id,
            what,
            lambda: self._save(key, None if overwrite else base, change, what),
        )

    async def delete_trigger(self, key: TriggerKey) -> Outcome[None]:
        """Delete a trigger; its details are read once more before, to be kept for undo."""
        what = f"delete {self._trigger_words(key)}"
        return await self._write(key.namespace_id, what, lambda: self._remove(key, what))

    async def _create(self, key: TriggerKey, draft: TriggerDraft, what: str) -> Outcome[Trigger]:
        was_known = self._store.snapshot.trigger(key) is not None
        deed = Deed(
            namespace_id=key.namespace_id,
            target=key.name,
            words=f"created trigger {key.name}",
            undo_words=f"delete trigger {key.name}",
            request=request_line(
                DELETE_TRIGGER, namespace_id=key.namespace_id, trigger_name=key.name
            ),
            undo=DeleteAgain(key=key),
        )
        with self._store.expecting(deed.change):
            answer = await self._answer(self._api.create_trigger(key.namespace_id, draft))

            def difference(kept: Trigger) -> str:
                is_ours = not (was_known and isinstance(answer, ApiError))
                return differences(kept, draft) if is_ours else "it was there before"

            return await self._settled(key, what, answer, difference, lambda _: deed)

    async def _save(
        self, key: TriggerKey, base: Trigger | None, change: TriggerChange, what: str
    ) -> Outcome[Trigger] | Clash:
        current, at = await self._ask(self._api.get_trigger(key.namespace_id, key.name))
        if isinstance(current, ApiError):
            if isinstance(current, NotFound):
                self._tell(TriggerGone(at=at, namespace_id=key.namespace_id, name=key.name))
            return self._not_done(current, what)
        self._tell(TriggerRead(at=at, namespace_id=key.namespace_id, trigger=current))
        if base is not None and is_changed(base, current):
            return Clash(base=base, theirs=current)
        return await self._update(key, change, what, lambda kept: _saved(key, current, kept))

    async def _update(
        self,
        key: TriggerKey,
        change: TriggerChange,
        what: str,
        deed: Callable[[Trigger], Deed],
    ) -> Outcome[Trigger]:
        with self._store.expecting((key.namespace_id, key.name, what)):
            answer = await self._answer(
                self._api.update_trigger(key.namespace_id, key.name, change)
            )
            return await self._settled(
                key, what, answer, lambda kept: differences(kept, change), deed
            )

    async def _settled(
        self,
        key: TriggerKey,
        what: str,
        answer: Trigger | ApiError,
        difference: Callable[[Trigger], str],
        deed: Callable[[Trigger], Deed],
    ) -> Outcome[Trigger]:
        """Look at the trigger after a write was sent, and say how the write ended.

        Args:
            key: Which trigger.
            what: What was tried, as a verb phrase.
            answer: The answer to the write.
            difference: How what the server keeps differs from what was sent.
            deed: What was done, given what the server keeps.
        """
        if isinstance(answer, ApiError) and not answer.may_have_been_carried_out:
            return self._not_done(answer, what)
        view = self._store.snapshot.trigger(key)
        look, at = await self._ask(self._api.get_trigger(key.namespace_id, key.name))
        if isinstance(answer, ApiError):
            if isinstance(look, NotFound):
                self._tell(TriggerGone(at=at, namespace_id=key.namespace_id, name=key.name))
                return self._unseen(answer, what)
            if isinstance(look, ApiError):
                return self._unknown(answer, what, look)
            if other := difference(look):
                self._tell(TriggerRead(at=at, namespace_id=key.namespace_id, trigger=look))
                return self._unseen(answer, what, note=f"{NOT_SO_FAR}: {other}")
            note, kept = NO_ANSWER, look
        elif isinstance(look, ApiError) or _lags(look, answer, view, difference):
            note = self._not_looked_at(look)
            # When its runs were looked at is not known well enough for a verdict.
            kept, at = structs.replace(answer, scheduled_runs=UNSET), self._api.server_now()
        else:
            note, kept = difference(look), look
        self._record(deed(kept), TriggerRead(at=at, namespace_id=key.namespace_id, trigger=kept))
        return Outcome(status=Status.DONE, value=kept, note=note)

    def _not_looked_at(self, look: Trigger | ApiError) -> str:
        if isinstance(look, ApiError) and not isinstance(look, NotFound):
            return self._explained(look, "look at it afterwards").sentence
        return NOT_SHOWN_YET

    async def _remove(self, key: TriggerKey, what: str) -> Outcome[None]:
        kept, _ = await self._ask(self._api.get_trigger(key.namespace_id, key.name))
        draft = trigger_draft(kept) if isinstance(kept, Trigger) else None
        deed = Deed(
            namespace_id=key.namespace_id,
            target=key.name,
            words=f"deleted trigger {key.name}",
            undo_words=f"create trigger {key.name} again",
            request=request_line(CREATE_TRIGGER, namespace_id=key.namespace_id),
            undo=CreateAgain(namespace_id=key.namespace_id, draft=draft) if draft else None,
            why_not="" if draft else _NOT_SHOWN,
        )

        async def is_there() -> bool | ApiError:
            look = await self._answer(self._api.get_trigger(key.namespace_id, key.name))
            if isinstance(look, NotFound):
                return False
            return look if isinstance(look, ApiError) else True

        return await self._delete(
            what,
            self._api.delete_trigger(key.namespace_id, key.name),
            is_there,
            deed,
            lambda at: TriggerGone(at=at, namespace_id=key.namespace_id, name=key.name),
        )


def _lags(
    look: Trigger,
    answer: Trigger,
    before: TriggerView | None,
    difference: Callable[[Trigger], str],
) -> bool:
    """Return True where a look shows the trigger as it was before a write that was answered."""
    is_done = bool(difference(look)) and not difference(answer)
    return is_done and before is not None and not differs(look, before.trigger)


def _request_to_update(key: TriggerKey) -> str:
    return request_line(UPDATE_TRIGGER, namespace_id=key.namespace_id, trigger_name=key.name)


def _saved(key: TriggerKey, before: Trigger, kept: Trigger) -> Deed:
    """Return the deed of an edit; undoing it sends the former cron and body together."""
    details = details_draft(before)
    undo = None
    if details is not None and isinstance(before.is_enabled, bool):
        undo = PutBack(key=key, base=kept, is_enabled=before.is_enabled, details=details)
    return Deed(
        namespace_id=key.namespace_id,
        target=key.name,
        words=f"changed trigger {key.name}",
        undo_words=f"put the former details of trigger {key.name} back",
        request=_request_to_update(key),
        undo=undo,
        why_not="" if undo else _NOT_SHOWN,
    )
