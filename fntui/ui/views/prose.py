"""What dialogs and forms say: wrapped lines, problems, requests, names, outcomes, previews."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from rich.cells import cell_len

from fntui.api.models import IssuedAccessKey
from fntui.api.operations import Operation
from fntui.core.model.problem import Problem
from fntui.core.model.snapshot import Snapshot
from fntui.core.operations import verification
from fntui.core.operations.outcome import UNANSWERED, Clash, Outcome, Status
from fntui.ui.text import printable
from fntui.ui.views.lines import BLANK, Line, Span, Tone, line, span, wrap

LABEL_WIDTH: Final = 11
"""Cells of the first column, which names what the second shows."""

UNKNOWN: Final = "It is not known whether this was carried out: look before you send it again."
"""What is said first of a write whose outcome could not be found out."""

_UNSHOWN: Final = "Its secret was not shown and is lost: delete the key and create another."

_ALIGNED: Final = 40  # cells: what is longer is not waited for
_LONGEST: Final = 2000  # characters of one line: what is longer is told by its length


def flow(lines: Iterable[Line], width: int) -> list[Line]:
    """Return the lines in ``width`` cells, the long ones broken at blanks where they can be."""
    return [part for whole in lines for part in _broken(whole, width)]


def _broken(whole: Line, width: int) -> list[Line]:
    text = whole.text
    if cell_len(text) <= width:
        return [whole]
    if len(text) > _LONGEST:
        more = f"… ({len(text):,} characters)"
        return _broken(Line((*_slice(whole.spans, 0, _LONGEST - len(more)), Span(more))), width)
    parts: list[Line] = []
    at = 0
    for piece in wrap(text, width):
        at = text.index(piece, at)
        parts.append(Line(_slice(whole.spans, at, at + len(piece))))
        at += len(piece)
    return parts


def _slice(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    kept: list[Span] = []
    at = 0
    for part in spans:
        text = part.text[max(0, start - at) : max(0, end - at)]
        at += len(part.text)
        if text:
            kept.append(part._replace(text=text))
    return tuple(kept)


def fact(label: str, value: str, tone: Tone = "") -> Line:
    """Return a line that names a value."""
    return line(span(f"{label:<{LABEL_WIDTH}}", "dim"), span(value, tone))


def changes(*rows: tuple[str, str, str]) -> list[Line]:
    """Return a line for each (label, old, new), the arrows below each other."""
    first = max(LABEL_WIDTH, _width(label for label, _, _ in rows) + 2)
    second = _width(old for _, old, _ in rows)
    return [
        line(
            span(_padded(label, first), "dim"),
            _padded(old, second),
            span("  →  ", "dim"),
            span(new, "accent"),
        )
        for label, old, new in rows
    ]


def _width(texts: Iterable[str]) -> int:
    return min(_ALIGNED, max(cell_len(printable(text)) for text in texts))


def _padded(text: str, width: int) -> str:
    shown = printable(text)
    return shown + " " * (width - cell_len(shown))


def request_line(operation: Operation, **ids: str) -> Line:
    """Return method and path of the request that would be sent."""
    return line(span(verification.request_line(operation, **ids), "dim"))


def as_sentence(words: str) -> str:
    """Return words with a capital and a full stop, as they stand alone."""
    ending = "" if words.endswith((".", "?", "!")) else "."
    return f"{words[:1].upper()}{words[1:]}{ending}" if words else ""


def told(problem: Problem) -> str:
    """Return in one paragraph what went wrong, what to do, and what to quote to the vendor."""
    quote = f"(request id {problem.request_id})" if problem.request_id else ""
    return " ".join(filter(None, (as_sentence(problem.sentence), problem.advice, quote)))


def problem_lines(problem: Problem) -> list[Line]:
    """Return what went wrong, what to do, and what to quote to the vendor."""
    lines = [line(span(as_sentence(problem.sentence), "missed"))]
    if problem.advice:
        lines.append(line(problem.advice))
    if problem.request_id:
        lines.append(line(span(f"request id {problem.request_id}", "dim")))
    return lines


def namespace_name(snapshot: Snapshot, namespace_id: str) -> str:
    """Return what people call the namespace: its label, or its id where it has none."""
    view = snapshot.namespaces.get(namespace_id)
    label = view.namespace.label if view else None
    return label if isinstance(label, str) and label.strip() else namespace_id


def why_not(outcome: Outcome[Any]) -> str:
    """Return in a few sentences how a write ended that was not, or may not be, carried out."""
    unknown = UNKNOWN if outcome.status is Status.UNKNOWN else ""
    what = told(outcome.problem) if outcome.problem else ""
    return " ".join(filter(None, (unknown, what, as_sentence(outcome.note))))


def last_words(what: str, outcome: Outcome[Any] | Clash | None) -> str:
    """Return how a write ended that was under way when the program ended."""
    if outcome is None:
        return f"{as_sentence(f'{what}: {UNANSWERED}')} {UNKNOWN}"
    if isinstance(outcome, Clash):
        return as_sentence(f"{what}: not done, someone else changed it meanwhile")
    if outcome.status is not Status.DONE:
        return why_not(outcome)
    is_key = isinstance(outcome.value, IssuedAccessKey)
    lost = (
        "Its secret was not shown and is lost: delete the key and create another." if is_key else ""
    )
    return " ".join(filter(None, (f"Done: {what}.", as_sentence(outcome.note), lost)))


def outcome_lines(outcome: Outcome[Any]) -> list[Line]:
    """Return how a write ended that was not carried out, or of which that is not known."""
    lines = [line(as_sentence(outcome.note))] if outcome.note else []
    if outcome.status is Status.UNKNOWN:
        lines.insert(0, line(span(UNKNOWN, "unsure")))
    return [*problem_lines(outcome.problem), *lines] if outcome.problem else lines


def preview(*groups: Sequence[Line]) -> list[Line]:
    """Return the lines of a preview: each group set off by a blank line, blank at both ends."""
    lines: list[Line] = [BLANK]
    for group in filter(None, groups):
        lines += [*group, BLANK]
    return lines[:-1]
