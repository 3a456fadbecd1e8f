"""What the user changed in this session, and how to undo it."""

from datetime import datetime

from msgspec import Struct, structs

from fntui.api.drafts import AccessKeyChange, TriggerChange, TriggerDraft
from fntui.api.models import Trigger
from fntui.core.model.snapshot import AccessKeyKey, TriggerKey


class ToggleBack(Struct, frozen=True, kw_only=True):
    """Resume what was paused, or pause what was resumed."""

    key: TriggerKey
    is_enabled: bool


class PutBack(Struct, frozen=True, kw_only=True):
    """Give a trigger its former details.

    Attributes:
        base: The trigger as our change left it: another change since then is not overwritten.
    """

    key: TriggerKey
    base: Trigger
    change: TriggerChange


class DeleteAgain(Struct, frozen=True, kw_only=True):
    """Delete a trigger that was created."""

    key: TriggerKey


class CreateAgain(Struct, frozen=True, kw_only=True):
    """Create a trigger that was deleted."""

    namespace_id: str
    draft: TriggerDraft


class RenameBack(Struct, frozen=True, kw_only=True):
    """Give an access key its former name."""

    key: AccessKeyKey
    change: AccessKeyChange


Undo = ToggleBack | PutBack | DeleteAgain | CreateAgain | RenameBack


class Entry(Struct, frozen=True, kw_only=True):
    """A change that was carried out; holds no secret.

    Attributes:
        at: Server time.
        words: What was done: "paused trigger x in billing".
        undo_words: What undoing it does: "resume trigger x in billing"; ``""`` if it can't be.
        request: The request that would undo it: "PUT /v2/…"; ``""`` if it can't be undone.
        why_not: Why it can't be undone, as a sentence; ``""`` if it can.
        undo: What Operations.undo does; None if it can't be undone.
        is_undone: It was undone.
    """

    at: datetime
    words: str
    undo_words: str = ""
    request: str = ""
    why_not: str = ""
    undo: Undo | None = None
    is_undone: bool = False


class Journal:
    """The changes of this session, oldest first."""

    def __init__(self) -> None:
        """Nothing was changed yet."""
        self._entries: list[Entry] = []

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All changes, oldest first."""
        return tuple(self._entries)

    @property
    def last_undoable(self) -> Entry | None:
        """The newest change that can be undone and was not."""
        candidates = (entry for entry in reversed(self._entries) if entry.undo is not None)
        return next((entry for entry in candidates if not entry.is_undone), None)

    def add(self, entry: Entry) -> None:
        """Write down a change that was carried out."""
        self._entries.append(entry)

    def mark_undone(self, entry: Entry) -> None:
        """Note that a change was undone."""
        self._entries = [
            structs.replace(known, is_undone=True) if known is entry else known
            for known in self._entries
        ]
