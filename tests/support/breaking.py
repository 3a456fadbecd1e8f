"""fntui with a bug in it: ``python -m tests.support.breaking WHERE [fntui's own words]``.

Ctrl-L breaks it, with every secret that the program holds in messages and local variables. It is
started as a process of its own, since how that process ends is the point.
"""

import asyncio
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from fntui.api.secret import Secret
from fntui.cli import main
from fntui.ui.terminal import lifecycle

if TYPE_CHECKING:
    from fntui.clock import Clock
    from fntui.ui.app import FntuiApp
    from fntui.ui.terminal.app import TerminalApp


class BrokenError(Exception):
    """Raised by the bug."""


def held_by(app: "FntuiApp") -> list[str]:
    """Return all secrets that the program has in its hands, in clear."""
    session: Any = app.session
    held = [session.api._wire._auth.token] if session else []
    views = session.store.snapshot.namespaces.values() if session else ()
    held += [view.namespace.legacy_key for view in views]
    for screen in map(vars, app.screen_stack):
        held += [screen["_issued"].secret] if "_issued" in screen else []  # of a new access key
        held += [Secret(screen["_field"].value)] if "_attempt" in screen else []  # at sign-in
    return [secret.reveal() for secret in held if isinstance(secret, Secret)]


def break_down(app: "FntuiApp") -> None:
    """Break, and have it told of all the secrets."""
    held = held_by(app)
    cause = ValueError(f"Illegal header value {held!r}")
    raise BrokenError({"Authorization": held}) from cause


async def _break_down_later(app: "FntuiApp") -> None:
    await asyncio.to_thread(lambda: None)
    break_down(app)


def _in_thread(app: "FntuiApp") -> None:
    thread = threading.Thread(target=break_down, args=(app,), name=str(held_by(app)))
    thread.start()
    thread.join()
    app.exit(return_code=1)


def _in_finalizer(app: "FntuiApp") -> None:
    class Finalized:
        def __del__(self) -> None:
            break_down(app)

    Finalized()
    app.exit(return_code=1)


WHERE: Final[dict[str, Callable[["FntuiApp"], object]]] = {
    "handler": break_down,
    "worker": lambda app: app.run_worker(_break_down_later(app), name=str(held_by(app))),
    "write": lambda app: app.send("break down", _break_down_later(app), lambda _: None),
    "thread": _in_thread,
    "finalizer": _in_finalizer,
}
"""Where the bug may be."""


if __name__ == "__main__":
    _run, _bug = lifecycle.run, WHERE[sys.argv[1]]

    async def _run_with_bug(app: "TerminalApp", clock: "Clock", *, uses_mouse: bool) -> None:
        setattr(type(app), "action_repaint", _bug)  # noqa: B010 - a checker is right to refuse it
        await _run(app, clock, uses_mouse=uses_mouse)

    lifecycle.run = _run_with_bug
    main(sys.argv[2:])
