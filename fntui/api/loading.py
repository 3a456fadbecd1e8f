"""HTTP, loaded before the first request needs it."""

import sys
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Any, Final, cast

from fntui.threads import Ahead

_ABSENT: Final = (
    # Where click is installed, httpx loads a command line of its own: 27 ms, and 3 MB for good.
    "httpx._main",
    # httpcore looks for it several times a request, in vain: a tenth of what requests take.
    "sniffio",
)


def load(base_url: str) -> None:
    """Do what the first request to ``base_url`` would wait for, in whatever thread this is called.

    That is a tenth of a second: to load what httpx runs on, and the certificates that are trusted.
    """
    for name in _ABSENT:
        cast("dict[str, Any]", sys.modules).setdefault(name, None)  # so importing it fails at once
    from fntui.api import wire  # noqa: PLC0415 - it is to load httpx no sooner

    # OpenSSL reads them without Python's lock, beside all that is loaded here: 20 ms less.
    certificates = Ahead(partial(wire.trusted, base_url.partition(":")[0]))
    certificates.begin()
    for parts in ("fntui.api.client", "httpcore"):  # which httpx leaves to the first request
        import_module(parts)
    import anyio  # noqa: PLC0415 - httpx brings it

    anyio.run(anyio.sleep, 0)  # it loads what it runs on when it runs
    with suppress(OSError):  # the first request tells of it
        certificates.wait()
