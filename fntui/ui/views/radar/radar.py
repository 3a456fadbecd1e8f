"""The radar: all triggers on one axis that starts now, and the longest time in which none fires."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from fntui.core.health.radar import MINUTE, Gap, Radar, Track
from fntui.core.health.wording import is_problem
from fntui.core.model.snapshot import NamespaceKey, State, TriggerKey
from fntui.ui.views.lines import BLANK, Column, Line, Row, Span, Tone, fit, span, table
from fntui.ui.views.radar.time_axis import Axis, axis_for, short_time, ticks, times_line
from fntui.ui.views.radar.words import head_lines
from fntui.ui.views.selection import ALL
from fntui.ui.views.signs import sign, tone_of
from fntui.ui.views.view_context import Lens

RUN, TOGETHER, NEXT_ONLY, STEADY, QUIET = "•", "◆", "◇", "─", "═"
"""Signs on the axis: a run, one of several in its minute, one after which none is known, a run in
every minute, nothing."""

_MANY: Final = "+"  # in place of a count of more than one digit
_TICK: Final = "┊"
_WIDE: Final = 100  # cells from which there are rows to spare, as a rule
_NOW_LINE: Final = span("│", "dim")
_COLUMNS: Final = (
    Column("", 1, 1),
    Column("NAMESPACE", 9, 14, rank=1),
    Column("TRIGGER", 10, 30),
    Column("NEXT", 6, 6, rank=2),
    Column("RUNS", 4, 4, is_right=True, rank=3),
)

Cell = tuple[str, Tone]
"""A character on the axis, and how it looks."""


class Page(NamedTuple):
    """What the radar shows: a head that stays, and a line for each trigger and each gap."""

    head: Sequence[Line]
    lines: Sequence[Line]


def radar_page(radar: Radar, lens: Lens) -> Page:
    """Return the radar in the width of the lens; the key of a line is the node it is about."""
    axis = axis_for(radar.start, len(radar.counts), lens.width)
    rows = [
        *(_track_row(track, lens) for track in radar.tracks),
        *(_gap_row(gap) for gap in radar.gaps),
    ]
    titles, labels = table(_COLUMNS, rows, max(1, lens.width - axis.width - 1))
    room = len(titles.text)
    paint = _Paint(radar, axis)
    parts = [
        *(paint.track(track) for track in radar.tracks),
        *(fit([span(_gap_words(gap), "unsure")], lens.width - room - 1) for gap in radar.gaps),
    ]
    head = (
        *head_lines(radar, lens),
        *([BLANK] if lens.width >= _WIDE else []),
        _joined(titles.spans, [span(times_line(axis, lens.show_time), "head")]),
        _joined(fit([span(f"{TOGETHER} in the same minute", "dim")], room), paint.counts()),
        _joined(fit([span(f"{QUIET} longest quiet window", "dim")], room), paint.quiet()),
    )
    return Page(
        head,
        [_joined(label.spans, part, label.key) for label, part in zip(labels, parts, strict=True)],
    )


def _joined(label: Sequence[Span], axis: Iterable[Span], key: object = None) -> Line:
    return Line((*label, _NOW_LINE, *axis), key)


def _track_row(track: Track, lens: Lens) -> Row:
    name_tone = tone_of(track.state) if is_problem(track.state) else ""
    upcoming = short_time(track.next_at, lens.show_time) if track.minutes[0] else "now"
    cells = (
        sign(track.state),
        span(track.label, "dim"),
        span(track.key.name, name_tone),
        span(upcoming, "dim"),
        span(f"{len(track.minutes)}{'?' if track.is_next_only else ''}", "dim"),
    )
    return Row(tuple((cell,) for cell in cells), track.key)


def _gap_row(gap: Gap) -> Row:
    label, name = (gap.label, gap.key.name) if isinstance(gap.key, TriggerKey) else ("", "")
    cells = (sign(State.UNKNOWN), span(label, "dim"), span(name), span(""), span(""))
    return Row(tuple((cell,) for cell in cells), gap.key or ALL)


def _gap_words(gap: Gap) -> str:
    is_of_namespace = isinstance(gap.key, NamespaceKey)
    return f"{gap.label}: {gap.why}" if is_of_namespace else gap.why


# The axis


class _Paint:
    """Draws minutes on an axis."""

    def __init__(self, radar: Radar, axis: Axis) -> None:
        self._radar = radar
        self._axis = axis
        self._base: list[Cell] = [(" ", "")] * axis.width
        for minute in ticks(axis):
            self._base[axis.cell(minute)] = (_TICK, "dim")
        self._known: dict[tuple[object, ...], list[Span]] = {}

    def track(self, track: Track) -> list[Span]:
        """Return the runs of a trigger; those of one that many others share are drawn once."""
        tone: Tone = "unsure" if track.state is State.UNKNOWN else "fine"
        face = (track.minutes, track.is_next_only, tone)
        if face not in self._known:
            is_steady = len(track.minutes) == self._axis.minutes
            self._known[face] = self._steady(tone) if is_steady else self._runs(track, tone)
        return self._known[face]

    def _steady(self, tone: Tone) -> list[Span]:
        end = self._axis.cell(self._axis.minutes - 1) + self._axis.stretch
        return [Span(STEADY * end, tone)]

    def _runs(self, track: Track, tone: Tone) -> list[Span]:
        cells = list(self._base)
        for cell, count in self._most(track.minutes).items():
            mark = NEXT_ONLY if track.is_next_only else TOGETHER if count > 1 else RUN
            cells[cell] = (mark, "accent" if count == self._radar.peak else tone)
        return _spans(cells)

    def counts(self) -> list[Span]:
        """Return how many triggers fire at once, where several do: the most in a cell."""
        cells = list(self._base)
        for cell, count in self._most(range(self._axis.minutes)).items():
            if count > 1:
                told = str(count) if count < 10 else _MANY  # noqa: PLR2004 - has two digits
                cells[cell] = (told, "accent" if count == self._radar.peak else "dim")
        return _spans(cells)

    def quiet(self) -> list[Span]:
        """Return where the longest quiet window is: the cells that it fills, or where it starts."""
        cells = list(self._base)
        quiet, start = self._radar.quiet, self._radar.start
        if quiet is not None:
            inside = range((quiet.starts_at - start) // MINUTE, (quiet.ends_at - start) // MINUTE)
            outside = {self._axis.cell(m) for m in range(self._axis.minutes) if m not in inside}
            filled = {self._axis.cell(minute) for minute in inside} - outside
            for first in filled or {self._axis.cell(inside[0])}:
                for cell in range(first, first + self._axis.stretch):
                    cells[cell] = (QUIET, "accent")
        return _spans(cells)

    def _most(self, minutes: Iterable[int]) -> dict[int, int]:
        """Return the most triggers at once in each cell, of these minutes."""
        most: dict[int, int] = {}
        for minute in minutes:
            cell = self._axis.cell(minute)
            most[cell] = max(most.get(cell, 0), self._radar.counts[minute])
        return most


def _spans(cells: Iterable[Cell]) -> list[Span]:
    return [
        Span("".join(mark for mark, _ in group), tone) for tone, group in groupby(cells, key=_tone)
    ]


def _tone(cell: Cell) -> Tone:
    return cell[1]
