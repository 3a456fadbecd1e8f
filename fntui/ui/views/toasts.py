"""What a person is called for, in words: for the corner of the screen and for the desktop."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from fntui.core.health.acknowledgements import AlarmKey
from fntui.core.health.wording import ShowTime, sentence, state_words
from fntui.core.model.snapshot import NamespaceKey, Snapshot, TriggerKey
from fntui.humanize import ago
from fntui.ui.text import printable, shortened
from fntui.ui.views.selection import Node, name_of

_NAMED: Final = 3
_LONGEST: Final = 40


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
        verdict = sentence(namespace.triggers[key.name], now, show_time, namespace.triggers_reading)
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
