"""What sessions are made of, loaded ahead of the first one, in a thread after the first paint."""

from collections.abc import Callable
from importlib import import_module

from fntui.api import loading
from fntui.threads import Ahead


def session_parts(api_url: str, then: Callable[[], None] = lambda: None) -> Ahead[None]:
    """Return what loads the parts of a session, and then does ``then``, once it is begun."""

    def call() -> None:
        load(api_url)
        then()

    return Ahead(call)


def load(api_url: str) -> None:
    """Load HTTP, the watch and the history: a fifth of a second that the screen need not wait."""
    loading.load(api_url)
    for parts in ("fntui.accounts.sessions", "fntui.history"):
        import_module(parts)
