"""Hands that press anything, and eyes that judge by the server's log what that may have written.

What was agreed to is told by the words on the screen: a dialog that offers ``y`` names the requests
that it sends. The server's log tells what was sent.
"""

import asyncio
import re
from collections.abc import Iterable, Iterator
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from textual import events
from textual.keys import _character_to_key
from textual.message_pump import MessagePump
from textual.widgets import Input

from fntui.simulator.app import DEMO_TOKEN
from fntui.simulator.faults import Fault
from fntui.ui.forms.form import Form
from fntui.ui.keymap import COMMANDS
from fntui.ui.screens.dialogs.dialog import Dialog
from fntui.ui.screens.sign_in import SignIn
from tests.support.hostile import PAYLOADS
from tests.support.others import Others
from tests.support.whole import Whole

if TYPE_CHECKING:
    from fntui.simulator.app import Served

_REQUEST: Final = re.compile(r"\b(POST|PUT|DELETE) (/v2/\S+)")
_KEY_ID: Final = re.compile(r"dof_v1_[0-9a-f]+")
_TYPED: Final = re.compile(r"Type (\S.*?) and press Enter to")
_CHANGED: Final = re.compile(r"(\S+) was changed meanwhile")
_OFFER: Final = re.compile(r"\by  \w+")
_LOST: Final = "Or type lost"
_QUIET_TURNS: Final = 20
_MOST_TURNS: Final = 20_000
_PATIENCE_S: Final = 60.0
"""Seconds for which a request that was agreed to may still be sent."""

NAMED: Final = (
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "tab", "shift+tab"),
    *("escape", "enter", "backspace", "delete", "insert", "space", "shift+up", "shift+end"),
    *(f"f{number}" for number in range(1, 13)),
    *(f"ctrl+{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
    *("ctrl+left", "ctrl+right", "ctrl+home", "ctrl+end", "ctrl+backslash", "ctrl+at", "alt+x"),
)
CHARACTERS: Final = "".join(map(chr, range(32, 127))) + "äß汉字🙂\u0301\u200b\u202e"
BOUND: Final = tuple(key for command in COMMANDS for key in command.keys)
CHANGING: Final = "nepspDu"
PASTES: Final = (
    *PAYLOADS,
    "y\n",
    "y",
    "\r\n\r\n",
    "billing\n",
    '{"a": 1}',
    "*/5 * * * *",
    "{" * 2000,
)
FAULTS: Final = (
    *("server-error", "lost-answer", "drop", "rate-limited", "not-found", "conflict", "forbidden"),
    *("unprocessable", "wrong-types", "empty-body", "slow", "unauthorized", "cut-json"),
)


Stroke = tuple[str, str | None]
"""A key, and what it types."""


class Grant(NamedTuple):
    """A request that a person agreed to.

    Attributes:
        until_s: It is not to be sent later.
        path: Its path, or the end of it.
    """

    until_s: float
    method: str
    path: str

    def covers(self, served: "Served") -> bool:
        """Return True if the request is the one that was agreed to."""
        return served.method == self.method and served.path.endswith(self.path)


async def strike(it: Whole, keys: Iterable[Stroke]) -> None:
    """Press keys in one go, and let the program do what it does at once."""
    driver = it.app._driver
    assert driver is not None
    for key, character in keys:
        event = events.Key(key, character)
        event.set_sender(it.app)
        driver.send_message(event)
    await rest(it)


async def rest(it: Whole) -> None:
    """Let the program do all that it does at once, and paint when it likes; a pilot paints too."""
    quiet, busy = 0, list[MessagePump]()
    for _ in range(_MOST_TURNS):
        await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop
        pumps = [it.app, *it.app.screen_stack, *it.app.screen.walk_children()]
        busy = [pump for pump in pumps if pump.is_running and pump.message_queue_size]
        quiet = 0 if busy else quiet + 1
        if quiet == _QUIET_TURNS:
            return
    raise AssertionError(f"{busy} never come to rest")


class Typist:
    """Presses anything, a few keys in one go, and judges after each.

    Attributes:
        pressed: Keys so far; a paste and a click count as one.
        log: What was done last, to be told where it goes wrong.
        written: Writes that the server got so far.
    """

    def __init__(self, it: Whole, seed: int, *, agrees: bool, meddles: bool = False) -> None:
        """Take the keyboard.

        Args:
            it: The program.
            seed: What is pressed follows from it.
            agrees: False: ``y`` is never pressed while a dialog is open.
            meddles: Others change the account meanwhile, and requests fail.
        """
        self.pressed = self.written = 0
        self.log: list[str] = []
        self._it, self._seed, self._actions = it, seed, 0
        self._rng = Random(seed)  # noqa: S311 - fuzz
        self._agrees, self._meddles, self._is_leaving = agrees, meddles, False
        self._others = Others(it.api.account)
        self._grants: list[Grant] = []
        self._told = self._writes()

    async def type(self, keys: int) -> None:
        """Press so many keys, and check after each few that all is well."""
        self._told = self._writes()
        end = self.pressed + keys
        while self.pressed < end:
            # Anew each time: what is drawn does not depend on how often was drawn before.
            self._actions += 1
            self._rng = Random(f"{self._seed}/{self._actions}")  # noqa: S311 - fuzz
            if self._meddles and self._rng.random() < 0.05:
                self._meddle()
            await self._act()
            await self._it.clock.advance(self._rng.choice((0, 0, 0.1, 0.4, 0.4, 0.4, 2.0)))
            await rest(self._it)
            self.judge()
        await self._it.clock.advance(_PATIENCE_S)
        await rest(self._it)
        self.judge()

    async def come_home(self) -> None:
        """Close whatever is open, as a person would."""
        rules = self._it.api.faults.rules
        rules.clear()
        self._agrees = self._is_leaving = True
        for _ in range(60):
            if len(self._it.app.screen_stack) == 1:
                return
            await self._send(list(self._answers()) or [("escape", None)])
            await self._it.clock.advance(2)
            await rest(self._it)
        raise AssertionError(self._it.text)

    # What is done

    async def _act(self) -> None:
        chance = self._rng.random()
        if chance < 0.03:
            await self._paste(self._rng.choice(PASTES))
        elif chance < 0.06:
            await self._click()
        elif chance < 0.4 and (answers := list(self._answers())):
            if isinstance(self._it.app.screen, Dialog):
                await self._read()
            await self._send(answers)
        elif chance < 0.55:
            await self._send([_typed(self._rng.choice(CHANGING))])
        elif chance < 0.62:
            await self._send([("escape", None)])
        else:
            await self._send([self._any_key() for _ in range(self._rng.choice((1, 1, 2, 4, 8)))])

    async def _read(self) -> None:
        """Have what is asked painted, which takes Textual real time, and take the time to read."""
        await self._it.pilot.pause()
        await self._it.clock.advance(0.5)
        await rest(self._it)

    def _any_key(self) -> Stroke:
        chance = self._rng.random()
        if chance < 0.55:
            key = self._rng.choice(BOUND)
            return stroke(key)
        if chance < 0.75:
            key = self._rng.choice(NAMED)
            return stroke(key)
        if chance < 0.8:
            return "y", "y"
        return _typed(self._rng.choice(CHARACTERS))

    def _answers(self) -> Iterator[Stroke]:
        """Yield the keys that answer what the screen asks, which no one hits by chance."""
        if isinstance(top := self._it.app.screen, SignIn):
            field = top.query_one(Input)  # one of several that Tab goes to
            field.value = DEMO_TOKEN
            top.set_focus(field)
            yield "enter", "\r"
        elif _LOST in self._said():
            yield from _cleared("lost")
        elif self._agrees and (wanted := _TYPED.search(self._said())):
            yield from _cleared(wanted[1])
        elif self._agrees and self._offers():
            yield "y", "y"
        elif isinstance(self._it.app.screen, Form):
            yield from self._filled()

    def _filled(self) -> Iterator[Stroke]:
        """Yield the keys that fill a form and preview it, or leave it."""
        if self._is_leaving or self._rng.random() < 0.3:
            yield "escape", None
            return
        new = f"new-{self.pressed}"
        fields = self._rng.choice(((), (new,), (new, "a/b", "", "*/5 * * * *", "")))
        for text in fields:
            yield from (("end", None), ("ctrl+u", None), *map(_typed, text), ("tab", "\t"))
        yield "ctrl+o", None

    async def _send(self, keys: list[Stroke]) -> None:
        """Press keys in one go: the program learns of the next before it has drawn the first."""
        if not self._agrees and any(isinstance(s, Dialog) for s in self._it.app.screen_stack):
            keys = [key for key in keys if key[0] != "y"]
        self._note(" ".join(key for key, _ in keys))
        if any(key in {"y", "enter"} for key, _ in keys):
            self.agree(is_typed=("y", "y") not in keys, keys=keys)
        await strike(self._it, keys)
        self.pressed += len(keys) or 1

    async def _paste(self, text: str) -> None:
        self._note(f"paste {text[:40]!r}")
        self._it.app.post_message(events.Paste(text))
        await rest(self._it)
        self.pressed += 1

    async def _click(self) -> None:
        width, height = self._it.app.screen.size
        offset = self._rng.randrange(width), self._rng.randrange(height)
        self._note(f"click {offset}")
        await self._it.pilot.click(offset=offset, times=self._rng.choice((1, 1, 2)))
        self.pressed += 1

    def _meddle(self) -> None:
        if self._rng.random() < 0.5:
            deed = self._rng.choice(sorted(self._others.deeds))
            self._note(f"others: {deed}")
            self._others.deeds[deed](self._rng.randrange(12), f"new-{self._rng.randrange(5)}")
        else:
            fault = self._rng.choice(FAULTS)
            self._note(f"fault: {fault}")
            self._it.api.faults.rules.append(Fault(fault, times=1))

    def _note(self, words: str) -> None:
        self.log = [*self.log[-30:], words]

    # What may be written

    def _said(self) -> str:
        """Return what the dialog on top says, be it scrolled out of sight."""
        top = self._it.app.screen
        if not isinstance(top, Dialog):
            return ""
        lines = [*top.body(), *top.prompt()]
        return "\n".join([top._title, *(line.text for line in lines)])

    def _offers(self) -> bool:
        """Return True if the dialog on top says that ``y`` does something."""
        top = self._it.app.screen
        return isinstance(top, Dialog) and _OFFER.search(top.choices().plain) is not None

    def agree(self, *, is_typed: bool, keys: list[Stroke]) -> None:
        """Take down what the dialog on top would send, if it is agreed to by these keys."""
        said = self._said()
        wanted = _TYPED.search(said)
        if wanted is not None:
            held = "".join(field.value for field in self._it.app.screen.query(Input))
            if wanted[1] not in held + "".join(character or "" for _, character in keys):
                return
        elif is_typed or not self._offers():
            return
        until_s = self._it.clock.monotonic() + _PATIENCE_S
        found = [(method, path) for method, path in _REQUEST.findall(said)]
        found += [("DELETE", f"/keys/{key_id}") for key_id in _KEY_ID.findall(said)]
        found += [("PUT", f"/triggers/{quote(name, safe='')}") for name in _CHANGED.findall(said)]
        self._grants += [Grant(until_s, method, path) for method, path in found]

    def _writes(self) -> "list[Served]":
        # What was refused with 429 is sent again, as it may be.
        return [s for s in self._it.api.log if s.method != "GET" and s.status != 429]

    def judge(self) -> None:
        """Check that the program lives, and that nothing was written that was not agreed to."""
        told = "; ".join(self.log)
        assert self._it.app._exception is None, told
        assert self._it.app.is_running, told
        writes, now_s = self._writes(), self._it.clock.monotonic()
        for served in writes[len(self._told) :]:
            grants = [grant for grant in self._grants if grant.covers(served)]
            assert grants, f"{served} was not agreed to: {told}"
            self._grants.remove(grants[0])
            self.written += 1
        self._told = writes
        self._grants = [grant for grant in self._grants if grant.until_s >= now_s]


def _typed(character: str) -> Stroke:
    return _character_to_key(character), character


def stroke(key: str) -> Stroke:
    """Return a key, by its name, with what it types."""
    return key, _character(key)


def _character(key: str) -> str | None:
    """Return what a named key types."""
    typed = {"space": " ", "tab": "\t", "enter": "\r"}
    named = {_character_to_key(character): character for character in CHARACTERS[:95]}
    return typed.get(key) or named.get(key)


def _cleared(text: str) -> Iterator[Stroke]:
    """Yield the keys that put ``text`` into a field, whatever it held, and press Enter."""
    yield from (("end", None), ("ctrl+u", None), *map(_typed, text), ("enter", "\r"))
