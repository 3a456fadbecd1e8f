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
from fntui.api.errors import NotSent
from fntui.api.models import ScheduledDetails, Trigger
from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import AccessKeyKey
from fntui.core.operations.outcome import Clash, Outcome, Status
from fntui.core.operations.undo import Entry
from tests.core.conftest import Account

CI = AccessKeyKey("fn-1", "key-0")


def last(account: Account) -> Entry:
    entry = account.journal.last_undoable
    assert entry is not None
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
    assert account.journal.last_undoable is None
    assert account.journal.entries[0].is_undone
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
    assert account.journal.last_undoable is None


async def test_what_someone_changed_since_is_not_overwritten(account: Account) -> None:
    await edit(account, "0 * * * *")
    theirs = ScheduledDetails(cron="7 * * * *", body=None)
    account.api.change("fn-1", "invoice-run", scheduled_details=theirs)
    outcome = await undo(account)
    assert outcome.status is Status.NOT_DONE
    assert outcome.problem is not None
    assert outcome.problem.kind is ProblemKind.CONFLICT
    assert details_of(account) == theirs
    assert not last(account).is_undone


async def test_create_and_delete_trigger(account: Account) -> None:
    draft = TriggerDraft(
        name="a b/c",
        function="a/b",
        is_enabled=False,
        scheduled_details=ScheduledDetailsDraft(cron="0 * * * *", body=None),
    )
    await account.operations.create_trigger("fn-1", draft)
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
    assert account.journal.last_undoable is None
    assert "did not show all" in account.journal.entries[0].why_not


async def test_an_edit_of_what_was_not_fully_shown(account: Account) -> None:
    account.api.change("fn-1", "invoice-run", scheduled_details=ScheduledDetails(cron="1 * * * *"))
    await edit(account, "0 * * * *")
    assert account.journal.last_undoable is None
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
    assert account.journal.last_undoable is None
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
