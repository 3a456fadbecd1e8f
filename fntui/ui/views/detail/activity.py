"""The Activity tab: what was done by whom, and what the watch saw, newest first."""

from typing import Final

from fntui.core.model.snapshot import Activity, NamespaceKey, Snapshot
from fntui.ui.text import printable
from fntui.ui.views.lines import Line, Span, Tone, span, wrap
from fntui.ui.views.parts import paragraph
from fntui.ui.views.selection import AllNamespaces, Node, name_of, target_of
from fntui.ui.views.view_context import Lens

_TIME: Final = 9  # cells: 14:05:00Z
_ACTOR: Final = 7  # cells: someone
_LEAST: Final = 20  # cells in which what happened can be read

_TONES: Final[dict[str, Tone]] = {"you": "accent", "someone": "title"}
"""Who did something; what the watch saw is nobody's deed."""


def activity_lines(snapshot: Snapshot, node: Node, lens: Lens) -> list[Line]:
    """Return a line for each activity that concerns ``node``, under its date if not of today."""
    lines: list[Line] = []
    date = lens.show_date(lens.now)
    for activity in reversed(snapshot.activity):
        if not concerns(node, activity):
            continue
        if lens.show_date(activity.at) != date:
            date = lens.show_date(activity.at)
            lines.append(Line((span(f" {date}", "head"),)))
        lines += _entry(snapshot, node, activity, lens)
    return lines or paragraph("Nothing seen so far.", lens.width, "dim")


def _entry(snapshot: Snapshot, node: Node, activity: Activity, lens: Lens) -> list[Line]:
    actor = span(f"{activity.actor:<{_ACTOR}}", _TONES.get(activity.actor, "dim"))
    before = (span(f" {lens.show_time(activity.at):<{_TIME}}  ", "dim"), actor, Span("  "))
    used = sum(len(part.text) for part in before)
    room = max(_LEAST, lens.width - used - 1)
    first, *others = wrap(printable(what_happened(snapshot, node, activity)), room)
    pad = Span(" " * used)
    return [Line((*before, Span(first))), *(Line((pad, Span(piece))) for piece in others)]


def what_happened(snapshot: Snapshot, node: Node, activity: Activity) -> str:
    """Return what happened, and where as far as ``node`` does not say that already; raw."""
    words = activity.words
    if not _names_its_target(activity):
        words = f"{activity.target}: {words}"
    if not isinstance(node, AllNamespaces) or not activity.target:
        return words
    return f"{name_of(snapshot, NamespaceKey(activity.namespace_id))} / {words}"


def _names_its_target(activity: Activity) -> bool:
    # Access keys go by their name in the words, and by their id as a target.
    return activity.target in activity.words or "access key" in activity.words


def concerns(node: Node, activity: Activity) -> bool:
    """Return True for what happened to ``node``, or to something in it."""
    if isinstance(node, AllNamespaces):
        return True
    is_here = node.namespace_id == activity.namespace_id
    return is_here and target_of(node) in {"", activity.target}
