"""The radar: what fires in which of the next minutes, how often at once, and when nothing does.

A run counts in its whole minute, the current one included: how long it takes, the API does not say.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final

from msgspec import Struct

from fntui.core.health import cron
from fntui.core.health.board import Entry, entries_of
from fntui.core.health.schedule import is_cron_of_use
from fntui.core.health.wording import is_stale
from fntui.core.model.snapshot import (
    NamespaceKey,
    Reading,
    Snapshot,
    State,
    TriggerKey,
    cron_of,
    label_of,
    next_run_at,
)
from fntui.humanize import ago

MINUTE: Final = timedelta(minutes=1)
_OVERDUE: Final = frozenset({State.LATE, State.STALLED})


class Track(Struct, frozen=True, kw_only=True):
    """A trigger that fires in the window.

    Attributes:
        label: Of its namespace.
        state: As it may be shown; unknown where its reading is too old, or says too little.
        next_at: Its first run in the window.
        minutes: The minutes of the window in which it fires, in order; 0 is the current one.
        is_next_only: Our reading of its cron is of no use: only the API's next run is known.
    """

    key: TriggerKey
    label: str
    state: State
    next_at: datetime
    minutes: tuple[int, ...]
    is_next_only: bool = False


class Gap(Struct, frozen=True, kw_only=True):
    """Something that may fire in the window, no one knows when.

    Attributes:
        key: What it is about; None: the list of namespaces.
        label: Of the namespace; ``""`` for the list of them.
        why: What is not known, without a full stop.
    """

    key: TriggerKey | NamespaceKey | None
    label: str
    why: str


class Quiet(Struct, frozen=True, kw_only=True):
    """A stretch of minutes in which nothing fires, from now on at the soonest."""

    starts_at: datetime
    ends_at: datetime

    @property
    def length(self) -> timedelta:
        """Return how long it is."""
        return self.ends_at - self.starts_at


class Radar(Struct, frozen=True, kw_only=True):
    """What fires in the window, a number of whole minutes of which the current one is the first.

    Attributes:
        now: Server time.
        start: When the current minute began.
        tracks: What fires in it, by next run; what fires in every minute comes last.
        steady: How many triggers fire in every minute of it: they are in no count, and no quiet
            minute is held against them, as there would be none.
        counts: How many of the others fire in each minute.
        gaps: What can't be placed, and what has not been read or is stale.
        quiet: The longest stretch in which none of the others fires, the first of several; None:
            there is none.
        paused: How many are paused, and so not placed.
        wont_run: How many have no next run by the API's word.
        overdue: How many are late or stalled: these may fire at any moment besides.
        uncertain: How many are placed, in the window or after it, by a reading that is stale or
            says too little.
    """

    now: datetime
    start: datetime
    tracks: tuple[Track, ...]
    steady: int
    counts: tuple[int, ...]
    gaps: tuple[Gap, ...]
    quiet: Quiet | None
    paused: int
    wont_run: int
    overdue: int
    uncertain: int

    @property
    def end(self) -> datetime:
        """Return when the window ends."""
        return self.start + len(self.counts) * MINUTE

    @property
    def runs(self) -> int:
        """Return how many runs there are in the window, those of every minute included."""
        return sum(len(track.minutes) for track in self.tracks)

    @property
    def next_only(self) -> int:
        """Return of how many triggers in the window only the next run is known."""
        return sum(track.is_next_only for track in self.tracks)

    @property
    def peak(self) -> int:
        """Return the most counted in one minute; 0 where no minute stands out."""
        most = max(self.counts)
        return most if most > max(1, min(self.counts)) else 0

    @property
    def is_complete(self) -> bool:
        """Return True if nothing but what is shown can fire, as far as the API tells."""
        is_in_doubt = self.gaps or self.uncertain or self.overdue or self.next_only
        return not is_in_doubt


def sweep(snapshot: Snapshot, now: datetime, minutes: int) -> Radar:
    """Return what fires in so many minutes, at least 1, from ``now``, server time."""
    start = now.astimezone(UTC).replace(second=0, microsecond=0)
    entries = list(entries_of(snapshot.namespaces.values(), now))
    live = [entry for entry in entries if _may_run(entry)]
    found = [_placed(entry, start, minutes) for entry in live]
    tracks = [track for track in found if isinstance(track, Track)]
    steady = [track for track in tracks if len(track.minutes) == minutes]
    others = [track for track in tracks if 0 < len(track.minutes) < minutes]
    counts = _counts(others, minutes)
    states = Counter(entry.view.verdict.state for entry in entries)
    paused = sum(entry.view.trigger.is_enabled is False for entry in entries)
    return Radar(
        now=now,
        start=start,
        tracks=(*sorted(others, key=_by_next), *sorted(steady, key=_by_next)),
        steady=len(steady),
        counts=counts,
        gaps=(*(gap for gap in found if isinstance(gap, Gap)), *_unread(snapshot, now)),
        quiet=longest_quiet(counts, start, now),
        paused=paused,
        wont_run=states[State.WONT_RUN],
        overdue=sum(entry.verdict.state in _OVERDUE for entry in live),
        uncertain=sum(track.state is State.UNKNOWN for track in tracks),
    )


def _may_run(entry: Entry) -> bool:
    is_paused = entry.view.trigger.is_enabled is False
    return not is_paused and entry.view.verdict.state is not State.WONT_RUN


def _by_next(track: Track) -> tuple[datetime, str, str]:
    return track.next_at, track.label.casefold(), track.key.name.casefold()


def _placed(entry: Entry, start: datetime, minutes: int) -> Track | Gap:
    """Return when a trigger fires in the window, which may be never, or why that is not known."""
    text, upcoming = cron_of(entry.view) or "", next_run_at(entry.view)
    is_next_only = not is_cron_of_use(entry.view)
    if not is_next_only:
        slots = cron.minutes_within(text, start, minutes)
        upcoming = start + slots[0] * MINUTE if slots else start
    elif upcoming is None:
        return Gap(key=entry.key, label=entry.label, why=_why_unknown(entry))
    elif upcoming < start:
        return Gap(key=entry.key, label=entry.label, why="its next run is past, no other is known")
    else:
        offset = (upcoming - start) // MINUTE
        slots = (offset,) if offset < minutes else ()
    return Track(
        key=entry.key,
        label=entry.label,
        state=entry.verdict.state,
        next_at=upcoming,
        minutes=slots,
        is_next_only=is_next_only,
    )


def _why_unknown(entry: Entry) -> str:
    is_read = entry.view.runs_read_at is not None and cron_of(entry.view) is not None
    return "its schedule can't be read" if is_read else "its schedule is not read yet"


def _counts(tracks: Sequence[Track], minutes: int) -> tuple[int, ...]:
    counts = [0] * minutes
    # Most triggers share their minutes with others: those are gone through once.
    for slots, times in Counter(track.minutes for track in tracks).items():
        for minute in slots:
            counts[minute] += times
    return tuple(counts)


def longest_quiet(counts: Sequence[int], start: datetime, now: datetime) -> Quiet | None:
    """Return the longest stretch of minutes that count 0, the first of several; None: no such.

    Args:
        counts: What fires in each minute.
        start: When the first of them begins.
        now: A moment in the first of them; no stretch begins before it.
    """
    stretches: list[Quiet] = []
    for is_quiet, group in groupby(range(len(counts)), lambda minute: counts[minute] == 0):
        minutes = list(group)
        if is_quiet:
            starts_at, ends_at = start + minutes[0] * MINUTE, start + (minutes[-1] + 1) * MINUTE
            stretches.append(Quiet(starts_at=max(now, starts_at), ends_at=ends_at))
    return max(stretches, key=lambda quiet: quiet.length, default=None)


def _unread(snapshot: Snapshot, now: datetime) -> Iterator[Gap]:
    why = _why_unread("namespaces", snapshot.reading, len(snapshot.unreadable_namespaces), now)
    if why:
        yield Gap(key=None, label="", why=why)
    for view in snapshot.namespaces.values():
        count = len(view.unreadable_triggers)
        why = _why_unread("triggers", view.triggers_reading, count, now)
        if why:
            key = NamespaceKey(view.namespace.namespace_id)
            yield Gap(key=key, label=label_of(view.namespace), why=why)


def _why_unread(what: str, reading: Reading, unreadable: int, now: datetime) -> str:
    """Return what is not known of a list; ``""`` if all of it is."""
    cause = f", {reading.problem.kind}" if reading.problem else ""
    if reading.read_at is None:
        return f"{what} not read yet{cause}"
    if is_stale(reading.read_at, reading, now):
        return f"{what} STALE {ago((now - reading.read_at).total_seconds())}{cause}"
    return f"{what} that can't be read: {unreadable}" if unreadable else ""
