"""Texts and times as SQLite keeps them, and back.

Names and ids are any text, half surrogates included, which SQLite's own texts can't hold: they are
kept as bytes. Times are whole microseconds of Unix time.
"""

import math
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Final

_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_FIRST: Final = (datetime.min.replace(tzinfo=UTC) - _START) // _MICROSECOND
_LAST: Final = (datetime.max.replace(tzinfo=UTC) - _START) // _MICROSECOND
_COUNTED_MOST: Final = 10**12  # requests or calls: more than a fntui makes in a thousand years


class MalformedValueError(sqlite3.DatabaseError):
    """A value that fntui can't have written: the file is broken, though SQLite does not see it."""


def to_bytes(text: str) -> bytes:
    """Return a text as it is kept."""
    return text.encode(errors="surrogatepass")


def to_text(kept: object) -> str:
    """Return the text that was kept.

    Raises:
        MalformedValueError: If ``kept`` is no such text.
    """
    try:
        return to_blob(kept).decode(errors="surrogatepass")
    except UnicodeDecodeError:
        raise MalformedValueError("not a text") from None


def to_blob(kept: object) -> bytes:
    """Return the bytes that were kept.

    Raises:
        MalformedValueError: If ``kept`` is something else.
    """
    if not isinstance(kept, bytes):
        raise MalformedValueError("not a text")
    return kept


def to_micros(at: datetime) -> int:
    """Return a time as it is kept."""
    return (at - _START) // _MICROSECOND


def to_time(kept: object) -> datetime:
    """Return the time that was kept; a MalformedValueError if ``kept`` is no such time."""
    return _START + timedelta(microseconds=checked_micros(kept))


def checked_micros(kept: object) -> int:
    """Return a time as it is kept.

    Raises:
        MalformedValueError: If ``kept`` is no time in the years 1 to 9999.
    """
    if not isinstance(kept, int) or not _FIRST <= kept <= _LAST:
        raise MalformedValueError("not a time")
    return kept


def to_micros_or_none(at: datetime | None) -> int | None:
    """Return a time that may be missing as it is kept."""
    return None if at is None else to_micros(at)


def to_time_or_none(kept: object) -> datetime | None:
    """Return the time that was kept, if one was."""
    return None if kept is None else to_time(kept)


def to_count(kept: object) -> int:
    """Return the count that was kept.

    Raises:
        MalformedValueError: If ``kept`` is no such number.
    """
    if not isinstance(kept, int) or not 0 <= kept <= _COUNTED_MOST:
        raise MalformedValueError("not a count")
    return kept


def to_flag(kept: object) -> bool:
    """Return the yes or no that was kept.

    Raises:
        MalformedValueError: If ``kept`` is neither.
    """
    if kept not in {0, 1}:
        raise MalformedValueError("neither yes nor no")
    return bool(kept)


def is_duration(value: object) -> bool:
    """Return True for a number of seconds: finite, and not negative."""
    return isinstance(value, int | float) and math.isfinite(value) and value >= 0


def to_seconds(kept: object) -> float:
    """Return the number of seconds that was kept.

    Raises:
        MalformedValueError: If ``kept`` is no such number.
    """
    if not isinstance(kept, int | float) or not is_duration(kept):
        raise MalformedValueError("not a duration")
    return float(kept)
