from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fntui.core.health import cron
from fntui.core.health.cron_check import check
from fntui.core.health.cron_syntax import normalise, readable
from tests.support.builders import NOON


@pytest.mark.parametrize(
    "text",
    [
        "* * * * *",
        "*/15 * * * *",
        "5/15 * * * *",
        "0 6 1 1,4,7 *",
        "30 2 * * mon-fri",
        "0 0 1-7,15 JAN-MAR SUN,WED",
        "  0   9 * * 0-6/2 ",
        ",".join(str(minute) for minute in range(60)) + " * * * *",
    ],
)
def test_takes_five_fields(text: str) -> None:
    assert check(text) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not 0"),
        ("   ", "not 0"),
        ("* * * *", "not 4"),
        ("* * * * * * *", "not 7"),
        ("0 * * * * *", "six fields"),
        ("@daily", "@daily"),
        ("60 * * * *", "minute: 60 is not in 0-59"),
        ("* 24 * * *", "hour: 24"),
        ("* * 0 * *", "day of month: 0"),
        ("* * 32 * *", "day of month: 32"),
        ("* * * 13 *", "month: 13 is not in 1-12 or JAN-DEC"),
        ("* * * * 7", "weekday: 7 is not in 0-6 or SUN-SAT"),
        ("* * L * *", "day of month: L"),
        ("* * 15W * *", "day of month: 15W"),
        ("* * * * MON#2", "weekday: “MON#2”"),
        ("* * ? * *", "day of month: “?”"),
        ("MON * * * *", "minute: MON"),
        ("*/0 * * * *", "step of 0"),
        ("30-10 * * * *", "runs backwards"),
        ("* * * * FRI-MON", "runs backwards"),
        ("1,,2 * * * *", "minute: “”"),
        ("*-5 * * * *", "minute: “*-5”"),
        ("٣ * * * *", "minute: “٣”"),
        ("99999 * * * *", "minute: 99999"),
        ("0 " * 300, "longer than 500"),
    ],
)
def test_says_why_it_refuses(text: str, words: str) -> None:
    assert words in check(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0 0 * * FRI-MON", "write FRI,SAT,SUN,MON"),
        ("0 0 * * 7", "write 0"),
        ("0 0 * * 1,7", "write 1,0"),
        ("0 0 * * 0-7", "write *"),
        ("0 0 1 * 0-7", "write 0-6"),
        ("0 22-6 * * *", "write 22-23,0-6"),
        ("@daily", "write 0 0 * * *"),
        ("@Yearly", "write 0 0 1 1 *"),
        ("30 0 4 * * mon", "write 0 4 * * MON"),
        ("0 0 4 ? * 7", "write 0 4 * * 0"),
        ("0 4 ? * *", "write *"),
        ("0 4 ? * 7", "write 0 4 * * 0"),
        ("CRON_TZ=Asia/Tokyo 0 4 * * *", "times are UTC; write the five fields alone"),
        ("tz=Asia/Tokyo 0 4 * * *", "times are UTC; write the five fields alone"),
        ("@reboot", "write five fields, such as 0 0 * * *"),
        ("0 0 4 L * *", "write five fields, such as 0 0 * * *"),
    ],
)
def test_says_what_to_write_instead(text: str, words: str) -> None:
    assert check(text).endswith(f"; {words}")


def test_a_time_zone_is_not_called_a_sixth_field() -> None:
    assert "six" not in check("CRON_TZ=UTC 0 4 * * *")


@pytest.mark.parametrize("text", ["0 0 L * *", "0 0 L * 7", "60 0 * * 7"])
def test_what_has_no_equal_has_no_hint(text: str) -> None:
    assert "write" not in check(text)


_WINDOW = timedelta(days=120)
_NUMBERS = st.integers(0, 7).map(str) | st.sampled_from(["SUN", "mon", "FRI", "SAT"])
_RANGES = st.tuples(_NUMBERS, _NUMBERS).map("-".join)
_WEEKDAYS = st.lists(
    st.tuples(_NUMBERS | _RANGES, st.sampled_from(["", "", "/2", "/3"])).map("".join),
    min_size=1,
    max_size=3,
).map(",".join)
_HOURS = st.sampled_from(["*", "3", "22-6", "20-2/2", "5-4"])
_DAYS = st.sampled_from(["*", "?", "1", "*/2", "28-3", "31-30"])
_MONTHS = st.sampled_from(["*", "NOV-feb", "2", "12-1"])


@given(st.sampled_from(["", "0 ", "15 "]), _HOURS, _DAYS, _MONTHS, _WEEKDAYS | st.just("?"))
@example("", "0", "1", "*", "0-7")
def test_a_hint_can_be_sent_and_says_the_same(
    seconds: str, hour: str, day: str, month: str, weekday: str
) -> None:
    text = f"{seconds}0 {hour} {day} {month} {weekday}"
    plain = readable(text)
    assert plain is not None
    assert check(plain) == ""
    assert readable(plain) == plain
    hint = check(text).rpartition("; write ")[2]
    fields = normalise(text).split(" ")
    others = plain.split(" ")
    differing = [new for old, new in zip(fields, others, strict=False) if old != new]
    assert hint in {"", plain, *differing}
    times = [at for at in cron.next_times(plain, NOON, 30) if at <= NOON + _WINDOW]
    assert times == _by_hand(hour, day, month, weekday)


def _by_hand(hour: str, day: str, month: str, weekday: str) -> list[object]:
    """Return the next 30 times by looking at each hour of the months to come."""
    hours, months = _set(hour, 0, 23), _set(month, 1, 12)
    days, weekdays = _set(day, 1, 31), {value % 7 for value in _set(weekday, 0, 7)}
    is_either = day[0] not in "*?" and weekday[0] not in "*?"
    found: list[object] = []
    at = NOON
    while len(found) < 30 and at < NOON + _WINDOW:
        at += timedelta(hours=1)
        fits = at.day in days, (at.weekday() + 1) % 7 in weekdays
        is_day = any(fits) if is_either else all(fits)
        if at.hour in hours and at.month in months and is_day:
            found.append(at)
    return found


_NAMES = dict(zip(["SUN", "MON", "FRI", "SAT", "NOV", "FEB"], [0, 1, 5, 6, 11, 2], strict=True))


def _set(field: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for item in field.upper().split(","):
        ends, _, step = item.partition("/")
        first, _, last = ends.partition("-")
        if first in {"*", "?"}:
            values = list(range(low, high + 1))
        else:
            start = int(_NAMES.get(first, first))
            open_end = max(start, min(high, 6)) if high == 7 else high
            end = int(_NAMES.get(last, last)) if last else open_end if step else start
            top = high + 1 if end < start else end + 1
            values = [*range(start, top), *(range(low, end + 1) if end < start else ())]
            if end < start and (low, high) == (0, 7):  # 7 is 0 once more
                values = list(dict.fromkeys(value % 7 for value in values))
        found |= set(values[:: int(step or 1)])
    return found
