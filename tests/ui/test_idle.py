"""The wait that tests of screens use instead of Textual's: it waits for all, and naps never."""

# ruff: noqa: D102 - an app that has something to wait for

import ast
import asyncio
import inspect
from asyncio import BaseEventLoop
from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static
from typing_extensions import override

from tests.support import idle
from tests.support.ui import screen_text

USED_BY_TEXTUAL: list[tuple[Callable[..., Any], str]] = [
    (Pilot[Any].pause, "wait_for_idle"),
    (App[Any]._press_keys, "wait_for_idle"),
    (App[Any]._on_resize, "_resize_event"),
    (App[Any]._on_resize, "_check_resize"),
    *(
        (Screen[Any]._on_timer_update, name)
        for name in (
            "_layout_required",
            "_scroll_required",
            "_repaint_required",
            "_recompose_required",
            "_dirty_widgets",
            "_callbacks",
            "_batch_count",
        )
    ),
]


@pytest.mark.parametrize(("user", "name"), USED_BY_TEXTUAL)
def test_textual_still_uses_the_private_names_that_the_wait_relies_on(
    user: Callable[..., Any], name: str
) -> None:
    assert name in names_in(user), f"{user.__qualname__} no longer uses {name}: see idle.py"


def test_the_event_loop_still_keeps_what_is_ready_to_run_in_ready() -> None:
    assert "_ready" in names_in(BaseEventLoop._run_once)  # type: ignore[attr-defined]


def names_in(function: Callable[..., Any]) -> set[str]:
    tree = ast.parse(dedent(inspect.getsource(function)))
    return {
        node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        for node in ast.walk(tree)
    }


class Chain(App[None]):
    """Counts down, one message, one call or one frame after another."""

    left = 50
    shown = "nothing"

    @override
    def compose(self) -> ComposeResult:
        yield Static("nothing")

    def by_messages(self) -> None:
        self.left -= 1
        if self.left:
            self.call_later(self.by_messages)

    def by_frames(self) -> None:
        self.left -= 1
        self.query_one(Static).update(f"frame {self.left}")
        if self.left:
            self.call_after_refresh(self.by_frames)

    async def by_tasks(self) -> None:
        for _ in range(self.left):
            await asyncio.create_task(asyncio.sleep(0))  # noqa: TID251 - a turn of the loop, no time
            self.left -= 1


@pytest.mark.parametrize("way", ["by_messages", "by_frames", "by_tasks"])
async def test_it_waits_for_the_end_of_a_chain(way: str) -> None:
    app = Chain()
    async with app.run_test(notifications=True, tooltips=True) as pilot:
        app.call_later(getattr(app, way))
        await pilot.pause()
        assert app.left == 0


async def test_it_waits_until_what_changed_is_painted_in_the_new_size() -> None:
    app = Chain()
    async with app.run_test(size=(40, 5), notifications=True, tooltips=True) as pilot:
        app.query_one(Static).update("x" * 50)
        await pilot.resize_terminal(50, 3)
        assert screen_text(app).rstrip() == "x" * 50
        assert app.screen.size == Size(50, 3)


async def test_an_app_that_never_rests_fails_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "_TURNS_AT_MOST", 100)

    loop = asyncio.get_running_loop()

    def spin() -> None:
        loop.call_soon(spin)

    spin()
    with pytest.raises(AssertionError, match="never becomes idle"):
        await idle.until_idle()
