import asyncio

import pytest

from fntui.api.errors import InvalidToken, MissingScope, NotFound, RateLimited, ServerError
from fntui.api.operations import (
    GET_TRIGGER,
    LIST_ACCESS_KEYS,
    LIST_NAMESPACES,
    LIST_TRIGGERS,
    Operation,
)
from fntui.clock import ManualClock
from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import State, TriggerKey
from fntui.core.store.store import Store
from fntui.core.watch.full_read import Survey
from tests.support.fake_api import FakeApi

KEY = TriggerKey("fn-1", "invoice-run")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def api(clock: ManualClock) -> FakeApi:
    api = FakeApi(clock)
    for namespace_id in ("fn-1", "fn-2"):
        api.add_namespace(namespace_id)
        api.add_trigger(namespace_id, "invoice-run")
        api.add_key(namespace_id, "key-0", "ci")
    await clock.advance(600)
    return api


async def survey_of(api: FakeApi) -> tuple[Survey, Store]:
    store = Store()
    survey = Survey(api, store, api.clock)
    await survey.read()
    return survey, store


async def seconds_of(clock: ManualClock, api: FakeApi, store: Store) -> float:
    """Return how long a survey takes where every call takes a second."""
    api.latency_s = 1
    reading = asyncio.create_task(Survey(api, store, api.clock).read())
    started_s = clock.monotonic()
    while not reading.done():
        await clock.advance(1)
    await reading
    return clock.monotonic() - started_s


async def test_everything_is_read_once(api: FakeApi) -> None:
    survey, store = await survey_of(api)
    views = store.snapshot.namespaces.values()
    assert [list(view.triggers) for view in views] == [["invoice-run"]] * 2
    assert [list(view.access_keys) for view in views] == [["key-0"]] * 2
    assert store.snapshot.namespaces["fn-1"].triggers["invoice-run"].verdict.state is State.ON_TIME
    assert sorted(api.calls) == [
        *[LIST_ACCESS_KEYS.words] * 2,
        LIST_NAMESPACES.words,
        *[LIST_TRIGGERS.words] * 2,
    ]
    assert survey.unread == {}


async def test_triggers_that_lists_show_in_part_are_read_by_themselves(api: FakeApi) -> None:
    api.is_bare = True
    api.fail_before[GET_TRIGGER] = [ServerError(GET_TRIGGER, "", status=500)]
    survey, store = await survey_of(api)
    states = [
        view.triggers["invoice-run"].verdict.state for view in store.snapshot.namespaces.values()
    ]
    assert api.calls.count(GET_TRIGGER.words) == 2
    assert states == [State.UNKNOWN, State.ON_TIME]
    assert [problem.kind for problem in survey.unread.values()] == [ProblemKind.SERVER_ERROR]
    assert list(survey.unread) == [KEY]


async def test_a_branch_that_fails_hides_no_other(api: FakeApi) -> None:
    api.fail_before[LIST_TRIGGERS] = [MissingScope(LIST_TRIGGERS, "", status=403)]
    _, store = await survey_of(api)
    failed, read = store.snapshot.namespaces.values()
    assert failed.triggers_reading.problem is not None
    assert failed.triggers_reading.problem.scopes == LIST_TRIGGERS.scopes
    assert read.triggers_reading.problem is None
    assert failed.access_keys


@pytest.mark.parametrize("operation", [LIST_TRIGGERS, LIST_ACCESS_KEYS])
async def test_a_namespace_that_goes_meanwhile_is_no_gap(
    api: FakeApi, clock: ManualClock, operation: Operation
) -> None:
    def leave(called: Operation) -> None:
        clock.step(1)
        if called is operation:
            api.namespaces.pop("fn-1", None)

    api.on_call = leave
    api.fail_before[operation] = [NotFound(operation, "", status=404)]
    _, store = await survey_of(api)
    assert list(store.snapshot.namespaces) == ["fn-2"]


async def test_a_trigger_that_goes_meanwhile_is_gone(api: FakeApi) -> None:
    api.is_bare = True
    api.fail_before[GET_TRIGGER] = [NotFound(GET_TRIGGER, "", status=404)]
    _, store = await survey_of(api)
    assert store.snapshot.trigger(KEY) is None


async def test_no_more_is_asked_once_the_token_is_refused(clock: ManualClock, api: FakeApi) -> None:
    add_namespaces(api, 20)
    api.fail_before[LIST_TRIGGERS] = [InvalidToken(LIST_TRIGGERS, "", status=401)] * 30
    store = Store()
    assert await seconds_of(clock, api, store) == 2
    assert store.snapshot.is_token_refused
    assert len(api.calls) == 1 + 8


async def test_where_the_api_wants_a_wait_all_wait(clock: ManualClock, api: FakeApi) -> None:
    add_namespaces(api, 14)
    api.fail_before[LIST_TRIGGERS] = [too_many(30), too_many(30)]
    store = Store()
    assert await seconds_of(clock, api, store) == 1 + 1 + 30 + 4
    views = store.snapshot.namespaces.values()
    assert not any(view.triggers_reading.problem for view in views)
    assert len(api.calls) == 1 + 32 + 2


@pytest.mark.parametrize(("wait_s", "tries"), [(None, 1), (61, 1), (2, 4)])
async def test_a_limit_that_lasts_is_told(
    clock: ManualClock, api: FakeApi, wait_s: float | None, tries: int
) -> None:
    api.fail_before[LIST_NAMESPACES] = [too_many(wait_s)] * 9
    store = Store()
    assert await seconds_of(clock, api, store) == tries + (wait_s or 0) * (tries - 1)
    assert len(api.calls) == tries
    assert store.snapshot.reading.problem is not None
    assert store.snapshot.reading.problem.kind is ProblemKind.RATE_LIMITED


def too_many(wait_s: float | None) -> RateLimited:
    return RateLimited(LIST_TRIGGERS, "", status=429, retry_after_s=wait_s)


async def test_eight_are_asked_at_once(clock: ManualClock, api: FakeApi) -> None:
    add_namespaces(api, 14)
    assert await seconds_of(clock, api, Store()) == 1 + 16 * 2 / 8


def add_namespaces(api: FakeApi, count: int) -> None:
    for number in range(count):
        api.add_namespace(f"fn-more-{number}")
