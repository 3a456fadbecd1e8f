"""The program before and between sessions, and when a bug ends it."""

import pytest

from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.core.model.profile import FoundToken
from fntui.simulator.account.seed import demo_account
from fntui.simulator.app import DEMO_TOKEN, SimulatedApi
from fntui.ui.app import FntuiApp
from fntui.ui.screens.sign_in import SignIn
from fntui.ui.settings import Settings
from tests.support.ui import screen_text
from tests.support.whole import SimulatedAccounts, whole


def an_app_without_a_token() -> FntuiApp:
    clock = ManualClock()
    accounts = SimulatedAccounts(SimulatedApi(demo_account(clock)), clock, is_read_only=False)
    accounts.found = None
    accounts.notes = ("The keyring is locked.",)
    settings = Settings(profile=accounts.profiles[0])
    return FntuiApp(accounts, settings, clock, lambda error: f"crashed: {type(error).__name__}")


async def test_without_a_token_the_program_asks_and_waits() -> None:
    app = an_app_without_a_token()
    async with app.run_test(size=(120, 36), notifications=True, tooltips=True) as pilot:
        for _ in range(50):
            await pilot.pause()
            if isinstance(app.screen, SignIn) and screen_text(app):
                break
        assert isinstance(app.screen, SignIn)
        assert "The keyring is locked." in screen_text(app)
        app.ask_for_token(app.settings.profile, ())
        assert len(app.screen_stack) == 2  # one dialog, whoever asks again
        app.ask_for_new_token()
        app.on_fntui_app_snapshot_changed()
        app.screen.dismiss(None)
        await pilot.pause()
        await pilot.press("j", "r", "R", "c", "C", "n", "p")
        assert "not signed in" in screen_text(app)
        assert len(app.screen_stack) == 1
        assert app.server_now() == app.clock.now()


async def test_a_token_that_is_given_then_opens_the_account() -> None:
    app = an_app_without_a_token()
    async with app.run_test(size=(120, 36), notifications=True, tooltips=True) as pilot:
        while not isinstance(app.screen, SignIn):
            await pilot.pause()
        app.screen.dismiss(FoundToken(token=Secret(DEMO_TOKEN), source="session"))
        clock = app.clock
        assert isinstance(clock, ManualClock)
        for _ in range(20):
            await clock.advance(0.5)
            await pilot.pause()
        assert "billing" in screen_text(app)


async def test_a_bug_in_the_watch_ends_the_program_with_one_plain_line() -> None:
    apps: list[FntuiApp] = []

    async def watch() -> None:
        async with whole() as it:
            apps.append(it.app)
            assert it.app.session is not None
            it.app.session.operations.read_triggers = _broken  # type: ignore[method-assign, assignment]
            await it.press("R")
            await it.pass_time(5)

    with pytest.raises(ZeroDivisionError):
        await watch()
    assert apps[0].crash_line == "ZeroDivisionError"
    assert apps[0].return_code == 1


async def test_a_bug_in_a_write_ends_the_program() -> None:
    async def write() -> None:
        async with whole() as it:
            it.app.send("a write", _broken(""), lambda _: None)
            await it.pass_time(1)

    with pytest.raises(ZeroDivisionError):
        await write()


async def _broken(_: str) -> None:  # noqa: RUF029 - in place of a coroutine function
    raise ZeroDivisionError(DEMO_TOKEN)
