"""The vendor's own Python client against the simulator, through the whole life of each object."""

from collections.abc import Iterator

import pytest
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.core.rest import HttpRequest, HttpResponse
from pydo import Client, GeneratedClient
from typing_extensions import override

from fntui.simulator.app import DEMO_TOKEN
from tests.support.loopback import simulator_process

pytestmark = pytest.mark.loopback


class AllowHttp(SansIOHTTPPolicy[HttpRequest, HttpResponse]):
    """azure-core sends a bearer over https alone, unless told that this is a loopback address."""

    @override
    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        request.context["enforce_https"] = False


def connected(token: str, url: str) -> Client:
    return Client(token, endpoint=url, retry_total=0, per_call_policies=[AllowHttp()])


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with simulator_process("--namespaces", "0", "--read-only-token", "read-only") as url:
        yield url


@pytest.fixture
def client(url: str) -> Iterator[GeneratedClient]:
    with connected(DEMO_TOKEN, url) as client:
        yield client


@pytest.fixture
def namespace_id(client: GeneratedClient) -> Iterator[str]:
    created = client.functions.create_namespace({"label": "contract", "region": "nyc1"})
    namespace_id = created["namespace"]["namespace"]
    yield namespace_id
    client.functions.delete_namespace(namespace_id)


def test_a_namespace_from_creation_to_deletion(client: GeneratedClient) -> None:
    created = client.functions.create_namespace({"label": "my namespace", "region": "fra1"})
    namespace_id = created["namespace"]["namespace"]
    listed = client.functions.list_namespaces()["namespaces"]
    assert created["namespace"] in listed
    assert client.functions.get_namespace(namespace_id) == created
    assert client.functions.delete_namespace(namespace_id) is None
    gone = client.functions.get_namespace(namespace_id)
    assert gone["message"] == "namespace not found"


def test_a_trigger_from_creation_to_deletion(client: GeneratedClient, namespace_id: str) -> None:
    draft = {
        "name": "my trigger",
        "function": "hello",
        "type": "SCHEDULED",
        "is_enabled": True,
        "scheduled_details": {"cron": "0 3 1 1 *", "body": {"name": "Welcome to DO!"}},
    }
    created = client.functions.create_trigger(namespace_id, draft)
    assert {name: created["trigger"][name] for name in draft} == draft
    assert client.functions.list_triggers(namespace_id)["triggers"] == [created["trigger"]]
    assert client.functions.get_trigger(namespace_id, "my trigger") == created
    pause = {"is_enabled": False}
    paused = client.functions.update_trigger(namespace_id, "my trigger", pause)
    assert paused["trigger"]["is_enabled"] is False
    assert paused["trigger"]["scheduled_details"] == draft["scheduled_details"]
    assert paused["trigger"]["scheduled_runs"]["next_run_at"] is None
    assert client.functions.delete_trigger(namespace_id, "my trigger") is None
    assert client.functions.list_triggers(namespace_id)["triggers"] == []


def test_an_access_key_from_creation_to_deletion(
    client: GeneratedClient, namespace_id: str
) -> None:
    keys = client.functions_access_key
    created = keys.create(namespace_id, {"name": "ci", "expires_in": "7d"})["access_key"]
    secret = created.pop("secret")
    assert secret
    assert keys.list(namespace_id) == {"access_keys": [created], "count": 1}
    renamed = keys.update(namespace_id, created["id"], {"name": "ci-2"})["access_key"]
    assert renamed["name"] == "ci-2"
    assert "secret" not in renamed
    assert keys.delete(namespace_id, created["id"]) == {}
    assert keys.list(namespace_id) == {"access_keys": [], "count": 0}


def test_an_error_is_read_as_the_vendor_reads_it(url: str) -> None:
    with (
        connected("read-only", url) as client,
        pytest.raises(HttpResponseError) as caught,
    ):
        client.functions.create_namespace({"label": "x", "region": "nyc1"})
    assert caught.value.status_code == 403
    assert "not allowed to create namespace" in str(caught.value)
