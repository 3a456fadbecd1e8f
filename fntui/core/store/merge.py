"""Merge a new answer with what earlier answers said, of one object or of a list.

``paced`` applies a new polling pace, or a pin, to the age limits of the readings that exist.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Final, Generic, NamedTuple, TypeVar

from msgspec import UNSET, Struct, structs

from fntui.api.models import (
    Namespace,
    ScheduledDetails,
    ScheduledRuns,
    Time,
    Trigger,
    Unreadable,
)
from fntui.core.health.cron_syntax import is_same
from fntui.core.health.schedule import is_ahead
from fntui.core.health.verdict import judge
from fntui.core.model.pace import Pace
from fntui.core.model.snapshot import Doubt, NamespaceView, Reading, Snapshot, TriggerView, Verdict
from fntui.core.store.contradiction import is_later

_AGREEING: Final = 4  # readings in a row by which an older last run is believed

S = TypeVar("S", bound=Struct)
T = TypeVar("T")
V = TypeVar("V")


class Merged(NamedTuple, Generic[V]):
    """What is known of the objects of a list.

    Attributes:
        known: Their views by name, in the list's order; those that it does not show, where they
            were.
        absent: Names that it does not show, and the list before did.
    """

    known: dict[str, V]
    absent: frozenset[str]


def merged(
    old: Merged[V],
    listed: Iterable[tuple[str, T]],
    knows_better: Callable[[str, T | None], bool],
    view: Callable[[T, V | None], V],
) -> Merged[V]:
    """Return what is known after a list was read; the very ``old.known`` if that is the same.

    Args:
        old: What was known.
        listed: Names and objects of the list; of a name that comes twice the last one counts.
        knows_better: True for a name, and what the list says of it (None: it is not there), of
            which we know more than the list could: it stays as it is in ``old``.
        view: Joins what the list says of an object to what was known of it.
    """
    new: dict[str, V] = {}
    for name, item in listed:
        if not knows_better(name, item):
            new[name] = view(item, old.known.get(name))
        elif name in old.known:
            new[name] = old.known[name]
    unseen = {name: knows_better(name, None) for name in old.known if name not in new}
    kept = {name for name, is_ours in unseen.items() if is_ours or name not in old.absent}
    absent = frozenset(name for name in kept if not unseen[name])
    new = _in_place(new, old.known, kept) if kept else new
    is_same = new == old.known and list(new) == list(old.known)
    return Merged(old.known if is_same else new, absent)


def _in_place(new: dict[str, V], old: dict[str, V], kept: set[str]) -> dict[str, V]:
    """Return ``new`` with those of ``old`` that are kept, where they stood."""
    names = list(new)
    stay = [name for name in old if name in new or name in kept]
    for place, name in enumerate(stay):
        if name in kept:
            names.insert(place, name)
    return {name: new[name] if name in new else old[name] for name in names}


def filled(new: S, old: S) -> S:
    """Return ``new``, what it left out as in ``old``; ``old`` itself if that is equal."""
    missing = {
        name: getattr(old, name)
        for name in new.__struct_fields__
        if getattr(new, name) is UNSET and getattr(old, name) is not UNSET
    }
    result = structs.replace(new, **missing) if missing else new
    return old if result == old else result


def filled_namespace(new: Namespace, old: Namespace) -> Namespace:
    """Return ``new``, its gaps filled; lists may show an empty legacy key."""
    if not new.legacy_key and old.legacy_key:
        new = structs.replace(new, legacy_key=old.legacy_key)
    return filled(new, old)


def filled_trigger(new: Trigger, old: Trigger) -> Trigger:
    """Return ``new``, its gaps filled with what was said of the same ``updated_at``."""
    if UNSET not in {new.updated_at, old.updated_at} and new.updated_at != old.updated_at:
        return new
    details, known = new.scheduled_details, old.scheduled_details
    if (
        isinstance(details, ScheduledDetails)
        and isinstance(known, ScheduledDetails)
        and is_same(details.cron, known.cron)
    ):
        new = structs.replace(new, scheduled_details=filled(details, known))
    return filled(new, old)


def trigger_view(
    new: Trigger,
    old: TriggerView | None,
    at: datetime,
    *,
    lag_grace_s: float = 0.0,
    is_listed: bool = True,
) -> TriggerView:
    """Return what an answer asked for at ``at`` makes of a trigger, its verdict included.

    Args:
        new: The trigger, as the answer shows it.
        old: What was known of it.
        at: Server time.
        lag_grace_s: As in ``judge``.
        is_listed: The answer was a list, not the trigger alone.
    """
    new = _without_half_told_runs(new, at)
    has_runs = isinstance(new.scheduled_runs, ScheduledRuns)
    if old is None:
        return TriggerView(
            trigger=new,
            runs_read_at=at if has_runs else None,
            verdict=judge(new, at, None, lag_grace_s),
            is_bare=not has_runs,
        )
    if _is_older(new, old.trigger):
        # A run that was seen does not come undone: the answer is old, or wrong.
        others = tuple(doubt for doubt in old.doubts if doubt.read_at != at)
        doubts = (*others, Doubt(at, _last_run_at(new)))[-_AGREEING:]
        if len(doubts) < _AGREEING or len({doubt.last_run_at for doubt in doubts}) > 1:
            return structs.replace(old, doubts=doubts, is_bare=is_listed or old.is_bare)
    trigger = filled_trigger(new, old.trigger)
    runs_read_at = old.runs_read_at
    if has_runs:
        runs_read_at = at
    elif not isinstance(trigger.scheduled_runs, ScheduledRuns):
        runs_read_at = None
    if runs_read_at == at or trigger.is_enabled is False:
        verdict = judge(trigger, at, old, lag_grace_s)
    elif trigger is old.trigger:
        verdict = old.verdict
    else:
        # Something changed, and this answer does not say what that did to the runs.
        was_paused = old.trigger.is_enabled is False
        verdict = Verdict(
            counted_from=at if was_paused else old.verdict.counted_from,
            watched_from=old.verdict.watched_from,
        )
    is_bare = not has_runs if is_listed else old.is_bare
    return TriggerView(trigger=trigger, runs_read_at=runs_read_at, verdict=verdict, is_bare=is_bare)


def _is_older(new: Trigger, old: Trigger) -> bool:
    """Return True for an answer whose last run is older than one that was seen."""
    known, last = _last_run_at(old), _last_run_at(new)
    if last is UNSET or not isinstance(known, datetime):
        return False
    if is_later(new.created_at, old.created_at) or is_later(new.updated_at, old.updated_at):
        return False  # it was made again, or changed
    return not isinstance(last, datetime) or last < known


def _last_run_at(trigger: Trigger) -> Time:
    runs = trigger.scheduled_runs
    return runs.last_run_at if isinstance(runs, ScheduledRuns) else UNSET


def _without_half_told_runs(trigger: Trigger, at: datetime) -> Trigger:
    """Return a trigger without its runs where the last one is left out, or is yet to come.

    The first does not mean "never", and the second proves nothing.
    """
    runs = trigger.scheduled_runs
    if not isinstance(runs, ScheduledRuns) or runs.next_run_at is None:  # it won't run, anyway
        return trigger
    last = runs.last_run_at
    if last is UNSET or (isinstance(last, datetime) and is_ahead(last, at)):
        return structs.replace(trigger, scheduled_runs=UNSET)
    return trigger


def paced(snapshot: Snapshot, pace: Pace) -> Snapshot:
    """Return the snapshot at a pace; the very same if that is its own already.

    A slower pace holds for every reading at once. A faster one holds from the next reading on: what
    was read at leisure is no older than it was to become, and must not turn stale by our hurry.
    """
    namespaces = {
        namespace_id: _slowed(view, pace, is_pinned=namespace_id in snapshot.pinned)
        for namespace_id, view in snapshot.namespaces.items()
    }
    reading = _raised(snapshot.reading, pace.namespaces_s)
    is_same = all(view is snapshot.namespaces[name] for name, view in namespaces.items())
    if is_same and reading is snapshot.reading and pace == snapshot.pace:
        return snapshot
    return structs.replace(
        snapshot,
        namespaces=snapshot.namespaces if is_same else namespaces,
        reading=reading,
        pace=pace,
    )


def _slowed(view: NamespaceView, pace: Pace, *, is_pinned: bool) -> NamespaceView:
    triggers = _raised(view.triggers_reading, pace.triggers_s(is_pinned=is_pinned))
    keys = _raised(view.access_keys_reading, pace.access_keys_s(is_pinned=is_pinned))
    if triggers is view.triggers_reading and keys is view.access_keys_reading:
        return view
    return structs.replace(view, triggers_reading=triggers, access_keys_reading=keys)


def _raised(reading: Reading, limit_s: float) -> Reading:
    return reading if reading.limit_s >= limit_s else structs.replace(reading, limit_s=limit_s)


def put(known: dict[str, V], name: str, value: V | None) -> dict[str, V]:
    """Return ``known`` with one value replaced in its place, added at the end, or left out."""
    if known.get(name) is value:
        return known
    if value is not None:
        return {**known, name: value}
    return {other: kept for other, kept in known.items() if other != name}


def unreadable(rows: tuple[Unreadable, ...], known: Collection[str]) -> tuple[Unreadable, ...]:
    """Return the rows that can't be read, but for those of objects that are known meanwhile."""
    return tuple(row for row in rows if row.name not in known)
