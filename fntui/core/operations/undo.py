"""What undoes a change of the user's, and the journal entry of a change."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Final

from msgspec import Struct

from fntui.api.drafts import AccessKeyChange, ScheduledDetailsDraft, TriggerChange, TriggerDraft
from fntui.api.models import Trigger, Unreadable
from fntui.core.model.snapshot import (
    AccessKeyKey,
    NamespaceKey,
    NamespaceView,
    Snapshot,
    TriggerKey,
)
from fntui.core.operations.verification import details_draft, trigger_draft

Target = NamespaceKey | TriggerKey | AccessKeyKey
"""The object without which a change can't be undone."""

_GONE: Final = {
    NamespaceKey: "That namespace is gone.",
    TriggerKey: "That trigger is gone.",
    AccessKeyKey: "That access key is gone.",
}


class ToggleBack(Struct, frozen=True, kw_only=True):
    """Resume what was paused, or pause what was resumed."""

    key: TriggerKey
    is_enabled: bool

    @property
    def target(self) -> Target:
        """The trigger."""
        return self.key

    def is_in_effect(self, snapshot: Snapshot) -> bool:
        """Return True if the trigger is as this would leave it."""
        view = snapshot.trigger(self.key)
        return view is not None and view.trigger.is_enabled is self.is_enabled


class PutBack(Struct, frozen=True, kw_only=True):
    """Give a trigger its former details.

    Attributes:
        base: The trigger as our change left it: another change since then is not overwritten.
        is_enabled: As it was before.
        details: As they were before.
    """

    key: TriggerKey
    base: Trigger
    is_enabled: bool
    details: ScheduledDetailsDraft

    @property
    def target(self) -> Target:
        """The trigger."""
        return self.key

    @property
    def change(self) -> TriggerChange:
        """What is sent: cron and body together."""
        return TriggerChange(is_enabled=self.is_enabled, scheduled_details=self.details)

    def is_in_effect(self, snapshot: Snapshot) -> bool:
        """Return True if the trigger is as this would leave it."""
        view = snapshot.trigger(self.key)
        if view is None or view.trigger.is_enabled is not self.is_enabled:
            return False
        return details_draft(view.trigger) == self.details


class DeleteAgain(Struct, frozen=True, kw_only=True):
    """Delete a trigger that was created."""

    key: TriggerKey

    @property
    def target(self) -> Target:
        """The trigger."""
        return self.key

    def is_in_effect(self, snapshot: Snapshot) -> bool:
        """Return True if the trigger is not there."""
        return not is_there(snapshot, self.key)


class CreateAgain(Struct, frozen=True, kw_only=True):
    """Create a trigger that was deleted."""

    namespace_id: str
    draft: TriggerDraft

    @property
    def key(self) -> TriggerKey:
        """The trigger that is to be created."""
        return TriggerKey(self.namespace_id, self.draft.name)

    @property
    def target(self) -> Target:
        """The namespace to create it in."""
        return NamespaceKey(self.namespace_id)

    def is_in_effect(self, snapshot: Snapshot) -> bool:
        """Return True if the trigger is there again, as it was."""
        view = snapshot.trigger(self.key)
        return view is not None and trigger_draft(view.trigger) == self.draft


class RenameBack(Struct, frozen=True, kw_only=True):
    """Give an access key its former name."""

    key: AccessKeyKey
    change: AccessKeyChange

    @property
    def target(self) -> Target:
        """The access key."""
        return self.key

    def is_in_effect(self, snapshot: Snapshot) -> bool:
        """Return True if the access key has its former name."""
        known = snapshot.access_key(self.key)
        return known is not None and known.name == self.change.name


Undo = ToggleBack | PutBack | DeleteAgain | CreateAgain | RenameBack


class UndoState(Enum):
    """What became of the undo of a change."""

    OPEN = "not undone"
    UNDER_WAY = "being undone"
    UNKNOWN = "sent, not known whether carried out"
    UNDONE = "undone"
    GONE = "can't be undone any more: its object is gone"


class Entry(Struct, frozen=True, kw_only=True):
    """A change that was carried out; holds no secret.

    Attributes:
        at: Server time.
        words: What was done: "paused trigger x in billing".
        undo_words: What undoing it does: "resume trigger x in billing"; ``""`` if it can't be.
        request: The request that would undo it: "PUT /v2/…"; ``""`` if it can't be undone.
        why_not: Why it can't be undone, as a sentence; ``""`` if it can.
        undo: What Operations.undo does; None if it can't be undone.
        state: What became of that.
        is_undo: It undid another change, and is not undone in turn.
        number: Its place in the journal, which sets it.
        step: The same for all changes of one dialog; the journal sets it.
    """

    at: datetime
    words: str
    undo_words: str = ""
    request: str = ""
    why_not: str = ""
    undo: Undo | None = None
    state: UndoState = UndoState.OPEN
    is_undo: bool = False
    number: int = -1
    step: int = 0

    @property
    def is_undoable(self) -> bool:
        """Whether it can be undone and was not, as far as is known."""
        return self.undo is not None and self.state not in {UndoState.UNDONE, UndoState.GONE}


def gone_words(target: Target) -> str:
    """Return a sentence that says that the object of a change is gone."""
    return _GONE[type(target)]


def is_there(snapshot: Snapshot, target: Target) -> bool:
    """Return True if an object is known, or may be a row of a list that can't be read."""
    view = snapshot.namespaces.get(target.namespace_id)
    if view is None:
        return _may_be(target.namespace_id, snapshot.unreadable_namespaces)
    return isinstance(target, NamespaceKey) or _is_in(view, target)


def _is_in(view: NamespaceView, target: TriggerKey | AccessKeyKey) -> bool:
    if isinstance(target, TriggerKey):
        return target.name in view.triggers or _may_be(target.name, view.unreadable_triggers)
    return target.key_id in view.access_keys or _may_be(target.key_id, view.unreadable_access_keys)


def _may_be(name: str, unreadable: Iterable[Unreadable]) -> bool:
    return any(row.name in {name, ""} for row in unreadable)
