"""fntui without a screen beside another client, both doing anything, over a wire that fails.

The server's account and log are the judge: nothing is carried out twice or sent twice, what is
said of a write is true, and when all is quiet and read again, what is shown is what there is.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from typing_extensions import override

from fntui.api.drafts import (
    AccessKeyChange,
    AccessKeyDraft,
    NamespaceDraft,
    ScheduledDetailsDraft,
    TriggerChange,
    TriggerDraft,
)
from fntui.api.models import Trigger
from fntui.core.model.problem import Problem
from fntui.core.model.snapshot import AccessKeyKey, TriggerKey
from fntui.core.operations.operations import Operations
from fntui.core.operations.outcome import Clash, Outcome, Status
from fntui.core.operations.writes import GONE_ALREADY
from fntui.simulator.account.account import Account
from fntui.simulator.account.objects import SimulatedTrigger
from fntui.simulator.app import Served
from fntui.simulator.faults import NAMES, Fault
from fntui.simulator.routes import ROUTES
from tests.support.effort import tries
from tests.support.others import CRONS, Others
from tests.support.rig import Rig

T = TypeVar("T")

LIES: Final = {"not-found", "null-list", "altered"}
"""Faults of which nobody can tell that they are none: what is said to be gone, or to have another
name, may be there."""
LABELS: Final = ("billing", "fresh", "reports")
TRIGGERS: Final = ("nightly", "weekly", "fresh")
KEYS: Final = ("ci", "deploy")
OPERATIONS: Final = tuple(route.words for route in ROUTES)
READS: Final = ("namespaces", "namespace", "triggers", "trigger", "keys")
WRITES: Final = (
    *("create namespace", "delete namespace", "create key", "rename key", "delete key"),
    *("create trigger", "switch trigger", "save trigger", "delete trigger"),
)


class Deed(NamedTuple):
    """Something that the other client does.

    Attributes:
        kind: One of Others.deeds.
    """

    kind: str
    number: int
    name: str


@dataclass(frozen=True)
class Attempt:
    """A write of ours.

    Attributes:
        start: Begins it.
        is_so: Whether the account is as the write would have it.
    """

    start: Callable[[Operations], Coroutine[Any, Any, Any]]
    is_so: Callable[[Account], bool]


NUMBERS: Final = st.integers(0, 11)
DEEDS: Final = st.builds(
    Deed,
    kind=st.sampled_from(sorted(Others(Rig().account).deeds)),
    number=NUMBERS,
    name=st.sampled_from(sorted({*LABELS, *TRIGGERS, *KEYS})),
)
DELAYS: Final = st.sampled_from((0.05, 0.1, 0.15, 0.2, 1.0))
MEANWHILE: Final[st.SearchStrategy[list[tuple[float, Deed]]]] = st.lists(
    st.tuples(DELAYS, DEEDS), max_size=3
) | st.just([])
FAULTS: Final = st.lists(
    st.tuples(st.sampled_from(NAMES), st.none() | st.sampled_from(OPERATIONS), st.integers(1, 3)),
    max_size=3,
)


class TwoClients(RuleBasedStateMachine):
    """All that may happen, one thing after the other."""

    def __init__(self) -> None:
        """Begin with an account of which nothing was read."""
        super().__init__()
        self.runner = asyncio.Runner()
        self.rig = Rig(latency_s=0.1)
        self.others = Others(self.rig.account)

    @override
    def teardown(self) -> None:
        """Check once more, when all is quiet."""
        self.be_quiet()
        self.runner.run(self.rig.client.aclose())
        self.runner.close()

    def run(self, call: Awaitable[T]) -> T:
        """Return what ``call`` gives, in virtual time."""
        return self.runner.run(self.rig.run(call))

    # What happens

    @rule(deed=DEEDS)
    def others_act(self, deed: Deed) -> None:
        """Let the other client do something."""
        self.others.deeds[deed.kind](deed.number, deed.name)

    @rule(faults=FAULTS)
    def something_breaks(self, faults: list[tuple[str, str | None, int]]) -> None:
        """Let the next requests go wrong."""
        rules = self.rig.server.faults.rules
        rules += [Fault(name, operation=words, times=times) for name, words, times in faults]

    @rule()
    def all_is_mended(self) -> None:
        """Let nothing go wrong any more."""
        self.rig.server.faults.rules.clear()

    @rule(seconds=st.sampled_from((0.5, 30, 90, 3700)))
    def time_passes(self, seconds: float) -> None:
        """Let runs come due, and keys expire."""
        self.runner.run(self.rig.clock.advance(seconds))

    @rule(what=st.sampled_from(READS), number=NUMBERS)
    def read(self, what: str, number: int) -> None:
        """Read one thing."""
        result = self.run(self._reading(what, number))
        assert not isinstance(result, Problem) or "\n" not in result.sentence

    def _reading(self, what: str, number: int) -> Coroutine[Any, Any, object]:
        operations = self.rig.operations
        if what == "namespaces":
            return operations.read_namespaces()
        if what == "trigger":
            return operations.read_trigger(self._trigger(number))
        read = {
            "namespace": operations.read_namespace,
            "triggers": operations.read_triggers,
            "keys": operations.read_access_keys,
        }
        return read[what](self._namespace(number))

    @rule(number=NUMBERS, slow_s=st.sampled_from((0.5, 5.0)), deed=DEEDS)
    def an_older_answer_comes_last(self, number: int, slow_s: float, deed: Deed) -> None:
        """What was read since is not overwritten by it."""
        rig = self.rig
        self.be_quiet()
        namespace_id = self._namespace(number)

        async def race() -> None:
            rig.server.faults.rules.append(Fault("slow", times=2, seconds=slow_s))
            slow = [
                asyncio.ensure_future(read(namespace_id))
                for read in (rig.operations.read_triggers, rig.operations.read_access_keys)
            ]
            await rig.clock.advance(0.05)
            self.others.deeds[deed.kind](deed.number, deed.name)
            await rig.clock.advance(1)
            await self._read_all()
            await asyncio.wait(slow)

        self.run(race())
        assert rig.shown() == rig.truth()

    @rule(
        kind=st.sampled_from(WRITES),
        number=NUMBERS,
        faults=FAULTS,
        meanwhile=MEANWHILE,
        give_up_s=st.none() | st.sampled_from((0.05, 0.15, 3.0)),
    )
    def write(
        self,
        kind: str,
        number: int,
        faults: list[tuple[str, str | None, int]],
        meanwhile: list[tuple[float, Deed]],
        give_up_s: float | None,
    ) -> None:
        """Change something."""
        self.something_breaks(faults)
        self._judge(self._attempt(kind, number), meanwhile, give_up_s)

    @rule(meanwhile=MEANWHILE)
    def undo(self, meanwhile: list[tuple[float, Deed]]) -> None:
        """Undo our last change, unless others changed the same thing since."""
        entries = self.rig.journal.offer.entries
        if entries:
            (entry,) = entries
            undoing = Attempt(lambda operations: operations.undo(entry), lambda _: True)
            self._judge(undoing, meanwhile, says_what_it_wants=False)

    # What is done

    def _namespace(self, number: int) -> str:
        """Return one that is shown, as a person would choose; or one that there may have been."""
        shown = sorted(self.rig.store.snapshot.namespaces) or [self.rig.id]
        return shown[number % len(shown)]

    def _trigger(self, number: int) -> TriggerKey:
        namespace_id = self._namespace(number)
        view = self.rig.store.snapshot.namespaces.get(namespace_id)
        shown = sorted(view.triggers if view else ())[:9] or list(TRIGGERS)
        return TriggerKey(namespace_id, shown[number % len(shown)])

    def _key(self, number: int) -> AccessKeyKey:
        namespace_id = self._namespace(number)
        view = self.rig.store.snapshot.namespaces.get(namespace_id)
        shown = sorted(view.access_keys if view else ()) or [self.rig.key.key_id]
        return AccessKeyKey(namespace_id, shown[number % len(shown)])

    def _attempt(self, kind: str, number: int) -> Attempt:
        shown, verb = self.rig.store.snapshot, kind.split(maxsplit=1)[0]
        if kind == "create namespace":
            return _create_namespace(LABELS[number % len(LABELS)], set(shown.namespaces))
        if kind == "delete namespace":
            return _delete_namespace(self._namespace(number))
        if kind.endswith("key"):
            key = self._key(number)
            view = shown.namespaces.get(key.namespace_id)
            known = set(view.access_keys if view else ())
            return _key_attempt(verb, key, KEYS[number % len(KEYS)], known)
        if verb == "create":
            new = TriggerKey(self._namespace(number), TRIGGERS[number % len(TRIGGERS)])
            return _create_trigger(new, number)
        return self._trigger_attempt(verb, self._trigger(number), number)

    def _trigger_attempt(self, verb: str, key: TriggerKey, number: int) -> Attempt:
        known = self.rig.store.snapshot.trigger(key)
        if verb == "delete":
            return _delete_trigger(key)
        if verb == "switch" or known is None:
            return _switch_trigger(key, is_enabled=number % 2 == 0)
        return _save_trigger(key, known.trigger, number)

    # What is checked

    def _judge(
        self,
        attempt: Attempt,
        meanwhile: Iterable[tuple[float, Deed]] = (),
        give_up_s: float | None = None,
        *,
        says_what_it_wants: bool = True,
    ) -> None:
        """Do it while others act, given up by whoever waits if so; check what is said of it."""
        rig = self.rig
        told = len(rig.server.log)
        can_lie = any(fault.name in LIES and fault.times for fault in rig.server.faults.rules)
        was_so: list[bool] = []

        async def look_on() -> Any:  # noqa: ANN401 - whatever it ends in
            doing = asyncio.ensure_future(attempt.start(rig.operations))
            for delay_s, deed in meanwhile:
                await rig.clock.advance(delay_s)
                was_so.append(attempt.is_so(rig.account))
                self.others.deeds[deed.kind](deed.number, deed.name)
                was_so.append(attempt.is_so(rig.account))
            if give_up_s is not None:
                await rig.clock.advance(give_up_s)
                doing.cancel()
                while rig.operations.writes_under_way:
                    await rig.clock.advance(1)
            return (await asyncio.gather(doing, return_exceptions=True))[0]

        outcome = self.run(look_on())
        was_so.append(attempt.is_so(rig.account))
        sent = [served for served in list(rig.server.log)[told:] if served.method != "GET"]
        _check_sent(sent)
        assert rig.operations.writes_under_way == 0
        if isinstance(outcome, asyncio.CancelledError):
            assert give_up_s is not None
        elif isinstance(outcome, Clash):
            assert sent == []
        else:
            assert not isinstance(outcome, BaseException), repr(outcome)
            was_done = any(served.was_carried_out for served in sent)
            if says_what_it_wants and not can_lie:
                _check_said(outcome, was_so, was_done=was_done)

    @invariant()
    def nothing_is_under_way(self) -> None:
        """Every write ends."""
        assert self.rig.operations.writes_under_way == 0

    @rule()
    def be_quiet(self) -> None:
        """What is shown is what there is, once nothing is broken and all is read again."""
        self.rig.server.faults.rules.clear()
        self.runner.run(self.rig.clock.advance(90))
        self.run(self._read_all())
        assert self.rig.shown() == self.rig.truth()

    async def _read_all(self) -> None:
        """Read all three times: what one answer contradicts is not believed at once."""
        operations = self.rig.operations
        for _ in range(3):
            assert await operations.read_namespaces() is None
            for namespace_id in list(self.rig.account.namespaces):
                assert await operations.read_triggers(namespace_id) is None
                assert await operations.read_access_keys(namespace_id) is None


def _check_sent(sent: list[Served]) -> None:
    """At most one write is carried out, and none is sent again but after a 429."""
    assert sum(served.was_carried_out for served in sent) <= 1, sent
    assert all(served.status == 429 for served in sent[:-1]), sent


def _check_said(outcome: Outcome[Any], was_so: list[bool], *, was_done: bool) -> None:
    """What is said agrees with what became of it, as far as it was to be seen.

    ``was_so`` tells before and after each thing that others did meanwhile, and at the end, whether
    the account was as wanted.
    """
    assert (outcome.problem is None) or "\n" not in outcome.problem.sentence
    if outcome.status is Status.DONE:
        assert was_done or outcome.note == GONE_ALREADY or any(was_so), outcome
        assert was_so[-1] or len(was_so) > 1, outcome
    if outcome.status is Status.NOT_DONE and was_done:
        assert len(was_so) > 1, outcome
        assert not all(was_so), outcome


# Our writes


def _create_namespace(label: str, known: set[str]) -> Attempt:
    # One that we did not know of can't be told from ours, where no answer says which is ours.
    return Attempt(
        lambda operations: operations.create_namespace(NamespaceDraft(label=label, region="nyc1")),
        lambda now: any(
            space.label == label and name not in known for name, space in now.namespaces.items()
        ),
    )


def _delete_namespace(namespace_id: str) -> Attempt:
    return Attempt(
        lambda operations: operations.delete_namespace(namespace_id),
        lambda account: namespace_id not in account.namespaces,
    )


def _key_attempt(verb: str, key: AccessKeyKey, name: str, known: set[str]) -> Attempt:
    if verb == "create":
        return Attempt(
            lambda operations: operations.create_access_key(
                key.namespace_id, AccessKeyDraft(name=name)
            ),
            lambda now: bool(_keys(now, key.namespace_id).keys() - known),
        )
    if verb == "rename":
        return Attempt(
            lambda operations: operations.rename_access_key(key, AccessKeyChange(name=name)),
            lambda now: _keys(now, key.namespace_id).get(key.key_id) == name,
        )
    return Attempt(
        lambda operations: operations.delete_access_key(key),
        lambda now: key.key_id not in _keys(now, key.namespace_id),
    )


def _keys(account: Account, namespace_id: str) -> dict[str, str]:
    account.catch_up()
    space = account.namespaces.get(namespace_id)
    return {key.key_id: key.name for key in space.keys.values()} if space else {}


def _create_trigger(key: TriggerKey, number: int) -> Attempt:
    details = ScheduledDetailsDraft(cron=CRONS[number % 3], body={"ours": number})
    draft = TriggerDraft(
        name=key.name, function="a/b", is_enabled=number % 2 == 0, scheduled_details=details
    )
    return Attempt(
        lambda operations: operations.create_trigger(key.namespace_id, draft),
        lambda account: _is_kept(_found(account, key), details, is_enabled=number % 2 == 0),
    )


def _switch_trigger(key: TriggerKey, *, is_enabled: bool) -> Attempt:
    def is_so(account: Account) -> bool:
        found = _found(account, key)
        return found is not None and found.is_enabled == is_enabled

    return Attempt(lambda operations: operations.set_enabled(key, is_enabled), is_so)


def _save_trigger(key: TriggerKey, base: Trigger, number: int) -> Attempt:
    details = ScheduledDetailsDraft(cron=CRONS[number % 3], body={"ours": number})
    change = TriggerChange(is_enabled=number % 2 == 0, scheduled_details=details)
    return Attempt(
        lambda operations: operations.save_trigger(key, base, change, overwrite=number > 8),
        lambda account: _is_kept(_found(account, key), details, is_enabled=number % 2 == 0),
    )


def _delete_trigger(key: TriggerKey) -> Attempt:
    return Attempt(
        lambda operations: operations.delete_trigger(key),
        lambda account: _found(account, key) is None,
    )


def _found(account: Account, key: TriggerKey) -> SimulatedTrigger | None:
    space = account.namespaces.get(key.namespace_id)
    return space.triggers.get(key.name) if space else None


def _is_kept(
    trigger: SimulatedTrigger | None, details: ScheduledDetailsDraft, *, is_enabled: bool
) -> bool:
    return (
        trigger is not None
        and trigger.is_enabled == is_enabled
        and trigger.firing.cron == details.cron
        and trigger.body == details.body
    )


TestTwoClients = TwoClients.TestCase
TestTwoClients.settings = tries(25, 1500, steps=30)
