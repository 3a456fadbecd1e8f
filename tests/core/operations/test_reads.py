from datetime import timedelta

import pytest
from msgspec import structs

from fntui.api import operations as op
from fntui.api.errors import InvalidToken, MissingScope, NotFound, ServerError
from fntui.api.models import Trigger
from fntui.api.operations import Operation
from fntui.api.secret import Secret
from fntui.core.model.problem import Problem, ProblemKind
from fntui.core.model.snapshot import TriggerKey
from tests.core.conftest import Account


def test_everything_read_is_known(account: Account) -> None:
    snapshot = account.store.snapshot
    assert list(snapshot.namespaces["fn-1"].triggers) == ["invoice-run"]
    assert list(snapshot.namespaces["fn-1"].access_keys) == ["key-0"]
    assert snapshot.reading.read_at == account.clock.now() - timedelta(seconds=10)
    assert snapshot.rate_limit == account.api.rate_limit


@pytest.mark.parametrize(
    ("operation", "what"),
    [
        (op.LIST_NAMESPACES, "read the list of namespaces"),
        (op.LIST_TRIGGERS, "read the triggers of billing"),
        (op.LIST_ACCESS_KEYS, "read the access keys of billing"),
    ],
)
async def test_a_failed_read_is_told_and_noted(
    account: Account, operation: Operation, what: str
) -> None:
    account.api.fail_before = {operation: [ServerError(operation, "down", status=500)]}
    problems = [
        await account.operations.read_namespaces(),
        await account.operations.read_triggers("fn-1"),
        await account.operations.read_access_keys("fn-1"),
    ]
    (problem,) = [problem for problem in problems if problem]
    assert problem.sentence == f"could not {what}: the API failed (HTTP 500): down"
    view = account.store.snapshot.namespaces["fn-1"]
    readings = (account.store.snapshot.reading, view.triggers_reading, view.access_keys_reading)
    assert [reading.problem for reading in readings].count(problem) == 1


async def test_the_time_of_a_read_is_that_of_its_asking(account: Account) -> None:
    asked_at = account.clock.now()
    account.api.on_call = lambda _: account.clock.step(5)
    await account.operations.read_triggers("fn-1")
    view = account.store.snapshot.namespaces["fn-1"]
    assert view.triggers_reading.read_at == asked_at


@pytest.mark.parametrize("correction_s", [-86_400, 86_400])
async def test_a_clock_found_to_be_wrong_meanwhile_is_not_believed(
    account: Account, correction_s: int
) -> None:
    account.api.on_call = lambda _: account.clock.step(correction_s)
    answered_at = account.clock.now() + timedelta(seconds=correction_s)
    store = type(account.store)()
    operations = type(account.operations)(account.api, store, account.journal, is_read_only=True)
    await operations.read_namespaces()
    assert store.snapshot.reading.read_at == answered_at


async def test_a_refused_token_is_noted(account: Account) -> None:
    account.api.fail_before = {op.LIST_TRIGGERS: [InvalidToken(op.LIST_TRIGGERS, "", status=401)]}
    problem = await account.operations.read_triggers("fn-1")
    assert problem is not None
    assert problem.kind is ProblemKind.TOKEN_REFUSED
    assert account.store.snapshot.is_token_refused


async def test_one_namespace(account: Account) -> None:
    full = structs.replace(account.api.namespaces["fn-1"], legacy_key=Secret("k"))
    account.api.namespaces["fn-1"] = full
    assert await account.operations.read_namespace("fn-1") is None
    assert account.store.snapshot.namespaces["fn-1"].namespace == full


async def test_one_namespace_that_is_gone(account: Account) -> None:
    del account.api.namespaces["fn-1"]
    problem = await account.operations.read_namespace("fn-1")
    assert problem is not None
    assert problem.kind is ProblemKind.NOT_FOUND
    # One answer may be wrong: the list of namespaces decides.
    assert account.lines() == []
    await account.operations.read_namespaces()
    assert account.store.snapshot.namespaces == {}
    assert account.lines() == [("someone", "deleted namespace billing")]


async def test_one_namespace_that_the_token_may_not_see(account: Account) -> None:
    error = MissingScope(op.GET_NAMESPACE, "", status=403)
    account.api.fail_before = {op.GET_NAMESPACE: [error]}
    problem = await account.operations.read_namespace("fn-1")
    assert problem is not None
    assert "function:admin" in problem.advice
    assert "fn-1" in account.store.snapshot.namespaces


async def test_one_trigger(account: Account) -> None:
    account.api.change("fn-1", "invoice-run", is_enabled=False)
    trigger = await account.operations.read_trigger(account.key)
    assert isinstance(trigger, Trigger)
    view = account.store.snapshot.trigger(account.key)
    assert view is not None
    assert view.trigger == trigger
    assert account.lines() == [("someone", "paused trigger invoice-run")]


async def test_one_trigger_that_is_gone(account: Account) -> None:
    account.api.triggers["fn-1"].clear()
    problem = await account.operations.read_trigger(account.key)
    assert isinstance(problem, Problem)
    assert account.store.snapshot.trigger(account.key) is None


async def test_one_trigger_that_cannot_be_read(account: Account) -> None:
    account.api.fail_before = {op.GET_TRIGGER: [ServerError(op.GET_TRIGGER, "", status=500)]}
    problem = await account.operations.read_trigger(account.key)
    assert isinstance(problem, Problem)
    assert account.store.snapshot.trigger(account.key) is not None


async def test_a_namespace_without_a_label_is_called_by_its_id(account: Account) -> None:
    account.api.fail_before = {op.GET_TRIGGER: [NotFound(op.GET_TRIGGER, "", status=404)]}
    problem = await account.operations.read_trigger(TriggerKey("fn-9", "x"))
    assert isinstance(problem, Problem)
    assert "trigger x in fn-9" in problem.sentence


async def test_requests_are_counted(account: Account) -> None:
    before = account.operations.requests_sent
    await account.operations.read_namespaces()
    await account.operations.set_enabled(account.key, is_enabled=False)
    assert account.operations.requests_sent == before + 3
