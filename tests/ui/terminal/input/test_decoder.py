"""The decoder of terminal input: a person's keys act, and nothing else becomes a key."""

import re
from collections.abc import Iterable
from itertools import pairwise, product
from random import Random
from time import process_time
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual._xterm_parser import XTermParser

from fntui.ui.terminal.input.decoder import UNFINISHED_BYTES, Decoder
from fntui.ui.terminal.input.events import (
    CursorPosition,
    Focus,
    Input,
    KeyPress,
    ModeReport,
    Mouse,
    Paste,
    PasteRefused,
)
from fntui.ui.terminal.input.paste_buffer import MAX_PASTE_BYTES
from tests.support.effort import tries

ESCAPE_S: Final = 0.1
Read = tuple[bytes, float]
"""What one read gives, and the seconds since the one before."""


def decode(
    reads: Iterable[Read], decoder: Decoder | None = None, start: float = 100
) -> list[Input]:
    """Return the events of reads, with a tick at each deadline, until nothing waits any more."""
    decoder = decoder or Decoder(escape_s=ESCAPE_S)
    found: list[Input] = []
    now = start
    for data, pause in reads:
        now += pause
        while (deadline := decoder.deadline) is not None and deadline <= now:
            found += decoder.tick(deadline)
        found += decoder.feed(data, now)
    while (deadline := decoder.deadline) is not None:
        found += decoder.tick(deadline)
    return found


def read_at(*reads: bytes, pause: float = 1.0) -> list[Read]:
    """Return reads that come with the same pause between them."""
    return [(data, pause) for data in reads]


def names(found: Iterable[Input]) -> list[str]:
    """Return the keys' names; of all else, the kind."""
    return [one.key if isinstance(one, KeyPress) else type(one).__name__ for one in found]


def keys_of(data: str) -> list[tuple[str, str | None]]:
    """Return the keys and characters of one read."""
    found = decode([(data.encode(), 0)])
    return [(one.key, one.character) for one in found if isinstance(one, KeyPress)]


# The keys, as Textual names them


def keys_of_textual(data: str) -> list[tuple[str, str | None]]:
    """Return the keys and characters that Textual makes of the same text."""
    return [
        (one.key, one.character)
        for one in XTermParser().feed(data)
        if isinstance(one, events.Key) and one.key != "<ignore>"
    ]


OTHERWISE: dict[str, list[tuple[str, str | None]]] = {
    # Textual waits before it says so.
    "\x1b": [("escape", "\x1b")],
    # Each press is one.
    "\x1b\x1b": [("escape", "\x1b"), ("escape", "\x1b")],
    # C1's control sequence introducer.
    "\x9b": [],
    # Textual takes these numbers for code points.
    "\x1b[~": [("shift+tab", None)],
    "\x1b[62~": [],
    "\x1b[63~": [],
    **{
        f"\x1b[{number}~": [(f"f{13 + place}", None)]
        for place, number in enumerate((25, 26, 28, 29, 31, 32, 33, 34))
    },
    "\x1b[5A": [("ctrl+up", None)],
    "\x1b[5B": [("ctrl+down", None)],
    "\x1b[5C": [("ctrl+right", None)],
    "\x1b[5D": [("ctrl+left", None)],
    # Control characters are no code points of keys.
    **{f"\x1b[1;{modifiers}u": [] for modifiers in (5, 6, 7, 8)},
    # One key, not Esc and another one.
    **{
        f"\x1b[1;{modifiers}{final}": [(f"alt+ctrl+{shift}{digit}", None)]
        for modifiers, shift in ((7, ""), (8, "shift+"))
        for digit, final in zip("012346789", "pqrstvwxy", strict=True)
    },
    # Alt types nothing. What WezTerm on macOS should type, it can send.
    **{f"\x1b{digit}": [(f"alt+{digit}", None)] for digit in "0123456789"},
    "\x1b§": [("alt+section_sign", None)],
    "\x1b-": [("alt+minus", None)],
    "\x1b=": [("alt+equals_sign", None)],
}
"""Where keys are others than with Textual, on purpose."""

UNICODE: list[str] = [
    *(f"\x1b[{code}u" for code in (9, 13, 27, 97, 127)),
    *(f"\x1b[{code};{m}u" for code in (9, 13, 27, 127) for m in (2, 3, 4, 5, 6, 9, 17, 33)),
    *(f"\x1b[{code};{m}u" for code in (32, 97, 64, 8364) for m in (3, 5, 7, 9)),
    *("\x1b[97;6u", "\x1b[97;4u", "\x1b[97;2;65u", "\x1b[32;2;32u", "\x1b[97;3;229u"),
    *(f"\x1b[1;{modifiers}{final}" for modifiers in range(2, 12) for final in "ABCDEFHPQS"),
    *(f"\x1b[{number};{m}~" for number in (1, 2, 3, 4, 5, 6, 15, 24) for m in (2, 3, 5, 8)),
    *(
        f"\x1b[{code[:-1]};5u"
        for code, name in FUNCTIONAL_KEYS.items()
        if code.endswith("u") and not name.startswith(("left_", "right_", "iso_"))
    ),
]


def test_keys_are_named_as_textual_names_them() -> None:
    known = [*ANSI_SEQUENCES_KEYS, *map(chr, range(127)), *"éßİ€漢😀", *UNICODE]
    expected = {data: keys_of_textual(data) for data in known} | OTHERWISE
    assert {data: keys_of(data) for data in known} == expected


@pytest.mark.parametrize(
    ("data", "key", "character"),
    [
        ("\x1b[97u", "a", "a"),
        ("\x1b[97;1u", "a", "a"),
        ("\x1b[97;;97u", "a", "a"),
        ("\x1b[8364;u", "euro_sign", "€"),
        ("\x1b[97;2u", "A", "A"),
        ("\x1b[65;2u", "A", "A"),
        ("\x1b[223;2u", "ß", "ß"),  # two characters in upper case
        ("\x1b[49:33;2u", "exclamation_mark", "!"),
        ("\x1b[49:33:49;2u", "exclamation_mark", "!"),
        ("\x1b[1078::59;1u", "ж", "ж"),
        ("\x1b[49;2u", "1", "1"),
        ("\x1b[32;2u", "shift+space", " "),
        ("\x1b[97;65u", "a", "a"),  # Caps Lock
        ("\x1b[97;129u", "a", "a"),  # Num Lock
        ("\x1b[97;1:2u", "a", "a"),  # repeated
        ("\x1b[0;;229u", "å", "å"),
        ("\x1b[99;5u", "ctrl+c", None),
        ("\x1b[99;5:1u", "ctrl+c", None),
        ("\x1b[99;5;3u", "", None),  # text that is a control
        ("\x1b[65;6u", "ctrl+shift+a", None),
        ("\x1b[304;4u", "alt+shift+İ", None),
        ("\x1b[27u", "escape", None),
        ("\x1b[13;1u", "enter", "\r"),
        ("\x1b[9;2u", "shift+tab", None),
        ("\x1b[127u", "backspace", "\x7f"),
        ("\x1b[57399u", "0", "0"),
        ("\x1b[57399;;48u", "0", "0"),
        ("\x1b[57417u", "left", None),
        ("\x1b[1;1:1A", "up", None),
        ("\x1b[;5A", "ctrl+up", None),
        ("\x1b[1;5:2A", "ctrl+up", None),
        ("\x1b[3;5:1~", "ctrl+delete", None),
        ("\x1b[25;2~", "shift+f13", None),
        ("\x1b[27;5;99~", "ctrl+c", None),
        ("\x1b[27;2;65~", "A", "A"),
        ("\x1b[27;5;13~", "ctrl+enter", None),
        ("\x1b[27;2;9~", "shift+tab", None),
        ("\x1b[R", "f3", None),
        ("\x1bOR", "f3", None),
        ("\x1bO5A", "ctrl+up", None),
        ("\x8fA", "up", None),
        ("\x9bA", "up", None),
        ("\x1bj", "alt+j", None),
        ("\x1bJ", "alt+shift+j", None),
        ("\x1b?", "alt+question_mark", None),
        ("\x1b\r", "alt+enter", None),
        ("\x1b\x01", "alt+ctrl+a", None),
        ("\x1bé", "alt+é", None),
        ("\x1bb", "ctrl+left", None),  # as Textual reads it: by words
    ],
)
def test_keys_in_other_protocols(data: str, key: str, character: str | None) -> None:
    assert keys_of(data) == ([(key, character)] if key else [])


def test_one_key_may_type_several_characters() -> None:
    assert keys_of("\x1b[0;;97:98u") == [("a", "a"), ("b", "b")]


@pytest.mark.parametrize(
    "data",
    [
        *("\x1b[97;1:3u", "\x1b[1;1:3A", "\x1b[3;1:3~", "\x1b[97;1:4u"),  # released; no such event
        *("\x1b[57441u", "\x1b[57441;2u", "\x1b[57454;1:1u"),  # modifiers
        *("\x1b[1114112u", "\x1b[999999999999u", "\x1b[55296u", "\x1b[57343u", "\x1b[57600u"),
        *("\x1b[1u", "\x1b[133u", "\x1b[0u", "\x1b[65533u", "\x1b[97;;55296u", "\x1b[97;;1114112u"),
        *("\x1b[97;999u", "\x1b[1;999A", "\x1b[27;999;97~", "\x1b[97;" + "9" * 40 + "u"),
        *("\x1b[" + "9" * 40 + "~", "\x1b[" + "9" * 40 + ";1R", "\x1b[99~", "\x1b[2A"),
        *("\x1b[97;5;" + ":".join(["97"] * 99) + "u", "\x1b[97:98:99:100u", "\x1b[97;1;97;1u"),
        *("\x1b[?97u", "\x1b[>97;5u", "\x1b[=97u", "\x1b[?1A", "\x1b[>3~", "\x1b[97 u", "\x1b[3 ~"),
        *("\x1bOZ", "\x1bO5Z", "\x1bOé", "\x1b[[Z", "\x1b[[\xe9", "\x1b[G"),
        *("\x1b[<0;0;1M", "\x1b[<0;1;0M", "\x1b[<0;-1;1M", "\x1b[<0;1M", "\x1b[<0;1;1;1M"),
        *("\x1b[<32;NaN;NaNM", "\x1b[<-nan;1e+06;infm", "\x1b[<0;" + "9" * 40 + ";1M"),
        *(
            "\x1b[NaN;NaNR",
            "\x1b[-nan;infR",
            "\x1b[nan;nanR",
            "\x1b[inf;-infR",
            "\x1b[31msay\r\n",
            "\x1b[1\r;5A",
            "\x1b[é2u",
        ),
        *("\x1b[M !!", "\x1b[MCj~", "\x1b[32;5;5M", "\x1b[0;1R", "\x1b[1;0R", "\x1b[?1;1R"),
        *("\x1b[1;1I", "\x1b[1O", "\x1b[4;1$y", "\x1b[?9999999;1$y", "\x1b[48;24;80;480;800t"),
        *("\x1b[201~", "\x1b[?62;4c", "\x1b[>0;276;0c", "\x1b[=0;0c", "\x1b[0n", "\x1b[?997;1n"),
        *("\x1b[8;24;80t", "\x1b[4;480;800t", "\x1b[2;1;1;112;112;1;0x", "\x1b[?1u"),
        *("\x1b]11;rgb:ff/ff/ff\a", "\x1b]lsay\x1b\\", "\x1b]52;c;c2F5\x1b\\", "\x9d4;1;rgb:0\x9c"),
        *("\x1bP>|XTerm(370)\x1b\\", "\x1bP1$r0m\x1b\\", "\x1bP!|00\x1b\\", "\x90say\x9c"),
        *("\x1b_Gi=1;OK\x1b\\", "\x1b^say\a", "\x1bXsay\x1b\\", "\x98s\x9c\x9es\x9c\x9fs\x9c"),
        *("\x80", "\x85\x99", "\ufffd", "\x1b\ufffd", "\x1b\x85"),
    ],
    ids=ascii,
)
def test_what_is_no_key_is_dropped(data: str) -> None:
    # It ends: what is typed later is a key again.
    assert names(decode([(data.encode(), 0), (b"x", 1)])) == ["x"]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\x1b[I", Focus(is_gained=True)),
        (b"\x1b[O", Focus(is_gained=False)),
        (b"\x1b[24;80R", CursorPosition(24, 80)),
        (b"\x1b[1;2R", CursorPosition(1, 2)),
        (b"\x1b[?2026;2$y", ModeReport(2026, 2)),
        (b"\x1b[<0;3;4M", Mouse("down", 2, 3, 1, shift=False, meta=False, ctrl=False)),
        (b"\x1b[<2;1;1m", Mouse("up", 0, 0, 3, shift=False, meta=False, ctrl=False)),
        (b"\x1b[<32;1;1M", Mouse("move", 0, 0, 1, shift=False, meta=False, ctrl=False)),
        (b"\x1b[<35;1;1M", Mouse("move", 0, 0, 0, shift=False, meta=False, ctrl=False)),
        (b"\x1b[<68;1;1M", Mouse("scroll_up", 0, 0, 0, shift=True, meta=False, ctrl=False)),
        (b"\x1b[<73;1;1M", Mouse("scroll_down", 0, 0, 0, shift=False, meta=True, ctrl=False)),
        (b"\x1b[<82;1;1M", Mouse("scroll_left", 0, 0, 0, shift=False, meta=False, ctrl=True)),
        (b"\xc2\x9b<67;9;9M", Mouse("scroll_right", 8, 8, 0, shift=False, meta=False, ctrl=False)),
    ],
)
def test_reports_of_use(data: bytes, found: Input) -> None:
    assert decode([(data, 0)]) == [found]


def test_the_mouse_is_read_as_textual_reads_it() -> None:
    for buttons, final in product(range(256), "Mm"):
        data = f"\x1b[<{buttons};7;9{final}"
        (ours,) = decode([(data.encode(), 0)])
        (theirs,) = XTermParser().feed(data)
        assert isinstance(ours, Mouse)
        assert isinstance(theirs, events.MouseEvent)
        kinds = {"down": "MouseDown", "up": "MouseUp", "move": "MouseMove"}
        kind = kinds.get(ours.action, "Mouse" + ours.action.title().replace("_", ""))
        assert kind == type(theirs).__name__
        assert (ours.x, ours.y, ours.button) == (theirs.x, theirs.y, theirs.button)
        assert (ours.shift, ours.meta, ours.ctrl) == (theirs.shift, theirs.meta, theirs.ctrl)


# Esc


def test_an_esc_that_nothing_follows_is_a_key() -> None:
    decoder = Decoder(escape_s=ESCAPE_S)
    deadlines = [decoder.deadline]
    assert decoder.feed(b"\x1b", 7) == []
    deadlines.append(decoder.deadline)
    assert decoder.tick(7.09) == []
    assert decoder.tick(7 + ESCAPE_S) == [KeyPress("escape", "\x1b", is_alone=True)]
    assert [*deadlines, decoder.deadline] == [None, 7 + ESCAPE_S, None]
    assert decoder.feed(b"", 8) == []


def test_feeding_looks_at_the_time_first() -> None:
    decoder = Decoder(escape_s=ESCAPE_S)
    decoder.feed(b"\x1b", 7)
    assert names(decoder.feed(b"j", 8)) == ["escape", "j"]


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        ([(b"\x1b", 0), (b"j", 0.05)], ["escape", "j"]),
        ([(b"\x1bj", 0)], ["alt+j"]),
        ([(b"\x1b", 0), (b"[A", 0.05)], ["up"]),
        ([(b"\x1b\x1b[A", 0)], ["escape", "up"]),
        ([(b"\x1b\x03", 0)], ["escape", "ctrl+c"]),
        ([("\x1b\x9bA".encode(), 0)], ["escape", "up"]),
        ([(b"\x1b]j", 0)], ["escape", "right_square_bracket", "j"]),
        ([(b"\x1bPj", 0)], ["escape", "P", "j"]),
        ([(b"\x1b]", 0)], ["alt+right_square_bracket"]),
        ([(b"\x1bP", 0)], ["alt+shift+p"]),
        ([(b"\x1b", 0), (b"]", 0.09), (b"j", 0.09)], ["escape", "right_square_bracket", "j"]),
        ([(b"\x1b]", 0), (b"1;s\a", 0.09)], []),
        ([(b"\x1bP", 0), (b"1$r0m\x1b\\", 0.09)], []),
        # Torn by a slow link: the rest is dropped with all that comes in its read.
        ([(b"\x1b", 0), (b"[?62cj\x1b[<0;1;1M\x1b[24;80R", 4)], ["escape"]),
        ([(b"\x1b", 0), (b"]11;rgb:", 4), (b"f", 4), (b"\a", 0.5), (b"j", 1)], ["escape", "j"]),
        ([(b"\x1b]", 0), (b"l", 0.01), (b"say", 4), (b"\x1b\\", 4)], []),
        ([(b"\x1b]", 0), (b"11;rgb:\a", 4)], ["alt+right_square_bracket"]),
        ([(b"\x1bP", 0), (b">|X\x1b\\", 4)], ["alt+shift+p"]),
        ([(b"\x1b", 0), (b"OA", 1)], ["escape"]),
        ([(b"\x1b", 0), (b"_Gs;", 1), (b"ay\x1b\\", 1)], ["escape"]),
        # Byte by byte, those that come right after it can't be told from keys.
        (
            [(b"\x1b", 0), (b"[", 1), (b"?", 4), (b"62c", 4), (b"j", 1)],
            ["escape", "left_square_bracket", "question_mark", "j"],
        ),
        # Keys after Esc.
        (
            [(b"\x1b", 0), *read_at(*[bytes([char]) for char in b"_typists"]), (b"jk", 0.1)],
            ["escape", "underscore", *"typistsjk"],
        ),
        ([(b"\x1b", 0), (b"jk", 1)], ["escape", "j", "k"]),
        ([(b"\x1b", 0), (b"j", 1), (b"[A", 1)], ["escape", "j", "left_square_bracket", "A"]),
        ([(b"\x1b", 0), (b"[A", 5)], ["escape", "left_square_bracket", "A"]),
        ([(b"\x1b]", 0), (b"jk", 1)], ["alt+right_square_bracket", "j", "k"]),
        ([(b"\x1b", 0), (b"\x1b[A", 1)], ["escape", "up"]),
        ([(b"\x1b", 0), (b"\x1b", 1)], ["escape", "escape"]),
        (
            [(b"\x1b", 0), (b"[", 1), (b"\r\n", 1)],
            ["escape", "left_square_bracket", "enter", "ctrl+j"],
        ),
    ],
)
def test_esc_before_other_bytes(reads: list[Read], expected: list[str]) -> None:
    assert names(decode(reads)) == expected


def test_a_paste_after_a_torn_esc_arrives() -> None:
    found = decode([(b"\x1b", 0), (b"[200~ab", 1), (b"c\x1b[201~", 1)])
    assert found == [KeyPress("escape", "\x1b", is_alone=True), Paste("abc", is_bracketed=True)]


# What has begun


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        ([(b"\x1b[", 0), (b"1", 1), (b";", 1), (b"5", 1), (b"A", 1)], ["ctrl+up"]),
        ([(b"\x1bO", 0), (b"A", 4.9)], ["up"]),
        ([(b"\x1b[M", 0), (b"!", 1), (b"!!j", 1)], ["j"]),
        ([(b"\x1b]11;", 0), (b"s", 4.9), (b"say", 4.9), (b"say", 4.9), (b"\a", 4.9)], ["ctrl+g"]),
        ([(b"\x1b]11;", 0), (b"j", 5)], ["j"]),
        ([(b"\x1b]11;", 0), (b"say", 5)], ["s", "a", "y"]),
        # Old: a person types, and yet the rest may come.
        ([(b"\x1b]11;s", 0), (b"say", 4.9), (b"j", 0.1), (b"say\a", 4.8), (b"k", 0)], ["j", "k"]),
        ([(b"\x1b]11;s", 0), (b"say", 4.9), (b"j", 0.1), (b"say", 4.9)], ["j", "s", "a", "y"]),
        ([(b"\x1b[1", 0), (b";5", 4.9), (b"j", 0.1), (b"kl", 0.1)], ["j", "k", "l"]),
        ([(b"\x1b]11;s", 0), (b"\x1b[A", 1)], ["up"]),
        ([(b"\x1b]11;s", 0), (b"\x1b", 1), (b"\\", 3.5), (b"j", 0)], ["j"]),
        ([(b"\x1b]11;s", 0), (b"\x1b", 1), (b"j", 0.05)], ["escape", "j"]),
        ([(b"\x1b]11;s", 0), (b"\x1b", 1), (b"j", 1)], ["escape", "j"]),
        ([(b"\x1b]11;s", 0), (b"\x1b", 1), (b"[?62c", 1)], ["escape"]),
        ([(b"\x1b]11;s\x1b", 0), (b"j", 5)], ["j"]),
        ([(b"\x1b]11;s", 0), (b"\x03", 0)], ["ctrl+c"]),
        ([(b"\x1b[1;", 0), (b"\x11", 1)], ["ctrl+q"]),
        ([(b"\x1bO", 0), (b"\x18", 1)], ["ctrl+x"]),
        ([(b"\x1b_s", 0), (b"\x1a", 1), (b"j", 1)], ["ctrl+z", "j"]),
        ([(b"\x1b]11;s\x03say", 0)], ["ctrl+c"]),
        ([(b"\x1b[1;\x1b[A", 0)], ["up"]),
        # Characters.
        ([(b"\xe2", 0), (b"\x82", 4), (b"\xac", 4)], ["euro_sign"]),
        ([(b"\xe2\x82", 0), (b"\xac", 5)], []),
        ([(b"\xe2", 0), (b"j", 5)], ["j"]),
        ([(b"\xe9", 0), (b"j", 1)], ["j"]),
        ([(b"\xff\xfe", 0), (b"j", 1)], ["j"]),
        ([(b"\xc2", 0), (b"\x9b", 1), (b"A", 1)], ["up"]),
        ([(b"\x1b\xc3", 0), (b"\xa9", 0.05)], ["escape", "é"]),
        ([(b"\x1b", 0), (b"\xf0\x9f", 1), (b"\x98\x80", 1)], ["escape", "grinning_face"]),
    ],
)
def test_what_has_begun_waits_for_its_end(reads: list[Read], expected: list[str]) -> None:
    assert names(decode(reads)) == expected


def test_an_endless_string_ends_for_single_keys() -> None:
    block = b"A" * 4096
    reads = [(b"\x1b]52;c;", 0.0), *((block, 0.001) for _ in range(UNFINISHED_BYTES // 4096 + 3))]
    assert names(decode([*reads, (b"j", 0.001), (block, 0.001), (b"\x1b[A", 0.001)])) == ["j", "up"]


@pytest.mark.parametrize("start", [b"\x1b]52;c;", b"\x1b[", b"\x1b[<", b"\x1bO", b"\x1b_"])
def test_what_has_begun_is_not_kept_whole(start: bytes) -> None:
    decoder = Decoder(escape_s=ESCAPE_S)
    decoder.feed(start, 0)
    for _ in range(500):
        decoder.feed(b"1;1;", 0)
    assert decoder._unfinished is not None
    assert len(decoder._unfinished.text) < 300
    assert decoder._unfinished.size == len(start) + 2000
    assert decoder.feed(b"j" if start[1:2] in b"[O" else b"\x1b", 0) == []
    assert names(decoder.feed(b"\\k" if start[1:2] in b"]_" else b"mk", 0)) in (["k"], ["m", "k"])


# Pastes


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        ([(b"\x1b[200~a\x1b[31mb\x1b\x1b[201~", 0)], "a[31mb"),
        ([(b"\x1b[200~1\r\n2\r3\n4\t\x00\x07\x7f\xc2\x855\x1b[201~", 0)], "1\n2\n3\n4\t5"),
        ([(b"\x1b[200~a\xff\xe2\x82\x1b[201~", 0)], "a\ufffd\ufffd"),
        ([(b"\x1b[200~\x1b[201~", 0)], ""),
        ([(b"\x1b[200~a\x1b[20", 0), (b"1", 1), (b"~", 1)], "a"),
        ([(b"\x1b[200~a\x1b[200~b\x1b[201~", 0)], "a[200~b"),
        ([(b"\xc2\x9b200~a\x1b[201~", 0)], "a"),
        ([(b"\x1b[200~a\x03b", 0), (b"\x03", 0.09), (b"\x1b[201~", 0.1)], "ab"),
        ([(b"\x1b[200~a", 0), (b"b", 1.9), (b"c\x1b[201~", 1.9)], "abc"),
    ],
)
def test_pastes_in_brackets(reads: list[Read], expected: str) -> None:
    assert decode(reads) == [Paste(expected, is_bracketed=True)]


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        # Silence ends it. Then single bytes are keys, and more are not, until its end or for long.
        ([(b"j", 2), (b"say", 1), (b"\x1b[201~kl", 1)], ["j", "k", "l"]),
        ([(b"say\x1b[20", 3), (b"1~", 1), (b"j", 1)], ["j"]),
        ([(b"say\x1b[201", 3), (b"~", 1), (b"j", 1)], ["j"]),
        ([(b"\x1b", 3), (b"[201~j", 0.05)], ["j"]),
        ([(b"\x1b", 3), (b"say", 1)], ["escape"]),
        ([(b"say", 11.9), (b"jk", 0.1)], ["j", "k"]),
        ([(b"jk", 16)], ["j", "k"]),
        ([(b"\x1b[99;5u", 3)], ["ctrl+c"]),
    ],
)
def test_a_paste_without_an_end(reads: list[Read], expected: list[str]) -> None:
    found = decode([(b"\x1b[200~ab\xe2", 0), *reads])
    assert found[0] == Paste("ab\ufffd", is_bracketed=True)
    assert names(found[1:]) == expected


@pytest.mark.parametrize("key", [b"\x03", b"\x1b[99;5u"])
def test_ctrl_c_ends_a_paste(key: bytes) -> None:
    found = decode([(b"\x1b[200~ab", 0), (key, 0.1), (b"jk", 1)])
    assert found[0] == Paste("ab", is_bracketed=True)
    assert names(found[1:]) == ["ctrl+c", "j", "k"]


def test_a_paste_that_is_too_long_is_refused_at_once() -> None:
    block = b"a" * (MAX_PASTE_BYTES // 16)
    decoder = Decoder(escape_s=ESCAPE_S)
    assert decoder.feed(b"\x1b[200~", 0) == []
    assert [decoder.feed(block, 0) for _ in range(16)] == [[]] * 16
    assert decoder.feed(b"bcdefg", 0) == [PasteRefused(is_bracketed=True)]
    assert decoder.feed(block, 0) == []
    assert names(decoder.feed(b"say\x1b[201~j", 0)) == ["j"]


def test_a_refused_paste_ends_by_silence_and_by_ctrl_c() -> None:
    block = b"\x1b[200~" + b"a" * (MAX_PASTE_BYTES + 6)
    assert names(decode([(block, 0), (b"j", 2), (b"say", 1)])) == ["PasteRefused", "j"]
    assert names(decode([(block, 0), (b"\x11", 1), (b"jk", 1)])) == [
        *("PasteRefused", "ctrl+q", "j", "k")
    ]


def test_a_paste_of_the_most_bytes_arrives() -> None:
    text = "é" * (MAX_PASTE_BYTES // 2)
    (found,) = decode([(f"\x1b[200~{text}\x1b[201~".encode(), 0)])
    assert found == Paste(text, is_bracketed=True)


TYPED_51: Final = "say by day, and stay by the bay; a may be a day by s"[:51]


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        ([(f"{TYPED_51}\r\x1b[31m".encode(), 0)], f"{TYPED_51}\n[31m"),
        ([(TYPED_51.encode(), 0), (b"j", 0.09), (b"\x1b[A", 0.09)], f"{TYPED_51}j[A"),
        ([(TYPED_51.encode(), 0), (b"\x03", 0.09), (b"\xff\xe2", 0.09)], f"{TYPED_51}\ufffd\ufffd"),
        ([(b"$ ls\r\n\x1b[31m" + TYPED_51.encode(), 0)], f"$ ls\n[31m{TYPED_51}"),
        ([(b"\x1b[1;", 0), (b"5A" + TYPED_51.encode(), 0.1)], f"5A{TYPED_51}"),
        ([(b"=" * 60 + b"\r", 0)], "=" * 60 + "\n"),
        ([(b"\x1b[31m" + b"say by " * 9, 0), (b"day", 0.05)], "[31m" + "say by " * 9 + "day"),
        ([(TYPED_51.encode() + b"\x1b", 0)], TYPED_51),
    ],
)
def test_many_characters_in_one_read_are_a_paste(reads: list[Read], expected: str) -> None:
    assert decode(reads) == [Paste(expected, is_bracketed=False)]


def test_keys_after_a_paste_without_brackets() -> None:
    found = decode([(TYPED_51.encode(), 0), (b"j", 0.1)])
    assert found == [Paste(TYPED_51, is_bracketed=False), KeyPress("j", "j", is_alone=False)]


@pytest.mark.parametrize(
    "reads",
    [
        [(f"{TYPED_51}\x1b[200~ab\x1b[201~".encode(), 0)],
        [(f"{TYPED_51}\x1b[20".encode(), 0), (b"0~ab\x1b[201~", 0.05)],
    ],
)
def test_a_paste_in_brackets_may_follow_one_without(reads: list[Read]) -> None:
    assert decode(reads) == [Paste(TYPED_51, is_bracketed=False), Paste("ab", is_bracketed=True)]


def test_a_paste_without_brackets_may_be_too_long() -> None:
    block = b"ab\n" * (MAX_PASTE_BYTES // 6)
    found = decode([(block, 0), (block, 0), (block, 0), (b"jk", 0.1)])
    assert found[0] == PasteRefused(is_bracketed=False)
    assert names(found[1:]) == ["j", "k"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (TYPED_51[:50].encode() + b"\r\n", 52),
        (b"j" * 4096, 4096),
        (b"\x1b[A" * 60, 60),
        (b"\x1bj" * 60, 60),
        (b"\r" * 60 + b"\t", 61),
        (b"j" + b"\x1b[<35;10;20M" * 60, 61),
        (b"\x1b[NaN;NaNR" * 60, 0),
    ],
)
def test_fewer_characters_or_one_that_repeats_are_keys(data: bytes, expected: int) -> None:
    assert len(decode([(data, 0)])) == expected


# Alone


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        (read_at(b"j", b"k"), [True, True]),
        (read_at(b"j", b"k", pause=0.1), [True, False]),
        (read_at(b"jk"), [False, False]),
        (read_at(b"j\x1b[I\x1b[<35;1;1M"), [False]),
        (read_at(b"\x1b[<35;1;1M", b"j", pause=0.01), [True]),
        (read_at(b"\x1b[<35;NaN;1M", b"j", pause=0.01), [False]),
        (read_at(b"\x1b[<35;NaN;1Mj"), [False]),
        (read_at(b"\x1b[24;80R", b"j", pause=0.01), [False]),
        (read_at(b"\x1b[?62c", b"j", pause=0.01), [False]),
        (read_at(b"\x1b[31m", b"j", pause=0.01), [False]),
        (read_at(b"\x1bOZ", b"j", pause=0.01), [False]),
        (read_at(b"\x1b[106;1u\x1b[106;1:3u"), [True]),
        (read_at(b"\x1b[106;1:3u", b"\x1b[107;1u", pause=0.01), [True]),
        (read_at(b"j\x1b[1;"), [False]),
        ([(b"\x1b[1;", 0), (b"5A", 0.01)], [True]),
        ([(b"\x1b", 0), (b"[A", 0.01)], [True]),
        (read_at(b"\x1b"), [True]),
        (read_at(b"j\x1b"), [False, False]),
        ([(b"j", 0), (b"\x1b", 0.1)], [True, False]),
        ([(b"\x1b", 0), (b"j", 0.12)], [True, False]),
        ([(b"\x1b", 0), (b"j", 0.2)], [True, True]),
        (read_at(b"\x1b]"), [False]),
        ([(b"\x1b[200~a\x1b[201~", 0), (b"j", 0.1)], [False]),
        ([(b"\x1b[200~a", 0), (b"j", 2.5), (b"say", 0.1), (b"k", 0.5)], [False, False]),
        ([(b"\x1b[200~a\x1b[201~", 0), (b"j", 0.2)], [True]),
        ([(b"j", 0), (b"j", 0.5)], [True, False]),
        ([(b"j", 0), (b"k", 0.5), (b"j", 0.2)], [True, True, True]),
        ([(b"j", 0), (b"j", 0.8), (b"j", 0.7), (b"j", 0.7)], [True, True, False, False]),
        (read_at(b"\x1b[121;1:2u"), [False]),
        (read_at(b"\x1b[121;3;121u"), [False]),
        (read_at(b"\x1b[0;;121u"), [False]),
        (read_at(b"\x1b[121;1:1u"), [True]),
        (read_at(b"\x1b[121;2;89u"), [True]),
        (read_at(b"y\xe2"), [False]),
        ([(b"\xe2", 0), (b"y", 0.1)], [False]),
        (read_at(b"\x1b[<35;1;1My"), [False]),
        ([(b"\x1b]52;c;" + b"A" * 66_000, 0), (b"y", 0.3)], [False]),
        ([(b"\x1b]ls@b", 0), (b"aa", 2.5), (b"aa", 2.49), (b"y", 0.3)], [False]),
        ([(b"\x1b[?2", 0), (b"02", 4.9), (b"y", 0.3)], [False]),
        ([(b"\x1b[200~a", 0), (b"\x03", 0.12)], [False]),
        (read_at(b"\xff", b"j", pause=0.01), [False]),
    ],
)
def test_a_key_is_alone(reads: list[Read], expected: list[bool]) -> None:
    found = decode(reads)
    assert [one.is_alone for one in found if isinstance(one, KeyPress)] == expected


# Whatever comes

REPORTS: Final = [
    b"\x1b[?62;1;4c",
    b"\x1b[>0;276;0c",
    b"\x1bP!|00000000\x1b\\",
    b"\x1b[0n",
    b"\x1b[24;80R",
    b"\x1b[?2026;2$y",
    b"\x1b]4;1;rgb:cdcd/0000/0000\x1b\\",
    b"\x1b]10;rgb:ffff/ffff/ffff\a",
    b"\x1b]11;rgb:0000/0000/0000\x1b\\",
    b"\x1b]52;c;c2F5IHlheQ==\x1b\\",
    "\x1b]lsay bay é\x1b\\".encode(),
    b"\x1b]Lsay\x1b\\",
    b"\x1bP>|XTerm(370)\x1b\\",
    b"\x1bP1$r0;1m\x1b\\",
    b"\x1bP1+r5463=38\x1b\\",
    b"\x1b_Gi=31;OK\x1b\\",
    b"\x1b[8;24;80t",
    b"\x1b[4;480;800t",
    b"\x1b[?997;1n",
    b"\x1b[?1u",
    b"\x1b[>4;2m",
    b"\x1b[<35;10;20M",
    b"\x1b[<32;NaN;NaNM",
    b"\x1b[<-nan;1e+06;infm",
    b"\x1b[I",
    b"\x1b[O",
    "\x9d11;rgb:0000/0000/0000\x9c".encode(),
    "\x9b?62c".encode(),
]
mixes = st.lists(st.sampled_from(REPORTS), min_size=1, max_size=6).map(b"".join)


@st.composite
def torn(draw: st.DrawFn, pauses: list[float], shortest: int = 1) -> list[Read]:
    """Draw reports in pieces of at least ``shortest`` bytes, with pauses between them."""
    data = draw(mixes)
    reads: list[Read] = []
    while data:
        size = draw(st.integers(shortest, draw(st.sampled_from([shortest, 3, 9, 40]))))
        if 0 < len(data) - size < shortest:
            size = len(data)
        reads.append((data[:size], draw(st.sampled_from(pauses))))
        data = data[size:]
    return reads


HARMLESS: Final = {"escape", "alt+right_square_bracket", "alt+shift+p"}
"""What the beginning of a report is taken for if its rest is late. None of it types anything."""


@tries(150, 5000)
@given(torn([0.0, 0.05, 0.2, 4.9], shortest=2))
def test_no_report_in_pieces_is_a_key(reads: list[Read]) -> None:
    found = decode(reads)
    assert {one.key for one in found if isinstance(one, KeyPress)} <= HARMLESS
    assert not any(isinstance(one, (Paste, PasteRefused)) for one in found)


@tries(150, 5000)
@given(torn([0.0, 0.02, 0.15]))
def test_no_report_byte_by_byte_is_a_key(reads: list[Read]) -> None:
    """Single bytes right after an Esc that was taken for a key can't be told from keys.

    Here each comes with the next. Nor can those later than 5 s after the start: none is.
    """
    decidable: list[Read] = []
    before = b""
    for data, pause in reads:
        is_begun = before.endswith((b"\x1b", b"\x1b]", b"\x1bP"))
        decidable.append((data, 0.0 if is_begun else pause))
        before += data
    found = decode(decidable)
    assert not any(isinstance(one, KeyPress) for one in found)


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_torn_in_two_is_no_key(report: bytes) -> None:
    for at in range(1, len(report)):
        pieces = [(report[:at], 0.0), (report[at:], 4.9)]
        found = {one.key for one in decode(pieces) if isinstance(one, KeyPress)}
        assert found <= HARMLESS


PIECES: Final = [
    *(
        b"\x1b",
        b"\x1b[",
        b"\x1b]",
        b"\x1bP",
        b"\x1bO",
        b"\x1b_",
        b"\x1b[<",
        b"\x1b[M",
        b"\x1b[200~",
    ),
    *(
        b"\x1b[201~",
        b"\x1b\\",
        b"\a",
        b"\x9b",
        b"\xc2\x9b",
        b"\xc2\x9c",
        b"\xe2\x82",
        b"\xff",
        b"$y",
    ),
    *(
        b"0",
        b"1;",
        b"99999999",
        b":",
        b"u",
        b"~",
        b"R",
        b"M",
        b"m",
        b"A",
        b"j",
        b"\x03",
        b"\x18",
        b"?",
    ),
    *(b"\r", b"\n", b"\x00", b"[", b"]", b"P", b"q" * 60, b"quick brown fox " * 4, b"a" * 300),
]


@tries(200, 10000)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.lists(st.sampled_from(PIECES), max_size=6).map(b"".join), st.binary()),
            st.sampled_from([0.0, 0.05, 0.1, 0.16, 1.0, 2.0, 4.9, 5.0, 11.0]),
        ),
        max_size=12,
    )
)
def test_any_bytes_are_taken_and_a_later_key_acts(reads: list[Read]) -> None:
    decoder = Decoder(escape_s=ESCAPE_S)
    decode(reads, decoder)
    later = 116 + sum(pause for _, pause in reads)
    assert decoder.feed(b"j", later)[-1:] == [KeyPress("j", "j", is_alone=True)]
    assert decoder.deadline is None
    assert names(decoder.feed(b"\x1b[A", later + 1)) == ["up"]


KEYS: Final = {
    chr(code): keys_of_textual(chr(code))[0][0] for code in [*range(27), *range(28, 127)]
} | {
    "é": "é",
    "€": "euro_sign",
    "\x1b[A": "up",
    "\x1bOB": "down",
    "\x1b[1;5C": "ctrl+right",
    "\x1b[3~": "delete",
    "\x1b[Z": "shift+tab",
    "\x1bOP": "f1",
    "\x1b[15~": "f5",
    "\x1bj": "alt+j",
    "\x1b[97;5u": "ctrl+a",
    "\x1b[27u": "escape",
    "\x1b[3$": "shift+delete",
    "\x1b[[A": "f1",
}
bursts = st.lists(
    st.one_of(st.just(["\x1b"]), st.lists(st.sampled_from([*KEYS]), min_size=1, max_size=50)),
    min_size=1,
    max_size=8,
)


@tries(100, 5000)
@given(bursts, st.lists(st.sampled_from([0.11, 0.3, 2.0]), min_size=8, max_size=8))
@example([["\x1b"], ["j"], ["\x1b"], ["k"]], [0.11] * 8)
def test_what_a_person_types_arrives(typed: list[list[str]], pauses: list[float]) -> None:
    """Not typed here: what continues an Esc before it, as a report in pieces does."""
    for place, (before, burst) in enumerate(pairwise(typed)):
        if before == ["\x1b"] and burst[0] in "[]P_^XO":
            typed[place + 1] = ["k", *burst[1:]]
    reads = [("".join(burst).encode(), pause) for burst, pause in zip(typed, pauses, strict=False)]
    expected = [KEYS.get(key, "escape") for burst in typed for key in burst]
    assert names(decode(reads)) == expected


@tries(100, 5000)
@given(
    st.lists(st.sampled_from([*map(str.encode, KEYS), *REPORTS]), max_size=30),
    st.lists(st.integers(1, 20)),
)
def test_where_reads_end_makes_no_difference(sent: list[bytes], sizes: list[int]) -> None:
    data = b"".join(sent)
    pieces: list[bytes] = []
    rest = data
    for size in sizes:
        pieces.append(rest[:size])
        rest = rest[size:]
    whole, torn_up = decode([(data, 0)]), decode(read_at(*pieces, rest, pause=0.01))
    assert [str(one).partition(", is_alone")[0] for one in torn_up] == [
        str(one).partition(", is_alone")[0] for one in whole
    ]


def pasted(text: str) -> str:
    """Return what should arrive of a text, character by character."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        char for char in text if char in "\t\n" or not (char < " " or "\x7f" <= char < "\xa0")
    )


texts = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(["\x1b", "[", "201~", "\x1b[200~", "\x1b[20", "\r", "\n", "é", "say " * 20])
    ).map("".join),
).map(lambda text: re.sub("[\x03\x11]", "", text).replace("\x1b[201~", ""))


@tries(150, 5000)
@given(
    texts.filter(lambda text: "\x1b[201~" not in text),
    st.lists(st.tuples(st.integers(1, 30), st.sampled_from([0.0, 0.09, 1.9])), max_size=20),
)
def test_pastes_arrive_whole(text: str, cuts: list[tuple[int, float]]) -> None:
    """Not here: Ctrl-C and Ctrl-Q that come as single bytes after a pause, which end a paste."""
    data, at = f"\x1b[200~{text}\x1b[201~".encode(), 0
    reads: list[Read] = []
    for size, pause in cuts:
        reads.append((data[at : at + size], 0.05 if at < 6 else pause))
        at += size
    reads.append((data[at:], 0.0))
    assert decode(reads) == [Paste(pasted(text), is_bracketed=True)]


# Speed


@pytest.mark.parametrize(
    "data",
    [
        b"say by day\n" * 12000,
        b"j" * 131072,
        b"\x1b[<35;10;20M" * 11000,
        Random(5).randbytes(131072),  # noqa: S311 - no secret
        b"\x1b]52;c;" + b"A" * 131072,
        b"\x1b[32mINFO\x1b[0m say by day\n" * 5000,
        b"\x1b" * 131072,
    ],
    ids=["text", "key", "mouse", "random", "string", "log", "esc"],
)
def test_much_is_decoded_fast(data: bytes) -> None:
    decoder = Decoder(escape_s=ESCAPE_S)
    began = process_time()
    for at in range(0, len(data), 4096):
        decoder.feed(data[at : at + 4096], at * 1e-6)
    assert process_time() - began < 0.5


QUITS = {
    "ctrl+c": [
        *(b"\x03", b"\x03\x03", b"\x1b[99;5u", b"\x1b[99;133u", b"\x1b[27;5;99~"),
        *(b"\x1b[99;5:1u\x1b[99;5:3u", b"\x1b[99:67;5u"),
    ],
    "ctrl+q": [b"\x11", b"\x1b[113;5u", b"\x1b[27;5;113~"],
}


@pytest.mark.parametrize(
    ("key", "data"), [(key, data) for key, sent in QUITS.items() for data in sent]
)
@pytest.mark.parametrize("pause", [0.2, 2.5])
def test_a_key_that_quits_acts_in_a_paste_without_an_end(
    key: str, data: bytes, pause: float
) -> None:
    events = decode([(b"\x1b[200~abc", 0), (data, pause)])
    assert events[0] == Paste("abc", is_bracketed=True)
    assert {event.key for event in events[1:] if isinstance(event, KeyPress)} == {key}


@pytest.mark.parametrize("data", [b"\x03a", b"\x1b[99;5ua", b"\x1b[97;5u", b"\x1b[100u\x03"])
def test_what_has_more_in_it_than_keys_that_quit_is_a_part_of_the_paste(data: bytes) -> None:
    events = decode([(b"\x1b[200~abc", 0), (data, 0.2), (b"\x1b[201~", 0.1)])
    assert not [event for event in events if isinstance(event, KeyPress)]


def test_the_mouse_keeps_no_paste_open_and_is_no_part_of_it() -> None:
    moves = [(b"\x1b[<35;%d;1M\x1b[I" % (n % 80 + 1), 0.05) for n in range(60)]
    events = decode([(b"\x1b[200~abc", 0), *moves, (b"\x03", 0.01)])
    assert [event for event in events if isinstance(event, Paste)] == [
        Paste("abc", is_bracketed=True)
    ]
    assert len([event for event in events if isinstance(event, Focus)]) == 60
    assert not [event for event in events if isinstance(event, Mouse)]
    assert [event.key for event in events if isinstance(event, KeyPress)] == ["ctrl+c"]
    typed = b"py D n py D n py D n py D n py D n py D n py D n py D n py"
    events = decode([(typed, 0), *moves[:20]])
    assert [event for event in events if isinstance(event, Paste)] == [
        Paste(typed.decode(), is_bracketed=False)
    ]


def test_a_paste_after_one_whose_end_was_lost_is_taken() -> None:
    events = decode([
        (b"\x1b[200~first", 0),
        (b"\x1b[200~second\x1b[201~", 2.5),
        (b"\x1b[200~third\x1b[201~", 0.6),
    ])
    assert [event.text for event in events if isinstance(event, Paste)] == [
        "first", "second", "third",
    ]  # fmt: skip
