"""What an answer tells, and what only says that all is as it was."""

from datetime import timedelta
from typing import Final

import pytest
from msgspec import structs

from fntui.api.limits import RateLimit
from fntui.api.models import AccessKey, Namespace, Unreadable
from fntui.core.model.pace import Pace
from fntui.core.model.problem import Problem, ProblemKind
from fntui.core.model.snapshot import (
    Acknowledgement,
    Activity,
    NamespaceView,
    Reading,
    Record,
    Snapshot,
    State,
    TriggerKey,
    TriggerView,
    Verdict,
)
from fntui.core.store.diff import is_unchanged
from tests.support.builders import NOON, a_trigger

LATER: Final = NOON + timedelta(seconds=15)
BAD: Final = (Unreadable(name="x", reason="not an object"),)
FAILED: Final = Problem(
    kind=ProblemKind.UNREACHABLE, sentence="no", advice="", request_id=None, at=NOON
)


def read(at: object = NOON, **others: object) -> Reading:
    return structs.replace(Reading(read_at=NOON, limit_s=30), read_at=at, **others)


TRIGGER: Final = TriggerView(
    trigger=a_trigger(),
    runs_read_at=NOON,
    verdict=Verdict(state=State.ON_TIME, checked_at=NOON),
)
VIEW: Final = NamespaceView(
    namespace=Namespace(namespace_id="fn-1"),
    triggers={"a": TRIGGER, "b": TRIGGER},
    triggers_reading=read(),
    access_keys={"k": AccessKey(key_id="k"), "l": AccessKey(key_id="l")},
    access_keys_reading=read(),
)
OLD: Final = Snapshot(namespaces={"fn-1": VIEW, "fn-2": VIEW}, reading=read())


def with_view(**changes: object) -> Snapshot:
    return structs.replace(OLD, namespaces={**OLD.namespaces, "fn-1": changed(VIEW, **changes)})


def with_trigger(**changes: object) -> Snapshot:
    return with_view(triggers={**VIEW.triggers, "a": structs.replace(TRIGGER, **changes)})


def changed(view: NamespaceView, **changes: object) -> NamespaceView:
    return structs.replace(view, **changes)


READ_AGAIN: Final = structs.replace(
    OLD,
    reading=read(LATER),
    rate_limit=RateLimit(remaining=4_000),
    namespaces={
        name: changed(
            view,
            triggers={
                key: structs.replace(
                    TRIGGER,
                    trigger=a_trigger(),
                    runs_read_at=LATER,
                    verdict=structs.replace(TRIGGER.verdict, checked_at=LATER),
                )
                for key in view.triggers
            },
            triggers_reading=read(LATER),
            access_keys_reading=read(LATER),
        )
        for name, view in OLD.namespaces.items()
    },
)

NEWS: Final = {
    "a namespace comes": structs.replace(OLD, namespaces={**OLD.namespaces, "fn-3": VIEW}),
    "a namespace goes": structs.replace(OLD, namespaces={"fn-1": VIEW}),
    "namespaces change places": structs.replace(OLD, namespaces={"fn-2": VIEW, "fn-1": VIEW}),
    "a namespace can't be read": structs.replace(OLD, unreadable_namespaces=BAD),
    "the list fails": structs.replace(OLD, reading=read(problem=FAILED, failures=1)),
    "a run is seen": structs.replace(OLD, records={"fn-1": {"a": Record()}}),
    "something was done": structs.replace(
        OLD, activity=(Activity(at=NOON, actor="you", namespace_id="", target="", words=""),)
    ),
    "trouble is known": structs.replace(
        OLD, acknowledged={TriggerKey("fn-1", "a"): Acknowledgement(acknowledged_at=NOON)}
    ),
    "a namespace is pinned": structs.replace(OLD, pinned=frozenset({"fn-1"})),
    "the watch is slower": structs.replace(OLD, pace=Pace(usual_s=90)),
    "the token is refused": structs.replace(OLD, is_token_refused=True),
    "another label": with_view(namespace=Namespace(namespace_id="fn-1", label="x")),
    "a trigger comes": with_view(triggers={**VIEW.triggers, "c": TRIGGER}),
    "triggers change places": with_view(triggers={"b": TRIGGER, "a": TRIGGER}),
    "a trigger can't be read": with_view(unreadable_triggers=BAD),
    "triggers fail": with_view(triggers_reading=read(problem=FAILED, failures=1)),
    "access keys change places": with_view(
        access_keys={"l": AccessKey(key_id="l"), "k": AccessKey(key_id="k")}
    ),
    "an access key is renamed": with_view(
        access_keys={**VIEW.access_keys, "k": AccessKey(key_id="k", name="x")}
    ),
    "an access key can't be read": with_view(unreadable_access_keys=BAD),
    "access keys fail": with_view(access_keys_reading=read(problem=FAILED, failures=1)),
    "another cron": with_trigger(trigger=a_trigger("0 3 * * *")),
    "another state": with_trigger(verdict=Verdict(state=State.LATE, checked_at=NOON)),
    "its list leaves times out": with_trigger(is_bare=True),
}


def test_read_again_with_the_same_words_nothing_is_new() -> None:
    assert is_unchanged(OLD, OLD, LATER)
    assert is_unchanged(OLD, READ_AGAIN, LATER)


@pytest.mark.parametrize("new", NEWS.values(), ids=NEWS)
def test_all_else_is_news(new: Snapshot) -> None:
    assert not is_unchanged(OLD, new, LATER)
    assert not is_unchanged(new, OLD, LATER)


def test_a_first_reading_is_news() -> None:
    for unread in (
        structs.replace(OLD, reading=Reading(limit_s=30)),
        structs.replace(OLD, reading=read(is_cached=True)),
        with_view(triggers_reading=Reading(limit_s=30)),
        with_view(access_keys_reading=read(is_cached=True)),
    ):
        assert not is_unchanged(unread, OLD, LATER)


@pytest.mark.parametrize(
    "old",
    [
        structs.replace(OLD, reading=read(NOON - timedelta(hours=1))),
        with_view(triggers_reading=read(NOON - timedelta(hours=1))),
        with_view(access_keys_reading=read(NOON - timedelta(hours=1))),
        with_trigger(
            verdict=Verdict(state=State.ON_TIME, checked_at=NOON - timedelta(hours=1)),
        ),
    ],
)
def test_what_was_too_old_and_is_the_present_again_is_news(old: Snapshot) -> None:
    assert not is_unchanged(old, READ_AGAIN, NOON)
