"""The publication lag of an account, learned from runs that were taken for missed.

A run that turns up stamped on time, though a reading made after its grace did not show it, was
published late: the alarm was wrong, and the account's grace grows beyond the lag.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from fntui.core.health.schedule import LATE_S, usual_grace_s
from fntui.core.model.lag import MAX_S, Lag
from fntui.core.model.snapshot import Snapshot, TriggerView, cron_of, differing, last_run_at
from fntui.humanize import ago

_BETWEEN_LOOKS_S: Final = 300.0  # of a longer gap between two looks, only this much counts as lag
_NEWS: Final = 2.0  # times the known lag: one so much longer is reported again


def lag_shown(old: Snapshot, new: Snapshot) -> Lag | None:
    """Return the publication lag that ``new`` shows, if alarms are not to wait for it already."""
    lags = list(_lags(old, new))
    if not lags:
        return None
    lag_s, seen_at = max(lags)
    lag_s = min(lag_s, MAX_S)
    is_known = new.lag is not None and new.lag.lag_at(seen_at) >= lag_s
    return None if is_known else Lag(lag_s=lag_s, seen_at=seen_at)


def _lags(old: Snapshot, new: Snapshot) -> Iterator[tuple[float, datetime]]:
    for _, before, after in differing(old, new):
        if before is None or after is None or before.triggers is after.triggers:
            continue
        for name, view in after.triggers.items():
            known = before.triggers.get(name)
            if known is not None and known is not view and (lag := _lag(known, view)):
                yield lag


def _lag(old: TriggerView, new: TriggerView) -> tuple[float, datetime] | None:
    """Return how late a run was shown that had started on time, and when; None: it was not."""
    last, looked_at, seen_at = last_run_at(new), old.verdict.checked_at, new.verdict.checked_at
    if last is None or looked_at is None or seen_at is None or last == last_run_at(old):
        return None
    slot = new.verdict.run_slot
    if slot is None or slot not in old.verdict.owed or (last - slot).total_seconds() >= LATE_S:
        return None
    unseen_s = (looked_at - slot).total_seconds()
    if unseen_s < usual_grace_s(cron_of(new), slot):
        return None
    return min((seen_at - slot).total_seconds(), unseen_s + _BETWEEN_LOOKS_S), seen_at


def lag_words(known: Lag | None, shown: Lag | None) -> Iterable[tuple[str, str, str]]:
    """Return that alarms wait longer, as a change of the account, where that is news.

    Args:
        known: The lag that was known before.
        shown: The one that was seen now; None: none.
    """
    if shown is None:
        return ()
    if known is not None and shown.lag_s < _NEWS * known.lag_at(shown.seen_at):
        return ()
    lag, waits = ago(shown.lag_s), ago(shown.grace_s(shown.seen_at))
    return (("", "", f"the API showed a run {lag} after it started: alarms now wait {waits}"),)
