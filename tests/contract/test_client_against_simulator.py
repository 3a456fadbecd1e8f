"""Client and simulator agree with plain dicts, whatever is done in whatever order."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    precondition,
    rule,
)
from typing_extensions import override

from fntui.api.client import FunctionsClient
from fntui.api.drafts import (
    AccessKeyChange,
    AccessKeyDraft,
    NamespaceDraft,
    ScheduledDetailsDraft,
    TriggerChange,
    TriggerDraft,
)
from fntui.api.errors import Conflict, InvalidRequest, LimitReached, NotFound
from fntui.api.models import ScheduledDetails, Trigger
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.simulator.account.account import Account, Limits
from fntui.simulator.app import DEMO_TOKEN, SimulatedApi

T = TypeVar("T")

NAMES = st.text(min_size=1, max_size=8).filter(lambda name: "." not in name) | st.sampled_from([
    "my trigger",
    "a/b",
    "100%",
    "%2e%2e",
    "...",
    "ü⏰",
    "\0\x1b[31m",
    "?#&",
    "x" * 300,
])
BODIES = st.none() | st.dictionaries(
    st.text(max_size=5),
    st.integers() | st.text(max_size=5) | st.none() | st.lists(st.booleans(), max_size=3),
    max_size=3,
)
DETAILS = st.builds(
    ScheduledDetailsDraft,
    cron=st.sampled_from(["* * * * *", "*/5 9-17 * * MON-FRI", "0 0 29 2 *"]),
    body=BODIES,
)
MAX_TRIGGERS = 3


class Known:
    """What a namespace must hold."""

    def __init__(self, label: str) -> None:
        """Start empty."""
        self.label = label
        self.triggers: dict[str, tuple[bool, ScheduledDetailsDraft]] = {}
        self.keys: dict[str, str] = {}


class Agreement(RuleBasedStateMachine):
    """One account, seen by the client, beside the dicts that say what it must hold."""

    namespaces: Bundle[str] = Bundle("namespaces")

    def __init__(self) -> None:
        """Start with an empty account."""
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = ManualClock()
        account = Account(self.clock, limits=Limits(namespaces=50, triggers=MAX_TRIGGERS, keys=50))
        self.client = FunctionsClient(
            Secret(DEMO_TOKEN),
            clock=self.clock,
            transport=httpx.ASGITransport(SimulatedApi(account)),
        )
        self.known: dict[str, Known] = {}

    @override
    def teardown(self) -> None:
        """Close what was opened."""
        self.run(self.client.aclose())
        self.loop.close()

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        """Return what ``call`` gives; half a second passes, so that no limit of a minute is met."""
        self.loop.run_until_complete(self.clock.advance(0.5))
        return self.loop.run_until_complete(call)

    def refused(self, kind: type[Exception], call: Coroutine[Any, Any, object]) -> None:
        """Expect ``call`` to be refused."""
        with pytest.raises(kind):
            self.run(call)

    @rule(target=namespaces, label=NAMES)
    def create_namespace(self, label: str) -> str:
        """Create one, or be told that the label is taken."""
        draft = NamespaceDraft(label=label, region="nyc1")
        if any(label == known.label for known in self.known.values()):
            self.refused(InvalidRequest, self.client.create_namespace(draft))
            return next(id_ for id_, known in self.known.items() if known.label == label)
        made = self.run(self.client.create_namespace(draft))
        assert self.run(self.client.get_namespace(made.namespace_id)) == made
        self.known[made.namespace_id] = Known(label)
        return made.namespace_id

    @precondition(lambda self: len(self.known) > 1)
    @rule(namespace_id=consumes(namespaces))
    def delete_namespace(self, namespace_id: str) -> None:
        """Delete one, and find nothing under it any more."""
        if self.known.pop(namespace_id, None) is None:
            self.refused(NotFound, self.client.delete_namespace(namespace_id))
        else:
            self.run(self.client.delete_namespace(namespace_id))
        self.refused(NotFound, self.client.list_triggers(namespace_id))
        self.refused(NotFound, self.client.list_access_keys(namespace_id))

    @rule(namespace_id=namespaces, name=NAMES, is_enabled=st.booleans(), details=DETAILS)
    def create_trigger(
        self, namespace_id: str, name: str, details: ScheduledDetailsDraft, *, is_enabled: bool
    ) -> None:
        """Create one, or be told why not."""
        draft = TriggerDraft(
            name=name, function="p/f", is_enabled=is_enabled, scheduled_details=details
        )
        call = self.client.create_trigger(namespace_id, draft)
        known = self.known.get(namespace_id)
        if known is None:
            self.refused(NotFound, call)
        elif name in known.triggers:
            self.refused(Conflict, call)
        elif len(known.triggers) == MAX_TRIGGERS:
            self.refused(LimitReached, call)
        else:
            agree(self.run(call), name, is_enabled, details)
            known.triggers[name] = (is_enabled, details)

    @precondition(lambda self: self.triggers())
    @rule(data=st.data(), is_enabled=st.none() | st.booleans(), details=st.none() | DETAILS)
    def update_trigger(
        self,
        data: st.DataObject,
        is_enabled: bool | None,  # noqa: FBT001 - drawn by name
        details: ScheduledDetailsDraft | None,
    ) -> None:
        """Change both, one or nothing of one."""
        namespace_id, name = data.draw(st.sampled_from(self.triggers()))
        changed = {"is_enabled": is_enabled, "scheduled_details": details}
        given: dict[str, Any] = {k: v for k, v in changed.items() if v is not None}
        was_enabled, was_details = self.known[namespace_id].triggers[name]
        now = (was_enabled if is_enabled is None else is_enabled, details or was_details)
        change = TriggerChange(**given)
        agree(self.run(self.client.update_trigger(namespace_id, name, change)), name, *now)
        self.known[namespace_id].triggers[name] = now

    @precondition(lambda self: self.triggers())
    @rule(data=st.data())
    def delete_trigger(self, data: st.DataObject) -> None:
        """Delete one, and find it gone."""
        namespace_id, name = data.draw(st.sampled_from(self.triggers()))
        self.run(self.client.delete_trigger(namespace_id, name))
        del self.known[namespace_id].triggers[name]
        self.refused(NotFound, self.client.get_trigger(namespace_id, name))
        self.refused(NotFound, self.client.delete_trigger(namespace_id, name))
        self.refused(
            NotFound, self.client.update_trigger(namespace_id, name, TriggerChange(is_enabled=True))
        )

    def triggers(self) -> list[tuple[str, str]]:
        """Return namespace id and name of every trigger that must be there."""
        return [(id_, name) for id_, known in self.known.items() for name in known.triggers]

    @rule(namespace_id=namespaces, name=NAMES, expires_in=st.sampled_from([None, "1h", "7d"]))
    def issue_and_rename_and_perhaps_delete_a_key(
        self, namespace_id: str, name: str, expires_in: str | None
    ) -> None:
        """Lead one through its life; those that never expire stay."""
        draft = (
            AccessKeyDraft(name=name)
            if expires_in is None
            else AccessKeyDraft(name=name, expires_in=expires_in)
        )
        call = self.client.create_access_key(namespace_id, draft)
        known = self.known.get(namespace_id)
        if known is None:
            self.refused(NotFound, call)
            return
        if name in known.keys.values():
            self.refused(Conflict, call)
            return
        issued = self.run(call)
        assert issued.secret
        key = issued.access_key
        assert (key.name, key.expires_at is None) == (name, expires_in is None)
        renamed = f"{name} {key.key_id}"
        change = AccessKeyChange(name=renamed)
        again = self.run(self.client.rename_access_key(namespace_id, key.key_id, change))
        assert (again.key_id, again.name, again.expires_at) == (
            key.key_id,
            renamed,
            key.expires_at,
        )
        if expires_in is None:
            known.keys[key.key_id] = renamed
        else:
            self.run(self.client.delete_access_key(namespace_id, key.key_id))

    @invariant()
    def all_lists_agree(self) -> None:
        """See in every list just what must be there, in the order in which it was made."""
        listed = self.run(self.client.list_namespaces())
        assert listed.unreadable == ()
        assert [(n.namespace_id, n.label) for n in listed.items] == [
            (id_, known.label) for id_, known in self.known.items()
        ]
        for id_, known in self.known.items():
            triggers = self.run(self.client.list_triggers(id_)).items
            assert [trigger.name for trigger in triggers] == list(known.triggers)
            for trigger in triggers:
                agree(trigger, trigger.name, *known.triggers[trigger.name])
            keys = self.run(self.client.list_access_keys(id_)).items
            assert {key.key_id: key.name for key in keys} == known.keys


def agree(trigger: Trigger, name: str, is_enabled: object, details: ScheduledDetailsDraft) -> None:
    assert (trigger.name, trigger.is_enabled) == (name, is_enabled)
    assert trigger.scheduled_details == ScheduledDetails(cron=details.cron, body=details.body)


TestAgreement = Agreement.TestCase
TestAgreement.settings = settings(max_examples=20, stateful_step_count=15)
