"""Text that a person pastes, cuts and writes to files: kept as it is, acting on nothing."""

import json
import re
from pathlib import Path

import pytest
from textual import events

from fntui.core.model.profile import Profile
from fntui.core.model.snapshot import AccessKeyKey
from fntui.ui.actions.backup import keep, keepsake
from fntui.ui.forms.trigger import TriggerForm
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.widgets.fields import JsonArea
from fntui.ui.widgets.inputs import TextInput
from tests.support.builders import NOON
from tests.support.hostile import CORPUS, GIST, HAZARD
from tests.support.hostile_account import (
    FIELDS,
    SPARE,
    TEXTS,
    hostile_account,
    id_of,
)
from tests.support.sample import sample
from tests.support.tour import SIZE, Keys, Tour, Wire, tour
from tests.support.tried import tried
from tests.support.whole import whole

JSON_HAZARD = re.compile(f"(?![\n\r\t]){HAZARD.pattern}")

PASTED_INTO = (
    Keys("filter", ("slash",), ("escape",)),
    Keys("palette", ("colon",), ("escape",)),
    Keys("new namespace", ("n",), ("escape", "y")),
    Keys("new trigger", ("j", "n"), ("escape", "y")),
    Keys("new access key", ("l", "G", "n"), ("escape", "y")),
)


@pytest.mark.parametrize("text", sample(GIST, "all that acts"))
async def test_whatever_is_pasted_is_kept_and_acts_on_nothing(wire: Wire, text: str) -> None:
    wire.take_the_edge_away()
    line_of = text.splitlines()[0]
    async with whole(SIZE) as it:
        looker = Tour(it, wire)
        for screen, opening, closing in PASTED_INTO:
            await it.press(*opening)
            for field in list(it.app.screen.query("TextInput, JsonArea")):
                it.app.screen.set_focus(field)
                it.app.post_message(events.Paste(text))
                await it.pilot.pause()
                await it.pilot.pause()
                looker.check(screen, ["clipboard"])
                if isinstance(field, TextInput):
                    assert field.value.endswith(line_of)
                else:
                    assert isinstance(field, JsonArea)
                    assert not JSON_HAZARD.search(field.text)
            if "y" in closing:
                await it.press("ctrl+o")
                looker.check(f"{screen}, looked at", ["clipboard"])
                if it.top() is not it.app.main and isinstance(it.top(), Confirm):
                    await it.press("escape")
            await it.press("escape")
            if isinstance(it.top(), Confirm):
                await it.clock.advance(1)
                await it.press("y")
            assert it.top() is it.app.main


async def test_the_token_field_shows_nothing_of_what_is_pasted(wire: Wire) -> None:
    wire.take_the_edge_away()
    async with whole(SIZE) as it:
        looker = Tour(it, wire)
        it.app.ask_for_token(Profile(name="prod"), ())
        await it.pilot.pause()
        for text in GIST.values():
            it.app.post_message(events.Paste(text))
            await it.pilot.pause()
            await it.press("enter")
            looker.check("token", ["clipboard"])
            assert not it.app.crash_line


async def test_what_is_suggested_is_drawn_harmlessly(wire: Wire) -> None:
    wire.take_the_edge_away()
    functions = [f"{place}{text}" for place, text in enumerate(TEXTS)]
    async with tour(wire) as it:
        form = TriggerForm("fn-1", None, functions)
        await it.it.app.push_screen(form)
        field = form.query_one("#function", TextInput)
        form.set_focus(field)
        for place in (TEXTS.index(text) for text in GIST.values()):
            field.value = ""
            await it.it.press(*str(place))
            await it.it.pilot.pause()
            it.check("suggestion", ["trigger.function"])


async def test_what_is_cut_from_a_field_can_be_put_back_and_leaves_as_utf_8(wire: Wire) -> None:
    async with tour(wire) as it:
        text = CORPUS["surrogate"]
        key = AccessKeyKey(id_of(text, TEXTS.index(text)), SPARE + text)
        await it.select(key)
        await it.it.press("e")
        await it.it.press("shift+home", "ctrl+x")
        assert "".join(wire.written).count("\x1b]52;c;aGFsZj8=\x07") == 1  # half?
        await it.it.press("ctrl+v")
        assert it.it.app.screen.query_one(TextInput).value == text


async def test_what_is_kept_of_a_namespace_holds_no_control_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with whole(SIZE, made=hostile_account) as it:
        for view in it.app.main.snapshot.namespaces.values():
            kept = keepsake(view, NOON)
            assert not HAZARD.search(kept.replace("\n", ""))
            told = json.loads(kept)
            assert told["namespace"]["label"] == view.namespace.label
            assert [trigger["name"] for trigger in told["triggers"]] == list(view.triggers)
            path = keep(view, NOON).path
            assert re.fullmatch(r"[A-Za-z0-9_-]+-20261123T120000\.000000Z\.json", path.name)
            for field in FIELDS:
                if field != "namespace.legacy_key":
                    tried("text", field, "file of a deleted namespace")
