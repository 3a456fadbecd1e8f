"""A report as lines of text: no colours, no boxes, nothing cut, for grep and screen readers."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from fntui.api.models import ScheduledRuns
from fntui.cli.report import Gap, Report, access_keys, gaps, utc
from fntui.core.health.board import Entry
from fntui.core.health.summary import counted, expires_soon, expiry_words, summarise
from fntui.core.health.wording import is_problem, state_words
from fntui.core.model.snapshot import State, label_of, last_run_at, next_run_at
from fntui.humanize import ago
from fntui.printable import printable

_HEADS: Final = (
    *("STATE", "NAMESPACE", "TRIGGER", "FUNCTION", "CRON", "LAST FIRED", "NEXT"),
    "WHAT IS WRONG",
)
_ALIGNED: Final = 40  # cells: what is longer is not waited for


def as_lines(report: Report, separator: str = " · ") -> list[str]:
    """Return the counts, a line for each trigger, keys that expire soon, and what was not read."""
    entries = report.entries()
    blocks = (
        [_counts(report, separator), f"profile {report.profile}, checked {utc(report.now)}"],
        _table([_HEADS, *(_row(entry, report) for entry in entries)]) if entries else [],
        _expiries(report),
        [_told(gap) for gap in gaps(report)],
    )
    lines = [line for block in blocks if block for line in ("", *block)]
    return [printable(line).rstrip() for line in lines[1:]]


def _counts(report: Report, separator: str) -> str:
    summary = summarise(report.snapshot, report.now)
    expiry = expiry_words(summary, report.now)
    nothing = "no triggers" if report.snapshot.reading.read_at else "nothing could be read"
    counts = [f"{count} {state}" for count, state in counted(summary)] or [nothing]
    return separator.join([*counts, *([expiry] if expiry else [])])


def _row(entry: Entry, report: Report) -> tuple[str, ...]:
    state, function = entry.verdict.state, entry.view.trigger.function
    is_wrong = is_problem(state) or state is State.UNKNOWN
    return (
        state_words(entry.verdict),
        entry.label,
        entry.key.name,
        function if isinstance(function, str) else "unknown",
        entry.cron or "unknown",
        _last(entry, report.now),
        _next(entry, report.now),
        report.sentence(entry) if is_wrong else "",
    )


def _last(entry: Entry, now: datetime) -> str:
    at = last_run_at(entry.view)
    return _moment(at, now) if at else _otherwise(entry, "never")


def _next(entry: Entry, now: datetime) -> str:
    if entry.verdict.state is State.PAUSED:
        return "none"
    at = next_run_at(entry.view)
    return _moment(at, now) if at else _otherwise(entry, "none")


def _otherwise(entry: Entry, word: str) -> str:
    return word if isinstance(entry.view.trigger.scheduled_runs, ScheduledRuns) else "unknown"


def _expiries(report: Report) -> list[str]:
    return [
        f"access key {key.name or key.key_id} in {label_of(view.namespace)} expires "
        f"{_moment(key.expires_at, report.now)}"
        for view, key in access_keys(report)
        if isinstance(key.expires_at, datetime) and expires_soon(key, report.now)
    ]


def _moment(at: datetime, now: datetime) -> str:
    seconds = (at - now).total_seconds()
    return f"{utc(at)} ({f'in {ago(seconds)}' if seconds > 0 else f'{ago(-seconds)} ago'})"


def _told(gap: Gap) -> str:
    sentence = gap.problem.sentence
    parts = [sentence if sentence.endswith((".", "?", "!")) else f"{sentence}.", gap.advice()]
    if gap.problem.request_id:
        parts.append(f"(request id {gap.problem.request_id})")
    return " ".join(part for part in parts if part)


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay columns out; what is very long stands out of its own, and makes none wide."""
    shown = [[printable(cell) for cell in row] for row in rows]
    columns = zip(*shown, strict=True)
    widths = [max(min(_ALIGNED, _width(cell)) for cell in column) for column in columns]
    return ["  ".join(map(_padded, row, widths)) for row in shown]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Return how many cells of a terminal a printable text takes, as Unicode has it."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(character) in {"W", "F"} for character in text)
    return len(text) + wide - sum(map(_takes_no_cell, text))


def _takes_no_cell(character: str) -> bool:
    # The vowels and final consonants of Hangul stand in the cells of the consonant before.
    return unicodedata.category(character) in {"Mn", "Me"} or "\u1160" <= character <= "\u11ff"
