"""Notes for accounts that are too large to be read often within the budget."""

from typing import Final

from fntui.core.health import cron
from fntui.core.model.snapshot import NamespaceView, Snapshot, cron_of
from fntui.humanize import about
from fntui.memo import derived
from fntui.ui.views.lines import Line, span
from fntui.ui.views.view_context import Lens

_EVERY_MINUTE_MOST: Final = 12
"""Namespaces that can be read every minute, at the usual limit of a token."""

_USUAL_LIMIT: Final = 5000  # requests an hour


def fleet_lines(snapshot: Snapshot, lens: Lens) -> list[Line]:
    """Return a line for each thing that is read less often than it might change; mostly none."""
    return [
        Line((span(f" {_fitting(words, lens.width - 2)}", "dim"),))
        for words in (_pace_words(snapshot), _minute_words(snapshot))
        if words
    ]


def _fitting(choices: tuple[str, ...], width: int) -> str:
    return next((words for words in choices if len(words) <= width), choices[-1])


def _pace_words(snapshot: Snapshot) -> tuple[str, ...]:
    """Return what to say of the pace, at length and in short; nothing of a small account."""
    if not snapshot.pace.is_slow:
        return ()
    every = about(snapshot.pace.usual_s)
    often = f"Each namespace is read about every {every}"
    return (
        f"{often}: P pins one to be read as often as in a small account.",
        f"{often}; P pins one.",
        f"Read about every {every}; P pins one.",
    )


def _minute_words(snapshot: Snapshot) -> tuple[str, ...]:
    limit = snapshot.rate_limit.limit_per_hour if snapshot.rate_limit else None
    most = _EVERY_MINUTE_MOST * (limit or _USUAL_LIMIT) / _USUAL_LIMIT
    count = sum(map(_has_every_minute, snapshot.namespaces.values()))
    if count <= most:
        return ()
    return (
        f"{count} namespaces have every-minute triggers: more than can be read every minute.",
        f"{count} with every-minute triggers: too many to read so often.",
        f"{count} have every-minute triggers.",
    )


@derived
def _has_every_minute(namespace: NamespaceView) -> bool:
    return any(
        view.trigger.is_enabled is not False and cron.is_every_minute(cron_of(view) or "")
        for view in namespace.triggers.values()
    )
