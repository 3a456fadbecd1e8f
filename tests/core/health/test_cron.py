from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from cronsim import CronSim
from hypothesis import assume, example, given
from hypothesis import strategies as st

from fntui.core.health import cron
from fntui.core.health.cron_syntax import readable
from tests.support.builders import NOON, at


@pytest.mark.parametrize("text", ["", "* * * *", "@reboot", "TZ=UTC 0 4 * * *", "* * L * *"])
def test_what_can_not_be_read_has_no_times_and_no_words(text: str) -> None:
    assert cron.next_times(text, NOON, 3) == []
    assert cron.last_times(text, NOON, 3) == []
    assert cron.minutes_within(text, NOON, 60) == ()
    assert cron.describe(text) == ""
    assert cron.warnings(text) == []
    assert cron.runs_per_day(text) == 0
    assert not cron.never_matches(text)
    assert not cron.is_every_minute(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("@hourly", "0 * * * *"),
        ("30 */15 * * * *", "*/15 * * * *"),
        ("0 9 ? * 7", "0 9 * * SUN"),
        ("0 9 * * fri-mon", "0 9 * * SUN,MON,FRI,SAT"),
    ],
)
def test_what_the_api_holds_has_the_times_of_the_plain_expression(text: str, plain: str) -> None:
    assert cron.next_times(text, NOON, 9) == cron.next_times(plain, NOON, 9)
    assert cron.last_times(text, NOON, 9) == cron.last_times(plain, NOON, 9)
    assert cron.minutes_within(text, NOON, 60) == cron.minutes_within(plain, NOON, 60)
    assert cron.period_s(text, NOON) == cron.period_s(plain, NOON)
    assert cron.frequency(text) == cron.frequency(plain)
    assert cron.describe(text)
    assert cron.warnings(text) == cron.warnings(plain)


def test_six_fields_of_every_minute_fire_every_minute() -> None:
    assert cron.is_every_minute("0 * * * * *")


@given(st.text(max_size=60) | st.text("0123456789*/-,LW#?@ MONJAN", max_size=30))
def test_never_raises(text: str) -> None:
    is_read = readable(text) is not None
    times = cron.next_times(text, NOON, 2)
    assert times == sorted(times)
    assert is_read or not times
    assert is_read == bool(cron.describe(text))
    assert is_read or cron.period_s(text, NOON) is None
    cron.frequency(text)
    cron.warnings(text)


_FIELD = st.sampled_from(["*", "*/2", "1", "2-5", "1,3"])


@given(st.tuples(*[_FIELD] * 5), st.integers(0, 10**9))
def test_times_before_and_after_meet(fields: tuple[str, ...], offset: int) -> None:
    text, moment = " ".join(fields), NOON - timedelta(seconds=offset)
    last, following = cron.last_times(text, moment, 1)[0], cron.next_times(text, moment, 1)[0]
    assert last <= moment < following
    assert cron.next_times(text, last, 1) == [following]
    assert cron.last_times(text, last, 1) == [last]


_DAYS = st.sampled_from(["*", "*/7", "1", "29", "31", "13,30"])


@given(
    st.tuples(
        *[st.sampled_from(["*", "*/25", "0", "59", "3,17"])] * 2,
        _DAYS,
        st.sampled_from(["*", "2", "1,4,11"]),
        st.sampled_from(["*", "5", "1-5", "SUN"]),
    ),
    st.integers(0, 10**9),
    st.sampled_from([1, 5, 48]),
)
@example(("0", "0", "29", "2", "*"), 0, 48)
def test_last_times_are_those_of_cronsim(fields: tuple[str, ...], offset: int, count: int) -> None:
    text, moment = " ".join(fields), NOON - timedelta(seconds=offset)
    assume(cron.next_times(text, NOON, 1))
    later = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    expected = islice(CronSim(text, later, reverse=True), count)
    assert cron.last_times(text, moment, count) == [
        each for each in expected if each.date() > cron._FIRST_DAY
    ]


def test_last_times_end_where_there_are_none() -> None:
    times = cron.last_times("0 0 1 1 *", datetime(1903, 6, 1, tzinfo=UTC), 10)
    assert [each.year for each in times] == [1903, 1902, 1901]


def test_next_times_are_later_than_the_moment() -> None:
    assert cron.next_times("*/15 * * * *", at("12:00"), 2) == [at("12:15"), at("12:30")]
    assert cron.next_times("*/15 * * * *", at("11:59:59"), 1) == [at("12:00")]


def test_last_times_include_the_moment() -> None:
    assert cron.last_times("*/15 * * * *", at("12:00"), 2) == [at("12:00"), at("11:45")]
    assert cron.last_times("*/15 * * * *", at("11:59:59"), 1) == [at("11:45")]


@given(st.tuples(*[_FIELD] * 5), st.integers(0, 10**6), st.sampled_from([1, 60, 360]))
def test_minutes_within_a_window_are_those_of_the_next_times(
    fields: tuple[str, ...], offset: int, count: int
) -> None:
    text, start = " ".join(fields), NOON + timedelta(minutes=offset)
    minutes = cron.minutes_within(text, start, count)
    times = cron.next_times(text, start - timedelta(minutes=1), len(minutes) + 1)
    assert times[: len(minutes)] == [start + timedelta(minutes=minute) for minute in minutes]
    assert times[len(minutes)] >= start + timedelta(minutes=count)


def test_minutes_within_a_window_of_what_can_not_be_read_are_none() -> None:
    assert cron.minutes_within("@reboot", NOON, 60) == ()
    assert cron.minutes_within("0 0 30 2 *", NOON, 60) == ()


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("0 0 * * 1/2", "0 0 * * 1,3,5"),
        ("0 0 * * MON/3", "0 0 * * 1,4"),
        ("0 0 * * 6/2", "0 0 * * 6"),
        ("0 0 * * 2-TUE/3", "0 0 * * 2"),
        ("5-5/15 * * * *", "5 * * * *"),
        ("5/15 2-3/4 * * *", "5,20,35,50 2 * * *"),
    ],
)
def test_steps_end_where_their_range_or_field_ends(text: str, same: str) -> None:
    assert cron.next_times(text, NOON, 20) == cron.next_times(same, NOON, 20)
    assert cron.last_times(text, NOON, 20) == cron.last_times(same, NOON, 20)


def test_what_never_matches_has_no_times() -> None:
    assert cron.never_matches("0 0 30 2 *")
    assert cron.next_times("0 0 30 2 *", NOON, 5) == []
    assert cron.period_s("0 0 30 2 *", NOON) is None
    assert cron.frequency("0 0 30 2 *") == "no runs"
    assert "never matches" in cron.warnings("0 0 30 2 *")[0]


def test_leap_days_are_found() -> None:
    assert cron.next_times("0 0 29 2 *", NOON, 1) == [datetime(2028, 2, 29, tzinfo=NOON.tzinfo)]
    assert cron.frequency("0 0 29 2 *") == "less than 1 run a year"


def test_either_day_field_may_match() -> None:
    times = cron.next_times("0 9 1 * MON", NOON, 3)
    assert [time.day for time in times] == [30, 1, 7]


@pytest.mark.parametrize(
    ("text", "frequency"),
    [
        ("* * * * *", "1,440 runs a day"),
        ("*/15 * * * *", "96 runs a day"),
        ("0 2 * * *", "1 run a day"),
        ("0 6 * * SUN", "1 run a week"),
        ("30 2 * * MON-FRI", "5 runs a week"),
        ("0 4 1 * *", "12 runs a year"),
        ("0 3 1 1 *", "1 run a year"),
        ("0 9 1 * MON", "about 1 run a week"),
    ],
)
def test_frequency(text: str, frequency: str) -> None:
    assert cron.frequency(text) == frequency


def test_period() -> None:
    assert cron.period_s("*/15 * * * *", NOON) == 900
    assert cron.period_s("0 9 * * MON-FRI", at("12:00")) == 86_400


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("*/15 * * * *", "Every 15 minutes"),
        ("0 14 * * *", "At 14:00"),
        (
            "0 9 1,15 * 1-5",
            "At 09:00, on day 1 and 15 of the month; or at 09:00, Monday through Friday",
        ),
        ("0 9 */2 * MON", "At 09:00, every 2 days, and on Monday"),
    ],
)
def test_words(text: str, words: str) -> None:
    assert cron.describe(text) == words


@pytest.mark.parametrize("system", [(None, None), ("de_DE", "UTF-8")])
def test_words_are_those_of_the_program_in_every_locale(
    system: tuple[str | None, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locale.getlocale", lambda *_: system)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - takes anything
    cron._in_words.cache_clear()
    assert cron.describe("*/15 * * * *") == "Every 15 minutes"


@pytest.mark.parametrize(
    ("text", "count"),
    [("0 9 * * *", 0), ("* * * * *", 0), ("* 9 * * *", 1), ("* 9 1 * MON", 2), ("* */2 * * *", 1)],
)
def test_warnings(text: str, count: int) -> None:
    assert len(cron.warnings(text)) == count


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("* * * * *", True),
        ("*/1 * * * *", True),
        ("0-59 0-23 1 * *", True),
        ("*/2 * * * *", False),
        ("* 9 * * *", False),
        ("30 2 30 2 *", False),
        ("", False),
    ],
)
def test_every_minute(text: str, is_so: bool) -> None:  # noqa: FBT001 - a case
    assert cron.is_every_minute(text) is is_so
