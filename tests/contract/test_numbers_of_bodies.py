"""The numbers of a trigger's body, from the server's bytes to the server's bytes."""

import httpx
import pytest

from fntui.api.client import FunctionsClient
from fntui.api.drafts import (
    NamespaceDraft,
    ScheduledDetailsDraft,
    TriggerChange,
    TriggerDraft,
)
from fntui.api.models import ScheduledDetails
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.core.operations.verification import details_draft, differences
from fntui.json_numbers import is_written_alike
from fntui.json_text import parse_answer
from fntui.simulator.account.account import Account
from fntui.simulator.app import DEMO_TOKEN, SimulatedApi
from tests.support.scripted_server import ScriptedServer

LITERALS = (
    '{"long":0.12345678901234567890,"large":1e400,"whole":1.0,"power":1E5,"zero":-0.0,'
    '"none":-0,"small":1e-7,"plain":0.5,"list":[1,1.10],"text":"1.0","digits":' + "7" * 5000 + "}"
)
HELD = '{"name":"t","namespace":"fn-1","is_enabled":true,"scheduled_details":'
ANSWER = f'{{"trigger":{HELD}{{"cron":"0 * * * *","body":{LITERALS}}}}}}}'
SHORT = ANSWER.replace(',"digits":' + "7" * 5000, "")  # which msgspec reads by itself
ANSWERS = {
    "all": ANSWER,
    "none that msgspec refuses": SHORT.replace('"none":-0,', "").replace('"large":1e400,', ""),
    "a zero below zero": SHORT,
    "half a character": SHORT.replace('"text":"1.0"', '"text":"\\ud800"'),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_a_body_goes_back_as_it_came_when_the_cron_changes(answer: str) -> None:
    sent: list[bytes] = []

    def reply(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return httpx.Response(200, content=answer.encode())

    async with ScriptedServer(reply).client() as client:
        held = await client.get_trigger("fn-1", "t")
        details = details_draft(held)
        assert details is not None
        change = TriggerChange(
            scheduled_details=ScheduledDetailsDraft(cron="5 * * * *", body=details.body)
        )
        kept = await client.update_trigger("fn-1", "t", change)
    body = answer.split('"body":')[1].removesuffix("}}}")
    assert sent[-1].decode() == f'{{"scheduled_details":{{"cron":"5 * * * *","body":{body}}}}}'
    assert differences(kept, change) == "the server kept cron 0 * * * *"


async def test_the_simulated_server_keeps_what_it_is_sent() -> None:
    clock = ManualClock()
    api = SimulatedApi(Account(clock))
    body = parse_answer(LITERALS)
    details = ScheduledDetailsDraft(cron="0 * * * *", body=body)
    draft = TriggerDraft(name="t", function="f", is_enabled=True, scheduled_details=details)
    transport = httpx.ASGITransport(api)
    async with FunctionsClient(Secret(DEMO_TOKEN), clock=clock, transport=transport) as client:
        namespace = await client.create_namespace(NamespaceDraft(label="n", region="nyc1"))
        await client.create_trigger(namespace.namespace_id, draft)
        kept = await client.get_trigger(namespace.namespace_id, "t")
    assert isinstance(kept.scheduled_details, ScheduledDetails)
    assert is_written_alike(kept.scheduled_details.body, body)
