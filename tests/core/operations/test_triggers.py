import asyncio
from unittest.mock import AsyncMock

import pytest
from msgspec import UNSET, structs

from fntui.api import operations as op
from fntui.api.drafts import ScheduledDetailsDraft, TriggerChange, TriggerDraft
from fntui.api.errors import (
    ApiError,
    Conflict,
    ConnectionLost,
    InvalidRequest,
    NotFound,
    NotSent,
    RateLimited,
    ServerError,
    TimedOut,
    UnreadableAnswer,
)
from fntui.api.models import ScheduledDetails, Trigger
from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import TriggerKey
from fntui.core.operations.operations import Operations
from fntui.core.operations.outcome import UNANSWERED, Clash, LastOutcome, Status
from fntui.core.operations.writes import (
    GONE_ALREADY,
    NO_ANSWER,
    NOT_SHOWN_YET,
    NOT_SO_FAR,
    SAID_TO_BE,
)
from tests.core.conftest import Account

HOURLY = ScheduledDetailsDraft(cron="0 * * * *", body={"a": 2})
CHANGE = TriggerChange(scheduled_details=HOURLY)
DRAFT = TriggerDraft(name="new", function="a/b", is_enabled=True, scheduled_details=HOURLY)


def lost(operation: op.Operation) -> list[ApiError]:
    """Return every way to lose the answer to a request that was sent."""
    return [
        TimedOut(operation, "", was_sent=True),
        ConnectionLost(operation, ""),
        ServerError(operation, "", status=502),
        UnreadableAnswer(operation, "", status=200),
    ]


def refused(operation: op.Operation) -> list[ApiError]:
    """Return ways to learn that a request was not carried out."""
    return [
        NotSent(operation, ""),
        RateLimited(operation, "", status=429),
        TimedOut(operation, "", was_sent=False),
        InvalidRequest(operation, "", status=422),
    ]


UPDATE, CREATE, DELETE = op.UPDATE_TRIGGER, op.CREATE_TRIGGER, op.DELETE_TRIGGER


async def base_of(account: Account) -> Trigger:
    base = await account.operations.read_trigger(account.key)
    assert isinstance(base, Trigger)
    account.api.calls.clear()
    return base


async def test_pause(account: Account) -> None:
    outcome = await account.operations.set_enabled(account.key, is_enabled=False)
    assert (outcome.status, outcome.problem, outcome.note) == (Status.DONE, None, "")
    assert outcome.value is not None
    assert outcome.value.is_enabled is False
    assert account.api.calls == ["update trigger", "get trigger"]
    await account.operations.read_triggers("fn-1")
    assert account.lines() == [("you", "paused trigger invoice-run")]


async def test_a_look_that_lags_behind_the_write_does_not_undo_it(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await account.api.get_trigger("fn-1", "invoice-run")
    monkeypatch.setattr(account.api, "get_trigger", AsyncMock(return_value=before))
    outcome = await account.operations.set_enabled(account.key, is_enabled=False)
    assert (outcome.status, outcome.note) == (Status.DONE, NOT_SHOWN_YET)
    view = account.store.snapshot.trigger(account.key)
    assert view is not None
    assert view.trigger.is_enabled is False
    await account.operations.read_trigger(account.key)
    assert account.lines() == [("you", "paused trigger invoice-run")]
    account.clock.step(61)
    await account.operations.read_trigger(account.key)
    assert account.lines()[1:] == [("someone", "resumed trigger invoice-run")]


async def test_a_look_that_does_not_show_a_new_trigger_yet(account: Account) -> None:
    account.api.fail_before = {op.GET_TRIGGER: [NotFound(op.GET_TRIGGER, "", status=404)]}
    outcome = await account.operations.create_trigger("fn-1", DRAFT)
    assert (outcome.status, outcome.note) == (Status.DONE, NOT_SHOWN_YET)
    assert account.store.snapshot.trigger(TriggerKey("fn-1", DRAFT.name)) is not None


@pytest.mark.parametrize("error", refused(UPDATE), ids=repr)
async def test_what_was_refused_is_not_done(account: Account, error: ApiError) -> None:
    account.api.fail_before = {UPDATE: [error]}
    outcome = await account.operations.set_enabled(account.key, is_enabled=False)
    assert outcome.status is Status.NOT_DONE
    assert outcome.problem is not None
    assert "could not pause trigger invoice-run in billing" in outcome.problem.sentence
    assert account.api.calls == ["update trigger"]
    assert account.lines() == []
    assert account.journal.entries == ()


@pytest.mark.parametrize("error", lost(UPDATE), ids=repr)
async def test_a_lost_answer_is_looked_up(account: Account, error: ApiError) -> None:
    account.api.fail_after = {UPDATE: [error]}
    outcome = await account.operations.set_enabled(account.key, is_enabled=False)
    assert (outcome.status, outcome.note) == (Status.DONE, NO_ANSWER)
    assert account.api.calls == ["update trigger", "get trigger"]
    assert account.lines() == [("you", "paused trigger invoice-run")]


@pytest.mark.parametrize("error", lost(UPDATE)[:-1], ids=repr)
async def test_a_lost_request_is_found_out(account: Account, error: ApiError) -> None:
    account.api.fail_before = {UPDATE: [error]}
    outcome = await account.operations.set_enabled(account.key, is_enabled=False)
    assert outcome.status is Status.NOT_DONE
    assert outcome.note == f"{NOT_SO_FAR}: the server kept it enabled"
    assert outcome.problem is not None
    assert outcome.problem.advice == ""  # to look first: that was done
    assert account.journal.entries == ()


async def test_a_success_that_does_not_show_is_no_proof_of_either(account: Account) -> None:
    account.api.fail_before = {
        UPDATE: [UnreadableAnswer(UPDATE, "", status=200)],
        CREATE: [UnreadableAnswer(CREATE, "", status=200)],
    }
    for outcome in (
        await account.operations.set_enabled(account.key, is_enabled=False),
        await account.operations.create_trigger("fn-1", DRAFT),
    ):
        assert (outcome.status, outcome.note) == (Status.UNKNOWN, SAID_TO_BE)
        assert outcome.problem is not None
        assert outcome.problem.advice == ""
    assert account.journal.entries == ()


async def test_nothing_can_be_found_out(account: Account) -> None:
    account.api.fail_after = {UPDATE: [ConnectionLost(UPDATE, "")]}
    account.api.fail_before = {op.GET_TRIGGER: [NotSent(op.GET_TRIGGER, "")]}
    outcome = await account.operations.set_enabled(account.key, is_enabled=False)
    assert outcome.status is Status.UNKNOWN
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.UNREACHABLE
    assert "look afterwards" in outcome.note


async def test_it_is_gone_when_looked_at(account: Account) -> None:
    account.api.fail_before = {
        UPDATE: [ConnectionLost(UPDATE, "")],
        op.GET_TRIGGER: [NotFound(op.GET_TRIGGER, "", status=404)],
    }
    outcome = await account.operations.set_enabled(account.key, is_enabled=False)
    assert outcome.status is Status.NOT_DONE
    assert account.store.snapshot.trigger(account.key) is None


async def test_an_answer_is_believed_if_the_look_fails(account: Account) -> None:
    account.api.fail_before = {op.GET_TRIGGER: [NotSent(op.GET_TRIGGER, "")]}
    outcome = await account.operations.set_enabled(account.key, is_enabled=False)
    assert outcome.status is Status.DONE
    assert "could not look at it afterwards" in outcome.note
    view = account.store.snapshot.trigger(account.key)
    assert view is not None
    assert view.trigger.is_enabled is False


async def test_save(account: Account) -> None:
    base = await base_of(account)
    outcome = await account.operations.save_trigger(account.key, base, CHANGE)
    assert not isinstance(outcome, Clash)
    assert (outcome.status, outcome.note) == (Status.DONE, "")
    assert outcome.value is not None
    assert outcome.value.scheduled_details == ScheduledDetails(cron="0 * * * *", body={"a": 2})
    assert account.api.calls == ["get trigger", "update trigger", "get trigger"]


async def test_what_someone_changed_meanwhile_is_not_overwritten(account: Account) -> None:
    base = await base_of(account)
    await account.clock.advance(1)
    account.api.change("fn-1", "invoice-run", is_enabled=False)
    outcome = await account.operations.save_trigger(account.key, base, CHANGE)
    assert isinstance(outcome, Clash)
    assert (outcome.base, outcome.theirs.is_enabled) == (base, False)
    assert "update trigger" not in account.api.calls
    saved = await account.operations.save_trigger(account.key, base, CHANGE, overwrite=True)
    assert not isinstance(saved, Clash)
    assert saved.status is Status.DONE


async def test_what_is_gone_is_not_saved(account: Account) -> None:
    base = await base_of(account)
    account.api.triggers["fn-1"].clear()
    outcome = await account.operations.save_trigger(account.key, base, CHANGE)
    assert not isinstance(outcome, Clash)
    assert outcome.status is Status.NOT_DONE
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.NOT_FOUND
    assert account.store.snapshot.trigger(account.key) is None


async def test_what_cannot_be_read_before_is_not_saved(account: Account) -> None:
    base = await base_of(account)
    account.api.fail_before = {op.GET_TRIGGER: [NotSent(op.GET_TRIGGER, "")]}
    outcome = await account.operations.save_trigger(account.key, base, CHANGE)
    assert not isinstance(outcome, Clash)
    assert outcome.status is Status.NOT_DONE
    assert account.api.calls == ["get trigger"]


async def test_a_server_that_keeps_something_else(account: Account) -> None:
    base = await base_of(account)

    def keep_other(_: op.Operation) -> None:
        if account.api.calls[-2:] == ["update trigger", "get trigger"]:
            details = ScheduledDetails(cron="5 * * * *", body=None)
            account.api.change("fn-1", "invoice-run", scheduled_details=details)

    account.api.on_call = keep_other
    outcome = await account.operations.save_trigger(account.key, base, CHANGE)
    assert not isinstance(outcome, Clash)
    assert outcome.status is Status.DONE
    assert outcome.note == "the server kept cron 5 * * * *, the server kept another body"


async def test_create(account: Account) -> None:
    outcome = await account.operations.create_trigger("fn-1", DRAFT)
    assert outcome.status is Status.DONE
    assert account.store.snapshot.trigger(TriggerKey("fn-1", "new")) is not None
    assert account.lines() == [("you", "created trigger new")]


async def test_create_with_a_lost_answer(account: Account) -> None:
    account.api.fail_after = {CREATE: [ServerError(CREATE, "", status=500)]}
    outcome = await account.operations.create_trigger("fn-1", DRAFT)
    assert (outcome.status, outcome.note) == (Status.DONE, NO_ANSWER)
    assert account.api.calls.count("create trigger") == 1


async def test_create_with_a_lost_request(account: Account) -> None:
    account.api.fail_before = {CREATE: [ServerError(CREATE, "", status=500)]}
    outcome = await account.operations.create_trigger("fn-1", DRAFT)
    assert (outcome.status, outcome.note) == (Status.NOT_DONE, NOT_SO_FAR)


async def test_create_what_was_there_before(account: Account) -> None:
    again = structs.replace(DRAFT, name="invoice-run")
    account.api.fail_before = {CREATE: [ServerError(CREATE, "", status=500)]}
    outcome = await account.operations.create_trigger("fn-1", again)
    assert outcome.status is Status.NOT_DONE
    assert "it was there before" in outcome.note
    outcome = await account.operations.create_trigger("fn-1", again)
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.CONFLICT


async def test_delete(account: Account) -> None:
    outcome = await account.operations.delete_trigger(account.key)
    assert (outcome.status, outcome.note) == (Status.DONE, "")
    assert account.store.snapshot.trigger(account.key) is None
    await account.operations.read_triggers("fn-1")
    assert account.lines() == [("you", "deleted trigger invoice-run")]


async def test_delete_what_is_gone_already(account: Account) -> None:
    account.api.triggers["fn-1"].clear()
    outcome = await account.operations.delete_trigger(account.key)
    assert (outcome.status, outcome.note) == (Status.DONE, GONE_ALREADY)
    assert account.lines() == [("someone", "deleted trigger invoice-run")]
    assert account.journal.entries == ()


async def test_delete_refused(account: Account) -> None:
    account.api.fail_before = {DELETE: [Conflict(DELETE, "", status=409)]}
    outcome = await account.operations.delete_trigger(account.key)
    assert outcome.status is Status.NOT_DONE
    assert account.store.snapshot.trigger(account.key) is not None


async def test_delete_with_a_lost_answer(account: Account) -> None:
    account.api.fail_after = {DELETE: [ConnectionLost(DELETE, "")]}
    outcome = await account.operations.delete_trigger(account.key)
    assert (outcome.status, outcome.note) == (Status.DONE, NO_ANSWER)


async def test_delete_with_a_lost_request(account: Account) -> None:
    account.api.fail_before = {DELETE: [ConnectionLost(DELETE, "")]}
    outcome = await account.operations.delete_trigger(account.key)
    assert (outcome.status, outcome.note) == (Status.NOT_DONE, NOT_SO_FAR)


async def test_delete_without_any_evidence(account: Account) -> None:
    account.api.fail_after = {DELETE: [ConnectionLost(DELETE, "")]}

    def fail_the_look(operation: op.Operation) -> None:
        if operation is DELETE:
            account.api.fail_before = {op.GET_TRIGGER: [NotSent(op.GET_TRIGGER, "")]}

    account.api.on_call = fail_the_look
    outcome = await account.operations.delete_trigger(account.key)
    assert outcome.status is Status.UNKNOWN


async def test_nothing_is_sent_in_a_read_only_session(account: Account) -> None:
    reader = Operations(account.api, account.store, account.journal, is_read_only=True)
    outcome = await reader.set_enabled(account.key, is_enabled=False)
    assert outcome.status is Status.NOT_DONE
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.READ_ONLY
    assert account.api.calls == []


async def test_nothing_is_sent_to_a_locked_namespace(account: Account) -> None:
    outcome = await account.operations.delete_trigger(TriggerKey("ap-1", "x"))
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.LOCKED
    assert account.api.calls == []


async def test_a_cancelled_caller_does_not_cut_a_write(account: Account) -> None:
    account.api.latency_s = 5
    writing = asyncio.create_task(account.operations.set_enabled(account.key, is_enabled=False))
    await account.clock.advance(1)
    assert account.operations.writes_under_way == 1
    writing.cancel()
    await account.clock.advance(20)
    assert writing.cancelled()
    assert account.operations.writes_under_way == 0
    assert account.lines() == [("you", "paused trigger invoice-run")]


async def test_at_the_end_a_write_is_let_finish_that_does_so_in_time(account: Account) -> None:
    account.api.latency_s = 2
    writing = asyncio.create_task(account.operations.set_enabled(account.key, is_enabled=False))
    await account.clock.settle()
    asking = asyncio.create_task(account.operations.last_outcomes(account.clock.sleep(10)))
    await account.clock.advance(9)
    (last,) = await asking
    assert last.what == "pause trigger invoice-run in billing"
    assert last.outcome is not None
    assert last.outcome == await writing
    assert account.lines() == [("you", "paused trigger invoice-run")]


async def test_at_the_end_a_write_without_an_answer_is_told_of(account: Account) -> None:
    account.api.latency_s = 60
    writing = asyncio.create_task(account.operations.set_enabled(account.key, is_enabled=False))
    await account.clock.settle()
    asking = asyncio.create_task(account.operations.last_outcomes(account.clock.sleep(1)))
    await account.clock.advance(1)
    what = "pause trigger invoice-run in billing"
    assert await asking == (LastOutcome(what, None),)
    assert account.lines() == [("you", f"{what}: {UNANSWERED}")]
    await account.clock.advance(200)
    await writing


async def test_a_bug_in_a_write_is_no_outcome(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_down(*_: object) -> None:
        await account.clock.sleep(0.5)
        raise RuntimeError

    monkeypatch.setattr(account.operations, "_create", break_down)
    writing = asyncio.create_task(account.operations.create_trigger("fn-1", DRAFT))
    await account.clock.settle()
    asking = asyncio.create_task(account.operations.last_outcomes(account.clock.sleep(1)))
    await account.clock.advance(1)
    assert await asking == (LastOutcome("create trigger new in billing", None),)
    with pytest.raises(RuntimeError):
        await writing


async def test_a_poll_under_way_is_not_mistaken_for_someone(account: Account) -> None:
    account.api.latency_s = 1
    account.api.triggers["fn-1"]["invoice-run"] = structs.replace(
        account.api.triggers["fn-1"]["invoice-run"], updated_at=UNSET
    )
    polls = [asyncio.create_task(account.operations.read_triggers("fn-1"))]
    writing = asyncio.create_task(account.operations.set_enabled(account.key, is_enabled=False))
    for _ in range(6):
        await account.clock.advance(0.5)
        polls.append(asyncio.create_task(account.operations.read_triggers("fn-1")))
    await account.clock.advance(10)
    await asyncio.gather(writing, *polls)
    assert account.lines() == [("you", "paused trigger invoice-run")]
