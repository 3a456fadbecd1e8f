"""What a cron expression means, as it is typed."""

from collections.abc import Sequence
from datetime import datetime

from fntui.core.health import cron
from fntui.ui.views.lines import Line, line, span
from fntui.ui.views.prose import sentence
from fntui.ui.views.view_context import local_words

COUNT = 5
"""How many of the next times are shown."""


def cron_hint(text: str, now: datetime) -> Sequence[Line]:
    """Return what is wrong with ``text``, or what it says, warnings, and its next times."""
    if not text.strip():
        return (line(span("minute hour day month weekday, in UTC: */15 * * * *", "dim")),)
    wrong = cron.check(text)
    if wrong:
        return (line(span(sentence(wrong), "late")),)
    words = line(f"{cron.describe(text)} UTC, {cron.frequency(text)}")
    warnings = [line(span(sentence(warning), "late")) for warning in cron.warnings(text)]
    return (words, *warnings, *(_moment(at) for at in cron.next_times(text, now, COUNT)))


def _moment(at: datetime) -> Line:
    local = local_words(at, "%a %H:%M")
    told = [span(f"   {local}", "dim")] if local else []
    return line(span(f"{at:%a %Y-%m-%d %H:%MZ}", "accent"), *told)
