"""Every form, from the first key to the outcome."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from msgspec import UNSET, UnsetType, structs
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Checkbox

from fntui.api.drafts import AccessKeyDraft, TriggerChange
from fntui.api.errors import ConnectionLost, InvalidRequest, NotFound, TimedOut
from fntui.api.models import IssuedAccessKey, ScheduledDetails, ScheduledRuns, Trigger
from fntui.api.operations import (
    CREATE_ACCESS_KEY,
    CREATE_NAMESPACE,
    CREATE_TRIGGER,
    GET_TRIGGER,
    LIST_ACCESS_KEYS,
    LIST_NAMESPACES,
    RENAME_ACCESS_KEY,
    UPDATE_TRIGGER,
    Operation,
)
from fntui.core.model.snapshot import AccessKeyKey
from fntui.core.operations.outcome import Clash
from fntui.json_numbers import Number
from fntui.ui.forms.access_key import AccessKeyForm, RenameKeyForm, expires_at
from fntui.ui.forms.form import Form
from fntui.ui.forms.namespace import NamespaceForm
from fntui.ui.forms.trigger import TriggerForm
from fntui.ui.screens.dialogs.clash import ClashDialog
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.screens.dialogs.issued_key import IssuedKeyDialog
from fntui.ui.screens.dialogs.orphaned_keys import OrphanedKeys
from fntui.ui.widgets.fields import JsonArea
from tests.support.builders import NOON
from tests.support.forms import (
    BILLING,
    HOSTILE,
    FormsApp,
    confirm,
    fill,
    settle,
    shown,
    until,
)
from tests.support.ui import a_session

KEY = AccessKeyKey(BILLING, "key-abcd1234")


@asynccontextmanager
async def opened(
    make: Callable[[FormsApp], Form[Any]],
    app: FormsApp | None = None,
    size: tuple[int, int] = (80, 24),
) -> AsyncGenerator[tuple[FormsApp, Pilot[Any]]]:
    """Run an app with a form open."""
    app = app or FormsApp()
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        app.push_screen(make(app))
        await settle(pilot)
        yield app, pilot


def top(app: FormsApp) -> Screen[Any]:
    return app.screen


def form(app: FormsApp) -> Form[Any]:
    assert isinstance(app.screen, Form)
    return app.screen


async def preview(pilot: Pilot[Any]) -> None:
    await pilot.press("ctrl+o")
    await settle(pilot)


def edit(app: FormsApp) -> TriggerForm:
    return TriggerForm(BILLING, app.api.triggers[BILLING]["invoice-run"])


# Namespace


async def test_a_namespace_is_created_by_keyboard_alone() -> None:
    async with opened(lambda _: NamespaceForm()) as (app, pilot):
        await pilot.press(*"new one", "tab", "down", "down", "ctrl+o")
        await settle(pilot)
        assert "POST /v2/functions/namespaces" in shown(app)
        assert "Create namespace new one (prod)?" in shown(app)
        await confirm(pilot)
        assert [space.label for space in app.api.namespaces.values()][-1] == "new one"
        assert app.said == ["Namespace new one was created."]
        assert not isinstance(top(app), Form)


async def test_enter_goes_to_the_next_field_and_sends_nothing() -> None:
    async with opened(lambda _: NamespaceForm()) as (app, pilot):
        await pilot.press(*"ab", "enter", *"cd")
        assert top(app).query_one("#region").value == "cd"  # type: ignore[attr-defined]
        assert app.api.calls.count(CREATE_NAMESPACE.words) == 0


@pytest.mark.parametrize(("values", "words"), [({}, "label"), ({"label": "x"}, "region")])
async def test_an_empty_field_is_named_and_gets_the_cursor(
    values: dict[str, str], words: str
) -> None:
    async with opened(lambda _: NamespaceForm()) as (app, pilot):
        fill(app, **values)
        await preview(pilot)
        assert f"The {words} is empty." in shown(app)
        assert top(app).focused is not None
        assert top(app).focused.id == words  # type: ignore[union-attr]


async def test_what_was_typed_is_kept_when_the_server_refuses() -> None:
    async with opened(lambda _: NamespaceForm()) as (app, pilot):
        error = InvalidRequest(
            CREATE_NAMESPACE, f"label taken {HOSTILE}", status=422, request_id="req-42"
        )
        app.api.fail_before[CREATE_NAMESPACE] = [error]
        fill(app, label="billing", region="nyc1")
        await preview(pilot)
        await confirm(pilot)
        assert isinstance(top(app), NamespaceForm)
        assert "label taken" in shown(app)
        assert "req-42" in shown(app)
        assert "\x1b" not in shown(app)
        assert form(app).values() == ("billing", "nyc1")
        await preview(pilot)
        await confirm(pilot)
        assert app.said == ["Namespace billing was created."]


async def test_while_it_is_sent_the_form_says_so_and_sends_nothing_twice() -> None:
    async with opened(lambda _: NamespaceForm()) as (app, pilot):
        app.api.latency_s = 5
        fill(app, label="slow", region="nyc1")
        await preview(pilot)
        await confirm(pilot)
        assert "sending…" in shown(app)
        await preview(pilot)
        assert isinstance(top(app), NamespaceForm)
        await app.time.advance(20)
        await settle(pilot)
        assert not isinstance(top(app), Form)
        assert app.api.calls.count(CREATE_NAMESPACE.words) == 1


async def test_a_form_closed_meanwhile_tells_the_outcome_all_the_same() -> None:
    async with opened(lambda _: NamespaceForm()) as (app, pilot):
        app.api.latency_s = 5
        app.api.fail_before[CREATE_NAMESPACE] = [
            InvalidRequest(CREATE_NAMESPACE, "no such region", status=422)
        ]
        fill(app, label="slow", region="mars1")
        await preview(pilot)
        await confirm(pilot)
        await pilot.press("escape", "escape")  # stops waiting, then closes
        await settle(pilot)
        assert not isinstance(top(app), Form)
        await app.time.advance(20)
        await settle(pilot)
        assert "no such region" in app.said[-1]


async def test_an_unknown_outcome_is_said_to_be_unknown() -> None:
    async with opened(lambda _: NamespaceForm()) as (app, pilot):
        app.api.fail_before[CREATE_NAMESPACE] = [ConnectionLost(CREATE_NAMESPACE, "reset")]
        fill(app, label="lost", region="nyc1")
        await preview(pilot)
        app.api.fail_before[LIST_NAMESPACES] = [TimedOut(LIST_NAMESPACES, "late", was_sent=True)]
        await confirm(pilot)
        assert "It is not known whether this was carried out" in shown(app)
        assert form(app).values() == ("lost", "nyc1")


# Leaving


async def test_a_clean_form_closes_at_once() -> None:
    async with opened(lambda _: NamespaceForm()) as (app, pilot):
        await pilot.press("ctrl+q")
        await settle(pilot)
        assert not isinstance(top(app), Form)


async def test_a_dirty_form_asks_and_stays_unless_told_to_go() -> None:
    async with opened(lambda _: NamespaceForm()) as (app, pilot):
        await pilot.press("x", "escape")
        await settle(pilot)
        assert "Close without saving?" in shown(app)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(top(app), NamespaceForm)
        assert form(app).values() == ("x", "")
        await pilot.press("escape")
        await settle(pilot)
        await confirm(pilot)
        assert not isinstance(top(app), (Form, Confirm))


async def test_a_y_typed_ahead_confirms_nothing() -> None:
    async with opened(lambda _: NamespaceForm()) as (app, pilot):
        fill(app, label="x", region="nyc1")
        await preview(pilot)
        await pilot.press("y")
        await settle(pilot)
        assert isinstance(top(app), Confirm)
        await app.time.advance(0.25)
        await pilot.press("y")
        await settle(pilot)
        assert isinstance(top(app), Confirm)
        await app.time.advance(0.1)
        await pilot.press("y")
        await settle(pilot)
        assert app.api.calls.count(CREATE_NAMESPACE.words) == 1


async def test_ctrl_c_ends_nothing() -> None:
    async with opened(lambda _: NamespaceForm()) as (app, pilot):
        await pilot.press("tab", "tab", "ctrl+c", "ctrl+o", "ctrl+c")
        form(app).action_say_how_to_leave()
        assert isinstance(top(app), NamespaceForm)
        assert "Esc closes this form." in app.said


async def test_without_an_account_nothing_is_sent() -> None:
    async with opened(lambda _: NamespaceForm()) as (app, pilot):
        fill(app, label="x", region="nyc1")
        app.session = None
        await preview(pilot)
        assert "Not signed in" in shown(app)
        assert form(app).where == "no account"
        assert form(app).namespace_name("fn-9") == "fn-9"


async def test_another_account_meanwhile_wants_another_look() -> None:
    async with opened(lambda _: NamespaceForm()) as (app, pilot):
        fill(app, label="x", region="nyc1")
        await preview(pilot)
        app.session = a_session(app.api)
        await confirm(pilot)
        assert "You signed in anew" in shown(app)
        assert CREATE_NAMESPACE.words not in app.api.calls


async def test_a_form_covered_while_it_ends_closes_once_it_is_uncovered() -> None:
    async with opened(lambda _: NamespaceForm()) as (app, pilot):
        app.api.latency_s = 5
        fill(app, label="x", region="nyc1")
        await preview(pilot)
        await confirm(pilot)
        app.push_screen(Confirm("Above?", []))
        await app.time.advance(20)
        await settle(pilot)
        assert isinstance(top(app), Confirm)
        await pilot.press("escape")
        await settle(pilot)
        assert not isinstance(top(app), (Form, Confirm))


# Trigger


async def test_a_trigger_is_created_with_all_that_was_typed() -> None:
    async with opened(lambda _: TriggerForm(BILLING, None, ["ops/ping", "ops/pong"])) as (
        app,
        pilot,
    ):
        fill(app, name="a / ü", cron="*/15 9-17 * * mon-fri", body='{"a": [1, 2]}')
        top(app).query_one("#function").focus()
        await pilot.press("down", "down")
        await preview(pilot)
        assert "Create a / ü in billing (prod)?" in shown(app)
        assert "*/15 9-17 * * MON-FRI" in shown(app)
        await confirm(pilot)
        made = app.api.triggers[BILLING]["a / ü"]
        assert made.function == "ops/pong"
        assert made.scheduled_details == ScheduledDetails(
            cron="*/15 9-17 * * MON-FRI", body={"a": [1, 2]}
        )
        assert app.said == ["Trigger a / ü was created."]


async def test_a_name_that_no_url_can_hold_is_refused_in_the_form() -> None:
    async with opened(lambda _: TriggerForm(BILLING, None)) as (app, pilot):
        for name in ("", ".", "..", "a/../b", "x" * 100_000):
            fill(app, name=name, function="f", cron="* * * * *")
            await preview(pilot)
            assert isinstance(top(app), TriggerForm)
            assert "trigger name" in shown(app) or "too long" in shown(app)
        assert CREATE_TRIGGER.words not in app.api.calls


async def test_an_error_is_taken_back_once_the_text_is_another() -> None:
    async with opened(lambda _: TriggerForm(BILLING, None)) as (app, pilot):
        fill(app, name="..", function="a/b", cron="* * * * *")
        await preview(pilot)
        told = "The trigger name has a part . or .., which a URL would follow."
        assert shown(app).count(told) == 2
        await pilot.resize_terminal(100, 30)
        assert shown(app).count(told) == 2
        await pilot.press("x")
        await settle(pilot)
        assert told not in shown(app)
        await pilot.press("tab", "tab", "tab", "tab", "{")
        await preview(pilot)
        assert "Body, line 1, column 2: the text ends before" in shown(app)
        await pilot.press("}")
        # On a slow machine the field, too, says what is wrong, until typing has paused again.
        await until(pilot, lambda: "Body, line" not in shown(app))


async def test_what_the_server_said_stays_while_it_is_mended() -> None:
    async with opened(lambda _: NamespaceForm()) as (app, pilot):
        app.api.fail_before[CREATE_NAMESPACE] = [InvalidRequest(CREATE_NAMESPACE, "bad region")]
        fill(app, label="x", region="y")
        await preview(pilot)
        await confirm(pilot)
        await pilot.press("z")
        await settle(pilot)
        assert "bad region" in shown(app)


async def test_any_other_name_goes_to_the_server_as_it_is() -> None:
    async with opened(lambda _: TriggerForm(BILLING, None)) as (app, pilot):
        for name in (" ", "a / b%", "n" * 10_000, HOSTILE):
            fill(app, name=name, function="f", cron="* * * * *")
            await preview(pilot)
            await confirm(pilot)
            assert name in app.api.triggers[BILLING]
            app.push_screen(TriggerForm(BILLING, None))
            await settle(pilot)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "n"}, "The function is empty."),
        ({"name": "n", "function": "f", "cron": "@daily"}, "The cron can't be sent"),
        ({"name": "n", "function": "f"}, "The cron can't be sent"),
        (
            {"name": "n", "function": "f", "cron": "* * * * *", "body": "[]"},
            "must be a JSON object",
        ),
        (
            {"name": "n", "function": "f", "cron": "* * * * *", "body": "{"},
            "Body, line 1, column 2",
        ),
    ],
)
async def test_what_can_t_be_sent_is_said_and_nothing_is_sent(
    values: dict[str, str], words: str
) -> None:
    async with opened(lambda _: TriggerForm(BILLING, None)) as (app, pilot):
        fill(app, **values)
        await preview(pilot)
        assert words in shown(app)
        assert CREATE_TRIGGER.words not in app.api.calls


async def test_an_edit_shows_old_and_new_and_sends_cron_and_body_together() -> None:
    app = FormsApp()
    async with opened(edit, app) as (_, pilot):
        fill(app, cron="0 * * * *")
        await preview(pilot)
        text = shown(app)
        assert "*/15 * * * *   →  0 * * * *" in text
        assert "96 runs a day  →  24 runs a day" in text
        assert "14:45:00Z      →  15:00:00Z" in text
        assert "unchanged, sent again as it is" in text
        assert "PUT /v2/functions/namespaces/fn-billing-0001/triggers/invoice-run" in text
        await confirm(pilot)
        details = app.api.triggers[BILLING]["invoice-run"].scheduled_details
        assert details == ScheduledDetails(cron="0 * * * *", body={"a": 1})
        assert app.said == ["Trigger invoice-run was saved."]


async def test_a_new_body_shows_its_difference() -> None:
    app = FormsApp()
    async with opened(edit, app) as (_, pilot):
        fill(app, body="")
        await preview(pilot)
        assert '-  "a": 1' in shown(app)
        assert "(unchanged)" in shown(app)
        await confirm(pilot)
        details = app.api.triggers[BILLING]["invoice-run"].scheduled_details
        assert details == ScheduledDetails(cron="*/15 * * * *", body=None)


async def test_the_switch_alone_sends_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    app = FormsApp()
    sent: list[TriggerChange] = []
    plain = app.api.update_trigger

    async def update(namespace_id: str, name: str, change: TriggerChange) -> Trigger:
        sent.append(change)
        return await plain(namespace_id, name, change)

    monkeypatch.setattr(app.api, "update_trigger", update)
    async with opened(edit, app) as (_, pilot):
        top(app).query_one(Checkbox).focus()
        await pilot.press("space")
        await preview(pilot)
        assert "enabled" in shown(app)
        await confirm(pilot)
        assert sent == [TriggerChange(is_enabled=False)]


async def test_no_change_sends_nothing() -> None:
    app = FormsApp()
    async with opened(edit, app) as (_, pilot):
        await preview(pilot)
        assert "Nothing was changed" in shown(app)
        assert isinstance(top(app), TriggerForm)


@pytest.mark.parametrize(
    ("held", "sent", "shown_as"),
    [
        ("0 */15 * * * *", "*/15 * * * *", "*/15 * * * * (unchanged; the seconds of"),
        ("0 9 * * 7", "0 9 * * 7", "0 9 * * 7 (unchanged)"),
        ("@daily", "@daily", "@daily (unchanged)"),
        ("CRON_TZ=Asia/Tokyo 0 9 * * *", "CRON_TZ=Asia/Tokyo 0 9 * * *", "(unchanged)"),
    ],
)
async def test_a_body_is_saved_whatever_the_cron_is(held: str, sent: str, shown_as: str) -> None:
    app = FormsApp()
    app.api.change(BILLING, "invoice-run", scheduled_details=ScheduledDetails(cron=held, body=None))
    async with opened(edit, app) as (_, pilot):
        fill(app, body='{"b": 1}')
        await preview(pilot)
        assert shown_as in shown(app)
        await confirm(pilot)
        details = app.api.triggers[BILLING]["invoice-run"].scheduled_details
        assert details == ScheduledDetails(cron=sent, body={"b": 1})


NUMBERS: dict[str, Any] = {"b": Number("0.12345678901234567890"), "c": Number("1e400")}


async def test_numbers_go_back_as_they_came_when_something_else_changes() -> None:
    app = FormsApp()
    held = ScheduledDetails(cron="*/15 * * * *", body={"a": Number("1.0"), **NUMBERS})
    app.api.change(BILLING, "invoice-run", scheduled_details=held)
    async with opened(edit, app) as (_, pilot):
        fill(app, cron="0 * * * *")
        await preview(pilot)
        assert "unchanged, sent again as it is" in shown(app)
        await pilot.press("escape")
        await settle(pilot)
        area = top(app).query_one("#body", JsonArea)
        area.text = area.text.replace('"a": 1.0', '"a": 1')
        await preview(pilot)
        assert '-  "a": 1.0' in shown(app)
        await confirm(pilot)
        details = app.api.triggers[BILLING]["invoice-run"].scheduled_details
        assert details == ScheduledDetails(cron="0 * * * *", body={"a": 1, **NUMBERS})


async def test_true_is_not_one() -> None:
    app = FormsApp()
    held = ScheduledDetails(cron="*/15 * * * *", body={"a": True})
    app.api.change(BILLING, "invoice-run", scheduled_details=held)
    async with opened(edit, app) as (_, pilot):
        fill(app, body='{"a": 1}')
        await preview(pilot)
        assert '+  "a": 1' in shown(app)


async def test_a_changed_cron_must_be_one_that_can_be_sent() -> None:
    app = FormsApp()
    seven = ScheduledDetails(cron="0 9 * * 7", body=None)
    app.api.change(BILLING, "invoice-run", scheduled_details=seven)
    async with opened(edit, app) as (_, pilot):
        fill(app, cron="0 10 * * 7")
        await preview(pilot)
        assert "The cron can't be sent: weekday: 7 is not in" in shown(app)
        assert "write 0" in shown(app)
        top(app).query_one(Checkbox).value = False
        fill(app, cron="0 9 * * 7")
        await preview(pilot)
        assert isinstance(top(app), Confirm)


async def test_times_by_a_cron_that_the_api_reads_otherwise_are_marked() -> None:
    app = FormsApp()
    runs = ScheduledRuns(last_run_at=None, next_run_at=app.time.now() + timedelta(minutes=40))
    app.api.change(BILLING, "invoice-run", scheduled_runs=runs)
    async with opened(edit, app) as (_, pilot):
        assert app.session is not None
        await app.session.operations.read_triggers(BILLING)
        fill(app, cron="0 * * * *")
        await settle(pilot)
        assert "These times are by cron" in shown(app)
        await preview(pilot)
        assert "→  by cron 15:00:00Z" in shown(app)


@pytest.mark.parametrize("details", [UNSET, None, ScheduledDetails(cron="0 * * * *")])
async def test_what_the_api_did_not_say_is_not_guessed(
    details: ScheduledDetails | UnsetType | None,
) -> None:
    def unknown(app: FormsApp) -> TriggerForm:
        trigger = app.api.triggers[BILLING]["invoice-run"]
        return TriggerForm(BILLING, structs.replace(trigger, scheduled_details=details))

    async with opened(unknown) as (app, pilot):
        assert "did not say what the body is" in shown(app)
        await preview(pilot)
        assert "Nothing was changed" in shown(app)
        fill(app, cron="5 * * * *")
        await preview(pilot)
        assert "unknown" in shown(app)
        assert isinstance(top(app), Confirm)


async def test_a_trigger_deleted_meanwhile_leaves_the_text_in_the_form() -> None:
    app = FormsApp()
    async with opened(edit, app) as (_, pilot):
        fill(app, cron="0 * * * *")
        del app.api.triggers[BILLING]["invoice-run"]
        await preview(pilot)
        await confirm(pilot)
        assert isinstance(top(app), TriggerForm)
        assert "there is no such object" in shown(app)
        assert "0 * * * *" in shown(app)


async def clash(app: FormsApp, pilot: Pilot[Any]) -> None:
    fill(app, cron="0 * * * *", body='{"mine": 1}')
    theirs = ScheduledDetails(cron="7 * * * *", body={"theirs": 1})
    app.api.change(BILLING, "invoice-run", scheduled_details=theirs)
    await preview(pilot)
    await confirm(pilot)


async def test_a_clash_shows_yours_theirs_and_the_base_and_goes_back_by_escape() -> None:
    app = FormsApp()
    async with opened(edit, app, (80, 30)) as (_, pilot):
        await clash(app, pilot)
        assert isinstance(top(app), ClashDialog)
        for words in ("0 * * * *", "7 * * * *", "*/15 * * * *", '"mine": 1', '"theirs": 1'):
            assert words in shown(app)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(top(app), TriggerForm)
        assert form(app).values()[2] == "0 * * * *"
        assert "7 * * * *" in str(app.api.triggers[BILLING]["invoice-run"])


async def test_a_clash_shows_crons_without_their_seconds() -> None:
    app = FormsApp()
    async with opened(edit, app, (80, 30)) as (_, pilot):
        fill(app, cron="0 * * * *")
        theirs = ScheduledDetails(cron="30 7 * * * *", body=None)
        app.api.change(BILLING, "invoice-run", scheduled_details=theirs)
        await preview(pilot)
        await confirm(pilot)
        assert "7 * * * *" in shown(app)
        assert "30 7" not in shown(app)


async def test_a_clash_can_be_overwritten() -> None:
    app = FormsApp()
    async with opened(edit, app) as (_, pilot):
        await clash(app, pilot)
        await confirm(pilot)
        details = app.api.triggers[BILLING]["invoice-run"].scheduled_details
        assert details == ScheduledDetails(cron="0 * * * *", body={"mine": 1})
        assert app.said == ["Trigger invoice-run was saved."]


async def test_theirs_can_be_taken_and_edited_on() -> None:
    app = FormsApp()
    async with opened(edit, app) as (_, pilot):
        await clash(app, pilot)
        await app.time.advance(1)
        await pilot.press("t")
        await settle(pilot)
        assert form(app).values()[2] == "7 * * * *"
        assert not form(app).is_dirty
        fill(app, cron="8 * * * *")
        await preview(pilot)
        await confirm(pilot)
        details = app.api.triggers[BILLING]["invoice-run"].scheduled_details
        assert details == ScheduledDetails(cron="8 * * * *", body={"theirs": 1})


async def test_theirs_without_details_empties_the_fields() -> None:
    app = FormsApp()
    async with opened(edit, app) as (_, pilot):
        base = app.api.triggers[BILLING]["invoice-run"]
        theirs = structs.replace(base, scheduled_details=UNSET, is_enabled=False)
        form(app).clashed(Clash(base=base, theirs=theirs))
        await settle(pilot)
        assert "unknown cron" in shown(app)
        await app.time.advance(1)
        await pilot.press("t")
        await settle(pilot)
        assert form(app).values()[2:] == ("", False, "")


async def test_a_clash_without_an_account_overwrites_nothing() -> None:
    app = FormsApp()
    async with opened(edit, app) as (_, pilot):
        await clash(app, pilot)
        app.session = None
        await confirm(pilot)
        assert isinstance(top(app), TriggerForm)
        assert UPDATE_TRIGGER.words not in app.api.calls


async def test_fields_put_back_during_a_clash_leave_nothing_to_overwrite() -> None:
    app = FormsApp()
    async with opened(edit, app) as (_, pilot):
        form = top(app)
        await clash(app, pilot)
        form.query_one("#cron").value = "*/15 * * * *"  # type: ignore[attr-defined]
        form.query_one("#body").text = '{"a": 1}'  # type: ignore[attr-defined]
        await confirm(pilot)
        assert UPDATE_TRIGGER.words not in app.api.calls


async def test_a_clash_after_the_form_was_closed_is_told() -> None:
    app = FormsApp()
    async with opened(edit, app) as (_, pilot):
        fill(app, cron="0 * * * *")
        await preview(pilot)
        app.api.latency_s = 5
        app.api.change(BILLING, "invoice-run", is_enabled=False)
        await confirm(pilot)
        await pilot.press("escape", "escape")
        await app.time.advance(30)
        await settle(pilot)
        assert app.said[-1] == "Not saved: someone else changed the trigger meanwhile."


async def test_what_the_server_kept_instead_is_said() -> None:
    app = FormsApp()
    async with opened(edit, app) as (_, pilot):
        fill(app, cron="0 * * * *")
        await preview(pilot)
        kept = ScheduledDetails(cron="1 * * * *", body={"a": 1})
        reads = iter([None, kept])

        def meddle(operation: Operation) -> None:
            details = next(reads, None) if operation is GET_TRIGGER else None
            if details:
                app.api.change(BILLING, "invoice-run", scheduled_details=details)

        app.api.on_call = meddle
        await confirm(pilot)
        assert app.said == ["Trigger invoice-run was saved. The server kept cron 1 * * * *."]


async def test_a_distant_next_run_has_its_date_and_none_is_said() -> None:
    async with opened(lambda _: TriggerForm(BILLING, None)) as (app, pilot):
        fill(app, name="n", function="f", cron="0 0 1 1 *")
        await preview(pilot)
        assert "2027-01-01 00:00:00Z" in shown(app)
        await pilot.press("escape")
        await settle(pilot)
        fill(app, cron="0 0 30 2 *")
        await preview(pilot)
        assert "never" in shown(app)


# Access keys


@pytest.mark.parametrize(
    ("text", "says"),
    [("1h", "2026-11-23 13"), ("90d", "2027-02-21"), ("36h", "2026-11-25 00"), ("never", "None")],
)
def test_an_expiry_is_a_date(text: str, says: str) -> None:
    assert str(expires_at(text, NOON)).startswith(says)


@pytest.mark.parametrize(
    "text", ["", "0h", "0d", "1w", "-1d", "1.5d", "d", "90 d", "NEVER", "\uff11h"]
)
def test_what_is_no_expiry_is_refused(text: str) -> None:
    told = expires_at(text, NOON)
    assert isinstance(told, str)
    assert "whole number of hours or days" in told


def test_an_expiry_beyond_time_is_refused() -> None:
    assert "9999" in str(expires_at("9999999d", NOON))


async def test_a_key_is_created_and_its_secret_dialog_opens() -> None:
    async with opened(lambda _: AccessKeyForm(BILLING)) as (app, pilot):
        assert "expires 2027-02-21" in shown(app)
        await pilot.press(*"ci", "tab", "down")
        assert "expires 2027-11-23" in shown(app)
        await preview(pilot)
        assert "Create an access key in billing (prod)?" in shown(app)
        await confirm(pilot)
        assert isinstance(top(app), IssuedKeyDialog)
        assert "ssss" not in shown(app)


async def test_a_key_may_never_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(lambda _: AccessKeyForm(BILLING)) as (app, pilot):
        fill(app, name="n", expiry="never")
        await settle(pilot)
        assert "never expires" in shown(app)
        drafts: list[AccessKeyDraft] = []
        plain = app.api.create_access_key

        async def create(namespace_id: str, draft: AccessKeyDraft) -> IssuedAccessKey:
            drafts.append(draft)
            return await plain(namespace_id, draft)

        monkeypatch.setattr(app.api, "create_access_key", create)
        await preview(pilot)
        await confirm(pilot)
        assert drafts[0].expires_in is UNSET


@pytest.mark.parametrize(
    ("values", "words"),
    [({}, "The name is empty."), ({"name": "x", "expiry": "soon"}, "whole number")],
)
async def test_a_key_that_can_t_be_made_is_said_so(values: dict[str, str], words: str) -> None:
    async with opened(lambda _: AccessKeyForm(BILLING)) as (app, pilot):
        fill(app, **values)
        await preview(pilot)
        assert words in shown(app)
        assert CREATE_ACCESS_KEY.words not in app.api.calls


async def test_the_secret_dialog_opens_though_the_form_was_closed() -> None:
    async with opened(lambda _: AccessKeyForm(BILLING)) as (app, pilot):
        app.api.latency_s = 5
        fill(app, name="n")
        await preview(pilot)
        await confirm(pilot)
        await pilot.press("escape")
        await app.time.advance(20)
        await settle(pilot)
        assert isinstance(top(app), IssuedKeyDialog)


async def test_a_lost_answer_tells_of_the_orphaned_key_and_deletes_it() -> None:
    async with opened(lambda _: AccessKeyForm(BILLING)) as (app, pilot):
        app.api.fail_after[CREATE_ACCESS_KEY] = [ConnectionLost(CREATE_ACCESS_KEY, "reset")]
        fill(app, name="n")
        await preview(pilot)
        await confirm(pilot)
        assert isinstance(top(app), OrphanedKeys)
        assert "key-1" in shown(app)
        await confirm(pilot)
        assert list(app.api.keys[BILLING]) == ["key-abcd1234"]
        assert app.said == ["Access key key-1 was deleted."]
        assert isinstance(top(app), AccessKeyForm)


async def test_where_nothing_can_be_found_out_there_is_nothing_to_delete() -> None:
    async with opened(lambda _: AccessKeyForm(BILLING)) as (app, pilot):
        app.api.fail_before[CREATE_ACCESS_KEY] = [
            TimedOut(CREATE_ACCESS_KEY, "late", was_sent=True)
        ]
        app.api.fail_before[LIST_ACCESS_KEYS] = [TimedOut(LIST_ACCESS_KEYS, "late", was_sent=True)]
        fill(app, name="n")
        await preview(pilot)
        await confirm(pilot)
        assert isinstance(top(app), OrphanedKeys)
        assert "not known" in shown(app)
        await confirm(pilot)
        assert isinstance(top(app), OrphanedKeys)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(top(app), AccessKeyForm)


async def test_a_refused_key_opens_no_dialog() -> None:
    async with opened(lambda _: AccessKeyForm(BILLING)) as (app, pilot):
        app.api.fail_before[CREATE_ACCESS_KEY] = [NotFound(CREATE_ACCESS_KEY, "gone", status=404)]
        fill(app, name="n")
        await preview(pilot)
        await confirm(pilot)
        assert isinstance(top(app), AccessKeyForm)


def renaming(app: FormsApp) -> RenameKeyForm:
    return RenameKeyForm(KEY, app.api.keys[BILLING][KEY.key_id])


async def test_a_key_is_renamed() -> None:
    app = FormsApp()
    async with opened(renaming, app) as (_, pilot):
        await preview(pilot)
        assert "Nothing was changed" in shown(app)
        fill(app, name="deploy")
        await preview(pilot)
        assert "ci  →  deploy" in shown(app)
        await confirm(pilot)
        assert app.api.keys[BILLING][KEY.key_id].name == "deploy"
        assert app.said == ["The access key was renamed."]


async def test_a_key_can_t_lose_its_name() -> None:
    app = FormsApp()
    async with opened(renaming, app) as (_, pilot):
        fill(app, name=" ")
        await preview(pilot)
        assert "The name is empty." in shown(app)
        assert RENAME_ACCESS_KEY.words not in app.api.calls


# On any screen


@pytest.mark.parametrize("size", [(60, 20), (20, 5)])
@pytest.mark.parametrize("kind", ["namespace", "trigger", "edit", "key", "rename"])
async def test_hostile_text_in_every_field_at_every_size(kind: str, size: tuple[int, int]) -> None:
    app = FormsApp()
    forms: dict[str, Callable[[FormsApp], Form[Any]]] = {
        "namespace": lambda _: NamespaceForm(),
        "trigger": lambda _: TriggerForm(BILLING, None, [HOSTILE]),
        "edit": edit,
        "key": lambda _: AccessKeyForm(BILLING),
        "rename": renaming,
    }
    async with opened(forms[kind], app, size) as (_, pilot):
        for widget in top(app).query("Input, TextArea").results():
            widget.focus()
            app.post_message(events.Paste(HOSTILE))
            await settle(pilot)
            assert "\x1b" not in shown(app)
            assert "\u202e" not in shown(app)
        await preview(pilot)
        await pilot.resize_terminal(20, 5)
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert app.crash_line == ""
        assert app.is_running


async def test_every_field_comes_into_sight_at_60_by_20() -> None:
    async with opened(lambda _: TriggerForm(BILLING, None), size=(60, 20)) as (app, pilot):
        fill(app, cron="* 9 1 * MON")
        for words in ("Name", "Function", "fires by its cron", "Cron", "Body"):
            await settle(pilot)
            assert words in shown(app)
            await pilot.press("tab")
        assert "Ctrl-O" in shown(app)
