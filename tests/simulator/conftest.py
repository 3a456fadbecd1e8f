from collections.abc import AsyncIterator

import httpx
import pytest

from fntui.clock import ManualClock
from fntui.simulator.account.account import Account
from fntui.simulator.account.objects import SimulatedNamespace
from fntui.simulator.app import DEMO_TOKEN, SimulatedApi
from tests.support.simulated import SimulatedTransport


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def account(clock: ManualClock) -> Account:
    return Account(clock)


@pytest.fixture
def namespace(account: Account) -> SimulatedNamespace:
    return account.add_namespace("billing", "nyc1")


@pytest.fixture
def api(account: Account) -> SimulatedApi:
    return SimulatedApi(account)


@pytest.fixture
async def client(api: SimulatedApi) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=SimulatedTransport(api, api.account.clock),
        base_url="https://api.digitalocean.com/v2/functions/namespaces",
        headers={"authorization": f"Bearer {DEMO_TOKEN}"},
    ) as client:
        yield client
