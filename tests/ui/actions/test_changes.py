"""What the user can change, from the key to the words about how it ended."""

import json
import stat
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET, structs
from textual.pilot import Pilot

from fntui.api.errors import InvalidRequest, MissingScope, NotFound, TimedOut
from fntui.api.models import AccessKey, ScheduledDetails
from fntui.api.operations import (
    DELETE_NAMESPACE,
    GET_TRIGGER,
    LIST_NAMESPACES,
    UPDATE_TRIGGER,
)
from fntui.api.secret import Secret
from fntui.core.model.events import NamespaceGone
from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, TriggerKey
from fntui.files import create_private
from fntui.json_numbers import Number
from fntui.ui.actions import changes
from fntui.ui.actions.backup import keepsake
from fntui.ui.actions.undo import undo
from fntui.ui.forms.access_key import AccessKeyForm, RenameKeyForm
from fntui.ui.forms.namespace import NamespaceForm
from fntui.ui.forms.trigger import TriggerForm
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.screens.dialogs.delete_namespace import DeleteNamespace
from tests.support.builders import NOON, a_trigger
from tests.support.forms import (
    BILLING,
    LOCKED,
    OTHER,
    FormsApp,
    confirm,
    settle,
    shown,
    until,
    wait_out_type_ahead,
)
from tests.support.shown import FN, a_snapshot
from tests.support.ui import a_session

RUN, DUNNING = TriggerKey(BILLING, "invoice-run"), TriggerKey(BILLING, "dunning")
KEY = AccessKeyKey(BILLING, "key-abcd1234")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the state folder out of the developer's home, and the machine's time out of it all."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "fntui" / "deleted"


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []


def block(folder: Path) -> None:
    """Put a file where the folder would have to be."""
    folder.parent.mkdir()
    folder.write_text("in the way")


@asynccontextmanager
async def running(app: FormsApp | None = None) -> AsyncGenerator[tuple[FormsApp, Pilot[Any]]]:
    app = app or FormsApp()
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        yield app, pilot


def is_enabled(app: FormsApp, key: TriggerKey) -> object:
    return app.api.triggers[key.namespace_id][key.name].is_enabled


# What may not be changed

CHANGES: dict[str, Callable[[FormsApp, str], None]] = {
    "namespace": lambda app, _: changes.new_namespace(app),
    "trigger": changes.new_trigger,
    "key": changes.new_access_key,
    "edit": lambda app, where: changes.edit_trigger(app, TriggerKey(where, "invoice-run")),
    "rename": lambda app, where: changes.rename_key(app, AccessKeyKey(where, "k")),
    "pause": lambda app, where: changes.pause(app, [TriggerKey(where, "invoice-run")]),
    "delete": lambda app, where: changes.delete(app, [NamespaceKey(where)]),
    "undo": lambda app, _: undo(app),
}


async def test_a_read_only_session_opens_nothing() -> None:
    async with running(FormsApp(is_read_only=True)) as (app, pilot):
        before = list(app.api.calls)
        for change in CHANGES.values():
            change(app, BILLING)
            await settle(pilot)
            assert len(app.screen_stack) == 1
        assert app.said == ["Read-only: this session changes nothing."] * len(CHANGES)
        assert app.api.calls == before


async def test_what_belongs_to_app_platform_stays_as_it_is() -> None:
    async with running() as (app, pilot):
        changes = [change for kind, change in CHANGES.items() if kind not in {"namespace", "undo"}]
        for change in changes:
            change(app, LOCKED)
            await settle(pilot)
            assert len(app.screen_stack) == 1
        assert len(app.said) == len(changes)
        assert all(f"{LOCKED} belongs to App Platform" in said for said in app.said)


async def test_without_an_account_nothing_opens() -> None:
    async with running() as (app, pilot):
        app.session = None
        for change in CHANGES.values():
            change(app, BILLING)
            await settle(pilot)
            assert len(app.screen_stack) == 1
        assert app.said == ["Not signed in: nothing can be changed."] * len(CHANGES)


# Forms


async def test_each_form_opens() -> None:
    async with running() as (app, pilot):
        opens: dict[type, Callable[[], None]] = {
            NamespaceForm: lambda: changes.new_namespace(app),
            TriggerForm: lambda: changes.new_trigger(app, BILLING),
            AccessKeyForm: lambda: changes.new_access_key(app, BILLING),
            RenameKeyForm: lambda: changes.rename_key(app, KEY),
        }
        for form, open_it in opens.items():
            open_it()
            await settle(pilot)
            assert isinstance(app.screen, form)
            await pilot.press("escape")
            await settle(pilot)


async def test_functions_seen_are_offered() -> None:
    async with running() as (app, _):
        app.api.add_trigger(OTHER, "x")
        app.api.change(OTHER, "x", function=UNSET)
        assert app.session is not None
        await app.session.operations.read_triggers(OTHER)
        assert changes.functions_of(app.session, BILLING) == ["ops/ping"]
        assert changes.functions_of(app.session, OTHER) == []
        assert changes.functions_of(app.session, "fn-none") == []


async def test_editing_reads_first() -> None:
    async with running() as (app, pilot):
        app.api.change(BILLING, RUN.name, scheduled_details=ScheduledDetails(cron="9 9 * * *"))
        changes.edit_trigger(app, RUN)
        await settle(pilot)
        assert isinstance(app.screen, TriggerForm)
        assert "9 9 * * *" in shown(app)


async def test_what_can_t_be_read_is_not_edited() -> None:
    async with running() as (app, pilot):
        app.api.fail_before[GET_TRIGGER] = [NotFound(GET_TRIGGER, "gone", status=404)]
        changes.edit_trigger(app, RUN)
        await settle(pilot)
        assert len(app.screen_stack) == 1
        assert "no such object" in app.said[0]


async def test_an_edit_does_not_open_over_what_was_opened_meanwhile() -> None:
    async with running() as (app, pilot):
        app.api.latency_s = 5
        changes.edit_trigger(app, RUN)
        await settle(pilot)
        changes.new_namespace(app)
        await app.time.advance(10)
        await settle(pilot)
        assert isinstance(app.screen, NamespaceForm)
        assert app.said == ["invoice-run was read; press e on it again to edit it."]


async def test_a_read_that_takes_a_while_is_told_of() -> None:
    async with running() as (app, pilot):
        app.api.latency_s = 5
        changes.edit_trigger(app, RUN)
        await settle(pilot)
        assert app.waits.note(80) == ""
        await app.time.advance(1)
        assert app.waits.note(80) == "Read invoice-run…, Esc stops"


async def test_a_key_that_is_gone_is_not_renamed() -> None:
    async with running() as (app, pilot):
        changes.rename_key(app, AccessKeyKey(BILLING, "gone"))
        await settle(pilot)
        assert len(app.screen_stack) == 1


# Pause


async def test_a_trigger_is_paused_and_resumed() -> None:
    async with running() as (app, pilot):
        changes.pause(app, [RUN])
        await settle(pilot)
        assert "Pause invoice-run in billing (prod)?" in shown(app)
        assert "enabled  →  paused" in shown(app)
        await confirm(pilot)
        assert is_enabled(app, RUN) is False
        changes.pause(app, [RUN])
        await settle(pilot)
        assert "Resume invoice-run" in shown(app)
        await confirm(pilot)
        assert is_enabled(app, RUN) is True
        assert app.said == ["Paused invoice-run.", "Resumed invoice-run."]


async def test_several_are_paused_one_after_another_and_told_of_at_once() -> None:
    async with running() as (app, pilot):
        changes.pause(app, [RUN, DUNNING])
        await settle(pilot)
        assert "Pause 2 triggers (prod)?" in shown(app)
        assert "dunning in billing" in shown(app)
        await confirm(pilot)
        assert (is_enabled(app, RUN), is_enabled(app, DUNNING)) == (False, False)
        assert app.said == ["Paused 2 of 2."]


async def test_of_several_only_those_that_are_enabled_are_paused() -> None:
    async with running() as (app, pilot):
        changes.pause(app, [DUNNING])
        await settle(pilot)
        await confirm(pilot)
        changes.pause(app, [RUN, DUNNING])
        await settle(pilot)
        assert "Pause invoice-run in billing (prod)?" in shown(app)
        await confirm(pilot)
        assert app.api.calls.count(UPDATE_TRIGGER.words) == 2
        assert app.said == ["Paused dunning.", "Paused invoice-run."]


async def test_one_that_fails_is_named_and_the_others_are_paused() -> None:
    async with running() as (app, pilot):
        error = InvalidRequest(UPDATE_TRIGGER, "not this one", status=400)
        app.api.fail_before[UPDATE_TRIGGER] = [error]
        changes.pause(app, [RUN, DUNNING])
        await settle(pilot)
        await confirm(pilot)
        assert (is_enabled(app, RUN), is_enabled(app, DUNNING)) == (True, False)
        assert app.said[0].startswith(
            "Paused 1 of 2. Could not pause trigger invoice-run in billing: the API did not accept"
        )


async def test_of_many_that_fail_the_first_two_are_named() -> None:
    async with running() as (app, pilot):
        keys = [RUN, DUNNING, *(TriggerKey(BILLING, f"t{i}") for i in range(3))]
        for key in keys[2:]:
            app.api.add_trigger(BILLING, key.name, "0 * * * *")
        assert app.session is not None
        await app.session.operations.read_triggers(BILLING)
        app.api.fail_before[UPDATE_TRIGGER] = [
            MissingScope(UPDATE_TRIGGER, "no", status=403, request_id=f"r-{i}") for i in range(5)
        ]
        changes.pause(app, keys)
        await settle(pilot)
        await confirm(pilot)
        assert app.said[0].startswith("Paused 0 of 5. ")
        assert app.said[0].count("Use a token with the scope function:update") == 2
        assert "(request id r-1)" in app.said[0]
        assert app.said[0].endswith(" 3 more failed.")


async def test_an_unknown_outcome_of_a_pause_is_said() -> None:
    async with running() as (app, pilot):
        for operation in (UPDATE_TRIGGER, GET_TRIGGER):
            app.api.fail_before[operation] = [TimedOut(operation, "late", was_sent=True)]
        changes.pause(app, [RUN])
        await settle(pilot)
        await confirm(pilot)
        assert "It is not known whether this was carried out" in app.said[0]


async def test_triggers_that_are_gone_are_not_paused() -> None:
    async with running() as (app, pilot):
        changes.pause(app, [TriggerKey(BILLING, "gone")])
        await settle(pilot)
        assert app.said == ["These triggers are gone."]
        assert len(app.screen_stack) == 1


async def test_a_question_asked_of_another_account_sends_nothing() -> None:
    async with running() as (app, pilot):
        changes.pause(app, [RUN])
        await settle(pilot)
        app.session = a_session(app.api)
        await confirm(pilot)
        assert is_enabled(app, RUN) is True
        assert app.said == ["You signed in anew meanwhile: nothing was sent."]


async def test_cancel_pauses_nothing() -> None:
    async with running() as (app, pilot):
        changes.pause(app, [RUN])
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert is_enabled(app, RUN) is True


# Delete


async def test_triggers_are_deleted_after_y() -> None:
    async with running() as (app, pilot):
        changes.delete(app, [RUN])
        await settle(pilot)
        assert "Delete invoice-run in billing (prod)?" in shown(app)
        await confirm(pilot)
        assert list(app.api.triggers[BILLING]) == ["dunning"]
        assert app.said == ["Deleted invoice-run."]


async def test_what_was_gone_already_is_said() -> None:
    async with running() as (app, pilot):
        changes.delete(app, [RUN])
        await settle(pilot)
        del app.api.triggers[BILLING]["invoice-run"]
        await confirm(pilot)
        assert app.said == ["Deleted invoice-run. It was gone already."]


async def test_a_key_is_deleted_after_the_end_of_its_id() -> None:
    async with running() as (app, pilot):
        changes.delete(app, [KEY])
        await wait_out_type_ahead(pilot)
        assert "Type 1234 and press Enter" in shown(app)
        await pilot.press("y", "enter", "backspace", *"1234", "enter")
        await settle(pilot)
        assert app.api.keys[BILLING] == {}
        assert app.said == ["Deleted ci."]


async def test_the_vendor_s_own_key_is_warned_of() -> None:
    async with running() as (app, pilot):
        app.api.keys[BILLING]["key-mcp"] = AccessKey(key_id="key-mcp", name="mcp-do-x")
        assert app.session is not None
        await app.session.operations.read_access_keys(BILLING)
        changes.delete(app, [AccessKeyKey(BILLING, "key-mcp")])
        await settle(pilot)
        assert "DigitalOcean's own tooling" in shown(app)


async def test_only_triggers_go_together() -> None:
    async with running() as (app, pilot):
        changes.delete(app, [RUN, KEY])
        await settle(pilot)
        assert len(app.screen_stack) == 1
        assert app.said == ["Only triggers can be deleted together: unmark the others."]


async def delete_billing(app: FormsApp, pilot: Pilot[Any]) -> None:
    changes.delete(app, [NamespaceKey(BILLING)])
    await wait_out_type_ahead(pilot)
    assert isinstance(app.screen, DeleteNamespace)
    assert "the bodies of the triggers" in " ".join(shown(app).replace("│", " ").split())
    await pilot.press(*"billing", "enter")


async def test_a_namespace_is_deleted_after_a_file_of_it_was_kept(state: Path) -> None:
    async with running() as (app, pilot):
        app.api.namespaces[BILLING] = structs.replace(
            app.api.namespaces[BILLING], legacy_key=Secret("legacy-secret")
        )
        assert app.session is not None
        await app.session.operations.read_namespaces()
        await delete_billing(app, pilot)
        await until(pilot, lambda: len(app.said) == 2)
        assert BILLING not in app.api.namespaces
        (path,) = files_in(state)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "legacy-secret" not in path.read_text()
        kept = json.loads(path.read_text())
        assert [trigger["name"] for trigger in kept["triggers"]] == ["invoice-run", "dunning"]
        assert kept["triggers"][0]["scheduled_details"] == {
            "cron": "*/15 * * * *",
            "body": {"a": 1},
        }
        assert kept["access_keys"][0]["id"] == "key-abcd1234"
        assert kept["namespace"]["label"] == "billing"
        assert app.said[0] == f"Kept what was readable in {path}."
        assert app.said[1] == "Namespace billing was deleted."


async def test_nothing_is_deleted_from_the_folder_of_files_and_their_number_is_said(
    state: Path,
) -> None:
    create_private(state / "fn-older-1.json", "{}")
    async with running() as (app, pilot):
        await delete_billing(app, pilot)
        await until(pilot, lambda: len(app.said) == 2)
        assert app.said[0].endswith(".json. 1 file of earlier deletions is in that folder, too.")
        assert len(files_in(state)) == 2
        changes.delete(app, [NamespaceKey(OTHER)])
        await wait_out_type_ahead(pilot)
        await pilot.press(*"other", "enter")
        await until(pilot, lambda: len(app.said) == 4)
        assert app.said[2].endswith(" 2 files of earlier deletions are in that folder, too.")
        assert len(files_in(state)) == 3


async def test_the_demo_says_nothing_of_a_file_and_keeps_none(state: Path) -> None:
    async with running() as (app, pilot):
        assert app.session is not None
        app.session = replace(app.session, is_demo=True)
        changes.delete(app, [NamespaceKey(BILLING)])
        await wait_out_type_ahead(pilot)
        assert str(state) not in shown(app)
        assert "written to a" not in shown(app)
        await pilot.press(*"billing", "enter")
        await settle(pilot)
        assert BILLING not in app.api.namespaces
        assert files_in(state) == []


async def test_what_lists_leave_out_is_read_one_by_one_before(state: Path) -> None:
    bare = FormsApp()
    bare.api.is_bare = True
    async with running(bare) as (app, pilot):
        await delete_billing(app, pilot)
        await until(pilot, lambda: len(app.said) == 2)
        (path,) = files_in(state)
        kept = json.loads(path.read_text())
        assert all(trigger["scheduled_details"]["body"] for trigger in kept["triggers"])


def test_what_is_kept_of_a_namespace_holds_every_number_as_it_came() -> None:
    body = {"a": Number("1.0"), "b": Number("1e400")}
    trigger = a_trigger(scheduled_details=ScheduledDetails(cron="", body=body))
    kept = keepsake(a_snapshot([trigger]).namespaces[FN], NOON)
    assert '"a": 1.0,' in kept
    assert '"b": 1e400\n' in kept


def test_what_is_kept_of_a_namespace_holds_even_half_characters() -> None:
    body = {"half\ud800": "\udfff"}
    odd = a_trigger(name="half\ud800", scheduled_details=ScheduledDetails(cron="", body=body))
    kept = keepsake(a_snapshot([odd]).namespaces[FN], NOON)
    kept.encode()
    (trigger,) = json.loads(kept)["triggers"]
    assert (trigger["name"], trigger["scheduled_details"]["body"]) == ("half\ud800", body)


async def test_where_no_file_can_be_kept_it_asks_again(state: Path) -> None:
    block(state)
    async with running() as (app, pilot):
        await delete_billing(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        assert "Delete without keeping a file?" in shown(app)
        await pilot.press("escape")
        await settle(pilot)
        assert BILLING in app.api.namespaces
        await delete_billing(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await confirm(pilot)
        assert BILLING not in app.api.namespaces


async def test_a_wrong_label_deletes_nothing(state: Path) -> None:
    async with running() as (app, pilot):
        changes.delete(app, [NamespaceKey(BILLING)])
        await wait_out_type_ahead(pilot)
        await pilot.press(*"other", "enter", "escape")
        await settle(pilot)
        assert BILLING in app.api.namespaces
        assert files_in(state) == []


async def test_a_refused_deletion_is_told() -> None:
    async with running() as (app, pilot):
        app.api.fail_before[DELETE_NAMESPACE] = [
            InvalidRequest(DELETE_NAMESPACE, "not empty", status=400)
        ]
        await delete_billing(app, pilot)
        await until(pilot, lambda: len(app.said) == 2)
        assert "not empty" in app.said[1]


async def test_an_unknown_outcome_of_a_deletion_is_told() -> None:
    async with running() as (app, pilot):
        await_list = [TimedOut(LIST_NAMESPACES, "late", was_sent=True)]
        app.api.fail_before[DELETE_NAMESPACE] = [TimedOut(DELETE_NAMESPACE, "late", was_sent=True)]
        app.api.fail_before[LIST_NAMESPACES] = list(await_list)
        await delete_billing(app, pilot)
        await until(pilot, lambda: len(app.said) == 2)
        assert "It is not known whether this was carried out" in app.said[1]


async def test_a_deletion_does_not_open_over_something_else() -> None:
    async with running() as (app, pilot):
        app.api.latency_s = 5
        changes.delete(app, [NamespaceKey(BILLING)])
        await settle(pilot)
        changes.new_namespace(app)
        await app.time.advance(30)
        await settle(pilot)
        assert isinstance(app.screen, NamespaceForm)
        assert app.said == ["billing was read; press D on it again to delete it."]


async def test_a_namespace_that_is_gone_is_not_deleted() -> None:
    async with running() as (app, pilot):
        assert app.session is not None
        app.session.store.apply(NamespaceGone(at=app.server_now(), namespace_id=BILLING))
        changes.delete(app, [NamespaceKey(BILLING)])
        await settle(pilot)
        assert app.said == [f"{BILLING} is gone already."]
