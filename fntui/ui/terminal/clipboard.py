"""To the terminal's clipboard: through tmux where that is in between, else by OSC 52.

In tmux's default settings neither OSC 52 nor a passthrough sequence arrives, ``load-buffer -w``
does; the buffer is deleted at once, so that no copy stays. Nothing here writes what it copies into
a log: secrets come by.
"""

import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from textual.app import App

from fntui.printable import HAZARD, shortened

MOST_BYTES: Final = 74_994
"""What terminals take: 100,000 bytes of base64, less the frame around them."""

_LONGEST_NAME: Final = 80
_BUFFER: Final = "fntui"
_BLANKS: Final = str.maketrans("\n\t", "  ")


class Clipboard:
    """The clipboard of the terminal at the person's end of the line."""

    def __init__(
        self, app: App[Any], environ: Mapping[str, str] = os.environ, limit_s: float = 2.0
    ) -> None:
        """Write through ``app``; give tmux ``limit_s`` seconds."""
        self._app = app
        self._environ = environ
        self._limit_s = limit_s

    async def send(self, text: str, what: str) -> str:
        """Send ``text``; return the sentence that says so of ``what``, or why it was not sent."""
        what = shortened(what, _LONGEST_NAME)
        data = text.encode(errors="replace")  # half surrogates can't leave as UTF-8
        if len(data) > MOST_BYTES:
            return f"{what} not copied: {len(data):,} bytes, terminals take at most {MOST_BYTES:,}."
        sent = f"{what} sent to the terminal's clipboard."
        if "TMUX" in self._environ and not await self._send_by_tmux(data):
            sent = f"{what} sent to the terminal's clipboard; tmux may have kept it back."
            self._send_by_osc_52(data)
        elif "TMUX" not in self._environ:
            self._send_by_osc_52(data)
        return sent + _remarks(text, data)

    async def _send_by_tmux(self, data: bytes) -> bool:
        """Return False where tmux is not to be found, too old for ``-w``, or does not answer."""
        try:
            return await self._tmux("load-buffer", "-w", "-b", _BUFFER, "-", data=data)
        finally:
            await self._tmux("delete-buffer", "-b", _BUFFER)

    async def _tmux(self, *arguments: str, data: bytes = b"") -> bool:
        try:
            process = await asyncio.create_subprocess_exec(
                "tmux", *arguments, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL
            )
        except OSError:
            return False
        try:
            async with asyncio.timeout(self._limit_s):
                await process.communicate(data)
        except TimeoutError:
            return False
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        return process.returncode == 0

    def _send_by_osc_52(self, data: bytes) -> None:
        self._app.copy_to_clipboard(data.decode())
        self._app._clipboard = ""  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - Textual's own copy, which Ctrl-V would paste


def _remarks(text: str, data: bytes) -> str:
    remarks = ""
    if data.decode() != text:
        remarks += " Half characters in it were replaced."
    if HAZARD.search(text.translate(_BLANKS)):
        remarks += " It holds control characters: look before you paste it into a shell."
    return remarks
