"""Values for tests of core, with what a test does not care about filled in."""

from datetime import UTC, datetime, timedelta

from msgspec import UNSET, UnsetType, structs

from fntui.api.models import ScheduledDetails, ScheduledRuns, Time, Trigger

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""A Monday."""


def at(clock_time: str) -> datetime:
    """Return a moment of NOON's day from "HH:MM:SS" or "HH:MM"."""
    hours, minutes, *seconds = (int(part) for part in clock_time.split(":"))
    midnight = NOON.replace(hour=0)
    return midnight + timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)


def a_trigger(
    cron: str | None = "*/15 * * * *",
    *,
    last: datetime | None = None,
    upcoming: Time = UNSET,
    updated: Time = UNSET,
    is_enabled: bool | UnsetType | None = True,
    **others: object,
) -> Trigger:
    """Return a trigger with these times; ``cron`` None: the answer left its details out."""
    details = UNSET if cron is None else ScheduledDetails(cron=cron, body=None)
    trigger = Trigger(
        name="invoice-run",
        is_enabled=is_enabled,
        updated_at=updated,
        scheduled_details=details,
        scheduled_runs=ScheduledRuns(last_run_at=last, next_run_at=upcoming),
    )
    return structs.replace(trigger, **others)
