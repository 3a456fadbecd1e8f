"""Asks for a namespace's label before it is deleted with everything in it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from fntui.api import operations as op
from fntui.api.models import ScheduledRuns, Trigger
from fntui.core.model.snapshot import NamespaceView
from fntui.ui.screens.dialogs.confirm import Confirm, end_of
from fntui.ui.text import printable
from fntui.ui.views.lines import BLANK, Line, line, span
from fntui.ui.views.prose import as_sentence, fact, request_line

_FILE: Final = (
    "First, this list and the bodies of the triggers, with any secrets in them, are written to a "
    "file that only you can read. fntui never deletes it. Folder: {folder}"
)
_TYPABLE: Final = 60  # characters of a label that one can be asked to type


class DeleteNamespace(Confirm):
    """Lists what goes, as far as it is visible, and what goes though it is not."""

    def __init__(
        self,
        view: NamespaceView,
        profile: str,
        show_time: Callable[[datetime], str],
        *,
        kept_in: str = "",
    ) -> None:
        """Ask about the namespace as it is known now; say in which folder a file of it is kept."""
        namespace = view.namespace
        label = namespace.label if isinstance(namespace.label, str) else ""
        super().__init__(
            f"Delete namespace {label or namespace.namespace_id} ({profile})?",
            _lines(view, show_time, kept_in),
            typed=_to_type(label, namespace.namespace_id),
        )


def _to_type(label: str, namespace_id: str) -> str:
    """Return the label; where no keyboard has it, the end of the id."""
    is_typable = 0 < len(label) <= _TYPABLE and label == label.strip() == printable(label)
    return label if is_typable else end_of(namespace_id)


def _lines(
    view: NamespaceView, show_time: Callable[[datetime], str], kept_in: str
) -> Sequence[Line]:
    namespace = view.namespace
    region = namespace.region if isinstance(namespace.region, str) else "unknown"
    # Before the lists, which may be longer than the screen.
    loss = "Its functions and packages, which the API does not show, go too. None can be recovered."
    lines = [
        BLANK,
        fact("id", namespace.namespace_id),
        fact("region", region),
        BLANK,
        line(span(loss, "missed")),
        *([line(_FILE.format(folder=kept_in))] if kept_in else []),
        BLANK,
    ]
    lines.append(line(span(_count(len(view.triggers), "trigger"), "head")))
    lines += [_trigger_line(known.trigger, show_time) for known in view.triggers.values()]
    lines.append(line(span(_count(len(view.access_keys), "access key"), "head")))
    for key in view.access_keys.values():
        lines.append(line(f"  {key.name if isinstance(key.name, str) else key.key_id}"))
    unreadable = len(view.unreadable_triggers) + len(view.unreadable_access_keys)
    if unreadable:
        lines.append(line(span(f"{unreadable} that could not be understood", "late")))
    for what, reading in (
        ("triggers", view.triggers_reading),
        ("access keys", view.access_keys_reading),
    ):
        if reading.problem is not None:
            told = f"There may be more {what}. {as_sentence(reading.problem.sentence)}"
            lines.append(line(span(told, "late")))
    return [
        *lines,
        BLANK,
        request_line(op.DELETE_NAMESPACE, namespace_id=namespace.namespace_id),
    ]


def _count(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")


def _trigger_line(trigger: Trigger, show_time: Callable[[datetime], str]) -> Line:
    runs = trigger.scheduled_runs
    upcoming = runs.next_run_at if isinstance(runs, ScheduledRuns) else None
    told = "no next run"
    if isinstance(upcoming, datetime):
        told = f"next run {show_time(upcoming)}"
    elif not isinstance(runs, ScheduledRuns):
        told = "next run unknown"
    return line(f"  {trigger.name}", span(f"   {told}", "dim"))
