from unicodedata import east_asian_width

from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from fntui.ui.repertoire import Repertoire
from fntui.ui.terminal.ascii import TWINS, filters_for, to_ascii, to_unambiguous
from fntui.ui.text import printable


@given(st.text())
def test_the_result_is_ascii_and_as_wide(raw: str) -> None:
    text = printable(raw)
    assert to_ascii(text).isascii()
    assert cell_len(to_ascii(text)) == cell_len(text)


def test_every_twin_is_one_ascii_character_for_one_cell() -> None:
    for point, twin in TWINS.items():
        assert isinstance(twin, str)
        assert twin.isascii()
        assert len(twin) == 1
        assert cell_len(chr(point)) == 1


def test_signs_that_mean_something_else_have_twins_of_their_own() -> None:
    signs = "✗◔●○‖"
    assert len(set(to_ascii(signs))) == len(signs)
    on_the_axis = "•◆◇─═┊│"
    assert len(set(to_ascii(on_the_axis))) == len(on_the_axis)


def test_the_filter_turns_text_into_ascii_and_leaves_controls() -> None:
    control = Segment("\x1b[2J", None, [(1,)])  # type: ignore[list-item]  # any control will do
    (ascii_filter,) = filters_for(Repertoire.ASCII)
    out = ascii_filter.apply([Segment("● 汉"), control], Color.parse("black"))
    assert out == [Segment("* ??"), control]


def test_all_that_is_unicode_needs_no_filter() -> None:
    assert filters_for(Repertoire.UNICODE) == ()


@given(st.text())
@example("e\u0300")
def test_unambiguous_text_is_as_wide_and_keeps_what_every_terminal_draws_alike(raw: str) -> None:
    text = printable(raw)
    spelled = to_unambiguous(text)
    assert cell_len(spelled) == cell_len(text)
    assert not any(east_asian_width(character) == "A" for character in spelled)


def test_only_characters_of_two_widths_get_twins() -> None:
    (unambiguous,) = filters_for(Repertoire.UNAMBIGUOUS)
    out = unambiguous.apply([Segment("● 請求 é ±")], Color.parse("black"))
    assert out == [Segment("* 請求 ? ?")]
