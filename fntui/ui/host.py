"""The app, as widgets see it: Textual knows only that there is one."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, cast

from textual.message_pump import MessagePump
from textual.worker import get_current_worker  # pyright: ignore[reportUnknownVariableType] - left open

if TYPE_CHECKING:
    from fntui.core.session import Session
    from fntui.ui.app import FntuiApp


def app_of(node: MessagePump) -> "FntuiApp":
    """Return the app that ``node`` belongs to."""
    return cast("FntuiApp", node.app)  # pyright: ignore[reportUnknownMemberType] - left open


def is_same(app: "FntuiApp", session: "Session") -> bool:
    """Return True if ``session`` is still signed in; else say that nothing was sent."""
    if app.session is session:
        return True
    app.say("You signed in anew meanwhile: nothing was sent.", "warning")
    return False


def waiting(app: "FntuiApp", words: str) -> AbstractContextManager[None]:
    """Tell of a wait within a worker, by ``words``; who stops waiting cancels the worker."""
    return app.waits.on(words, get_current_worker().cancel)
