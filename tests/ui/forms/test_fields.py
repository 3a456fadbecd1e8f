from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from typing_extensions import override

from fntui.ui.forms import body
from fntui.ui.views.lines import line
from fntui.ui.widgets.fields import Field, JsonArea, Tick
from fntui.ui.widgets.inputs import LONGEST_PASTE, TextInput
from tests.support.forms import HOSTILE, FormsApp, settle, shown


class Alone(Screen[None]):
    """One field."""

    def __init__(self, control: Widget) -> None:
        """Hold ``control``, and count how often its hint is asked for."""
        super().__init__()
        self.control = control
        self.hints = 0
        self.bubbled = 0

    def on_paste(self) -> None:
        """Count what no field took."""
        self.bubbled += 1

    @override
    def compose(self) -> ComposeResult:
        def hint() -> list[Any]:
            self.hints += 1
            return [line("END")]

        yield Field("Label", self.control, hint)


@asynccontextmanager
async def holding(make: type[Widget]) -> AsyncGenerator[tuple[FormsApp, Pilot[Any], Any]]:
    app = FormsApp()
    async with app.run_test(size=(40, 12), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        control = make()
        app.push_screen(Alone(control))
        await settle(pilot)
        control.focus()
        yield app, pilot, control


async def paste(app: FormsApp, pilot: Pilot[Any], text: str) -> None:
    app.post_message(events.Paste(text))
    await settle(pilot)


async def test_hostile_text_is_kept_raw_and_takes_the_cells_that_it_shows() -> None:
    async with holding(TextInput) as (app, pilot, control):
        raw = "a\x1b\u200b\u202e\x00b"
        await paste(app, pilot, raw)
        assert control.value == raw
        row = next(row for row in shown(app).split("\n") if "Label" in row)
        assert "a␛��␀b" in row
        assert cell_len(row) <= 40
        assert control._position_to_cell(len(raw)) == len(raw)


async def test_only_the_first_line_is_pasted_and_that_is_said() -> None:
    async with holding(TextInput) as (app, pilot, control):
        await paste(app, pilot, "one\ntwo")
        assert control.value == "one"
        assert "Only the first line" in app.said[0]
        await paste(app, pilot, "")
        await paste(app, pilot, " more")
        assert control.value == "one more"
        assert len(app.said) == 1


async def test_a_megabyte_does_not_go_into_one_line() -> None:
    async with holding(TextInput) as (app, pilot, control):
        await paste(app, pilot, "x" * LONGEST_PASTE)
        assert len(control.value) == LONGEST_PASTE
        await paste(app, pilot, "x" * 1_000_000)
        assert len(control.value) == LONGEST_PASTE
        assert "Not pasted: 1,000,000 characters" in app.said[0]


async def test_a_megabyte_of_json_can_be_pasted_and_is_not_read_while_typing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fntui.ui.widgets.fields.PAUSE_S", 3600)
    async with holding(JsonArea) as (app, pilot, control):
        text = '{"a": "' + "x" * 1_000_000 + '"}'
        await paste(app, pilot, text)
        screen = app.screen
        assert isinstance(screen, Alone)
        before = screen.hints
        await pilot.press("left", "left", "y", "z")
        assert screen.hints == before
        assert body.parse(control.text) == {"a": "x" * 1_000_000 + "yz"}


async def test_hazards_pasted_into_json_become_escapes_that_say_the_same() -> None:
    async with holding(JsonArea) as (app, pilot, control):
        await paste(app, pilot, '{\n\t"a": "\u202e\u200b\x1b€"}')
        assert "\\u202e\\u200b\\u001b€" in control.text
        assert body.parse(control.text) == {"a": "\u202e\u200b\x1b€"}


async def test_what_a_field_takes_is_not_said_to_be_ignored() -> None:
    for make in (JsonArea, TextInput):
        async with holding(make) as (app, pilot, _):
            await paste(app, pilot, "{}")
            assert isinstance(app.screen, Alone)
            assert app.screen.bubbled == 0


async def test_tab_leaves_the_json() -> None:
    async with holding(JsonArea) as (_, pilot, control):
        await pilot.press("a", "tab")
        assert control.text == "a"


async def test_a_field_that_is_gone_is_held_by_nothing() -> None:
    # The app's theme is watched by each: Textual would hold them until it changes.
    async with holding(JsonArea) as (app, pilot, control):
        await paste(app, pilot, '{"a": 1}')
        app.pop_screen()
        await settle(pilot)
        watching: dict[str, list[tuple[object, object]]] = getattr(app, "__watchers")
        assert [node for node, _ in watching["theme"] if node is control] == []


async def test_an_empty_box_and_a_crossed_one_differ_without_colour() -> None:
    async with holding(lambda: Tick("[keep] it")) as (app, pilot, control):  # type: ignore[arg-type]
        assert "▐ ▌ [keep] it" in shown(app)
        await pilot.press("space")
        await settle(pilot)
        assert control.value
        assert "▐X▌ [keep] it" in shown(app)


async def test_suggestions_are_gone_through_up_and_down() -> None:
    def offering() -> TextInput:
        return TextInput("x", ["a", "b", HOSTILE])

    async with holding(offering) as (_, pilot, control):  # type: ignore[arg-type]
        seen: list[str] = []
        for key in ("up", "up", "down", "down"):
            await pilot.press(key)
            seen.append(control.value)
        assert seen == [HOSTILE, "b", HOSTILE, "a"]
        control.value = "other"
        await pilot.press("down")
        assert control.value == "a"
