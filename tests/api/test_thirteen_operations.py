"""Each operation on the wire: what is sent, what each answer becomes.

Bodies are those of the reference's examples, or of its schemas where it has none.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import UNSET, Struct

from fntui import __version__
from fntui.api import operations as op
from fntui.api.client import FunctionsClient
from fntui.api.drafts import (
    AccessKeyChange,
    AccessKeyDraft,
    NamespaceDraft,
    ScheduledDetailsDraft,
    TriggerChange,
    TriggerDraft,
)
from fntui.api.errors import (
    ApiError,
    Conflict,
    InvalidRequest,
    InvalidToken,
    LimitReached,
    MissingScope,
    NotFound,
    RateLimited,
    ServerError,
    UnexpectedStatus,
    UnreadableAnswer,
)
from fntui.api.models import (
    AccessKey,
    IssuedAccessKey,
    Listing,
    Namespace,
    ScheduledDetails,
    ScheduledRuns,
    Trigger,
)
from fntui.api.operations import Operation
from fntui.api.secret import Secret
from tests.support.scripted_server import TOKEN, ImpatientClock, ScriptedServer, answer

ROOT = "/v2/functions/namespaces"
FN = "fn-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
KEY = "dof_v1-xxxx-xxxx-xxxx-xxxxxxxxxxxx"

NAMESPACE_JSON = {
    "api_host": "https://api_host.io",
    "created_at": "2022-09-14T04:16:45Z",
    "key": "d1zcd455h01mqjfs4s2eaewyejehi5f2uj4etqq3h7cera8iwkub6xg5of1wdde2",
    "label": "my namespace",
    "namespace": FN,
    "region": "nyc1",
    "updated_at": "2022-09-14T04:16:45Z",
    "uuid": "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
}
NAMESPACE = Namespace(
    namespace_id=FN,
    label="my namespace",
    region="nyc1",
    uuid="xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
    api_host="https://api_host.io",
    created_at=datetime(2022, 9, 14, 4, 16, 45, tzinfo=UTC),
    updated_at=datetime(2022, 9, 14, 4, 16, 45, tzinfo=UTC),
    legacy_key=Secret("d1zcd455h01mqjfs4s2eaewyejehi5f2uj4etqq3h7cera8iwkub6xg5of1wdde2"),
)
KEY_JSON = {
    "id": KEY,
    "name": "my-function-access-key",
    "expires_at": None,
    "created_at": "2025-12-19T10:30:00Z",
    "updated_at": "2025-12-19T10:30:00Z",
}
ACCESS_KEY = AccessKey(
    key_id=KEY,
    name="my-function-access-key",
    expires_at=None,
    created_at=datetime(2025, 12, 19, 10, 30, tzinfo=UTC),
    updated_at=datetime(2025, 12, 19, 10, 30, tzinfo=UTC),
)
TRIGGER_JSON = {
    "namespace": FN,
    "name": "my trigger",
    "function": "hello",
    "type": "SCHEDULED",
    "is_enabled": True,
    "created_at": "2022-11-11T04:16:45Z",
    "updated_at": "2022-11-11T04:16:45Z",
    "scheduled_details": {"cron": "* * * * *", "body": {"name": "Welcome to DO!"}},
    "scheduled_runs": {"last_run_at": None, "next_run_at": "2022-11-11T04:16:45Z"},
}
TRIGGER_AT = datetime(2022, 11, 11, 4, 16, 45, tzinfo=UTC)
TRIGGER = Trigger(
    name="my trigger",
    namespace_id=FN,
    function="hello",
    type="SCHEDULED",
    is_enabled=True,
    created_at=TRIGGER_AT,
    updated_at=TRIGGER_AT,
    scheduled_details=ScheduledDetails(cron="* * * * *", body={"name": "Welcome to DO!"}),
    scheduled_runs=ScheduledRuns(last_run_at=None, next_run_at=TRIGGER_AT),
)
BARE_JSON = {k: v for k, v in TRIGGER_JSON.items() if not k.startswith("scheduled_")}
DETAILS = ScheduledDetailsDraft(cron="5 4 * * *", body=None)


class Case(Struct, frozen=True):
    """One operation: what the caller does, what is then sent, and what the answers mean."""

    operation: Operation
    call: Callable[[FunctionsClient], Awaitable[object]]
    path: str
    answers: list[tuple[int, Any]]
    result: object
    refusals: dict[int, type[ApiError]]
    sent: Any = None


def refusals(*statuses: int, limited: bool = False) -> dict[int, type[ApiError]]:
    """Return what each documented status means; all operations share 401, 429 and 500."""
    known: dict[int, type[ApiError]] = {
        400: InvalidRequest,
        403: MissingScope,
        404: NotFound,
        409: Conflict,
    }
    always: dict[int, type[ApiError]] = {401: InvalidToken, 429: RateLimited, 500: ServerError}
    limit: dict[int, type[ApiError]] = {422: LimitReached} if limited else {}
    return always | limit | {status: known[status] for status in statuses}


CASES = [
    Case(
        op.LIST_NAMESPACES,
        lambda c: c.list_namespaces(),
        ROOT,
        [(200, {"namespaces": [NAMESPACE_JSON]})],
        Listing(items=(NAMESPACE,)),
        refusals(),
    ),
    Case(
        op.CREATE_NAMESPACE,
        lambda c: c.create_namespace(NamespaceDraft(label="my namespace", region="nyc1")),
        ROOT,
        [(200, {"namespace": NAMESPACE_JSON}), (201, {"namespace": NAMESPACE_JSON})],
        NAMESPACE,
        refusals(limited=True),
        sent={"label": "my namespace", "region": "nyc1"},
    ),
    Case(
        op.GET_NAMESPACE,
        lambda c: c.get_namespace(FN),
        f"{ROOT}/{FN}",
        [(200, {"namespace": NAMESPACE_JSON})],
        NAMESPACE,
        refusals(403, 404),
    ),
    Case(
        op.DELETE_NAMESPACE,
        lambda c: c.delete_namespace(FN),
        f"{ROOT}/{FN}",
        [(204, None), (200, {}), (202, None)],
        None,
        refusals(404),
    ),
    Case(
        op.LIST_ACCESS_KEYS,
        lambda c: c.list_access_keys(FN),
        f"{ROOT}/{FN}/keys",
        [(200, {"access_keys": [KEY_JSON], "count": 1}), (200, {"access_keys": [KEY_JSON]})],
        Listing(items=(ACCESS_KEY,)),
        refusals(404),
    ),
    Case(
        op.CREATE_ACCESS_KEY,
        lambda c: c.create_access_key(FN, AccessKeyDraft(name="my-function-access-key")),
        f"{ROOT}/{FN}/keys",
        [
            (201, {"access_key": KEY_JSON | {"secret": "DOSECRETKEYEXAMPLE"}}),
            (200, {"access_key": KEY_JSON | {"secret": f"{KEY}:DOSECRETKEYEXAMPLE"}}),
        ],
        IssuedAccessKey(access_key=ACCESS_KEY, secret=Secret("DOSECRETKEYEXAMPLE")),
        refusals(400, 404, 409),
        sent={"name": "my-function-access-key"},
    ),
    Case(
        op.RENAME_ACCESS_KEY,
        lambda c: c.rename_access_key(FN, KEY, AccessKeyChange(name="my-function-access-key")),
        f"{ROOT}/{FN}/keys/{KEY}",
        [(200, {"access_key": KEY_JSON})],
        ACCESS_KEY,
        refusals(400, 404, 409),
        sent={"name": "my-function-access-key"},
    ),
    Case(
        op.DELETE_ACCESS_KEY,
        lambda c: c.delete_access_key(FN, KEY),
        f"{ROOT}/{FN}/keys/{KEY}",
        [(200, {}), (204, None)],
        None,
        refusals(404),
    ),
    Case(
        op.LIST_TRIGGERS,
        lambda c: c.list_triggers(FN),
        f"{ROOT}/{FN}/triggers",
        [(200, {"triggers": [TRIGGER_JSON]})],
        Listing(items=(TRIGGER,)),
        refusals(404),
    ),
    Case(
        op.CREATE_TRIGGER,
        lambda c: c.create_trigger(
            FN,
            TriggerDraft(
                name="my trigger", function="hello", is_enabled=True, scheduled_details=DETAILS
            ),
        ),
        f"{ROOT}/{FN}/triggers",
        [(200, {"trigger": TRIGGER_JSON}), (201, {"trigger": TRIGGER_JSON})],
        TRIGGER,
        refusals(400, 404, limited=True),
        sent={
            "name": "my trigger",
            "function": "hello",
            "is_enabled": True,
            "scheduled_details": {"cron": "5 4 * * *", "body": None},
            "type": "SCHEDULED",
        },
    ),
    Case(
        op.GET_TRIGGER,
        lambda c: c.get_trigger(FN, "my trigger"),
        f"{ROOT}/{FN}/triggers/my%20trigger",
        [(200, {"trigger": TRIGGER_JSON})],
        TRIGGER,
        refusals(404),
    ),
    Case(
        op.UPDATE_TRIGGER,
        lambda c: c.update_trigger(FN, "my trigger", TriggerChange(is_enabled=False)),
        f"{ROOT}/{FN}/triggers/my%20trigger",
        [(200, {"trigger": TRIGGER_JSON})],
        TRIGGER,
        refusals(400, 404),
        sent={"is_enabled": False},
    ),
    Case(
        op.DELETE_TRIGGER,
        lambda c: c.delete_trigger(FN, "my trigger"),
        f"{ROOT}/{FN}/triggers/my%20trigger",
        [(204, None), (200, {})],
        None,
        refusals(404),
    ),
]
each_operation = pytest.mark.parametrize("case", CASES, ids=lambda case: case.operation.words)


def test_no_operation_is_left_out() -> None:
    assert tuple(case.operation for case in CASES) == op.OPERATIONS


@each_operation
async def test_the_request_is_exactly_this(case: Case) -> None:
    server = ScriptedServer(answer(*case.answers[0]))
    async with server.client() as client:
        await case.call(client)
    (request,) = server.requests
    assert request.method == case.operation.method
    assert str(request.url) == "https://api.digitalocean.com" + case.path
    assert dict(request.headers) == {
        "host": "api.digitalocean.com",
        "accept": "application/json",
        "accept-encoding": "gzip",
        "connection": "keep-alive",
        "user-agent": f"fntui/{__version__} (+python httpx)",
        "authorization": f"Bearer {TOKEN}",
    } | (
        {"content-type": "application/json", "content-length": str(len(request.content))}
        if case.sent is not None
        else {}
    )
    assert (json.loads(request.content) if request.content else None) == case.sent


@pytest.mark.parametrize(
    ("case", "status", "body"),
    [
        pytest.param(case, status, body, id=f"{case.operation.words} {status} {number}")
        for case in CASES
        for number, (status, body) in enumerate(case.answers)
    ],
)
async def test_every_2xx_is_a_success(case: Case, status: int, body: object) -> None:
    server = ScriptedServer(answer(status, body))
    async with server.client() as client:
        assert await case.call(client) == case.result
    (call,) = server.calls
    assert (call.operation, call.status, call.problem) == (case.operation, status, "")


@pytest.mark.parametrize(
    ("case", "status", "kind"),
    [
        pytest.param(case, status, kind, id=f"{case.operation.words} {status}")
        for case in CASES
        for status, kind in (case.refusals | {403: MissingScope, 418: UnexpectedStatus}).items()
    ],
)
async def test_every_documented_refusal_is_its_error(
    case: Case, status: int, kind: type[ApiError]
) -> None:
    words = "triggers limit reached" if status == 422 else "the server's own words"
    body = {"id": "an_id", "message": words, "request_id": "88d17b7a"}
    # A wait that is too long to be waited, so that what may be tried again is not.
    server = ScriptedServer(answer(status, body, {"retry-after": "3600"}))
    async with server.client() as client:
        with pytest.raises(ApiError) as caught:
            await case.call(client)
    error = caught.value
    assert type(error) is kind
    assert (error.operation, error.status) == (case.operation, status)
    assert (error.id, error.message, error.request_id) == ("an_id", words, "88d17b7a")
    assert error.retry_after_s == 3600
    assert error.__context__ is None
    assert len(server.requests) == 1
    assert [call.problem for call in server.calls] == [kind.__name__]


async def test_the_404_of_a_bad_draft_is_no_missing_object() -> None:
    body = {"id": "bad_request", "message": "Invalid request payload: missing label field"}
    server = ScriptedServer(answer(404, body))
    async with server.client() as client:
        with pytest.raises(InvalidRequest, match="POST"):
            await client.create_namespace(NamespaceDraft(label="", region="nyc1"))


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.result is not None], ids=lambda c: c.operation.words
)
@pytest.mark.parametrize("body", [{}, [], {"namespace": None, "access_key": 5, "trigger": []}])
async def test_a_2xx_of_another_shape_is_an_unreadable_answer(case: Case, body: object) -> None:
    server = ScriptedServer(answer(200, body, {"x-request-id": "r-1", "retry-after": "1"}))
    async with server.client(ImpatientClock()) as client:
        with pytest.raises(UnreadableAnswer) as caught:
            await case.call(client)
    assert (caught.value.status, caught.value.request_id) == (200, "r-1")
    assert " at $" in caught.value.message
    assert len(server.requests) == (1 if case.operation.is_write else 2)


@pytest.mark.parametrize(
    ("draft", "sent"),
    [
        (AccessKeyDraft(name="k"), '{"name":"k"}'),
        (AccessKeyDraft(name="k", expires_in="7d"), '{"name":"k","expires_in":"7d"}'),
        (AccessKeyDraft(name="ü\ud800"), '{"name":"\\u00fc\\ud800"}'),
    ],
)
async def test_what_is_unset_is_not_sent(draft: AccessKeyDraft, sent: str) -> None:
    server = ScriptedServer(answer(201, {"access_key": {"id": "k", "secret": "s"}}))
    async with server.client() as client:
        await client.create_access_key("fn-1", draft)
    assert server.requests[0].content == sent.encode()


@pytest.mark.parametrize(
    ("change", "sent"),
    [
        (TriggerChange(), {}),
        (TriggerChange(is_enabled=True), {"is_enabled": True}),
        (
            TriggerChange(is_enabled=UNSET, scheduled_details=DETAILS),
            {"scheduled_details": {"cron": "5 4 * * *", "body": None}},
        ),
    ],
)
async def test_cron_and_body_are_sent_together(change: TriggerChange, sent: object) -> None:
    server = ScriptedServer(answer(200, {"trigger": TRIGGER_JSON}))
    async with server.client() as client:
        await client.update_trigger(FN, "my trigger", change)
    assert json.loads(server.requests[0].content) == sent


async def test_a_list_may_leave_details_and_runs_out() -> None:
    server = ScriptedServer(answer(200, {"triggers": [BARE_JSON]}))
    async with server.client() as client:
        (trigger,) = (await client.list_triggers(FN)).items
    assert trigger.scheduled_details is UNSET
    assert trigger.scheduled_runs is UNSET


def nested(depth: int) -> dict[str, Any]:
    inner: dict[str, Any] = {}
    for _ in range(depth):
        inner = {"deeper": inner}
    return inner


@pytest.mark.parametrize(
    "body",
    [{"n": float("nan")}, {"n": float("inf")}, nested(197), nested(100_000)],
    ids=["NaN", "Infinity", "deep", "deeper than Python can follow"],
)
async def test_a_body_that_json_cannot_say_is_refused_before_it_is_sent(
    body: dict[str, Any],
) -> None:
    server = ScriptedServer(answer(200, {"trigger": TRIGGER_JSON}))
    details = ScheduledDetailsDraft(cron="* * * * *", body=body)
    async with server.client() as client:
        with pytest.raises(InvalidRequest, match="no answer") as caught:
            await client.update_trigger("fn-1", "t", TriggerChange(scheduled_details=details))
    assert "number that JSON can't say, or is nested too deeply" in caught.value.message
    assert server.requests == []
