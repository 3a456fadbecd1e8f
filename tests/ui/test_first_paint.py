"""What the first frame shows, what waits for it, and what is done once it is there."""

import asyncio
from collections.abc import Callable
from typing import cast

import pytest
from textual.css.stylesheet import Stylesheet

from fntui.api.calls import Call
from fntui.clock import ManualClock
from fntui.core.model.events import PinSet
from fntui.core.model.profile import FoundToken
from fntui.core.model.snapshot import Snapshot
from fntui.core.session import Session
from fntui.simulator.account.seed import demo_account
from fntui.simulator.app import SimulatedApi
from fntui.ui.app import LOAD_REST_S, NEWS_WAIT_S, FntuiApp
from fntui.ui.settings import Settings
from tests.support.ui import screen_text
from tests.support.whole import SimulatedAccounts, whole


def an_app(theme: str = "") -> tuple[FntuiApp, SimulatedAccounts]:
    """Return a program whose search for a token waits for the gate of its accounts."""
    clock = ManualClock()
    accounts = SimulatedAccounts(SimulatedApi(demo_account(clock)), clock)
    accounts.token_gate = asyncio.Event()
    settings = Settings(profile=accounts.profiles[0], theme=theme)
    return FntuiApp(accounts, settings, clock, lambda error: type(error).__name__), accounts


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_the_first_frame_is_whole(size: tuple[int, int]) -> None:
    app, _ = an_app()
    async with app.run_test(size=size, notifications=True, tooltips=True):
        await app.painted.wait()
        first = screen_text(app)
        assert "not signed in" in first
        assert "All namespaces" in first
        assert "q quit" in first.splitlines()[-1]
        await app.clock.sleep(0)
        assert screen_text(app) == first


async def test_the_styles_of_the_start_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bool] = []
    reparse = Stylesheet.reparse

    def noted(self: Stylesheet) -> None:
        read.append(True)
        reparse(self)

    monkeypatch.setattr(Stylesheet, "reparse", noted)
    app, _ = an_app("fntui-light")
    async with app.run_test(size=(120, 36), notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        assert not read
        assert app.screen.styles.background.hex.lower() == "#ffffff"
        await pilot.press("T")
        await pilot.pause()
        assert read
        assert app.screen.styles.background.ansi == -1


async def test_nothing_is_looked_for_or_loaded_before_the_first_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, accounts = an_app()
    find_token, was_painted = accounts.find_token, list[bool]()

    async def found(profile: str) -> FoundToken | None:
        was_painted.append(app.painted.is_set())
        return await find_token(profile)

    monkeypatch.setattr(accounts, "begin_loading", lambda: was_painted.append(app.painted.is_set()))
    monkeypatch.setattr(accounts, "find_token", found)
    async with app.run_test(size=(120, 36), notifications=True, tooltips=True) as pilot:
        await app.painted.wait()
        await pilot.pause()
    assert was_painted == [True, True]


async def test_nothing_is_connected_before_all_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    app, accounts = an_app()
    connect, was_ready = accounts.connect, list[bool]()
    loaded = accounts.load_gate = asyncio.Event()

    def noted(profile: str, token: FoundToken, on_call: Callable[[Call], None]) -> Session:
        was_ready.append(loaded.is_set())
        return connect(profile, token, on_call)

    monkeypatch.setattr(accounts, "connect", noted)
    cast("asyncio.Event", accounts.token_gate).set()
    async with app.run_test(size=(120, 36), notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        assert not was_ready
        loaded.set()
        while not was_ready:
            await pilot.pause()
    assert was_ready == [True]


async def test_what_keys_open_is_loaded_once_there_is_time(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = asyncio.Event()
    loop = asyncio.get_running_loop()
    names: list[str] = []

    def load(name: str) -> None:
        names.append(name)
        loop.call_soon_threadsafe(loaded.set)

    monkeypatch.setattr("fntui.ui.app.import_module", load)
    app, _ = an_app()
    async with app.run_test(size=(120, 36), notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        clock = cast("ManualClock", app.clock)
        await clock.advance(LOAD_REST_S * 0.9)
        assert not loaded.is_set()
        await clock.advance(LOAD_REST_S)
        await loaded.wait()
    assert names == ["fntui.ui.main_screen.commands"]


async def test_where_drawing_takes_long_much_that_is_new_is_drawn_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with whole() as it:
        session, main, shown = it.app.session, it.app.main, list[int]()
        assert session is not None
        show = main.show_snapshot

        def slow(snapshot: Snapshot) -> None:
            it.clock._elapsed += NEWS_WAIT_S
            shown.append(len(snapshot.pinned))
            show(snapshot)

        monkeypatch.setattr(main, "show_snapshot", slow)
        for number in range(8):
            pin = PinSet(at=session.server_now(), namespace_id=f"fn-{number}", is_pinned=True)
            session.store.apply(pin)
            it.app.on_fntui_app_snapshot_changed()
        assert shown == [1]
        while len(shown) == 1:
            await it.pilot.pause()
        assert shown[:2] == [1, 8]
