"""Every fault of the wire and the server, with every operation of a person, judged by the truth.

The server's own account and log are the judge: no write is carried out twice, none is sent twice
but after a 429, and what is said of it agrees with what became of it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from fntui.api.drafts import (
    AccessKeyChange,
    AccessKeyDraft,
    NamespaceDraft,
    ScheduledDetailsDraft,
    TriggerChange,
    TriggerDraft,
)
from fntui.core.model.problem import Problem
from fntui.core.operations.outcome import Clash, Outcome, Status
from fntui.simulator.faults import NAMES, Fault
from fntui.simulator.faults.headers import MISLEADERS
from fntui.simulator.faults.refusals import REFUSALS
from fntui.simulator.routes import ROUTES
from tests.support.rig import Rig
from tests.support.tried import tried

LATE: Final = {"slow", "drip"}
READABLE: Final = {*MISLEADERS, *LATE, "duplicate-keys", "twice-listed", "many-triggers", "altered"}
"""Faults that leave of an answer all that is needed."""
LISTS_ALONE: Final = {"null-list", "wrong-types"}
"""Faults that leave a list readable, be it without an element that is."""
UNPROVEN: Final = {
    ("not-found", "delete trigger", "all"),
    ("not-found", "delete access key", "all"),
}
"""Where every answer says that it is gone, there is nothing else to believe."""
WAITED_OUT: Final = {"rate-limited", "rate-limited-date"}
"""Faults after which a write may be sent again."""
DETAILS: Final = ScheduledDetailsDraft(cron="*/5 * * * *", body={"a": 1})


@dataclass(frozen=True)
class Case:
    """One of the 13 operations, as a person has it.

    Attributes:
        words: The operation, as faults name it.
        names: What a sentence about it must name.
        act: Does it.
    """

    words: str
    names: str
    act: Callable[[Rig], Awaitable[Any]]


CHANGE: Final = TriggerChange(is_enabled=False, scheduled_details=DETAILS)


async def _save(rig: Rig) -> object:
    base = rig.store.snapshot.namespaces[rig.id].triggers["nightly"].trigger
    return await rig.operations.save_trigger(rig.trigger, base, CHANGE)


CASES: Final[tuple[Case, ...]] = (
    Case("list namespaces", "the list of namespaces", lambda r: r.operations.read_namespaces()),
    Case("get namespace", "billing", lambda r: r.operations.read_namespace(r.id)),
    Case("list access keys", "billing", lambda r: r.operations.read_access_keys(r.id)),
    Case("list triggers", "billing", lambda r: r.operations.read_triggers(r.id)),
    Case("get trigger", "nightly", lambda r: r.operations.read_trigger(r.trigger)),
    Case(
        "create namespace",
        "fresh",
        lambda r: r.operations.create_namespace(NamespaceDraft(label="fresh", region="nyc1")),
    ),
    Case("delete namespace", "billing", lambda r: r.operations.delete_namespace(r.id)),
    Case(
        "create access key",
        "deploy",
        lambda r: r.operations.create_access_key(r.id, AccessKeyDraft(name="deploy")),
    ),
    Case(
        "rename access key",
        "ci",
        lambda r: r.operations.rename_access_key(r.key, AccessKeyChange(name="new")),
    ),
    Case("delete access key", "ci", lambda r: r.operations.delete_access_key(r.key)),
    Case(
        "create trigger",
        "fresh",
        lambda r: r.operations.create_trigger(
            r.id,
            TriggerDraft(name="fresh", function="a/b", is_enabled=True, scheduled_details=DETAILS),
        ),
    ),
    Case("update trigger", "nightly", lambda r: r.operations.set_enabled(r.trigger, False)),
    Case("update trigger", "nightly", _save),
    Case("delete trigger", "nightly", lambda r: r.operations.delete_trigger(r.trigger)),
)
READS: Final = CASES[:5]
WRITES: Final = CASES[5:]


async def problems_of_reading(rig: Rig) -> list[object]:
    """Read everything that is still there; return the problems."""
    cases = [case for case in READS if case.words.startswith("list")]
    if rig.id not in rig.account.namespaces:
        cases = cases[:1]
    read = [await rig.run(case.act(rig)) for case in cases]
    return [problem for problem in read if problem is not None]


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    made = Rig()
    assert await problems_of_reading(made) == []
    assert made.shown() == made.truth()
    yield made
    await made.client.aclose()


def test_each_of_the_13_operations_is_tried() -> None:
    assert {case.words for case in CASES} == {route.words for route in ROUTES}


@pytest.mark.parametrize("case", READS, ids=lambda case: case.words)
@pytest.mark.parametrize("name", NAMES)
async def test_a_read_under_a_fault(rig: Rig, name: str, case: Case) -> None:
    before, told = rig.shown(), len(rig.calls)
    rig.server.faults.rules.append(Fault(name, operation=case.words))
    result = await rig.run(case.act(rig))
    is_list = case.words.startswith("list")
    if name in READABLE or (is_list and name in LISTS_ALONE):
        assert not isinstance(result, Problem)
    else:
        one_sentence(result, case)
        assert result.request_id == rig.calls[-1].request_id
        assert result.request_id is not None or name not in REFUSALS
    # What is said to be gone is no more shown, until the list shows it again.
    if isinstance(result, Problem) and (is_list or name != "not-found"):
        assert rig.shown() == before
    assert 1 <= len(rig.calls) - told <= 4
    await recovers(rig)
    tried("faults", name, case.words)


@pytest.mark.parametrize("scope", ["once", "all"])
@pytest.mark.parametrize("case", WRITES, ids=lambda case: case.words)
@pytest.mark.parametrize("name", NAMES)
async def test_a_write_under_a_fault(rig: Rig, name: str, case: Case, scope: str) -> None:
    before, told = rig.truth(), len(rig.server.log)
    rig.server.faults.rules.append(Fault(name, operation=case.words if scope == "once" else None))
    outcome: Outcome[Any] | Clash = await rig.run(case.act(rig))
    sent = [served for served in list(rig.server.log)[told:] if served.method != "GET"]
    if isinstance(outcome, Clash):
        # What was read is not what is read now: nothing is overwritten unasked.
        assert (name, sent) == ("altered", [])
        tried("faults", name, case.words)
        return
    if name not in WAITED_OUT:
        assert len(sent) <= 1
    assert sum(served.was_carried_out for served in sent) <= 1
    was_done = rig.truth() != before
    assert was_done == any(served.was_carried_out for served in sent)
    if (name, case.words, scope) not in UNPROVEN:
        assert outcome.status is not (Status.NOT_DONE if was_done else Status.DONE)
    if outcome.problem is not None:
        one_sentence(outcome.problem, case)
    else:
        assert outcome.status is Status.DONE
    if scope == "once" and outcome.status is Status.UNKNOWN:
        assert outcome.found_key_ids
    await recovers(rig)
    tried("faults", name, case.words)


@pytest.mark.parametrize("look", ["wrong-types", "far-date", "bad-utf8", "cut-body", "forbidden"])
@pytest.mark.parametrize("case", WRITES, ids=lambda case: case.words)
@pytest.mark.parametrize("name", ["drop", "lost-answer", "server-error", "empty-body"])
async def test_a_write_whose_look_is_under_another_fault(
    rig: Rig, name: str, case: Case, look: str
) -> None:
    before = rig.truth()
    rig.server.faults.rules.append(Fault(name, operation=case.words))
    for words in ("list namespaces", "list access keys", "get trigger"):
        rig.server.faults.rules.append(Fault(look, operation=words))
    await agrees(rig, case, before)
    await recovers(rig)


@pytest.mark.parametrize("case", WRITES, ids=lambda case: case.words)
@pytest.mark.parametrize("date", ["far-date", "old-date"])
async def test_a_write_whose_answer_is_lost_after_wrong_dates(
    rig: Rig, case: Case, date: str
) -> None:
    rig.server.faults.rules.append(Fault(date, times=3))
    assert await problems_of_reading(rig) == []
    before = rig.truth()
    rig.server.faults.rules.append(Fault("lost-answer", operation=case.words))
    await agrees(rig, case, before)
    await recovers(rig)


async def agrees(rig: Rig, case: Case, before: object) -> Outcome[Any]:
    """Do it, and check that what is said of it is what became of it."""
    outcome: Outcome[Any] = await rig.run(case.act(rig))
    is_done = rig.truth() != before
    assert outcome.status is not (Status.NOT_DONE if is_done else Status.DONE)
    return outcome


def one_sentence(problem: object, case: Case) -> None:
    assert isinstance(problem, Problem)
    assert case.names in problem.sentence
    assert "\n" not in problem.sentence
    assert problem.sentence.startswith("could not ")


async def recovers(rig: Rig) -> None:
    """Check that with the fault everything of it ends: what others do then is seen."""
    rig.server.faults.rules.clear()
    await rig.clock.advance(60)
    rig.account.add_namespace("of others", "nyc1")
    rig.account.add_key(rig.namespace, "of others", None)
    rig.add_trigger("of others")
    rig.namespace.triggers["weekly"].is_enabled = False
    for _ in range(2):  # what one list leaves out may be there still
        assert await problems_of_reading(rig) == []
    assert rig.shown() == rig.truth()
