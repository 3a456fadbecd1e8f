"""What sessions are made of, loaded ahead of the first one, in a thread beside the first paint."""

from collections.abc import Callable
from importlib import import_module

from fntui.api import loading
from fntui.threads import Ahead


def session_parts(then: Callable[[], None] = lambda: None) -> Ahead[None]:
    """Return what loads the parts of a session, and then does ``then``, once it is begun."""

    def call() -> None:
        load()
        then()

    return Ahead(call)


def load() -> None:
    """Load HTTP, the watch and the history: a fifth of a second that the screen need not wait."""
    for parts in ("fntui.accounts.sessions", "fntui.history"):
        import_module(parts)
    loading.load()
