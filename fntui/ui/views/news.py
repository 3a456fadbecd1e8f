"""What others did meanwhile to what is selected, as sentences to be said in the corner."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from fntui.core.model.snapshot import Activity, NamespaceKey, Snapshot
from fntui.ui.views.prose import sentence
from fntui.ui.views.selection import Node, exists, name_of, namespace_of, target_of

_MOST: Final = 3
"""Sentences at once; the rest are counted."""


def farewell(old: Snapshot, new: Snapshot, node: Node) -> str:
    """Return what to say of ``node`` if it is gone, and not by us; ``""`` otherwise."""
    if exists(new, node) or not exists(old, node):
        return ""
    line = next((line for line in reversed(new.activity) if _ends(node, line)), None)
    actor, words = (line.actor, line.words) if line else ("", "")
    if actor == "you":
        return ""
    why = ""  # its list may hold it still, in a form that can't be read
    if actor == "watch" and words.endswith(" expired"):
        why = ": it expired"
    elif actor == "someone" and words.startswith("deleted "):
        why = ": someone deleted it"
    return f"{name_of(old, node)} is gone{why}."


def _ends(node: Node, line: Activity) -> bool:
    """Return True for what happened to ``node``, or to the namespace around it."""
    return namespace_of(node) == line.namespace_id and line.target in {"", target_of(node)}


def news(old: Snapshot, new: Snapshot, node: Node) -> list[str]:
    """Return what others were seen to do between two snapshots, where ``node`` is selected.

    Of the account as a whole, only namespaces that came and went. What was recalled from earlier
    sessions, what we did ourselves and what the watch judged is no news; nor, if ``node`` is gone,
    is what its farewell says.
    """
    is_gone = not exists(new, node)
    changes = [
        line
        for line in _added(old, new)
        if line.actor == "someone" and _is_near(node, line) and not (is_gone and _ends(node, line))
    ]
    told = [sentence(f"someone {line.words}{_where(new, line)}") for line in changes[:_MOST]]
    more = len(changes) - len(told)
    if more:
        told.append(f"And {more} more {'change' if more == 1 else 'changes'}: see Activity.")
    return told


def _is_near(node: Node, line: Activity) -> bool:
    namespace_id = namespace_of(node)
    return line.target == "" if namespace_id is None else line.namespace_id == namespace_id


def _where(snapshot: Snapshot, line: Activity) -> str:
    place = name_of(snapshot, NamespaceKey(line.namespace_id))
    return f" in {place}" if line.target else ""


def _added(old: Snapshot, new: Snapshot) -> Iterator[Activity]:
    """Yield the lines that are new, oldest first."""
    last = old.activity[-1] if old.activity else None
    count = 0
    for line in reversed(new.activity):
        if line is last:
            break
        count += 1
    for line in new.activity[len(new.activity) - count :]:
        if (since := _read_at(old, line.namespace_id)) is not None and line.at >= since:
            yield line


def _read_at(snapshot: Snapshot, namespace_id: str) -> datetime | None:
    """Return from when on something can be seen to change there: what is older was recalled."""
    view = snapshot.namespaces.get(namespace_id)
    readings = [snapshot.reading]
    if view is not None:
        readings += [view.triggers_reading, view.access_keys_reading]
    return min(
        (each.read_at for each in readings if each.read_at and not each.is_cached), default=None
    )
