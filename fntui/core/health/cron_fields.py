"""The five fields of a cron expression, in the syntax that the reference describes.

Names JAN-DEC and SUN-SAT, weekdays 0-6, and ``* , - /``.

Source: the reference's schema scheduled_details.
"""

import re
from typing import Final, NamedTuple

ITEM: Final = re.compile(r"(\*|([0-9A-Z]+)(?:-([0-9A-Z]+))?)(?:/([0-9]{1,4}))?", re.ASCII)
"""What stands between commas: ``*`` or a range's two ends, and a step."""


class FieldSpec(NamedTuple):
    """One of the five fields: what it is called, and what it may hold.

    Attributes:
        is_day: It chooses days, so that ``?`` in it means any.
    """

    title: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    is_day: bool = False

    @property
    def range_words(self) -> str:
        """Return what it may hold: "0-6 or SUN-SAT"."""
        numbers = f"{self.low}-{self.high}"
        return f"{numbers} or {self.names[0]}-{self.names[-1]}" if self.names else numbers

    def value(self, text: str) -> int | None:
        """Return the number that a number or a name stands for, even if it is out of range."""
        if text in self.names:
            return self.names.index(text) + self.low
        return int(text) if text.isdigit() and len(text) <= 4 else None  # noqa: PLR2004 - no field has more

    def word(self, value: int, *, is_named: bool) -> str:
        """Return the number, or the name that stands for it."""
        return self.names[value - self.low] if is_named else str(value)


_MONTHS: Final = (
    *("JAN", "FEB", "MAR", "APR", "MAY", "JUN"),
    *("JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
)
_WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
FIELDS: Final = (
    FieldSpec("minute", 0, 59),
    FieldSpec("hour", 0, 23),
    FieldSpec("day of month", 1, 31, is_day=True),
    FieldSpec("month", 1, 12, _MONTHS),
    FieldSpec("weekday", 0, 6, _WEEKDAYS, is_day=True),
)
WEEKDAY: Final = FIELDS[4]


def field_problem(text: str, spec: FieldSpec) -> str:
    """Return why one field is not plain, without a full stop; ``""`` if it is."""
    problems = (item_problem(item, spec) for item in text.split(","))
    return next((problem for problem in problems if problem), "")


def fields_problem(fields: list[str]) -> str:
    """Return why the five fields are not plain, without a full stop; ``""`` if they are."""
    problems = (field_problem(field, spec) for field, spec in zip(fields, FIELDS, strict=True))
    return next((problem for problem in problems if problem), "")


def item_problem(item: str, spec: FieldSpec) -> str:
    """Return why one item of a field is not plain, without a full stop; ``""`` if it is."""
    match = ITEM.fullmatch(item)
    if match is None:
        return f"{spec.title}: “{item}” is not a number, a name, *, a range or a step"
    ends = [match[group] for group in (2, 3) if match[group] is not None]
    values = [spec.value(end) for end in ends]
    for end, value in zip(ends, values, strict=True):
        if value is None or not spec.low <= value <= spec.high:
            return f"{spec.title}: {end} is not in {spec.range_words}"
    if values != sorted(value for value in values if value is not None):
        return f"{spec.title}: the range {item} runs backwards"
    if match[4] is not None and int(match[4]) == 0:
        return f"{spec.title}: a step of 0 never gets anywhere"
    return ""
