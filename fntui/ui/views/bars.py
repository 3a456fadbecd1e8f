"""The header and the footer.

The header: which account, what is wrong, what is left of the API budget, how old all this is. The
footer: the few keys that matter most, always with ``?`` and ``q``.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from fntui.api.limits import RateLimit
from fntui.core.health.summary import Summary, count_acknowledged, counted, expiry_words, summarise
from fntui.core.model.profile import Profile
from fntui.core.model.snapshot import Reading, Snapshot
from fntui.humanize import ago
from fntui.ui.keymap import COMMANDS, Command, key_name
from fntui.ui.views.lines import Line, Span, Tone, fit, span
from fntui.ui.views.signs import age_words, tone_of

_EXPENDABLE: Final = ("new", "delete", "edit", "pause", "problems", "palette", "filter")
"""What goes first where there is no room."""


class Account(NamedTuple):
    """What the header says of who is signed in."""

    profile: Profile
    source: str
    hint: str
    is_demo: bool
    is_read_only: bool


PROFILE_TONES: Final[dict[str, Tone]] = {
    "red": "red",
    "yellow": "yellow",
    "green": "green",
    "blue": "blue",
    "magenta": "magenta",
    "cyan": "cyan",
}
"""What ``colour`` of a profile may be: names that every terminal has."""

_WIDE: Final = 100
"""Cells from which the header says where the token came from."""


def header_line(
    account: Account | None,
    snapshot: Snapshot,
    now: datetime,
    shown: Reading,
    width: int,
) -> Line:
    """Return the header in ``width`` cells; what matters least is left out first."""
    summary = summarise(snapshot, now)
    start = _account_spans(account, is_wide=width >= _WIDE)
    brief = summary_spans(summary, count_acknowledged(snapshot, now))
    middle = (*brief, *expiry_spans(summary, now))
    has_failed = snapshot.reading.problem is not None
    age = _age_spans(shown, now, has_failed=has_failed) if account or shown.is_cached else ()
    long, short = _budgets(snapshot.rate_limit)
    choices = (
        (middle, (*long, *age)),
        (middle, (*short, *age)),
        (middle, age),
        (brief, (*short, *age)),
        (brief, age),
        (brief, ()),
    )
    fitting = (parts for parts in choices if _size((*start, *parts[0], *parts[1])) + 3 <= width)
    middle, end = next(fitting, choices[-1])
    room = max(3, width - _size((*start, *middle, *end)))
    left = min(max(2, (width - _size(middle)) // 2 - _size(start)), room - 1)
    spans = (*start, Span(" " * left), *middle, Span(" " * (room - left)), *end)
    return Line(fit(spans, width))


def _size(spans: tuple[Span, ...]) -> int:
    return sum(len(part.text) for part in spans)


def _account_spans(account: Account | None, *, is_wide: bool) -> tuple[Span, ...]:
    if account is None:
        return (span(" fntui", "title"), span("  not signed in", "dim"))
    name = account.profile.name
    spans = [span(f" {name}", _colour(account.profile))]
    if account.is_demo:
        spans = [span(" DEMO", "key")]
        if is_wide:
            spans.append(span("  simulated account", "dim"))
    else:
        hint = f"…{account.hint}" if account.hint else ""
        wide = " ".join(filter(None, ("  api token", hint, account.source)))
        spans.append(span(wide if is_wide else f" {hint or 'token'}", "dim"))
    if account.is_read_only:
        spans.append(span("  READ-ONLY", "late"))
    return tuple(spans)


def _colour(profile: Profile) -> Tone:
    return PROFILE_TONES.get(profile.colour, "key")


def summary_spans(summary: Summary, acknowledged: int = 0) -> tuple[Span, ...]:
    """Return ``2 missed · 1 late · 14 on time``: colour only for what needs a person."""
    spans: list[Span] = []
    for count, state in counted(summary):
        spans += [span(" · ", "dim"), span(f"{count} {state}", tone_of(state))]
    if acknowledged:
        spans += [span(" · ", "dim"), span(f"{acknowledged} ack", "dim")]
    return tuple(spans[1:])


def expiry_spans(summary: Summary, now: datetime) -> tuple[Span, ...]:
    """Return ``1 key expires in 9h``; nothing where none does soon."""
    words = expiry_words(summary, now)
    return (span(" · ", "dim"), span(words, "late")) if words else ()


def _budgets(rate_limit: RateLimit | None) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return the API budget at length and in short."""
    if rate_limit is None or rate_limit.remaining is None:
        return (), ()
    left = f"{rate_limit.remaining:,}"
    limit = f"/{rate_limit.limit_per_hour:,}" if rate_limit.limit_per_hour else ""
    long = span(f"{left}{limit} h  {rate_limit.used_in_minute}/250 m  ", "dim")
    return (long,), (span(f"{left} h  ", "dim"),)


def _age_spans(shown: Reading, now: datetime, *, has_failed: bool) -> tuple[Span, ...]:
    if shown.is_cached:
        return (span(f"{age_words(shown, now)} ", "unsure"),)
    if shown.read_at is None:
        return (span("nothing read " if has_failed else "reading… ", "dim"),)
    return (span(f"↻ {ago((now - shown.read_at).total_seconds())} ", "dim"),)


def footer_line(keymap: Mapping[str, str], width: int, note: str = "") -> Line:
    """Return the footer in ``width`` cells; ``note`` stands at its right."""
    shown = [command for command in COMMANDS if command.word]
    end = span(f"  {note} " if note else "", "accent")
    room = max(0, width - len(end.text))
    spans = _spans(shown, keymap)
    for expendable in _EXPENDABLE:
        if sum(len(part.text) for part in spans) > room:
            shown = [command for command in shown if command.id != expendable]
            spans = _spans(shown, keymap)
    return Line((*fit(spans, room), end))


def _spans(commands: Iterable[Command], keymap: Mapping[str, str]) -> list[Span]:
    spans: list[Span] = []
    for command in commands:
        key = keymap.get(command.id, command.keys[0]).split(",")[0]
        spans += [span(f" {key_name(key)}", "key"), span(f" {command.word} ", "dim")]
    return spans
