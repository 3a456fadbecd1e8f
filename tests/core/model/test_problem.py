import pytest

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
    UnexpectedStatus,
    UnreadableAnswer,
)
from fntui.api.paths import UnsafeName
from fntui.core.model.problem import Problem, ProblemKind, explain
from tests.support.builders import at

WRITE, READ = op.UPDATE_TRIGGER, op.LIST_TRIGGERS
WHAT = "pause trigger invoice-run in billing"


def told(error: ApiError) -> Problem:
    return explain(error, WHAT, at("14:00"))


@pytest.mark.parametrize(
    ("error", "kind", "why", "advice"),
    [
        (InvalidToken(WRITE, "no", status=401), ProblemKind.TOKEN_REFUSED, "refused", "sign in"),
        (
            MissingScope(WRITE, "no", status=403),
            ProblemKind.MISSING_SCOPE,
            "may not do this (HTTP 403)",
            "function:update or function:admin",
        ),
        (NotFound(WRITE, "no", status=404), ProblemKind.NOT_FOUND, "no such object", "Refresh"),
        (Conflict(WRITE, "no", status=409), ProblemKind.CONFLICT, "conflicts", "taken"),
        (InvalidRequest(WRITE, "no", status=422), ProblemKind.INVALID, "(HTTP 422)", "Correct"),
        (UnsafeName(WRITE, "no"), ProblemKind.INVALID, "not accept", "Correct"),
        (LimitReached(WRITE, "no", status=422), ProblemKind.LIMIT_REACHED, "limit", "Delete"),
        (
            RateLimited(WRITE, "no", status=429, retry_after_s=90),
            ProblemKind.RATE_LIMITED,
            "too many",
            "Wait until 14:01:30Z.",
        ),
        (RateLimited(WRITE, "no", status=429), ProblemKind.RATE_LIMITED, "many", "Wait a minute"),
        (NotSent(WRITE, "no"), ProblemKind.UNREACHABLE, "can't be reached", "DNS, TLS"),
        (ConnectionLost(WRITE, "no"), ProblemKind.UNREACHABLE, "no whole", "may have been carried"),
        (TimedOut(WRITE, "no", was_sent=True), ProblemKind.TIMED_OUT, "in time", "may have been"),
        (TimedOut(WRITE, "no", was_sent=False), ProblemKind.TIMED_OUT, "in time", "Nothing was"),
        (TimedOut(READ, "no", was_sent=True), ProblemKind.TIMED_OUT, "in time", "by itself"),
        (ServerError(WRITE, "no", status=502), ProblemKind.SERVER_ERROR, "HTTP 502", "may have"),
        (UnexpectedStatus(WRITE, "no", status=302), ProblemKind.SERVER_ERROR, "302", "proxy"),
        (UnreadableAnswer(WRITE, "no", status=200), ProblemKind.UNREADABLE, "read", "may have"),
    ],
)
def test_each_error_in_words(error: ApiError, kind: ProblemKind, why: str, advice: str) -> None:
    problem = told(error)
    assert problem.kind is kind
    assert problem.sentence.startswith(f"could not {WHAT}: ")
    assert why in problem.sentence
    assert problem.sentence.endswith(": no")
    assert advice in problem.advice


@pytest.mark.parametrize("operation", [op.LIST_NAMESPACES, op.CREATE_NAMESPACE])
def test_a_404_without_an_object_is_about_the_server(operation: op.Operation) -> None:
    problem = told(NotFound(operation, "no", status=404))
    assert problem.kind is ProblemKind.NOT_FOUND
    assert "does not know the Functions API" in problem.sentence
    assert "API's URL" in problem.advice


def test_keeps_what_support_wants_to_know() -> None:
    error = ServerError(WRITE, " ", status=500, request_id="req-1")
    problem = told(error)
    assert (problem.request_id, problem.at) == ("req-1", at("14:00"))
    assert problem.sentence == f"could not {WHAT}: the API failed (HTTP 500)"
    assert told(RateLimited(WRITE, "", status=429, retry_after_s=7)).retry_after_s == 7
