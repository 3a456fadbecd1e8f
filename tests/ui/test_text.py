import json
import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.content import Content

from fntui.printable import elided
from fntui.ui.text import ControlFilter, content, printable, printable_json
from tests.support.hostile import HAZARD, any_text

INVISIBLE = {
    0x034F,  # combining grapheme joiner
    *range(0x115F, 0x1161),  # Hangul fillers
    *range(0x180B, 0x180E),  # Mongolian variation selectors
    0x180F,
    0x3164,
    0xFFA0,
    *range(0xFE00, 0xFE10),  # variation selectors
    *range(0xE0100, 0xE01F0),
    *range(0x1F1E6, 0x1F200),  # letters of flags
    *range(0x1F3FB, 0x1F400),  # skin tones
}


def test_hazards_are_what_unicode_calls_control_format_surrogate_private_or_separator() -> None:
    wanted = {
        point
        for point in range(sys.maxunicode + 1)
        if unicodedata.category(chr(point)) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    }
    found = {point for point in range(sys.maxunicode + 1) if HAZARD.match(chr(point))}
    assert wanted <= found
    assert found - wanted == INVISIBLE | {
        point for point in found - wanted if unicodedata.category(chr(point)) == "Cn"
    }


@given(any_text())
def test_printable_never_yields_a_hazard(raw: str) -> None:
    assert not HAZARD.search(printable(raw))


@given(any_text())
def test_printable_is_one_line_and_stays_the_same_when_made_printable_again(raw: str) -> None:
    text = printable(raw)
    assert len(text.splitlines()) <= 1
    assert printable(text) == text


@given(st.text(alphabet=st.characters(min_codepoint=0, max_codepoint=0xFFFF), max_size=40))
def test_every_stand_in_is_one_cell_wide(raw: str) -> None:
    for character in raw:
        if HAZARD.match(character):
            assert cell_len(printable(character)) == 1


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_plain_ascii_is_left_as_it_is(raw: str) -> None:
    assert printable(raw) == raw


def test_a_control_is_shown_by_its_picture() -> None:
    assert printable("a\x1b]52;c;x\x07\n\x7f") == "a␛]52;c;x␇␊␡"
    assert printable("\x9b31m\u202eabc\u200b\ud800") == "�31m�abc��"


def test_a_pile_of_combining_marks_is_cut_to_two() -> None:
    assert printable("e" + "\u0301" * 50 + "x") == "e\u0301\u0301x"
    assert printable("e\u0301\u0302") == "e\u0301\u0302"
    assert printable("ก" + "\u0e49\u0e47" * 20) == "ก\u0e49\u0e47"
    assert printable("ب" + "\u064e" * 9) == "ب\u064e\u064e"


def test_pictures_that_some_terminals_draw_as_one_and_others_as_two_are_taken_apart() -> None:
    assert printable("👍🏽🇩🇪") == "👍���"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | any_text(),
        lambda inner: st.lists(inner) | st.dictionaries(any_text(), inner),
        max_leaves=8,
    )
)
def test_printable_json_loses_nothing_and_yields_no_hazard(value: object) -> None:
    lines = printable_json(value)
    assert not any(HAZARD.search(line) for line in lines)
    assert json.loads("\n".join(lines)) == _as_json_reads(value)


def _as_json_reads(value: object) -> object:
    """A pair of half surrogates is one character to JSON."""
    return json.loads(json.dumps(value))


def test_content_reads_no_markup_and_keeps_line_ends() -> None:
    made = content("[red]x[/]\n[@click=app.quit]y\t[/z]", "bold")
    assert made.plain == "[red]x[/]\n[@click=app.quit]y␉[/z]"
    assert isinstance(made, Content)


@given(any_text())
def test_the_last_gate_lets_no_hazard_through(raw: str) -> None:
    out = ControlFilter().apply([Segment("ok"), Segment(raw)], Color.parse("black"))
    assert not any(HAZARD.search(segment.text) for segment in out)
    assert out[0] == Segment("ok")


def test_the_last_gate_leaves_the_programs_own_controls() -> None:
    control = Segment("\x1b[2J", None, [(1,)])  # type: ignore[list-item]  # any control will do
    assert ControlFilter().apply([control], Color.parse("black")) == [control]


@given(st.text(max_size=100), st.integers(10, 60))
def test_both_ends_of_what_is_too_long_are_kept(text: str, most: int) -> None:
    short = elided(text, most)
    assert len(short) <= most
    if len(text) <= most:
        assert short == text
    else:
        assert short[0] == text[0]
        assert short[-1] == text[-1]
