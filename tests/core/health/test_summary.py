from datetime import timedelta

from fntui.api.models import AccessKey, Namespace
from fntui.core.health.summary import Summary, summarise
from fntui.core.model.snapshot import NamespaceView, Reading, Snapshot, State, TriggerView, Verdict
from tests.support.builders import NOON, a_trigger


def view(state: State) -> TriggerView:
    return TriggerView(trigger=a_trigger(), verdict=Verdict(state=state, checked_at=NOON))


def test_counts() -> None:
    keys = {"never": None, "past": -1, "today": 9, "soon": 70, "later": 80}
    namespace = NamespaceView(
        namespace=Namespace(namespace_id="fn-1"),
        triggers={str(state): view(state) for state in State},
        access_keys={
            key_id: AccessKey(
                key_id=key_id, expires_at=None if hours is None else NOON + timedelta(hours=hours)
            )
            for key_id, hours in keys.items()
        },
    )
    outdated = NamespaceView(
        namespace=Namespace(namespace_id="fn-2"),
        triggers={"x": view(State.ON_TIME)},
        triggers_reading=Reading(failures=3),
    )
    snapshot = Snapshot(namespaces={"fn-1": namespace, "fn-2": outdated})
    assert summarise(snapshot, NOON) == Summary(
        missed=1,
        late=1,
        stalled=1,
        on_time=1,
        paused=1,
        unknown=2,
        never_ran=1,
        wont_run=1,
        keys_expiring=2,
        next_expiry_at=NOON + timedelta(hours=9),
    )


def test_nothing_known() -> None:
    assert summarise(Snapshot(), NOON) == Summary()
