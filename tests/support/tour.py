"""Every screen of the whole program, visited on the hostile account, and every byte looked at."""

import json
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple

import pytest
from textual.app import App
from textual.content import Content
from textual.drivers.headless_driver import HeadlessDriver
from textual.screen import Screen

from fntui.core.model.profile import Profile
from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, TriggerKey
from fntui.printable import printable
from fntui.ui.app import FntuiApp
from fntui.ui.terminal import screen_diff
from fntui.ui.terminal.allowlist import harmless
from fntui.ui.text import content, printable_json
from fntui.ui.views.selection import ALL, KeysBranch, Node
from tests.support.hostile import HAZARD
from tests.support.hostile_account import (
    ACCESS_KEY_FIELDS,
    FIELDS,
    NAMESPACE_FIELDS,
    TEXTS,
    TRIGGER_FIELDS,
    hostile_account,
    id_of,
)
from tests.support.stubs import returning
from tests.support.terminal_bytes import cells, strays
from tests.support.tried import tried
from tests.support.whole import Whole, whole

SIZE: Final = (100, 30)
_OF_THE_EDGE: Final = {
    "fntui.ui.terminal.allowlist",
    "fntui.ui.terminal.screen_diff",
    "fntui.ui.text",
}


class Keys(NamedTuple):
    """A screen, the keys that open it from the object selected, and those that close it."""

    screen: str
    opening: tuple[str, ...]
    closing: tuple[str, ...] = ()


OF_NAMESPACE = (
    Keys("namespace overview", ("left_square_bracket", "right_square_bracket")),
    Keys("namespace JSON", ("y",)),
    Keys("namespace activity", ("right_square_bracket",), ("right_square_bracket",)),
    Keys("copy a namespace", ("c",)),
    Keys("copy a namespace as", ("C",), ("escape",)),
    Keys("read a namespace again", ("r",)),
    Keys("pin a namespace", ("P",), ("P",)),
    Keys("new trigger", ("n", "tab", "down"), ("escape", "y")),
    Keys("delete a namespace", ("D",), ("escape",)),
)
OF_TRIGGER = (
    Keys("trigger overview", ()),
    Keys("trigger runs", ("right_square_bracket",)),
    Keys("trigger JSON", ("right_square_bracket",)),
    Keys("trigger activity", ("right_square_bracket",), ("right_square_bracket",)),
    Keys("copy a trigger", ("c",)),
    Keys("copy a trigger as", ("C",), ("escape",)),
    Keys("run a function now", ("t",), ("escape",)),
    Keys("acknowledge", ("a",)),
    Keys("edit a trigger", ("e",), ("escape",)),
    Keys("pause a trigger", ("p",), ("escape",)),
    Keys("delete a trigger", ("D",), ("escape",)),
)
OF_KEY = (
    Keys("key overview", ()),
    Keys("key JSON", ("y",), ("right_square_bracket",)),
    Keys("copy a key as", ("C",), ("escape",)),
    Keys("rename a key", ("e",), ("escape",)),
    Keys("delete a key", ("D",), ("escape",)),
)
OF_ACCOUNT = (
    Keys("board by urgency", ("2", "pagedown")),
    Keys("board by name", ("o", "pagedown")),
    Keys("board by next run", ("o", "pagedown", "home")),
    Keys("board alone", ("z",), ("z", "1")),
    Keys("account activity", ("right_square_bracket",), ("right_square_bracket",)),
    Keys("tree", ("end", "pageup", "pageup"), ("home",)),
    Keys("problems", ("f",), ("f",)),
    Keys("filter", ("slash", "left_square_bracket"), ("escape",)),
    Keys("palette", ("colon", "slash"), ("escape",)),
    Keys("radar", ("M", "m", "pagedown"), ("escape",)),
    Keys("log", ("L",), ("escape",)),
    Keys("profiles", ("at",), ("escape",)),
    Keys("help", ("question_mark",), ("escape",)),
)


class Wire:
    """What the terminal is sent.

    Attributes:
        written: Since it was looked at last.
        has_edge: False: without the filter at the terminal's edge.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Be the terminal of programs in tests, which have none; until the test ends."""
        self.written: list[str] = []
        self.has_edge = True
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(HeadlessDriver, "is_headless", property(returning(False)))  # noqa: FBT003 - a value

        def write(_: HeadlessDriver, text: str) -> None:
            self.written.append(harmless(text) if self.has_edge else text)

        monkeypatch.setattr(HeadlessDriver, "write", write)

    def take_the_edge_away(self) -> None:
        """Leave the views to themselves."""
        self.has_edge = False
        self._monkeypatch.setattr(FntuiApp, "get_line_filters", App[int].get_line_filters)
        self._monkeypatch.setattr(screen_diff, "printable", _raw)

    def take_the_views_away(self) -> None:
        """Leave the edge to itself: hand everything on as it came."""
        made = ((printable, _raw), (printable_json, _raw_json), (content, _raw_content))
        for name, module in list(sys.modules.items()):
            if name.startswith("fntui.") and name not in _OF_THE_EDGE:
                for own, other in made:
                    if getattr(module, own.__name__, None) is own:
                        self._monkeypatch.setattr(module, own.__name__, other)


def _raw(text: str) -> str:
    return text


def _raw_json(value: object) -> list[str]:
    return json.dumps(value, indent=2, ensure_ascii=False).split("\n")


def _raw_content(text: str, style: str = "") -> Content:
    return Content(text).stylize(style)


class Tour:
    """Somebody who looks at every screen, and at every byte that it sends."""

    def __init__(self, it: Whole, wire: Wire, *, is_aligned: bool = True) -> None:
        """Look through ``it``; rows must be as wide as the terminal if ``is_aligned``."""
        self.it = it
        self.copied: list[str] = []
        self._wire = wire
        self._is_aligned = is_aligned

    def check(self, screen: str, fields: Sequence[str]) -> None:
        """Assert that nothing of what is shown is anything but text, in its place."""
        written = "".join(self._wire.written)
        self._wire.written.clear()
        assert strays(written, SIZE, tuple(self.copied)) == [], screen
        for row in drawn_rows(self.it.app):
            assert not HAZARD.search(row), (screen, row)
            assert cells(row) == SIZE[0] or not self._is_aligned, (screen, row)
        for field in fields:
            tried("text", field, screen)

    async def walk(self, screens: Sequence[Keys], fields: Sequence[str]) -> None:
        """Open each of ``screens``, look, and close it."""
        main = self.it.app.main
        for screen, opening, closing in screens:
            await self.it.press(*opening)
            self.check(screen, fields)
            for key in closing:
                if key == "y":  # later than what counts as typed ahead
                    await self.it.clock.advance(1)
                await self.it.press(key)
            assert self.it.top() is main, (screen, self.it.text)

    async def show(self, name: str, made: Screen[Any], fields: Sequence[str]) -> None:
        """Put a screen on top, look, and take it away."""
        await self.it.app.push_screen(made)
        await self.it.pilot.pause()
        self.check(name, fields)
        _ = made.dismiss(None)
        await self.it.pilot.pause()

    async def select(self, node: Node) -> None:
        """Go to an object."""
        self.it.app.main.reveal(node)
        await self.it.pilot.pause()
        assert self.it.selected() == node


def drawn_rows(app: FntuiApp) -> list[str]:
    """Return the rows as they go to the terminal, in full."""
    width, height = app.size
    strips = app.screen._compositor.render_strips(app.size)
    return ["".join(part.text for part in strip.crop(0, width)) for strip in strips[:height]]


@asynccontextmanager
async def tour(
    wire: Wire, profile: str = "prod", *, is_aligned: bool = True
) -> AsyncGenerator[Tour]:
    """Start the program on the hostile account."""
    profiles = (Profile(name=profile), Profile(name=f"{profile}2"))
    async with whole(SIZE, made=hostile_account, profiles=profiles) as it:
        yield Tour(it, wire, is_aligned=is_aligned)


async def walk_everything(tour: Tour, texts: Sequence[str]) -> None:
    """Visit every screen: those of the account, then for each text those of its objects."""
    tour.copied += [text.encode(errors="replace").decode() for text in TEXTS]
    tour.copied += [id_of(text, number) for number, text in enumerate(TEXTS)]
    await tour.walk(OF_ACCOUNT, FIELDS)
    for text in texts:
        namespace_id = id_of(text, TEXTS.index(text))
        await tour.select(NamespaceKey(namespace_id))
        await tour.walk(OF_NAMESPACE, NAMESPACE_FIELDS)
        await tour.select(TriggerKey(namespace_id, text))
        await tour.walk(OF_TRIGGER, TRIGGER_FIELDS)
        await tour.select(KeysBranch(namespace_id))
        tour.check("keys", ACCESS_KEY_FIELDS)
        await tour.select(AccessKeyKey(namespace_id, text))
        await tour.walk(OF_KEY, ACCESS_KEY_FIELDS)
        await tour.select(ALL)
