"""Any bytes and any JSON as the answer of the API: a value, or an error of the api's own.

And whatever was read of it can be shown: each view of each object, all of the time.
"""

import copy
import json
import time
from asyncio import Runner
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any, Final, cast

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.api.client import FunctionsClient
from fntui.api.drafts import (
    AccessKeyChange,
    AccessKeyDraft,
    NamespaceDraft,
    ScheduledDetailsDraft,
    TriggerChange,
    TriggerDraft,
)
from fntui.api.errors import ApiError
from fntui.api.models import AccessKey, IssuedAccessKey, Listing, Namespace, Trigger
from fntui.api.operations import LIST_TRIGGERS
from fntui.api.refusals import read_refusal
from fntui.cli import report_json
from fntui.cli.report import Report
from fntui.cli.report_lines import as_lines
from fntui.clock import ManualClock
from fntui.core.health.radar import sweep
from fntui.core.model.problem import Problem
from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, Snapshot, TriggerKey
from fntui.core.operations.journal import Journal
from fntui.core.operations.operations import Operations
from fntui.core.store.store import Store
from fntui.ui.actions.backup import keepsake
from fntui.ui.views import export
from fntui.ui.views.detail.page import detail_page, tabs_of
from fntui.ui.views.radar.radar import radar_page
from fntui.ui.views.selection import ALL, KeysBranch, Node, UnreadableNode
from fntui.ui.views.tree import tree_lines
from fntui.ui.views.view_context import Sight
from tests.support.builders import NOON
from tests.support.effort import tries
from tests.support.hostile import PAYLOADS, any_text
from tests.support.rig import Rig
from tests.support.scripted_server import ImpatientClock, ScriptedServer
from tests.support.shown import lens

NS: Final = "fn-1"
DETAILS: Final = ScheduledDetailsDraft(cron="* * * * *", body=None)
NAMESPACE: Final = NamespaceDraft(label="a", region="b")
RENAMED: Final = AccessKeyChange(name="a")
CALLS: Final[dict[str, Callable[[FunctionsClient], Coroutine[Any, Any, object]]]] = {
    "list namespaces": lambda client: client.list_namespaces(),
    "create namespace": lambda client: client.create_namespace(
        NamespaceDraft(label="a", region="b")
    ),
    "get namespace": lambda client: client.get_namespace(NS),
    "delete namespace": lambda client: client.delete_namespace(NS),
    "list access keys": lambda client: client.list_access_keys(NS),
    "create access key": lambda client: client.create_access_key(NS, AccessKeyDraft(name="a")),
    "rename access key": lambda client: client.rename_access_key(
        NS, "k", AccessKeyChange(name="a")
    ),
    "delete access key": lambda client: client.delete_access_key(NS, "k"),
    "list triggers": lambda client: client.list_triggers(NS),
    "create trigger": lambda client: client.create_trigger(
        NS, TriggerDraft(name="a", function="b", is_enabled=True, scheduled_details=DETAILS)
    ),
    "get trigger": lambda client: client.get_trigger(NS, "a"),
    "update trigger": lambda client: client.update_trigger(NS, "a", TriggerChange(is_enabled=True)),
    "delete trigger": lambda client: client.delete_trigger(NS, "a"),
}
Json = dict[str, Any]
VALUES: Final = (Listing, Namespace, AccessKey, IssuedAccessKey, Trigger, type(None))

# What an answer may hold

TIMES: Final = (
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999Z"),
    *("9999-12-31T23:59:59-14:00", "2026-11-23T11:59:58Z", "2026-11-23T12:00:00.123456789Z"),
    *("2026-11-23T24:00:00Z", "2026-02-30T00:00:00Z", "1969-12-31T23:59:60Z", "now"),
)
CRONS: Final = (
    *("* * * * *", "*/7 * * * *", "0 0 31 2 *", "0 0 29 2 1", "59 23 31 12 *", "0 0 L * *"),
    *("* * * * * *", "@daily", "99 * * * *", "*/0 * * * *", "1-0 * * * *", "0,0,0 * * * *"),
)


DEPTHS: Final = (50, 150, 400, 900, 5000)


def _deep(depth: int) -> str:
    """Return a text in place of which ``encoded`` puts a list in an object, so many times."""
    return f"as deep as {depth}"


SCALARS: Final = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from((2**63, -(2**64), 10**400, 1e308, -0.0, 5e-324))
    | st.floats()
    | any_text()
    | st.sampled_from((*TIMES, *CRONS, *PAYLOADS))
)
NAMES: Final = st.sampled_from([
    *("namespace", "name", "id", "key", "label", "is_enabled", "created_at", "expires_at"),
    *("scheduled_details", "cron", "body", "scheduled_runs", "last_run_at", "next_run_at"),
    *("namespaces", "access_key", "access_keys", "trigger", "triggers", "secret", "message"),
])
ANY_JSON: Final = st.recursive(
    SCALARS | st.sampled_from(DEPTHS).map(_deep),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES | any_text(6), inner, max_size=5)
    ),
    max_leaves=12,
)
"""Far more than JSON should be: half characters, infinities, and deeper than anyone can read."""


def encoded(value: object) -> bytes:
    """Return JSON."""
    content = json.dumps(value)
    for depth in DEPTHS:
        half = depth // 2
        content = content.replace(json.dumps(_deep(depth)), '{"a":[' * half + "0" + "]}" * half)
    return content.encode()


def true_answers() -> dict[str, Json]:
    """Return what the server answers, by operation, to those that have an answer."""
    rig, runner = Rig(), Runner()
    answers: dict[str, Json] = {}

    async def ask() -> None:
        http = httpx.AsyncClient(
            transport=rig.client._wire._transport, base_url="https://x.invalid"
        )
        token = {"authorization": "Bearer dop_v1_" + "0" * 64}
        base = "/v2/functions/namespaces"
        paths = {
            "list namespaces": base,
            "get namespace": f"{base}/{rig.id}",
            "list triggers": f"{base}/{rig.id}/triggers",
            "get trigger": f"{base}/{rig.id}/triggers/nightly",
            "list access keys": f"{base}/{rig.id}/keys",
        }
        for words, path in paths.items():
            answers[words] = (await http.get(path, headers=token)).json()
            assert "message" not in answers[words], answers
        await http.aclose()

    with runner:
        runner.run(ask())
    key = answers["list access keys"]["access_keys"][0]
    answers["rename access key"] = {"access_key": key}
    answers["create access key"] = {"access_key": key | {"secret": f"{key['id']}:xyz"}}
    answers["create namespace"] = answers["get namespace"]
    answers["create trigger"] = answers["update trigger"] = answers["get trigger"]
    return answers


TRUE: Final = true_answers()


@st.composite
def spoiled(draw: st.DrawFn, answer: Json) -> Json:
    """Return an answer, a few values of which are something else, or gone, or there twice."""
    answer = copy.deepcopy(answer)
    for _ in range(draw(st.integers(1, 4))):
        places = list(_places(answer))
        if not places:
            break
        inside, key = draw(st.sampled_from(places))
        how = draw(st.sampled_from(("other", "other", "other", "gone", "twice")))
        if how == "other":
            inside[key] = draw(ANY_JSON)
        elif how == "gone":
            del inside[key]
        elif isinstance(inside, list):
            items = cast("Any", inside)
            items.append(copy.copy(items[key]))
    return answer


def _places(value: object) -> Iterator[tuple[Any, Any]]:
    """Yield where each value stands, from the outside in."""
    keys: Iterable[Any] = ()
    if isinstance(value, dict | list):
        items = cast("Any", value)
        keys = list(items) if isinstance(value, dict) else range(len(items))
    inside = cast("Any", value)
    for key in keys:
        yield inside, key
        yield from _places(inside[key])


PIECES: Final = (b"NaN", b"\\ud800", b"null", b"}", b"[[", b'"', b"\xff")


@st.composite
def broken(draw: st.DrawFn, content: bytes) -> bytes:
    """Return bytes, a few of which are others, or gone, or moved."""
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 8)))
        new = draw(
            st.binary(max_size=6) | st.sampled_from((b"NaN", b"\\ud800", b"null", b"}", b"[["))
        )
        content = content[:start] + new + content[end:]
    return content


def bodies(words: str) -> st.SearchStrategy[bytes]:
    """Return what an operation may be answered."""
    any_body = st.binary(max_size=200) | ANY_JSON.map(encoded)
    if words not in TRUE:
        return any_body
    true = TRUE[words]
    return any_body | spoiled(true).map(encoded) | broken(encoded(true))


HEADERS: Final = st.dictionaries(
    st.sampled_from([
        *("date", "retry-after", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"),
        *("x-request-id", "content-type", "content-encoding", "location"),
    ]),
    st.sampled_from([
        *("", "-1", "1e9", "9" * 400, "gzip", "br", "x" * 999, "٣", "\x80", "https://["),
        *("Mon, 23 Nov 2026 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"),
        *("Mon, 01 Jan 0001 00:00:00 GMT", "Mon, 23 Nov 2026 12:00:00 -9999"),
        *("identity;q=0", "application/json; charset=none"),
    ]),
    max_size=4,
)
STATUSES: Final = st.just(200) | st.sampled_from([
    *(201, 202, 204, 206, 226, 299, 300, 301, 304, 307, 399, 400, 401, 403, 404, 409, 410),
    *(413, 418, 422, 425, 429, 451, 499, 500, 502, 503, 504, 599, 600, 999),
])


@pytest.mark.parametrize("words", CALLS)
@given(data=st.data())
@tries(40, 1000)
def test_any_answer_is_a_value_or_an_error_of_the_api(words: str, data: st.DataObject) -> None:
    status, headers, body = data.draw(st.tuples(STATUSES, HEADERS, bodies(words)))
    encoded_headers = [(name.encode(), text.encode()) for name, text in headers.items()]
    server = ScriptedServer(
        lambda _: httpx.Response(status, headers=encoded_headers, stream=httpx.ByteStream(body))
    )

    async def ask() -> object:
        async with server.client(ImpatientClock()) as client:
            try:
                return await CALLS[words](client)
            except ApiError as error:
                return error

    with Runner() as runner:
        result = runner.run(ask())
    assert isinstance(result, (*VALUES, ApiError))
    assert 1 <= len(server.requests) <= 4


@given(data=st.data())
@tries(60, 3000)
def test_whatever_was_read_can_be_shown(data: st.DataObject) -> None:
    """Each view of each object, at several moments."""
    lists = ("list namespaces", "list triggers", "list access keys")
    first = {words: data.draw(spoiled(TRUE[words]) | st.just(TRUE[words])) for words in lists}
    answers = [first, {words: data.draw(spoiled(first[words])) for words in lists}]
    snapshots = read(answers)
    for snapshot in snapshots:
        for late_s in (0, 200, 4000):
            show(snapshot, late_s)


def read(answers: Sequence[dict[str, Any]]) -> list[Snapshot]:
    """Return what is known after each of these answers."""
    snapshots: list[Snapshot] = []

    async def ask() -> None:
        store = Store()
        for told in answers:
            server = ScriptedServer(partial(_answer, told))
            async with server.client(ImpatientClock()) as client:
                operations = Operations(client, store, Journal(), is_read_only=True)
                problems = [await operations.read_namespaces()]
                for namespace_id in list(store.snapshot.namespaces)[:3]:
                    problems += [await operations.read_triggers(namespace_id)]
                    problems += [await operations.read_access_keys(namespace_id)]
            assert all(isinstance(problem, Problem | None) for problem in problems)
            snapshots.append(store.snapshot)

    with Runner() as runner:
        runner.run(ask())
    return snapshots


def _answer(told: dict[str, Json], request: httpx.Request) -> httpx.Response:
    last = request.url.path.rpartition("/")[2]
    words = {"triggers": "list triggers", "keys": "list access keys"}.get(last, "list namespaces")
    return httpx.Response(200, content=encoded(told[words]))


def show(snapshot: Snapshot, late_s: float) -> None:
    """Draw all there is to draw of it, so long after it was read."""
    now = ManualClock().now() + timedelta(seconds=late_s)
    for width in (30, 120):
        through = lens(width, now)
        sight = Sight(expanded=frozenset({*map(NamespaceKey, snapshot.namespaces)}))
        tree_lines(snapshot, sight, through)
        radar_page(sweep(snapshot, now, 60), through)
        for node in nodes(snapshot):
            for tab in tabs_of(node):
                detail_page(snapshot, node, tab, sight, through)
    for node in nodes(snapshot):
        export.as_json(snapshot, node)
        export.as_doctl(node)
        if isinstance(node, TriggerKey):
            export.trigger_now_line(snapshot, node)
    for view in snapshot.namespaces.values():
        keepsake(view, now)
    report = Report(profile="prod", now=now, snapshot=snapshot)
    as_lines(report)
    report_json.as_json(report)


def nodes(snapshot: Snapshot) -> list[Node]:
    """Return all that can be selected."""
    found: list[Node] = [ALL, UnreadableNode("", "namespace", "", 0)]
    for name, view in snapshot.namespaces.items():
        found += [NamespaceKey(name), KeysBranch(name), UnreadableNode(name, "trigger", "", 0)]
        found += [TriggerKey(name, trigger) for trigger in view.triggers]
        found += [AccessKeyKey(name, key_id) for key_id in view.access_keys]
    return found


MB: Final = 1024 * 1024
HUGE: Final = {
    "lists in lists": b"[" * (8 * MB),
    "objects in objects": b'{"a":' * MB,
    "an integer": b'{"triggers":[%b]}' % (b"9" * (8 * MB)),
    "a fraction": b'{"triggers":[0.%b]}' % (b"9" * (8 * MB)),
    "an exponent": b'{"triggers":[1e%b]}' % (b"9" * (8 * MB)),
    "half characters": b'{"triggers":["%b"]}' % (b"\\ud800" * MB),
    "empty elements": b'{"triggers":[%b0]}' % (b"0," * (4 * MB)),
    "empty objects": b'{"triggers":[%b{}]}' % (b"{}," * MB),
    "members": b'{"triggers":[{%b}]}' % b",".join(b'"%d":1' % n for n in range(MB // 2)),
    "backslashes": b'{"triggers":"' + b"\\" * (8 * MB),
}
LIMIT_S: Final = 20.0
"""CPU seconds: what takes a part of one, where its cost grows no faster than the answer."""


@pytest.mark.parametrize("name", HUGE)
def test_no_answer_is_worked_at_for_long(name: str) -> None:
    server = ScriptedServer(lambda _: httpx.Response(200, content=HUGE[name]))

    async def ask() -> None:
        async with server.client(ImpatientClock()) as client:
            for words in ("list triggers", "get namespace"):
                with suppress(ApiError):
                    await CALLS[words](client)

    began_s = time.process_time()
    with Runner() as runner:
        runner.run(ask())
    assert time.process_time() - began_s < LIMIT_S


def test_a_proxy_s_page_is_not_worked_at_for_long() -> None:
    page = b"<title" * (64 * 1024 // 6)
    began_s = time.process_time()
    for _ in range(100):
        read_refusal(LIST_TRIGGERS, 502, {}, page, NOON)
    assert time.process_time() - began_s < LIMIT_S
