"""Facts for tests of the Store, by "HH:MM" of one day, in the namespace fn-1 or all."""

from datetime import datetime

from fntui.api.models import (
    AccessKey,
    Listing,
    Namespace,
    Trigger,
    Unreadable,
)
from fntui.core.model.events import (
    AccessKeysRead,
    Changed,
    NamespacesRead,
    ReadFailed,
    TriggerGone,
    TriggerRead,
    TriggersRead,
)
from fntui.core.model.problem import Problem, ProblemKind
from fntui.core.model.snapshot import TriggerKey
from fntui.core.store.store import Store
from tests.support.builders import NOON, at

KEY = TriggerKey("fn-1", "invoice-run")
PROBLEM = Problem(
    kind=ProblemKind.SERVER_ERROR, sentence="could not", advice="", request_id=None, at=NOON
)


def namespaces(moment: str, *items: Namespace, unreadable: str = "") -> NamespacesRead:
    rows = (Unreadable(name=unreadable, reason="?"),) if unreadable else ()
    return NamespacesRead(at=at(moment), listing=Listing(items=items, unreadable=rows))


def triggers(moment: str, *items: Trigger, unreadable: str = "") -> TriggersRead:
    rows = (Unreadable(name=unreadable, reason="?"),) if unreadable else ()
    listing = Listing(items=items, unreadable=rows)
    return TriggersRead(at=at(moment), namespace_id="fn-1", listing=listing)


def keys(moment: str, *items: AccessKey, unreadable: str = "") -> AccessKeysRead:
    rows = (Unreadable(name=unreadable, reason="?"),) if unreadable else ()
    listing = Listing(items=items, unreadable=rows)
    return AccessKeysRead(at=at(moment), namespace_id="fn-1", listing=listing)


def one(moment: str, trigger: Trigger) -> TriggerRead:
    return TriggerRead(at=at(moment), namespace_id="fn-1", trigger=trigger)


def failed_times(moment: str, times: int) -> list[ReadFailed]:
    """Return so many reads of the triggers that failed."""
    fact = ReadFailed(at=at(moment), namespace_id="fn-1", branch="triggers", problem=PROBLEM)
    return [fact] * times


def gone(moment: str, name: str = "invoice-run") -> TriggerGone:
    return TriggerGone(at=at(moment), namespace_id="fn-1", name=name)


def changed(moment: str, words: str, target: str = "invoice-run") -> Changed:
    return Changed(at=at(moment), namespace_id="fn-1", target=target, words=words)


BILLING = Namespace(namespace_id="fn-1", label="billing", region="nyc1")
REPORTS = Namespace(namespace_id="fn-2", label="reports", region="nyc1")
CI = AccessKey(key_id="k-1", name="ci")


def store_with_billing() -> Store:
    """Return a Store that knows one namespace, BILLING, read at 11:00."""
    made = Store()
    made.apply(namespaces("11:00", BILLING))
    return made


def lines(store: Store) -> list[tuple[str, str]]:
    return [(line.actor, line.words) for line in store.snapshot.activity]


def runs_at(store: Store) -> list[datetime]:
    return [run.started_at for run in store.snapshot.runs(KEY)]
