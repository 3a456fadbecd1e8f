"""The report of ``fntui status``: triggers, what could not be read, and the exit status."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from msgspec import Struct

from fntui.api.models import AccessKey, Unreadable
from fntui.core.health.board import Entry, by_urgency, entries_of
from fntui.core.health.wording import is_problem, verdict_sentence
from fntui.core.model.problem import TRIED_AGAIN, Problem, ProblemKind
from fntui.core.model.snapshot import NamespaceView, Snapshot, State, TriggerKey, label_of

LATE: Final = 1
MISSED: Final = 2
UNKNOWN: Final = 3

_NO_NAMESPACE: Final = ("", "")


class Report(Struct, frozen=True, kw_only=True):
    """One reading of an account.

    Attributes:
        profile: The user's name for the account.
        now: Server time at its end.
        snapshot: What was read.
        unread: Why single triggers could not be read.
    """

    profile: str
    now: datetime
    snapshot: Snapshot
    unread: dict[TriggerKey, Problem] = {}

    def entries(self) -> list[Entry]:
        """Return the triggers, worst first, judged as on the screen."""
        return sorted(entries_of(self.snapshot.namespaces.values(), self.now), key=by_urgency)

    def sentence(self, entry: Entry) -> str:
        """Return the verdict as the screen says it, with dates."""
        reading = self.snapshot.namespaces[entry.key.namespace_id].triggers_reading
        return verdict_sentence(entry.view, self.now, utc, reading)


class Gap(NamedTuple):
    """Something that could not be read.

    Attributes:
        what: ``namespaces``, ``triggers`` or ``access_keys``: a list; ``namespace``, ``trigger`` or
            ``access_key``: one of it.
        namespace_id: Where; ``""``: in the account.
        label: What the namespace is called.
        name: Of the one, as far as that could be read; ``""`` for a list.
        problem: Why.
    """

    what: str
    namespace_id: str
    label: str
    name: str
    problem: Problem

    def advice(self) -> str:
        """Return what can be done about it; ``""``: nothing, or look again later."""
        return "" if self.problem.advice == TRIED_AGAIN else self.problem.advice


def utc(at: datetime) -> str:
    """Return a moment as ``2026-11-23 14:05:00Z``."""
    return f"{at.replace(tzinfo=None).isoformat(sep=' ', timespec='seconds')}Z"


def access_keys(report: Report) -> list[tuple[NamespaceView, AccessKey]]:
    """Return all access keys, each with its namespace, the first to expire first."""
    found = [
        (view, key)
        for view in report.snapshot.namespaces.values()
        for key in view.access_keys.values()
    ]
    return sorted(found, key=lambda pair: _place(pair[1]))


def _place(key: AccessKey) -> tuple[bool, str]:
    at = key.expires_at
    return (False, at.isoformat()) if isinstance(at, datetime) else (True, "")


def gaps(report: Report) -> list[Gap]:
    """Return what could not be read: of the account, then by namespace."""
    snapshot = report.snapshot
    found = [
        _one("namespace", bad, _NO_NAMESPACE, report.now) for bad in snapshot.unreadable_namespaces
    ]
    if snapshot.reading.problem:
        found.insert(0, Gap("namespaces", *_NO_NAMESPACE, "", snapshot.reading.problem))
    for view in snapshot.namespaces.values():
        found += _gaps_in(view, report)
    return found


def _gaps_in(view: NamespaceView, report: Report) -> Iterator[Gap]:
    here = view.namespace.namespace_id, label_of(view.namespace)
    if view.triggers_reading.problem:
        yield Gap("triggers", *here, "", view.triggers_reading.problem)
    for bad in view.unreadable_triggers:
        yield _one("trigger", bad, here, report.now)
    for name in view.triggers:
        if problem := report.unread.get(TriggerKey(here[0], name)):
            yield Gap("trigger", *here, name, problem)
    if view.access_keys_reading.problem:
        yield Gap("access_keys", *here, "", view.access_keys_reading.problem)
    for bad in view.unreadable_access_keys:
        yield _one("access_key", bad, here, report.now)


def _one(what: str, bad: Unreadable, here: tuple[str, str], now: datetime) -> Gap:
    """Return the gap of an element that a list held and that does not have its shape."""
    words = what.replace("_", " ")
    which = f"{words} {bad.name}" if bad.name else f"one {words}"
    where = f" in {here[1]}" if here[1] else ""
    problem = Problem(
        kind=ProblemKind.UNREADABLE,
        sentence=f"could not read {which}{where}: {bad.reason}",
        advice="",
        request_id=None,
        at=now,
    )
    return Gap(what, *here, bad.name, problem)


def exit_status(report: Report) -> int:
    """Return what monitoring should make of it: the worst counts, 0 where all is well.

    A missed run that was seen is worse than what could not be seen, and that than a late run.
    """
    states = {entry.verdict.state for entry in report.entries()}
    if states & {State.MISSED, State.STALLED}:
        return MISSED
    if State.UNKNOWN in states or gaps(report):
        return UNKNOWN
    return LATE if any(map(is_problem, states)) else 0
