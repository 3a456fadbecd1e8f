"""What readings show of a trigger over time: its runs, the slots that were missed, its pauses.

Only what a reading proved is recorded. A slot of which nothing is recorded was not observed.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from msgspec import structs

from fntui.api.models import ScheduledDetails, ScheduledRuns
from fntui.core.health import cron
from fntui.core.health.cron_syntax import is_same
from fntui.core.health.owed import missed_slots
from fntui.core.health.schedule import LATE_S, READ_DIFFERENTLY, slot_of_run
from fntui.core.model.snapshot import (
    NamespaceView,
    Pause,
    Record,
    Run,
    Snapshot,
    TriggerView,
    differing,
)
from fntui.memo import derived

_KEPT: Final = 200  # runs, and missed slots
_PAUSES_KEPT: Final = 50
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_STRIP: Final = 48


class Became(StrEnum):
    """What became of a slot, as the sign of the run strip."""

    ON_TIME = "|"
    LATE = "+"
    MISSED = "!"
    PAUSED = "="
    UNOBSERVED = "."


class Slot(NamedTuple):
    """A moment at which a trigger was due, or ran without being due.

    Attributes:
        at: When it was due; where that can't be told, when it ran.
        became: What became of it.
        run: What ran; None: nothing that was seen.
    """

    at: datetime
    became: Became
    run: Run | None


def records_after(
    records: dict[str, dict[str, Record]], old: Snapshot, new: Snapshot
) -> dict[str, dict[str, Record]]:
    """Return ``records`` with what ``new`` is the first to show, without triggers now gone."""
    changed: dict[str, dict[str, Record]] = {}
    for namespace_id, before, after in differing(old, new):
        known, present = before.triggers if before else {}, after.triggers if after else {}
        if known is not present:
            kept = records.get(namespace_id, {})
            changed[namespace_id] = _records_of(kept, known, present)
    if all(of == records.get(namespace_id, {}) for namespace_id, of in changed.items()):
        return records
    return {namespace_id: of for namespace_id, of in {**records, **changed}.items() if of}


def _records_of(
    records: dict[str, Record], known: dict[str, TriggerView], present: dict[str, TriggerView]
) -> dict[str, Record]:
    """Return the records of a namespace's triggers; what was recalled of others stays."""
    result = {name: kept for name, kept in records.items() if name in present or name not in known}
    for name, view in present.items():
        if view is not known.get(name):
            result[name] = recorded(result.get(name, Record()), known.get(name), view)
    return result


def recorded(record: Record, old: TriggerView | None, new: TriggerView) -> Record:
    """Return the record with what ``new`` shows, after ``old`` or as the first reading."""
    run, runs = _newest_run(new), record.runs
    if run is not None and (not runs or run.started_at > runs[-1].started_at):
        runs = (*runs, run)[-_KEPT:]
    known = {*record.missed, *missed_slots(new)}
    came = {each.slot_at for each in runs}
    return structs.replace(
        record,
        runs=runs,
        missed=tuple(sorted(known - came)[-_KEPT:]),
        pauses=_pauses(record.pauses, new),
        retimed_at=_retimed_at(record, old, new),
    )


def joined(older: Record, newer: Record, view: TriggerView) -> Record:
    """Return what a record from earlier and that of this session say together of a trigger.

    What is older than the trigger was seen of another one with its name.
    """
    created_at = view.trigger.created_at
    since = created_at if isinstance(created_at, datetime) else _EARLIEST
    runs = {run.started_at: run for run in (*older.runs, *newer.runs) if run.started_at >= since}
    missed = {at for at in (*older.missed, *newer.missed) if at >= since}
    pauses = {
        pause.from_at: pause for pause in (*older.pauses, *newer.pauses) if pause.from_at >= since
    }
    return Record(
        runs=tuple(runs[at] for at in sorted(runs))[-_KEPT:],
        missed=tuple(sorted(missed - {run.slot_at for run in runs.values()})[-_KEPT:]),
        pauses=_pauses(tuple(pauses[at] for at in sorted(pauses))[-_PAUSES_KEPT:], view),
        retimed_at=newer.retimed_at or older.retimed_at,
    )


class Strips(dict[str, str]):
    """A sign for each of the last slots of each trigger, by its name; made when it is asked for.

    They are those of Became; at most 48, up to the newest reading.
    """

    def __init__(self, records: dict[str, Record], views: dict[str, TriggerView]) -> None:
        """Make them of what was seen of the triggers of a namespace."""
        super().__init__()
        self._records, self._views = records, views

    def __missing__(self, name: str) -> str:
        """Make that of one trigger."""
        record = self._records.get(name)
        signs = "" if record is None else strip_of(record, self._views[name])
        self[name] = signs
        return signs


def strips(snapshot: Snapshot, namespace_id: str) -> Strips:
    """Return those of a namespace that is known, as far as they were made before."""
    view, records = snapshot.namespaces[namespace_id], snapshot.records.get(namespace_id, {})
    return _strips(view, records)


@derived
def _strips(view: NamespaceView, records: dict[str, Record]) -> Strips:
    return Strips(records, view.triggers)


def strip_of(record: Record, view: TriggerView) -> str:
    """Return a sign for each of the last slots that the newest reading can tell of, at most 48."""
    return "".join(slot.became for slot in slots(record, view, _STRIP))


def slots(record: Record, view: TriggerView, count: int) -> list[Slot]:
    """Return the last ``count`` slots up to the newest reading, oldest first.

    A slot whose run is awaited still is not among them.
    """
    found = {at: Slot(at, _without_run(record, at), None) for at in _due(record, view, count)}
    found |= {at: Slot(at, Became.MISSED, None) for at in record.missed}
    for run in record.runs:
        at = run.slot_at or run.started_at
        is_late = (run.delay_s or 0.0) >= LATE_S
        found[at] = Slot(at, Became.LATE if is_late else Became.ON_TIME, run)
    return [found[at] for at in sorted(found)][-count:]


def _without_run(record: Record, at: datetime) -> Became:
    for pause in record.pauses:
        if pause.from_at <= at and (pause.until_at is None or at <= pause.until_at):
            return Became.PAUSED
    return Became.UNOBSERVED


def _due(record: Record, view: TriggerView, count: int) -> list[datetime]:
    """Return the last slots by cron, as far as that can be trusted, without those awaited."""
    verdict, expression = view.verdict, _cron_of(view)
    if expression is None or verdict.checked_at is None:
        return []
    created_at = view.trigger.created_at
    bounds = [record.retimed_at, created_at if isinstance(created_at, datetime) else None]
    since = max((at for at in bounds if at), default=None)
    awaited = verdict.owed[verdict.missed_count :]
    return [
        at
        for at in cron.last_times(expression, verdict.checked_at, count)
        if (since is None or at > since) and at not in awaited
    ]


def _cron_of(view: TriggerView) -> str | None:
    details = view.trigger.scheduled_details
    if not isinstance(details, ScheduledDetails) or view.verdict.note == READ_DIFFERENTLY:
        return None
    return details.cron


def _pauses(pauses: tuple[Pause, ...], view: TriggerView) -> tuple[Pause, ...]:
    checked_at, is_enabled = view.verdict.checked_at, view.trigger.is_enabled
    is_open = bool(pauses) and pauses[-1].until_at is None
    if checked_at is None or not isinstance(is_enabled, bool) or is_enabled is not is_open:
        return pauses
    if is_open:
        return (*pauses[:-1], structs.replace(pauses[-1], until_at=checked_at))
    # The change may be older than the reading, but not older than what is known otherwise.
    updated_at = view.trigger.updated_at
    from_at = updated_at if isinstance(updated_at, datetime) else checked_at
    if pauses and pauses[-1].until_at is not None:
        from_at = max(from_at, pauses[-1].until_at)
    return (*pauses, Pause(from_at=min(from_at, checked_at)))[-_PAUSES_KEPT:]


def _retimed_at(record: Record, old: TriggerView | None, new: TriggerView) -> datetime | None:
    before, after = _cron_of(old) if old else None, _cron_of(new)
    is_retimed = before is not None and after is not None and not is_same(before, after)
    return new.verdict.checked_at if is_retimed else record.retimed_at


def _newest_run(view: TriggerView) -> Run | None:
    times = view.trigger.scheduled_runs
    if not isinstance(times, ScheduledRuns) or not isinstance(times.last_run_at, datetime):
        return None
    started_at = times.last_run_at
    return Run(
        started_at=started_at,
        slot_at=_slot_of(view, started_at),
        seen_at=view.runs_read_at or started_at,
    )


def _slot_of(view: TriggerView, started_at: datetime) -> datetime | None:
    """Return the slot that a run belongs to, where its cron is still the one that it ran by."""
    updated_at, expression = view.trigger.updated_at, _cron_of(view)
    is_changed_since = isinstance(updated_at, datetime) and updated_at > started_at
    if expression is None or is_changed_since:
        return None
    return view.verdict.run_slot or slot_of_run(expression, started_at)
