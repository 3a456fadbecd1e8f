"""The namespace tree: All namespaces → namespace → triggers and access keys."""

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from msgspec.structs import replace
from rich.cells import cell_len

from fntui.api.models import Unreadable
from fntui.core.health.board import Standing, Standings, standings
from fntui.core.health.wording import is_problem
from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import (
    AccessKeyKey,
    NamespaceKey,
    NamespaceView,
    Reading,
    Snapshot,
    State,
    TriggerKey,
    label_of,
)
from fntui.humanize import ago
from fntui.memo import derived
from fntui.printable import shortened
from fntui.ui.text import printable
from fntui.ui.views.board.ranking import is_shown
from fntui.ui.views.line_source import Lines, Made
from fntui.ui.views.lines import Line, Span, fit, span
from fntui.ui.views.selection import ALL, KeysBranch, Node, UnreadableNode
from fntui.ui.views.signs import (
    ACKNOWLEDGED,
    acknowledged_sign,
    is_past,
    sign,
    stale_span,
    tone_of,
    worst,
)
from fntui.ui.views.view_context import Lens, Sight, Sort

_LONGEST_REGION: Final = 8


def tree_lines(snapshot: Snapshot, sight: Sight, lens: Lens) -> Lines:
    """Return the lines of the tree."""
    account = standings(snapshot, lens.now)
    chosen = replace(sight, sort=Sort.URGENCY, marks=frozenset())
    nodes, places = _nodes(snapshot, account, chosen)
    tree = _Tree(snapshot, account, sight, lens)
    return Made(
        len(nodes),
        key=nodes.__getitem__,
        make=lambda index: tree.line(nodes[index]),
        index_of=lambda key: places.get(key, -1),
    )


@derived
def _nodes(
    snapshot: Snapshot, account: Standings, sight: Sight
) -> tuple[list[Node], dict[Hashable, int]]:
    """Return the nodes that are shown, from the top, and the place of each."""
    nodes: list[Node] = [ALL]
    if ALL in sight.expanded:
        for namespace_id, view in snapshot.namespaces.items():
            own = {NamespaceKey(namespace_id), KeysBranch(namespace_id)}
            here = replace(sight, expanded=sight.expanded & own)
            nodes.extend(_nodes_of(view, account.namespaces[namespace_id], here))
        nodes.extend(_unreadable("", "namespace", snapshot.unreadable_namespaces))
    return nodes, {node: place for place, node in enumerate(nodes)}


@derived
def _nodes_of(view: NamespaceView, standing: Standing, sight: Sight) -> tuple[Node, ...]:
    """Return the nodes that are shown of a namespace, itself the first."""
    namespace = view.namespace
    namespace_id, node = namespace.namespace_id, NamespaceKey(namespace.namespace_id)
    triggers = [entry.key for entry in standing.entries.values() if is_shown(entry, sight)]
    is_match = sight.lets(namespace.label, namespace_id, namespace.region)
    if not triggers and (sight.is_problems_only or not is_match):
        return ()
    if node not in sight.expanded and not (sight.needle or sight.is_problems_only):
        return (node,)
    bad = _unreadable(namespace_id, "trigger", view.unreadable_triggers)
    keys = () if sight.is_problems_only else _key_nodes(view, sight)
    return (node, *triggers, *bad, *keys)


def _key_nodes(view: NamespaceView, sight: Sight) -> Iterator[Node]:
    namespace_id = view.namespace.namespace_id
    branch = KeysBranch(namespace_id)
    yield branch
    if branch in sight.expanded:
        yield from (AccessKeyKey(namespace_id, key_id) for key_id in view.access_keys)
        yield from _unreadable(namespace_id, "access key", view.unreadable_access_keys)


def _unreadable(
    namespace_id: str, place: str, rows: Iterable[Unreadable]
) -> Iterator[UnreadableNode]:
    for index, bad in enumerate(rows):
        yield UnreadableNode(namespace_id, place, bad.name, index)


class _Tree(NamedTuple):
    """What the line of a node is made of."""

    snapshot: Snapshot
    account: Standings
    sight: Sight
    lens: Lens

    def line(self, node: Node) -> Line:
        """Return the line of a node."""
        match node:
            case NamespaceKey():
                return self._namespace(node)
            case TriggerKey():
                return self._trigger(node)
            case KeysBranch():
                return self._keys(node)
            case AccessKeyKey():
                return self._access_key(node)
            case UnreadableNode():
                return self._unreadable(node)
            case _:
                return self._root()

    def _root(self) -> Line:
        snapshot = self.snapshot
        count = len(snapshot.namespaces) + len(snapshot.unreadable_namespaces)
        told = stale_span(snapshot.reading, self.lens.now) or _told(count, snapshot.reading)
        return self._row(ALL, 0, (span("All namespaces"),), (told,))

    def _namespace(self, node: NamespaceKey) -> Line:
        view = self.snapshot.namespaces[node.namespace_id]
        standing, now = self.account.namespaces[node.namespace_id], self.lens.now
        is_dim = view.namespace.is_locked or is_past(view.triggers_reading, now)
        name = span(label_of(view.namespace), "dim" if is_dim else "")
        pin = span("◆ " if node.namespace_id in self.snapshot.pinned else "", "accent")
        end = (pin, _namespace_told(view, now), span(" "), *_worst_signs(standing))
        return self._row(node, 1, (name,), end)

    def _trigger(self, node: TriggerKey) -> Line:
        entry = self.account.namespaces[node.namespace_id].entries[node.name]
        state, is_known = entry.verdict.state, entry.is_acknowledged
        tone = tone_of(state) if is_problem(state) and not is_known else ""
        mark = acknowledged_sign(state) if is_known else sign(state)
        name = span(node.name, "dim" if entry.is_stale else tone)
        return self._row(node, 3, (mark, span(" "), name), (ACKNOWLEDGED,) if is_known else ())

    def _keys(self, node: KeysBranch) -> Line:
        view = self.snapshot.namespaces[node.namespace_id]
        reading = view.access_keys_reading
        count = len(view.access_keys) + len(view.unreadable_access_keys)
        told = stale_span(reading, self.lens.now) or _told(count, reading)
        return self._row(node, 2, (span("Access keys", "dim"),), (told,))

    def _access_key(self, node: AccessKeyKey) -> Line:
        view, now = self.snapshot.namespaces[node.namespace_id], self.lens.now
        key = view.access_keys[node.key_id]
        name = key.name if isinstance(key.name, str) and key.name else node.key_id
        end = ""
        if isinstance(key.expires_at, datetime):
            left = (key.expires_at - now).total_seconds()
            end = f"in {ago(left)}" if left > 0 else "expired"
        mark = (ACKNOWLEDGED, Span(" ")) if node in self.account.hushed else ()
        shown = span(name, "dim" if is_past(view.access_keys_reading, now) else "")
        return self._row(node, 4, (shown,), (*mark, span(end, "dim")))

    def _unreadable(self, node: UnreadableNode) -> Line:
        depth = {"namespace": 1, "trigger": 3}.get(node.place, 4)
        words = (span("? ", "unsure"), span(node.name or f"unreadable {node.place}", "unsure"))
        return Line(fit((Span("  " * depth + " "), *words), self.lens.width), node)

    def _row(self, node: Node, depth: int, start: tuple[Span, ...], end: tuple[Span, ...]) -> Line:
        arrow, width = "", self.lens.width
        if not isinstance(node, (TriggerKey, AccessKeyKey)):
            arrow = "▾ " if node in self.sight.expanded else "▸ "
        indent = Span(" " + "  " * depth + arrow)
        right = sum(cell_len(part.text) for part in end) + 2
        spans = fit((indent, *start), max(8, width - right))
        return Line((*spans, Span(" "), *end, Span(" ")), node)


def _told(count: int, reading: Reading) -> Span:
    """Return how many a list holds; why that is not known, where it was never read."""
    why = "" if reading.problem is None else reading.problem.kind
    return span(str(count) if reading.read_at else why, "dim")


def _namespace_told(view: NamespaceView, now: datetime) -> Span:
    """Return what stands at the right of a namespace: its region, or what is wrong."""
    region = view.namespace.region if isinstance(view.namespace.region, str) else ""
    reading = view.triggers_reading
    told = span(shortened(printable(region), _LONGEST_REGION), "dim")
    if view.namespace.is_locked:
        told = span("locked", "dim")
    elif reading.problem is not None and reading.problem.kind is ProblemKind.MISSING_SCOPE:
        told = span("no scope", "late")
    elif not reading.is_cached and (stale := stale_span(reading, now)):  # else names are to be seen
        told = stale
    elif reading.read_at is None and reading.problem is not None:
        told = span(reading.problem.kind, "late")
    return told


def _worst_signs(standing: Standing) -> tuple[Span, ...]:
    """Return the worst sign of a namespace; with a word where all that is wrong is acknowledged."""
    bad = worst(standing.news)
    if bad is not None and (is_problem(bad) or bad is State.UNKNOWN):
        return (sign(bad),)
    bad = worst(standing.known)
    if bad is not None and is_problem(bad):
        return ACKNOWLEDGED, Span(" "), acknowledged_sign(bad)
    return (span(" "),)
