from datetime import UTC, datetime

import msgspec
import pytest
from msgspec import UNSET

from fntui.api.models import AccessKey, IssuedAccessKey, Namespace, ScheduledRuns, Trigger
from fntui.api.secret import Secret


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23T14:38:00Z", datetime(2026, 11, 23, 14, 38, tzinfo=UTC)),
        ("2026-11-23T14:38:00", datetime(2026, 11, 23, 14, 38, tzinfo=UTC)),
        ("2026-11-23T15:38:00+01:00", datetime(2026, 11, 23, 14, 38, tzinfo=UTC)),
        (
            "2026-11-23T14:38:00.123456789Z",
            datetime(2026, 11, 23, 14, 38, 0, 123457, tzinfo=UTC),
        ),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+05:00", None),
        (None, None),
    ],
)
def test_times_are_utc_and_go_s_zero_time_is_never(
    text: str | None, moment: datetime | None
) -> None:
    runs = msgspec.convert({"last_run_at": text}, ScheduledRuns)
    assert runs == ScheduledRuns(last_run_at=moment)
    assert runs.next_run_at is UNSET
    assert not isinstance(runs.last_run_at, datetime) or runs.last_run_at.tzinfo is UTC


def test_a_time_beyond_the_calendar_is_none_that_was_told() -> None:
    runs = msgspec.convert({"last_run_at": "9999-12-31T23:59:59-05:00"}, ScheduledRuns)
    assert runs.last_run_at is UNSET


def test_absent_is_not_null() -> None:
    assert msgspec.convert({"name": "a"}, Trigger) != msgspec.convert(
        {"name": "a", "scheduled_runs": None}, Trigger
    )


def test_unknown_fields_are_ignored() -> None:
    assert msgspec.convert({"name": "a", "colour": "red"}, Trigger) == Trigger(name="a")


def test_only_namespaces_of_app_platform_are_locked() -> None:
    assert Namespace(namespace_id="ap-1").is_locked
    assert not Namespace(namespace_id="fn-ap-1").is_locked


@pytest.mark.parametrize(
    ("name", "is_theirs"),
    [("mcp-do-1", True), ("my mcp-do-1", False), (None, False), (UNSET, False)],
)
def test_keys_of_the_vendor_s_tooling_are_told_apart(
    name: str | msgspec.UnsetType | None, *, is_theirs: bool
) -> None:
    assert AccessKey(key_id="k", name=name).is_vendors_own is is_theirs


@pytest.mark.parametrize("secret", ["hush", "dof_v1_a:hush"])
def test_a_credential_has_the_key_s_id_once(secret: str) -> None:
    issued = IssuedAccessKey(access_key=AccessKey(key_id="dof_v1_a"), secret=Secret(secret))
    assert issued.credential.reveal() == "dof_v1_a:hush"
