from datetime import UTC, datetime, timedelta

import pytest

from fntui.simulator.cron import check_cron, latest_slots, next_slot

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "cron",
    [
        "* * * * *",
        "*/15 9-17 1,15 * 1-5",
        "0 0 1 JAN-MAR,DEC *",
        "0 6 * * mon,SUN",
        "2-59/5 * * * *",
        " 0  4 * * 0 ",
        "0 0 30 2 *",
    ],
)
def test_takes_what_the_vendor_documents(cron: str) -> None:
    check_cron(cron)


@pytest.mark.parametrize(
    ("cron", "why"),
    [
        ("", "expected 5 fields, found 0"),
        ("@daily", "expected 5 fields, found 1"),
        ("0 * * * * *", "expected 5 fields, found 6"),
        ("60 * * * *", "bad minute"),
        ("* 24 * * *", "bad hour"),
        ("* * 0 * *", "bad day of month"),
        ("* * L * *", "bad day of month"),
        ("* * 15W * *", "bad day of month"),
        ("* * * 13 *", "bad month"),
        ("* * * FOO *", "bad month"),
        ("* * * * 7", "bad day of week"),
        ("* * * * MON#1", "bad day of week"),
        ("* * * * 5-1", "bad day of week"),
        ("*/0 * * * *", "bad minute"),
        ("1, * * * *", "bad minute"),
        ("1- * * * *", "bad minute"),
        ("1-60 * * * *", "bad minute"),
        ("٣ * * * *", "bad minute"),
    ],
)
def test_refuses_all_else_and_says_why(cron: str, why: str) -> None:
    with pytest.raises(ValueError, match="invalid cron expression") as caught:
        check_cron(cron)
    assert str(caught.value) == f'invalid cron expression "{cron}": {why}'


def test_the_complaint_about_a_long_cron_is_short() -> None:
    with pytest.raises(ValueError, match="found 1") as caught:
        check_cron("x" * 10_000)
    assert len(str(caught.value)) < 200


def test_the_next_slot_is_later_than_the_moment_asked_about() -> None:
    assert next_slot("0 * * * *", NOON) == NOON + timedelta(hours=1)
    assert next_slot("0 * * * *", NOON - timedelta(seconds=0.5)) == NOON


def test_the_latest_slots_include_the_moment_asked_about() -> None:
    hour = timedelta(hours=1)
    assert latest_slots("0 * * * *", NOON, 2) == (NOON, NOON - hour)
    assert latest_slots("0 * * * *", NOON + timedelta(seconds=0.5), 2) == (NOON, NOON - hour)
    assert latest_slots("0 * * * *", NOON - timedelta(seconds=1), 1) == (NOON - hour,)


def test_a_day_that_no_month_has_never_comes() -> None:
    assert next_slot("0 0 30 2 *", NOON) is None
    assert latest_slots("0 0 30 2 *", NOON, 3) == ()
