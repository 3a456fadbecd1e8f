"""The benchmark of a week in small: what is kept stays bounded, and nothing is told wrongly."""

from tests.benchmarks.week import Week, rows
from tests.support.effort import slow
from tests.support.records import records_of
from tests.support.virtual_time import run_at_once


@slow
def test_half_a_day_of_watching_keeps_no_more_than_it_should() -> None:
    week, lengths = Week(2, 5), list[int]()
    week.listeners.append(lambda snapshot: lengths.append(len(records_of(snapshot))))
    week.measures["runs listened to"] = lambda: len(lengths)
    half, whole = run_at_once(week.watch(12, every_hours=6))
    snapshot = week.store.snapshot
    known = {
        (namespace_id, name)
        for namespace_id, space in snapshot.namespaces.items()
        for name in space.triggers
    }
    assert {(key.namespace_id, key.name) for key in records_of(snapshot)} <= known
    assert whole.most_runs == 200
    assert half.most_runs <= 200
    assert 20 <= whole.activity <= 500
    assert half.units == whole.units == 1 + 2 * 2
    assert whole.touches <= 6
    assert whole.requests_per_hour < 1000
    assert (whole.refused, whole.false_alarms) == (0, 0)
    assert whole.bells > 0
    assert whole.others == {"runs listened to": len(lengths)}
    assert max(lengths) <= 5 * 2 + 2 * 2
    assert len(rows([half, whole])) == 4
