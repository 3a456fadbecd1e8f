"""Access keys over HTTP: bodies, statuses and error texts of the reference."""

from datetime import timedelta

import httpx
import pytest

from fntui.clock import ManualClock
from fntui.simulator.account.account import Account, Limits
from fntui.simulator.account.objects import SimulatedNamespace
from tests.support.simulated import error


async def test_access_keys_from_creation_to_deletion(
    client: httpx.AsyncClient, clock: ManualClock, namespace: SimulatedNamespace
) -> None:
    path = f"{namespace.namespace_id}/keys"
    assert (await client.get(path)).json() == {"access_keys": [], "count": 0}
    created = await client.post(path, json={"name": "ci", "expires_in": "7d"})
    key = created.json()["access_key"]
    secret = key.pop("secret")
    assert created.status_code == 201
    assert secret.startswith("fn_secret_")
    assert key["id"].startswith("dof_v1_")
    assert key["expires_at"] == "2026-11-30T14:38:00Z"
    assert (await client.get(path)).json() == {"access_keys": [key], "count": 1}
    await clock.advance(60)
    renamed = await client.put(f"{path}/{key['id']}", json={"name": "ci-2"})
    updated = {**key, "name": "ci-2", "updated_at": "2026-11-23T14:39:00Z"}
    assert (renamed.status_code, renamed.json()) == (200, {"access_key": updated})
    same = await client.put(f"{path}/{key['id']}", json={"name": "ci-2"})
    assert same.status_code == 200, "its own name is not taken"
    deleted = await client.delete(f"{path}/{key['id']}")
    assert (deleted.status_code, deleted.json()) == (200, {})
    gone = (404, "not_found", "access key not found")
    assert error(await client.delete(f"{path}/{key['id']}")) == gone
    assert error(await client.put(f"{path}/{key['id']}", json={"name": "x"})) == gone


@pytest.mark.parametrize("expires_in", ["0h", "7", "7w", "-1d", "1.5h", "٣h", "99999999d", "", 7])
async def test_a_bad_lifetime_is_a_400(
    client: httpx.AsyncClient, namespace: SimulatedNamespace, expires_in: object
) -> None:
    body = {"name": "ci", "expires_in": expires_in}
    status, _, message = error(await client.post(f"{namespace.namespace_id}/keys", json=body))
    assert status == 400
    assert "expires_in must be" in message


async def test_a_key_wants_a_name_that_is_free_and_room(
    client: httpx.AsyncClient, account: Account, namespace: SimulatedNamespace
) -> None:
    path = f"{namespace.namespace_id}/keys"
    unnamed = (400, "bad_request", "Invalid request payload: missing name field")
    assert error(await client.post(path, json={})) == unnamed
    one = (await client.post(path, json={"name": "one"})).json()["access_key"]
    await client.post(path, json={"name": "two"})
    conflict = (409, "conflict", "The request could not be completed due to a conflict.")
    assert error(await client.post(path, json={"name": "one"})) == conflict
    assert error(await client.put(f"{path}/{one['id']}", json={"name": "two"})) == conflict
    account.limits = Limits(keys=2)
    full = (422, "unprocessable_entity", "access keys limit reached")
    assert error(await client.post(path, json={"name": "three"})) == full


async def test_an_expired_key_vanishes_and_makes_room(
    client: httpx.AsyncClient, account: Account, clock: ManualClock, namespace: SimulatedNamespace
) -> None:
    account.limits = Limits(keys=1)
    account.add_key(namespace, "short", timedelta(hours=1))
    await clock.advance(3599)
    path = f"{namespace.namespace_id}/keys"
    assert (await client.get(path)).json()["count"] == 1
    await clock.advance(1)
    assert (await client.post(path, json={"name": "short"})).status_code == 201
    assert (await client.get(path)).json()["count"] == 1
