"""Waiting, with a message that says for what where it takes long."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from fntui.cli.process import complain
from fntui.threads import run_to_end

_T = TypeVar("_T")

QUICK_S: Final = 1.0
"""Seconds after which a wait is told of."""


def wait_for(work: Coroutine[Any, Any, _T], words: str) -> _T:
    """Return what ``work`` returns; meanwhile ``Waiting for {words} …`` on standard error."""
    return run_to_end(unless_quick(work, words))


async def unless_quick(work: Coroutine[Any, Any, _T], words: str) -> _T:
    """Return what ``work`` returns, as ``wait_for`` does."""
    told = asyncio.get_running_loop().call_later(QUICK_S, complain, f"Waiting for {words} …")
    try:
        return await work
    finally:
        told.cancel()
