"""The cron field of the trigger form: whether it can be sent, its hint, and its preview.

A cron that the API holds already may stay, even if a person could not send it. It goes back as it
came, but for the seconds of six fields.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from fntui.api.models import ScheduledRuns, Trigger
from fntui.core.health import cron
from fntui.core.health.cron_check import check
from fntui.core.health.cron_syntax import (
    five_fields,
    has_seconds,
    normalise,
    readable,
    why_unreadable,
    without_seconds,
)
from fntui.ui.views.lines import Line, line, span
from fntui.ui.views.prose import as_sentence, changes, fact
from fntui.ui.views.view_context import local_words

COUNT: Final = 5
"""How many of the next times are shown."""

_DISTANT: Final = timedelta(hours=20)  # from there on a time needs its date
_DOUBTFUL: Final = "these times are by cron: the API does not plan this trigger's runs by them"

ShowTime = Callable[[datetime, bool], str]
"""Writes a moment; True: with its date."""


class CronField(Struct, frozen=True, kw_only=True):
    """What stands in the field, and what the API holds.

    Attributes:
        text: As it was typed.
        held: As the API holds it; None: it holds none, or did not say.
        is_doubtful: The API's next run is not where the held cron puts it.
    """

    text: str
    held: str | None = None
    is_doubtful: bool = False

    @property
    def is_kept(self) -> bool:
        """True where it says nothing else than what the API holds, but for blanks and case."""
        return self.held is not None and five_fields(self.text) == five_fields(self.held)

    @property
    def to_send(self) -> str:
        """The expression as it is sent."""
        if self.held is None or not self.is_kept:
            return normalise(self.text)
        return without_seconds(self.held)

    @property
    def problem(self) -> str:
        """Why it can't be sent, without a full stop; ``""`` if it can."""
        return "" if self.is_kept else check(self.text)

    def hint(self, now: datetime) -> Sequence[Line]:
        """Return what is wrong with it, or what it says, warnings, and its next times."""
        if not self.text.strip():
            return (line(span("minute hour day month weekday, in UTC: */15 * * * *", "dim")),)
        if self.problem:
            return (line(span(as_sentence(self.problem), "late")),)
        return tuple(self._meaning(now))

    def _meaning(self, now: datetime) -> Iterator[Line]:
        if readable(self.text) is None:
            why = f"it can't be read ({why_unreadable(self.text)}) and stays as it is"
            yield line(span(as_sentence(why), "late"))
            return
        yield line(f"{cron.describe(self.text)} UTC, {cron.frequency(self.text)}")
        for remark in (*self._remarks(), *cron.warnings(self.text)):
            yield line(span(as_sentence(remark), "late"))
        yield from (_moment(at) for at in cron.next_times(self.text, now, COUNT))

    def _remarks(self) -> Iterator[str]:
        if wrong := check(self.text):
            yield f"it may stay as it is, but would not be taken now: {wrong}"
        if self.is_doubtful:
            yield _DOUBTFUL

    def change(self, base: Trigger, now: datetime, show_time: ShowTime) -> list[Line]:
        """Return what becomes of the cron that ``base`` holds."""
        held = self.held or ""
        if self.is_kept:
            dropped = f"; the seconds of {held} are not sent" if has_seconds(held) else ""
            return [fact("cron", f"{self.to_send} (unchanged{dropped})")]
        by_cron = "by cron " if self.is_doubtful else ""
        return changes(
            ("cron", without_seconds(held), self.to_send),
            ("", how_often(held), how_often(self.to_send)),
            (
                "next",
                _planned(base, now, show_time) or next_by_cron(held, now, show_time),
                by_cron + next_by_cron(self.to_send, now, show_time),
            ),
        )


def how_often(text: str) -> str:
    """Return how often it fires: "96 runs a day", or "unknown" where it can't be read."""
    return "unknown" if readable(text) is None else cron.frequency(text)


def next_by_cron(text: str, now: datetime, show_time: ShowTime) -> str:
    """Return when it fires next by cron: a time, "never", or "unknown"."""
    if readable(text) is None:
        return "unknown"
    times = cron.next_times(text, now, 1)
    return show_time(times[0], times[0] - now > _DISTANT) if times else "never"


def _planned(base: Trigger, now: datetime, show_time: ShowTime) -> str:
    """Return the API's own next run; ``""`` where it did not say."""
    runs = base.scheduled_runs
    at = runs.next_run_at if isinstance(runs, ScheduledRuns) else ""
    if isinstance(at, datetime):
        is_past = at <= now
        return show_time(at, is_past or at - now > _DISTANT) + (" (past)" if is_past else "")
    return "none" if at is None else ""


def _moment(at: datetime) -> Line:
    local = local_words(at, "%a %H:%M")
    told = [span(f"   {local}", "dim")] if local else []
    return line(span(f"{at:%a %Y-%m-%d %H:%MZ}", "accent"), *told)
