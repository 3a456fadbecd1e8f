import asyncio

from msgspec import structs

from fntui.api import operations as op
from fntui.api.drafts import (
    AccessKeyChange,
    AccessKeyDraft,
    NamespaceDraft,
    ScheduledDetailsDraft,
    TriggerChange,
    TriggerDraft,
)
from fntui.api.errors import NotSent, TimedOut
from fntui.api.models import Listing, ScheduledDetails, Trigger, Unreadable
from fntui.core.model.events import AccessKeysRead, NamespacesRead, TriggersRead
from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import AccessKeyKey, TriggerKey
from fntui.core.operations.outcome import Clash, Outcome, Status
from fntui.core.operations.undo import Entry, UndoState
from tests.core.conftest import Account

CI = AccessKeyKey("fn-1", "key-0")


def last(account: Account) -> Entry:
    (entry,) = account.journal.offer.entries
    return entry


async def undo(account: Account) -> Outcome[object]:
    return await account.operations.undo(last(account))


async def edit(account: Account, cron: str) -> None:
    base = await account.operations.read_trigger(account.key)
    assert isinstance(base, Trigger)
    details = ScheduledDetailsDraft(cron=cron, body={"b": 2})
    change = TriggerChange(scheduled_details=details)
    saved = await account.operations.save_trigger(account.key, base, change)
    assert not isinstance(saved, Clash)
    assert saved.status is Status.DONE


def details_of(account: Account) -> object:
    return account.api.triggers["fn-1"]["invoice-run"].scheduled_details


async def test_pause_and_resume(account: Account) -> None:
    await account.operations.set_enabled(account.key, is_enabled=False)
    entry = last(account)
    assert entry.words == "paused trigger invoice-run in billing"
    assert entry.undo_words == "resume trigger invoice-run in billing"
    assert entry.request == "PUT /v2/functions/namespaces/fn-1/triggers/invoice-run"
    assert (await undo(account)).status is Status.DONE
    assert account.api.triggers["fn-1"]["invoice-run"].is_enabled is True
    assert account.journal.offer.entries == ()
    assert account.journal.entries[0].state is UndoState.UNDONE
    assert account.journal.entries[1].why_not == "It undid another change."


async def test_edit(account: Account) -> None:
    await edit(account, "0 * * * *")
    assert (await undo(account)).status is Status.DONE
    assert details_of(account) == ScheduledDetails(cron="*/5 * * * *", body={"a": 1})


async def test_several_changes_are_undone_one_by_one(account: Account) -> None:
    await edit(account, "0 * * * *")
    await account.clock.advance(1)
    await account.operations.set_enabled(account.key, is_enabled=False)
    await account.clock.advance(1)
    await undo(account)
    await account.clock.advance(1)
    assert (await undo(account)).status is Status.DONE
    assert details_of(account) == ScheduledDetails(cron="*/5 * * * *", body={"a": 1})
    assert account.journal.offer.entries == ()


async def test_what_someone_changed_since_is_not_overwritten(account: Account) -> None:
    await edit(account, "0 * * * *")
    theirs = ScheduledDetails(cron="7 * * * *", body=None)
    account.api.change("fn-1", "invoice-run", scheduled_details=theirs)
    outcome = await undo(account)
    assert outcome.status is Status.NOT_DONE
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.CONFLICT
    assert details_of(account) == theirs
    assert last(account).state is UndoState.OPEN


def a_draft(name: str) -> TriggerDraft:
    return TriggerDraft(
        name=name,
        function="a/b",
        is_enabled=False,
        scheduled_details=ScheduledDetailsDraft(cron="0 * * * *", body=None),
    )


async def test_create_and_delete_trigger(account: Account) -> None:
    await account.operations.create_trigger("fn-1", a_draft("a b/c"))
    assert last(account).request == ("DELETE /v2/functions/namespaces/fn-1/triggers/a%20b%2Fc")
    assert (await undo(account)).status is Status.DONE
    assert list(account.api.triggers["fn-1"]) == ["invoice-run"]


async def test_a_deleted_trigger_is_made_again_from_what_was_kept(account: Account) -> None:
    account.api.change("fn-1", "invoice-run", is_enabled=False)
    await account.operations.delete_trigger(account.key)
    assert last(account).undo_words == "create trigger invoice-run again in billing"
    assert (await undo(account)).status is Status.DONE
    again = account.api.triggers["fn-1"]["invoice-run"]
    assert (again.function, again.is_enabled) == ("ops/ping", False)
    assert again.scheduled_details == ScheduledDetails(cron="*/5 * * * *", body={"a": 1})


async def test_a_deleted_trigger_that_was_not_fully_shown(account: Account) -> None:
    account.api.fail_before = {op.GET_TRIGGER: [NotSent(op.GET_TRIGGER, "")]}
    await account.operations.delete_trigger(account.key)
    assert account.journal.offer.entries == ()
    assert "did not show all" in account.journal.entries[0].why_not


async def test_an_edit_of_what_was_not_fully_shown(account: Account) -> None:
    account.api.change("fn-1", "invoice-run", scheduled_details=ScheduledDetails(cron="1 * * * *"))
    await edit(account, "0 * * * *")
    assert account.journal.offer.entries == ()
    assert "did not show all" in account.journal.entries[0].why_not


async def test_rename(account: Account) -> None:
    await account.operations.rename_access_key(CI, AccessKeyChange(name="cd"))
    assert last(account).request == "PUT /v2/functions/namespaces/fn-1/keys/key-0"
    assert (await undo(account)).status is Status.DONE
    assert account.api.keys["fn-1"]["key-0"].name == "ci"


async def test_rename_of_a_key_whose_name_was_not_known(account: Account) -> None:
    account.api.keys["fn-1"]["key-0"] = structs.replace(
        account.api.keys["fn-1"]["key-0"], name=None
    )
    await account.operations.read_access_keys("fn-1")
    await account.operations.rename_access_key(CI, AccessKeyChange(name="cd"))
    assert account.journal.entries[0].why_not == "Its former name is not known."


async def test_what_cannot_be_undone_says_why(account: Account) -> None:
    await account.operations.create_namespace(NamespaceDraft(label="x", region="nyc1"))
    await account.operations.create_access_key("fn-1", AccessKeyDraft(name="x"))
    await account.operations.delete_access_key(CI)
    await account.operations.delete_namespace("fn-1")
    assert account.journal.offer.entries == ()
    for entry in account.journal.entries:
        assert entry.why_not
        assert entry.request == entry.undo_words == ""
        outcome = await account.operations.undo(entry)
        assert (outcome.status, outcome.note) == (Status.NOT_DONE, entry.why_not)


async def test_a_failed_undo_can_be_tried_again(account: Account) -> None:
    await account.operations.set_enabled(account.key, is_enabled=False)
    account.api.fail_before = {op.UPDATE_TRIGGER: [NotSent(op.UPDATE_TRIGGER, "")]}
    assert (await undo(account)).status is Status.NOT_DONE
    assert (await undo(account)).status is Status.DONE


async def test_the_time_of_the_last_change_is_not_compared(account: Account) -> None:
    await edit(account, "0 * * * *")
    await account.clock.advance(1)
    account.api.change("fn-1", "invoice-run")
    assert (await undo(account)).status is Status.DONE


# What is gone


async def paused(account: Account) -> Entry:
    await account.operations.set_enabled(account.key, is_enabled=False)
    return last(account)


def gone(account: Account, words: str = "That trigger is gone.") -> None:
    """Check that nothing can be undone, and that the first change says why."""
    entry = account.journal.entries[0]
    assert (entry.state, entry.why_not) == (UndoState.GONE, words)
    assert account.journal.offer.entries == ()
    assert entry in account.journal.offer.skipped


async def test_what_is_in_a_deleted_namespace_can_t_be_undone(account: Account) -> None:
    await paused(account)
    await account.operations.delete_namespace("fn-1")
    gone(account)


async def test_a_trigger_can_t_be_created_again_in_a_namespace_that_is_gone(
    account: Account,
) -> None:
    await account.operations.delete_trigger(account.key)
    await account.operations.delete_namespace("fn-1")
    gone(account, "That namespace is gone.")


async def test_what_was_undone_before_its_object_went_is_not_mentioned(account: Account) -> None:
    await account.operations.undo(await paused(account))
    await paused(account)
    await account.operations.delete_namespace("fn-1")
    assert account.journal.entries[0].state is UndoState.UNDONE
    words = [entry.words for entry in account.journal.offer.skipped]
    assert words == ["deleted namespace billing", "paused trigger invoice-run in billing"]


async def test_a_deleted_access_key_is_not_renamed_back(account: Account) -> None:
    await account.operations.rename_access_key(CI, AccessKeyChange(name="cd"))
    await account.operations.delete_access_key(CI)
    gone(account, "That access key is gone.")


async def test_of_a_deleted_trigger_only_its_deletion_can_be_undone(account: Account) -> None:
    await edit(account, "0 * * * *")
    await paused(account)
    await account.operations.delete_trigger(account.key)
    assert last(account).words == "deleted trigger invoice-run in billing"
    states = [entry.state for entry in account.journal.entries]
    assert states == [UndoState.GONE, UndoState.GONE, UndoState.OPEN]


async def test_what_is_created_again_does_not_revive_older_changes(account: Account) -> None:
    await paused(account)
    await account.operations.delete_trigger(account.key)
    assert (await undo(account)).status is Status.DONE
    gone(account)


async def test_what_someone_deletes_is_dropped_by_the_next_reading(account: Account) -> None:
    await paused(account)
    del account.api.triggers["fn-1"]["invoice-run"]
    for _ in range(2):
        assert account.journal.entries[0].state is UndoState.OPEN
        await account.operations.read_triggers("fn-1")
        await account.clock.advance(1)
    gone(account)


async def test_what_a_list_can_t_show_any_more_is_not_taken_for_gone(account: Account) -> None:
    await paused(account)
    await account.operations.rename_access_key(CI, AccessKeyChange(name="cd"))
    await account.clock.advance(1)
    at, apply = account.clock.now(), account.store.apply
    odd = (Unreadable(name="invoice-run", reason="odd"), Unreadable(name="", reason="odd"))
    apply(TriggersRead(at=at, namespace_id="fn-1", listing=Listing(items=(), unreadable=odd[:1])))
    apply(AccessKeysRead(at=at, namespace_id="fn-1", listing=Listing(items=(), unreadable=odd[1:])))
    apply(NamespacesRead(at=at, listing=Listing(items=(), unreadable=odd[1:])))
    assert [entry.state for entry in account.journal.entries] == [UndoState.OPEN, UndoState.OPEN]
    await account.clock.advance(1)
    apply(NamespacesRead(at=account.clock.now(), listing=Listing(items=())))
    assert [entry.state for entry in account.journal.entries] == [UndoState.GONE, UndoState.GONE]


async def test_an_undo_that_ends_in_404_is_dropped_and_not_sent_again(account: Account) -> None:
    await account.operations.rename_access_key(CI, AccessKeyChange(name="cd"))
    await account.operations.rename_access_key(CI, AccessKeyChange(name="ef"))
    account.api.keys["fn-1"].clear()
    entry = last(account)
    outcome = await account.operations.undo(entry)
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.NOT_FOUND
    gone(account, "That access key is gone.")
    account.api.calls.clear()
    outcome = await account.operations.undo(entry)
    assert (outcome.status, outcome.note) == (Status.NOT_DONE, "That access key is gone.")
    assert account.api.calls == []


async def test_a_trigger_that_is_gone_is_not_looked_for_in_vain(account: Account) -> None:
    await edit(account, "0 * * * *")
    account.api.triggers["fn-1"].clear()
    assert (await undo(account)).status is Status.NOT_DONE
    gone(account)


async def test_what_goes_while_its_undo_is_under_way_stays_gone(account: Account) -> None:
    await paused(account)
    account.api.fail_before[op.UPDATE_TRIGGER] = [NotSent(op.UPDATE_TRIGGER, "")]
    account.api.latency_s = 5
    task = asyncio.create_task(undo(account))
    await account.clock.settle()
    for _ in range(2):
        namespaces = NamespacesRead(at=account.clock.now(), listing=Listing(items=()))
        account.store.apply(namespaces)
        await account.clock.advance(1)
    await account.clock.advance(8)
    assert (await task).status is Status.NOT_DONE
    gone(account)


# An undo of which it is not known whether it was carried out


def lose(account: Account, write: op.Operation, look: op.Operation, *, is_done: bool) -> None:
    """Have no answer come to the next write and to the look afterwards."""
    fail = account.api.fail_after if is_done else account.api.fail_before
    fail[write] = [TimedOut(write, "late", was_sent=True)]
    account.api.fail_before[look] = [
        *account.api.fail_before.get(look, []),
        TimedOut(look, "late", was_sent=True),
    ]


async def test_an_undo_of_unknown_outcome_stays_and_is_marked(account: Account) -> None:
    await paused(account)
    lose(account, op.UPDATE_TRIGGER, op.GET_TRIGGER, is_done=False)
    assert (await undo(account)).status is Status.UNKNOWN
    assert last(account).state is UndoState.UNKNOWN
    account.api.fail_before = {op.UPDATE_TRIGGER: [NotSent(op.UPDATE_TRIGGER, "")]}
    assert (await undo(account)).status is Status.NOT_DONE
    assert last(account).state is UndoState.UNKNOWN  # the first may have been carried out still
    assert (await undo(account)).status is Status.DONE
    assert account.journal.entries[0].state is UndoState.UNDONE


async def test_a_later_reading_shows_that_a_toggle_was_undone(account: Account) -> None:
    await paused(account)
    lose(account, op.UPDATE_TRIGGER, op.GET_TRIGGER, is_done=True)
    assert (await undo(account)).status is Status.UNKNOWN
    await account.operations.read_triggers("fn-1")
    assert account.journal.entries[0].state is UndoState.UNDONE


async def test_a_later_reading_shows_that_a_deletion_was_undone(account: Account) -> None:
    await account.operations.delete_trigger(account.key)
    lose(account, op.CREATE_TRIGGER, op.GET_TRIGGER, is_done=True)
    assert (await undo(account)).status is Status.UNKNOWN
    await account.operations.read_triggers("fn-1")
    assert account.journal.entries[0].state is UndoState.UNDONE


async def test_a_later_reading_shows_that_a_creation_was_undone(account: Account) -> None:
    await account.operations.create_trigger("fn-1", a_draft("fresh"))
    await account.clock.advance(1)
    account.api.fail_after[op.DELETE_TRIGGER] = [TimedOut(op.DELETE_TRIGGER, "", was_sent=True)]
    account.api.fail_before[op.GET_TRIGGER] = [
        TimedOut(op.GET_TRIGGER, "", was_sent=True) for _ in range(2)
    ]
    assert (await undo(account)).status is Status.UNKNOWN
    for _ in range(2):
        assert account.journal.entries[0].state is UndoState.UNKNOWN
        await account.operations.read_triggers("fn-1")
        await account.clock.advance(1)
    assert account.journal.entries[0].state is UndoState.UNDONE


async def test_a_later_reading_shows_that_a_rename_was_undone(account: Account) -> None:
    await account.operations.rename_access_key(CI, AccessKeyChange(name="cd"))
    lose(account, op.RENAME_ACCESS_KEY, op.LIST_ACCESS_KEYS, is_done=True)
    assert (await undo(account)).status is Status.UNKNOWN
    await account.clock.advance(1)
    await account.operations.read_access_keys("fn-1")
    assert account.journal.entries[0].state is UndoState.UNDONE


async def edit_and_lose_its_undo(account: Account, *, is_done: bool) -> None:
    await edit(account, "0 * * * *")
    await account.clock.advance(1)

    def lose_the_look(operation: op.Operation) -> None:
        if operation is op.UPDATE_TRIGGER:
            lose(account, op.UPDATE_TRIGGER, op.GET_TRIGGER, is_done=is_done)

    account.api.on_call = lose_the_look
    assert (await undo(account)).status is Status.UNKNOWN
    account.api.on_call = lambda _: None
    await account.clock.advance(1)


async def test_a_later_reading_shows_that_an_edit_was_undone(account: Account) -> None:
    await edit_and_lose_its_undo(account, is_done=True)
    await account.operations.read_triggers("fn-1")
    assert account.journal.entries[0].state is UndoState.UNDONE


async def test_an_edit_that_was_undone_after_all_is_not_put_down_to_someone(
    account: Account,
) -> None:
    await edit_and_lose_its_undo(account, is_done=True)
    outcome = await undo(account)
    assert (outcome.status, outcome.note) == (Status.DONE, "it had been carried out before")
    assert account.journal.entries[0].state is UndoState.UNDONE


async def test_a_reading_that_shows_no_undo_leaves_it_unknown(account: Account) -> None:
    await edit_and_lose_its_undo(account, is_done=False)
    await account.operations.read_triggers("fn-1")
    assert last(account).state is UndoState.UNKNOWN
    account.api.change("fn-1", "invoice-run", is_enabled=False)
    await account.clock.advance(1)
    await account.operations.read_triggers("fn-1")
    assert (await undo(account)).status is Status.NOT_DONE  # someone changed it


async def test_an_undo_that_is_stopped_halfway_is_of_unknown_outcome(account: Account) -> None:
    await paused(account)
    account.api.latency_s = 5
    task = asyncio.create_task(undo(account))
    await account.clock.settle()
    again = asyncio.create_task(undo(account))
    await account.clock.settle()
    assert again.done()
    assert (await again).note == "It is being undone already."
    assert account.journal.offer.is_under_way
    task.cancel()
    await account.clock.settle()
    assert last(account).state is UndoState.UNKNOWN
    assert not account.journal.offer.is_under_way


async def test_what_was_undone_is_not_undone_again(account: Account) -> None:
    entry = await paused(account)
    await account.operations.undo(entry)
    outcome = await account.operations.undo(entry)
    assert (outcome.status, outcome.note) == (Status.NOT_DONE, "It was undone already.")


# Several at once


async def test_changes_made_as_one_are_offered_together(account: Account) -> None:
    for name in ("a", "b"):
        account.api.add_trigger("fn-1", name)
    await account.operations.read_triggers("fn-1")
    await paused(account)
    with account.journal.as_one():
        for name in ("a", "b"):
            await account.operations.set_enabled(TriggerKey("fn-1", name), is_enabled=False)
    offered = account.journal.offer.entries
    assert [entry.words for entry in offered] == [f"paused trigger {n} in billing" for n in "ab"]
    await account.operations.undo(offered[1])
    assert account.journal.offer.entries == offered[:1]
    await account.operations.undo(offered[0])
    assert last(account).words == "paused trigger invoice-run in billing"


async def test_what_can_t_be_undone_is_told_before_what_can(account: Account) -> None:
    entry = await paused(account)
    await account.operations.create_access_key("fn-1", AccessKeyDraft(name="x"))
    offer = account.journal.offer
    assert offer.entries == (entry,)
    assert [each.words for each in offer.skipped] == ["created access key x in billing"]
