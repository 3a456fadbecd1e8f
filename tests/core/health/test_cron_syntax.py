import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.core.health.cron_check import check
from fntui.core.health.cron_syntax import (
    five_fields,
    has_seconds,
    is_same,
    normalise,
    readable,
    why_unreadable,
    without_seconds,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("*/15 * * * *", "*/15 * * * *"),
        ("  0   9 * * mon-fri ", "0 9 * * MON-FRI"),
        ("0 0 * * 7", "0 0 * * 0"),
        ("0 0 * * 0-7", "0 0 * * *"),
        ("0 0 * * 5-7", "0 0 * * 5,6,0"),
        ("0 0 * * 7-2", "0 0 * * 0,1,2"),
        ("0 0 * * 1-7/2", "0 0 * * 1,3,5,0"),
        ("0 0 * * 7/2", "0 0 * * 0"),
        ("0 0 * * SUN-7", "0 0 * * *"),
        ("0 0 * * MON-SUN", "0 0 * * *"),
        ("0 0 13 * MON-SUN", "0 0 13 * 0-6"),
        ("0 0 * * FRI-MON/2", "0 0 * * FRI,SUN"),
        ("0 0 * * FRI-MON,WED", "0 0 * * FRI,SAT,SUN,MON,WED"),
        ("0 23-0 * * *", "0 23,0 * * *"),
        ("59-10 * * * *", "59,0-10 * * * *"),
        ("5-4 * * * *", "* * * * *"),
        ("0 0 28-3 * *", "0 0 28-31,1-3 * *"),
        ("0 0 31-30 * *", "0 0 * * *"),
        ("0 0 31-30 * 1", "0 0 1-31 * 1"),
        ("0 0 ? * MON", "0 0 * * MON"),
        ("0 0 1 * ?", "0 0 1 * *"),
        ("@hourly", "0 * * * *"),
        (" @Daily ", "0 0 * * *"),
        ("@midnight", "0 0 * * *"),
        ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"),
        ("@yearly", "0 0 1 1 *"),
        ("@annually", "0 0 1 1 *"),
        ("0 */15 * * * *", "*/15 * * * *"),
        ("H 0 9 ? * 7", "0 9 * * 0"),
    ],
)
def test_reads_what_the_api_may_hold(text: str, plain: str) -> None:
    assert readable(text) == plain
    assert why_unreadable(text) == ""
    assert check(plain) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not 0"),
        ("* * * *", "not 4"),
        ("* * * * * * *", "not 7"),
        ("@reboot", "@reboot is no schedule of five fields"),
        ("@every 1h 1 1 1 1", "@every 1h 1 1 1 1 is no schedule of five fields"),
        ("@" + "x" * 400, "…"),
        ("CRON_TZ=Europe/Berlin 0 4 * * *", "it sets a time zone"),
        (" tz=UTC 0 4 * * *", "it sets a time zone"),
        ("0 0 L * *", "day of month: L is not in 1-31"),
        ("0 0 15W * *", "day of month: 15W"),
        ("0 0 * * MON#2", "weekday: “MON#2”"),
        ("0 0 * * 8", "weekday: 8"),
        ("0 0 * * 1-8", "weekday: 8"),
        ("? * * * *", "minute: “?”"),
        ("0 0 ?/2 * *", "day of month: “?/2”"),
        ("0 0 * * 5-1/0", "weekday: the range"),
        ("0 12 * * ? 2026", "month: “?”"),
        ("0 " * 300, "longer than 500"),
        (",".join(["10-59,0-8"] * 3 + ["59-8"] * 90) + " * * * *", "longer than 500"),
    ],
)
def test_says_why_it_can_not_read_the_rest(text: str, why: str) -> None:
    assert readable(text) is None
    assert why in why_unreadable(text)
    assert len(why_unreadable(text)) < 100


@given(st.text(max_size=60) | st.text("0123456789*/-,LW#?@ MONJAN", max_size=30))
def test_what_can_be_sent_is_read_as_it_is(text: str) -> None:
    plain = readable(text)
    assert (plain is None) == bool(why_unreadable(text))
    if check(text) == "":
        assert plain == normalise(text)
    if plain is not None:
        assert check(plain) == ""


def test_normalise() -> None:
    assert normalise("  0  9 * * mon ") == "0 9 * * MON"


def test_seconds_are_left_out_and_nothing_else_is() -> None:
    assert without_seconds("0 0 9 * * mon") == "0 9 * * mon"
    assert five_fields("0 0 9 * * mon") == "0 9 * * MON"
    for text in ("0  9 * * mon", "CRON_TZ=UTC 0 9 * * *", "@every 1 2 3 4 5", ""):
        assert without_seconds(text) == text
        assert not has_seconds(text)


@pytest.mark.parametrize(
    ("one", "other", "is_so"),
    [
        ("0 9 * * mon", " 0  9 * * MON", True),
        ("0 0 9 * * *", "0 9 * * *", True),
        ("0 9 * * 7", "0 9 * * 0", True),
        ("@daily", "0 0 * * *", True),
        ("@reboot", "@REBOOT", True),
        ("0 9 L * *", "0 0 9 l * *", True),
        ("0 9 * * *", "5 9 * * *", False),
        ("@reboot", "@every 1h", False),
    ],
)
def test_the_same_however_it_is_written(one: str, other: str, is_so: bool) -> None:  # noqa: FBT001 - a case
    assert is_same(one, other) is is_so
