"""HTTP, loaded before the first request needs it."""

import sys
from contextlib import suppress
from importlib import import_module


def load(base_url: str) -> None:
    """Do what the first request to ``base_url`` would wait for, in whatever thread this is called.

    That is a tenth of a second: to load what httpx runs on, and the certificates that are trusted.
    """
    # httpcore asks for it in every request, and Python looks for it on the disk each time: it is
    # not needed to find out that this is asyncio.
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
    # httpx has a command line of its own, which loads Pygments wherever click happens to be.
    had_click = "click" in sys.modules
    sys.modules.setdefault("click", None)  # type: ignore[arg-type]
    import_module("httpx")
    if not had_click:
        del sys.modules["click"]
    import_module("httpcore")  # which httpx leaves to the first request
    import_module("fntui.api.client")
    import anyio  # noqa: PLC0415 - httpx brings it

    from fntui.api import wire  # noqa: PLC0415 - it is to load httpx no sooner

    anyio.run(anyio.sleep, 0)  # it loads what it runs on when it runs
    with suppress(OSError):  # the first request tells of it
        wire.trusted(base_url.partition(":")[0])
