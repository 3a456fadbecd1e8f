import math
from math import isclose
from random import Random

import pytest

from fntui.core.watch.rate_limiter import Budget


def take(budget: Budget, *, favoured: bool = False, first: bool = False) -> bool:
    return budget.take(asked_for=False, favoured=favoured, first=first)


def drained(budget: Budget, *, first: bool = False) -> int:
    """Return how many requests may be made at once."""
    count = 0
    while take(budget, first=first):
        count += 1
    return count


def test_a_burst_of_which_the_last_is_for_what_is_on_screen() -> None:
    budget = Budget(0.0)
    assert drained(budget) == 54
    assert take(budget, favoured=True)
    assert not take(budget)


def test_the_user_is_never_refused_but_counted() -> None:
    budget = Budget(0.0)
    for _ in range(160):
        assert budget.take(asked_for=True, favoured=False, first=False)
    budget.refill(380.0)
    assert not take(budget, favoured=True)
    budget.refill(390.0)
    assert take(budget, favoured=True)


def test_the_first_load_is_beside_the_burst_and_within_the_minute_limit() -> None:
    budget = Budget(0.0)
    at_once = drained(budget, first=True)
    assert at_once == 150 + 34
    budget.refill(59.0)
    assert at_once + drained(budget) < 200


def test_the_first_load_is_paid_back() -> None:
    budget = Budget(0.0)
    count = drained(budget, first=True)
    for second in range(3600):
        budget.refill(float(second))
        count += drained(budget)
    assert count <= 1000


def test_there_is_no_first_load_after_the_first_minute() -> None:
    budget = Budget(0.0)
    budget.refill(60.0)
    assert drained(budget, first=True) == 54


def test_a_refusal_ends_the_first_load() -> None:
    budget = Budget(0.0)
    assert drained(budget) == 54
    assert take(budget, first=True)
    budget.on_refused(1.0, 3.0, Random(1))  # noqa: S311 - jitter
    budget.refill(7.0)
    assert not budget.is_first_load
    assert not take(budget, first=True)


def test_the_emptier_the_dearer() -> None:
    budget = Budget(0.0)
    prices = [budget.price]
    while take(budget, favoured=True):
        prices.append(budget.price)
    assert all(isclose(price, 1.0) for price in prices[:13])
    assert prices == sorted(prices)
    assert isclose(prices[-1], 1e6)
    budget.spend(50)
    assert isclose(budget.price, 1e6)


@pytest.mark.parametrize(
    ("remaining", "pace"), [(None, 1.0), (5000, 1.0), (1500, 1.0), (875, 0.5), (250, 0.1), (0, 0.1)]
)
def test_others_on_the_token_slow_it_down(remaining: int | None, pace: float) -> None:
    budget = Budget(0.0)
    budget.set_limit(5000, remaining)
    assert isclose(budget.pace, pace)
    drained(budget)
    budget.refill(200.0)
    assert abs(drained(budget) - 940 / 3600 * 200 * pace) <= 1


def test_a_smaller_limit_is_a_smaller_budget() -> None:
    budget = Budget(0.0)
    budget.set_limit(500, 500)
    assert isclose(budget.hourly_refill, 90)
    assert isclose(budget.pace, 0.1)
    budget.refill(1.0)
    assert drained(budget) == 9
    assert take(budget, favoured=True)
    assert not take(budget, favoured=True)
    budget.set_limit(None, None)
    assert isclose(budget.pace, 1.0)


def test_a_429_pauses_and_halves_the_rate_which_recovers_by_a_tenth_a_minute() -> None:
    budget, rng = Budget(0.0), Random(1)  # noqa: S311 - jitter
    budget.on_refused(0.0, 20.0, rng)
    assert 20.0 <= budget.paused_until_s <= 23.0
    assert isclose(budget.pace, 0.5)
    budget.refill(60.0)
    assert isclose(budget.pace, 0.6)
    budget.on_refused(60.0, None, rng)
    assert 90.0 <= budget.paused_until_s <= 93.0
    assert isclose(budget.pace, 0.3)
    for _ in range(9):
        budget.on_refused(60.0, None, rng)
    assert isclose(budget.pace, 0.05)
    budget.refill(math.inf)
    assert isclose(budget.pace, 1.0)


def test_a_sleep_brings_no_more_than_a_full_bucket() -> None:
    budget = Budget(0.0)
    drained(budget)
    budget.refill(7200.0)
    assert drained(budget) == 54


def test_a_clock_that_stands_brings_nothing() -> None:
    budget = Budget(100.0)
    drained(budget)
    budget.refill(50.0)
    assert drained(budget) == 0
