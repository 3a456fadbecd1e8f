"""All that is known of an account at one moment, as frozen values that compare by content.

The dictionaries are never changed in place: the Store makes a new one for the branch that changed
and shares the others, so that an unchanged branch can be told by identity.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from fntui.api.limits import RateLimit
from fntui.api.models import (
    AccessKey,
    Namespace,
    ScheduledDetails,
    ScheduledRuns,
    Time,
    Trigger,
    Unreadable,
)
from fntui.core.model.lag import Lag
from fntui.core.model.pace import USUAL_S, Pace
from fntui.core.model.problem import Problem


class NamespaceKey(Struct, frozen=True, order=True, gc=False):
    """Says which namespace."""

    namespace_id: str


class TriggerKey(Struct, frozen=True, order=True, gc=False):
    """Says which trigger."""

    namespace_id: str
    name: str


class AccessKeyKey(Struct, frozen=True, order=True, gc=False):
    """Says which access key."""

    namespace_id: str
    key_id: str


class Reading(Struct, frozen=True, kw_only=True, gc=False):
    """How well a branch is known.

    Attributes:
        read_at: Server time at which the last good answer was asked for; None: not read yet.
        problem: Why the newest try failed; None: it did not.
        failures: Tries in a row that failed since.
        limit_s: How old it may become before it is read again, where it is not on screen.
        is_cached: ``read_at`` is of a session before: this one has not read it yet.
    """

    read_at: datetime | None = None
    problem: Problem | None = None
    failures: int = 0
    limit_s: float = USUAL_S
    is_cached: bool = False


class State(StrEnum):
    """The state word of a trigger."""

    UNKNOWN = "unknown"
    PAUSED = "paused"
    NEVER_RAN = "never ran"
    ON_TIME = "on time"
    LATE = "late"
    MISSED = "missed"
    WONT_RUN = "won't run"
    STALLED = "stalled"


class Verdict(Struct, frozen=True, kw_only=True, gc=False):
    """What a reading proves of a trigger.

    Attributes:
        state: The state word.
        checked_at: Server time of the reading that it rests on; None: there was none.
        owed: Slots whose run has not been seen, oldest first; at most the last ten.
        missed_count: How many of them are past their grace; 0 unless missed.
        counted_from: The last change or re-enabling: nothing that was due at or before this moment
            is owed, nor what was due before the last run; None: not known.
        run_slot: The slot that the last run belongs to; None: not known.
        watched_from: Server time of the first reading: what it showed to be missed is no news.
        lag_grace_s: How long after its slot a run could still be on its way, by the publication
            lag that was known; 0 for none.
        note: What else there is to say, such as "schedule read differently"; ``""`` for nothing.
    """

    state: State = State.UNKNOWN
    checked_at: datetime | None = None
    owed: tuple[datetime, ...] = ()
    missed_count: int = 0
    counted_from: datetime | None = None
    run_slot: datetime | None = None
    watched_from: datetime | None = None
    lag_grace_s: float = 0.0
    note: str = ""


class Doubt(Struct, frozen=True, gc=False):
    """A reading that was not believed, since a later run had been seen.

    Attributes:
        read_at: Server time at which it was asked for.
        last_run_at: The run that it showed to be the last.
    """

    read_at: datetime
    last_run_at: Time


class TriggerView(Struct, frozen=True, kw_only=True, gc=False):
    """A trigger, as well as it is known.

    Attributes:
        trigger: What the newest answer said, filled up with what earlier ones said of the same
            ``updated_at`` where a list left fields out.
        runs_read_at: Server time at which its ``scheduled_runs`` were asked for; None: never.
        verdict: What that reading proves.
        is_bare: Its list leaves out its ``scheduled_runs``, so that it must be read by itself.
        doubts: The newest readings, if they were not believed, oldest first.
    """

    trigger: Trigger
    runs_read_at: datetime | None = None
    verdict: Verdict = Verdict()
    is_bare: bool = False
    doubts: tuple[Doubt, ...] = ()


class NamespaceView(Struct, frozen=True, kw_only=True, dict=True):
    """A namespace with its triggers and access keys, as well as they are known, in server order.

    What is derived of it may be kept with it.

    Attributes:
        absent_triggers: Names that the newest list did not show, and the one before did: they are
            gone if the next one, or a reading of their own, says so again.
        absent_access_keys: The same of access keys, by id.
    """

    namespace: Namespace
    triggers: dict[str, TriggerView] = {}
    absent_triggers: frozenset[str] = frozenset()
    unreadable_triggers: tuple[Unreadable, ...] = ()
    triggers_reading: Reading = Reading()
    access_keys: dict[str, AccessKey] = {}
    absent_access_keys: frozenset[str] = frozenset()
    unreadable_access_keys: tuple[Unreadable, ...] = ()
    access_keys_reading: Reading = Reading(limit_s=Pace().access_keys_s())


class Run(Struct, frozen=True, kw_only=True, gc=False):
    """One firing that the times prove.

    Attributes:
        started_at: The ``last_run_at`` that showed it.
        slot_at: The moment at which it was due by cron; None where that can't be told.
        seen_at: Server time of the reading that showed it.
    """

    started_at: datetime
    slot_at: datetime | None
    seen_at: datetime

    @property
    def delay_s(self) -> float | None:
        """Return the seconds from slot to start; None where the slot is not known."""
        return None if self.slot_at is None else (self.started_at - self.slot_at).total_seconds()


class Pause(Struct, frozen=True, kw_only=True, gc=False):
    """A time in which a trigger was paused, as readings showed it.

    Attributes:
        from_at: When it was paused; the reading that showed it, where the API does not say.
        until_at: The reading that showed it enabled again; None: it is paused still.
    """

    from_at: datetime
    until_at: datetime | None = None


class Record(Struct, frozen=True, kw_only=True, gc=False):
    """What was seen of a trigger in this session and earlier ones, each part oldest first.

    Attributes:
        runs: At most 200.
        missed: Slots whose run a reading proved missing, and that has not come late; at most 200.
        pauses: At most 50.
        retimed_at: The reading that showed its cron to be another one; slots before it can't be
            told by today's cron. None: no such change was seen.
    """

    runs: tuple[Run, ...] = ()
    missed: tuple[datetime, ...] = ()
    pauses: tuple[Pause, ...] = ()
    retimed_at: datetime | None = None


class Acknowledgement(Struct, frozen=True, kw_only=True):
    """A person knows of the trouble with a trigger or an access key: no bell for it.

    Attributes:
        acknowledged_at: Server time.
        ends_at: Until when; None: until its next run, or for good.
        ends_with_run: It ends with the next run that is seen.
    """

    acknowledged_at: datetime
    ends_at: datetime | None = None
    ends_with_run: bool = False


class Activity(Struct, frozen=True, kw_only=True):
    """A line of the Activity tab: something that was done or seen, newest last.

    Attributes:
        at: Server time.
        actor: "you"; "someone", since the API names nobody; or "watch": fntui judged anew.
        namespace_id: Where.
        target: Name or id of the trigger or key concerned; ``""``: the namespace itself.
        words: What happened, as a sentence without a full stop; holds raw text from the server.
    """

    at: datetime
    actor: str
    namespace_id: str
    target: str
    words: str


class Snapshot(Struct, frozen=True, kw_only=True, dict=True):
    """Everything known at one moment. What is derived of it may be kept with it.

    Attributes:
        namespaces: By ``namespace_id``, in the server's order.
        absent_namespaces: Ids that the newest list did not show, or that an answer said not to be
            there; they are gone if the next list does not show them, either.
        reading: How well the list of namespaces is known.
        records: What was seen of each trigger over time, by ``namespace_id`` and name.
        activity: At most the last 500 lines.
        acknowledged: Whose trouble a person knows of.
        lag: The publication lag of the account; None: none was seen.
        pinned: Ids of the namespaces that are read as often as in a small account.
        pace: How often the watch reads what is not on screen.
        rate_limit: What the newest answer said of the API budget; None before the first.
        is_token_refused: The server answered 401 and no newer token has been given.
    """

    namespaces: dict[str, NamespaceView] = {}
    absent_namespaces: frozenset[str] = frozenset()
    unreadable_namespaces: tuple[Unreadable, ...] = ()
    reading: Reading = Reading()
    records: dict[str, dict[str, Record]] = {}
    activity: tuple[Activity, ...] = ()
    acknowledged: dict[TriggerKey | AccessKeyKey, Acknowledgement] = {}
    lag: Lag | None = None
    pinned: frozenset[str] = frozenset()
    pace: Pace = Pace()
    rate_limit: RateLimit | None = None
    is_token_refused: bool = False

    def knows(self, key: NamespaceKey | TriggerKey | AccessKeyKey) -> bool:
        """Return True for an object that is known."""
        match key:
            case NamespaceKey():
                return key.namespace_id in self.namespaces
            case TriggerKey():
                return self.trigger(key) is not None
            case _:
                return self.access_key(key) is not None

    def trigger(self, key: TriggerKey) -> TriggerView | None:
        """Return the trigger, or None if it is not known (any more)."""
        namespace = self.namespaces.get(key.namespace_id)
        return namespace.triggers.get(key.name) if namespace else None

    def record(self, key: TriggerKey) -> Record | None:
        """Return what was seen of a trigger over time; None: nothing was read of it."""
        return self.records.get(key.namespace_id, {}).get(key.name)

    def runs(self, key: TriggerKey) -> tuple[Run, ...]:
        """Return the runs seen of a trigger, oldest first."""
        record = self.record(key)
        return record.runs if record else ()

    def access_key(self, key: AccessKeyKey) -> AccessKey | None:
        """Return the access key, or None if it is not known (any more)."""
        namespace = self.namespaces.get(key.namespace_id)
        return namespace.access_keys.get(key.key_id) if namespace else None


def differing(
    old: Snapshot, new: Snapshot
) -> Iterator[tuple[str, NamespaceView | None, NamespaceView | None]]:
    """Yield the namespaces that are not the very same in both, as they were and as they are."""
    before, after = old.namespaces, new.namespaces
    if before is after:
        return
    changed = [name for name, known in before.items() if after.get(name) is not known]
    changed += () if after.keys() <= before.keys() else (n for n in after if n not in before)
    for namespace_id in changed:
        yield namespace_id, before.get(namespace_id), after.get(namespace_id)


def label_of(namespace: Namespace) -> str:
    """Return what to call a namespace: its label, else its id."""
    return (
        namespace.label
        if isinstance(namespace.label, str) and namespace.label
        else namespace.namespace_id
    )


def next_run_at(view: TriggerView) -> datetime | None:
    """Return when it fires next, as the API says; None: not, or not known."""
    runs = view.trigger.scheduled_runs
    at = runs.next_run_at if isinstance(runs, ScheduledRuns) else None
    return at if isinstance(at, datetime) else None


def last_run_at(view: TriggerView) -> datetime | None:
    """Return when it fired last, as the API says; None: never, or not known."""
    runs = view.trigger.scheduled_runs
    at = runs.last_run_at if isinstance(runs, ScheduledRuns) else None
    return at if isinstance(at, datetime) else None


def cron_of(view: TriggerView) -> str | None:
    """Return the cron expression; None where it is not known."""
    details = view.trigger.scheduled_details
    return details.cron if isinstance(details, ScheduledDetails) else None
