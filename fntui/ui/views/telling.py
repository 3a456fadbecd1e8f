"""What dialogs and forms tell: wrapped lines, problems, requests, names."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.cells import cell_len

from fntui.api.operations import Operation
from fntui.core import evidence
from fntui.core.problems import Problem
from fntui.core.snapshot import Snapshot
from fntui.ui.views.lines import Line, Span, Tone, line, span, wrap

LABEL_WIDTH: Final = 10
"""Cells of the first column, which names what the second shows."""

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


def change(label: str, old: str, new: str) -> Line:
    """Return a line that shows what a value was and what it becomes."""
    return line(
        span(f"{label:<{LABEL_WIDTH}}", "dim"), old, span("  →  ", "dim"), span(new, "accent")
    )


def request_line(operation: Operation, **ids: str) -> Line:
    """Return method and path of the request that would be sent."""
    return line(span(evidence.request_line(operation, **ids), "dim"))


def sentence(words: str) -> str:
    """Return words with a capital and a full stop, as they stand alone."""
    ending = "" if words.endswith((".", "?", "!")) else "."
    return f"{words[:1].upper()}{words[1:]}{ending}" if words else ""


def problem_lines(problem: Problem) -> list[Line]:
    """Return what went wrong, what to do, and what to quote to the vendor."""
    lines = [line(span(sentence(problem.sentence), "missed"))]
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
