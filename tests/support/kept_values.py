"""Values for tests of the history: triggers, runs and facts, and strategies that make any."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from msgspec import UNSET

from fntui.api.limits import RateLimit
from fntui.api.models import (
    AccessKey,
    Listing,
    Namespace,
    ScheduledDetails,
    ScheduledRuns,
    Trigger,
    Unreadable,
)
from fntui.api.secret import Secret
from fntui.core.model.events import (
    AccessKeyGone,
    AccessKeyRead,
    AccessKeysRead,
    Changed,
    Fact,
    NamespaceGone,
    NamespaceRead,
    NamespacesRead,
    RateLimitRead,
    ReadFailed,
    TriggerGone,
    TriggerRead,
    TriggersRead,
)
from fntui.core.model.problem import Problem, ProblemKind
from fntui.core.model.snapshot import Activity, Record, Run, TriggerKey
from tests.support.builders import NOON
from tests.support.hostile import any_text

KEY = TriggerKey("fn-1", "invoice-run")
OTHER_KEY = TriggerKey("fn-1", "cleanup")

LEGACY_KEY = "CANARY-OF-A-LEGACY-KEY"
BODY = "CANARY-OF-A-BODY"


def minutes(count: float) -> datetime:
    """Return the moment so many minutes after noon."""
    return NOON + timedelta(minutes=count)


def a_run(minute: float, *, is_known: bool = True, seen_s: float = 3) -> Run:
    """Return a run that was due at a minute and began a second later."""
    return Run(
        started_at=minutes(minute) + timedelta(seconds=1),
        slot_at=minutes(minute) if is_known else None,
        seen_at=minutes(minute) + timedelta(seconds=seen_s),
    )


def with_runs(*numbers: float) -> Record:
    """Return a record of runs at these minutes."""
    return Record(runs=tuple(map(a_run, numbers)))


def a_line(minute: float, actor: str = "you", words: str = "paused") -> Activity:
    """Return a line of activity."""
    return Activity(
        at=minutes(minute), actor=actor, namespace_id="fn-1", target="invoice-run", words=words
    )


def moments() -> st.SearchStrategy[datetime]:
    """Return any time in UTC that is not Go's zero time."""
    return st.datetimes(datetime(2, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware


def facts() -> st.SearchStrategy[Fact]:
    """Return any fact that is a finding, with hostile text, and canaries for secrets."""
    at, name = moments(), any_text(12)
    return st.one_of(
        st.builds(NamespacesRead, at=at, listing=_listing(_namespaces())),
        st.builds(NamespaceRead, at=at, namespace=_namespaces()),
        st.builds(NamespaceGone, at=at, namespace_id=name),
        st.builds(TriggersRead, at=at, namespace_id=name, listing=_listing(_triggers())),
        st.builds(TriggerRead, at=at, namespace_id=name, trigger=_triggers()),
        st.builds(TriggerGone, at=at, namespace_id=name, name=name),
        st.builds(AccessKeysRead, at=at, namespace_id=name, listing=_listing(_access_keys())),
        st.builds(AccessKeyRead, at=at, namespace_id=name, access_key=_access_keys()),
        st.builds(AccessKeyGone, at=at, namespace_id=name, key_id=name),
        st.builds(
            ReadFailed, at=at, namespace_id=st.none() | name, branch=name, problem=_problems()
        ),
        st.builds(RateLimitRead, at=at, rate_limit=_rate_limits()),
        st.builds(Changed, at=at, namespace_id=name, target=name, words=name),
    )


def _perhaps(made: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from([UNSET, None]) | made


def _namespaces() -> st.SearchStrategy[Namespace]:
    text, time = _perhaps(any_text()), _perhaps(moments())
    return st.builds(
        Namespace,
        namespace_id=any_text(12),
        label=text,
        region=text,
        uuid=text,
        api_host=text,
        created_at=time,
        updated_at=time,
        legacy_key=_perhaps(st.just(Secret(LEGACY_KEY))),
    )


def _triggers() -> st.SearchStrategy[Trigger]:
    text, time = _perhaps(any_text()), _perhaps(moments())
    body = _perhaps(st.just({"to": BODY, BODY: [1, {"x": BODY}]}))
    return st.builds(
        Trigger,
        name=any_text(12),
        namespace_id=text,
        function=text,
        type=text,
        is_enabled=_perhaps(st.booleans()),
        created_at=time,
        updated_at=time,
        scheduled_details=_perhaps(st.builds(ScheduledDetails, cron=any_text(), body=body)),
        scheduled_runs=_perhaps(st.builds(ScheduledRuns, last_run_at=time, next_run_at=time)),
    )


def _access_keys() -> st.SearchStrategy[AccessKey]:
    time = _perhaps(moments())
    return st.builds(
        AccessKey,
        key_id=any_text(12),
        name=_perhaps(any_text()),
        expires_at=time,
        created_at=time,
        updated_at=time,
    )


def _problems() -> st.SearchStrategy[Problem]:
    text = any_text()
    return st.builds(
        Problem,
        kind=st.sampled_from(ProblemKind),
        sentence=text,
        advice=text,
        request_id=st.none() | text,
        at=moments(),
        retry_after_s=st.none() | st.floats(allow_nan=False),
        scopes=st.lists(text, max_size=2).map(tuple),
    )


def _rate_limits() -> st.SearchStrategy[RateLimit]:
    number = st.none() | st.integers(0, 10**11)
    return st.builds(RateLimit, number, number, st.none() | moments(), st.integers(0, 250))


def _listing(items: st.SearchStrategy[object]) -> st.SearchStrategy[Listing[object]]:
    unreadable = st.builds(Unreadable, name=any_text(), reason=any_text())
    return st.builds(
        Listing,
        items=st.lists(items, max_size=3).map(tuple),
        unreadable=st.lists(unreadable, max_size=2).map(tuple),
    )
