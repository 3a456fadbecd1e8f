"""Namespaces over HTTP: bodies, statuses and error texts of the reference."""

import httpx
import pytest

from fntui.simulator.account.account import Account, Limits
from fntui.simulator.account.objects import SimulatedNamespace
from tests.support.simulated import HELLO, error


async def test_namespaces_from_creation_to_deletion(client: httpx.AsyncClient) -> None:
    created = await client.post("", json={"label": "my namespace", "region": "nyc1"})
    namespace = created.json()["namespace"]
    assert created.status_code == 200
    assert namespace["namespace"] == f"fn-{namespace['uuid']}"
    assert namespace["label"] == "my namespace"
    assert namespace["region"] == "nyc1"
    assert namespace["created_at"] == namespace["updated_at"] == "2026-11-23T14:38:00Z"
    assert len(namespace["key"]) == 64
    path = namespace["namespace"]
    assert (await client.get("")).json() == {"namespaces": [namespace]}
    assert (await client.get(path)).json() == {"namespace": namespace}
    deleted = await client.delete(path)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert "content-length" not in deleted.headers
    assert "content-type" not in deleted.headers
    gone = (404, "not_found", "namespace not found")
    assert error(await client.get(path)) == gone
    assert error(await client.get(f"{path}/triggers")) == gone
    assert error(await client.get(f"{path}/triggers/x")) == gone
    assert error(await client.get(f"{path}/keys")) == gone
    assert error(await client.delete(path)) == gone


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"region": "nyc1"}', "missing label field"),
        (b'{"label": "", "region": "nyc1"}', "missing label field"),
        (b'{"label": 7, "region": "nyc1"}', "missing label field"),
        (b'{"label": "x"}', "missing region field"),
        (b'{"label": "x", "region": "moon1"}', "unknown region moon1"),
        (b"[]", "not a JSON object"),
        (b"", "not a JSON object"),
        (b'{"label": NaN}', "not a JSON object"),
        (b"[" * 100_000, "not a JSON object"),
        (b"\xff", "not a JSON object"),
    ],
)
async def test_a_bad_namespace_is_a_404_with_the_id_bad_request(
    client: httpx.AsyncClient, body: bytes, why: str
) -> None:
    answer = await client.post("", content=body)
    assert error(answer) == (404, "bad_request", f"Invalid request payload: {why}")


async def test_labels_are_unique_and_namespaces_limited(
    client: httpx.AsyncClient, account: Account, namespace: SimulatedNamespace
) -> None:
    again = {"label": namespace.label, "region": "fra1"}
    taken = (422, "unprocessable_entity", "namespace label already exists")
    assert error(await client.post("", json=again)) == taken
    account.limits = Limits(namespaces=1)
    other = {"label": "other", "region": "fra1"}
    full = (422, "unprocessable_entity", "namespace limit reached")
    assert error(await client.post("", json=other)) == full


async def test_what_belongs_to_app_platform_can_be_read_but_not_changed(
    client: httpx.AsyncClient, account: Account
) -> None:
    account.add_namespace("app", "ams3", "ap-1")
    assert (await client.get("ap-1")).status_code == 200
    assert (await client.get("ap-1/triggers")).json() == {"triggers": []}
    locked = (403, "forbidden", "not allowed to change a namespace of App Platform")
    assert error(await client.delete("ap-1")) == locked
    assert error(await client.post("ap-1/triggers", json=HELLO)) == locked
    assert error(await client.put("ap-1/triggers/x", json={})) == locked
    assert error(await client.delete("ap-1/triggers/x")) == locked
    assert error(await client.post("ap-1/keys", json={"name": "x"})) == locked
    assert error(await client.put("ap-1/keys/x", json={"name": "x"})) == locked
    assert error(await client.delete("ap-1/keys/x")) == locked
