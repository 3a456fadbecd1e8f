from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.api.limits import RateLimit, RateLimitMeter

HEADERS = {
    "ratelimit-limit": "5000",
    "ratelimit-remaining": "4816",
    "ratelimit-reset": "1444931833",
}


def test_nothing_is_known_at_first() -> None:
    assert RateLimitMeter().current(0.0) == RateLimit()


def test_headers_say_what_is_left_of_the_hour() -> None:
    meter = RateLimitMeter()
    meter.read(HEADERS)
    assert meter.current(0.0) == RateLimit(
        limit_per_hour=5000,
        remaining=4816,
        resets_at=datetime(2015, 10, 15, 17, 57, 13, tzinfo=UTC),
    )


@pytest.mark.parametrize("junk", ["", "many", "-1", "1.5", "٣", "9" * 12, " 5"])
def test_an_answer_without_sensible_headers_changes_nothing(junk: str) -> None:
    meter = RateLimitMeter()
    meter.read(HEADERS)
    before = meter.current(0.0)
    meter.read({})
    meter.read(dict.fromkeys(HEADERS, junk))
    assert meter.current(0.0) == before


@given(st.dictionaries(st.sampled_from(sorted(HEADERS)), st.text(max_size=15)))
def test_any_headers_can_be_read(headers: dict[str, str]) -> None:
    meter = RateLimitMeter()
    meter.read(headers)
    limit = meter.current(0.0)
    assert limit.remaining is None or limit.remaining >= 0


def test_the_minute_slides() -> None:
    meter = RateLimitMeter()
    for sent_s in (0.0, 10.0, 59.0):
        meter.count(sent_s)
    used = [meter.current(now_s).used_in_minute for now_s in (59.9, 60.0, 69.9, 70.0, 119.0)]
    assert used == [3, 2, 2, 1, 0]
