"""The detail pane: what there is to know of what is selected, one view a tab."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from fntui.core.health.acknowledgements import hushed
from fntui.core.health.board import standings
from fntui.core.model.snapshot import (
    AccessKeyKey,
    NamespaceKey,
    NamespaceView,
    Snapshot,
    TriggerKey,
)
from fntui.printable import shortened
from fntui.ui.text import printable, printable_json
from fntui.ui.views.board.board import board
from fntui.ui.views.board.ranking import ranking
from fntui.ui.views.detail.access_keys import access_key_overview, access_keys_overview, key_table
from fntui.ui.views.detail.activity import activity_lines
from fntui.ui.views.detail.fleet import fleet_lines
from fntui.ui.views.detail.trigger import run_lines, trigger_overview
from fntui.ui.views.export import masked
from fntui.ui.views.line_source import Joined
from fntui.ui.views.lines import BLANK, Line, Span, span, wrap
from fntui.ui.views.parts import (
    PINNED,
    acknowledged_lines,
    banner,
    fact,
    moment,
    paragraph,
    reading_lines,
    title,
    words_of,
)
from fntui.ui.views.selection import AllNamespaces, KeysBranch, Node, UnreadableNode, name_of
from fntui.ui.views.signs import age_span
from fntui.ui.views.view_context import Lens, Sight

_LEAST_NAME: Final = 16  # characters of a name that its tabs must leave room for


class Tab(StrEnum):
    """A tab of the detail pane."""

    OVERVIEW = "Overview"
    RUNS = "Runs"
    JSON = "JSON"
    ACTIVITY = "Activity"


class Page(NamedTuple):
    """What the detail pane shows: a head that stays, and lines."""

    head: Sequence[Line]
    lines: Sequence[Line]


def tabs_of(node: Node) -> tuple[Tab, ...]:
    """Return the tabs that there are for ``node``."""
    match node:
        case TriggerKey():
            return tuple(Tab)
        case NamespaceKey() | AccessKeyKey():
            return (Tab.OVERVIEW, Tab.JSON, Tab.ACTIVITY)
        case AllNamespaces():
            return (Tab.OVERVIEW, Tab.ACTIVITY)
        case _:
            return (Tab.OVERVIEW,)


def detail_page(snapshot: Snapshot, node: Node, tab: Tab, sight: Sight, lens: Lens) -> Page:
    """Return what the detail pane shows of ``node``."""
    if tab not in tabs_of(node):
        tab = Tab.OVERVIEW
    head, lines, told = _parts(snapshot, node, tab, sight, lens)
    return Page((_title_line(snapshot, node, tab, told, lens.width), *head), lines)


def _title_line(snapshot: Snapshot, node: Node, tab: Tab, told: str, width: int) -> Line:
    """Return the name of what is shown, at the right its tabs."""
    tabs = [span(f" {each} ", "key" if each is tab else "dim") for each in tabs_of(node)]
    if len(tabs) == 1:
        tabs.clear()
    most = max(_LEAST_NAME, width - 3 - sum(len(part.text) for part in tabs))
    name = span(shortened(printable(_heading(snapshot, node)), most), "title")
    note = span(f"  {told}" if told else "", "dim")
    room = width - 1 - sum(len(part.text) for part in (*tabs, name, note))
    if room < 1:
        return Line((Span(" "), name, Span("  "), *tabs))
    return Line((Span(" "), name, note, Span(" " * room), *tabs))


def _heading(snapshot: Snapshot, node: Node) -> str:
    name = name_of(snapshot, node)
    return name.upper() if isinstance(node, AllNamespaces) else name


_Parts = tuple[Sequence[Line], Sequence[Line], str]


def _parts(snapshot: Snapshot, node: Node, tab: Tab, sight: Sight, lens: Lens) -> _Parts:
    match tab:
        case Tab.OVERVIEW:
            return _overview(snapshot, node, sight, lens)
        case Tab.RUNS:
            return (), run_lines(snapshot, node, lens), ""
        case Tab.JSON:
            return (), _json_lines(snapshot, node, lens), ""
        case _:
            return (), activity_lines(snapshot, node, lens), ""


def _overview(snapshot: Snapshot, node: Node, sight: Sight, lens: Lens) -> _Parts:
    match node:
        case AllNamespaces():
            return _all_overview(snapshot, sight, lens)
        case NamespaceKey():
            view = snapshot.namespaces.get(node.namespace_id)
            return _namespace_overview(snapshot, view, sight, lens) if view else _gone(lens)
        case KeysBranch():
            view = snapshot.namespaces.get(node.namespace_id)
            known = hushed(snapshot, lens.now)
            return access_keys_overview(view, lens, known) if view else _gone(lens)
        case TriggerKey():
            trigger = snapshot.trigger(node)
            return ((), trigger_overview(snapshot, node, lens), "") if trigger else _gone(lens)
        case AccessKeyKey():
            return _access_key_overview(snapshot, node, lens)
        case _:
            return (), _unreadable_lines(snapshot, node, lens), ""


def _access_key_overview(snapshot: Snapshot, node: AccessKeyKey, lens: Lens) -> _Parts:
    key = snapshot.access_key(node)
    view = snapshot.namespaces.get(node.namespace_id)
    if view is None or key is None:
        return _gone(lens)
    known = acknowledged_lines(snapshot, node, lens)
    return (), [*known, *access_key_overview(view, key, lens)], ""


def _gone(lens: Lens) -> _Parts:
    return (), paragraph("It is gone: deleted here or elsewhere.", lens.width, "dim"), ""


def _all_overview(snapshot: Snapshot, sight: Sight, lens: Lens) -> _Parts:
    found = ranking(standings(snapshot, lens.now), sight)
    total = sum(len(view.triggers) for view in snapshot.namespaces.values())
    inner = lens._replace(width=lens.width - 1)
    head, lines = board(snapshot, found, inner, has_namespaces=True)
    above = reading_lines(snapshot.reading, "Namespaces", lens)
    above += _unread_lines(snapshot, lens)
    told = f"{sight.sort}  {len(found)} of {total}"
    if not found and not above:
        words = "No trigger matches the filter."
        if not snapshot.namespaces:
            words = "No namespaces yet: n makes one."
        elif not total:
            words = "No triggers yet: select a namespace, then n makes one."
        return (), paragraph(words, lens.width, "dim"), told
    above += fleet_lines(snapshot, lens)
    return (*above, _indented(head)), lines.each(_indented), told


def _unread_lines(snapshot: Snapshot, lens: Lens) -> list[Line]:
    """Say which branches can't be read: one in full, of several how many, a line for each cause."""
    problems = [
        problem
        for view in snapshot.namespaces.values()
        if (problem := view.triggers_reading.problem) is not None
    ]
    if len(problems) == 1:
        return banner(problems[0], lens.width)
    total = len(snapshot.namespaces)
    lines: list[Line] = []
    for kind, count in Counter(problem.kind for problem in problems).items():
        text = f"! {count} of {total} namespaces: {kind}; select one to see more"
        lines += paragraph(text, lens.width, "late")
    return lines


def _indented(line: Line) -> Line:
    return Line((Span(" "), *line.spans), line.key)


def _namespace_overview(
    snapshot: Snapshot, view: NamespaceView, sight: Sight, lens: Lens
) -> _Parts:
    namespace = view.namespace
    lines = [
        fact("Id", namespace.namespace_id),
        fact("Region", words_of(namespace.region)),
        fact("API host", words_of(namespace.api_host)),
        fact("Created", moment(namespace.created_at, lens.now)),
        fact("Updated", moment(namespace.updated_at, lens.now)),
    ]
    if namespace.is_locked:
        lines.append(fact("Locked", "belongs to App Platform and is not changed from here"))
    if namespace.namespace_id in snapshot.pinned:
        lines.append(fact("Pinned", PINNED))
    lines += [
        BLANK,
        title("TRIGGERS", age_span(view.triggers_reading, lens.now)),
        *reading_lines(view.triggers_reading, "Triggers", lens),
    ]
    account = standings(snapshot, lens.now)
    found = ranking(account.namespaces[namespace.namespace_id], sight)
    inner = lens._replace(width=lens.width - 1)
    head, rows = board(snapshot, found, inner, has_namespaces=False)
    lines += [_indented(head)] if rows else _no_triggers(view)
    below = [
        BLANK,
        title("ACCESS KEYS", age_span(view.access_keys_reading, lens.now)),
        *reading_lines(view.access_keys_reading, "Access keys", lens),
        *key_table(view, lens, account.hushed),
    ]
    return (), Joined(lines, rows.each(_indented), below), ""


def _no_triggers(view: NamespaceView) -> list[Line]:
    if view.triggers_reading.read_at is None:
        return []
    words = "no trigger matches the filter" if view.triggers else "no triggers"
    return [Line((span(f" {words}", "dim"),))]


def _unreadable_lines(snapshot: Snapshot, node: UnreadableNode, lens: Lens) -> list[Line]:
    view = snapshot.namespaces.get(node.namespace_id)
    found = snapshot.unreadable_namespaces
    if view is not None:
        is_key = node.place == "access key"
        found = view.unreadable_access_keys if is_key else view.unreadable_triggers
    if node.index >= len(found):
        return list(_gone(lens)[1])
    text = (
        f"The API answered with a {node.place} that fntui can't read: {found[node.index].reason}."
    )
    return paragraph(text, lens.width, "late")


def _json_lines(snapshot: Snapshot, node: Node, lens: Lens) -> list[Line]:
    value = masked(snapshot, node)
    if value is None:
        return list(_gone(lens)[1])
    return [
        Line((Span(" "), Span(piece)))
        for text in printable_json(value)
        for piece in wrap(text, lens.width - 2)
    ]
