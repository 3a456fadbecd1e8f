"""The 13 operations over HTTP: bodies, statuses and error texts of the reference."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from fntui.clock import ManualClock
from fntui.simulator.account import Account, Limits
from fntui.simulator.objects import SimulatedNamespace

HELLO: dict[str, Any] = {
    "name": "hello",
    "function": "demo/hello",
    "type": "SCHEDULED",
    "is_enabled": True,
    "scheduled_details": {"cron": "*/5 * * * *", "body": {"name": "Welcome to DO!"}},
}
INVALID = "validating create trigger: validation error: "


def error(answer: httpx.Response) -> tuple[int, str, str]:
    body = answer.json()
    assert body["request_id"] == answer.headers["x-request-id"]
    return answer.status_code, body["id"], body["message"]


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


async def test_triggers_from_creation_to_deletion(
    client: httpx.AsyncClient, clock: ManualClock, namespace: SimulatedNamespace
) -> None:
    path = f"{namespace.namespace_id}/triggers"
    created = await client.post(path, json=HELLO)
    trigger = created.json()["trigger"]
    assert created.status_code == 200
    assert trigger == {
        **HELLO,
        "namespace": namespace.namespace_id,
        "created_at": "2026-11-23T14:38:00Z",
        "updated_at": "2026-11-23T14:38:00Z",
        "scheduled_runs": {"last_run_at": None, "next_run_at": "2026-11-23T14:40:00Z"},
    }
    assert (await client.get(path)).json() == {"triggers": [trigger]}
    await clock.advance(180)
    runs = (await client.get(f"{path}/hello")).json()["trigger"]["scheduled_runs"]
    assert runs["last_run_at"].startswith("2026-11-23T14:40:0")
    assert runs["next_run_at"] == "2026-11-23T14:45:00Z"
    paused = (await client.put(f"{path}/hello", json={"is_enabled": False})).json()["trigger"]
    assert paused["scheduled_runs"] == {**runs, "next_run_at": None}
    assert paused["updated_at"] == "2026-11-23T14:41:00Z"
    assert paused["scheduled_details"] == HELLO["scheduled_details"]
    deleted = await client.delete(f"{path}/hello")
    assert (deleted.status_code, deleted.content) == (204, b"")
    gone = (404, "not_found", "trigger not found")
    assert error(await client.get(f"{path}/hello")) == gone
    assert error(await client.put(f"{path}/hello", json={})) == gone
    assert error(await client.delete(f"{path}/hello")) == gone


@pytest.mark.parametrize(
    "name", ["my trigger", "a/b", "..", ".", "%2e", "€ 100%", "a?b#c", "x" * 5000]
)
async def test_a_trigger_may_have_any_name(
    client: httpx.AsyncClient, namespace: SimulatedNamespace, name: str
) -> None:
    triggers = f"{namespace.namespace_id}/triggers"
    await client.post(triggers, json={**HELLO, "name": name})
    # Every byte encoded, dots too: httpx would collapse the path otherwise.
    encoded = "".join(f"%{byte:02X}" for byte in name.encode())
    answer = await client.get(f"{triggers}/{encoded}")
    assert answer.json()["trigger"]["name"] == name
    assert (await client.delete(f"{triggers}/{encoded}")).status_code == 204
    assert namespace.triggers == {}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": None}, INVALID + "missing trigger name"),
        ({"type": "HTTP"}, INVALID + "unsupported trigger type"),
        ({"is_enabled": "yes"}, INVALID + "missing is_enabled"),
        ({"scheduled_details": []}, INVALID + "missing source details"),
        ({"scheduled_details": {}}, INVALID + "missing cron expression"),
        (
            {"name": "", "function": "", "scheduled_details": None},
            INVALID + "missing trigger name, missing function name, missing source details",
        ),
        (
            {"scheduled_details": {"cron": "@daily"}},
            INVALID + 'invalid cron expression "@daily": expected 5 fields, found 1',
        ),
        (
            {"scheduled_details": {"cron": "* * * * *", "body": [1]}},
            INVALID + "body must be an object",
        ),
        (
            {"scheduled_details": {"cron": "* * * * *", "body": {"x": "€" * 400_000}}},
            INVALID + "body is larger than 1 MB",
        ),
    ],
)
async def test_a_bad_trigger_is_a_400_that_names_all_that_is_missing(
    client: httpx.AsyncClient, namespace: SimulatedNamespace, change: dict[str, Any], message: str
) -> None:
    answer = await client.post(f"{namespace.namespace_id}/triggers", json={**HELLO, **change})
    assert error(answer) == (400, "bad_request", message)
    assert namespace.triggers == {}


async def test_a_body_of_nearly_a_megabyte_is_taken(
    client: httpx.AsyncClient, namespace: SimulatedNamespace
) -> None:
    details = {"cron": "* * * * *", "body": {"x": "x" * 1_048_500}}
    path = f"{namespace.namespace_id}/triggers"
    answer = await client.post(path, json={**HELLO, "scheduled_details": details})
    assert answer.json()["trigger"]["scheduled_details"] == details


async def test_trigger_names_are_unique_in_a_namespace_and_triggers_limited(
    client: httpx.AsyncClient, account: Account, namespace: SimulatedNamespace
) -> None:
    path = f"{namespace.namespace_id}/triggers"
    await client.post(path, json=HELLO)
    conflict = "The request could not be completed due to a conflict."
    assert error(await client.post(path, json=HELLO)) == (409, "conflict", conflict)
    account.limits = Limits(triggers=1)
    full = (422, "unprocessable_entity", "triggers limit reached")
    assert error(await client.post(path, json={**HELLO, "name": "other"})) == full


async def test_an_update_merges_at_the_top_level(
    client: httpx.AsyncClient, namespace: SimulatedNamespace
) -> None:
    path = f"{namespace.namespace_id}/triggers"
    await client.post(path, json=HELLO)
    change = {"scheduled_details": {"cron": "0 * * * *"}}
    trigger = (await client.put(f"{path}/hello", json=change)).json()["trigger"]
    assert trigger["is_enabled"] is True
    assert trigger["scheduled_details"] == {"cron": "0 * * * *", "body": None}
    assert trigger["scheduled_runs"]["next_run_at"] == "2026-11-23T15:00:00Z"


async def test_an_update_of_the_body_leaves_the_schedule_alone(
    client: httpx.AsyncClient, clock: ManualClock, namespace: SimulatedNamespace
) -> None:
    path = f"{namespace.namespace_id}/triggers"
    await client.post(path, json=HELLO)
    await clock.advance(3600)
    before = (await client.get(f"{path}/hello")).json()["trigger"]
    change = {"scheduled_details": {"cron": "*/5 * * * *", "body": {"new": True}}}
    after = (await client.put(f"{path}/hello", json=change)).json()["trigger"]
    assert after["scheduled_details"] == change["scheduled_details"]
    assert after["scheduled_runs"] == before["scheduled_runs"]


async def test_slots_that_passed_while_paused_are_not_made_up_for(
    client: httpx.AsyncClient, clock: ManualClock, namespace: SimulatedNamespace
) -> None:
    path = f"{namespace.namespace_id}/triggers"
    await client.post(path, json={**HELLO, "is_enabled": False})
    await clock.advance(3600)
    answer = await client.put(f"{path}/hello", json={"is_enabled": True})
    runs = answer.json()["trigger"]["scheduled_runs"]
    assert runs == {"last_run_at": None, "next_run_at": "2026-11-23T15:40:00Z"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_enabled": 1}, "is_enabled must be true or false"),
        (
            {"scheduled_details": {"cron": "x"}},
            'invalid cron expression "x": expected 5 fields, found 1',
        ),
        ({"scheduled_details": 7}, "missing cron expression"),
    ],
)
async def test_a_bad_update_is_a_400_and_changes_nothing(
    client: httpx.AsyncClient, namespace: SimulatedNamespace, change: dict[str, Any], why: str
) -> None:
    path = f"{namespace.namespace_id}/triggers"
    before = (await client.post(path, json=HELLO)).json()
    answer = await client.put(f"{path}/hello", json={"is_enabled": False, **change})
    message = f"validating update trigger: validation error: {why}"
    assert error(answer) == (400, "bad_request", message)
    assert (await client.get(f"{path}/hello")).json() == before


async def test_bare_lists_are_as_in_the_references_example(
    client: httpx.AsyncClient, account: Account, namespace: SimulatedNamespace
) -> None:
    account.has_bare_lists = True
    path = f"{namespace.namespace_id}/triggers"
    await client.post(path, json=HELLO)
    (listed,) = (await client.get(path)).json()["triggers"]
    single = (await client.get(f"{path}/hello")).json()["trigger"]
    assert set(single) - set(listed) == {"scheduled_details", "scheduled_runs"}


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


async def test_a_day_passes_in_a_moment_and_late_and_missed_runs_come_on_request(
    client: httpx.AsyncClient, account: Account, clock: ManualClock, namespace: SimulatedNamespace
) -> None:
    path = f"{namespace.namespace_id}/triggers"
    await client.post(path, json=HELLO)

    async def last_run() -> str:
        runs = (await client.get(f"{path}/hello")).json()["trigger"]["scheduled_runs"]
        return str(runs["last_run_at"])

    await clock.advance(86_400)
    assert (await last_run()).startswith("2026-11-24T14:35:0")
    account.skip_runs(namespace.namespace_id, "hello", 1)
    await clock.advance(290)
    assert (await last_run()).startswith("2026-11-24T14:35:0"), "14:40 was skipped"
    account.delay_next_run(namespace.namespace_id, "hello", 60)
    await clock.advance(180)
    assert (await last_run()).startswith("2026-11-24T14:35:0"), "14:45 is late"
    await clock.advance(20)
    assert (await last_run()).startswith("2026-11-24T14:46:0")
