from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from tests.support.loopback import simulator_process
from tests.support.terminal import environment

TOKEN = "dop_v1_" + "e2" * 32


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
