"""What each fault makes of an answer, as httpx takes it."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from fntui.clock import ManualClock
from fntui.simulator.account.objects import SimulatedNamespace
from fntui.simulator.app import SimulatedApi
from fntui.simulator.faults import Fault
from fntui.simulator.faults.bodies import SPOILERS
from fntui.simulator.faults.headers import MISLEADERS
from tests.support.simulated import HELLO

LABEL = {"label": "new", "region": "nyc1"}
MB = 1024 * 1024


@pytest.fixture
async def triggers(client: httpx.AsyncClient, namespace: SimulatedNamespace) -> str:
    """The list of one trigger: its path."""
    path = f"{namespace.namespace_id}/triggers"
    assert (await client.post(path, json=HELLO)).status_code == 200
    return path


def add(api: SimulatedApi, *names: str) -> None:
    api.faults.rules += [Fault(name) for name in names]


@pytest.mark.parametrize("name", [*SPOILERS, *MISLEADERS])
async def test_the_request_was_carried_out_and_the_log_says_so(
    api: SimulatedApi, client: httpx.AsyncClient, clock: ManualClock, name: str
) -> None:
    add(api, name)

    async def ask() -> None:
        async with client.stream("POST", "", json=LABEL) as answer:
            assert answer.status_code == 200

    asking = asyncio.ensure_future(ask())
    await clock.advance(60)
    await asking
    assert len(api.account.namespaces) == 1
    assert [(served.status, served.was_carried_out) for served in api.log] == [(200, True)]


@pytest.mark.parametrize(("name", "status"), [("see-other", 303), ("request-timeout", 408)])
async def test_it_was_carried_out_whatever_the_status_says(
    api: SimulatedApi, client: httpx.AsyncClient, name: str, status: int
) -> None:
    add(api, name)
    answer = await client.post("", json=LABEL)
    assert (answer.status_code, answer.content) == (status, b"")
    assert len(api.account.namespaces) == 1
    assert api.log[0].was_carried_out


async def test_a_refusal_is_not_altered(
    api: SimulatedApi, client: httpx.AsyncClient, triggers: str
) -> None:
    add(api, "altered", "conflict")
    answer = await client.get(triggers)
    assert (answer.status_code, answer.json()["id"]) == (409, "conflict")


@pytest.mark.parametrize("name", ["moved", "redirected", "proxy-html"])
async def test_what_a_stranger_answers_was_not_carried_out(
    api: SimulatedApi, client: httpx.AsyncClient, name: str
) -> None:
    add(api, name)
    answer = await client.post("", json=LABEL)
    assert answer.status_code == {"moved": 301, "redirected": 307, "proxy-html": 502}[name]
    assert "x-request-id" not in answer.headers
    assert api.account.namespaces == {}
    assert [served.was_carried_out for served in api.log] == [False]


async def test_a_redirect_leads_to_another_host(
    api: SimulatedApi, client: httpx.AsyncClient
) -> None:
    add(api, "moved")
    assert httpx.URL((await client.get("")).headers["location"]).host == "elsewhere.invalid"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("rate-limited", "20"),
        ("rate-limited-date", "Mon, 23 Nov 2026 14:38:20 GMT"),
        ("rate-limited-mute", None),
        ("rate-limited-negative", "-5"),
        ("rate-limited-text", "in a while"),
        ("rate-limited-endless", "1000000000"),
    ],
)
async def test_a_429_may_say_when_to_come_again(
    api: SimulatedApi, client: httpx.AsyncClient, name: str, told: str | None
) -> None:
    api.faults.rules.append(Fault(name, seconds=20))
    answer = await client.get("")
    assert (answer.status_code, answer.headers.get("retry-after")) == (429, told)


async def test_of_several_429s_the_first_says_when(
    api: SimulatedApi, client: httpx.AsyncClient
) -> None:
    add(api, "rate-limited-negative", "rate-limited-text")
    assert (await client.get("")).headers["retry-after"] == "-5"


async def test_a_body_drips(
    api: SimulatedApi, client: httpx.AsyncClient, clock: ManualClock, triggers: str
) -> None:
    whole = (await client.get(triggers)).content
    add(api, "drip")
    pieces: list[tuple[float, int]] = []
    since = clock.monotonic()

    async def read() -> bytes:
        async with client.stream("GET", triggers, timeout=1) as answer:
            content = b""
            async for piece in answer.aiter_bytes():
                pieces.append((round(clock.monotonic() - since, 6), len(piece)))
                content += piece
            return content

    reading = asyncio.ensure_future(read())
    await clock.advance(60)
    assert await reading == whole
    assert pieces[:3] == [(0.0, 64), (0.05, 64), (0.1, 64)]


@pytest.mark.parametrize("name", ["cut-body", "long-length"])
async def test_a_body_that_is_shorter_than_told_is_a_broken_connection(
    api: SimulatedApi, client: httpx.AsyncClient, name: str
) -> None:
    add(api, name)
    with pytest.raises(httpx.RemoteProtocolError):
        await client.get("")


async def test_of_a_body_longer_than_told_only_what_was_told_is_read(
    api: SimulatedApi, client: httpx.AsyncClient, triggers: str
) -> None:
    whole = (await client.get(triggers)).content
    add(api, "short-length")
    assert (await client.get(triggers)).content == whole[: len(whole) // 2]


async def test_every_value_may_be_of_another_type(
    api: SimulatedApi, client: httpx.AsyncClient, triggers: str
) -> None:
    add(api, "wrong-types")
    ((trigger,),) = (await client.get(triggers)).json().values()
    assert trigger["name"] == {"text": "hello"}
    assert trigger["is_enabled"] == "7"
    assert trigger["scheduled_details"]["cron"] == {"text": "*/5 * * * *"}


async def test_huge_json_is_made_while_it_is_read(
    api: SimulatedApi, client: httpx.AsyncClient
) -> None:
    add(api, "huge-json")
    size = 0
    async with client.stream("GET", "") as answer:
        assert "content-length" not in answer.headers
        async for piece in answer.aiter_bytes():
            assert len(piece) <= 64 * 1024
            size += len(piece)
    assert 50 * MB < size < 50 * MB + 100


async def test_huge_json_is_json(api: SimulatedApi, client: httpx.AsyncClient) -> None:
    add(api, "huge-json")
    answer = (await client.get("")).json()
    assert (answer["namespaces"], len(answer["padding"])) == ([], 50 * MB)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("deep-json", b"[" * 100_000 + b"]" * 100_000),
        ("nan", b'{"number": NaN, "triggers": ['),
        ("bad-utf8", b'"\xff\xfe\xc3("'),
        ("duplicate-keys", b'{"triggers": null, "triggers": ['),
    ],
)
async def test_a_body_may_be_spoilt_in_other_ways(
    api: SimulatedApi, client: httpx.AsyncClient, triggers: str, name: str, told: bytes
) -> None:
    add(api, name)
    assert told in (await client.get(triggers)).content


async def test_the_first_of_a_list_may_come_twice(
    api: SimulatedApi, client: httpx.AsyncClient, triggers: str
) -> None:
    add(api, "twice-listed")
    assert names((await client.get(triggers)).content) == ["hello", "hello"]


async def test_a_list_may_hold_ten_thousand_triggers(
    api: SimulatedApi, client: httpx.AsyncClient, triggers: str
) -> None:
    add(api, "many-triggers")
    listed = names((await client.get(triggers)).content)
    assert (len(set(listed)), listed[0], listed[-1]) == (10_000, "hello", "many-09998")
    assert (await client.get("")).json()["namespaces"]


async def test_a_204_may_have_a_body_which_nobody_reads(
    api: SimulatedApi, client: httpx.AsyncClient, triggers: str
) -> None:
    add(api, "body-with-204")
    for answer in (await client.get(triggers), await client.delete(f"{triggers}/hello")):
        assert (answer.status_code, answer.content) == (204, b"")
        assert int(answer.headers["content-length"]) > 0
    assert (await client.get(f"{triggers}/hello")).status_code == 404


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no-rate-limit", {"ratelimit-limit": None, "ratelimit-remaining": None}),
        ("wrong-rate-limit", {"ratelimit-limit": "-1", "ratelimit-remaining": "many"}),
        ("no-date", {"date": None}),
        ("old-date", {"date": "Sat, 01 Jan 2000 00:00:00 GMT"}),
        ("far-date", {"date": "Thu, 31 Dec 2099 23:59:59 GMT"}),
        ("malformed-date", {"date": "Mon, 99 Foo 2026 25:61:61 GMT"}),
    ],
)
async def test_headers_may_mislead(
    api: SimulatedApi, client: httpx.AsyncClient, name: str, said: dict[str, str | None]
) -> None:
    add(api, name)
    answer = await client.get("")
    assert {header: answer.headers.get(header) for header in said} == said
    assert answer.headers["x-request-id"]
    assert answer.json() == {"namespaces": []}


async def test_headers_and_body_may_both_be_spoilt(
    api: SimulatedApi, client: httpx.AsyncClient
) -> None:
    add(api, "no-date", "no-rate-limit", "empty-body")
    answer = await client.get("")
    assert not {"date", "ratelimit-limit"} & set(answer.headers)
    assert answer.content == b""


async def test_between_two_reads_objects_may_be_altered(
    api: SimulatedApi, client: httpx.AsyncClient, triggers: str
) -> None:
    await client.post(triggers, json={**HELLO, "name": "second"})
    before = (await client.get(triggers)).content
    api.faults.rules.append(Fault("altered", times=3))
    altered = (await client.get(triggers)).content
    assert names(altered) == [f"{names(before)[-1]}-altered", *names(before)[-2::-1]]
    crons = {trigger["scheduled_details"]["cron"] for trigger in json.loads(altered)["triggers"]}
    assert crons == {"7 7 * * *"}
    one = (await client.get(f"{triggers}/hello")).json()["trigger"]
    assert (one["name"], one["scheduled_details"]["cron"]) == ("hello", "7 7 * * *")
    assert (await client.get("")).json()["namespaces"][0]["label"].endswith("-altered")
    assert (await client.get(triggers)).content == before


def names(content: bytes) -> list[str]:
    listed: list[dict[str, Any]] = json.loads(content)["triggers"]
    return [trigger["name"] for trigger in listed]
