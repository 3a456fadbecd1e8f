"""Labelled facts for the detail pane."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from msgspec import UNSET

from fntui.core.health.acknowledgements import AlarmKey, acknowledgement_words, in_force
from fntui.core.model.problem import Problem
from fntui.core.model.snapshot import Reading, Snapshot
from fntui.humanize import ago
from fntui.ui.text import printable
from fntui.ui.views.lines import Line, Span, Tone, span, wrap
from fntui.ui.views.prose import told
from fntui.ui.views.signs import age_words, is_past
from fntui.ui.views.view_context import Lens

NAME_WIDTH: Final = 12
"""Cells that the names of facts take."""

PINNED: Final = "read as in a small account (P unpins)"
"""What a pin does."""


def fact(name: str, *value: Span | str) -> Line:
    """Return one fact: its name, then its value."""
    parts = (part if isinstance(part, Span) else span(part) for part in value)
    return Line((Span(" "), span(name.ljust(NAME_WIDTH), "dim"), *parts))


def more(*value: Span | str) -> Line:
    """Return another line of the fact above."""
    return fact("", *value)


def title(text: str, after: Span) -> Line:
    """Return a heading inside the detail, and what stands beside it."""
    return Line((Span(" "), span(text, "head"), *((Span("  "), after) if after.text else ())))


def paragraph(text: str, width: int, tone: Tone = "", indent: int = 1) -> list[Line]:
    """Return any text, broken into lines of ``width`` cells."""
    pad = Span(" " * indent)
    return [
        Line((pad, Span(piece, tone)))
        for part in text.split("\n")
        for piece in wrap(printable(part), width - indent - 1)
    ]


def words_of(value: object) -> str:
    """Return a text field; ``unknown`` where it was left out, ``–`` where it is null or empty."""
    if value is UNSET:
        return "unknown"
    return value if isinstance(value, str) and value else "–"


def moment(value: object, now: datetime) -> str:
    """Return a moment with its date and age, in UTC."""
    if value is UNSET:
        return "unknown"
    if not isinstance(value, datetime):
        return "never"
    seconds = (now - value).total_seconds()
    age = f"{ago(seconds)} ago" if seconds >= 0 else f"in {ago(-seconds)}"
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}  {age}"


def reading_lines(reading: Reading, what: str, lens: Lens) -> list[Line]:
    """Return a branch's banner: why it is not read or not fresh, and how old the data are."""
    if reading.problem is None and reading.read_at is None:
        return [Line((span(f" {what} not read yet", "dim"),))]
    if reading.problem is None:
        why = "not read yet in this session" if reading.is_cached else "not read again in time"
        age = age_words(reading, lens.now)
        words = f"! {what}: {age}, {why}" if is_past(reading, lens.now) else ""
        return paragraph(words, lens.width, "unsure") if words else []
    age = ""
    if reading.read_at is not None:
        age = f" What is shown is {ago((lens.now - reading.read_at).total_seconds())} old."
    return banner(reading.problem, lens.width, age)


def banner(problem: Problem, width: int, after: str = "") -> list[Line]:
    """Return a problem in words, with its request id."""
    return paragraph(f"! {told(problem)}{after}", width, "late")


def acknowledged_lines(
    snapshot: Snapshot, key: AlarmKey, lens: Lens, indent: int = 1
) -> list[Line]:
    """Return since when and until when its trouble is known to a person; nothing if it is not."""
    kept = in_force(snapshot, key, lens.now)
    if kept is None:
        return []
    words = f"{acknowledgement_words(kept, lens.now, lens.show_time)} (a changes it)"
    return paragraph(words, lens.width, "accent", indent)


def block(lines: Iterable[str], tone: Tone = "") -> list[Line]:
    """Return ready, printable lines under the last fact."""
    pad = Span(" " * (NAME_WIDTH + 1))
    return [Line((pad, Span(text, tone))) for text in lines]
