"""What sessions are made of, loaded ahead of the first one, in a thread beside the first paint."""

from collections.abc import Callable

from fntui.threads import Ahead


def session_parts(then: Callable[[], None] = lambda: None) -> Ahead[None]:
    """Return what loads the parts of a session, and then does ``then``, once it is begun."""

    def call() -> None:
        load()
        then()

    return Ahead(call)


def load() -> None:
    """Load HTTP, the watch and the history: a fifth of a second that the screen need not wait."""
    import fntui.accounts.sessions  # noqa: F401, PLC0415 - to load it is the point, here and below
    import fntui.history  # noqa: F401, PLC0415 - SQLite
    from fntui.api import loading  # noqa: PLC0415 - HTTP

    loading.load()
