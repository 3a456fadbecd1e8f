"""The times of a cron expression, how often it fires, and what it says in words.

All times are UTC. What ``cron_syntax`` can't read has no times here, whatever a server may make
of it.

Source: cronsim for the times, since it agrees with cron where both day fields are set and either
may match.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Final

from cronsim import CronSim, CronSimError

from fntui.core.health.cron_fields import FIELDS, FieldSpec
from fntui.core.health.cron_syntax import readable

_DAY: Final = timedelta(days=1)
_FIRST_DAY: Final = date(1900, 1, 1)
_CYCLE: Final = 10_227  # days of 28 years, after which leap years fall on the same weekdays again


@lru_cache(maxsize=4096)
def _parsed(text: str) -> CronSim | None:
    """Return the parsed expression, whose sets are read only; None: none, or it never matches."""
    plain = readable(text)
    if plain is None:
        return None
    try:
        return CronSim(_with_ends(plain), datetime(2000, 1, 1, tzinfo=UTC))
    except CronSimError:
        return None  # a day that no month of it has, such as 30 February


def _with_ends(plain: str) -> str:
    """Return an expression for cronsim, in which steps have the end that they are meant to have.

    cronsim takes ``5-5/2`` for ``5/2``, and counts from a weekday up to 7, which is Sunday.
    """
    pairs = zip(plain.split(" "), FIELDS, strict=True)
    return " ".join(
        ",".join(_with_end(item, spec) for item in field.split(",")) for field, spec in pairs
    )


def _with_end(item: str, spec: FieldSpec) -> str:
    span, slash, step = item.partition("/")
    if not slash or span == "*":
        return item
    first, _, last = span.partition("-")
    is_single = spec.value(first) == (spec.value(last) if last else spec.high)
    return first if is_single else f"{first}-{last or spec.high}/{step}"


def never_matches(text: str) -> bool:
    """Return True for an expression that can be read and that no day fits, such as 30 February."""
    return readable(text) is not None and _parsed(text) is None


@lru_cache(maxsize=4096)
def _following(text: str, start: datetime, count: int) -> tuple[datetime, ...]:
    plain = readable(text)
    if plain is None or _parsed(text) is None:
        return ()
    return tuple(islice(CronSim(_with_ends(plain), start), count))


@lru_cache(maxsize=4096)
def _preceding(text: str, end: datetime, count: int) -> tuple[datetime, ...]:
    parsed = _parsed(text)
    return () if parsed is None else tuple(islice(_backwards(parsed, end), count))


def _backwards(parsed: CronSim, end: datetime) -> Iterator[datetime]:
    """Yield the times before ``end``, newest first.

    As a reversed CronSim, but a day at a time: up to ten times as fast, which counts where a
    thousand triggers are told of at the start.
    """
    hours, minutes = sorted(parsed.hours, reverse=True), sorted(parsed.minutes, reverse=True)
    day = today = end.date()
    while day > _FIRST_DAY:
        if day.month not in parsed.months:
            day = day.replace(day=1)
        elif parsed.match_day(day):
            for hour in hours if day < today else (hour for hour in hours if hour <= end.hour):
                for minute in minutes:
                    at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
                    if at < end:
                        yield at
        day -= _DAY


def next_times(text: str, after: datetime, count: int) -> list[datetime]:
    """Return the first ``count`` times in UTC after ``after``; fewer where none come."""
    # Times are whole minutes: all moments of a minute share an answer, and so a place in the cache.
    return list(_following(text, after.astimezone(UTC).replace(second=0, microsecond=0), count))


def last_times(text: str, until: datetime, count: int) -> list[datetime]:
    """Return the last ``count`` times in UTC that are not later than ``until``, newest first.

    There are none before 1900.
    """
    minute = until.astimezone(UTC).replace(second=0, microsecond=0)
    return list(_preceding(text, minute + timedelta(minutes=1), count))


@lru_cache(maxsize=1024)
def minutes_within(text: str, start: datetime, count: int) -> tuple[int, ...]:
    """Return in which of the ``count`` minutes from ``start`` it fires, 0 being that of ``start``.

    Costs a look at each hour, not at each time, so that a thousand triggers can be asked at once.
    """
    parsed = _parsed(text)
    if parsed is None:
        return ()
    start = start.astimezone(UTC)
    found: list[int] = []
    for offset in range(-start.minute, count, 60):
        hour = start + timedelta(minutes=offset)
        if hour.hour in parsed.hours and hour.month in parsed.months and parsed.match_day(hour):
            found += (offset + minute for minute in sorted(parsed.minutes))
    return tuple(minute for minute in found if 0 <= minute < count)


def period_s(text: str, at: datetime) -> float | None:
    """Return the seconds between the first two times after ``at``; None where there are none."""
    times = next_times(text, at, 2)
    return (times[1] - times[0]).total_seconds() if len(times) == 2 else None  # noqa: PLR2004 - a pair


@lru_cache(maxsize=4096)
def is_every_minute(text: str) -> bool:
    """Return True for an expression that names every minute of a day."""
    parsed = _parsed(text)
    return parsed is not None and (len(parsed.minutes), len(parsed.hours)) == (60, 24)


@lru_cache(maxsize=4096)
def runs_per_day(text: str) -> float:
    """Return how many times a day it fires, on average over 28 years; 0 if it never does."""
    parsed = _parsed(text)
    if parsed is None:
        return 0.0
    first = datetime(2000, 1, 1, tzinfo=UTC)
    days = (first + timedelta(days=n) for n in range(_CYCLE))
    matching = sum(day.month in parsed.months and parsed.match_day(day) for day in days)
    return matching / _CYCLE * len(parsed.minutes) * len(parsed.hours)


def frequency(text: str) -> str:
    """Return how often it fires: "96 runs a day", "1 run a week", "about 4 runs a year"."""
    daily = runs_per_day(text)
    for days, unit in ((1, "day"), (7, "week"), (365.25, "year")):
        count = daily * days
        if count >= 0.995:  # noqa: PLR2004 - 1 but for the leap year
            about = "" if abs(count - round(count)) < 0.005 else "about "  # noqa: PLR2004 - whole
            return f"{about}{round(count):,} {'run' if round(count) == 1 else 'runs'} a {unit}"
    return "less than 1 run a year" if daily else "no runs"


def describe(text: str) -> str:
    """Return it in words, "Every 15 minutes"; ``""`` where it can't be read."""
    plain = readable(text)
    if plain is None:
        return ""
    minute, hour, day, month, weekday = plain.split(" ")
    if _either_day(day, weekday):
        # cron-descriptor 2 leaves the "or" out where the weekday is a range.
        by_day = _in_words(f"{minute} {hour} {day} {month} *")
        by_weekday = _in_words(f"{minute} {hour} * {month} {weekday}")
        return f"{by_day}; or {by_weekday[0].lower()}{by_weekday[1:]}"
    return _in_words(plain).replace(", or on ", ", and on ")


def _either_day(day: str, weekday: str) -> bool:
    """Return True where a day fits if it fits either field: neither starts with ``*``."""
    return not day.startswith("*") and not weekday.startswith("*")


@lru_cache(maxsize=4096)
def _in_words(expression: str) -> str:
    # Here, so that its 30 ms are not spent at start.
    import cron_descriptor  # type: ignore[import-untyped]  # noqa: PLC0415 - no stubs; see above

    # By itself it speaks the system's language, and warns on stderr in the locale C.
    options = cron_descriptor.Options(use_24hour_time_format=True, locale_code="en_US")
    return str(cron_descriptor.get_description(expression, options))


def warnings(text: str) -> list[str]:
    """Return sentences on what an expression may not have been meant to say."""
    plain = readable(text)
    if plain is None:
        return []
    minute, hour, day, _, weekday = plain.split(" ")
    found: list[str] = []
    if never_matches(text):
        found.append("it never matches: none of its months has such a day")
    if minute == "*" and hour != "*":
        found.append("it runs 60 times in each of these hours: minute 0 would be once")
    if _either_day(day, weekday):
        found.append("day of month and weekday are both set: it runs when either fits")
    return found
