"""What is the same for every operation: tokens, scopes, limits, headers, trouble."""

import asyncio

import httpx
import pytest

from fntui.clock import ManualClock
from fntui.simulator.account.account import Account
from fntui.simulator.account.objects import SimulatedNamespace
from fntui.simulator.app import DEMO_TOKEN, Served, SimulatedApi
from fntui.simulator.faults import Fault
from fntui.simulator.faults.bodies import SPOILERS
from fntui.simulator.faults.refusals import REFUSALS, RETRY_AFTER
from fntui.simulator.rate_limit import RateLimit
from fntui.simulator.routes import ALL_SCOPES, READ_SCOPES, ROUTES
from fntui.simulator.wire import ConnectionBrokenError, Scope
from tests.support.simulated import SimulatedTransport

LABEL = {"label": "new", "region": "nyc1"}


def connected(api: SimulatedApi, token: str = DEMO_TOKEN) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=SimulatedTransport(api, api.account.clock),
        base_url="https://api.digitalocean.com/v2/functions/namespaces",
        headers={"authorization": f"Bearer {token}"},
    )


@pytest.mark.parametrize("credentials", [None, "Bearer wrong", f"Basic {DEMO_TOKEN}", "Bearer", ""])
async def test_a_token_that_is_not_ours_is_a_401(
    client: httpx.AsyncClient, credentials: str | None
) -> None:
    client.headers.pop("authorization")
    headers = {} if credentials is None else {"authorization": credentials}
    answer = await client.get("", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["message"] == "Unable to authenticate you."
    assert answer.headers["ratelimit-limit"] == "5000"


async def test_the_scheme_is_written_as_one_likes(client: httpx.AsyncClient) -> None:
    answer = await client.get("", headers={"authorization": f"bearer {DEMO_TOKEN}"})
    assert answer.status_code == 200


async def test_a_read_only_token_reads_what_function_read_covers_and_no_more(
    account: Account, namespace: SimulatedNamespace
) -> None:
    api = SimulatedApi(account, tokens={"full": ALL_SCOPES, "read": READ_SCOPES})
    allowed: list[str] = []
    async with connected(api, "read") as client:
        for route in ROUTES:
            fill = iter([namespace.namespace_id, "x"])
            path = "/".join(next(fill) if part == "*" else part for part in route.template)
            url = f"https://api.digitalocean.com/{path}"
            answer = await client.request(route.method, url)
            if answer.status_code == 403:
                assert answer.json()["message"] == f"not allowed to {route.words}"
            else:
                allowed.append(route.words)
    assert allowed == ["list namespaces", "list triggers", "get trigger"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v2/functions"),
        ("PATCH", "/v2/functions/namespaces"),
        ("GET", "/"),
        ("GET", "/v2/functions/namespaces/a/b"),
    ],
)
async def test_what_the_api_does_not_have_is_a_404(
    client: httpx.AsyncClient, method: str, path: str
) -> None:
    answer = await client.request(method, f"https://api.digitalocean.com{path}")
    assert answer.status_code == 404
    assert answer.json()["message"] == "The resource you were accessing could not be found."


async def test_every_answer_tells_the_time_the_request_and_what_is_left(
    client: httpx.AsyncClient, clock: ManualClock
) -> None:
    first = await client.get("")
    assert first.headers["date"] == "Mon, 23 Nov 2026 14:38:00 GMT"
    assert first.headers["content-type"] == "application/json; charset=utf-8"
    assert first.headers["ratelimit-remaining"] == "4999"
    assert first.headers["ratelimit-reset"] == str(int(clock.now().timestamp()) + 3600)
    assert "retry-after" not in first.headers
    second = await client.get("nothing")
    assert second.headers["ratelimit-remaining"] == "4998"
    assert second.headers["x-request-id"] != first.headers["x-request-id"]


async def test_too_many_requests_in_a_minute_are_a_429_with_retry_after(account: Account) -> None:
    async with connected(SimulatedApi(account, rate_limit=RateLimit(100, 1))) as client:
        await client.get("")
        refused = await client.post("", json=LABEL)
    assert refused.status_code == 429
    assert refused.json()["id"] == "too_many_requests"
    assert refused.json()["message"] == "API rate limit exceeded."
    assert refused.headers["retry-after"] == "60"
    assert account.namespaces == {}


async def test_too_many_requests_in_an_hour_are_a_429_without(account: Account) -> None:
    async with connected(SimulatedApi(account, rate_limit=RateLimit(1, 1))) as client:
        await client.get("")
        refused = await client.get("")
    assert refused.status_code == 429
    assert refused.headers["ratelimit-remaining"] == "0"
    assert "retry-after" not in refused.headers


async def test_the_log_holds_what_was_asked_and_answered(
    api: SimulatedApi, client: httpx.AsyncClient
) -> None:
    await client.get("")
    await client.get("a%2Fb/triggers?x=1")
    api.faults.rules.append(Fault("drop"))
    with pytest.raises(httpx.RemoteProtocolError):
        await client.delete("x")
    root = "/v2/functions/namespaces"
    assert list(api.log) == [
        Served("GET", f"{root}/", 200, was_carried_out=True),
        Served("GET", f"{root}/a%2Fb/triggers", 404, was_carried_out=False),
        Served("DELETE", f"{root}/x", None, was_carried_out=False),
    ]


async def test_latency_passes_on_the_clock(account: Account, clock: ManualClock) -> None:
    async with connected(SimulatedApi(account, latency_s=3)) as client:
        answering = asyncio.ensure_future(client.get(""))
        await clock.advance(2.9)
        assert not answering.done()
        await clock.advance(0.1)
        assert (await answering).status_code == 200


async def test_a_slow_answer_is_late_and_comes(
    api: SimulatedApi, client: httpx.AsyncClient, clock: ManualClock
) -> None:
    api.faults.rules.append(Fault("slow", seconds=20))
    answering = asyncio.ensure_future(client.get("", timeout=30))
    await clock.advance(19)
    assert not answering.done()
    await clock.advance(1)
    assert (await answering).status_code == 200


async def test_a_hanging_answer_never_comes_and_nothing_is_carried_out(
    api: SimulatedApi, client: httpx.AsyncClient, clock: ManualClock
) -> None:
    api.faults.rules.append(Fault("hang"))
    answering = asyncio.ensure_future(client.post("", json=LABEL, timeout=30))
    await clock.advance(30)
    with pytest.raises(httpx.ReadTimeout):
        await answering
    assert api.account.namespaces == {}


async def test_a_hanging_request_ends_when_the_client_goes_away(api: SimulatedApi) -> None:
    api.faults.rules.append(Fault("hang"))
    scope: Scope = {"method": "GET", "raw_path": b"/v2/functions/namespaces", "headers": []}
    received: asyncio.Queue[Scope] = asyncio.Queue()
    sent: asyncio.Queue[Scope] = asyncio.Queue()
    for kind in ("http.request", "http.request", "http.disconnect"):
        received.put_nowait({"type": kind})
    with pytest.raises(ConnectionBrokenError):
        await api(scope, received.get, sent.put)
    assert sent.empty()


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusing_fault_carries_nothing_out(
    api: SimulatedApi, client: httpx.AsyncClient, name: str
) -> None:
    api.faults.rules.append(Fault(name))
    answer = await client.post("", json=LABEL)
    assert answer.status_code == REFUSALS[name]().status
    assert answer.json()["message"] == REFUSALS[name]().message
    assert ("retry-after" in answer.headers) == (
        name in RETRY_AFTER and name != "rate-limited-mute"
    )
    assert api.account.namespaces == {}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("wrong-shape", b'{"namespace": 7}'),
        ("null-list", b'{"namespace": null}'),
        ("empty-body", b""),
        ("not-json", b"<html><body>Hello</body></html>"),
    ],
)
async def test_a_spoiling_fault_carries_the_request_out(
    api: SimulatedApi, client: httpx.AsyncClient, name: str, body: bytes
) -> None:
    api.faults.rules.append(Fault(name))
    answer = await client.post("", json=LABEL)
    assert (answer.status_code, answer.content) == (200, body)
    assert len(api.account.namespaces) == 1


async def test_the_first_of_several_faults_of_a_kind_counts(
    api: SimulatedApi, client: httpx.AsyncClient
) -> None:
    api.faults.rules += [Fault("not-json"), Fault("wrong-shape"), Fault("null-list")]
    assert (await client.get("")).text == "<html><body>Hello</body></html>"
    api.faults.rules += [Fault("conflict"), Fault("unavailable"), Fault("forbidden")]
    assert (await client.get("")).status_code == 409


async def test_cut_json_has_the_length_of_what_is_left(
    api: SimulatedApi, client: httpx.AsyncClient
) -> None:
    whole = (await client.get("")).content
    api.faults.rules.append(Fault("cut-json"))
    answer = await client.get("")
    assert answer.content == whole[: len(whole) // 2]
    assert answer.headers["content-length"] == str(len(answer.content))


@pytest.mark.parametrize("name", SPOILERS)
async def test_an_answer_without_a_body_cannot_be_spoilt(
    api: SimulatedApi, client: httpx.AsyncClient, namespace: SimulatedNamespace, name: str
) -> None:
    api.faults.rules.append(Fault(name))
    answer = await client.delete(namespace.namespace_id)
    assert (answer.status_code, answer.content) == (204, b"")


async def test_a_proxys_page_is_not_the_apis(api: SimulatedApi, client: httpx.AsyncClient) -> None:
    api.faults.rules.append(Fault("proxy-html"))
    answer = await client.post("", json=LABEL)
    assert answer.status_code == 502
    assert answer.headers["content-type"] == "text/html"
    assert "ratelimit-limit" not in answer.headers
    assert api.account.namespaces == {}


@pytest.mark.parametrize(("name", "made"), [("drop", 0), ("lost-answer", 1)])
async def test_a_broken_connection_breaks_before_or_after_the_request_is_carried_out(
    api: SimulatedApi, client: httpx.AsyncClient, name: str, made: int
) -> None:
    api.faults.rules.append(Fault(name, times=1))
    with pytest.raises(httpx.RemoteProtocolError):
        await client.post("", json=LABEL)
    assert len(api.account.namespaces) == made
    assert (await client.get("")).status_code == 200
