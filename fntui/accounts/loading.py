"""What sessions are made of, loaded ahead of the first one: after the first paint, or beside it."""

from collections.abc import Callable

from fntui.threads import Ahead


def session_parts(then: Callable[[], None] = lambda: None) -> Ahead:
    """Return what loads HTTP, the watch and the history, and then does ``then``, in a thread."""

    def load() -> None:
        from fntui.api import wire  # noqa: PLC0415 - it loads httpx

        wire.load()
        then()

    return Ahead(load)
