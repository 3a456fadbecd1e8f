"""Forms and dialogs in an app of their own, over an API in memory."""

# ruff: noqa: D102, D107 - it has the methods of the app and of its accounts

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.support.fake_api import FakeApi
from tests.support.ui import FakeAccounts, HostApp, a_session, screen_text

if TYPE_CHECKING:
    from fntui.core.session import Session

T = TypeVar("T")

BILLING, OTHER, LOCKED = "fn-billing-0001", "fn-other-0002", "ap-locked-0003"
_LIMIT_S = 60.0
HOSTILE = "x\x1b[31m\u202e[/b][@click=app.quit]\t\u200b€"
"""Escape sequence, direction override, markup, tab, zero-width blank."""


class FormsApp(HostApp):
    """A signed-in app without a main screen.

    Attributes:
        api: What the session speaks to.
    """

    def __init__(self, *, is_read_only: bool = False) -> None:
        self.accounts_kept = FakeAccounts()
        super().__init__(self.accounts_kept)
        self.api = FakeApi(self.time)
        self.api.add_namespace(BILLING, "billing")
        self.api.add_namespace(OTHER, "other")
        self.api.add_namespace(LOCKED)
        self.api.add_trigger(BILLING, "invoice-run", "*/15 * * * *")
        self.api.add_trigger(BILLING, "dunning", "0 * * * *")
        self.api.add_key(BILLING, "key-abcd1234", "ci")
        self.session = a_session(self.api, is_read_only=is_read_only)

    async def on_mount(self) -> None:
        operations = cast("Session", self.session).operations
        await operations.read_namespaces()
        for namespace_id in (BILLING, OTHER):
            await operations.read_triggers(namespace_id)
            await operations.read_access_keys(namespace_id)


async def settle(pilot: Pilot[Any]) -> None:
    """Let messages, workers and writes that can end, end."""
    app = cast("FormsApp", pilot.app)
    await app.time.settle()
    await pilot.pause()
    await app.time.settle()


async def until(pilot: Pilot[Any], is_so: Callable[[], bool]) -> None:
    """Let things happen until ``is_so``, which a thread brings about."""
    async with asyncio.timeout(_LIMIT_S):
        while not is_so():
            await settle(pilot)


async def wait_out_type_ahead(pilot: Pilot[Any]) -> None:
    """Let so much time pass that a key is meant for the dialog that is open."""
    await settle(pilot)
    await cast("FormsApp", pilot.app).time.advance(1)


async def confirm(pilot: Pilot[Any]) -> None:
    """Answer the open question with y, once that counts."""
    await wait_out_type_ahead(pilot)
    await pilot.press("y")
    await settle(pilot)


def fill(app: HostApp, **values: str) -> None:
    """Put values into fields, by their ids."""
    for name, value in values.items():
        widget = app.screen.query_one(f"#{name}")
        if isinstance(widget, TextArea):
            widget.text = value
        else:
            assert isinstance(widget, Input)
            widget.value = value


def shown(app: HostApp) -> str:
    """Return what the screen shows."""
    return screen_text(app)
