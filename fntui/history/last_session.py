"""What the last session saw, read from the history before anything in it is changed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec
from msgspec import structs

from fntui.core.model.events import Fact
from fntui.core.store.last_session import LastSeen, cached
from fntui.core.store.store import Store
from fntui.files import check_regular
from fntui.history import schema
from fntui.history.connection import connect, glance
from fntui.history.findings import OfNamespaces, decoded
from fntui.history.memories import learned_lag
from fntui.history.migrations import MIGRATIONS, newest
from fntui.history.values import to_text

_MOST_BYTES: Final = 1_000_000  # of facts: what is beyond is read in time
_BUSY_S: Final = 0.2
_OURS: Final = schema.Header(schema.APPLICATION_ID, newest(MIGRATIONS))

_ACCOUNT: Final = "SELECT account FROM findings WHERE fact <> x'' ORDER BY serial DESC LIMIT 1"
# The list of namespaces first: what is in one means nothing without it.
_FOUND: Final = """
    SELECT fact FROM findings WHERE account = :account AND typeof(fact) = 'blob'
    ORDER BY unit <> :namespaces, serial
"""
_NAMESPACES: Final = msgspec.msgpack.encode(["namespaces"])


def last_seen(path: Path) -> LastSeen | None:
    """Return what was found of the account that the file was used for last; it is only read.

    None: nothing, no such file, or one that can't be read now. That is told by who uses it.
    """
    try:
        check_regular(path)
        if glance(path).version > _OURS.version:
            return None  # of a newer fntui: not even a log is to appear beside it
        with closing(connect(path, "mode=ro", _BUSY_S)) as connection:
            if schema.header(connection) != _OURS:
                return None
            found: tuple[bytes] | None = connection.execute(_ACCOUNT).fetchone()
            if found is None:
                return None
            facts = list(_found(connection, found[0]))
            account, lag = to_text(found[0]), learned_lag(connection)
    except (sqlite3.Error, OSError):
        return None
    store = Store()
    for fact in sorted(facts, key=lambda fact: not isinstance(fact, OfNamespaces)):
        store.apply(fact)
    return LastSeen(account=account, snapshot=structs.replace(cached(store.snapshot), lag=lag))


def _found(connection: sqlite3.Connection, account: bytes) -> Iterator[Fact]:
    left = _MOST_BYTES
    named = {"account": account, "namespaces": _NAMESPACES}
    for (kept,) in connection.execute(_FOUND, named):
        left -= len(kept)
        if left < 0:
            return
        fact = decoded(kept)
        if fact is not None:
            yield fact
