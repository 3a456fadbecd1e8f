"""Transactions: all of a piece of work takes effect, or nothing of it."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")

Work = Callable[[sqlite3.Connection], _T]
"""What is done in one transaction; it is done again, on a new file, where the first is broken."""


def transacted(connection: sqlite3.Connection, begin: str, work: Work[_T]) -> _T:
    """Return what ``work`` returns, in a transaction that ``begin`` starts."""
    connection.execute(begin)
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    return result
