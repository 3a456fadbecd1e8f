import asyncio
from datetime import timedelta

import pytest
from msgspec import structs

from fntui.api import operations as op
from fntui.api.drafts import AccessKeyChange, AccessKeyDraft, NamespaceDraft
from fntui.api.errors import ConnectionLost, LimitReached, NotSent, ServerError, UnreadableAnswer
from fntui.api.secret import Secret
from fntui.core.model.snapshot import AccessKeyKey
from fntui.core.operations.outcome import Status
from fntui.core.operations.writes import GONE_ALREADY, NO_ANSWER, NOT_SO_FAR
from tests.core.conftest import Account

REPORTS = NamespaceDraft(label="reports", region="nyc1")
DEPLOY = AccessKeyDraft(name="deploy")
CI = AccessKeyKey("fn-1", "key-0")


async def test_create_namespace(account: Account) -> None:
    outcome = await account.operations.create_namespace(REPORTS)
    assert (outcome.status, outcome.note) == (Status.DONE, "")
    assert outcome.value is not None
    assert outcome.value.namespace_id in account.store.snapshot.namespaces
    await account.operations.read_namespaces()
    assert account.lines() == [("you", "created namespace reports")]


async def test_create_namespace_refused(account: Account) -> None:
    error = LimitReached(op.CREATE_NAMESPACE, "10 at most", status=422)
    account.api.fail_before = {op.CREATE_NAMESPACE: [error]}
    outcome = await account.operations.create_namespace(REPORTS)
    assert outcome.status is Status.NOT_DONE
    assert outcome.problem is not None
    assert "10 at most" in outcome.problem.sentence
    assert account.api.calls == ["create namespace"]


async def test_create_namespace_with_a_lost_answer(account: Account) -> None:
    account.api.fail_after = {op.CREATE_NAMESPACE: [ConnectionLost(op.CREATE_NAMESPACE, "")]}
    outcome = await account.operations.create_namespace(REPORTS)
    assert outcome.status is Status.DONE
    assert outcome.note == "it was found in the list: created after all"
    assert account.api.calls == ["create namespace", "list namespaces"]
    assert account.lines() == [("you", "created namespace reports")]


@pytest.mark.parametrize("is_known", [True, False])
async def test_create_namespace_with_a_lost_request(account: Account, is_known: bool) -> None:  # noqa: FBT001 - a case
    account.api.add_namespace("fn-2", "reports")
    old = account.clock.now() - timedelta(days=1)
    account.api.namespaces["fn-2"] = structs.replace(account.api.namespaces["fn-2"], created_at=old)
    if is_known:
        await account.operations.read_namespaces()
    account.api.fail_before = {op.CREATE_NAMESPACE: [ConnectionLost(op.CREATE_NAMESPACE, "")]}
    outcome = await account.operations.create_namespace(REPORTS)
    assert (outcome.status, outcome.note) == (Status.NOT_DONE, NOT_SO_FAR)
    assert account.journal.entries == ()


async def test_create_namespace_without_any_evidence(account: Account) -> None:
    account.api.fail_before = {
        op.CREATE_NAMESPACE: [ConnectionLost(op.CREATE_NAMESPACE, "")],
        op.LIST_NAMESPACES: [NotSent(op.LIST_NAMESPACES, "")],
    }
    outcome = await account.operations.create_namespace(REPORTS)
    assert outcome.status is Status.UNKNOWN


async def test_delete_namespace(account: Account) -> None:
    outcome = await account.operations.delete_namespace("fn-1")
    assert outcome.status is Status.DONE
    assert account.store.snapshot.namespaces == {}
    assert account.lines() == [("you", "deleted namespace billing")]


async def test_delete_namespace_that_is_gone_already(account: Account) -> None:
    del account.api.namespaces["fn-1"]
    outcome = await account.operations.delete_namespace("fn-1")
    assert (outcome.status, outcome.note) == (Status.DONE, GONE_ALREADY)
    assert account.lines() == [("someone", "deleted namespace billing")]


async def test_delete_namespace_with_a_lost_answer(account: Account) -> None:
    account.api.fail_after = {op.DELETE_NAMESPACE: [ServerError(op.DELETE_NAMESPACE, "")]}
    outcome = await account.operations.delete_namespace("fn-1")
    assert (outcome.status, outcome.note) == (Status.DONE, NO_ANSWER)


async def test_delete_namespace_with_a_lost_request(account: Account) -> None:
    account.api.fail_before = {op.DELETE_NAMESPACE: [ServerError(op.DELETE_NAMESPACE, "")]}
    outcome = await account.operations.delete_namespace("fn-1")
    assert (outcome.status, outcome.note) == (Status.NOT_DONE, NOT_SO_FAR)
    assert "fn-1" in account.store.snapshot.namespaces


async def test_delete_namespace_without_any_evidence(account: Account) -> None:
    account.api.fail_before = {
        op.DELETE_NAMESPACE: [ServerError(op.DELETE_NAMESPACE, "")],
        op.LIST_NAMESPACES: [NotSent(op.LIST_NAMESPACES, "")],
    }
    assert (await account.operations.delete_namespace("fn-1")).status is Status.UNKNOWN


async def test_create_access_key(account: Account) -> None:
    outcome = await account.operations.create_access_key("fn-1", DEPLOY)
    assert outcome.status is Status.DONE
    assert outcome.value is not None
    assert outcome.value.secret == Secret("s" * 32)
    assert "s" * 32 not in repr(account.store.snapshot) + repr(account.journal.entries)
    assert account.lines() == [("you", "created access key deploy")]


async def test_create_access_key_refused(account: Account) -> None:
    account.api.fail_before = {op.CREATE_ACCESS_KEY: [NotSent(op.CREATE_ACCESS_KEY, "")]}
    outcome = await account.operations.create_access_key("fn-1", DEPLOY)
    assert (outcome.status, outcome.found_key_ids) == (Status.NOT_DONE, ())


@pytest.mark.parametrize("error", [ConnectionLost, UnreadableAnswer])
async def test_create_access_key_whose_secret_is_lost(
    account: Account, error: type[ConnectionLost | UnreadableAnswer]
) -> None:
    account.api.add_key("fn-1", "key-old", "deploy")
    await account.operations.read_access_keys("fn-1")
    account.api.fail_after = {op.CREATE_ACCESS_KEY: [error(op.CREATE_ACCESS_KEY, "")]}
    outcome = await account.operations.create_access_key("fn-1", DEPLOY)
    assert (outcome.status, outcome.value) == (Status.UNKNOWN, None)
    assert outcome.found_key_ids == ("key-1",)
    assert "key-1" in outcome.note
    assert outcome.problem is not None
    assert "its secret is lost" in outcome.problem.advice
    assert account.store.snapshot.access_key(AccessKeyKey("fn-1", "key-1")) is not None


async def test_create_access_key_that_was_not_made(account: Account) -> None:
    account.api.fail_before = {op.CREATE_ACCESS_KEY: [ConnectionLost(op.CREATE_ACCESS_KEY, "")]}
    outcome = await account.operations.create_access_key("fn-1", DEPLOY)
    assert (outcome.status, outcome.note) == (Status.NOT_DONE, NOT_SO_FAR)


async def test_create_access_key_in_an_unread_namespace(account: Account) -> None:
    """A key that was there long before is not taken for the one that was asked for."""
    account.api.add_namespace("fn-2")
    account.api.add_key("fn-2", "key-old", "deploy")
    await account.clock.advance(3600)
    lost = [ConnectionLost(op.CREATE_ACCESS_KEY, "")]
    account.api.fail_before = {op.CREATE_ACCESS_KEY: [*lost]}
    outcome = await account.operations.create_access_key("fn-2", DEPLOY)
    assert (outcome.status, outcome.found_key_ids) == (Status.NOT_DONE, ())


async def test_create_access_key_without_any_evidence(account: Account) -> None:
    account.api.fail_after = {op.CREATE_ACCESS_KEY: [ConnectionLost(op.CREATE_ACCESS_KEY, "")]}
    account.api.fail_before = {op.LIST_ACCESS_KEYS: [NotSent(op.LIST_ACCESS_KEYS, "")]}
    outcome = await account.operations.create_access_key("fn-1", DEPLOY)
    assert (outcome.status, outcome.found_key_ids) == (Status.UNKNOWN, ())


async def test_rename_access_key(account: Account) -> None:
    outcome = await account.operations.rename_access_key(CI, AccessKeyChange(name="cd"))
    assert outcome.status is Status.DONE
    known = account.store.snapshot.access_key(CI)
    assert known is not None
    assert known.name == "cd"
    assert account.lines() == [("you", "renamed access key ci to cd")]


async def test_rename_access_key_refused(account: Account) -> None:
    account.api.fail_before = {op.RENAME_ACCESS_KEY: [NotSent(op.RENAME_ACCESS_KEY, "")]}
    outcome = await account.operations.rename_access_key(CI, AccessKeyChange(name="cd"))
    assert outcome.status is Status.NOT_DONE


async def test_rename_access_key_with_a_lost_answer(account: Account) -> None:
    account.api.fail_after = {op.RENAME_ACCESS_KEY: [ServerError(op.RENAME_ACCESS_KEY, "")]}
    outcome = await account.operations.rename_access_key(CI, AccessKeyChange(name="cd"))
    assert (outcome.status, outcome.note) == (Status.DONE, NO_ANSWER)


async def test_rename_access_key_with_a_lost_request(account: Account) -> None:
    account.api.fail_before = {op.RENAME_ACCESS_KEY: [ServerError(op.RENAME_ACCESS_KEY, "")]}
    outcome = await account.operations.rename_access_key(CI, AccessKeyChange(name="cd"))
    assert (outcome.status, outcome.note) == (Status.NOT_DONE, NOT_SO_FAR)


async def test_rename_access_key_without_any_evidence(account: Account) -> None:
    account.api.fail_before = {
        op.RENAME_ACCESS_KEY: [ServerError(op.RENAME_ACCESS_KEY, "")],
        op.LIST_ACCESS_KEYS: [NotSent(op.LIST_ACCESS_KEYS, "")],
    }
    outcome = await account.operations.rename_access_key(CI, AccessKeyChange(name="cd"))
    assert outcome.status is Status.UNKNOWN


async def test_delete_access_key(account: Account) -> None:
    outcome = await account.operations.delete_access_key(CI)
    assert outcome.status is Status.DONE
    assert account.store.snapshot.access_key(CI) is None
    assert account.lines() == [("you", "deleted access key ci")]


async def test_delete_access_key_with_a_lost_answer(account: Account) -> None:
    account.api.fail_after = {op.DELETE_ACCESS_KEY: [ServerError(op.DELETE_ACCESS_KEY, "")]}
    outcome = await account.operations.delete_access_key(CI)
    assert (outcome.status, outcome.note) == (Status.DONE, NO_ANSWER)


async def test_delete_access_key_without_any_evidence(account: Account) -> None:
    account.api.fail_after = {op.DELETE_ACCESS_KEY: [ServerError(op.DELETE_ACCESS_KEY, "")]}
    account.api.fail_before = {op.LIST_ACCESS_KEYS: [NotSent(op.LIST_ACCESS_KEYS, "")]}
    assert (await account.operations.delete_access_key(CI)).status is Status.UNKNOWN


async def test_polls_during_a_write_are_not_mistaken_for_someone(account: Account) -> None:
    account.api.latency_s = 1
    work: list[asyncio.Task[object]] = [
        asyncio.create_task(account.operations.create_namespace(REPORTS)),
        asyncio.create_task(account.operations.create_access_key("fn-1", DEPLOY)),
        asyncio.create_task(account.operations.rename_access_key(CI, AccessKeyChange(name="cd"))),
    ]
    for _ in range(6):
        work.append(asyncio.create_task(account.operations.read_namespaces()))
        work.append(asyncio.create_task(account.operations.read_access_keys("fn-1")))
        await account.clock.advance(0.5)
    await account.clock.advance(10)
    await asyncio.gather(*work)
    assert {actor for actor, _ in account.lines()} == {"you"}


async def test_whoever_listens_learns_of_each_change(account: Account) -> None:
    written: list[str] = []
    account.operations.on_written = written.append
    await account.operations.delete_access_key(CI)
    await account.operations.read_namespaces()
    assert written == ["fn-1"]
