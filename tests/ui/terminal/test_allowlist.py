"""What the terminal's edge lets through: what the program draws and sends, and nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.ui.terminal.allowlist import harmless
from fntui.ui.terminal.osc import title_sequence
from tests.support.hostile import CORPUS, HAZARD, PAYLOADS, any_text
from tests.support.terminal_bytes import strays

DRAWING = re.compile(r"\n|\x1b\[(?:[0-9;]*m|[0-9]+(?:;[0-9]+)?H|[0-9]+[CGX]|B\x08*|K)")
FRAME = "\x1b[1;1H\x1b[38;2;1;2;3;48;5;17m汉 é\x1b[0m\n\x1b[2;1H│ \x1b[1mok\x1b[0m\x1b[36;120H"
CHANGES = "\x1b[3Hnow\x1b[7C\x1b[1mok\x1b[0m\x1b[9X\x1b[40G.\x1b[K\x1b[B\b\b.\x1b[B"
SENT = (
    "\x1b[?1049h",
    "\x1b[?2026$p",
    "\x1b[>25u",
    "\x1b[<u",
    "\x1b[22;2t\x1b]2;fntui: 2 missed\x1b\\",
    "\x1b]52;c;ZHVubmluZw==\x07",
    "\x1b]22;default\x07",
    "\a",
    "\a\x1b]9;fntui: x missed 1\x1b\\",
    "\a\x1bPtmux;\x1b\x1b]9;fntui: x missed 1\x1b\x1b\\\x1b\\",
)


@pytest.mark.parametrize("text", ["", "plain", "汉字 e\u0301 ✗", FRAME, CHANGES, *SENT])
def test_what_the_program_writes_is_let_through(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("payload", [text for text in PAYLOADS if HAZARD.search(text)])
def test_a_frame_with_a_hostile_text_in_it_is_drawn_without_its_controls(payload: str) -> None:
    drawn = harmless(f"\x1b[1;1H\x1b[1mname {payload} end\x1b[0m\x1b[36;120H")
    assert drawn.startswith("\x1b[1;1H\x1b[1mname ")
    assert drawn.endswith(" end\x1b[0m\x1b[36;120H")
    assert not HAZARD.search(DRAWING.sub("", drawn))


@pytest.mark.parametrize(
    "text",
    [
        "\x1b]2;owned\x1b\\",
        "\x1b]2;fntui: x\x1b]52;c;ZXZpbA==\x07\x1b\\",
        "\x1b]2;fntui: x\x07",
        "\x1b]0;fntui\x07",
        "\x1b]52;c;?\x07",
        "\x1b]52;c;ZXZp\x1b[2Jb\x07",
        "\x1b]9;4;1;50\x1b\\",
        "\x1b]9;fntui: x;y\x1b\\",
        "\x1b]22;\x1b]\x07",
        "\x1bPtmux;\x1b\x1b]52;c;ZXZpbA==\x07\x1b\\",
        "\x1b[?9h",
        "\x1b[2J",
        "\x1b[6n",
        "\x1b[",
        "\x1b",
        "\x9b31m",
        "text, then a bell\a",
        "text, then back\b\b",
        "text, then the clipboard \x1b]52;c;ZXZpbA==\x07",
    ],
)
def test_a_sequence_that_is_not_the_programs_becomes_text(text: str) -> None:
    assert not HAZARD.search(harmless(text))


@given(any_text(), st.sampled_from([FRAME, CHANGES, *SENT]), st.integers(0, 100))
def test_whatever_gets_between_is_harmless(text: str, own: str, at: int) -> None:
    written = harmless(own[:at] + text + own[at:])
    if written != own[:at] + text + own[at:]:
        assert not HAZARD.search(DRAWING.sub("", written))
    assert harmless(written) == written


@pytest.mark.parametrize("name", CORPUS)
def test_a_title_reaches_the_terminal_as_one_known_sequence(name: str) -> None:
    sequence = title_sequence(f"fntui: {CORPUS[name]}")
    assert harmless(sequence) == sequence
    assert strays(sequence, (80, 24)) == []


def test_the_strict_reader_knows_strays() -> None:
    assert strays(FRAME + "".join(SENT[:5]), (120, 36)) == []
    assert strays(CHANGES, (120, 36)) == []
    for beyond in ("\x1b[36;121H", "\x1b[37H", "\x1b[121G", "\x1b[121C", "\x1b[121X"):
        assert strays(beyond, (120, 36)) == [beyond]
    assert strays("\b", (120, 36)) == ["\b"]
    for text in ("\x1b]52;c;ZXZpbA==\x07", "\x1b[5m", "\x1b[3J", "\x1b]2;owned\x07", "\x1b[?9h"):
        assert strays(f"a{text}b", (120, 36)) == [text]
    assert strays("\x1b]52;c;ZXZpbA==\x07", (120, 36), ("evil",)) == []
    assert strays("a\x07\x9b\u202e\r\x1bPx", (120, 36)) == ["\x07", "\x9b", "\u202e", "\r", "\x1b"]
