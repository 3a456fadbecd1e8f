import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from fntui.ui.text import printable
from fntui.ui.views.lines import BLANK, Column, Row, Span, fit, line, span, table, wrap
from tests.support.hostile import PAYLOADS, any_text

spans = st.lists(st.builds(span, any_text(), st.just("")), max_size=4)
widths = st.integers(min_value=0, max_value=60)


def width_of(parts: tuple[Span, ...]) -> int:
    return sum(cell_len(part.text) for part in parts)


def text_of(parts: tuple[Span, ...]) -> str:
    return "".join(part.text for part in parts)


@given(spans, widths, st.booleans())
def test_fit_is_exactly_as_wide_as_asked(
    parts: list[Span],
    width: int,
    is_right: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    assert width_of(fit(parts, width, is_right=is_right)) == width


@given(spans, st.integers(min_value=1, max_value=60), st.booleans())
def test_fit_loses_nothing_without_an_ellipsis(
    parts: list[Span],
    width: int,
    is_right: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    whole, fitted = text_of(tuple(parts)), text_of(fit(parts, width, is_right=is_right))
    if cell_len(whole) <= width:
        assert fitted.strip(" ") == whole.strip(" ")
    else:
        assert fitted.endswith("…")


def test_fit_pads_at_the_left_what_stands_at_the_right() -> None:
    assert text_of(fit([span("7")], 3, is_right=True)) == "  7"
    assert text_of(fit([span("7")], 3)) == "7  "


def test_fit_cuts_a_wide_character_in_two_to_a_blank() -> None:
    assert text_of(fit([span("汉字")], 3)) == "汉…"
    assert text_of(fit([span("汉字汉")], 4)) == "汉 …"


@given(st.lists(st.tuples(any_text(12), any_text(12), any_text(12)), max_size=5), widths)
def test_a_table_fills_no_more_than_its_width(
    cells: list[tuple[str, str, str]], width: int
) -> None:
    columns = (Column("A", 3, 10), Column("B", 4, 20, rank=1), Column("C", 2, 8, is_right=True))
    rows = [Row(tuple((span(cell),) for cell in row), index) for index, row in enumerate(cells)]
    head, lines = table(columns, rows, max(width, 7))
    assert [made.key for made in lines] == list(range(len(cells)))
    for made in (head, *lines):
        assert width_of(made.spans) <= max(width, 7)
        assert width_of(made.spans) == width_of(head.spans)


def test_a_table_drops_the_highest_rank_first_where_room_is_short() -> None:
    columns = (Column("A", 4, 4), Column("B", 4, 4, rank=1), Column("C", 4, 4, rank=2))
    rows = [Row(tuple((span(cell * 4),) for cell in "abc"))]
    assert table(columns, rows, 16)[1][0].text == "aaaa  bbbb  cccc"
    assert table(columns, rows, 15)[1][0].text == "aaaa  bbbb"
    assert table(columns, rows, 9)[1][0].text == "aaaa"


def test_a_table_gives_spare_room_to_the_low_ranks_first() -> None:
    columns = (Column("A", 1, 6), Column("B", 1, 6, rank=1))
    rows = [Row(((span("aaaaaa"),), (span("bbbbbb"),)))]
    assert table(columns, rows, 10)[1][0].text == "aaaaaa  b…"


@given(any_text(120), st.integers(min_value=-1, max_value=40))
def test_wrap_breaks_into_pieces_that_fit_and_loses_only_blanks(raw: str, width: int) -> None:
    text = printable(raw)
    pieces = wrap(text, width)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(cell_len(piece) <= max(2, width) for piece in pieces)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_wrap_ends_for_every_payload(payload: str) -> None:
    for width in range(1, 5):
        assert all(cell_len(piece) <= max(2, width) for piece in wrap(printable(payload), width))


def test_wrap_breaks_at_blanks_where_it_can() -> None:
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert wrap("", 4) == [""]


def test_wrap_may_end_a_piece_at_a_blank_that_just_fits() -> None:
    assert wrap("one two three", 7) == ["one two", "three"]


def test_a_line_is_made_of_spans_and_plain_texts() -> None:
    made = line("a\x1b", span("b", "dim"), key="k")
    assert made.text == "a␛b"
    assert [part.tone for part in made.spans] == ["", "dim"]
    assert made.key == "k"
    assert BLANK.text == ""
