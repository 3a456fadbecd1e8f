"""The app, as widgets see it: Textual knows only that there is one."""

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from fntui.core.session import Session
    from fntui.ui.app import FntuiApp

T = TypeVar("T")

QUICK_S: Final = 0.5
"""Seconds after which a read that someone waits for is told of."""


def app_of(node: MessagePump) -> "FntuiApp":
    """Return the app that ``node`` belongs to."""
    return cast("FntuiApp", node.app)  # pyright: ignore[reportUnknownMemberType] - left open


def is_same(app: "FntuiApp", session: "Session") -> bool:
    """Return True if ``session`` is still signed in; else say that nothing was sent."""
    if app.session is session:
        return True
    app.say("You signed in anew meanwhile: nothing was sent.", "warning")
    return False


async def unless_quick(app: "FntuiApp", words: str, read: Coroutine[Any, Any, T]) -> T:
    """Return what ``read`` returns; say ``words`` meanwhile if that takes a while."""
    timer = app.set_timer(QUICK_S, lambda: app.say(words))
    try:
        return await read
    finally:
        timer.stop()
