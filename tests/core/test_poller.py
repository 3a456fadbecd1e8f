from fntui.clock import ManualClock
from fntui.core.journal import Journal
from fntui.core.operations import Operations
from fntui.core.planner import Planner
from fntui.core.poller import Poller
from fntui.core.snapshot import State, TriggerKey
from fntui.core.store import Store
from tests.support.fake_api import FakeApi


async def test_runs_arrive_by_themselves() -> None:
    clock = ManualClock()
    api = FakeApi(clock)
    api.add_namespace("fn-1", "billing")
    api.add_trigger("fn-1", "x", "* * * * *")
    store = Store()
    poller = Poller(Operations(api, store, Journal(), is_read_only=False), store, Planner(), clock)
    poller.start()
    await clock.advance(600)
    runs = store.snapshot.runs[TriggerKey("fn-1", "x")]
    assert len(runs) == 9
    view = store.snapshot.trigger(TriggerKey("fn-1", "x"))
    assert view is not None
    assert view.verdict.state is State.ON_TIME
    assert len(api.calls) < 40
    await poller.stop()
