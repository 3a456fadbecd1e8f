"""The dialogs: what confirms, what cancels, and what becomes of a secret."""

import asyncio
import errno
import os
import re
import stat
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from fntui.api.errors import InvalidRequest
from fntui.api.models import AccessKey, IssuedAccessKey, Unreadable
from fntui.api.operations import DELETE_ACCESS_KEY
from fntui.api.secret import Secret
from fntui.core.model.problem import Problem, ProblemKind
from fntui.core.model.snapshot import NamespaceView, Reading, TriggerView
from fntui.ui.screens.dialogs.ask_text import AskText
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.screens.dialogs.delete_namespace import DeleteNamespace
from fntui.ui.screens.dialogs.dialog import Dialog
from fntui.ui.screens.dialogs.issued_key import IssuedKeyDialog
from fntui.ui.screens.dialogs.orphaned_keys import OrphanedKeys
from fntui.ui.terminal.app import Redrawn
from fntui.ui.terminal.keys import DecodedKey
from fntui.ui.views.lines import line
from tests.support.builders import NOON, a_trigger
from tests.support.forms import (
    BILLING,
    HOSTILE,
    FormsApp,
    confirm,
    settle,
    shown,
    until,
    wait_out_type_ahead,
)

SECRET = "dof_v1_" + "c0ffee" * 8 + "Zq7x"
NOT_ASKED = object()


@asynccontextmanager
async def opened(
    dialog: Screen[Any], size: tuple[int, int] = (80, 24)
) -> AsyncGenerator[tuple[FormsApp, Pilot[Any], list[Any]]]:
    """Run an app with ``dialog`` open; the list takes its result."""
    app, results = FormsApp(), list[Any]()
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        app.push_screen(dialog, results.append)
        await wait_out_type_ahead(pilot)
        yield app, pilot, results


# Confirm


@pytest.mark.parametrize(
    ("keys", "result"), [("y", True), ("enter", False), ("escape", False), ("q", False)]
)
async def test_only_y_confirms(keys: str, result: bool) -> None:  # noqa: FBT001 - a parameter of the test
    async with opened(Confirm("Really?", [line("So.")])) as (app, pilot, results):
        assert "[ Cancel ]   y  delete" in shown(app)
        await pilot.press(keys)
        await settle(pilot)
        assert results == [result]


async def test_other_keys_and_ctrl_c_change_nothing() -> None:
    async with opened(Confirm("Really?", [line("So.")])) as (app, pilot, results):
        await pilot.press("Y", "d", "ctrl+c", "delete", "backspace")
        await settle(pilot)
        assert results == []
        assert app.said == ["Esc closes this dialog."]


async def test_what_must_be_typed_is_typed_before_enter_counts() -> None:
    async with opened(Confirm("Delete?", [], typed="bill")) as (app, pilot, results):
        await pilot.press(*"yy", "enter")
        await settle(pilot)
        assert "That is not it: nothing was done." in shown(app)
        await pilot.press("backspace", "backspace", *"bill", "enter")
        await settle(pilot)
        assert results == [True]


async def test_typed_text_in_the_first_moment_confirms_nothing() -> None:
    dialog = Confirm("Delete?", [], typed="b")
    async with opened(dialog) as (app, pilot, results):
        dialog._drawn_s = app.time.monotonic()
        await pilot.press("b", "enter")
        await settle(pilot)
        assert results == []
        await app.time.advance(1)
        dialog.action_confirm()  # what y does where nothing has to be typed
        await settle(pilot)
        assert results == []
        await pilot.press("enter")
        await settle(pilot)
        assert results == [True]


async def test_a_long_body_scrolls_while_prompt_and_choices_stay() -> None:
    lines = [line(f"line {i}") for i in range(200)]
    async with opened(Confirm("Delete?", lines, typed="b"), (60, 20)) as (app, pilot, _):
        assert "Type b and press Enter" in shown(app)
        assert "↑↓ scroll" in shown(app)
        await pilot.press("down", "pagedown", "pageup", "up", "down")
        await settle(pilot)
        assert "line 1 " in shown(app) + " "
        assert "line 0 " not in shown(app).replace("\n", " ")


@pytest.mark.parametrize("size", [(20, 5), (5, 2), (200, 60)])
async def test_dialogs_survive_any_size(size: tuple[int, int]) -> None:
    title = HOSTILE * 20
    async with opened(Confirm(title, [line(HOSTILE * 50)], typed="b")) as (app, pilot, _):
        await pilot.resize_terminal(*size)
        await settle(pilot)
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert "\x1b" not in shown(app)
        assert "Type b" in shown(app)
        assert app.crash_line == ""


async def test_a_covered_dialog_does_not_close_what_covers_it() -> None:
    below = Confirm("Below?", [])
    async with opened(below) as (app, pilot, results):
        app.push_screen(Confirm("Above?", []))
        await settle(pilot)
        below.close(result=True)
        await settle(pilot)
        assert results == []
        assert "Above?" in shown(app)


# AskText


async def test_a_text_is_asked_for_until_it_can_be_taken() -> None:
    question = AskText("Which?", "Path", "a", refuse=lambda text: "" if text == "ab" else "No.")
    async with opened(question) as (app, pilot, results):
        await pilot.press("backspace", "enter")
        await settle(pilot)
        assert "Nothing was typed." in shown(app)
        await pilot.press("a", "enter")
        await settle(pilot)
        assert "No." in shown(app)
        await pilot.press("b", "enter")
        await settle(pilot)
        assert results == ["ab"]


async def test_a_text_typed_ahead_is_not_taken() -> None:
    question = AskText("Which?", "Path", "a")
    async with opened(question) as (app, pilot, results):
        question._drawn_s = app.time.monotonic()
        await pilot.press("enter")
        await settle(pilot)
        assert results == []


# The secret


def issued(name: str | None = "ci") -> IssuedAccessKey:
    key = AccessKey(key_id="key-9", name=name, expires_at=None)
    return IssuedAccessKey(access_key=key, secret=Secret(SECRET))


def secret_dialog() -> IssuedKeyDialog:
    return IssuedKeyDialog("billing", BILLING, issued())


async def test_the_secret_is_masked_shown_for_30_seconds_and_masked_again() -> None:
    async with opened(secret_dialog()) as (app, pilot, _):
        assert SECRET not in shown(app)
        await pilot.press("v")
        await settle(pilot)
        assert SECRET in shown(app)
        await app.time.advance(29)
        await settle(pilot)
        assert SECRET in shown(app)
        await app.time.advance(1)
        await settle(pilot)
        assert SECRET not in shown(app)


async def test_v_hides_it_at_once_and_counts_anew() -> None:
    async with opened(secret_dialog()) as (app, pilot, _):
        await pilot.press("v", "v")
        await settle(pilot)
        assert SECRET not in shown(app)
        await app.time.advance(20)
        await pilot.press("v")
        await app.time.advance(20)
        await settle(pilot)
        assert SECRET in shown(app)


async def test_a_key_that_comes_too_soon_shows_no_secret() -> None:
    dialog = secret_dialog()
    async with opened(dialog) as (app, pilot, _):
        dialog._drawn_s = app.time.monotonic()
        await pilot.press("v")
        await settle(pilot)
        assert SECRET not in shown(app)
        await app.time.advance(1)
        await pilot.press("v")
        await settle(pilot)
        assert SECRET in shown(app)


async def test_whatever_leaves_the_terminal_hides_the_secret() -> None:
    """As Ctrl-Z does, and a SIGTSTP from elsewhere: the driver calls this before it stops."""
    async with opened(secret_dialog()) as (app, pilot, _):
        await pilot.press("v")
        await settle(pilot)
        assert SECRET in shown(app)
        app.hide_secrets()
        app.hide_secrets()
        await settle(pilot)
        assert SECRET not in shown(app)
    assert not app.secret_masks


def key(name: str, *, is_alone: bool) -> events.Key:
    return DecodedKey(name, name if len(name) == 1 else None, is_alone=is_alone)


async def test_a_y_among_other_keys_is_asked_for_again() -> None:
    async with opened(Confirm("Really?", [line("So.")])) as (app, pilot, results):
        app.post_message(key("y", is_alone=False))
        await settle(pilot)
        assert results == []
        assert "Press y again." in shown(app)
        app.post_message(key("y", is_alone=True))
        await settle(pilot)
        assert results == [True]


async def test_a_y_counts_by_when_it_was_read_not_by_when_there_is_time_for_it() -> None:
    async with opened(Confirm("Really?", [])) as (app, pilot, results):
        early = key("y", is_alone=True)
        early.time -= 60.0
        app.post_message(early)
        await settle(pilot)
        assert results == []
        assert "Press y again." in shown(app)


async def test_a_y_that_was_typed_before_the_dialog_was_back_on_the_screen_does_not_count() -> None:
    dialog = Confirm("Really?", [])
    async with opened(dialog) as (app, pilot, results):
        dialog.post_message(Redrawn())
        app.post_message(key("y", is_alone=True))
        await settle(pilot)
        assert results == []
        await wait_out_type_ahead(pilot)
        app.post_message(key("y", is_alone=True))
        await settle(pilot)
        assert results == [True]


@pytest.mark.parametrize(
    ("dialog", "result"),
    [(Confirm("Delete?", [], typed="b"), True), (AskText("Which?", "Path", ""), "b")],
)
async def test_an_enter_among_other_keys_is_asked_for_again(
    dialog: Dialog[Any], result: object
) -> None:
    async with opened(dialog) as (app, pilot, results):
        for name in ("b", "enter"):
            app.post_message(key(name, is_alone=False))
        await settle(pilot)
        assert results == []
        assert "Press Enter again." in shown(app)
        app.post_message(key("enter", is_alone=True))
        await settle(pilot)
        assert results == [result]


async def test_an_answer_counts_only_once_the_terminal_has_the_question() -> None:
    async with opened(Confirm("First?", [])) as (app, pilot, results):
        second = Confirm("Second?", [])
        app.owes_frame = True
        app.push_screen(second, results.append)
        await wait_out_type_ahead(pilot)
        await pilot.press("y")
        await settle(pilot)
        assert results == []
        app.owes_frame = False
        second._note_drawn()  # what a timer does
        await wait_out_type_ahead(pilot)
        await pilot.press("y")
        await settle(pilot)
        assert results == [True]


async def test_the_secret_is_nowhere_but_on_the_screen_and_in_the_clipboard() -> None:
    dialog = secret_dialog()
    async with opened(dialog) as (app, pilot, _):
        await pilot.press("v", "c", "s", "k")
        await settle(pilot)
        texts = [repr(dialog), str(dialog), repr(vars(dialog)), str(dialog.title), *app.said]
        texts += [repr(worker) for worker in app.workers]
        texts += [str(each) for each in app._notifications]
        await pilot.press("v")
        await settle(pilot)
        texts += [repr(vars(widget)) for widget in dialog.query("*")]
        assert not [text for text in texts if SECRET in text]


def marks(app: FormsApp) -> dict[str, str]:
    """Return what is marked at the choices, by their keys."""
    rows = [row.strip(" │") for row in shown(app).split("\n")]
    found = [re.fullmatch(r"([vcswk])  .*\S   (\S.*)", row) for row in rows]
    return {each[1]: each[2] for each in found if each}


async def test_it_is_copied_with_and_without_the_id() -> None:
    async with opened(secret_dialog()) as (app, pilot, _):
        await pilot.press("c", "s")
        await settle(pilot)
        assert app.copied == [(f"key-9:{SECRET}", "id:secret"), (SECRET, "The secret")]
        assert "The secret was copied" in shown(app)
        assert "id:secret was copied" not in shown(app)
        assert marks(app) == {"c": "copied", "s": "copied"}


async def test_it_is_kept_in_the_keyring_or_said_why_not() -> None:
    async with opened(secret_dialog()) as (app, pilot, _):
        app.accounts_kept.refusal = "The keyring is locked."
        await pilot.press("k")
        await settle(pilot)
        assert "Not stored: The keyring is locked." in shown(app)
        assert marks(app) == {"k": "not stored"}
        app.accounts_kept.refusal = ""
        await pilot.press("k")
        await settle(pilot)
        assert app.accounts_kept.kept == {"access key key-9": Secret(f"key-9:{SECRET}")}
        assert "Stored in the keyring" in shown(app)
        assert "Not stored" not in shown(app)
        assert marks(app) == {"k": "stored"}


async def write_to(app: FormsApp, pilot: Pilot[Any], path: str) -> None:
    await pilot.press("w")
    await wait_out_type_ahead(pilot)
    assert SECRET not in shown(app)
    app.screen.query_one(Input).value = path
    await pilot.press("enter")
    await settle(pilot)


async def test_it_is_written_to_a_new_file_of_mode_0600(tmp_path: Path) -> None:
    async with opened(secret_dialog()) as (app, pilot, _):
        path = tmp_path / "key"
        await write_to(app, pilot, str(path))
        await wait_for_note(app, pilot, "Written to")
        assert marks(app) == {"w": "written"}
        assert path.read_text() == f"key-9:{SECRET}\n"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def wait_for_note(app: FormsApp, pilot: Pilot[Any], words: str) -> None:
    """Wait for a thread's outcome to be shown."""
    await until(pilot, lambda: words in unframed(app))


def unframed(app: FormsApp) -> str:
    """Return what the screen shows, on one line and without frames."""
    return " ".join(shown(app).replace("│", " ").split())


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("exists", "exists"),
        ("link", "exists"),
        ("no folder", "there is no folder"),
        ("readable", "Permission denied"),
        ("nul", "can't hold such characters"),
    ],
)
async def test_a_file_that_can_t_be_made_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, words: str
) -> None:
    def denied(path: Path, _: str) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    (tmp_path / "there").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    paths = {
        "exists": str(tmp_path / "there"),
        "link": str(tmp_path / "link"),
        "no folder": str(tmp_path / "there" / "key"),
        "readable": str(tmp_path / "denied"),
        "nul": "a\x00b",
    }
    if kind == "readable":
        monkeypatch.setattr("fntui.ui.screens.dialogs.issued_key.create_private", denied)
    async with opened(secret_dialog()) as (app, pilot, _):
        await write_to(app, pilot, paths[kind])
        await wait_for_note(app, pilot, words)
        assert marks(app) == {"w": "not written"}
        assert (tmp_path / "there").read_text() == "mine"
        assert not (tmp_path / "elsewhere").exists()


async def test_what_was_written_once_stays_marked_when_a_second_file_fails(tmp_path: Path) -> None:
    async with opened(secret_dialog()) as (app, pilot, _):
        for note in ("Written to", "exists"):
            await write_to(app, pilot, str(tmp_path / "key"))
            await wait_for_note(app, pilot, note)
        assert "Written to" not in shown(app)
        assert marks(app) == {"w": "written"}


async def test_what_takes_a_while_is_marked_and_no_old_note_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = asyncio.Event()
    refusals = ["It is locked.", ""]

    async def keep(_: str, __: Secret) -> str:
        await gate.wait()
        return refusals.pop(0)

    async with opened(secret_dialog()) as (app, pilot, _):
        monkeypatch.setattr(app.accounts_kept, "keep_secret", keep)
        for before, after in (("storing…", "not stored"), ("storing…", "stored")):
            gate.clear()
            await pilot.press("k")
            await settle(pilot)
            assert marks(app) == {"k": before}
            assert "Not stored" not in shown(app)
            gate.set()
            await settle(pilot)
            assert marks(app) == {"k": after}


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_every_note_is_in_sight_however_long_the_path(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    folder = tmp_path.joinpath(*["-".join(["name"] * 30)] * 8)
    folder.mkdir(parents=True)
    async with opened(secret_dialog(), size) as (app, pilot, _):
        await pilot.press("c", "s", "k")
        await settle(pilot)
        for path, words, ending in (
            (folder / "key", "readable by you alone", "name/key,readablebyyoualone."),
            (folder / "key", "nothing is overwritten", "name/keyexists,andnothingisoverwritten."),
            (folder / "none" / "key", "there is no folder", "name/none."),
        ):
            await write_to(app, pilot, str(path))
            await wait_for_note(app, pilot, words)
            text = unframed(app)
            assert ending in text.replace(" ", "")
            assert "Esc close, or delete the key again" in text
            if size == (80, 24):  # all of it is in sight there
                assert set(marks(app)) == {"c", "s", "w", "k"}
                assert "scroll" not in text


async def test_no_file_is_written_where_that_was_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[str] = []
    monkeypatch.setattr("fntui.ui.screens.dialogs.issued_key._write_file", written.append)
    async with opened(secret_dialog()) as (app, pilot, _):
        await pilot.press("w")
        await wait_out_type_ahead(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, IssuedKeyDialog)
        assert written == []


async def test_every_way_out_asks() -> None:
    async with opened(secret_dialog()) as (app, pilot, results):
        for key in ("escape", "q", "ctrl+c", "ctrl+q", "enter"):
            await pilot.press(key)
            await wait_out_type_ahead(pilot)
            assert "Close for good?" in shown(app)
            await pilot.press("escape")
            await settle(pilot)
            assert isinstance(app.screen, IssuedKeyDialog)
        assert results == []


async def test_what_ends_after_the_dialog_was_closed_hurts_nobody() -> None:
    dialog = secret_dialog()
    async with opened(dialog) as (app, pilot, results):
        await answer(pilot, "Zq7x")
        assert results == [None]
        dialog._say("Written after all.")
        await settle(pilot)
        assert app.crash_line == ""


async def answer(pilot: Pilot[Any], text: str) -> None:
    await pilot.press("escape")
    await wait_out_type_ahead(pilot)
    await pilot.press(*text, "enter")
    await settle(pilot)


async def test_its_last_four_characters_close_it() -> None:
    async with opened(secret_dialog()) as (app, pilot, results):
        await answer(pilot, "Zq7y")
        assert "That is not how the secret ends." in shown(app)
        await pilot.press("backspace", "x", "enter")
        await settle(pilot)
        assert results == [None]


async def test_lost_deletes_the_key_again() -> None:
    async with opened(secret_dialog()) as (app, pilot, results):
        app.api.add_key(BILLING, "key-9", "ci")
        await answer(pilot, "lost")
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, IssuedKeyDialog)
        await answer(pilot, "lost")
        await confirm(pilot)
        assert "key-9" not in app.api.keys[BILLING]
        assert results == [None]
        assert app.said == ["The access key was deleted again."]


async def test_where_the_deletion_fails_the_secret_stays() -> None:
    async with opened(secret_dialog()) as (app, pilot, results):
        error = InvalidRequest(DELETE_ACCESS_KEY, "not now", status=400)
        app.api.fail_before[DELETE_ACCESS_KEY] = [error]
        await answer(pilot, "lost")
        await confirm(pilot)
        assert "Could not delete" in shown(app)
        assert results == []


async def test_without_an_account_nothing_can_be_deleted() -> None:
    async with opened(secret_dialog()) as (app, pilot, results):
        app.session = None
        await answer(pilot, "lost")
        await confirm(pilot)
        assert results == []


async def test_a_key_without_a_name_and_with_an_odd_id_is_shown() -> None:
    key = AccessKey(key_id="../" + HOSTILE)
    dialog = IssuedKeyDialog(HOSTILE, BILLING, IssuedAccessKey(access_key=key, secret=Secret("s")))
    async with opened(dialog) as (app, pilot, _):
        assert "\x1b" not in shown(app)
        await pilot.press("w")
        await wait_out_type_ahead(pilot)
        value = app.screen.query_one(Input).value
        assert value.endswith("/fntui-key-x31mbclickappqui")


# Orphaned keys


async def test_a_failed_deletion_of_an_orphan_is_told() -> None:
    async with opened(OrphanedKeys(BILLING, ["key-abcd1234"])) as (app, pilot, _):
        error = InvalidRequest(DELETE_ACCESS_KEY, "not now", status=400)
        app.api.fail_before[DELETE_ACCESS_KEY] = [error]
        await confirm(pilot)
        assert "not now" in app.said[-1]
        assert "key-abcd1234" in app.api.keys[BILLING]


# Delete namespace


def view(app: FormsApp) -> NamespaceView:
    assert app.session is not None
    return app.session.store.snapshot.namespaces[BILLING]


def asking(known: NamespaceView) -> DeleteNamespace:
    return DeleteNamespace(known, "prod", lambda at: at.strftime("%H:%M"), kept_in="/state/deleted")


async def test_what_goes_is_listed_and_the_label_wanted() -> None:
    async with opened(Confirm("", []), (80, 40)) as (app, pilot, _):
        results: list[Any] = []
        app.push_screen(asking(view(app)), results.append)
        await wait_out_type_ahead(pilot)
        text = shown(app)
        assert "Delete namespace billing (prod)?" in text
        assert "invoice-run   next run 14:45" in text
        assert (
            "1 access key\n" in text.replace(" │", "").replace("  ", "") or "1 access key" in text
        )
        assert "functions and packages" in text
        assert "the bodies of the triggers, with any secrets in them" in unframed(app)
        assert "fntui never deletes it. Folder: /state/deleted" in unframed(app)
        assert f"DELETE /v2/functions/namespaces/{BILLING}" in text
        await pilot.press(*"billing", "enter")
        await settle(pilot)
        assert results == [True]


@pytest.mark.parametrize(
    ("label", "typed"),
    [
        ("billing", "billing"),
        (HOSTILE, "0001"),
        (" x", "0001"),
        ("", "0001"),
        (None, "0001"),
        ("l" * 100, "0001"),
    ],
)
async def test_where_the_label_can_t_be_typed_the_end_of_the_id_is_wanted(
    label: str | None, typed: str
) -> None:
    async with opened(Confirm("", [])) as (app, pilot, _):
        known = view(app)
        namespace = structs.replace(known.namespace, label=label, region=None)
        app.push_screen(asking(structs.replace(known, namespace=namespace)))
        await settle(pilot)
        assert f"Type {typed} and press Enter" in shown(app)


async def test_the_loss_is_in_sight_however_long_the_lists_are() -> None:
    async with opened(Confirm("", [])) as (app, pilot, _):
        many = {f"t{i}": TriggerView(trigger=a_trigger(name=f"t{i}")) for i in range(30)}
        app.push_screen(asking(structs.replace(view(app), triggers=many)))
        await settle(pilot)
        assert "Its functions and packages" in shown(app)
        assert "recovered." in shown(app)


async def test_what_is_not_known_is_said() -> None:
    async with opened(Confirm("", []), (80, 40)) as (app, pilot, _):
        problem = Problem(
            kind=ProblemKind.MISSING_SCOPE, sentence="no scope", advice="", request_id=None, at=NOON
        )
        known = NamespaceView(
            namespace=view(app).namespace,
            triggers={
                "no": TriggerView(trigger=a_trigger(name="no", upcoming=None)),
                "un": TriggerView(
                    trigger=structs.replace(a_trigger(name="un"), scheduled_runs=None)
                ),
            },
            unreadable_triggers=(Unreadable(name="odd", reason="odd"),),
            access_keys={"k": AccessKey(key_id="k")},
            access_keys_reading=Reading(problem=problem),
        )
        app.push_screen(asking(known))
        await settle(pilot)
        text = shown(app)
        assert "no   no next run" in text
        assert "un   next run unknown" in text
        assert "1 that could not be understood" in text
        assert "There may be more access keys. No scope." in text


async def test_pasted_text_goes_into_a_dialog_s_field_alone() -> None:
    async with opened(Confirm("Delete?", [], typed="b")) as (app, pilot, results):
        app.post_message(events.Paste("b\nenter"))
        await settle(pilot)
        assert app.screen.query_one(Input).value == "b"
        assert results == []
