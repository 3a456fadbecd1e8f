"""The app, as widgets see it: Textual knows only that there is one."""

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from fntui.ui.app import FntuiApp

T = TypeVar("T")

QUICK_S: Final = 0.5
"""Seconds after which a read that someone waits for is told of."""


def app_of(node: MessagePump) -> "FntuiApp":
    """Return the app that ``node`` belongs to."""
    return cast("FntuiApp", node.app)  # pyright: ignore[reportUnknownMemberType] - left open


async def unless_quick(app: "FntuiApp", words: str, read: Coroutine[Any, Any, T]) -> T:
    """Return what ``read`` returns; say ``words`` meanwhile if that takes a while."""
    timer = app.set_timer(QUICK_S, lambda: app.say(words))
    try:
        return await read
    finally:
        timer.stop()
