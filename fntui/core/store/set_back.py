"""What a snapshot is where the server's time turns out to be less than was believed."""

from datetime import datetime

from msgspec import structs

from fntui.core.model.snapshot import NamespaceView, Reading, Snapshot, TriggerView


def set_back(snapshot: Snapshot, at: datetime) -> Snapshot:
    """Return the snapshot with nothing in it read later than ``at``."""
    return structs.replace(
        snapshot,
        namespaces={each: _view_set_back(view, at) for each, view in snapshot.namespaces.items()},
        reading=_reading_set_back(snapshot.reading, at),
    )


def _view_set_back(view: NamespaceView, at: datetime) -> NamespaceView:
    return structs.replace(
        view,
        triggers={name: _trigger_set_back(each, at) for name, each in view.triggers.items()},
        triggers_reading=_reading_set_back(view.triggers_reading, at),
        access_keys_reading=_reading_set_back(view.access_keys_reading, at),
    )


def _trigger_set_back(view: TriggerView, at: datetime) -> TriggerView:
    verdict = view.verdict
    return structs.replace(
        view,
        runs_read_at=_earlier(view.runs_read_at, at),
        verdict=structs.replace(
            verdict,
            checked_at=_earlier(verdict.checked_at, at),
            counted_from=_earlier(verdict.counted_from, at),
            watched_from=_earlier(verdict.watched_from, at),
        ),
    )


def _reading_set_back(reading: Reading, at: datetime) -> Reading:
    return structs.replace(reading, read_at=_earlier(reading.read_at, at))


def _earlier(moment: datetime | None, at: datetime) -> datetime | None:
    return moment if moment is None else min(moment, at)
