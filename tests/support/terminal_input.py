"""Bytes that a terminal sends, on their way through the decoder to the app under test."""

import re
from random import Random
from typing import Final

from fntui.ui.terminal.input.decoder import Decoder
from fntui.ui.terminal.input.events import CursorPosition, Input, KeyPress, PasteRefused
from fntui.ui.terminal.input.messages import MessageMaker
from tests.support.typist import rest
from tests.support.whole import Whole

ESCAPE_S: Final = 0.1
READ_BYTES: Final = 4096

PASTE_START: Final = b"\x1b[200~"
PASTE_END: Final = b"\x1b[201~"

REPORTS: Final = {
    "DA1": b"\x1b[?62;22;52c",
    "DA2": b"\x1b[>41;379;0c",
    "DA3": b"\x1bP!|00000000\x1b\\",
    "DSR": b"\x1b[0n",
    "cursor position": b"\x1b[24;80R",
    "mode": b"\x1b[?2026;2$y",
    "theme": b"\x1b[?997;1n",
    "size in cells": b"\x1b[8;24;80t",
    "size in pixels": b"\x1b[4;0;0t",
    "in-band resize": b"\x1b[48;24;80;480;640t",
    "OSC 4": b"\x1b]4;1;rgb:cd00/0000/0000\x1b\\",
    "OSC 10": b"\x1b]10;rgb:ffff/ffff/ffff\x07",
    "OSC 11": b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
    "OSC 52": b"\x1b]52;c;eWVzIHkNCnkNcHlEeQ==\x07",
    "XTVERSION": b"\x1bP>|XTerm(379)\x1b\\",
    "XTGETTCAP": b"\x1bP1+r544e=787465726d\x1b\\",
    "DECRQSS": b"\x1bP1$r0m\x1b\\",
    "title": b"\x1b]lop@bay-2: ~\x1b\\",
    "title with keys": b"\x1b]ls@bay-2: y y\rDy\x1b\\",
    "icon": b"\x1b]Lydp\x1b\\",
    "kitty keyboard": b"\x1b[?31u",
    "kitty graphics": b"\x1b_Gi=31;OK\x1b\\",
    "focus gained": b"\x1b[I",
    "focus lost": b"\x1b[O",
    "mouse move": b"\x1b[<35;3;2M",
    "mouse wheel": b"\x1b[<64;10;5M",
    "mouse NaN": b"\x1b[<32;NaN;NaNM",
    "mouse below 1": b"\x1b[<32;-3;0M",
    "key released": b"\x1b[121;1:3u",
}
"""What terminals report, by name; none of it is a key that a person presses."""

COLOURED: Final = b"".join(
    b"\x1b[3%dm2026-11-23 14:%02d:00 \x1b[1mpy y D\x1b[0m deploy yes pypy \x1b[38;5;%dmDy\x1b[m\r\n"
    % (line % 8, line % 60, line % 256)
    for line in range(200)
)
"""A log in colours, full of keys that write: 12.6 kB and more."""

_MOVES: Final = re.compile(rb"(\x1b\[(<\d+;\d+;\d+[Mm]|[IO]))+")


class InputLine:
    """The line from a terminal to the app, on the app's own clock.

    Attributes:
        events: All that the decoder has made so far.
        log: What was sent last, to show where it goes wrong.
        busy_s: When something other than the mouse and focus came last.
    """

    def __init__(self, it: Whole) -> None:
        """Send nothing yet."""
        self._it = it
        self._decoder = Decoder(escape_s=ESCAPE_S)
        self._messages = MessageMaker()
        self.events: list[Input] = []
        self.log: list[str] = []
        self.busy_s = float("-inf")

    @property
    def now_s(self) -> float:
        """What the clock shows."""
        return self._it.clock.monotonic()

    async def send(self, data: bytes) -> None:
        """Have ``data`` read at once, as far as one read takes it, and let the app act on it."""
        self.log = [*self.log[-40:], f"{self.now_s:.2f}: {data[:60]!r}"]
        for start in range(0, len(data), READ_BYTES):
            self._post(self._decoder.feed(data[start : start + READ_BYTES], self.now_s))
            await rest(self._it)
        if not _MOVES.fullmatch(data):
            self.busy_s = self.now_s

    async def wait(self, seconds: float) -> None:
        """Let time pass, in which the decoder acts when it wants to."""
        end_s = self.now_s + seconds
        while (due_s := self._decoder.deadline) is not None and due_s <= end_s:
            # A little later, so that the sum is not before the deadline.
            await self._it.clock.advance(max(0.0, due_s - self.now_s) + 1e-6)
            self._post(self._decoder.tick(self.now_s))
            await rest(self._it)
        await self._it.clock.advance(max(0.0, end_s - self.now_s))
        await rest(self._it)

    async def send_torn(self, data: bytes, rng: Random, *, pauses: tuple[float, ...]) -> None:
        """Send pieces of two bytes or more, with one of ``pauses`` after each."""
        while data:
            size = rng.choice((2, 3, 4, 7, 20, len(data)))
            if len(data) - size < 2:
                size = len(data)
            await self.send(data[:size])
            await self.wait(rng.choice(pauses))
            data = data[size:]

    def _post(self, events: list[Input]) -> None:
        """Hand events to the app as the driver does."""
        app, driver = self._it.app, self._it.app._driver
        assert driver is not None
        self.events += events
        for event in events:
            if isinstance(event, PasteRefused):
                app.refuse_paste()
            elif isinstance(event, CursorPosition):
                app.cursor_reported(event.column)
            elif message := self._messages.message(event):
                message.set_sender(app)
                driver.send_message(message)


def keys_of(events: list[Input]) -> list[KeyPress]:
    """Return the keys among events."""
    return [event for event in events if isinstance(event, KeyPress)]
