"""What may reach a terminal, as a strict reader of its own: by no means the program's filter.

The program draws text, moves the cursor to a cell, sets colours, and switches the modes that a
screen needs. It rings no bell here, names the terminal "fntui…" and at the end "Terminal", and
fills the clipboard with what was copied. Everything else is a stray, and so is a known sequence
with what the program never has.
"""

import re
import unicodedata
from base64 import b64decode
from collections.abc import Iterator
from typing import Final

from wcwidth import wcwidth

_TOKEN: Final = re.compile(
    r"\x1b\[(?P<csi>B\x08+|[0-?]*[ -/]*[@-~])"
    r"|\x1b\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|(?P<text>[^\x1b]+|\x1b)"
)
_PLAIN: Final = re.compile("[ -~]+")
_MODES: Final = {7, 25, 1000, 1003, 1004, 1006, 1015, 1049, 2004, 2026}
_OTHERS: Final = {"?2026$p", ">25u", "<u", "=0u", "22;2t", "23;2t", "6n", "H", "2J"}
_ENDS: Final = {22, 23, 24, 27, 29}
_ATTRIBUTES: Final = {0, 1, 2, 3, 4, 7, 9, *range(30, 50), *range(90, 108), *_ENDS} - {38, 48}
_STEERS: Final = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def strays(written: str, size: tuple[int, int], copied: tuple[str, ...] = ()) -> list[str]:
    """Return every part of what was ``written`` that fntui itself would not write.

    Args:
        written: All that a terminal was sent, as text; a line may end in CR and LF.
        size: Columns and rows of the terminal.
        copied: What was copied, and so belongs into the clipboard.
    """
    found: list[str] = []
    for token in _TOKEN.finditer(written):
        kind, body = token.lastgroup, token[token.lastgroup or 0]
        is_known = (
            _is_control(body, size) if kind == "csi"
            else _is_string(body, copied) if kind == "osc"
            else True
        )  # fmt: skip
        found += [] if is_known else [token[0]]
        found += _steering(body.replace("\r\n", "").replace("\n", "")) if kind == "text" else ()
    return found


def cells(text: str) -> int:
    """Return how many cells a terminal takes that goes by single characters, as tmux does."""
    return sum(max(0, wcwidth(character)) for character in text)


def _steering(text: str) -> Iterator[str]:
    return (c for c in _PLAIN.sub("", text) if unicodedata.category(c) in _STEERS)


def _is_control(body: str, size: tuple[int, int]) -> bool:
    if body in _OTHERS:
        return True
    if found := re.fullmatch(r"\?(\d+)[hl]", body):
        return int(found[1]) in _MODES
    if found := re.fullmatch(r"(\d+);(\d+)H", body):
        return int(found[1]) <= size[1] and int(found[2]) <= size[0]
    if found := re.fullmatch(r"(\d+)([HCGX])", body):
        return int(found[1]) <= size[found[2] == "H"]
    if found := re.fullmatch(r"B(\x08*)", body):  # down, and back to the left
        return len(found[1]) < size[0]
    return body in {"K", "m"} or (body.endswith("m") and _is_colour(body[:-1].split(";")))


def _is_colour(words: list[str]) -> bool:
    while words:
        match words:
            case ["38" | "48", "2", _, _, _, *words]:
                pass
            case ["38" | "48", "5", _, *words]:
                pass
            case [word, *words]:
                if not (word.isdigit() and int(word) in _ATTRIBUTES):
                    return False
            case _:
                return False
    return True


def _is_string(body: str, copied: tuple[str, ...]) -> bool:
    number, _, text = body.partition(";")
    match number:
        case "22":
            return text in {"default", "pointer", "text"}
        case "2":
            return text == "Terminal" or (text.startswith("fntui") and not any(_steering(text)))
        case "52":
            data = text.removeprefix("c;")
            return any(data and b64decode(data).decode() == each for each in copied)
        case _:
            return False
