from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from tests.support.loopback import simulator_process
from tests.support.terminal import Terminal, environment, in_terminal

TOKEN = "dop_v1_" + "e2" * 32


@pytest.fixture(scope="session", autouse=True)
def watched_demo(tmp_path_factory: pytest.TempPathFactory) -> Generator[Terminal]:
    """A demo that runs while all tests here do, since a run of its triggers may take a minute."""
    home = tmp_path_factory.mktemp("watched")
    with in_terminal("--demo", env=environment(home)) as terminal:
        terminal.wait("heartbeat", "invoice-run")
        yield terminal


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def env(home: Path) -> dict[str, str]:
    return environment(home)


@pytest.fixture
def simulator() -> Generator[str]:
    with simulator_process("--token", TOKEN) as url:
        yield url


@pytest.fixture
def other_client(simulator: str) -> Generator[httpx.Client]:
    """What anybody else would change the account with."""
    with httpx.Client(
        base_url=f"{simulator}/v2/functions/namespaces",
        headers={"Authorization": f"Bearer {TOKEN}"},
        trust_env=False,
    ) as client:
        yield client


@pytest.fixture
def signed_in(env: dict[str, str], simulator: str) -> dict[str, str]:
    """The environment of a person with a token for the simulated account."""
    return env | {"DIGITALOCEAN_TOKEN": TOKEN, "DIGITALOCEAN_API_URL": simulator}
