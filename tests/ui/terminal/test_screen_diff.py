"""The difference between two frames leaves a terminal as the whole frame would."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, Final, cast

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import ControlType, Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Region, Size
from textual.strip import Strip
from typing_extensions import override

from fntui.ui.terminal.allowlist import harmless
from fntui.ui.terminal.screen_diff import Difference, Picture
from fntui.ui.terminal.sgr import change_of_style, shortened, style_of_blank
from tests.support.effort import tries
from tests.support.hostile import HAZARD, PAYLOADS

WIDTH, HEIGHT = 24, 4
SIZE: Final = Size(WIDTH, HEIGHT)
STYLES: Final = [
    Style.parse(text)
    for text in (
        "", "bold", "red", "bold red", "on blue", "red on blue", "#102030", "#102030 on #405060",
        "bold #102030 on #405060", "reverse", "underline on blue", "color(200)", "strike red",
    )
]  # fmt: skip


def widths(text: str) -> int:
    return sum(2 if character == "汉" else 1 for character in text)


@st.composite
def rows(draw: st.DrawFn) -> list[Strip]:
    """A frame of the terminal's size."""
    frame: list[Strip] = []
    alphabet = draw(st.sampled_from(["ab ●汉", "ab ●"]))  # what is wide is drawn otherwise
    for _ in range(HEIGHT):
        segments: list[Segment] = []
        room = WIDTH
        while room:
            text = draw(st.text(alphabet, min_size=1, max_size=6) | st.just(" " * 12))
            while widths(text) > room:
                text = text[:-1]
            segments.append(Segment(text or " ", draw(st.sampled_from(STYLES))))
            room -= widths(text or " ")
        frame.append(Strip(segments))
    return frame


def whole(frame: Sequence[Strip]) -> LayoutUpdate:
    return LayoutUpdate([[strip] for strip in frame], Region(0, 0, WIDTH, HEIGHT))


class Plain(pyte.Screen):
    """A terminal that erases with its own colours, whatever is set."""

    @override
    def erase_characters(self, count: int | None = None) -> None:
        with self._uncoloured():
            super().erase_characters(count)

    @override
    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        with self._uncoloured():
            super().erase_in_line(how, private)

    @contextmanager
    def _uncoloured(self) -> Generator[None]:
        attributes, self.cursor.attrs = self.cursor.attrs, self.default_char
        yield
        self.cursor.attrs = attributes


def drawn(*sent: str, kind: type[pyte.Screen] = pyte.Screen) -> list[list[Any]]:
    """What a terminal shows, cell by cell; of a blank, only what can be seen of it."""
    screen = kind(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    for text in sent:
        stream.feed(text)
    return [[_seen(screen.buffer[y][x]) for x in range(WIDTH)] for y in range(HEIGHT)]


def _seen(cell: Any) -> object:  # noqa: ANN401 - pyte has no types
    is_blank = cell.data == " " and not (cell.reverse or cell.underscore or cell.strikethrough)
    return cell._replace(fg="", bold=False) if is_blank else cell


def sent_whole(frame: Sequence[Strip]) -> list[str]:
    """What Textual itself would send, which ends lines by line feeds in cooked mode."""
    console = Console(color_system="truecolor", force_terminal=True)
    return [f"\x1b[{y + 1};1H" + strip.render(console) for y, strip in enumerate(frame)]


def sent(picture: Picture, update: CompositorUpdate, size: Size = SIZE) -> str:
    return picture.changes(update, size, ColorSystem.TRUECOLOR)


@pytest.mark.parametrize("kind", [pyte.Screen, Plain])
@tries(50, 1000)
@given(frames=st.lists(rows(), min_size=1, max_size=4))
def test_differences_add_up_to_the_last_frame(
    kind: type[pyte.Screen], frames: list[list[Strip]]
) -> None:
    picture = Picture(erases_in_colour=kind is pyte.Screen)
    changes = [sent(picture, whole(frame)) for frame in frames]
    assert drawn(*changes, kind=kind) == drawn(*sent_whole(frames[-1]))
    assert [harmless(change) for change in changes] == changes
    assert sent(picture, whole(frames[-1])) == ""


@tries(50, 1000)
@given(rows(), rows())
def test_after_it_forgot_everything_is_sent(first: list[Strip], other: list[Strip]) -> None:
    picture = Picture(erases_in_colour=True)
    sent(picture, whole(first))
    picture.forget()
    assert drawn(sent(picture, whole(other))) == drawn(*sent_whole(other))


def test_another_size_is_another_picture() -> None:
    picture = Picture(erases_in_colour=True)
    frame = whole([Strip([Segment("x" * WIDTH)])] * HEIGHT)
    before = sent(picture, frame)
    assert sent(picture, frame) == ""
    assert sent(picture, frame, Size(WIDTH, HEIGHT + 1)) == before


def test_what_is_outside_of_the_terminal_is_not_sent() -> None:
    long = Strip([Segment("y" * (WIDTH + 9))])
    assert drawn(sent(Picture(erases_in_colour=True), whole([long] * (HEIGHT + 3)))) == drawn(
        *(f"\x1b[{y + 1}H" + "y" * WIDTH for y in range(HEIGHT))
    )


def test_parts_of_lines_are_drawn_where_they_are() -> None:
    picture = Picture(erases_in_colour=True)
    sent(picture, whole([Strip([Segment("." * WIDTH)])] * HEIGHT))
    chops = [{0: None, 4: Strip([Segment("now")]), 9: None}] * HEIGHT
    update = ChopsUpdate(cast("Any", chops), [(1, 4, 7), (2, 4, 7)], [[4, 9, WIDTH]] * HEIGHT)
    assert sent(picture, update) == "\x1b[2;5Hnow\x1b[3;5Hnow"
    assert sent(picture, update) == ""


def test_a_clock_that_moves_costs_the_cells_that_differ() -> None:
    picture = Picture(erases_in_colour=True)
    texts = ("last fired 10s ago", "last fired 15s ago", "last fired  1m ago")
    frames = [whole([Strip([Segment(text.ljust(WIDTH))])]) for text in texts]
    costs = [sent(picture, frame) for frame in frames]
    assert costs[1:] == ["\x1b[1;13H5", "\x1b[1;12H 1m"]


@pytest.mark.parametrize(
    ("erases_in_colour", "cost"),
    [(True, "\x1b[1H\x1b[44m\x1b[K\x1b[m"), (False, "\x1b[1H\x1b[44m" + " " * WIDTH + "\x1b[m")],
)
def test_coloured_blanks_are_erased_where_that_colours(
    *, erases_in_colour: bool, cost: str
) -> None:
    strip = Strip([Segment(" " * WIDTH, Style.parse("on blue"))])
    assert sent(Picture(erases_in_colour=erases_in_colour), whole([strip])) == cost


def test_words_apart_are_reached_by_a_move_and_near_ones_are_written_through() -> None:
    picture = Picture(erases_in_colour=True)
    texts = ("a.b.........c", "A.B.........C")
    _, last = [sent(picture, whole([Strip([Segment(text.ljust(WIDTH))])])) for text in texts]
    assert last == "\x1b[1HA.B\x1b[9CC"


def changed(before: Sequence[str], after: Sequence[str]) -> str:
    """What is sent for these rows, where those were."""
    picture = Picture(erases_in_colour=True)
    frames = [[Strip([Segment(text.ljust(WIDTH))]) for text in texts] for texts in (before, after)]
    return [sent(picture, whole(frame)) for frame in frames][-1]


def test_a_row_that_becomes_blank_is_erased_as_a_whole() -> None:
    assert changed(["  from:       here"], [""]) == "\x1b[1;3H\x1b[K"
    before, after = (f"{text:{WIDTH - 1}}|" for text in ("  from:       here", ""))
    assert changed([before], [after]) == "\x1b[1;3H\x1b[16X"


def test_the_end_of_a_row_is_erased_and_not_written() -> None:
    assert changed(["a word"], ["a"]) == "\x1b[1;3H\x1b[K"


def test_what_stands_below_is_reached_in_few_bytes() -> None:
    counts = [[f"....{n}...." for n in column] for column in ("1234", "5678")]
    assert changed(*counts) == "\x1b[1;5H5\x1b[B\b6\x1b[B\b7\x1b[B\b8"


def test_nothing_is_counted_from_a_sign_that_some_terminals_draw_in_two_cells() -> None:
    told = changed(["..........."] * 3, ["●.........a", "●.........b", "c.........d"])
    assert told == "\x1b[1H●\x1b[11Ga\x1b[2H●\x1b[11Gb\x1b[3Hc\x1b[9Cd"


def a_table(name: str) -> list[Strip]:
    """Rows of two colours in turn, the second of which is much longer to name than a move is."""
    dim, bright = Style.parse("#102030"), Style.parse("bold #a0b0c0")
    row = [Segment("on time ", dim), Segment(f"{name} ", bright), Segment("4m ago", dim)]
    return [Strip(row)] * HEIGHT


def test_of_a_table_each_colour_is_set_once() -> None:
    told = sent(Picture(erases_in_colour=True), whole(a_table("nightly")))
    assert told.count("38;2;16;32;48") == told.count("38;2;160;176;192") == 1
    assert len(told) < len("".join(sent_whole(a_table("nightly"))))


def test_what_is_wide_is_drawn_in_the_order_of_its_place() -> None:
    told = sent(Picture(erases_in_colour=True), whole(a_table("汉汉")))
    places = [told.index(f"\x1b[{y}H") for y in range(1, HEIGHT + 1)]
    assert places == sorted(places)
    assert told.count("38;2;160;176;192") == HEIGHT


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_but_its_own_sequences_goes_out(payload: str) -> None:
    text = sent(Picture(erases_in_colour=True), whole([Strip([Segment(payload)])]))
    own = {f"\x1b[{y + 1}H" for y in range(HEIGHT)}
    for sequence in (
        *own,
        "\x1b[K",
        "\x1b[B",
        *(f"\x1b[{n}{end}" for n in range(WIDTH + 1) for end in "GCX"),
    ):
        text = text.replace(sequence, "")
    assert not HAZARD.search(text)


def test_marks_stand_on_their_character_and_controls_are_nothing() -> None:
    control = Segment("", None, [(ControlType.BELL,)])
    strip = Strip([Segment("\u0301e\u0301汉\u0301x"), control])
    assert sent(Picture(erases_in_colour=True), whole([strip])) == "\x1b[1He\u0301汉\u0301\x1b[4Gx"


def test_it_stands_in_for_an_update_of_the_compositor() -> None:
    frame = whole([Strip([Segment("x", Style.parse("red"))])])
    picture = Picture(erases_in_colour=True)
    made = Difference(frame, picture, SIZE)
    assert made.render_segments(Console(color_system="standard")) == "\x1b[1H\x1b[31mx\x1b[m"
    assert made.render_segments(cast("Any", SimpleNamespace(_color_system=None))) == ""


def test_another_kind_of_update_draws_nothing() -> None:
    assert sent(Picture(erases_in_colour=True), CompositorUpdate()) == ""


CODES: Final = [
    "",
    "1",
    "31",
    "1;31",
    "44",
    "31;44",
    "38;2;1;2;3",
    "38;2;1;2;3;48;5;17",
    "7;95;104",
]


@pytest.mark.parametrize("old", CODES)
@pytest.mark.parametrize("new", CODES)
def test_a_change_of_style_leaves_nothing_of_the_one_before(old: str, new: str) -> None:
    begun = f"\x1b[{old}m" if old else ""
    changed = change_of_style(old, new)
    assert drawn(begun + changed + "x") == drawn(f"\x1b[{new}mx" if new else "x")
    assert len(changed) <= len(f"\x1b[0;{new}m")


def test_only_the_colour_that_differs_is_sent() -> None:
    codes = [f"38;2;{n};0;0;48;2;9;9;9" for n in range(3)]
    assert [change_of_style(*pair) for pair in pairwise(codes)] == [
        "\x1b[38;2;1;0;0m",
        "\x1b[38;2;2;0;0m",
    ]
    assert change_of_style("31;44", "44") == "\x1b[39m"
    assert change_of_style("1;31", "31") == "\x1b[22m"
    assert change_of_style("1;2;31", "2;31") == "\x1b[22;2m"
    assert change_of_style("21;31", "31") == "\x1b[0;31m"
    assert change_of_style("4;21", "21") == "\x1b[0;21m"


@pytest.mark.parametrize(
    ("codes", "short"),
    [("39;49", ""), ("2;39;49", "2"), ("31;49", "31"), ("1;38;2;1;2;3;44", "1;38;2;1;2;3;44")],
)
def test_codes_that_say_what_is_so_anyway_are_left_out(codes: str, short: str) -> None:
    assert shortened(codes) == short


@pytest.mark.parametrize(
    ("codes", "blank"),
    [("1;31", ""), ("31;44", "44"), ("4;31", "4;31"), ("7", "7"), ("2;48;2;1;2;3", "48;2;1;2;3")],
)
def test_of_a_blank_its_background_and_lines_are_seen(codes: str, blank: str) -> None:
    assert style_of_blank(codes) == blank
