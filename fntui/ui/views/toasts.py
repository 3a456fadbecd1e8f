"""Sentences for the corner of the screen and for the desktop: alarms, and what others changed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from fntui.core.health.acknowledgements import AlarmKey
from fntui.core.health.wording import ShowTime, state_words, verdict_sentence
from fntui.core.model.snapshot import Activity, NamespaceKey, Snapshot, TriggerKey
from fntui.humanize import ago
from fntui.printable import shortened
from fntui.ui.text import printable
from fntui.ui.views.prose import as_sentence
from fntui.ui.views.selection import Node, exists, name_of, namespace_of, target_of

_NAMED: Final = 3
_LONGEST: Final = 40


_MOST: Final = 3
"""Sentences at once; the rest are counted."""


def call_words(
    snapshot: Snapshot, keys: Sequence[AlarmKey], now: datetime, show_time: ShowTime
) -> str:
    """Return a sentence for each trigger and access key; of many, for three and the count."""
    told = [_sentence(snapshot, key, now, show_time) for key in keys[:_NAMED]]
    return f"{'. '.join([*told, *(rest.capitalize() for rest in _rest(keys))])}."


def notice_words(snapshot: Snapshot, keys: Sequence[AlarmKey], now: datetime) -> str:
    """Return the names and the state words alone, where others may read along."""
    told = [f"{_named(snapshot, key)} {_state(snapshot, key, now)}" for key in keys[:_NAMED]]
    return ", ".join([*told, *_rest(keys)])


def _rest(keys: Sequence[AlarmKey]) -> list[str]:
    more = len(keys) - _NAMED
    return [f"and {more} more"] if more > 0 else []


def _sentence(snapshot: Snapshot, key: AlarmKey, now: datetime, show_time: ShowTime) -> str:
    where = _named(snapshot, NamespaceKey(key.namespace_id))
    namespace = snapshot.namespaces[key.namespace_id]
    if isinstance(key, TriggerKey):
        verdict = verdict_sentence(
            namespace.triggers[key.name], now, show_time, namespace.triggers_reading
        )
        return f"{_named(snapshot, key)} in {where}: {verdict}"
    return f"{_named(snapshot, key)} in {where} {_state(snapshot, key, now)}"


def _state(snapshot: Snapshot, key: AlarmKey, now: datetime) -> str:
    namespace = snapshot.namespaces[key.namespace_id]
    if isinstance(key, TriggerKey):
        return state_words(namespace.triggers[key.name].verdict)
    at = namespace.access_keys[key.key_id].expires_at
    return f"expires in {ago((at - now).total_seconds())}" if isinstance(at, datetime) else ""


def _named(snapshot: Snapshot, node: Node) -> str:
    name = shortened(printable(name_of(snapshot, node)), _LONGEST)
    return name if isinstance(node, (TriggerKey, NamespaceKey)) else f"access key {name}"


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
    told = [as_sentence(f"someone {line.words}{_where(new, line)}") for line in changes[:_MOST]]
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
