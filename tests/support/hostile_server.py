"""``python -m tests.support.hostile_server``: the simulator, its demo the hostile account."""

from fntui.clock import Clock
from fntui.simulator import __main__ as simulator
from fntui.simulator.account.account import Account
from tests.support.hostile_account import hostile_account


def _account(clock: Clock, seed: int = 1) -> Account:
    del seed
    return hostile_account(clock)


if __name__ == "__main__":
    setattr(simulator, "demo_account", _account)  # noqa: B010 - what it imported
    simulator.main()
