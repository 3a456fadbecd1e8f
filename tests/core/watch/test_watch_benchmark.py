"""The benchmark in small: what the watch promises holds on a simulated account."""

from tests.benchmarks.watch import compare, quantile


def test_fntui_sees_runs_and_missed_ones_sooner_than_simpler_ways() -> None:
    fntui, often, seldom, steady = compare(5, 10, 2.0, seed=3)
    assert (fntui.refused, fntui.others_refused, fntui.false_alarms) == (0, 0, 0)
    assert fntui.requests_per_hour < 1000
    assert fntui.missed > 0
    assert fntui.alerted == 1.0
    assert quantile(fntui.lags_s, 0.5) < 3
    assert quantile(fntui.lags_s, 0.95) < 6
    assert often.requests_per_hour > 2 * fntui.requests_per_hour
    for other in (seldom, steady):
        assert quantile(other.lags_s, 0.5) > 2 * quantile(fntui.lags_s, 0.5)
    assert fntui.row().startswith("| fntui | ")
