"""Help, palette, log, choices, profiles and texts, by keyboard alone."""

from collections.abc import AsyncGenerator, Callable, Hashable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

from fntui.api.calls import Call
from fntui.api.operations import DELETE_TRIGGER, LIST_TRIGGERS, OPERATIONS, Operation
from fntui.clock import ManualClock
from fntui.core.model.events import TriggerGone
from fntui.core.model.profile import Profile
from fntui.core.model.snapshot import NamespaceKey, TriggerKey
from fntui.core.operations.undo import Entry
from fntui.ui.keymap import CHANGE, COMMANDS
from fntui.ui.screens.choose import Choose
from fntui.ui.screens.help import Help
from fntui.ui.screens.log import LogScreen
from fntui.ui.screens.palette import Palette
from fntui.ui.screens.profiles import Profiles
from fntui.ui.screens.radar import RadarScreen
from fntui.ui.screens.show_text import ShowText
from fntui.ui.settings import Settings
from tests.support.fake_api import FakeApi
from tests.support.hostile import HAZARD, PAYLOADS
from tests.support.ui import HostApp, a_session, screen_rows, screen_text

SIZES = [(120, 40), (80, 24), (60, 20), (20, 5), (1, 1), (80, 24)]
PROD = Profile(name="prod", is_protected=True)
PLAY = Profile(name="play")
FORMS = [("j", "JSON", "secrets masked"), ("c", "curl", "for the shell"), ("d", "doctl", "")]
PLACES = [
    ("billing", NamespaceKey("fn-1")),
    ("billing / invoice-run", TriggerKey("fn-1", "invoice-run")),
    ("ingest / queue", TriggerKey("fn-2", "queue")),
]
NONE = object()


class Layered:
    """A layer that is open, and what it gave."""

    def __init__(self, app: HostApp, pilot: Pilot[int]) -> None:
        """Have no result yet."""
        self.app = app
        self.pilot = pilot
        self.result: Hashable = NONE

    async def press(self, *keys: str) -> Hashable:
        """Press the keys; return the result if there is one by now."""
        await self.pilot.press(*keys)
        await self.pilot.pause()
        return self.result

    @property
    def text(self) -> str:
        """What the screen shows."""
        return screen_text(self.app)


@asynccontextmanager
async def opened(
    layer: Screen[Any], app: HostApp | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncGenerator[Layered]:
    app = app or HostApp()
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        layered = Layered(app, pilot)

        def closed(result: Hashable) -> None:
            layered.result = result

        await app.push_screen(layer, closed)
        await pilot.pause()
        yield layered


def every_layer() -> list[Screen[Any]]:
    odd = " ".join(PAYLOADS)
    return [
        Help(),
        LogScreen(),
        Palette([(payload, TriggerKey("fn-1", payload)) for payload in PAYLOADS]),
        Choose(odd, [("a", odd, odd), ("b", "two", "")]),
        Profiles([Profile(name=odd), PROD], odd),
        ShowText(odd, "\n".join(PAYLOADS), odd),
        RadarScreen(),
    ]


@pytest.mark.parametrize("number", range(7))
async def test_every_layer_shows_hostile_text_harmlessly_in_every_size(number: int) -> None:
    async with opened(every_layer()[number]) as layered:
        for width, height in SIZES:
            await layered.pilot.resize_terminal(width, height)
            await layered.press("down", "pagedown")
            for row in screen_rows(layered.app):
                assert not HAZARD.search(row)
                assert cell_len(row) <= width
        assert await layered.press("escape") is None
        assert len(layered.app.screen_stack) == 1


@pytest.mark.parametrize("key", ["q", "ctrl+q", "escape"])
async def test_a_layer_closes_by_q_and_esc_without_a_result(key: str) -> None:
    for number in (0, 3):
        async with opened(every_layer()[number]) as layered:
            assert await layered.press(key) is None


async def test_help_shows_every_command_and_scrolls_to_the_last() -> None:
    async with opened(Help()) as layered:
        assert "move down" in layered.text
        await layered.press("G")
        assert [command.does for command in COMMANDS if command.group == CHANGE][-1] in layered.text
        await layered.press("g")
        assert "move down" in layered.text
        await layered.press("ctrl+d")
        assert "move down" not in layered.text
        await layered.press("ctrl+u", "pagedown", "pageup", "j", "k", "end", "home")
        assert "move down" in layered.text


async def test_help_closes_by_its_own_key_and_shows_the_keys_of_the_keymap() -> None:
    settings = Settings(profile=PROD, keymap={"help": "f2", "delete": "ctrl+x,X"})
    async with opened(Help(), HostApp(settings=settings), size=(160, 50)) as layered:
        assert "Ctrl-X X" in layered.text
        assert await layered.press("f2") is None


@pytest.mark.parametrize("size", [(200, 40), (120, 44)])
async def test_in_a_wide_window_help_needs_no_scrolling(size: tuple[int, int]) -> None:
    async with opened(Help(), size=size) as layered:
        shown = set(layered.text.split())
        for command in COMMANDS:
            assert shown.issuperset(command.does.split())


async def test_a_choice_is_made_by_its_own_key_even_if_that_moves_elsewhere() -> None:
    async with opened(Choose("Copy as", FORMS)) as layered:
        assert await layered.press("j") == "j"


async def test_a_choice_is_made_by_enter() -> None:
    async with opened(Choose("Copy as", FORMS)) as layered:
        assert await layered.press("down", "down", "down", "k", "enter") == "c"


async def test_a_choice_is_made_by_a_second_click() -> None:
    async with opened(Choose("Copy as", FORMS)) as layered:
        await layered.pilot.click("#lines", offset=(2, 1))
        assert layered.result is NONE
        await layered.pilot.click("#lines", offset=(2, 1))
        assert layered.result == "c"


async def test_what_is_chosen_twice_takes_nothing_else_away() -> None:
    layer = Choose("Copy as", FORMS)
    async with opened(layer) as layered:
        layer.action_open()
        layer.action_open()
        layer.action_back()
        await layered.pilot.pause()
        assert layered.result == "j"
        assert len(layered.app.screen_stack) == 1


async def test_a_title_of_10000_characters_leaves_room_for_the_text() -> None:
    async with opened(ShowText("x" * 10_000, "the text")) as layered:
        assert "the text" in layered.text
        assert "x…" in layered.text


async def test_a_long_explanation_is_broken() -> None:
    async with opened(Choose("Copy as", [("j", "JSON", "long words " * 20)])) as layered:
        assert layered.text.count("long") == 20


async def test_the_profile_switch_begins_on_the_current_one_and_gives_another() -> None:
    async with opened(Profiles([PROD, PLAY], "play")) as layered:
        rows = [row for row in screen_rows(layered.app) if "prod" in row or "play" in row]
        assert "protected" in rows[0]
        assert "current" in rows[1]
        assert await layered.press("k", "enter") == PROD


async def test_the_profile_switch_stays_by_enter_alone() -> None:
    async with opened(Profiles([PROD, PLAY], "play")) as layered:
        assert await layered.press("enter") == PLAY


async def test_a_text_is_copied_whole_though_it_is_shown_broken() -> None:
    text = "doctl serverless connect " + "x" * 200 + "\nsecond"
    async with opened(ShowText("Run it", text, "A note.", what="doctl lines")) as layered:
        assert "A note." in layered.text
        assert screen_rows(layered.app)[2].startswith("doctl serverless")
        await layered.press("c")
        assert layered.app.copied == [(text, "doctl lines")]


async def test_a_text_is_named_by_its_title_and_leaves_the_mouse_to_the_terminal() -> None:
    app = HostApp()
    async with app.run_test(notifications=True, tooltips=True) as pilot:
        await app.push_screen(ShowText("Run it", "x"))
        await pilot.pause()
        assert app.lent == [True]
        await pilot.press("c", "escape")
        await pilot.pause()
        assert app.lent == [True, False]
        assert app.copied == [("x", "Run it")]


def test_textuals_driver_still_has_the_private_names_for_the_mouse() -> None:
    from textual.drivers.linux_driver import LinuxDriver  # noqa: PLC0415 - not on Windows

    assert callable(LinuxDriver._enable_mouse_support)
    assert callable(LinuxDriver._disable_mouse_support)


async def test_the_palette_runs_a_command_by_a_part_of_its_name() -> None:
    async with opened(Palette(PLACES)) as layered:
        result = await layered.press(*"refr", "enter")
        assert getattr(result, "id", None) == "refresh"


async def test_the_palette_goes_to_a_place() -> None:
    async with opened(Palette(PLACES)) as layered:
        assert await layered.press(*"inv", "enter") == TriggerKey("fn-1", "invoice-run")


@pytest.mark.parametrize("typed", ["q", "quit"])
async def test_q_and_enter_quit_as_in_vi(typed: str) -> None:
    async with opened(Palette(PLACES)) as layered:
        assert getattr(await layered.press(*typed, "enter"), "id", None) == "quit"


async def test_the_palettes_cursor_moves_while_typing_goes_on() -> None:
    async with opened(Palette(PLACES)) as layered:
        await layered.press("ctrl+n", "down", "ctrl+p")
        assert getattr(await layered.press("enter"), "id", None) == "up"


async def test_what_the_palette_does_not_find_it_says() -> None:
    async with opened(Palette(PLACES)) as layered:
        assert await layered.press(*"zzzz", "enter") is NONE
        assert "nothing has such a name" in layered.text
        layered.app.screen.query_one(Input).value = ""
        await layered.pilot.pause()
        assert "move down" in layered.text
        assert await layered.press("ctrl+q") is None


def a_call(clock: ManualClock, number: int = 0, operation: Operation = LIST_TRIGGERS) -> Call:
    at = clock.now() + timedelta(seconds=number)
    return Call(operation, 200, 0.1234, f"request-{number}", at, 1)


async def test_the_log_shows_requests_and_own_actions_in_the_order_of_time() -> None:
    clock = ManualClock()
    app = HostApp(clock=clock)
    app.session = a_session(FakeApi(clock))
    at = clock.now() + timedelta(seconds=20)
    app.calls.extend((
        a_call(clock),
        Call(DELETE_TRIGGER, None, 12.1, None, at, 2, "TimedOut"),
    ))
    app.session.journal.add(
        Entry(at=clock.now() + timedelta(seconds=10), words="paused trigger x in billing")
    )
    async with opened(LogScreen(), app, size=(140, 24)) as layered:
        rows = [" ".join(row.split()) for row in screen_rows(app)[2:5]]
        triggers = "namespaces/{namespace_id}/triggers"
        assert rows == [
            f"│ 14:38:00Z GET list triggers 200 123 1 request-0 {triggers} │",
            "│ 14:38:10Z you paused trigger x in billing │",
            f"│ 14:38:20Z DELETE delete trigger TimedOut 12,100 2 – {triggers}/{{trigger_name}} │",
        ]
        await layered.press("c", "k", "c")  # without an answer, and an own action: no id
        assert app.copied == []
        await layered.press("k", "c")
        assert app.copied == [("request-0", "The request id")]
        assert await layered.press("L") is None


async def test_the_log_follows_while_the_cursor_is_at_its_end() -> None:
    clock = ManualClock()
    app = HostApp(clock=clock)
    layer = LogScreen()
    async with opened(layer, app, size=(80, 10)) as layered:
        for number in range(20):
            app.calls.append(a_call(clock, number))
            layer.refresh_lines()
        await layered.pilot.pause()
        assert "14:38:19Z" in layered.text
        await layered.press("k", "k")
        app.calls.append(a_call(clock, 20))
        layer.refresh_lines()
        await layered.pilot.pause()
        assert "14:38:20Z" not in layered.text


async def test_every_operation_has_its_line_in_a_small_window() -> None:
    clock = ManualClock()
    app = HostApp(clock=clock)
    app.calls.extend(a_call(clock, i, operation=each) for i, each in enumerate(OPERATIONS))
    async with opened(LogScreen(), app) as layered:
        for operation in OPERATIONS:
            assert f"{operation.method} {operation.words}" in layered.text


async def test_keys_of_the_program_reach_the_app_from_every_layer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[str] = []

    def note(name: str) -> Callable[[HostApp], None]:
        return lambda _: ran.append(name)

    for name in ("interrupt", "repaint", "suspend"):
        monkeypatch.setattr(HostApp, f"action_{name}", note(name), raising=False)
    async with opened(Help()) as layered:
        await layered.press("ctrl+c", "ctrl+l", "ctrl+z")
    assert ran == ["interrupt", "repaint", "suspend"]


async def a_radar(clock: ManualClock) -> HostApp:
    api = FakeApi(clock)
    api.add_namespace("fn-1", "billing")
    api.add_trigger("fn-1", "invoice-run")
    api.add_trigger("fn-1", "dunning", "50 * * * *")
    app = HostApp(clock=clock)
    app.session = a_session(api)
    await app.session.operations.read_namespaces()
    await app.session.operations.read_triggers("fn-1")
    return app


async def test_the_radar_shows_60_minutes_or_6_hours() -> None:
    async with opened(RadarScreen(), await a_radar(ManualClock())) as layered:
        assert "13 runs of 2 triggers in the next 60 minutes" in layered.text
        assert "m shows 6 hours" in layered.text
        await layered.press("m")
        assert "78 runs of 2 triggers in the next 6 hours" in layered.text
        assert "m shows 60 minutes" in layered.text
        await layered.press("m")
        assert "in the next 60 minutes" in layered.text
        assert await layered.press("M") is None
        assert len(layered.app.screen_stack) == 1


async def test_enter_on_the_radar_goes_to_the_trigger_under_the_cursor() -> None:
    app = await a_radar(ManualClock())
    async with opened(RadarScreen(), app) as layered:
        assert await layered.press("j", "enter") is None
        assert app.gone_to == [TriggerKey("fn-1", "dunning")]
        assert len(app.screen_stack) == 1


async def test_a_click_on_the_radar_goes_there_too() -> None:
    app = await a_radar(ManualClock())
    async with opened(RadarScreen(), app) as layered:
        row = next(i for i, row in enumerate(layered.text.split("\n")) if "dunning" in row)
        for _ in range(2):
            await layered.pilot.click(offset=(5, row))
            await layered.pilot.pause()
        assert app.gone_to == [TriggerKey("fn-1", "dunning")]


async def test_enter_on_an_empty_radar_does_nothing() -> None:
    app = await a_radar(ManualClock())
    assert app.session is not None
    for name in ("invoice-run", "dunning"):
        app.session.store.apply(TriggerGone(at=app.clock.now(), namespace_id="fn-1", name=name))
    async with opened(RadarScreen(), app) as layered:
        assert "0 runs of 0 triggers" in layered.text
        assert await layered.press("enter", "j") is NONE
        assert app.gone_to == []


async def test_the_radar_moves_with_time_and_the_cursor_stays_on_its_trigger() -> None:
    clock = ManualClock()
    app, layer = await a_radar(clock), RadarScreen()
    async with opened(layer, app) as layered:
        await layered.press("G")
        assert layer.pane.lines[-1].key == TriggerKey("fn-1", "dunning")
        await clock.advance(11.5 * 60)  # both fire at 14:50 next: by name, then
        layer.refresh_lines()
        assert layer.pane.lines[0].key == TriggerKey("fn-1", "dunning")
        assert layer.pane.cursor_key == TriggerKey("fn-1", "dunning")


async def test_the_radar_of_an_account_that_is_not_read_says_so() -> None:
    async with opened(RadarScreen(), HostApp(clock=ManualClock())) as layered:
        assert "namespaces not read yet" in layered.text
        assert "as far as is known" in layered.text


async def test_the_radar_looks_again_every_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    layer = RadarScreen()
    set_interval = layer.set_interval
    looks: list[tuple[float, object]] = []

    def noted(interval: float, callback: Callable[[], None], **others: Any) -> Timer:  # noqa: ANN401 - Textual's
        looks.append((interval, callback))
        return set_interval(interval, callback, **others)

    monkeypatch.setattr(layer, "set_interval", noted)
    async with opened(layer):
        assert (2.0, layer.refresh_lines) in looks
