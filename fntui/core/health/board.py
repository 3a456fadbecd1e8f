"""The board: every trigger of an account with its verdict, worst first.

A verdict changes by a reading, or by growing too old. Between two moments in which nothing was read
and nothing grew too old, ``standings`` returns the very same objects, and so does each namespace
that was not read.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from fntui.core.health.acknowledgements import AlarmKey, hushed
from fntui.core.health.cron_syntax import without_seconds
from fntui.core.health.wording import is_problem, is_stale, shown_verdict, urgency
from fntui.core.model.snapshot import (
    AccessKeyKey,
    NamespaceView,
    Snapshot,
    State,
    TriggerKey,
    TriggerView,
    Verdict,
    cron_of,
    label_of,
    next_run_at,
)
from fntui.memo import derived

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class Entry(Struct, frozen=True, gc=False):
    """A trigger on the board."""

    key: TriggerKey
    label: str
    view: TriggerView
    verdict: Verdict
    is_acknowledged: bool = False

    @property
    def is_stale(self) -> bool:
        """True where the verdict is unknown since what it rests on is too old."""
        return self.verdict is not self.view.verdict

    @property
    def cron(self) -> str | None:
        """The cron expression as it is shown, without seconds; None where it is not known."""
        text = cron_of(self.view)
        return None if text is None else without_seconds(text)


def entries_of(
    namespaces: Iterable[NamespaceView],
    now: datetime,
    acknowledged: Collection[TriggerKey | AccessKeyKey] = (),
) -> Iterator[Entry]:
    """Yield every trigger with the verdict that may be shown at ``now``, server time."""
    for namespace in namespaces:
        for name, view in namespace.triggers.items():
            key = TriggerKey(namespace.namespace.namespace_id, name)
            yield Entry(
                key,
                label_of(namespace.namespace),
                view,
                shown_verdict(view, namespace.triggers_reading, now),
                key in acknowledged,
            )


def by_name(entry: Entry) -> tuple[str, str]:
    """Return what sorts by namespace and name."""
    return entry.label.casefold(), entry.key.name.casefold()


def by_next(entry: Entry) -> tuple[Any, ...]:
    """Return what sorts by next run."""
    return next_run_at(entry.view) or _NEVER, *by_name(entry)


def by_urgency(entry: Entry) -> tuple[Any, ...]:
    """Return what sorts the worst first, what is acknowledged last of its state; by next run."""
    return urgency(entry.verdict.state), entry.is_acknowledged, *by_next(entry)


class Standing(Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """How the triggers of a namespace stand.

    Attributes:
        entries: By name, in the server's order, each with the verdict that may be shown.
        news: How many are in which state, of those that nobody acknowledged.
        known: The same of the others.
    """

    entries: Mapping[str, Entry]
    news: Counter[State]
    known: Counter[State]


class Standings(Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """How an account stands.

    Attributes:
        namespaces: By ``namespace_id``, in the server's order.
        hushed: The triggers and access keys whose trouble a person knows of.
    """

    namespaces: Mapping[str, Standing]
    hushed: frozenset[AlarmKey]


@derived
def standings(snapshot: Snapshot, now: datetime) -> Standings:
    """Return how an account stands at ``now``, server time; the very same while nothing changes."""
    outdated = tuple(_outdated(view, now) for view in snapshot.namespaces.values())
    return _standings(snapshot, outdated, hushed(snapshot, now))


@derived
def count_states(account: Standings) -> Counter[State]:
    """Return how many triggers are in which state, but for the problems that are acknowledged."""
    total: Counter[State] = Counter()
    for standing in account.namespaces.values():
        total.update(standing.news)
        if standing.known:
            total.update({s: n for s, n in standing.known.items() if not is_problem(s)})
    return total


def _outdated(view: NamespaceView, now: datetime) -> frozenset[datetime]:
    """Return the readings on which verdicts rest that may not be shown any more."""
    reading = view.triggers_reading
    return frozenset(at for at in _rested_on(view) if is_stale(at, reading, now))


@derived
def _rested_on(view: NamespaceView) -> frozenset[datetime]:
    readings = (each.verdict.checked_at for each in view.triggers.values())
    return frozenset(at for at in readings if at is not None)


@derived
def _standings(
    snapshot: Snapshot, outdated: tuple[frozenset[datetime], ...], known: frozenset[AlarmKey]
) -> Standings:
    names: dict[str, set[str]] = {}
    for key in known:
        if isinstance(key, TriggerKey):
            names.setdefault(key.namespace_id, set()).add(key.name)
    return Standings(
        namespaces={
            namespace_id: _standing(view, old, frozenset(names.get(namespace_id, ())))
            for (namespace_id, view), old in zip(snapshot.namespaces.items(), outdated, strict=True)
        },
        hushed=known,
    )


@derived
def _standing(
    view: NamespaceView, outdated: frozenset[datetime], known: frozenset[str]
) -> Standing:
    namespace_id, label = view.namespace.namespace_id, label_of(view.namespace)
    entries: dict[str, Entry] = {}
    for name, trigger in view.triggers.items():
        verdict = trigger.verdict
        if verdict.checked_at in outdated:
            verdict = Verdict(checked_at=verdict.checked_at)
        key = TriggerKey(namespace_id, name)
        entries[name] = Entry(key, label, trigger, verdict, name in known)
    all_entries = entries.values()
    return Standing(
        entries=entries,
        news=Counter(each.verdict.state for each in all_entries if not each.is_acknowledged),
        known=Counter(each.verdict.state for each in all_entries if each.is_acknowledged),
    )
