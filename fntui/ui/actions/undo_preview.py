"""The words and lines of the undo dialog: what was done, and what undoing it changes."""

from collections.abc import Sequence
from typing import Final

from msgspec import UNSET

from fntui.api.drafts import TriggerDraft
from fntui.api.models import ScheduledDetails
from fntui.core.model.snapshot import Snapshot, TriggerKey
from fntui.core.operations.journal import Offer
from fntui.core.operations.undo import (
    CreateAgain,
    DeleteAgain,
    Entry,
    PutBack,
    RenameBack,
    ToggleBack,
    UndoState,
)
from fntui.ui.forms import body
from fntui.ui.views.lines import Line, line, span
from fntui.ui.views.prose import changes, fact, namespace_name, preview

_SKIPPED_MAX: Final = 3  # changes that can't be undone, of which each is named
_STATES: Final = {True: "enabled", False: "paused"}


def done_words(entries: Sequence[Entry]) -> str:
    """Return what was done: of one change its words, of several their verb and their number."""
    words = entries[0].words
    return words if len(entries) == 1 else f"{words.split()[0]} {len(entries)} triggers"


def undo_words(entries: Sequence[Entry]) -> str:
    """Return what undoing these changes does."""
    words = entries[0].undo_words
    if len(entries) == 1:
        return words
    again = " again" if isinstance(entries[0].undo, CreateAgain) else ""
    return f"{words.split()[0]} {len(entries)} triggers{again}"


def skipped_words(skipped: Sequence[Entry]) -> list[str]:
    """Return why the newest changes can't be undone, a paragraph each."""
    first, *others = skipped
    words = [f"The last change, {first.words}, can't be undone: {first.why_not}"]
    words += [f"Nor can {each.words}: {each.why_not}" for each in others[: _SKIPPED_MAX - 1]]
    more = len(skipped) - _SKIPPED_MAX
    return [*words, f"Nor can {more} more."] if more > 0 else words


def undo_lines(offer: Offer, snapshot: Snapshot) -> list[Line]:
    """Return what the dialog says of the changes that can be undone now."""
    entries = offer.entries
    return preview(
        _skipped(offer),
        [fact("done", done_words(entries)), fact("undo", undo_words(entries))],
        _unsure(entries),
        *_effects(entries, snapshot),
        [line(span(entry.request, "dim")) for entry in entries],
    )


def _skipped(offer: Offer) -> list[Line]:
    if not offer.skipped:
        return []
    which = "An earlier change can be undone:"
    if any(entry.step == offer.entries[0].step for entry in offer.skipped):
        which = "The rest of it can be undone:"
    elif len(offer.skipped) == 1:
        which = "The one before can be undone:"
    return [*(line(span(words, "late")) for words in skipped_words(offer.skipped)), line(which)]


def _unsure(entries: Sequence[Entry]) -> list[Line]:
    unsure = [entry.undo_words for entry in entries if entry.state is UndoState.UNKNOWN]
    if not unsure:
        return []
    words = [f"Sent before, not known whether it was carried out: {each}." for each in unsure]
    return [line(span(each, "unsure")) for each in [*words, "Look before you send it again."]]


def _effects(entries: Sequence[Entry], snapshot: Snapshot) -> list[list[Line]]:
    """Return groups of lines: the rows of all that are toggled in one, then each other change."""
    undos = [entry.undo for entry in entries]
    toggles = [_toggle(undo, snapshot) for undo in undos if isinstance(undo, ToggleBack)]
    groups = [changes(*toggles)] if toggles else []
    for undo in undos:
        match undo:
            case PutBack():
                groups.append(_put_back(undo))
            case RenameBack():
                groups.append(_rename(undo, snapshot))
            case DeleteAgain():
                groups.append(_delete(undo.key, snapshot))
            case CreateAgain():
                groups.append(_create(undo, snapshot, is_only=len(undos) == 1))
            case _:
                pass
    return groups


def _toggle(undo: ToggleBack, snapshot: Snapshot) -> tuple[str, str, str]:
    view = snapshot.trigger(undo.key)
    is_enabled = view.trigger.is_enabled if view else None
    before = is_enabled if isinstance(is_enabled, bool) else not undo.is_enabled
    return _place(undo.key, snapshot), _STATES[before], _STATES[undo.is_enabled]


def _put_back(undo: PutBack) -> list[Line]:
    shown = undo.base.scheduled_details
    known = shown if isinstance(shown, ScheduledDetails) else None
    new, old_cron = undo.details, known.cron if known else "unknown"
    lines = [fact("cron", f"{new.cron} (unchanged)")]
    if old_cron != new.cron:
        lines = changes(("cron", old_cron, new.cron))
    if undo.base.is_enabled is not undo.is_enabled:
        lines += changes(("state", _STATES[not undo.is_enabled], _STATES[undo.is_enabled]))
    old_body = known.body if known else UNSET
    if old_body == new.body:
        return [*lines, fact("body", "unchanged")]
    return [*lines, *body.difference(old_body, new.body)]


def _rename(undo: RenameBack, snapshot: Snapshot) -> list[Line]:
    known = snapshot.access_key(undo.key)
    name = known.name if known and isinstance(known.name, str) else undo.key.key_id
    return changes(("name", name, undo.change.name))


def _delete(key: TriggerKey, snapshot: Snapshot) -> list[Line]:
    lines = [
        fact("trigger", key.name),
        fact("namespace", namespace_name(snapshot, key.namespace_id)),
    ]
    view = snapshot.trigger(key)
    if view is None:
        return lines
    trigger, details = view.trigger, view.trigger.scheduled_details
    function = trigger.function if isinstance(trigger.function, str) else "unknown"
    cron = details.cron if isinstance(details, ScheduledDetails) else "unknown"
    return [*lines, fact("function", function), fact("cron", cron)]


def _create(undo: CreateAgain, snapshot: Snapshot, *, is_only: bool) -> list[Line]:
    draft, there = undo.draft, []
    if snapshot.trigger(undo.key) is not None:
        there = [line(span(f"There is a trigger {draft.name} already.", "late"))]
    if is_only:
        place = namespace_name(snapshot, undo.namespace_id)
        return [fact("trigger", draft.name), fact("namespace", place), *_draft(draft), *there]
    told = f"   {draft.function}   {draft.scheduled_details.cron}"
    state = "" if draft.is_enabled else "   paused"
    return [line(_place(undo.key, snapshot), span(told + state, "dim")), *there]


def _draft(draft: TriggerDraft) -> list[Line]:
    details = draft.scheduled_details
    return [
        fact("function", draft.function),
        fact("cron", details.cron),
        fact("state", _STATES[draft.is_enabled]),
        *body.lines(details.body),
    ]


def _place(key: TriggerKey, snapshot: Snapshot) -> str:
    return f"{key.name} in {namespace_name(snapshot, key.namespace_id)}"
