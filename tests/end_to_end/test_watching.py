"""What happens elsewhere comes to the screen without a key."""

import re
from typing import Final

import httpx
import pytest

from tests.end_to_end.conftest import TOKEN
from tests.support.loopback import simulator_process
from tests.support.terminal import in_terminal

LAST_FIRED: Final = re.compile(r"last fired (\S+)")
"""In the verdict of a trigger."""

SPEED: Final = "10"
HURRY: Final = "tests.support.hurry"


@pytest.mark.loopback
def test_a_change_by_another_client_appears_by_itself(env: dict[str, str]) -> None:
    with (
        simulator_process("--token", TOKEN, "--speed", SPEED) as url,
        httpx.Client(
            base_url=f"{url}/v2/functions/namespaces",
            headers={"Authorization": f"Bearer {TOKEN}"},
            trust_env=False,
        ) as other_client,
        in_terminal(
            SPEED,
            module=HURRY,
            env=env | {"DIGITALOCEAN_TOKEN": TOKEN, "DIGITALOCEAN_API_URL": url},
        ) as terminal,
    ):
        terminal.wait("heartbeat", "invoice-run")
        terminal.press("j")
        terminal.wait("Region", "invoice-run")
        (billing,) = [
            namespace["namespace"]
            for namespace in other_client.get("").json()["namespaces"]
            if namespace["label"] == "billing"
        ]
        body = """{"name": "made-by-curl", "function": "money/curl", "type": "SCHEDULED",
            "is_enabled": false, "scheduled_details": {"cron": "0 0 1 1 *"}}"""
        other_client.post(f"/{billing}/triggers", content=body).raise_for_status()
        terminal.wait("made-by-curl")


def test_a_run_of_the_demo_appears_by_itself_within_a_minute(env: dict[str, str]) -> None:
    with in_terminal("40", "--demo", module=HURRY, env=env) as demo:
        demo.wait("heartbeat", "invoice-run")
        demo.press(":heartbeat\r")
        shown = demo.wait("last fired", "Every minute")
        before = LAST_FIRED.findall(shown)[0]
        while LAST_FIRED.findall(shown)[0] == before:
            shown = demo.wait_for_change()


@pytest.mark.loopback
def test_a_token_refused_in_the_middle_is_replaced_and_the_screen_is_kept(
    signed_in: dict[str, str], simulator: str
) -> None:
    with in_terminal(env=signed_in) as terminal, httpx.Client(base_url=simulator) as door:
        terminal.wait("heartbeat", "invoice-run")
        terminal.press("j")
        terminal.wait("Region")
        door.post("/simulator/faults", json={"name": "unauthorized"}).raise_for_status()
        terminal.press("r")
        terminal.wait("Sign in", "refused", "token_command")  # said once the field can be typed in
        door.delete("/simulator/faults").raise_for_status()
        terminal.paste(TOKEN)
        terminal.press("\r")
        terminal.wait("Region", "invoice-run", "q quit")
        assert "Sign in" not in terminal.text
        assert TOKEN not in terminal.text
        terminal.press("q")
        assert terminal.wait_for_end() == 0
