"""What a program wrote, piece by piece, and what can be told from that afterwards: pure."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.support.terminal import Display


@dataclass(frozen=True, slots=True)
class Chunk:
    """What was read at once.

    Attributes:
        at_s: When it was there in whole, by the steady clock.
        data: As it was written.
    """

    at_s: float
    data: bytes


def count(chunks: Sequence[Chunk], after_s: float = -math.inf, until_s: float = math.inf) -> int:
    """Return the bytes that came later than ``after_s`` and no later than ``until_s``."""
    return sum(len(chunk.data) for chunk in chunks if after_s < chunk.at_s <= until_s)


def until_pause(chunks: Sequence[Chunk], pause_s: float) -> list[Chunk]:
    """Return the chunks before the first pause that was longer than ``pause_s``."""
    found = list(chunks[:1])
    for chunk in chunks[1:]:
        if chunk.at_s - found[-1].at_s > pause_s:
            break
        found.append(chunk)
    return found


def first_shown(
    chunks: Sequence[Chunk], size: tuple[int, int], is_shown: Callable[[str], bool]
) -> float | None:
    """Return when a terminal of that size first showed a text for which ``is_shown`` holds."""
    display = Display(size)
    for chunk in chunks:
        display.feed(chunk.data)
        if is_shown(display.text):
            return chunk.at_s
    return None


def is_drawn(text: str) -> bool:
    """Return True for a screen with anything on it."""
    return bool(text.strip())
