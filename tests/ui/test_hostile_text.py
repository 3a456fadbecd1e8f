"""Text from elsewhere in every field, on every screen of the whole program: it acts on nothing.

Each of the two layers must do without the other: what the views make printable, and what is let
through to the terminal.
"""

import json
from typing import Any, cast

import pytest
from msgspec import UNSET, Struct, structs
from textual.screen import Screen

from fntui.api import decode
from fntui.api import models as models_module
from fntui.api.models import AccessKey, IssuedAccessKey, Model, ScheduledDetails, Trigger
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.core.model.profile import Profile
from fntui.core.model.snapshot import TriggerKey
from fntui.core.operations.outcome import Clash
from fntui.simulator import operations
from fntui.ui.screens.choose import Choose
from fntui.ui.screens.dialogs.ask_text import AskText
from fntui.ui.screens.dialogs.clash import ClashDialog
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.screens.dialogs.issued_key import IssuedKeyDialog
from fntui.ui.screens.dialogs.orphaned_keys import OrphanedKeys
from fntui.ui.screens.show_text import ShowText
from fntui.ui.screens.sign_in import SignIn
from fntui.ui.views.lines import line
from tests.support.hostile import GIST
from tests.support.hostile_account import (
    ACCESS_KEY_FIELDS,
    FIELDS,
    TEXTS,
    TRIGGER_FIELDS,
    hostile_account,
    id_of,
)
from tests.support.sample import sample
from tests.support.tour import OF_ACCOUNT, OF_TRIGGER, Wire, tour, walk_everything


def test_the_account_is_hostile_in_every_field() -> None:
    tried_of: dict[str, set[str]] = {}
    account = hostile_account(ManualClock())
    namespace = account.namespaces[id_of("[/x]", TEXTS.index("[/x]"))]
    key = namespace.keys["[/x]"]
    objects: list[object] = [
        *decode.namespaces(_answer(operations.list_namespaces(account))).items,
        *decode.triggers(
            _answer(operations.list_triggers(account, namespace.namespace_id)),
            namespace.namespace_id,
        ).items,
        *decode.access_keys(
            _answer(operations.list_access_keys(account, namespace.namespace_id))
        ).items,
        decode.issued_access_key(_answer({"access_key": {**key.shown(), "secret": "[/x]"}})),
    ]
    for each in objects:
        _note_texts(each, "[/x]", tried_of)
    named = {field.split(".")[1] for field in FIELDS}
    assert set().union(*tried_of.values()) == {*named, "secret"}
    models = {kind for kind in vars(models_module).values() if _is_model(kind)}
    assert {kind.__name__ for kind in models} == set(tried_of)


def _answer(value: object) -> bytes:
    return json.dumps(value).encode()


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Model) and kind is not Model


def _note_texts(value: object, text: str, found: dict[str, set[str]]) -> None:
    """Note which fields hold ``text``; one that could hold it and does not is a mistake."""
    holding = found.setdefault(type(value).__name__, set())
    for field in structs.fields(cast("Any", value)):
        held = getattr(value, field.name)
        if isinstance(held, Struct):
            _note_texts(held, text, found)
        elif isinstance(held, Secret | str | dict):
            shown = held.reveal() if isinstance(held, Secret) else json.dumps(held)
            if text in shown:
                holding.add(field.name)
        else:
            assert held is not UNSET, f"{type(value).__name__}.{field.name} is tried with nothing"


@pytest.mark.parametrize("text", sample(GIST, "all that acts"))
async def test_the_views_alone_keep_every_text_harmless(wire: Wire, text: str) -> None:
    wire.take_the_edge_away()
    async with tour(wire) as it:
        await walk_everything(it, (text,))


@pytest.mark.slow
async def test_the_edge_alone_keeps_every_text_harmless(wire: Wire) -> None:
    async with tour(wire, is_aligned=False) as it:
        wire.take_the_views_away()
        await walk_everything(it, (GIST["all that acts"],))


def a_hostile_trigger(text: str) -> Trigger:
    return Trigger(
        name=text,
        function=text,
        scheduled_details=ScheduledDetails(cron=text, body={text: text}),
    )


def screens_of(text: str) -> dict[str, tuple[Screen[Any], tuple[str, ...]]]:
    """Return the screens that need more than a key to come up, each with the fields it shows."""
    trigger = a_hostile_trigger(text)
    key = AccessKey(key_id=text, name=text)
    issued = IssuedAccessKey(access_key=key, secret=Secret(text))
    lines = [line(text), line("and ", text)]
    a_key = ACCESS_KEY_FIELDS
    return {
        "secret of a new key": (IssuedKeyDialog(text, "fn-1", issued), (*a_key, "secret")),
        "keys without a secret": (OrphanedKeys("fn-1", (text, text)), a_key[:1]),
        "clash": (ClashDialog(Clash(base=trigger, theirs=trigger), trigger), TRIGGER_FIELDS),
        "question": (Confirm(text, lines, yes=text), FIELDS),
        "question to be typed": (Confirm(text, lines, typed=text), FIELDS),
        "text asked for": (AskText(text, text, text, note=text), ("path of a file", "clipboard")),
        "text": (ShowText(text, text, text), FIELDS),
        "choice": (Choose(text, [("a", text, text)], text), FIELDS),
        "sign in": (SignIn(Profile(name=text), (text, text)), ("profile", "path of a file")),
    }


@pytest.mark.parametrize("text", sample(GIST, "all that acts"))
async def test_screens_that_something_brings_up(wire: Wire, text: str) -> None:
    wire.take_the_edge_away()
    async with tour(wire) as it:
        for name, (made, fields) in screens_of(text).items():
            await it.show(name, made, fields)


@pytest.mark.parametrize("text", sample(GIST, "all that acts"))
async def test_a_profile_may_have_any_name(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    wire.take_the_edge_away()
    monkeypatch.delenv("TERM", raising=False)
    async with tour(wire, text) as it:
        assert it.it.app.attention.title != "fntui"
        it.check("header", ["profile"])
        it.check("terminal's title", ["profile"])
        await it.walk([each for each in OF_ACCOUNT if each.screen == "profiles"], ["profile"])
        first = TEXTS.index(GIST["all that acts"])
        await it.select(TriggerKey(id_of(TEXTS[first], first), TEXTS[first]))
        wanted = {"pause a trigger", "delete a trigger"}
        await it.walk([each for each in OF_TRIGGER if each.screen in wanted], ["profile"])


async def test_a_toast_and_its_kin(wire: Wire) -> None:
    wire.take_the_edge_away()
    async with tour(wire) as it:
        for text in TEXTS:
            it.it.app.say(f"[/b] {text} end")
            await it.it.pilot.pause()
            assert "[/b]" in it.it.text
            it.check("toast", [*FIELDS, "path of a file"])
            it.it.app.clear_notifications()
