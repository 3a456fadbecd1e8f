"""Undoing, from the key to the words about how it ended."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec import UNSET, structs
from textual.pilot import Pilot

from fntui.api.drafts import AccessKeyChange, ScheduledDetailsDraft, TriggerChange, TriggerDraft
from fntui.api.errors import InvalidRequest, TimedOut
from fntui.api.models import Listing, Trigger, Unreadable
from fntui.api.operations import DELETE_TRIGGER, GET_TRIGGER, UPDATE_TRIGGER
from fntui.core.model.events import (
    AccessKeyRead,
    NamespaceGone,
    TriggerGone,
    TriggerRead,
    TriggersRead,
)
from fntui.core.model.snapshot import AccessKeyKey, TriggerKey
from fntui.core.session import Session
from fntui.ui.actions import changes
from fntui.ui.actions.undo import undo
from tests.support.forms import (
    BILLING,
    OTHER,
    FormsApp,
    confirm,
    settle,
    shown,
    wait_out_type_ahead,
)

RUN, DUNNING = TriggerKey(BILLING, "invoice-run"), TriggerKey(BILLING, "dunning")
KEY = AccessKeyKey(BILLING, "key-abcd1234")


@asynccontextmanager
async def running() -> AsyncGenerator[tuple[FormsApp, Pilot[Any], Session]]:
    app = FormsApp()
    async with app.run_test(size=(100, 40), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        assert app.session is not None
        yield app, pilot, app.session


async def ask(app: FormsApp, pilot: Pilot[Any]) -> list[str]:
    """Press u; return what the dialog then shows, its blanks and its frame left out."""
    undo(app)
    await settle(pilot)
    rows = [" ".join(row.strip(" │").split()) for row in shown(app).split("\n")]
    return [row for row in rows if row]


async def pause(app: FormsApp, pilot: Pilot[Any], *keys: TriggerKey) -> None:
    changes.pause(app, keys)
    await settle(pilot)
    await confirm(pilot)


async def delete(app: FormsApp, pilot: Pilot[Any], *keys: TriggerKey) -> None:
    changes.delete(app, keys)
    await settle(pilot)
    await confirm(pilot)


def are_enabled(app: FormsApp) -> list[object]:
    return [trigger.is_enabled for trigger in app.api.triggers[BILLING].values()]


# One change


async def test_a_pause_is_undone_after_showing_what_changes() -> None:
    async with running() as (app, pilot, _):
        await pause(app, pilot, RUN)
        rows = await ask(app, pilot)
        assert "Undo: paused trigger invoice-run in billing (prod)?" in rows[0]
        assert rows[1:5] == [
            "done paused trigger invoice-run in billing",
            "undo resume trigger invoice-run in billing",
            "invoice-run in billing paused → enabled",
            f"PUT /v2/functions/namespaces/{BILLING}/triggers/invoice-run",
        ]
        await confirm(pilot)
        assert are_enabled(app) == [True, True]
        assert app.said[-1] == "Undone."
        undo(app)
        assert app.said[-1] == "Everything was undone already."
        assert len(app.screen_stack) == 1


async def test_a_toggle_shows_the_state_as_it_is_now() -> None:
    async with running() as (app, pilot, session):
        await pause(app, pilot, RUN)
        await app.time.advance(1)
        app.api.change(BILLING, RUN.name, is_enabled=True)
        await session.operations.read_triggers(BILLING)
        assert "invoice-run in billing enabled → enabled" in await ask(app, pilot)


async def test_where_the_state_is_not_known_it_is_the_one_we_left() -> None:
    async with running() as (app, pilot, session):
        await pause(app, pilot, RUN)
        kept = structs.replace(app.api.triggers[BILLING][RUN.name], is_enabled=None)
        fact = TriggerRead(at=app.server_now(), namespace_id=BILLING, trigger=kept)
        session.store.apply(fact)
        assert "invoice-run in billing paused → enabled" in await ask(app, pilot)


async def test_a_long_name_leaves_room_for_the_profile_in_the_title() -> None:
    async with running() as (app, pilot, session):
        name = "n" * 200
        app.api.add_trigger(BILLING, name)
        await session.operations.read_triggers(BILLING)
        await pause(app, pilot, TriggerKey(BILLING, name))
        assert "… (prod)?" in (await ask(app, pilot))[0]


async def test_nothing_is_undone_where_nothing_was_changed() -> None:
    async with running() as (app, _, __):
        undo(app)
        assert app.said == ["Nothing was changed yet."]


async def test_an_undo_that_fails_is_told() -> None:
    async with running() as (app, pilot, _):
        await delete(app, pilot, RUN)
        app.api.add_trigger(BILLING, "invoice-run")
        await ask(app, pilot)
        await confirm(pilot)
        assert app.said[-1].startswith("Not undone: Could not create")


async def test_an_undo_that_was_not_confirmed_changes_nothing() -> None:
    async with running() as (app, pilot, _):
        await delete(app, pilot, RUN)
        await ask(app, pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert DELETE_TRIGGER.words in app.api.calls
        assert "invoice-run" not in app.api.triggers[BILLING]


# What is shown of each kind


async def edit(
    session: Session, *, cron: str, body: dict[str, Any] | None, is_enabled: bool | None = None
) -> None:
    base = await session.operations.read_trigger(RUN)
    assert isinstance(base, Trigger)
    details = ScheduledDetailsDraft(cron=cron, body=body)
    enabled = UNSET if is_enabled is None else is_enabled
    change = TriggerChange(is_enabled=enabled, scheduled_details=details)
    await session.operations.save_trigger(RUN, base, change)


async def test_an_edit_shows_the_cron_and_the_difference_of_the_body() -> None:
    async with running() as (app, pilot, session):
        await edit(session, cron="0 6 * * *", body={"a": 2, "b": 3}, is_enabled=False)
        rows = await ask(app, pilot)
        assert rows[3:12] == [
            "cron 0 6 * * * → */15 * * * *",
            "state paused → enabled",
            "body",
            "{",
            '- "a": 2,',
            '- "b": 3',
            '+ "a": 1',
            "}",
            f"PUT /v2/functions/namespaces/{BILLING}/triggers/invoice-run",
        ]


async def test_what_an_edit_left_as_it_was_is_said_to_be_unchanged() -> None:
    async with running() as (app, pilot, session):
        await edit(session, cron="*/15 * * * *", body={"a": 1}, is_enabled=False)
        rows = await ask(app, pilot)
        assert rows[3:6] == [
            "cron */15 * * * * (unchanged)",
            "state paused → enabled",
            "body unchanged",
        ]


async def test_an_edit_of_which_the_answer_did_not_show_the_details(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with running() as (app, pilot, session):

        def hide(operation: object) -> None:
            if operation is GET_TRIGGER and UPDATE_TRIGGER.words in app.api.calls:
                app.api.fail_before[GET_TRIGGER] = [TimedOut(GET_TRIGGER, "", was_sent=True)]

        update = app.api.update_trigger

        async def answer(namespace_id: str, trigger_name: str, change: TriggerChange) -> Trigger:
            kept = await update(namespace_id, trigger_name, change)
            return structs.replace(kept, scheduled_details=UNSET)

        app.api.on_call = hide
        monkeypatch.setattr(app.api, "update_trigger", answer)
        await edit(session, cron="0 6 * * *", body=None)
        assert "cron unknown → */15 * * * *" in await ask(app, pilot)


async def test_a_rename_shows_both_names() -> None:
    async with running() as (app, pilot, session):
        await session.operations.rename_access_key(KEY, AccessKeyChange(name="cd"))
        assert "name cd → ci" in await ask(app, pilot)
        await pilot.press("escape")
        await app.time.advance(61)  # until then it might be an answer that lags behind
        bare = structs.replace(app.api.keys[BILLING][KEY.key_id], name=None)
        at = app.server_now()
        session.store.apply(AccessKeyRead(at=at, namespace_id=BILLING, access_key=bare))
        assert "name key-abcd1234 → ci" in await ask(app, pilot)


async def test_a_creation_shows_what_is_deleted() -> None:
    async with running() as (app, pilot, session):
        await session.operations.create_trigger(OTHER, draft())
        assert (await ask(app, pilot))[3:8] == [
            "trigger fresh",
            "namespace other",
            "function ops/new",
            "cron 1 2 * * *",
            f"DELETE /v2/functions/namespaces/{OTHER}/triggers/fresh",
        ]


async def test_a_creation_shows_what_is_known_of_what_is_deleted() -> None:
    async with running() as (app, pilot, session):
        await session.operations.create_trigger(OTHER, draft())
        await app.time.advance(61)
        bare = structs.replace(
            app.api.triggers[OTHER]["fresh"], function=None, scheduled_details=None
        )
        at, apply = app.server_now(), session.store.apply
        apply(TriggerRead(at=at, namespace_id=OTHER, trigger=bare))
        rows = await ask(app, pilot)
        assert rows[5:7] == ["function unknown", "cron unknown"]
        await pilot.press("escape")
        await app.time.advance(1)
        odd = Listing[Trigger](items=(), unreadable=(Unreadable(name="fresh", reason="odd"),))
        for _ in range(2):
            apply(TriggersRead(at=app.server_now(), namespace_id=OTHER, listing=odd))
            await app.time.advance(1)
        assert (await ask(app, pilot))[3:6] == [
            "trigger fresh",
            "namespace other",
            f"DELETE /v2/functions/namespaces/{OTHER}/triggers/fresh",
        ]


def draft() -> TriggerDraft:
    details = ScheduledDetailsDraft(cron="1 2 * * *", body=None)
    return TriggerDraft(
        name="fresh", function="ops/new", is_enabled=True, scheduled_details=details
    )


async def test_a_deletion_shows_what_is_created() -> None:
    async with running() as (app, pilot, _):
        app.api.change(BILLING, RUN.name, is_enabled=False)
        await delete(app, pilot, RUN)
        assert (await ask(app, pilot))[3:12] == [
            "trigger invoice-run",
            "namespace billing",
            "function ops/ping",
            "cron */15 * * * *",
            "state paused",
            "body {",
            '"a": 1',
            "}",
            f"POST /v2/functions/namespaces/{BILLING}/triggers",
        ]


async def test_a_name_that_is_taken_by_now_is_said_so() -> None:
    async with running() as (app, pilot, session):
        await delete(app, pilot, RUN)
        await app.time.advance(1)
        app.api.add_trigger(BILLING, RUN.name)
        await session.operations.read_triggers(BILLING)
        assert "There is a trigger invoice-run already." in await ask(app, pilot)


# Several


async def test_triggers_that_were_paused_together_are_resumed_together() -> None:
    async with running() as (app, pilot, session):
        third = TriggerKey(BILLING, "third")
        app.api.add_trigger(BILLING, third.name)
        await session.operations.read_triggers(BILLING)
        await pause(app, pilot, RUN, DUNNING, third)
        rows = await ask(app, pilot)
        assert "Undo: paused 3 triggers (prod)?" in rows[0]
        assert rows[1:9] == [
            "done paused 3 triggers",
            "undo resume 3 triggers",
            "invoice-run in billing paused → enabled",
            "dunning in billing paused → enabled",
            "third in billing paused → enabled",
            *(
                f"PUT /v2/functions/namespaces/{BILLING}/triggers/{name}"
                for name in ("invoice-run", "dunning", "third")
            ),
        ]
        await confirm(pilot)
        assert are_enabled(app) == [True, True, True]
        assert app.said[-1] == "Undone 3 of 3."


async def test_triggers_that_were_deleted_together_are_created_together() -> None:
    async with running() as (app, pilot, _):
        app.api.change(BILLING, DUNNING.name, is_enabled=False)
        await delete(app, pilot, RUN, DUNNING)
        assert app.api.triggers[BILLING] == {}
        rows = await ask(app, pilot)
        assert "undo create 2 triggers again" in rows
        assert "invoice-run in billing ops/ping */15 * * * *" in rows
        assert "dunning in billing ops/ping 0 * * * * paused" in rows
        await confirm(pilot)
        assert are_enabled(app) == [True, False]


async def test_of_several_those_that_fail_stay_undoable() -> None:
    async with running() as (app, pilot, _):
        await pause(app, pilot, RUN, DUNNING)
        error = InvalidRequest(UPDATE_TRIGGER, "not this one", status=400)
        app.api.fail_before[UPDATE_TRIGGER] = [error]
        await ask(app, pilot)
        await confirm(pilot)
        assert are_enabled(app) == [False, True]
        assert app.said[-1].startswith("Undone 1 of 2. Could not resume trigger invoice-run")
        assert "done paused trigger invoice-run in billing" in await ask(app, pilot)
        await confirm(pilot)
        assert are_enabled(app) == [True, True]


async def test_who_stops_waiting_stops_the_rest() -> None:
    async with running() as (app, pilot, _):
        await pause(app, pilot, RUN, DUNNING)
        await ask(app, pilot)
        app.api.latency_s = 5
        await confirm(pilot)
        await app.time.advance(1)
        assert app.waits.stop()
        app.api.latency_s = 0
        await app.time.advance(30)
        await settle(pilot)
        assert "Stopped: 1 not sent." in app.said[-1]


# What can't be undone


async def test_why_nothing_can_be_undone_is_said() -> None:
    async with running() as (app, pilot, _):
        changes.delete(app, [KEY])
        await wait_out_type_ahead(pilot)
        await pilot.press(*"1234", "enter")
        await settle(pilot)
        undo(app)
        assert app.said[-1] == (
            "The last change, deleted access key ci in billing, can't be undone: "
            "A deleted access key can't be brought back: its secret is gone."
        )


async def test_the_newest_that_can_be_undone_is_offered_after_those_that_can_t() -> None:
    async with running() as (app, pilot, session):
        await pause(app, pilot, RUN)
        await session.operations.delete_namespace(OTHER)
        rows = " ".join(await ask(app, pilot))
        assert "The last change, deleted namespace other, can't be undone: A deleted" in rows
        assert "The one before can be undone: done paused trigger invoice-run" in rows
        await confirm(pilot)
        assert are_enabled(app) == [True, True]


async def test_a_trigger_that_is_gone_is_named_and_not_offered() -> None:
    async with running() as (app, pilot, session):
        await pause(app, pilot, RUN)
        await session.operations.delete_namespace(BILLING)
        undo(app)
        assert len(app.screen_stack) == 1
        assert app.said[-1].endswith(
            "Nor can paused trigger invoice-run in billing: That trigger is gone."
        )


async def test_of_many_that_can_t_be_undone_three_are_named() -> None:
    async with running() as (app, pilot, session):
        await pause(app, pilot, RUN)
        for number in range(5):
            app.api.add_trigger(OTHER, f"t{number}")
        await session.operations.read_triggers(OTHER)
        for number in range(5):
            await session.operations.set_enabled(TriggerKey(OTHER, f"t{number}"), is_enabled=False)
        session.store.apply(NamespaceGone(at=app.server_now(), namespace_id=OTHER))
        rows = " ".join(await ask(app, pilot))
        assert "The last change, paused trigger t4" in rows
        assert "Nor can paused trigger t2" in rows
        assert "t1" not in rows
        assert "Nor can 2 more. An earlier change can be undone: done paused trigger invo" in rows


async def test_of_a_dialog_the_rest_is_offered() -> None:
    async with running() as (app, pilot, session):
        await pause(app, pilot, RUN, DUNNING)
        await app.time.advance(61)
        at = app.server_now()
        session.store.apply(TriggerGone(at=at, namespace_id=BILLING, name=DUNNING.name))
        rows = " ".join(await ask(app, pilot))
        assert "The last change, paused trigger dunning in billing, can't be undone: That" in rows
        assert "The rest of it can be undone: done paused trigger invoice-run in billing" in rows


# What is not known


async def test_an_undo_of_unknown_outcome_is_offered_as_that() -> None:
    async with running() as (app, pilot, _):
        await pause(app, pilot, RUN)
        for operation in (UPDATE_TRIGGER, GET_TRIGGER):
            app.api.fail_before[operation] = [TimedOut(operation, "late", was_sent=True)]
        await ask(app, pilot)
        await confirm(pilot)
        assert "It is not known whether this was carried out" in app.said[-1]
        sent = app.api.calls.count(UPDATE_TRIGGER.words)
        rows = " ".join(await ask(app, pilot))
        assert (
            "Sent before, not known whether it was carried out: resume trigger invoice-run in "
            "billing. Look before you send it again."
        ) in rows
        await pilot.press("escape")
        await settle(pilot)
        assert app.api.calls.count(UPDATE_TRIGGER.words) == sent
        await ask(app, pilot)
        await confirm(pilot)
        assert app.api.calls.count(UPDATE_TRIGGER.words) == sent + 1
        assert app.said[-1] == "Undone."


async def test_an_undo_that_is_under_way_is_not_offered_again() -> None:
    async with running() as (app, pilot, _):
        await pause(app, pilot, RUN)
        await ask(app, pilot)
        app.api.latency_s = 5
        await confirm(pilot)
        undo(app)
        await settle(pilot)
        assert len(app.screen_stack) == 1
        assert app.said[-1] == (
            "It is not known yet how this ends: resume trigger invoice-run in billing."
        )
        await app.time.advance(30)
        assert app.said[-1] == "Undone."
