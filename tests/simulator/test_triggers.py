"""Triggers over HTTP: bodies, statuses and error texts of the reference."""

from typing import Any

import httpx
import pytest

from fntui.clock import ManualClock
from fntui.simulator.account.account import Account, Limits
from fntui.simulator.account.objects import SimulatedNamespace
from tests.support.simulated import HELLO, error

INVALID = "validating create trigger: validation error: "


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
