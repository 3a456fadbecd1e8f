"""Cron as the simulated server reads it: five fields, UTC, one minute at the finest.

Source: the vendor's page on scheduled functions: ``* , - /``, names of months and weekdays,
weekday 0-6; no seconds, no ``@daily``, no ``L W #``.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from cronsim import CronSim, CronSimError

_TERM: Final = re.compile(
    r"(?:\*|(?P<start>[0-9]{1,2}|[A-Z]{3})(?:-(?P<end>[0-9]{1,2}|[A-Z]{3}))?)(?:/(?P<step>[0-9]{1,2}))?"
)


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()


_MONTHS: Final = (
    *("JAN", "FEB", "MAR", "APR", "MAY", "JUN"),
    *("JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
)
_WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FIELDS: Final = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 0, 6, _WEEKDAYS),
)


def check_cron(text: str) -> None:
    """Return if the server takes ``text``.

    Raises:
        ValueError: It does not; the message quotes the cron and says why.
    """
    fields = text.upper().split()
    if len(fields) != len(_FIELDS):
        raise ValueError(_complaint(text, f"expected 5 fields, found {len(fields)}"))
    for field, value in zip(_FIELDS, fields, strict=True):
        if not all(_is_term(field, term) for term in value.split(",")):
            raise ValueError(_complaint(text, f"bad {field.name}"))


@lru_cache(maxsize=4096)
def next_slot(cron: str, after: datetime) -> datetime | None:
    """Return the first moment later than ``after`` that ``cron`` names; None: there is none."""
    return next(_slots(cron, after, reverse=False), None)


@lru_cache(maxsize=4096)
def latest_slots(cron: str, until: datetime, count: int) -> tuple[datetime, ...]:
    """Return the last ``count`` moments up to ``until`` that ``cron`` names, newest first."""
    # With microseconds cronsim (2.6 to 2.8) begins with the very second, without them before it.
    return tuple(islice(_slots(cron, until.replace(microsecond=1), reverse=True), count))


def _slots(cron: str, start: datetime, *, reverse: bool) -> Iterator[datetime]:
    try:
        return CronSim(cron, start, reverse=reverse)
    except CronSimError:
        # The syntax was checked when the trigger came in: this is a day that no month has.
        return iter(())


def _is_term(field: _Field, term: str) -> bool:
    match = _TERM.fullmatch(term)
    if match is None or (match["step"] and int(match["step"]) == 0):
        return False
    if match["start"] is None:
        return True
    start = _number(field, match["start"])
    end = start if match["end"] is None else _number(field, match["end"])
    return start is not None and end is not None and start <= end


def _number(field: _Field, text: str) -> int | None:
    if text in field.names:
        return field.names.index(text) + field.low
    return int(text) if text.isdigit() and field.low <= int(text) <= field.high else None


def _complaint(text: str, why: str) -> str:
    return f'invalid cron expression "{text[:100]}": {why}'
