"""The radar in sentences: when nothing fires, how much does, and what is not known of it."""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.cells import cell_len

from fntui.core.health.radar import MINUTE, Quiet, Radar
from fntui.core.model.snapshot import TriggerKey
from fntui.humanize import ago, listed
from fntui.humanize import span as time_span
from fntui.ui.views.lines import Line, Span, Tone, span
from fntui.ui.views.prose import flow
from fntui.ui.views.radar.time_axis import short_time
from fntui.ui.views.view_context import Lens

_MINUTE_S: Final = 60

Part = tuple[str, Tone]
"""Some words, ``""`` for none, and how they look."""


def window_words(minutes: int) -> str:
    """Return a number of minutes as the radar names it: "60 minutes", "6 hours"."""
    return f"{minutes} minutes" if minutes <= 60 else f"{minutes // 60} hours"  # noqa: PLR2004 - an hour


def head_lines(radar: Radar, lens: Lens) -> list[Line]:
    """Return what the radar tells in words; the longest quiet window first."""
    besides = f"besides {radar.steady} that {'fires' if radar.steady == 1 else 'fire'} every minute"
    quiet: tuple[Part, ...] = (
        (quiet_sentence(radar, lens), "title"),
        (besides if radar.steady else "", "dim"),
        ("" if radar.is_complete else "as far as is known", "unsure"),
    )
    return [*_packed(quiet, lens.width), *_packed(_summary(radar, lens), lens.width)]


def quiet_sentence(radar: Radar, lens: Lens) -> str:
    """Return when nothing fires for the longest time, without a full stop."""
    if radar.quiet is None:
        return "No minute is quiet"
    return f"Longest quiet window: {_quiet_words(radar.quiet, radar, lens)}"


def _quiet_words(quiet: Quiet, radar: Radar, lens: Lens) -> str:
    left_s = (quiet.starts_at - radar.now).total_seconds()
    is_open = quiet.ends_at == radar.end
    start = lens.show_time(quiet.starts_at) if left_s > 0 else "now"
    end = lens.show_time(quiet.ends_at) + (" or later" if is_open else "")
    length = _duration(quiet.length.total_seconds()) + (" or more" if is_open else "")
    return f"{start} to {end} ({length})" + (f", in {ago(left_s)}" if left_s > 0 else "")


def _duration(seconds: float) -> str:
    """Return it in whole minutes, from one minute on: what is so far off does not tick."""
    return time_span(seconds if seconds < _MINUTE_S else seconds // _MINUTE_S * _MINUTE_S)


def _summary(radar: Radar, lens: Lens) -> Iterator[Part]:
    """Yield ``41 runs of 12 triggers in the next 60 minutes``, then what is not among them."""
    runs, triggers = _count(radar.runs, "run"), _count(len(radar.tracks), "trigger")
    yield f"{runs} of {triggers} in the next {window_words(len(radar.counts))}", "dim"
    if radar.peak:
        peak_at = radar.start + radar.counts.index(radar.peak) * MINUTE
        yield f"most at once: {radar.peak} at {short_time(peak_at, lens.show_time)}", "accent"
    unplaced = sum(isinstance(gap.key, TriggerKey) for gap in radar.gaps)
    yield _told(radar.overdue, "late or stalled, may run at any moment"), "late"
    yield _told(radar.uncertain, "without a fresh reading"), "unsure"
    yield _told(radar.next_only, "with cron read differently: ◇ is the API's next run"), "unsure"
    yield _told(unplaced, "can't be placed"), "unsure"
    yield _told(len(radar.gaps) - unplaced, "not fully read"), "unsure"
    hidden = _told(radar.paused, "paused"), _told(radar.wont_run, "without a next run")
    yield f"not shown: {listed([*filter(None, hidden)])}" if any(hidden) else "", "dim"


def _packed(parts: Iterable[Part], width: int) -> Iterator[Line]:
    """Yield the parts that say something, dots between, as many as fit in each line."""
    spans: list[Span] = []
    for part in (span(words, tone) for words, tone in parts if words):
        longer = [*spans, span(" · ", "dim"), part] if spans else [part]
        if spans and cell_len(Line(tuple(longer)).text) > width:
            yield from flow([Line(tuple(spans))], width)
            longer = [part]
        spans = longer
    yield from flow([Line(tuple(spans))], width)


def _told(count: int, words: str) -> str:
    return f"{count} {words}" if count else ""


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
