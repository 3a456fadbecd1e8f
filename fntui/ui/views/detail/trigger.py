"""A trigger: its verdict as a sentence, its schedule in words and times, its body and runs."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import dropwhile, groupby
from statistics import median
from typing import Final

from msgspec import UNSET

from fntui.api.models import ScheduledDetails
from fntui.core.health import cron
from fntui.core.health.cron_syntax import why_unreadable, without_seconds
from fntui.core.health.run_log import Became, Slot, slots, strips
from fntui.core.health.schedule import is_cron_of_use
from fntui.core.health.wording import shown_verdict, verdict_sentence
from fntui.core.model.snapshot import (
    Reading,
    Snapshot,
    State,
    TriggerKey,
    TriggerView,
    cron_of,
    next_run_at,
)
from fntui.humanize import ago
from fntui.humanize import span as time_span
from fntui.ui.text import printable_json
from fntui.ui.views.board.board import strip
from fntui.ui.views.lines import BLANK, Column, Line, Row, Span, Tone, span, table, wrap
from fntui.ui.views.parts import (
    acknowledged_lines,
    banner,
    block,
    fact,
    moment,
    more,
    paragraph,
    words_of,
)
from fntui.ui.views.signs import sign, tone_of
from fntui.ui.views.view_context import Lens, local_words

_PREVIEWS: Final = 5
_STRIP: Final = 36
_WIDE: Final = 60
"""Cells from which there is room for a date, two times and a countdown to the next smaller unit."""

_BODY_LINES: Final = 200
"""Lines of a body in the overview; the JSON tab has all."""

_SLOTS: Final = 200
"""Slots that the Runs tab tells of."""

_RUN_COLUMNS: Final = (
    Column("DUE", 20, 25),
    Column("RUN", 8, 24),
    Column("STARTED", 9, 10),
    Column("DELAY", 6, 9, is_right=True),
    Column("SEEN", 8, 10, is_right=True, rank=1),
)
_BECAME: Final[dict[Became, tuple[str, Tone]]] = {
    Became.ON_TIME: ("on time", "fine"),
    Became.LATE: ("late", "late"),
    Became.MISSED: ("missed", "missed"),
    Became.PAUSED: ("paused", "dim"),
    Became.UNOBSERVED: ("not observed", "dim"),
}


def trigger_overview(snapshot: Snapshot, key: TriggerKey, lens: Lens) -> list[Line]:
    """Return the facts of a trigger that the snapshot holds; the verdict first."""
    namespace = snapshot.namespaces[key.namespace_id]
    view = namespace.triggers[key.name]
    reading = namespace.triggers_reading
    return [
        *_verdict_lines(view, reading, lens),
        *acknowledged_lines(snapshot, key, lens, indent=3),
        *([] if reading.problem is None else banner(reading.problem, lens.width)),
        BLANK,
        fact("Function", words_of(view.trigger.function)),
        fact("State", _enabled_words(view)),
        *_schedule_lines(view, lens),
        *_next_lines(view, lens),
        *_run_facts(snapshot, key, lens),
        fact("Created", moment(view.trigger.created_at, lens.now)),
        fact("Updated", moment(view.trigger.updated_at, lens.now)),
        *_body_lines(view, lens),
    ]


def _verdict_lines(view: TriggerView, reading: Reading, lens: Lens) -> list[Line]:
    state = shown_verdict(view, reading, lens.now).state
    words = verdict_sentence(view, lens.now, lens.show_time, reading)
    first, *others = paragraph(words, lens.width - 2, tone_of(state), indent=0)
    return [
        Line((Span(" "), sign(state), Span(" "), *first.spans)),
        *(Line((Span("   "), *line.spans)) for line in others),
    ]


def _enabled_words(view: TriggerView) -> str:
    match view.trigger.is_enabled:
        case True:
            return "enabled"
        case False:
            return "paused"
        case _:
            return "unknown"


def _schedule_lines(view: TriggerView, lens: Lens) -> list[Line]:
    details = view.trigger.scheduled_details
    if not isinstance(details, ScheduledDetails):
        return [fact("Schedule", "unknown: the list leaves it out; r reads it")]
    shown, words = without_seconds(details.cron), cron.describe(details.cron)
    if not words:
        why = f"   can't be read: {why_unreadable(details.cron)}"
        return [fact("Schedule", span(details.cron), span(why, "dim"))]
    told = f"{words}, {cron.frequency(details.cron)}"
    pieces = wrap(told, max(20, lens.width - 14 - len(shown) - 3))
    first = fact("Schedule", shown, span(f"   {pieces[0]}", "dim"))
    pad = " " * (len(shown) + 3)
    return [first, *(more(span(pad + piece, "dim")) for piece in pieces[1:])]


def _next_lines(view: TriggerView, lens: Lens) -> list[Line]:
    if view.verdict.state is State.PAUSED:
        return [fact("Next", span("– (paused)", "dim"))]
    times, note = _next_times(view, lens.now)
    if not times:
        return [fact("Next", span(_why_no_next(view), "dim"))]
    lines = [
        (fact("Next", *_time_spans(at, lens)) if at is times[0] else more(*_time_spans(at, lens)))
        for at in times
    ]
    return [*lines, more(span(note, "dim"))] if note else lines


def _next_times(view: TriggerView, now: datetime) -> tuple[list[datetime], str]:
    """Return the coming runs, and which of them are not the API's own word; ``""``: none."""
    planned, text = next_run_at(view), cron_of(view) if is_cron_of_use(view) else None
    times = [] if text is None else cron.next_times(text, now, _PREVIEWS)
    if planned is None:
        return times, "by cron: the API's next run is not known" if times else ""
    if planned <= now or planned in times:
        return times, ""
    return [planned, *times[:-1]], "the API's; the others are by cron" if times else ""


def _why_no_next(view: TriggerView) -> str:
    match view.verdict.state:
        case State.WONT_RUN:
            return "none"
        case State.STALLED:
            return "unknown: the API's next run has passed"
        case _:
            return "unknown" if next_run_at(view) is None else "due"


def _time_spans(at: datetime, lens: Lens) -> tuple[Span, ...]:
    local = local_words(at, "%H:%M")
    left_s = (at - lens.now).total_seconds()
    is_today = at.date() == lens.now.date()
    left = time_span(left_s) if is_today or lens.width >= _WIDE else ago(left_s)
    form = "%H:%M:%S" if is_today else "%Y-%m-%d %H:%M"
    return (
        span(f"{at.strftime(form)}Z  "),
        span(f"{local}  " if local else "", "dim"),
        span(f"in {left}"),
    )


def _run_facts(snapshot: Snapshot, key: TriggerKey, lens: Lens) -> list[Line]:
    signs = strips(snapshot, key.namespace_id)[key.name]
    delays = [run.delay_s for run in snapshot.runs(key) if run.delay_s is not None]
    told = ""
    if delays:
        told = f"   median +{median(delays):.1f} s, worst +{max(delays):.1f} s"
    room = max(6, min(_STRIP, lens.width - 46))
    shown = strip(signs, room) or (span("none seen", "dim"),)
    return [fact("Runs", *shown, span(told, "dim"))]


def _body_lines(view: TriggerView, lens: Lens) -> list[Line]:
    details = view.trigger.scheduled_details
    body = details.body if isinstance(details, ScheduledDetails) else UNSET
    if body is UNSET:
        return [fact("Body", span("unknown: the answer left it out", "dim"))]
    if body is None:
        return [fact("Body", span("none", "dim"))]
    texts = printable_json(body)
    pieces = [p for text in texts[:_BODY_LINES] for p in wrap(text, max(20, lens.width - 15))]
    lines = [fact("Body", Span(pieces[0])), *block(pieces[1:])]
    if len(texts) > _BODY_LINES:
        lines.append(more(span(f"{len(texts) - _BODY_LINES} more lines: see the JSON tab", "dim")))
    return lines


def run_lines(snapshot: Snapshot, node: object, lens: Lens) -> list[Line]:
    """Return what became of a trigger's last slots, newest first, and how late its runs were."""
    view = snapshot.trigger(node) if isinstance(node, TriggerKey) else None
    record = snapshot.record(node) if isinstance(node, TriggerKey) else None
    told = list(dropwhile(_is_unobserved, slots(record, view, _SLOTS) if record and view else ()))
    if not told:
        return paragraph("No run seen so far.", lens.width, "dim")
    head, lines = table(_RUN_COLUMNS, list(_slot_rows(told, lens)), lens.width - 1)
    return [
        *paragraph(_delays_told(told), lens.width, "dim"),
        BLANK,
        *(Line((Span(" "), *each.spans)) for each in (head, *lines)),
    ]


def _is_unobserved(slot: Slot) -> bool:
    return slot.became is Became.UNOBSERVED


def _slot_rows(told: list[Slot], lens: Lens) -> Iterator[Row]:
    """Yield a row for each slot, newest first; of those in a row that nobody saw, one for all."""
    for is_gap, group in groupby(reversed(told), _is_unobserved):
        same = list(group)
        if is_gap and len(same) > 1:
            oldest = _date_and_time(same[-1].at, lens)
            words = (span(f"not observed, {len(same)} slots", "dim"),)
            yield Row(((span(f"from {oldest}", "dim"),), words, (), (), ()))
        else:
            yield from (_slot_row(slot, lens) for slot in same)


def _date_and_time(at: datetime, lens: Lens) -> str:
    return moment(at, lens.now).split("  ")[0]


def _slot_row(slot: Slot, lens: Lens) -> Row:
    run, (word, tone) = slot.run, _BECAME[slot.became]
    due = _date_and_time(slot.at, lens)
    if run is None:
        return Row(((span(due),), (span(word, tone),), (), (), ()))
    delay = "?" if run.delay_s is None else f"{run.delay_s:+.0f} s"
    return Row((
        (span(due if run.slot_at else "?"),),
        (span(word, tone),),
        (span(lens.show_time(run.started_at)),),
        (span(delay),),
        (span(f"{ago((lens.now - run.seen_at).total_seconds())} ago", "dim"),),
    ))


def _delays_told(told: list[Slot]) -> str:
    """Return how many of the slots became what, and the median and the worst delay."""
    counts = Counter(slot.became for slot in told)
    words = [f"{counts[each]} {_BECAME[each][0]}" for each in Became if counts[each]]
    delays = [slot.run.delay_s for slot in told if slot.run and slot.run.delay_s is not None]
    if delays:
        words.append(f"median {median(delays):+.1f} s, worst {max(delays):+.1f} s")
    return " · ".join(words)
