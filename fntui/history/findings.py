"""The findings that the polling process shares with the others of the account; never secrets."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, cast

import msgspec
from msgspec import UNSET, structs

from fntui.api.models import Namespace, ScheduledDetails, Trigger
from fntui.api.secret import Secret
from fntui.core.model.events import (
    AccessKeyGone,
    AccessKeyRead,
    AccessKeysRead,
    Changed,
    Fact,
    NamespaceGone,
    NamespaceRead,
    NamespacesRead,
    RateLimitRead,
    ReadFailed,
    TriggerGone,
    TriggerRead,
    TriggersRead,
)
from fntui.history.values import checked_micros, to_blob, to_bytes, to_micros, to_text

OfNamespaces = NamespacesRead | NamespaceRead | NamespaceGone
OfBranches = (
    TriggersRead
    | TriggerRead
    | TriggerGone
    | AccessKeysRead
    | AccessKeyRead
    | AccessKeyGone
    | ReadFailed
)
Finding = OfNamespaces | OfBranches | RateLimitRead | Changed
"""The facts that are of use to another fntui."""

# What each tells of: a newer fact of the same takes its place.
_UNITS: Final[dict[type[Fact], tuple[str, ...]]] = {
    NamespacesRead: ("namespaces",),
    NamespaceRead: ("namespace", "namespace.namespace_id"),
    NamespaceGone: ("namespace", "namespace_id"),
    TriggersRead: ("triggers", "namespace_id"),
    TriggerRead: ("trigger", "namespace_id", "trigger.name"),
    TriggerGone: ("trigger", "namespace_id", "name"),
    AccessKeysRead: ("access keys", "namespace_id"),
    AccessKeyRead: ("access key", "namespace_id", "access_key.key_id"),
    AccessKeyGone: ("access key", "namespace_id", "key_id"),
    ReadFailed: ("failed read", "namespace_id", "branch"),
    RateLimitRead: ("rate limit",),
    Changed: ("change", "namespace_id", "target", "words"),
}
_DECODER: Final[msgspec.msgpack.Decoder[Finding]] = msgspec.msgpack.Decoder(Finding)
# msgspec can't encode half surrogates. A fact that holds one is kept with bytes in the place of
# its texts, after a byte that begins nothing in MessagePack.
_BYTES_FOLLOW: Final = b"\xc1"

_ADD: Final = """
    INSERT OR REPLACE INTO findings (account, unit, at, fact) SELECT :account, :unit, :at, :fact
    WHERE NOT EXISTS (
        SELECT 1 FROM findings WHERE account = :account AND unit = :unit AND at > :at
    )
"""
# A row that holds no fact, which every version leaves out: what is before it was found by earlier
# sessions.
_BEGUN: Final = msgspec.msgpack.encode(["begun"])
_BEGIN: Final = "INSERT OR REPLACE INTO findings (account, unit, at, fact) VALUES (?, ?, ?, x'')"
_FORGET: Final = """
    DELETE FROM findings WHERE account = :account
    AND serial < (SELECT serial FROM findings WHERE account = :account AND unit = :begun)
"""
_SINCE: Final = """
    SELECT serial, at, fact FROM findings WHERE account = :account AND serial > :serial
    AND serial > coalesce(
        (SELECT serial FROM findings WHERE account = :account AND unit = :begun), 0
    )
    ORDER BY serial
"""


def without_secrets(fact: Fact) -> Fact:
    """Return the fact with UNSET for every legacy key and every body that it holds.

    That there is none (null) is no secret, and stays.
    """
    match fact:
        case NamespacesRead(listing=listing):
            items = tuple(map(_without_key, listing.items))
            return structs.replace(fact, listing=structs.replace(listing, items=items))
        case NamespaceRead(namespace=namespace):
            return structs.replace(fact, namespace=_without_key(namespace))
        case TriggersRead(listing=listing):
            triggers = tuple(map(_without_body, listing.items))
            return structs.replace(fact, listing=structs.replace(listing, items=triggers))
        case TriggerRead(trigger=trigger):
            return structs.replace(fact, trigger=_without_body(trigger))
        case _:
            return fact


def _without_key(namespace: Namespace) -> Namespace:
    if not isinstance(namespace.legacy_key, Secret):
        return namespace
    return structs.replace(namespace, legacy_key=UNSET)


def _without_body(trigger: Trigger) -> Trigger:
    details = trigger.scheduled_details
    if not isinstance(details, ScheduledDetails) or not isinstance(details.body, dict):
        return trigger
    return structs.replace(trigger, scheduled_details=structs.replace(details, body=UNSET))


def add_findings(connection: sqlite3.Connection, account: bytes, facts: Iterable[Fact]) -> None:
    """Keep the newest fact of each unit; facts that are no findings are left out.

    With the list of namespaces goes what earlier sessions have found: what is left of it may be
    gone, and all else is read now.
    """
    for fact in facts:
        if isinstance(fact, Finding):
            row = {
                "account": account,
                "unit": _unit(fact),
                "at": to_micros(fact.at),
                "fact": encoded(without_secrets(fact)),
            }
            connection.execute(_ADD, row)
        if isinstance(fact, NamespacesRead):
            connection.execute(_FORGET, {"account": account, "begun": _BEGUN})


def begin_anew(connection: sqlite3.Connection, account: bytes, at: int) -> None:
    """Take what was found of the account so far for that of earlier sessions.

    Args:
        connection: In a transaction.
        account: Whose.
        at: The moment, in microseconds.
    """
    connection.execute(_BEGIN, (account, _BEGUN, at))


def read_findings(
    connection: sqlite3.Connection, account: bytes, serial: int
) -> tuple[tuple[Fact, ...], int]:
    """Return what was kept after ``serial`` in this session, with the newest serial.

    What tells of namespaces comes first, since what is in one means nothing without it; else the
    order is that in which it was found. A fact that can't be read, as another version of fntui
    may write it, is left out: the next reading replaces it.
    """
    facts: list[Fact] = []
    since = {"serial": serial, "account": account, "begun": _BEGUN}
    for newest, at, kept in connection.execute(_SINCE, since):
        serial = newest
        checked_micros(at)
        fact = decoded(to_blob(kept))
        if fact is not None:
            facts.append(fact)
    return tuple(sorted(facts, key=lambda fact: not isinstance(fact, OfNamespaces))), serial


def encoded(fact: Fact) -> bytes:
    """Return a fact as it is kept; what it holds must be without secrets."""
    try:
        return msgspec.msgpack.encode(fact)
    except UnicodeEncodeError:
        plain = msgspec.to_builtins(fact, builtin_types=(datetime,))
        return _BYTES_FOLLOW + msgspec.msgpack.encode(_with_bytes(plain))


def decoded(kept: bytes) -> Fact | None:
    """Return the fact that was kept, or None if it can't be read."""
    try:
        if not kept.startswith(_BYTES_FOLLOW):
            return _DECODER.decode(kept)
        plain = _with_texts(msgspec.msgpack.decode(kept[len(_BYTES_FOLLOW) :]))
        fact: Finding = msgspec.convert(plain, Finding)
    except (msgspec.MsgspecError, ValueError, RecursionError, sqlite3.DatabaseError):
        return None
    return fact


def _with_bytes(value: Any) -> Any:  # noqa: ANN401 - what facts are made of
    match value:
        case str():
            return to_bytes(value)
        case dict():
            fields = cast("dict[str, object]", value)
            return {name: _with_bytes(each) for name, each in fields.items()}
        case list() | tuple():
            return [_with_bytes(each) for each in cast("list[object]", value)]
        case _:
            return value


def _with_texts(value: Any) -> Any:  # noqa: ANN401 - what facts are made of
    match value:
        case bytes():
            return to_text(value)
        case dict():
            fields = cast("dict[str, object]", value)
            return {name: _with_texts(each) for name, each in fields.items()}
        case list():
            return [_with_texts(each) for each in cast("list[object]", value)]
        case _:
            return value


def _unit(fact: Finding) -> bytes:
    """Return what the fact tells of, without doubt whatever the names are."""
    unit, *places = _UNITS[type(fact)]
    names: list[str | None] = [attrgetter(place)(fact) for place in places]
    return msgspec.msgpack.encode([
        unit,
        *(None if name is None else to_bytes(name) for name in names),
    ])
