"""The targets of polling: what one request can read, and which runs it may show."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from fntui.core.health.owed import Awaited, awaited
from fntui.core.model.events import AccessKeysRead, Fact, NamespacesRead, TriggerRead, TriggersRead
from fntui.core.model.problem import Problem
from fntui.core.model.snapshot import (
    NamespaceView,
    Snapshot,
    TriggerKey,
    TriggerView,
    differing,
)
from fntui.memo import derived

if TYPE_CHECKING:
    from fntui.core.operations.operations import Operations


class Kind(StrEnum):
    """What a unit reads."""

    NAMESPACES = "namespaces"
    TRIGGERS = "triggers"
    TRIGGER = "trigger"
    ACCESS_KEYS = "access keys"


class Unit(Struct, frozen=True, order=True):
    """One thing that can be read by one request.

    Attributes:
        namespace_id: ``""`` for the list of namespaces.
        name: Of a single trigger, where the list of its namespace leaves out its runs.
    """

    kind: Kind
    namespace_id: str = ""
    name: str = ""

    def is_listed_by(self, listing: "Unit") -> bool:
        """Return True for a single trigger of the namespace whose triggers ``listing`` lists."""
        is_pair = self.kind is Kind.TRIGGER and listing.kind is Kind.TRIGGERS
        return is_pair and self.namespace_id == listing.namespace_id


async def read(unit: Unit, operations: "Operations") -> Problem | None:
    """Read a unit; return what went wrong, if anything did."""
    match unit.kind:
        case Kind.NAMESPACES:
            return await operations.read_namespaces()
        case Kind.TRIGGERS:
            return await operations.read_triggers(unit.namespace_id)
        case Kind.TRIGGER:
            answer = await operations.read_trigger(TriggerKey(unit.namespace_id, unit.name))
            return answer if isinstance(answer, Problem) else None
        case _:
            return await operations.read_access_keys(unit.namespace_id)


def unit_read_by(fact: Fact) -> Unit | None:
    """Return what must have been read for ``fact`` to be known; None: no unit."""
    match fact:
        case NamespacesRead():
            return Unit(Kind.NAMESPACES)
        case TriggersRead():
            return Unit(Kind.TRIGGERS, fact.namespace_id)
        case TriggerRead():
            return Unit(Kind.TRIGGER, fact.namespace_id, fact.trigger.name)
        case AccessKeysRead():
            return Unit(Kind.ACCESS_KEYS, fact.namespace_id)
        case _:
            return None


def units_of(snapshot: Snapshot) -> Iterable[Unit]:
    """Yield what there is to read of an account, besides the list of namespaces."""
    for namespace_id, namespace in snapshot.namespaces.items():
        yield Unit(Kind.TRIGGERS, namespace_id)
        yield Unit(Kind.ACCESS_KEYS, namespace_id)
        for name in _bare_names(namespace):
            yield Unit(Kind.TRIGGER, namespace_id, name)


@derived
def _bare_names(namespace: NamespaceView) -> tuple[str, ...]:
    """Return the triggers that are to be read by themselves."""
    views, absent = namespace.triggers.items(), namespace.absent_triggers
    return tuple(
        name for name, view in views if name in absent or (view.is_bare and not _is_at_rest(view))
    )


def outdated_units(unit: Unit, before: Snapshot, after: Snapshot) -> Iterable[Unit]:
    """Yield the single triggers that the list ``unit`` showed to have changed, without runs."""
    namespace = after.namespaces.get(unit.namespace_id)
    if namespace is not None and unit.kind is Kind.TRIGGERS:
        for name, view in namespace.triggers.items():
            known = before.trigger(TriggerKey(unit.namespace_id, name))
            if view.runs_read_at is None and known is not None and known.runs_read_at is not None:
                yield Unit(Kind.TRIGGER, unit.namespace_id, name)


def doubtful_units(before: Snapshot, after: Snapshot) -> Iterable[Unit]:
    """Yield the lists that left out what may be there still: the next one decides.

    A trigger that its list left out is read by itself.
    """
    if after.absent_namespaces - before.absent_namespaces:
        yield Unit(Kind.NAMESPACES)
    for namespace_id, known, namespace in differing(before, after):
        absent = namespace.absent_access_keys if namespace else frozenset[str]()
        if absent - (known.absent_access_keys if known else frozenset()):
            yield Unit(Kind.ACCESS_KEYS, namespace_id)


def awaited_of(unit: Unit, snapshot: Snapshot) -> dict[str, Awaited]:
    """Return the runs that the next look at ``unit`` may show, by the trigger's name."""
    namespace = snapshot.namespaces.get(unit.namespace_id)
    if namespace is None or unit.kind not in {Kind.TRIGGERS, Kind.TRIGGER}:
        return {}
    found = {
        name: awaited(view)
        for name, view in namespace.triggers.items()
        if (unit.kind is Kind.TRIGGER and name == unit.name)
        or (unit.kind is Kind.TRIGGERS and not view.is_bare)
    }
    return {name: run for name, run in found.items() if run is not None}


def _is_at_rest(view: TriggerView) -> bool:
    """Return True for a paused trigger that is known: its list shows when it goes on."""
    return view.trigger.is_enabled is False and view.runs_read_at is not None
