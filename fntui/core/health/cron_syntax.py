"""Cron expressions as the API holds them, read as plain ones of five fields.

A schedule may have been made by another client or an earlier version of the API, so more is read
than ``cron_check`` lets a person send: 7 for Sunday, ranges that wrap, ``?`` for any day, names
such as @daily, and six fields, of which the first is the scheduler's own seconds.

Source: cron(5).
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from fntui.core.health.cron_fields import (
    FIELDS,
    ITEM,
    WEEKDAY,
    FieldSpec,
    field_problem,
    fields_problem,
    item_problem,
)
from fntui.printable import shortened

LONGEST: Final = 500
"""Characters of an expression; every value of every field written out is shorter."""

_SECONDS_FIRST: Final = 6  # fields
_SUNDAY_AGAIN: Final = 7
_NAMES_LISTED: Final = 7  # values of a range that are listed; more are written as ranges
_QUOTED: Final = 40  # characters of what can't be read
_ZONE: Final = re.compile(r"\s*(?:CRON_)?TZ=", re.ASCII | re.IGNORECASE)
_NAMED: Final = {
    "@HOURLY": "0 * * * *",
    "@DAILY": "0 0 * * *",
    "@MIDNIGHT": "0 0 * * *",
    "@WEEKLY": "0 0 * * 0",
    "@MONTHLY": "0 0 1 * *",
    "@YEARLY": "0 0 1 1 *",
    "@ANNUALLY": "0 0 1 1 *",
}


def normalise(text: str) -> str:
    """Return the expression with single blanks and upper-case names."""
    return " ".join(text.upper().split())


def sets_zone(text: str) -> bool:
    """Return True where a time zone stands before the fields: ``CRON_TZ=…`` or ``TZ=…``."""
    return _ZONE.match(text) is not None


def has_seconds(text: str) -> bool:
    """Return True for six fields, of which the first is the scheduler's own seconds."""
    fields = text.split()
    is_named = sets_zone(text) or text.lstrip().startswith("@")
    return len(fields) == _SECONDS_FIRST and not is_named


def without_seconds(text: str) -> str:
    """Return the expression as it came, but for the seconds that may stand first."""
    return " ".join(text.split()[1:]) if has_seconds(text) else text


def five_fields(text: str) -> str:
    """Return the expression as it is sent: normalised, without seconds."""
    return normalise(without_seconds(text))


def is_same(one: str, other: str) -> bool:
    """Return True where two expressions say the same, however they are written."""
    if one == other:
        return True
    return (readable(one) or five_fields(one)) == (readable(other) or five_fields(other))


def readable(text: str) -> str | None:
    """Return the plain expression that says the same; None where it can't be read."""
    return _read(text).plain


def why_unreadable(text: str) -> str:
    """Return why an expression can't be read, without a full stop; ``""`` where it can."""
    return _read(text).problem


class _Reading(NamedTuple):
    plain: str | None
    problem: str = ""


@lru_cache(maxsize=4096)
def _read(text: str) -> _Reading:
    if len(text) > LONGEST:
        return _Reading(None, f"longer than {LONGEST} characters")
    if sets_zone(text):
        return _Reading(None, "it sets a time zone")
    named = normalise(text)
    if named.startswith("@"):
        words = shortened(text.strip(), _QUOTED)
        problem = "" if named in _NAMED else f"{words} is no schedule of five fields"
        return _Reading(_NAMED.get(named), problem)
    return _read_fields(five_fields(text).split(" "))


def _read_fields(fields: list[str]) -> _Reading:
    if len(fields) != len(FIELDS):
        count = 0 if fields == [""] else len(fields)
        return _Reading(
            None, f"five fields are needed (minute hour day month weekday), not {count}"
        )
    plain = [
        _plain_field(field, spec, is_alone=_is_any(fields[2 if spec is WEEKDAY else 4]))
        for field, spec in zip(fields, FIELDS, strict=True)
    ]
    problem = fields_problem(plain)
    whole = " ".join(plain)
    if not problem and len(whole) > LONGEST:
        problem = f"longer than {LONGEST} characters"
    return _Reading(None if problem else whole, problem)


def _is_any(field: str) -> bool:
    """Return True for a day field that leaves the choice to the other one: ``*…`` or ``?``."""
    return field.startswith("*") or field == "?"


def _plain_field(text: str, spec: FieldSpec, *, is_alone: bool) -> str:
    """Return a field in plain syntax; what can't be read stays as it is.

    Args:
        text: The field.
        spec: Which one.
        is_alone: Of a day field: the other one is no restriction. Else ``*`` would change which
            days are meant, since either field may match only where neither is ``*``.
    """
    if text == "?" and spec.is_day:
        return "*"
    if not field_problem(text, spec):
        return text
    plain = ",".join(_plain_item(item, spec) for item in text.split(","))
    every = f"{spec.low}-{spec.high}"
    if plain == every and (not spec.is_day or is_alone):
        return "*"
    return plain


def _plain_item(item: str, spec: FieldSpec) -> str:
    match = ITEM.fullmatch(item)
    if match is None or not item_problem(item, spec) or match[4] in {"0", "00", "000", "0000"}:
        return item
    values = _values(match, spec)
    return item if values is None else _written(values, spec, match)


def _values(match: re.Match[str], spec: FieldSpec) -> list[int] | None:
    """Return the values of a range that wraps, or that counts Sunday as 7; None: out of range."""
    high = _SUNDAY_AGAIN if spec is WEEKDAY else spec.high
    first, last = spec.value(match[2]), spec.value(match[3] or match[2])
    if (
        first is None
        or last is None
        or not (spec.low <= first <= high and spec.low <= last <= high)
    ):
        return None
    count = spec.high - spec.low + 1
    if last < first:
        last += count
    values = range(first, last + 1, int(match[4] or 1))
    return list(dict.fromkeys((value - spec.low) % count + spec.low for value in values))


def _written(values: list[int], spec: FieldSpec, match: re.Match[str]) -> str:
    """Return values in their order: as a list if they are few or have a step, else as ranges."""
    if len(values) == spec.high - spec.low + 1:
        return f"{spec.low}-{spec.high}"
    is_named = match[2] in spec.names
    words = [spec.word(value, is_named=is_named) for value in values]
    if match[4] or len(values) < _NAMES_LISTED:
        return ",".join(words)
    turn = values.index(spec.low)
    ranges = (words[:turn], words[turn:])
    return ",".join(part[0] if len(part) == 1 else f"{part[0]}-{part[-1]}" for part in ranges)
