"""Any bytes from the terminal: only a key that a person pressed alone answers a question.

Bytes go through the decoder to the whole program, on one virtual time.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import product
from random import Random
from typing import Final

import pytest
from textual.widgets import Input, TextArea

from fntui.api.models import AccessKey, IssuedAccessKey
from fntui.api.secret import Secret
from fntui.core.model.snapshot import TriggerKey
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.screens.dialogs.issued_key import IssuedKeyDialog
from tests.support.effort import SEED, effort
from tests.support.hostile import CORPUS, GIST
from tests.support.terminal_input import (
    COLOURED,
    PASTE_END,
    PASTE_START,
    REPORTS,
    InputLine,
    keys_of,
)
from tests.support.tried import tried
from tests.support.typist import Typist
from tests.support.whole import Whole, whole

MIXES: Final = effort(6, 1_000)
SENT: Final = effort(80, 8_000)
STRETCH: Final = 80  # on one account
TEXTS: Final = effort(5, 500)

READ_S: Final = 0.3
"""Seconds for which a dialog must have been on the screen."""
ALONE_S: Final = 0.15
"""Seconds before a key in which nothing else came."""

CONFIRMING: Final = {b"y": "y", b"\r": "enter", b"\x1b[121u": "y", b"\x1b[13u": "enter"}
OPENING: Final = (b"p", b"s", b"D", b"n", b"e", b"u", b"a", b":", b"/", b"C", b"?", b"\x1b", b" ")
MOVING: Final = (b"j", b"k", b"l", b"h", b"\t", b"\x1b[B", b"\x1bOA", b"G", b"2", b"1", b"\x1b[6~")
TOGETHER: Final = (b"dunning", b"billing", b"yy", b"y\r", b"py", b"\ry", b"Dy", b"y" * 60)
PAUSES: Final = (0.0, 0.0, 0.01, 0.05, 0.12, 0.16, 0.2, 0.35, 0.35, 1.0, 2.5, 5.5, 13.0)
TORN: Final = (0.0, 0.02, 0.12, 0.3, 0.7, 1.9, 4.5)

pytestmark = pytest.mark.usefixtures("nothing_leaves")

TORN_KEYS: Final = {"escape", "alt+right_square_bracket", "alt+shift+p"}
"""What is torn right after ESC, or one more character, is that key if its rest is late."""


async def _board(_: Whole) -> None:
    """Stay where the program starts."""


async def _form(it: Whole) -> None:
    it.app.main.reveal(it.namespace("billing"))
    await it.press("n")
    await it.press(*"new")
    assert _fields(it)["name"] == "new"


async def _confirm(it: Whole) -> None:
    it.app.main.reveal(it.trigger("billing", "dunning"))
    await it.press("p")
    assert isinstance(it.top(), Confirm)


async def _secret(it: Whole) -> None:
    key = AccessKey(key_id="dof_v1_0a1b2c3d", name="ci", expires_at=None)
    issued = IssuedAccessKey(access_key=key, secret=Secret("0123456789abcdef" * 4))
    namespace_id = it.namespace("billing").namespace_id
    await it.app.push_screen(IssuedKeyDialog("billing", namespace_id, issued))


SITUATIONS: Final[dict[str, Callable[[Whole], Awaitable[None]]]] = {
    "board": _board,
    "form": _form,
    "confirm dialog": _confirm,
    "secret dialog": _secret,
}


@asynccontextmanager
async def at(situation: str) -> AsyncGenerator[tuple[Whole, InputLine]]:
    """Be there, with nothing pressed for a while."""
    async with whole() as it:
        await SITUATIONS[situation](it)
        await it.pass_time(1)
        yield it, InputLine(it)


def _fields(it: Whole) -> dict[str, str]:
    """Return the text of every field on the screen."""
    top = it.app.screen
    texts = {str(each.id): each.value for each in top.query(Input)}
    return texts | {str(each.id): each.text for each in top.query(TextArea)}


def _writes(it: Whole) -> list[str]:
    return [served.method for served in it.api.log if served.method != "GET"]


@pytest.mark.parametrize("situation", SITUATIONS)
async def test_what_a_terminal_reports_is_no_key_however_it_is_torn(situation: str) -> None:
    rng = Random(f"reports/{situation}/{SEED}")  # noqa: S311 - fuzz
    async with at(situation) as (it, line):
        top, before, written = it.top(), _fields(it), _writes(it)
        for _ in range(MIXES):
            names = rng.choices(list(REPORTS), k=rng.choice((1, 1, 2, 5)))
            data = b"".join(REPORTS[name] for name in names)
            await line.send_torn(data, rng, pauses=TORN)
            assert {key.key for key in keys_of(line.events)} <= TORN_KEYS, line.log
            line.events.clear()
            assert _writes(it) == written, line.log
            if it.top() is not top:
                await _restore(it, situation)
                top, written = it.top(), _writes(it)
            else:
                assert _fields(it) == before, line.log
            await line.wait(6)
        for name in REPORTS:
            tried("input", name, f"{situation}, torn")


async def _restore(it: Whole, situation: str) -> None:
    """Come back after Esc."""
    await Typist(it, SEED, agrees=True).come_home()
    await SITUATIONS[situation](it)
    await it.pass_time(1)


class Fuzzer:
    """Sends bytes, and knows which of them a person may have meant as an answer."""

    def __init__(self, it: Whole, line: InputLine, rng: Random) -> None:
        """Send on ``line``."""
        self._it, self._line, self._rng = it, line, rng
        self.typist = Typist(it, SEED, agrees=True)
        self._top, self._top_s = it.top(), line.now_s

    async def step(self) -> None:
        """Send something, wait, and see that nothing was written that was not agreed to."""
        for data in self._next():
            self._look()
            self._agree(data)
            await self._line.send(data)
            self._look()
            self._judge()
        await self._line.wait(self._rng.choice(PAUSES))
        self._look()
        self._judge()

    def select_trigger(self) -> None:
        """Go to any trigger that is left."""
        namespaces = self._it.app.main.snapshot.namespaces
        found = [
            TriggerKey(key, name) for key, view in namespaces.items() for name in view.triggers
        ]
        if found:
            self._it.app.main.reveal(self._rng.choice(found))

    def _look(self) -> None:
        if self._it.top() is not self._top:
            self._top, self._top_s = self._it.top(), self._line.now_s

    def _judge(self) -> None:
        try:
            self.typist.judge()
        except AssertionError as error:
            raise AssertionError(f"{error}\n" + "\n".join(self._line.log)) from error

    def _agree(self, data: bytes) -> None:
        now_s, key = self._line.now_s, CONFIRMING.get(data)
        # Not as exact as the clock: sums of seconds differ in their last digit.
        is_read = now_s - self._top_s >= READ_S - 1e-6
        is_alone = now_s - self._line.busy_s >= ALONE_S - 1e-6
        if key and is_read and is_alone:
            self.typist.agree(is_typed=key == "enter", keys=[])

    def _next(self) -> list[bytes]:
        """Return what comes next, a read each."""
        makers = {
            self._key: 60,
            self._keys: 8,
            self._report: 8,
            self._bracketed: 6,
            self._unbracketed: 6,
            self._hostile: 6,
            self._random: 6,
        }
        (made,) = self._rng.choices(list(makers), weights=list(makers.values()))
        return made()

    def _key(self) -> list[bytes]:
        kinds = (OPENING, OPENING, MOVING, tuple(CONFIRMING))
        return [self._rng.choice(self._rng.choice(kinds))]

    def _keys(self) -> list[bytes]:
        return [self._rng.choice(TOGETHER)]

    def _report(self) -> list[bytes]:
        return [self._rng.choice(list(REPORTS.values()))]

    def _bracketed(self) -> list[bytes]:
        end = self._rng.choice((b"", PASTE_END))
        return self._cut(PASTE_START + self._coloured() + end)

    def _unbracketed(self) -> list[bytes]:
        return self._cut(self._coloured())

    def _hostile(self) -> list[bytes]:
        return self._cut(self._rng.choice(list(CORPUS.values())).encode(errors="replace"))

    def _random(self) -> list[bytes]:
        return self._cut(self._rng.randbytes(self._rng.choice((2, 3, 8, 40, 300))))

    def _coloured(self) -> bytes:
        start = self._rng.randrange(len(COLOURED))
        return COLOURED[start : start + self._rng.choice((30, 300, 3_000, 12_600))]

    def _cut(self, data: bytes) -> list[bytes]:
        """Return one read or two; a byte on its own could be a key that a person pressed."""
        if len(data) < 4 or self._rng.random() < 0.5:
            return [data] if len(data) > 1 else []
        at_byte = self._rng.randrange(2, len(data) - 1)
        return [data[:at_byte], data[at_byte:]]


async def test_only_a_key_that_came_alone_and_in_time_writes_whatever_else_comes() -> None:
    rng = Random(f"bytes/{SEED}")  # noqa: S311 - fuzz
    written = 0
    for _ in range(SENT // STRETCH):
        async with whole() as it:
            line = InputLine(it)
            fuzzer = Fuzzer(it, line, rng)
            for number in range(STRETCH):
                if number % 12 == 0:
                    await fuzzer.typist.come_home()
                    fuzzer.select_trigger()
                    await it.pass_time(1)
                await fuzzer.step()
            assert it.app.is_running
            written += fuzzer.typist.written
    assert written > 0, "no key counted"


SAMPLES: Final = {
    "8.4 kB of coloured text": COLOURED[:8_400],
    "12.6 kB of coloured text": COLOURED[:12_600],
    "an end within": b"py" * 30 + PASTE_END + b"y\r" + COLOURED[:300],
    **{name: text.encode(errors="replace") for name, text in (CORPUS if SEED else GIST).items()},
}
WAYS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "in brackets": lambda data: PASTE_START + data + PASTE_END,
    "without an end": lambda data: PASTE_START + data,
    "in brackets, cut open": lambda data: data + PASTE_END,
    "without brackets": lambda data: data,
}


@pytest.mark.parametrize("situation", SITUATIONS)
async def test_a_paste_writes_nothing(situation: str) -> None:
    async with at(situation) as (it, line):
        top, written = it.top(), _writes(it)
        for (name, data), (way, made) in product(SAMPLES.items(), WAYS.items()):
            if len(data) > 1:  # a byte on its own is a key
                await line.send(made(data))
                await line.wait(13 if way == "without an end" else 0.5)
                assert _writes(it) == written, (name, way)
                if it.top() is not top:
                    await _restore(it, situation)
                    top, written = it.top(), _writes(it)
                tried("pastes", f"{name}, {way}", f"{situation}, on the simulated screen")


async def test_what_a_person_types_arrives_whole_and_in_order() -> None:
    rng = Random(f"typed/{SEED}")  # noqa: S311 - fuzz
    async with at("form") as (it, line):
        (field,) = (each for each in it.app.screen.query(Input) if each.id == "name")
        for _ in range(TEXTS):
            text = "".join(rng.choices("abcdefghijklmnopqrstuvwxyz0123456789-_AZ äß€汉", k=30))
            field.value = ""
            keys = [_encoded(rng, character) for character in text]
            while keys:
                count = rng.choice((1, 1, 1, 2, 5, 20))
                sent, keys = b"".join(keys[:count]), keys[count:]
                await line.send(sent)
                await line.wait(rng.choice((0, 0.01, 0.05, 0.1, 0.3)))
                if rng.random() < 0.2:
                    await line.send(REPORTS[rng.choice(list(REPORTS))])
                    await line.wait(rng.choice((0, 0.1, 0.3)))
            await line.wait(0.2)
            assert field.value == text, line.log


def _encoded(rng: Random, character: str) -> bytes:
    """Return what the terminal sends for a key, by one protocol or another."""
    if rng.random() < 0.3:
        return f"\x1b[{ord(character)};1;{ord(character)}u".encode()
    return character.encode()
