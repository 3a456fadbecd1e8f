"""The check of a cron expression that a person is about to send, and what to write instead.

It is stricter than what is read (``cron_syntax``): only the syntax that the reference describes.
"""

from functools import lru_cache
from typing import Final

from fntui.core.health.cron_fields import FIELDS, fields_problem
from fntui.core.health.cron_syntax import (
    LONGEST,
    has_seconds,
    normalise,
    readable,
    sets_zone,
    why_unreadable,
)

_EXAMPLE: Final = "write five fields, such as 0 0 * * *"


def check(text: str) -> str:
    """Return ``""`` if the API takes the expression, else why not, without a full stop.

    Where another expression says the same, the reason ends with what to write instead.
    """
    return f"longer than {LONGEST} characters" if len(text) > LONGEST else _check(text)


@lru_cache(maxsize=4096)
def _check(text: str) -> str:
    if sets_zone(text):
        return "a time zone can't be sent; times are UTC; write the five fields alone"
    plain = readable(text)
    if text.lstrip().startswith("@"):
        return f"names such as @daily are not taken; {_instead(text, plain) or _EXAMPLE}"
    if has_seconds(text):
        return f"six fields: seconds are not taken; {_instead(text, plain) or _EXAMPLE}"
    fields = normalise(text).split(" ")
    if len(fields) != len(FIELDS):
        return why_unreadable(text)
    problem = fields_problem(fields)
    return "; ".join(filter(None, (problem, _instead(text, plain)))) if problem else ""


def _instead(text: str, plain: str | None) -> str:
    """Return "write …": the one field that differs, or all five; ``""`` where nothing fits."""
    if plain is None:
        return ""
    fields, others = normalise(text).split(" "), plain.split(" ")
    differing = [new for old, new in zip(fields, others, strict=False) if old != new]
    is_one = len(fields) == len(others) and len(differing) == 1
    return f"write {differing[0] if is_one else plain}"
