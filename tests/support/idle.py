"""Waiting until a Textual app under test is idle, by turns of the event loop instead of naps.

Textual's own ``wait_for_idle`` sleeps 20 ms at a time until the process uses little CPU. That is
slow, and on a busy machine it is a guess. The event loop knows better: the app is idle when nothing
is ready to run and no screen has to be laid out or painted. Timers, threads and sockets are not
waited for, because no number of turns brings them; a test that needs one waits for its effect.
"""

import asyncio
from contextlib import suppress
from typing import Any, Final, cast

from textual import _wait, app, pilot
from textual._context import active_app
from textual.app import App, ScreenStackError
from textual.screen import Screen

_TURNS_AT_MOST: Final = 100_000
_QUIET_TURNS: Final = 3  # in the first, the loop takes in what other threads have posted


async def until_idle(min_sleep: float = 0, max_sleep: float = 0) -> None:
    """Return once nothing can run before a timer, a thread or a socket makes it ready.

    Args:
        min_sleep: Ignored. Textual's callers pass it to ``wait_for_idle``.
        max_sleep: Ignored too.
    """
    del min_sleep, max_sleep
    loop = cast("Any", asyncio.get_running_loop())
    quiet = 0
    for _ in range(_TURNS_AT_MOST):
        await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, no time
        quiet = 0 if loop._ready or _catch_up() else quiet + 1
        if quiet == _QUIET_TURNS:
            return
    raise AssertionError("the app never becomes idle")


def _catch_up() -> bool:
    """Do now what a timer of Textual would do within a frame; return False if there is nothing."""
    running: App[Any] | None = active_app.get(None)
    if running is None or not running.is_running:
        return False
    with suppress(ScreenStackError):
        screen = running.screen
        if running._resize_event is not None:
            running._check_resize()
            return True
        if _owes_a_frame(screen) and not running._batch_count:
            screen._on_timer_update()
            return True
    return False


def _owes_a_frame(screen: Screen[Any]) -> bool:
    return bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    )


def install() -> None:
    """Make Textual's ``Pilot`` and ``App`` wait this way, for the rest of the process."""
    for module in (_wait, app, pilot):
        vars(module)["wait_for_idle"] = until_idle
