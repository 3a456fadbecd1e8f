"""The board: every trigger of an account with what it says of itself, worst first."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from fntui.api.models import Namespace, ScheduledDetails, ScheduledRuns
from fntui.core.health.wording import shown_verdict, urgency
from fntui.core.model.snapshot import (
    AccessKeyKey,
    NamespaceView,
    TriggerKey,
    TriggerView,
    Verdict,
)

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


def by_name(entry: Entry) -> tuple[str, str]:
    """Return what sorts by namespace and name."""
    return entry.label.casefold(), entry.key.name.casefold()


def by_next(entry: Entry) -> tuple[Any, ...]:
    """Return what sorts by next run."""
    return next_run_at(entry.view) or _NEVER, *by_name(entry)


def by_urgency(entry: Entry) -> tuple[Any, ...]:
    """Return what sorts the worst first, what is acknowledged last of its state; by next run."""
    return urgency(entry.verdict.state), entry.is_acknowledged, *by_next(entry)
