from fntui.clock import ManualClock
from fntui.simulator.rate_limit import RateLimit, RateLimiter


async def test_the_minute_window_slides_and_says_when_to_come_again(clock: ManualClock) -> None:
    limiter = RateLimiter(clock, RateLimit(hour=100, minute=2))
    assert not limiter.admit("a").is_exceeded
    await clock.advance(20)
    assert not limiter.admit("a").is_exceeded
    await clock.advance(10.5)
    refused = limiter.admit("a")
    assert refused.is_exceeded
    assert refused.retry_after_s == 30
    await clock.advance(29.5)
    assert not limiter.admit("a").is_exceeded, "the first request has left the minute"
    assert limiter.admit("a").retry_after_s == 20, "the second one has not"


async def test_the_hour_window_slides_and_does_not_say_when_to_come_again(
    clock: ManualClock,
) -> None:
    limiter = RateLimiter(clock, RateLimit(hour=2, minute=2))
    start_s = int(clock.now().timestamp())
    first = limiter.admit("a")
    assert (first.remaining, first.reset_at) == (1, start_s + 3600)
    await clock.advance(600)
    assert limiter.admit("a").remaining == 0
    refused = limiter.admit("a")
    assert (refused.is_exceeded, refused.retry_after_s) == (True, None)
    assert (refused.remaining, refused.reset_at) == (0, start_s + 3600), "refusals do not count"
    await clock.advance(3000)
    admitted = limiter.admit("a")
    assert (admitted.is_exceeded, admitted.reset_at) == (False, start_s + 600 + 3600)


def test_every_token_has_windows_of_its_own(clock: ManualClock) -> None:
    limiter = RateLimiter(clock, RateLimit(hour=1, minute=1))
    assert not limiter.admit("a").is_exceeded
    assert not limiter.admit("b").is_exceeded
    assert limiter.admit("a").is_exceeded
