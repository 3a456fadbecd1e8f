from collections.abc import AsyncIterator

import httpx
import pytest

from fntui.clock import ManualClock
from fntui.simulator import operations
from fntui.simulator.account.objects import SimulatedNamespace
from fntui.simulator.app import DEMO_TOKEN, SimulatedApi
from fntui.simulator.control import ControlDoor
from fntui.simulator.faults import Fault
from tests.support.simulated import HELLO

ROOT = "/v2/functions/namespaces"


@pytest.fixture
async def door(api: SimulatedApi) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(ControlDoor(api))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def test_beside_the_door_is_the_api(door: httpx.AsyncClient) -> None:
    assert (await door.get(ROOT)).status_code == 401
    credentials = {"authorization": f"Bearer {DEMO_TOKEN}"}
    assert (await door.get(ROOT, headers=credentials)).json() == {"namespaces": []}


async def test_the_log_is_told_without_a_token(door: httpx.AsyncClient) -> None:
    await door.get(ROOT)
    answer = (await door.get("/simulator/log")).json()
    served = {"method": "GET", "path": ROOT, "status": 401, "was_carried_out": False}
    assert answer == {"requests": [served]}


async def test_faults_are_added_and_cleared(door: httpx.AsyncClient, api: SimulatedApi) -> None:
    fault = {"name": "slow", "rate": 0.5, "times": 3, "seconds": 2, "operation": "list triggers"}
    assert (await door.post("/simulator/faults", json=fault)).json() == {}
    assert api.faults.rules == [Fault("slow", 0.5, 3, "list triggers", 2)]
    assert (await door.delete("/simulator/faults")).json() == {}
    assert api.faults.rules == []


async def test_runs_are_skipped_and_delayed(
    door: httpx.AsyncClient, api: SimulatedApi, clock: ManualClock, namespace: SimulatedNamespace
) -> None:
    operations.create_trigger(api.account, namespace.namespace_id, HELLO)
    which = {"namespace": namespace.namespace_id, "trigger": "hello"}
    await door.post("/simulator/runs/skip", json={**which, "count": 2})
    await clock.advance(12 * 60)
    firing = api.account.trigger(namespace.namespace_id, "hello").firing
    assert firing.last_run_at is None
    await door.post("/simulator/runs/skip", json=which)
    await door.post("/simulator/runs/delay", json={**which, "seconds": 10})
    assert list(firing.script) == [10.0]


@pytest.mark.parametrize(
    ("path", "body", "status", "why"),
    [
        ("/simulator/other", b"{}", 404, "no such door"),
        ("/simulator/faults", b"[]", 400, "TypeError"),
        ("/simulator/faults", b'{"name": "slwo"}', 400, "no fault is called slwo"),
        ("/simulator/runs/skip", b'{"namespace": "fn-x"}', 400, "KeyError: 'trigger'"),
        ("/simulator/runs/skip", b'{"namespace": "fn-x", "trigger": "x"}', 404, "namespace not"),
        ("/simulator/runs/delay", b'{"seconds": "long"}', 400, "ValueError"),
    ],
)
async def test_a_request_that_makes_no_sense_is_answered_with_a_reason(
    door: httpx.AsyncClient, path: str, body: bytes, status: int, why: str
) -> None:
    answer = await door.post(path, content=body)
    assert answer.status_code == status
    assert why in answer.json()["message"]
