"""Texts and times as SQLite keeps them, and back.

Names and ids are any text, half surrogates included, which SQLite's own texts can't hold: they are
kept as bytes. Times are whole microseconds of Unix time.
"""

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Final

_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class MalformedValueError(sqlite3.DatabaseError):
    """A value that fntui can't have written: the file is broken, though SQLite does not see it."""


def to_bytes(text: str) -> bytes:
    """Return a text as it is kept."""
    return text.encode(errors="surrogatepass")


def to_text(kept: bytes) -> str:
    """Return the text that was kept.

    Raises:
        MalformedValueError: If ``kept`` is no such text.
    """
    try:
        return kept.decode(errors="surrogatepass")
    except (AttributeError, UnicodeDecodeError):
        raise MalformedValueError("not a text") from None


def to_micros(at: datetime) -> int:
    """Return a time as it is kept."""
    return (at - _START) // _MICROSECOND


def to_time(kept: int) -> datetime:
    """Return the time that was kept.

    Raises:
        MalformedValueError: If ``kept`` is no such time.
    """
    try:
        return _START + timedelta(microseconds=kept)
    except (TypeError, OverflowError):
        raise MalformedValueError("not a time") from None


def to_micros_or_none(at: datetime | None) -> int | None:
    """Return a time that may be missing as it is kept."""
    return None if at is None else to_micros(at)


def to_time_or_none(kept: int | None) -> datetime | None:
    """Return the time that was kept, if one was."""
    return None if kept is None else to_time(kept)
