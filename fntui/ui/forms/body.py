"""The body of a trigger, from text to JSON object and back."""

import difflib
from typing import Any, Final, cast

from msgspec import UNSET, UnsetType

from fntui import json_text
from fntui.api.drafts import MAX_BODY_DEPTH
from fntui.json_numbers import literals
from fntui.ui.text import printable_json
from fntui.ui.views.lines import Line, Tone, line, span
from fntui.ui.views.prose import fact

Body = dict[str, Any] | None

_SHOWN_MAX: Final = 40  # lines of a body
_DIFF_MAX: Final = 400  # lines: a difference of more is told by its size


class BadBodyError(ValueError):
    """A text that is no body; its message is a sentence that says where and why."""


def parse(text: str, held: Body | UnsetType = None) -> Body:
    """Return the JSON object in ``text``, None where there is only white space.

    Args:
        text: As it was typed.
        held: What the API holds: its numbers may stay, even those that no double can hold.

    Raises:
        BadBodyError: If it is not JSON, or not an object.
    """
    if not text.strip():
        return None
    try:
        value = json_text.parse(text, literals(held))
    except json_text.MalformedJsonError as error:
        place = f", {error.place}" if error.place else ""
        raise BadBodyError(f"Body{place}: {error.reason}") from None
    if not isinstance(value, dict):
        raise BadBodyError("The body must be a JSON object, in braces, or empty for none.")
    found = cast("dict[str, Any]", value)
    if json_text.is_deeper(found, MAX_BODY_DEPTH):
        raise BadBodyError(f"Body: nested too deeply (more than {MAX_BODY_DEPTH} levels)")
    return found


def write(body: Body | UnsetType) -> str:
    """Return the text to edit ``body`` as; ``""`` for none."""
    return "" if body is None or body is UNSET else "\n".join(printable_json(body))


def size(text: str) -> str:
    """Return how large a text is."""
    return f"{len(text.encode('utf-8', 'replace')):,} bytes"


def difference(old: Body | UnsetType, new: Body) -> list[Line]:
    """Return what changes from ``old`` to ``new``, as lines of a unified difference."""
    before, after = write(old).split("\n"), write(new).split("\n")
    if len(before) + len(after) > _DIFF_MAX:
        return [fact("body", f"{size(write(old))} → {size(write(new))}")]
    found = list(difflib.unified_diff(before, after, n=1, lineterm=""))[3:]
    return [line(span("body", "dim")), *(_shown(text) for text in found)]


def _shown(text: str) -> Line:
    tone: Tone = "accent" if text.startswith("+") else "late" if text.startswith("-") else "dim"
    return line(span(f"  {text}", tone))


def lines(body: Body | UnsetType) -> list[Line]:
    """Return a body as it is shown before it is sent; of a long one the beginning."""
    text = write(body).split("\n") if body else ["none"]
    shown = [fact("" if i else "body", part) for i, part in enumerate(text[:_SHOWN_MAX])]
    more = len(text) - _SHOWN_MAX
    return [*shown, fact("", f"… {more:,} lines more", "dim")] if more > 0 else shown
