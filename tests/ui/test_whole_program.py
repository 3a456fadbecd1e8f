"""What happens to the whole program while one works: refusals, changes elsewhere, odd terminals."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from textual import events
from textual.widgets import Input

from fntui.api import operations as op
from fntui.api.secret import Secret
from fntui.core.model.profile import FoundToken, Profile
from fntui.core.operations.outcome import UNANSWERED
from fntui.simulator.app import DEMO_TOKEN
from fntui.simulator.faults import Fault
from fntui.ui.screens.sign_in import SignIn
from fntui.ui.views.prose import UNKNOWN
from fntui.ui.views.selection import ALL, KeysBranch
from fntui.ui.widgets.inputs import TextInput
from tests.support.hostile import HAZARD
from tests.support.ui import TOKEN
from tests.support.whole import Whole, whole


async def test_a_token_refused_in_the_middle_is_replaced_without_losing_the_screen() -> None:
    async with whole() as it:
        key = it.trigger("billing", "dunning")
        it.app.main.reveal(key)
        session = it.app.session
        it.api.faults.rules.append(Fault("unauthorized"))
        await it.press("r")
        await it.until(lambda: isinstance(it.top(), SignIn))
        assert "The API refused the token" in it.text
        await it.press("escape")
        assert it.selected() == key
        assert "dunning" in it.text  # what was read stays
        await it.press("R")
        assert isinstance(it.top(), SignIn)
        it.api.faults.rules.clear()
        it.app.screen.query_one(Input).value = DEMO_TOKEN
        await it.press("enter")
        await it.until(lambda: it.top() is it.app.main)
        assert it.selected() == key
        assert it.app.session is not session
        assert it.app.session is not None
        assert session is not None
        assert it.app.session.store is session.store
        now = it.app.server_now()
        await it.until(lambda: _read_since(it, now))


def _read_since(it: Whole, moment: object) -> bool:
    views = it.app.main.snapshot.namespaces.values()
    reads = [view.triggers_reading.read_at for view in views]
    return all(read is not None and read >= moment for read in reads)  # type: ignore[operator]


async def test_what_others_change_shows_by_itself() -> None:
    async with whole() as it:
        it.app.main.reveal(it.namespace("staging"))
        namespace = it.api.account.namespace(it.namespace("staging").namespace_id)
        key = it.trigger("staging", "smoke")
        it.app.main.reveal(key)
        namespace.triggers.pop("smoke")
        await it.until_shown("smoke is gone: someone deleted it.", within_s=60)
        assert it.selected() != key
        await it.press("escape", "1", "right_square_bracket")


async def test_a_run_arrives_by_itself_within_a_minute() -> None:
    async with whole() as it:
        key = it.trigger("ingest", "heartbeat")
        before = len(it.app.main.snapshot.runs(key))
        await it.until(lambda: len(it.app.main.snapshot.runs(key)) > before, within_s=65)


async def test_one_branch_without_a_scope_does_not_stop_the_others() -> None:
    async with whole() as it:
        it.api.faults.rules.append(Fault("forbidden", operation="list access keys"))
        await it.press("R")
        await it.pass_time(5)
        it.app.main.reveal(it.namespace("billing"))
        await it.pass_time(5)
        assert "function:admin" in it.text
        assert "invoice-run" in it.text


async def test_read_only_refuses_every_change_before_a_form_opens() -> None:
    async with whole(is_read_only=True) as it:
        assert "READ-ONLY" in it.text
        sent = len(it.api.log)
        it.app.main.reveal(it.trigger("billing", "dunning"))
        await it.pilot.pause()
        for key in "nepDu":
            await it.press(key)
            assert it.top() is it.app.main
            assert "ead-only" in it.text
        assert [call.method for call in list(it.api.log)[sent:] if call.method != "GET"] == []


async def test_a_locked_namespace_refuses_changes() -> None:
    async with whole() as it:
        await it.press("G", "l", "j", "p")
        assert it.top() is it.app.main
        assert "App Platform" in it.text


async def test_resizing_to_nothing_and_back_keeps_the_place() -> None:
    async with whole() as it:
        key = it.trigger("billing", "dunning")
        it.app.main.reveal(key)
        await it.pass_time(1)
        before = it.text
        await it.resize(20, 5)
        assert "the terminal" in it.text
        for size in ((1, 1), (300, 100), (39, 9), (60, 20)):
            await it.resize(*size)
        assert "dunning" in it.text
        await it.press("enter")
        assert "Function    money/dunning" in it.text  # one pane at a time
        await it.press("escape")
        assert "Function" not in it.text
        await it.resize(120, 36)
        assert it.selected() == key
        assert it.text.split("\n")[4:7] == before.split("\n")[4:7]


async def test_a_pasted_megabyte_outside_a_field_is_ignored_and_said_so() -> None:
    async with whole() as it:
        before = it.selected()
        it.app.post_message(events.Paste("Dy" * 500_000))
        await it.pass_time(1)
        assert it.top() is it.app.main
        assert it.selected() == before
        assert "1,000,000 characters" in it.text


async def test_a_pasted_megabyte_in_the_filter_is_refused_and_said_so() -> None:
    async with whole() as it:
        await it.press("slash")
        it.app.post_message(events.Paste("x" * 1_000_000))
        await it.pass_time(1)
        assert "Not pasted: 1,000,000 characters" in it.text
        assert "22 of 22" in it.text


async def test_a_profile_switch_waits_for_a_write_under_way() -> None:
    async with whole() as it:
        gate = asyncio.Event()
        done: list[bool] = []

        async def write() -> bool:
            await gate.wait()
            return True

        it.app.send("a write", write(), done.append)
        it.app.start_profile(Profile(name="play"))
        await it.pass_time(1)
        assert it.app.session is not None
        assert it.app.session.profile.name == "prod"
        await it.press("q")
        assert "outcome is not known" in it.text
        await it.press("escape")
        gate.set()
        await it.until(lambda: it.app.session is not None and it.app.session.profile.name == "play")
        assert done == [True]


async def test_writes_under_way_at_the_end_are_let_finish_or_told_of_and_none_is_begun() -> None:
    async with whole() as it:
        assert it.app.session is not None
        operations, deletes = it.app.session.operations, Fault("hang", operation="delete trigger")
        it.api.faults.rules += [deletes, Fault("slow", operation="update trigger", seconds=0.5)]
        dunning, smoke = it.trigger("billing", "dunning"), it.trigger("staging", "smoke")
        told: list[object] = []

        async def both() -> None:
            await operations.set_enabled(dunning, is_enabled=False)
            await operations.set_enabled(smoke, is_enabled=False)

        it.app.send("pause", both(), told.append)
        it.app.send("delete", operations.delete_trigger(smoke), told.append)
        await it.clock.settle()
    assert it.app.last_words == [
        "Done: pause trigger dunning in billing.",
        f"Delete trigger smoke in staging: {UNANSWERED}. {UNKNOWN}",
    ]
    assert told == []
    sent = [call.operation for call in it.app.calls]
    assert sent.count(op.UPDATE_TRIGGER) == 1
    assert sent.count(op.DELETE_TRIGGER) <= 1
    assert any(UNANSWERED in activity.words for activity in it.shelf.kept.activity)


async def test_a_token_of_an_odd_form_is_taken_with_a_warning() -> None:
    async with whole() as it:
        odd = FoundToken(token=Secret(TOKEN), source="keyring", warning="Of an odd form.")
        await it.app.sign_in(Profile(name="play"), odd)
        await it.pass_time(1)
        assert "Of an odd form." in it.text


async def test_a_write_outlives_the_layer_it_was_sent_from_and_whatever_is_read() -> None:
    async with whole() as it:
        gate = asyncio.Event()
        done: list[str] = []

        async def write(name: str) -> str:
            await gate.wait()
            return name

        await it.press("question_mark")
        it.app.send("a write", write("first"), done.append)
        await it.pass_time(1)
        await it.press("escape")
        it.app.send("a write", write("second"), done.append)
        it.app.main.reveal(it.trigger("billing", "dunning"))
        await it.press("r", "e")  # reads: of the namespace, and of the trigger for its form
        await it.pass_time(1)
        await it.press("escape", "R")
        assert it.app.writes_under_way
        gate.set()
        await it.until(lambda: not it.app.writes_under_way, within_s=5)
        assert done == ["first", "second"]


# Two layers keep text from acting on the terminal, and each has to hold without the other.


async def test_what_forgot_to_be_made_printable_meets_the_last_gate() -> None:
    async with whole() as it:
        it.app.notify("so\x1b]52;c;ZXZpbA==\x07\u202e\x9b31m", markup=False)
        await it.pass_time(0.1)
        assert "so␛]52;c;ZXZpbA==" in it.text
        assert not any(HAZARD.search(row) for row in it.text.split("\n"))


async def test_keys_of_one_burst_act_in_their_order_and_field() -> None:
    async with whole() as it:
        await it.press("j", "n")
        await it.pass_time(1)
        first = [*"abc", "backspace", "backspace", "d", "tab"]
        second = [*"ef", "home", "g", "tab", "tab", "x", "backspace", "y"]
        for key in (*first, *second):
            it.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await it.pass_time(1)
        values = {field.id: field.value for field in it.app.screen.query(TextInput)}
        assert values == {"name": "ad", "function": "gef", "cron": "y"}


@pytest.mark.parametrize(
    ("opens", "shown", "closes"),
    [
        ("question_mark", "move half a page down", "escape"),
        ("question_mark", "move half a page down", "question_mark"),
        ("M", "Radar", "ctrl+q"),
        ("M", "Radar", "q"),
        ("D", "Delete", "escape"),
        ("p", "Pause", "ctrl+q"),
    ],
)
async def test_what_is_pressed_right_after_a_layer_was_closed_is_for_what_lay_below(
    opens: str, shown: str, closes: str
) -> None:
    async with whole() as it:
        it.app.main.reveal(it.trigger("billing", "invoice-run"))
        await it.pass_time(1)
        await it.press(opens)
        await it.until_shown(shown, within_s=5)
        await it.pass_time(1)
        for key in (closes, "j"):
            it.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await it.until(lambda: it.selected() == it.trigger("billing", "dunning"), within_s=5)
        assert it.top() is it.app.main


async def test_what_was_made_is_selected() -> None:
    async with whole() as it:
        await it.press("n", *"new one", "tab", *"nyc1", "ctrl+o")
        await it.pass_time(1)
        await it.press("y")
        await it.until(lambda: it.top() is it.app.main, within_s=5)
        await it.until(lambda: it.selected() == it.namespace("new one"), within_s=5)
        await it.press("n", *"job", "tab", *"a/b", "tab", "tab", *"5 * * * *", "ctrl+o")
        await it.pass_time(1)
        await it.press("y")
        await it.until(lambda: it.selected() == it.trigger("new one", "job"), within_s=5)


async def test_the_demo_writes_no_file_when_a_namespace_is_deleted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept: list[object] = []
    monkeypatch.setattr("fntui.ui.actions.delete_namespace.keep", kept.append)
    async with whole() as it:
        assert it.app.session is not None
        it.app.session = replace(it.app.session, is_demo=True)
        it.app.main.reveal(it.namespace("staging"))
        await it.pilot.pause()
        await it.press("D")
        await it.until_shown("Type staging and press Enter", within_s=5)
        assert "written to a file" not in it.text
        await it.pass_time(1)
        await it.press(*"staging")
        await it.press("enter")
        await it.until_shown("Namespace staging was deleted.", within_s=5)
        assert kept == []


async def test_after_a_stall_of_a_minute_the_watch_goes_on_at_once() -> None:
    async with whole() as it:
        await it.pass_time(70)
        key = it.trigger("ingest", "heartbeat")
        before = it.app.main.snapshot.runs(key)[-1].started_at
        it.clock._elapsed += 90  # the terminal stopped reading, the event loop stood still
        await it.until(lambda: it.app.main.snapshot.runs(key)[-1].started_at > before, within_s=12)


async def test_what_someone_does_to_what_is_selected_is_said() -> None:
    async with whole() as it:
        key = it.namespace("staging")
        triggers = it.api.account.namespace(key.namespace_id).triggers
        it.app.main.reveal(key)
        await it.pilot.pause()
        triggers["smoke"].is_enabled = False
        await it.until_shown("Someone paused trigger smoke in staging.")
        await it.press("right_square_bracket", "right_square_bracket")
        assert re.search(r"\d\dZ  someone  paused trigger smoke", it.text)
        await it.press("g")
        assert re.search(r"someone  staging / paused trigger smoke", it.text)


async def test_at_the_top_only_namespaces_that_come_and_go_are_said() -> None:
    async with whole() as it:
        namespace = it.api.account.namespace(it.namespace("staging").namespace_id)
        namespace.triggers["smoke"].is_enabled = False
        it.api.account.namespaces.pop(it.namespace("reports").namespace_id)
        await it.press("R")
        await it.pass_time(2)
        assert "Someone deleted namespace reports." in it.text
        assert "smoke in staging" not in it.text
        assert any("smoke" in line.words for line in it.app.main.snapshot.activity)


async def test_an_access_key_that_expires_while_it_is_selected() -> None:
    async with whole() as it:
        key = it.key("billing", "contractor")
        it.app.main.reveal(key)
        await it.pilot.pause()
        issued = it.api.account.namespace(key.namespace_id).keys[key.key_id]
        issued.expires_at = it.clock.now() + timedelta(seconds=90)
        await it.clock.advance(200)
        await it.pilot.pause()
        assert it.app.main.snapshot.access_key(key) is None
        assert "contractor is gone: it expired." in it.text
        lines = [(line.actor, line.words) for line in it.app.main.snapshot.activity]
        assert ("watch", "access key contractor expired") in lines
        assert "someone" not in dict(lines)


async def test_the_age_in_the_header_is_that_of_what_is_shown() -> None:
    async with whole() as it:
        key = it.namespace("billing")
        session = it.app.session
        assert session is not None
        await session.poller.stop()
        await it.clock.advance(200)
        await session.operations.read_triggers(key.namespace_id)
        for node, age in ((ALL, "3m"), (key, "0s"), (KeysBranch(key.namespace_id), "3m")):
            it.app.main.reveal(node)
            it.app.main.redraw()
            await it.pilot.pause()
            assert it.text.split("\n")[0].endswith(f"↻ {age}")
