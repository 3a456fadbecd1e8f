# ruff: noqa: D101, D102, D107 - a pane that is spied on

from collections.abc import Hashable, Sequence
from typing import Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget
from typing_extensions import override

from fntui.ui.theme import FALLBACKS
from fntui.ui.views.lines import BLANK, Line, line, span
from fntui.ui.widgets.pane import Pane


class SpiedPane(Pane):
    """Remembers which rows it had repainted, and what it posted."""

    def __init__(self) -> None:
        super().__init__()
        self.repainted: list[int] = []
        self.posted: list[type[Message]] = []

    @override
    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        self.repainted += [region.y for region in regions]
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    @override
    def post_message(self, message: Message) -> bool:
        if isinstance(message, Pane.CursorMoved):
            self.posted.append(type(message))
        return super().post_message(message)

    def forget(self) -> None:
        self.repainted.clear()
        self.posted.clear()


class PaneApp(App[None]):
    @override
    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(FALLBACKS)

    @override
    def compose(self) -> ComposeResult:
        yield SpiedPane()

    @property
    def pane(self) -> SpiedPane:
        return self.query_one(SpiedPane)


def keyed(*keys: Hashable) -> list[Line]:
    return [line(f"row {key}", key=key) for key in keys]


def cursor(pane: Pane) -> Hashable:
    return pane.cursor_key  # by a call, since type checkers take a property to stay the same


def drawn(pane: Pane) -> list[str]:
    return [pane.render_line(y).text.rstrip() for y in range(pane.size.height)]


async def shown(pilot: Pilot[None], lines: Sequence[Line], head: Sequence[Line] = ()) -> SpiedPane:
    app = pilot.app
    assert isinstance(app, PaneApp)
    await pilot.pause()
    app.pane.show(lines, head)
    app.pane.forget()
    return app.pane


async def test_the_cursor_begins_on_the_first_line_that_has_a_key() -> None:
    async with PaneApp().run_test(size=(20, 5), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, [line("title"), *keyed("a", "b")])
        assert cursor(pane) == "a"
        assert drawn(pane) == ["title", "row a", "row b", "", ""]


async def test_a_cursor_key_repaints_two_lines() -> None:
    async with PaneApp().run_test(size=(20, 5), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, keyed("a", "b", "c"))
        pane.move(1)
        assert pane.repainted == [0, 1]
        assert pane.posted == [Pane.CursorMoved]


async def test_unchanged_lines_repaint_nothing() -> None:
    async with PaneApp().run_test(size=(20, 5), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, keyed("a", "b", "c"), [line("head")])
        pane.show(keyed("a", "b", "c"), [line("head")])
        assert pane.repainted == []
        assert pane.posted == []


async def test_one_changed_line_repaints_one_region() -> None:
    async with PaneApp().run_test(size=(20, 5), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, keyed("a", "b", "c"))
        pane.show([*keyed("a"), line("other", key="b"), *keyed("c")])
        assert pane.repainted == [1]


async def test_a_changed_line_out_of_sight_repaints_nothing() -> None:
    async with PaneApp().run_test(size=(20, 3), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, keyed(*range(9)))
        pane.show([*keyed(*range(8)), line("other", key=8)])
        assert pane.repainted == []


async def test_marks_and_activity_repaint_the_lines_that_show_them() -> None:
    async with PaneApp().run_test(size=(20, 5), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, keyed("a", "b", "c"))
        pane.show(keyed("a", "b", "c"), marks=frozenset({"c"}))
        assert pane.repainted == [2]
        assert drawn(pane)[2] == "+ow c"
        pane.forget()
        pane.is_active = True
        assert pane.is_active
        assert pane.repainted == [0]


async def test_the_cursor_keeps_its_key_and_its_place_on_the_screen_when_lines_come_above() -> None:
    async with PaneApp().run_test(size=(20, 4), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, keyed(*range(10)))
        pane.move(5)
        before = drawn(pane)
        pane.show(keyed("x", "y", *range(10)))
        assert cursor(pane) == 5
        assert drawn(pane) == before


async def test_a_key_that_is_gone_leaves_the_cursor_on_the_nearest_line() -> None:
    async with PaneApp().run_test(size=(20, 4), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, keyed("a", "b", "c"))
        pane.move_to_end(is_bottom=True)
        pane.forget()
        pane.show(keyed("a", "b"))
        assert cursor(pane) == "b"
        assert pane.posted == [Pane.CursorMoved]
        pane.show([line("empty")])
        assert pane.cursor_key is None


@settings(max_examples=100)
@given(
    before=st.lists(st.integers(0, 30), unique=True, max_size=30),
    after=st.lists(st.integers(0, 30), unique=True, max_size=30),
    steps=st.lists(st.integers(-40, 40), max_size=4),
)
def test_the_cursor_stays_on_a_key_that_stays_and_in_sight(
    before: list[int], after: list[int], steps: list[int]
) -> None:
    pane = Pane()
    pane._size = pane.size.with_height(6).with_width(20)
    pane.is_active = True
    pane.show(keyed(*before))
    for step in steps:
        pane.move(step)
    key = pane.cursor_key
    pane.show(keyed(*after))
    if key in after:
        assert cursor(pane) == key
    assert (pane.cursor_key is None) == (not after)
    if after:
        assert f"row {pane.cursor_key}" in [pane._face(y)[0].text for y in range(6)]


async def test_without_keys_it_scrolls_and_stops_at_both_ends() -> None:
    async with PaneApp().run_test(size=(20, 3), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, [line(str(i)) for i in range(6)])
        pane.move(2)
        assert drawn(pane) == ["2", "3", "4"]
        pane.move(99)
        assert drawn(pane) == ["3", "4", "5"]
        pane.move(-99)
        assert drawn(pane) == ["0", "1", "2"]


async def test_moving_up_past_the_first_key_shows_what_stands_above_it() -> None:
    async with PaneApp().run_test(size=(20, 3), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, [line("t"), line("u"), *keyed(1, 2, 3, 4)])
        pane.move_to_end(is_bottom=True)
        assert drawn(pane) == ["row 2", "row 3", "row 4"]
        pane.move(-99)
        assert cursor(pane) == 1
        assert drawn(pane) == ["t", "u", "row 1"]


async def test_pages_and_ends() -> None:
    async with PaneApp().run_test(size=(20, 5), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, keyed(*range(20)), [line("head")])
        pane.page(1)
        assert cursor(pane) == 3
        pane.page(0.1)
        assert cursor(pane) == 4
        pane.page(-0.1)
        assert cursor(pane) == 3
        pane.move_to_end(is_bottom=True)
        assert cursor(pane) == 19
        assert drawn(pane)[0] == "head"
        pane.scroll_to_top()
        assert cursor(pane) == 0


async def test_it_moves_to_a_key_that_is_there_only() -> None:
    async with PaneApp().run_test(size=(20, 3), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, keyed(*range(9)))
        assert pane.move_to(7)
        assert "row 7" in drawn(pane)
        assert not pane.move_to("nowhere")
        assert not pane.move_to(None)
        assert cursor(pane) == 7


async def test_a_smaller_window_keeps_the_cursor_in_sight() -> None:
    async with PaneApp().run_test(size=(20, 10), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, keyed(*range(20)))
        pane.move(9)
        await pilot.resize_terminal(20, 3)
        await pilot.pause()
        assert "row 9" in drawn(pane)
        await pilot.resize_terminal(20, 30)
        await pilot.pause()
        assert drawn(pane)[0] == "row 0"


async def test_the_mouse_moves_the_cursor_then_opens() -> None:
    opened: list[Hashable] = []

    class OpeningApp(PaneApp):
        def on_pane_opened(self, message: Pane.Opened) -> None:
            assert message.control is message.pane
            opened.append(message.pane.cursor_key)

    async with OpeningApp().run_test(size=(20, 6), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, [*keyed("a", "b"), line("no key")], [line("head")])
        await pilot.click(SpiedPane, offset=(1, 2))
        assert cursor(pane) == "b"
        assert opened == []
        await pilot.click(SpiedPane, offset=(1, 2))
        assert opened == ["b"]
        for row in (0, 3, 5):  # the head, a line without a key, below the last
            await pilot.click(SpiedPane, offset=(1, row))
        assert cursor(pane) == "b"
        assert pane.posted.count(Pane.Clicked) == 5


async def test_the_wheel_moves_by_three() -> None:
    async with PaneApp().run_test(size=(20, 4), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, keyed(*range(20)))
        await pilot._post_mouse_events([events.MouseScrollDown], SpiedPane)
        assert cursor(pane) == 3
        await pilot._post_mouse_events([events.MouseScrollUp], SpiedPane)
        assert cursor(pane) == 0


@pytest.mark.parametrize("width", [1, 5, 20])
async def test_a_row_is_as_wide_as_the_pane(width: int) -> None:
    async with PaneApp().run_test(size=(width, 3), notifications=True, tooltips=True) as pilot:
        pane = await shown(pilot, [line(span("x" * 50, "late"), "汉字" * 20), BLANK])
        assert [pane.render_line(y).cell_length for y in range(3)] == [width] * 3


def test_a_pane_is_a_widget_that_takes_no_focus() -> None:
    assert isinstance(Pane(), Widget)
    assert not Pane.can_focus


def test_a_pane_that_nobody_moved_in_stays_at_its_top() -> None:
    pane = Pane()
    pane._size = pane.size.with_height(3).with_width(20)
    pane.show(keyed(1, 2, 3, 4, 5))
    pane.show(keyed(0, 1, 2, 3, 4, 5))
    assert cursor(pane) == 0
    assert pane._face(0)[0].key == 0
    pane.move(1)
    pane.show(keyed(-1, 0, 1, 2, 3, 4, 5))
    assert cursor(pane) == 1
