"""Snapshots to look at, and the lines of a view as plain text."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import structs

from fntui.api.models import AccessKey, Listing, Namespace, Trigger, Unreadable
from fntui.core.model.events import AccessKeysRead, Fact, NamespacesRead, ReadFailed, TriggersRead
from fntui.core.model.problem import Problem, ProblemKind
from fntui.core.model.snapshot import Snapshot
from fntui.core.store.store import Store
from fntui.ui.views.lines import Line
from fntui.ui.views.view_context import Lens
from tests.support.builders import NOON

FN = "fn-1"


def utc(moment: datetime) -> str:
    """Write a moment as the program does."""
    return f"{moment:%H:%M:%S}Z"


def lens(width: int = 90, now: datetime = NOON) -> Lens:
    """Return a look at NOON."""
    return Lens(now, utc, width)


def text(lines: Iterable[Line]) -> str:
    """Return lines as text, without blanks at their ends."""
    return "\n".join(line.text.rstrip() for line in lines)


def a_namespace(namespace_id: str = FN, label: str = "billing") -> Namespace:
    """Return a namespace as a list has it."""
    return Namespace(namespace_id=namespace_id, label=label, region="nyc1", api_host="https://h.io")


def a_problem(kind: ProblemKind = ProblemKind.UNREACHABLE, sentence: str = "No answer.") -> Problem:
    """Return a problem with all its parts."""
    return Problem(kind=kind, sentence=sentence, advice="Try again.", request_id="req-7", at=NOON)


def a_snapshot(
    triggers: Sequence[Trigger] = (),
    keys: Sequence[AccessKey] = (),
    *more: Fact,
    namespaces: Sequence[Namespace] = (a_namespace(),),
    unreadable: Sequence[Unreadable] = (),
) -> Snapshot:
    """Return what is known of one namespace read at NOON, and then of ``more``."""
    store = Store()
    bad = tuple(unreadable)
    store.apply(NamespacesRead(at=NOON, listing=Listing(items=tuple(namespaces))))
    store.apply(
        TriggersRead(
            at=NOON, namespace_id=FN, listing=Listing(items=tuple(triggers), unreadable=bad)
        ),
        AccessKeysRead(at=NOON, namespace_id=FN, listing=Listing(items=tuple(keys))),
    )
    for fact in more:
        store.apply(fact)
    return store.snapshot


def failed(
    kind: ProblemKind, branch: str = "triggers", times: int = 1, namespace_id: str = FN
) -> list[Fact]:
    """Return so many reads of a branch that failed."""
    fact = ReadFailed(at=NOON, namespace_id=namespace_id, branch=branch, problem=a_problem(kind))
    return [structs.replace(fact) for _ in range(times)]
