"""The namespace tree: All namespaces → namespace → triggers and access keys."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from rich.cells import cell_len

from fntui.core.acknowledging import AlarmKey, hushed
from fntui.core.board import label_of
from fntui.core.problems import ProblemKind
from fntui.core.snapshot import (
    AccessKeyKey,
    NamespaceKey,
    NamespaceView,
    Reading,
    Snapshot,
    State,
    TriggerKey,
)
from fntui.core.verdicts import is_problem, shown_verdict
from fntui.core.words import ago
from fntui.ui.text import printable, shortened
from fntui.ui.views.ages import stale_span
from fntui.ui.views.lens import Lens, Sight
from fntui.ui.views.lines import Line, Span, fit, span
from fntui.ui.views.nodes import ALL, KeysBranch, Node, UnreadableNode
from fntui.ui.views.signs import ACKNOWLEDGED, acknowledged_sign, sign, tone_of, worst

_LONGEST_REGION: Final = 8


def tree_lines(snapshot: Snapshot, sight: Sight, lens: Lens) -> list[Line]:
    """Return the lines of the tree."""
    count = len(snapshot.namespaces) + len(snapshot.unreadable_namespaces)
    told = stale_span(snapshot.reading, lens.now) or _told(count, snapshot.reading)
    lines = [_row(ALL, 0, sight, (span("All namespaces"),), (told,), lens.width)]
    if ALL in sight.expanded:
        known = hushed(snapshot, lens.now)
        for namespace in snapshot.namespaces.values():
            is_pinned = namespace.namespace.namespace_id in snapshot.pinned
            lines.extend(_namespace_lines(namespace, sight, lens, known, is_pinned=is_pinned))
        for index, bad in enumerate(snapshot.unreadable_namespaces):
            node = UnreadableNode("", "namespace", bad.name, index)
            lines.append(_unreadable(node, 1, lens.width))
    return lines


def _told(count: int, reading: Reading) -> Span:
    """Return how many a list holds; why that is not known, where it was never read."""
    why = "" if reading.problem is None else reading.problem.kind
    return span(str(count) if reading.read_at else why, "dim")


def _namespace_lines(
    view: NamespaceView,
    sight: Sight,
    lens: Lens,
    known: Collection[AlarmKey],
    *,
    is_pinned: bool,
) -> Iterator[Line]:
    namespace = view.namespace
    triggers = list(_shown_triggers(view, sight, lens.now))
    is_match = sight.lets(namespace.label, namespace.namespace_id, namespace.region)
    if not triggers and (sight.is_problems_only or not is_match):
        return
    node = NamespaceKey(namespace.namespace_id)
    is_dim = namespace.is_locked or stale_span(view.triggers_reading, lens.now)
    name = span(label_of(namespace), "dim" if is_dim else "")
    end = (span("◆ " if is_pinned else "", "accent"), *_namespace_end(view, lens.now, known))
    yield _row(node, 1, sight, (name,), end, lens.width)
    if node not in sight.expanded and not (sight.needle or sight.is_problems_only):
        return
    for key, state, is_stale in triggers:
        is_known = key in known
        tone = tone_of(state) if is_problem(state) and not is_known else ""
        mark = acknowledged_sign(state) if is_known else sign(state)
        name = span(key.name, "dim" if is_stale else tone)
        yield _row(
            key, 3, sight, (mark, span(" "), name), (ACKNOWLEDGED,) if is_known else (), lens.width
        )
    for index, bad in enumerate(view.unreadable_triggers):
        yield _unreadable(
            UnreadableNode(namespace.namespace_id, "trigger", bad.name, index), 3, lens.width
        )
    if not sight.is_problems_only:
        yield from _key_lines(view, sight, lens, known)


def _shown_triggers(
    view: NamespaceView, sight: Sight, now: datetime
) -> Iterator[tuple[TriggerKey, State, bool]]:
    for name, trigger in view.triggers.items():
        verdict = shown_verdict(trigger, view.triggers_reading, now)
        state = verdict.state
        if sight.is_problems_only and not is_problem(state):
            continue
        if sight.lets(name, trigger.trigger.function, view.namespace.label):
            key = TriggerKey(view.namespace.namespace_id, name)
            yield key, state, verdict is not trigger.verdict


def _namespace_end(
    view: NamespaceView, now: datetime, known: Collection[AlarmKey]
) -> tuple[Span, ...]:
    """Return what stands at the right: region, or what is wrong, and the worst sign."""
    region = view.namespace.region if isinstance(view.namespace.region, str) else ""
    reading = view.triggers_reading
    told = span(shortened(printable(region), _LONGEST_REGION), "dim")
    if view.namespace.is_locked:
        told = span("locked", "dim")
    elif reading.problem is not None and reading.problem.kind is ProblemKind.MISSING_SCOPE:
        told = span("no scope", "late")
    elif stale := stale_span(reading, now):
        told = stale
    elif reading.read_at is None and reading.problem is not None:
        told = span(reading.problem.kind, "late")
    return told, span(" "), *_worst_signs(view, now, known)


def _worst_signs(
    view: NamespaceView, now: datetime, known: Collection[AlarmKey]
) -> tuple[Span, ...]:
    """Return the worst sign of a namespace; with a word where all that is wrong is acknowledged."""
    news: list[State] = []
    others: list[State] = []
    for name, trigger in view.triggers.items():
        is_known = bool(known) and TriggerKey(view.namespace.namespace_id, name) in known
        state = shown_verdict(trigger, view.triggers_reading, now).state
        (others if is_known else news).append(state)
    bad = worst(news)
    if bad is not None and (is_problem(bad) or bad is State.UNKNOWN):
        return (sign(bad),)
    bad = worst(others)
    if bad is not None and is_problem(bad):
        return ACKNOWLEDGED, Span(" "), acknowledged_sign(bad)
    return (span(" "),)


def _key_lines(
    view: NamespaceView, sight: Sight, lens: Lens, known: Collection[AlarmKey]
) -> Iterator[Line]:
    namespace_id = view.namespace.namespace_id
    node, reading = KeysBranch(namespace_id), view.access_keys_reading
    count = len(view.access_keys) + len(view.unreadable_access_keys)
    stale = stale_span(reading, lens.now)
    told = stale or _told(count, reading)
    yield _row(node, 2, sight, (span("Access keys", "dim"),), (told,), lens.width)
    if node not in sight.expanded:
        return
    for key_id, key in view.access_keys.items():
        name = key.name if isinstance(key.name, str) and key.name else key_id
        end = ""
        if isinstance(key.expires_at, datetime):
            left = (key.expires_at - lens.now).total_seconds()
            end = f"in {ago(left)}" if left > 0 else "expired"
        own = AccessKeyKey(namespace_id, key_id)
        mark = (ACKNOWLEDGED, Span(" ")) if own in known else ()
        shown = span(name, "dim" if stale else "")
        yield _row(own, 4, sight, (shown,), (*mark, span(end, "dim")), lens.width)
    for index, bad in enumerate(view.unreadable_access_keys):
        yield _unreadable(
            UnreadableNode(namespace_id, "access key", bad.name, index), 4, lens.width
        )


def _unreadable(node: UnreadableNode, depth: int, width: int) -> Line:
    words = (span("? ", "unsure"), span(node.name or f"unreadable {node.place}", "unsure"))
    return Line(fit((Span("  " * depth + " "), *words), width), node)


def _row(
    node: Node, depth: int, sight: Sight, start: tuple[Span, ...], end: tuple[Span, ...], width: int
) -> Line:
    arrow = ""
    if not isinstance(node, (TriggerKey, AccessKeyKey)):
        arrow = "▾ " if node in sight.expanded else "▸ "
    indent = Span(" " + "  " * depth + arrow)
    right = sum(cell_len(part.text) for part in end) + 2
    return Line((*fit((indent, *start), max(8, width - right)), Span(" "), *end, Span(" ")), node)
