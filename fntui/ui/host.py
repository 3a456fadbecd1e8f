"""The app, as widgets see it: Textual knows only that there is one."""

from typing import TYPE_CHECKING, cast

from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from fntui.ui.app import FntuiApp


def app_of(node: MessagePump) -> "FntuiApp":
    """Return the app that ``node`` belongs to."""
    return cast("FntuiApp", node.app)  # pyright: ignore[reportUnknownMemberType] - Textual leaves its type open
