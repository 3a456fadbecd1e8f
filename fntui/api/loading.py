"""HTTP, loaded before the first request needs it."""

from contextlib import suppress
from importlib import import_module


def load(base_url: str) -> None:
    """Do what the first request to ``base_url`` would wait for, in whatever thread this is called.

    That is a tenth of a second: to load what httpx runs on, and the certificates that are trusted.
    """
    for parts in ("fntui.api.client", "httpcore"):  # which httpx leaves to the first request
        import_module(parts)
    import anyio  # noqa: PLC0415 - httpx brings it

    from fntui.api import wire  # noqa: PLC0415 - it is to load httpx no sooner

    anyio.run(anyio.sleep, 0)  # it loads what it runs on when it runs
    with suppress(OSError):  # the first request tells of it
        wire.trusted(base_url.partition(":")[0])
