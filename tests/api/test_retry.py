from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.api import operations as op
from fntui.api.errors import (
    ApiError,
    Conflict,
    ConnectionLost,
    InvalidRequest,
    InvalidToken,
    LimitReached,
    MissingScope,
    NotFound,
    NotSent,
    RateLimited,
    ServerError,
    TimedOut,
    TlsRefused,
    UnclearStatus,
    UnexpectedStatus,
    UnreadableAnswer,
)
from fntui.api.operations import Operation
from fntui.api.retry import wait_before_retry

READ, WRITES = op.LIST_TRIGGERS, [o for o in op.OPERATIONS if o.is_write]
FINAL = [
    InvalidToken, MissingScope, NotFound, Conflict, InvalidRequest, LimitReached, UnexpectedStatus,
    UnclearStatus, TlsRefused,
]  # fmt: skip


def wait(error: ApiError, attempt: int = 1, seed: int = 0) -> float | None:
    return wait_before_retry(error, error.operation, attempt, Random(seed))  # noqa: S311 - spreads waits


def passing(operation: Operation) -> list[ApiError]:
    return [
        TimedOut(operation, "", was_sent=True),
        ConnectionLost(operation, ""),
        ServerError(operation, "", status=503),
    ]


@pytest.mark.parametrize("error", [NotSent(READ, ""), *passing(READ)], ids=repr)
def test_a_read_is_tried_four_times_within_a_few_seconds(error: ApiError) -> None:
    waits = [wait(error, attempt) for attempt in (1, 2, 3, 4)]
    assert waits[3] is None
    for waited, longest in zip(waits, (0.5, 1.0, 2.0), strict=False):
        assert waited is not None
        assert longest / 2 <= waited <= longest


@pytest.mark.parametrize("operation", WRITES, ids=lambda o: o.words)
def test_a_write_that_may_have_been_carried_out_is_never_sent_again(operation: Operation) -> None:
    unknown = [*passing(operation), UnreadableAnswer(operation, "")]
    assert [wait(error) for error in unknown] == [None] * 4


@pytest.mark.parametrize("operation", [READ, *WRITES], ids=lambda o: o.words)
def test_what_never_left_or_was_put_off_is_sent_again_even_if_it_writes(
    operation: Operation,
) -> None:
    assert wait(NotSent(operation, "")) is not None
    assert wait(RateLimited(operation, "", retry_after_s=3)) is not None


@pytest.mark.parametrize("kind", FINAL)
@pytest.mark.parametrize("operation", [READ, op.CREATE_TRIGGER], ids=lambda o: o.words)
def test_an_answer_that_will_not_change_is_final(
    kind: type[ApiError], operation: Operation
) -> None:
    assert wait(kind(operation, "", status=400, retry_after_s=1)) is None


def test_an_answer_that_cannot_be_read_is_asked_for_once_more() -> None:
    error = UnreadableAnswer(READ, "")
    assert wait(error, 1) is not None
    assert wait(error, 2) is None


@pytest.mark.parametrize(
    ("retry_after_s", "attempt", "waits"),
    [
        (0, 1, True), (0, 3, True), (60, 1, True), (60.1, 1, False), (30, 2, True), (31, 2, False),
        (20, 3, True), (21, 3, False), (1, 4, False), (None, 1, False), (86_400, 1, False),
    ],
)  # fmt: skip
def test_a_write_waits_a_429_out_for_a_minute_at_most(
    retry_after_s: float | None, attempt: int, *, waits: bool
) -> None:
    error = RateLimited(op.CREATE_TRIGGER, "", status=429, retry_after_s=retry_after_s)
    waited = wait(error, attempt)
    if waits:
        assert waited is not None
        assert retry_after_s is not None
        assert retry_after_s <= waited <= retry_after_s + 1
    else:
        assert waited is None


@pytest.mark.parametrize(
    ("retry_after_s", "attempt", "waits"),
    [(8, 1, True), (8.1, 1, False), (4, 2, True), (4.1, 2, False), (None, 1, False)],
)
def test_a_read_tells_of_a_429_that_lasts(
    retry_after_s: float | None, attempt: int, *, waits: bool
) -> None:
    error = RateLimited(READ, "", status=429, retry_after_s=retry_after_s)
    assert (wait(error, attempt) is not None) is waits


@pytest.mark.parametrize(("retry_after_s", "waited"), [(5, 5), (8, 8), (8.5, None), (3600, None)])
def test_a_failing_server_s_own_wish_is_kept_or_the_call_given_up(
    retry_after_s: float, waited: float | None
) -> None:
    assert wait(ServerError(READ, "", status=503, retry_after_s=retry_after_s)) == waited


@given(
    attempt=st.integers(1, 10),
    seed=st.integers(),
    error=st.sampled_from([*passing(READ), NotSent(READ, ""), UnreadableAnswer(READ, "")]),
)
def test_waits_are_capped_and_come_to_an_end(attempt: int, seed: int, error: ApiError) -> None:
    waited = wait(error, attempt, seed)
    assert waited is None if attempt >= 4 else waited is None or 0 < waited <= 8


def test_those_who_failed_together_do_not_come_back_together() -> None:
    assert len({wait(ServerError(READ, "", status=500), seed=seed) for seed in range(20)}) == 20
