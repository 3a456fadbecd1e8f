import pytest
from textual import events

from fntui.core.watch.viewport import Sight
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.terminal.presence import Attendance
from tests.support.recorder import recorded
from tests.support.whole import Whole, whole


def a_move(kind: type[events.MouseEvent] = events.MouseMove) -> events.MouseEvent:
    return kind(None, x=1, y=1, delta_x=1, delta_y=0, button=0, shift=False, meta=False, ctrl=False)


def sight(it: Whole) -> Sight:
    assert it.app.session is not None
    return it.app.session.poller.planner.sight


async def blur(it: Whole) -> None:
    it.app.post_message(events.AppBlur())
    await it.pilot.pause()


async def focus(it: Whole) -> None:
    it.app.post_message(events.AppFocus())
    await it.pilot.pause()


async def stop_reading(it: Whole) -> None:
    """Let no answer come, whose news would be drawn."""
    assert it.app.session is not None
    await it.app.session.poller.stop()
    await it.pilot.pause()


async def tick(it: Whole, seconds: float) -> None:
    """Let time pass for the clock and the tick, without any answer meanwhile."""
    it.clock._elapsed += seconds
    it.app.main.tick()
    await it.pilot.pause()


def test_somebody_looks_until_the_focus_goes_or_a_quarter_of_an_hour_passes() -> None:
    attendance = Attendance(0.0)
    assert attendance.is_attended(899.0)
    assert not attendance.is_attended(900.0)
    attendance.see(1000.0)
    assert attendance.is_attended(1899.0)
    attendance.has_focus = False
    assert not attendance.is_attended(1001.0)
    attendance.see(1002.0)
    assert attendance.has_focus
    assert attendance.is_attended(1002.0)


@pytest.mark.parametrize(
    ("event", "focused", "unfocused"),
    [
        (events.Key("j", "j"), True, True),
        (events.Paste("x"), True, True),
        (events.AppFocus(), True, True),
        (a_move(events.MouseDown), True, True),
        (a_move(events.MouseScrollDown), True, True),
        (a_move(), True, False),
        (events.AppBlur(), False, False),
        (events.Mount(), False, False),
    ],
)
def test_what_shows_a_person(event: events.Event, focused: bool, unfocused: bool) -> None:  # noqa: FBT001 - cases
    attendance = Attendance(0.0)
    assert attendance.shows_person(event) is focused
    attendance.has_focus = False
    assert attendance.shows_person(event) is unfocused


async def test_a_terminal_without_the_focus_is_read_for_more_seldom_and_shown_nothing() -> None:
    with recorded() as sent:
        async with whole() as it:
            await it.press("j")
            sent.clear()
            await stop_reading(it)
            await blur(it)
            assert not sight(it).is_attended
            before = it.text
            for _ in range(100):
                await tick(it, 1)
            assert sent == []
            assert it.text == before
            await focus(it)
            assert sight(it).is_attended
            assert "TRIGGERS  read 1m ago" in it.text


async def test_without_the_focus_news_is_drawn() -> None:
    async with whole() as it:
        await blur(it)
        key = it.namespace("staging")
        it.api.account.namespace(key.namespace_id).triggers.pop("smoke")
        assert "smoke" in it.text
        await it.clock.advance(1500)
        await it.pilot.pause()
        assert "smoke" not in it.text


async def test_the_watch_is_at_ease_and_catches_up_when_somebody_comes_back() -> None:
    async with whole() as it:
        await blur(it)
        await it.clock.advance(1)
        assert it.app.main.snapshot.pace.ease == 4.0
        await it.clock.advance(1200)
        await it.pilot.pause()
        sent = len(it.app.calls)
        await focus(it)
        await it.clock.advance(2)
        await it.pilot.pause()
        assert it.app.main.snapshot.pace.ease == 1.0
        assert "unknown" not in it.text
        assert "STALE" not in it.text
        assert len(it.app.calls) >= sent


async def test_nobody_looks_where_no_key_was_pressed_for_a_quarter_of_an_hour() -> None:
    async with whole() as it:
        await tick(it, 890)
        assert sight(it).is_attended
        await tick(it, 15)
        assert not sight(it).is_attended
        await it.press("k")
        assert sight(it).is_attended
        await tick(it, 890)
        await it.pilot.hover("#tree")
        await tick(it, 890)
        assert sight(it).is_attended


async def test_a_key_shows_the_present_where_no_focus_event_came() -> None:
    async with whole() as it:
        await it.press("j")
        await stop_reading(it)
        await blur(it)
        before = it.text
        await tick(it, 70)
        assert it.text == before
        await it.pilot.hover("#detail")  # on its way elsewhere
        assert not sight(it).is_attended
        await it.press("question_mark", "escape")
        assert sight(it).is_attended
        assert "TRIGGERS  read 1m ago" in it.text


async def test_the_filter_and_dialogs_keep_their_cursor_when_the_focus_goes() -> None:
    async with whole() as it:
        await it.press("slash", *"dun")
        await blur(it)
        await focus(it)
        await it.press(*"ning")
        assert it.app.main.sight.needle == "dunning"
        await it.press("enter", "j", "j", "p")
        assert isinstance(it.top(), Confirm)
        await blur(it)
        await focus(it)
        await it.press("escape")
        assert it.top() is it.app.main


async def test_another_account_is_not_attended_either() -> None:
    async with whole() as it:
        await blur(it)
        it.app.start_profile(it.app.accounts.profiles[1])
        await it.until(lambda: it.app.session is not None and it.app.session.profile.name == "play")
        assert not sight(it).is_attended


async def test_before_one_is_signed_in_there_is_nothing_to_tell() -> None:
    async with whole() as it:
        session, it.app.session = it.app.session, None
        await blur(it)
        await focus(it)
        it.app.session = session
        assert sight(it).is_attended
