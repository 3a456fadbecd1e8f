from datetime import datetime

import pytest
from msgspec import UNSET, structs

from fntui.api.models import Trigger
from fntui.core.health.verdict import judge
from fntui.core.health.wording import (
    is_problem,
    is_stale,
    shown_verdict,
    state_words,
    urgency,
    verdict_sentence,
)
from fntui.core.model.problem import Problem, ProblemKind
from fntui.core.model.snapshot import Reading, State, TriggerView, Verdict
from tests.support.builders import a_trigger, at


def view(trigger: Trigger, read_at: str) -> TriggerView:
    verdict = judge(trigger, at(read_at), None)
    return TriggerView(trigger=trigger, runs_read_at=at(read_at), verdict=verdict)


def show_time(moment: datetime) -> str:
    return f"{moment:%H:%M:%SZ}"


ON_TIME = a_trigger(last=at("12:00:03"), upcoming=at("12:15"))


def test_the_worst_comes_first() -> None:
    assert sorted(State, key=urgency)[:3] == [State.STALLED, State.MISSED, State.LATE]
    assert {urgency(state) for state in State} == set(range(len(State)))
    assert [state for state in State if is_problem(state)] == [
        State.LATE,
        State.MISSED,
        State.WONT_RUN,
        State.STALLED,
    ]


def test_what_was_read_lately_is_shown_as_it_is() -> None:
    seen = view(ON_TIME, "12:01")
    assert shown_verdict(seen, Reading(read_at=at("12:01")), at("12:16")) is seen.verdict


def test_what_was_read_long_ago_is_unknown() -> None:
    seen = view(ON_TIME, "12:01")
    shown = shown_verdict(seen, Reading(read_at=at("12:01")), at("12:16:01"))
    assert shown == Verdict(checked_at=at("12:01"))
    assert shown_verdict(TriggerView(trigger=ON_TIME), Reading(), at("12:00")) == Verdict()


def test_where_it_is_read_less_often_it_becomes_unknown_later() -> None:
    reading = Reading(limit_s=1200.0)
    assert not is_stale(at("12:01"), reading, at("13:01"))
    assert is_stale(at("12:01"), reading, at("13:01:01"))


def test_three_failures_make_it_unknown() -> None:
    seen = view(ON_TIME, "12:01")
    assert shown_verdict(seen, Reading(failures=2), at("12:02")).state is State.ON_TIME
    assert shown_verdict(seen, Reading(failures=3), at("12:02")).state is State.UNKNOWN
    assert not is_stale(None, Reading(failures=3), at("12:02"))


@pytest.mark.parametrize(
    ("trigger", "read_at", "now", "words"),
    [
        (
            ON_TIME,
            "12:04:00",
            "12:04:08",
            "on time: last fired 12:00:03Z (4m ago), next 12:15:00Z (in 10m); checked 8s ago",
        ),
        (
            ON_TIME,
            "12:14:59",
            "12:15:01",
            "on time: last fired 12:00:03Z (14m ago), next 12:15:00Z (due); checked 2s ago",
        ),
        (
            a_trigger(last=at("11:45:02"), upcoming=at("12:15")),
            "12:00:20",
            "12:00:28",
            (
                "late: should have fired 12:00:00Z (28s ago), last fired 11:45:02Z, "
                "next 12:15:00Z; checked 8s ago"
            ),
        ),
        (
            a_trigger(last=at("11:30:02"), upcoming=at("12:15")),
            "12:08:00",
            "12:08:03",
            (
                "was missed 2: should have fired 12:00:00Z (8m ago) and 11:45:00Z, "
                "last fired 11:30:02Z, next 12:15:00Z; checked 3s ago"
            ),
        ),
        (
            a_trigger(updated=at("10:50"), upcoming=at("12:15")),
            "12:08:00",
            "12:15:01",
            (
                "was missed 5: should have fired 12:00:00Z (15m ago), 11:45:00Z, 11:30:00Z "
                "and 2 more, never fired; checked 7m ago"
            ),
        ),
        (
            a_trigger(upcoming=at("12:15")),
            "12:00",
            "12:00",
            "never ran: first run 12:15:00Z (in 15m); checked 0s ago",
        ),
        (
            a_trigger(last=at("08:00:02"), is_enabled=False),
            "12:00",
            "12:00",
            "paused: last fired 08:00:02Z; checked 0s ago",
        ),
        (
            a_trigger(None, is_enabled=False, scheduled_runs=UNSET),
            "12:00",
            "12:00",
            "paused; checked 0s ago",
        ),
        (
            a_trigger(last=at("08:00:02"), upcoming=None),
            "12:00",
            "12:00",
            (
                "won't run: enabled, but no next run is planned, last fired 08:00:02Z; "
                "checked 0s ago"
            ),
        ),
        (
            a_trigger(last=at("11:45:02"), upcoming=at("12:00")),
            "12:04",
            "12:06",
            (
                "stalled: its next run has stood at 12:00:00Z (6m ago), last fired 11:45:02Z; "
                "checked 2m ago"
            ),
        ),
        (
            a_trigger("@reboot"),
            "12:00",
            "12:00",
            "unknown: neither its schedule nor its next run can be read; checked 0s ago",
        ),
        (
            a_trigger("0 2 * * *", last=at("07:00:02"), upcoming=at("17:00")),
            "12:00",
            "12:00",
            (
                "on time: last fired 07:00:02Z (4h ago), next 17:00:00Z (in 5h), "
                "schedule read differently; checked 0s ago"
            ),
        ),
        (
            a_trigger(last=at("11:45:02")),
            "11:50",
            "11:50",
            "on time: last fired 11:45:02Z (4m ago); checked 0s ago",
        ),
        (ON_TIME, "12:04", "12:30", "unknown: was on time when last checked, 26m ago"),
    ],
)
def test_sentences(trigger: Trigger, read_at: str, now: str, words: str) -> None:
    assert verdict_sentence(view(trigger, read_at), at(now), show_time) == words


def test_what_was_not_read_yet() -> None:
    assert (
        verdict_sentence(TriggerView(trigger=ON_TIME), at("12:00"), show_time)
        == "unknown: not read yet"
    )


def test_what_could_not_be_read_again() -> None:
    words = verdict_sentence(view(ON_TIME, "12:04"), at("12:05"), show_time, Reading(failures=3))
    assert words == "unknown: was on time when last checked, 1m ago"


def test_what_was_missed_under_our_eyes_is_missed_not_was_missed() -> None:
    seen = view(a_trigger(last=at("11:45:02"), upcoming=at("12:00")), "11:50")
    trigger = a_trigger(last=at("11:45:02"), upcoming=at("12:15"))
    verdict = judge(trigger, at("12:02"), seen)
    missed = TriggerView(trigger=trigger, runs_read_at=at("12:02"), verdict=verdict)
    assert verdict_sentence(missed, at("12:02"), show_time).startswith(
        "missed 1: should have fired 12:00"
    )


def test_what_the_token_may_not_read_is_unknown_at_once() -> None:
    problem = Problem(
        kind=ProblemKind.MISSING_SCOPE, sentence="", advice="", request_id=None, at=at("12:01")
    )
    assert is_stale(at("12:01"), Reading(problem=problem, failures=1), at("12:01"))
    other = structs.replace(problem, kind=ProblemKind.RATE_LIMITED)
    assert not is_stale(at("12:01"), Reading(problem=other, failures=1), at("12:01"))


def test_many_missed_runs() -> None:
    assert state_words(Verdict(state=State.MISSED, missed_count=9)) == "missed 9"
    assert state_words(Verdict(state=State.MISSED, missed_count=10)) == "missed 10 or more"
