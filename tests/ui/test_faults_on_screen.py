"""Faults of the wire under a person's hands: what is sent, done, said and kept, by the screen.

Without a screen each fault meets each of the 13 operations (``tests/contract/test_faults.py``);
here each meets one of the actions that people have, the gravest meet them all.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from textual.widgets import Input

from fntui.core.model.snapshot import NamespaceKey
from fntui.core.watch.scheduler import Kind, Unit
from fntui.simulator.account.objects import SimulatedNamespace
from fntui.simulator.app import DEMO_TOKEN
from fntui.simulator.checks import Details, TriggerDraft
from fntui.simulator.faults import NAMES, Fault
from fntui.ui.forms.form import Form
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.screens.dialogs.issued_key import IssuedKeyDialog
from fntui.ui.screens.dialogs.orphaned_keys import OrphanedKeys
from fntui.ui.screens.sign_in import SignIn
from fntui.ui.views.prose import UNKNOWN
from fntui.ui.views.selection import KeysBranch, Node
from tests.support.sample import sample
from tests.support.tried import tried
from tests.support.whole import Whole, whole

WAITED_OUT: Final = {"rate-limited", "rate-limited-date"}
"""Faults after which a write may be sent again."""
EVERYWHERE: Final = ("server-error", "lost-answer", "hang")
"""Faults that leave open whether it was done: an answer that says too little, too late, none."""
NOT_DONE: Final = "Could not "
PATIENCE_S: Final = 200
LAYERS_AT_MOST: Final = 20


@dataclass(frozen=True)
class Action:
    """What a person does to a namespace of theirs, its trigger or its key.

    Attributes:
        operation: The operation that the fault strikes.
        names: What must be named when it fails.
        stands_on: Where the cursor is.
        keys: From there to the form, or to the question that comes before the request.
        typed: What is typed in a form, by field.
        is_typed: The question is answered by typing the label, or the end of the key's id.
    """

    operation: str
    names: str
    stands_on: Callable[[Whole, str], Node]
    keys: tuple[str, ...]
    typed: dict[str, str]
    is_typed: bool = False


def _namespace(it: Whole, label: str) -> Node:
    return it.namespace(label)


def _keys(it: Whole, label: str) -> Node:
    return KeysBranch(it.namespace(label).namespace_id)


def _trigger(it: Whole, label: str) -> Node:
    return it.trigger(label, "nightly")


def _key(it: Whole, label: str) -> Node:
    return it.key(label, "ci")


_JOB: Final = {"name": "job", "function": "a/b", "cron": "5 * * * *"}
ACTIONS: Final = (
    Action(
        "create trigger",
        "job",
        _namespace,
        ("n",),
        _JOB,
    ),
    Action("create access key", "fresh", _keys, ("n",), {"name": "fresh"}),
    Action("delete namespace", "space", _namespace, ("D",), {}, is_typed=True),
    Action("update trigger", "nightly", _trigger, ("p",), {}),
    Action("rename access key", "ci", _key, ("e",), {"name": "ci2"}),
    Action("delete trigger", "nightly", _trigger, ("D",), {}),
    Action(
        "create namespace",
        "fresh",
        lambda it, _: it.app.main.selected,
        ("1", "g", "n"),
        {"label": "fresh", "region": "nyc1"},
    ),
    Action("delete access key", "ci", _key, ("D",), {}, is_typed=True),
)


def faults_for(place: int) -> list[str]:
    """Return the faults that an action meets: some meet every action, the others one each."""
    own = [name for i, name in enumerate(NAMES) if i % len(ACTIONS) == place]
    return [*EVERYWHERE, *(name for name in own if name not in EVERYWHERE)]


class Trial:
    """One action of a person, in a namespace made for it."""

    def __init__(self, it: Whole, action: Action, label: str) -> None:
        """Prepare nothing yet."""
        self.it = it
        self.action = action
        self.label = label

    async def prepare(self) -> None:
        """Have someone else make what the action is about, and wait until it is shown."""
        account = self.it.api.account
        namespace = account.add_namespace(self.label, "nyc1")
        details = Details("0 2 * * *", {})
        draft = TriggerDraft("nightly", "a/b", is_enabled=True, details=details)
        account.add_trigger(namespace, draft)
        account.add_key(namespace, "ci", None)
        await self.is_shown_anew()

    async def is_shown_anew(self) -> None:
        """Ask for the namespaces, and for what is in this one, until the screen has the truth."""
        it = self.it
        assert it.app.session is not None
        it.app.session.poller.refresh(Unit(Kind.NAMESPACES))
        await it.until(lambda: shown(it).keys() == truth(it).keys())
        here = [each for each, kept in truth(it).items() if kept[0] == self.label]
        for namespace_id in here:
            it.app.main.reveal(NamespaceKey(namespace_id))
            await it.pilot.pause()
            await it.press("r")
            await it.until(partial(_is_right, it, namespace_id))

    async def ask(self) -> None:
        """Press the keys that lead to the question."""
        it = self.it
        it.app.main.reveal(self.action.stands_on(it, self.label))
        await it.pilot.pause()
        await it.press(*self.action.keys)
        if self.action.typed:
            for name, text in self.action.typed.items():
                it.app.screen.query_one(f"#{name}", Input).value = text
            await it.press("ctrl+o")
        await it.until(lambda: isinstance(it.top(), Confirm), within_s=5)
        await it.pass_time(1)  # what comes sooner was typed ahead

    async def answer(self) -> None:
        """Answer it, and wait until all that comes of that has ended."""
        it = self.it
        typed = self.label
        if self.action.operation == "delete access key":
            typed = it.key(self.label, "ci").key_id[-4:]
        await it.press(*([*typed, "enter"] if self.action.is_typed else "y"))
        await it.pass_time(0.2)
        for _ in range(PATIENCE_S):
            if not it.app.writes_under_way and not list(it.app.workers):
                return
            await it.clock.advance(1)
            await it.pilot.pause()
        raise AssertionError(it.text)

    def said(self) -> str:
        """Return the sentences of form and corner, in one."""
        it = self.it
        form = it.app.screen_stack[1] if len(it.app.screen_stack) > 1 else None
        state = form._state if isinstance(form, Form) else ()
        corner = [each.message for each in it.app._notifications]
        return " ".join([*corner, *(line.text for line in state)])

    async def leave(self) -> None:
        """Go back to the main screen, and to what was before."""
        it = self.it
        it.api.faults.rules.clear()
        for _ in range(LAYERS_AT_MOST):
            if it.top() is it.app.main:
                break
            top = it.app.screen
            if isinstance(top, IssuedKeyDialog):
                top.close()
            elif isinstance(top, SignIn):
                top.query_one(Input).value = DEMO_TOKEN
                await it.press("enter")
            else:
                await it.press("y" if isinstance(top, Confirm) else "escape")
            await it.pass_time(1)
        assert it.top() is it.app.main, it.text
        it.app.clear_notifications()


def _is_right(it: Whole, namespace_id: str) -> bool:
    return bool(shown(it)[namespace_id] == truth(it)[namespace_id])


def truth(it: Whole) -> dict[str, Any]:
    """Return what the server has."""
    return {name: _kept(namespace) for name, namespace in it.api.account.namespaces.items()}


def _kept(namespace: SimulatedNamespace) -> object:
    return (
        namespace.label,
        {name: trigger.is_enabled for name, trigger in namespace.triggers.items()},
        {key.key_id: key.name for key in namespace.keys.values()},
    )


def shown(it: Whole) -> dict[str, Any]:
    """Return the same as the screen's snapshot has it."""
    return {
        name: (
            view.namespace.label,
            {each: known.trigger.is_enabled for each, known in view.triggers.items()},
            {key_id: key.name for key_id, key in view.access_keys.items()},
        )
        for name, view in it.app.main.snapshot.namespaces.items()
    }


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is written of deleted namespaces out of the developer's home."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


@pytest.mark.parametrize(
    "place",
    sample(
        {each.operation: place for place, each in enumerate(ACTIONS)},
        "update trigger",
    ),
)
async def test_an_action_under_faults(place: int) -> None:
    async with whole((80, 24)) as it:
        for number, name in enumerate(faults_for(place)):
            trial = Trial(it, ACTIONS[place], f"space{number}")
            await trial.prepare()
            await trial.ask()
            await try_fault(trial, name)
            await trial.leave()
            await trial.is_shown_anew()
            assert it.app.main.snapshot.reading.problem is None
            tried("screen", name, ACTIONS[place].operation)


async def try_fault(trial: Trial, name: str) -> None:
    it, action = trial.it, trial.action
    before, told, called = truth(it), len(it.api.log), len(it.app.calls)
    it.api.faults.rules.append(Fault(name, operation=action.operation))
    await trial.answer()
    sent = [served for served in list(it.api.log)[told:] if served.method != "GET"]
    assert sent
    assert len(sent) == 1 or name in WAITED_OUT, name
    was_done = truth(it) != before
    assert was_done == any(served.was_carried_out for served in sent)
    said = trial.said()
    is_told_done = not (NOT_DONE in said or UNKNOWN in said)
    assert was_done or not is_told_done, (name, said)
    if not is_told_done:
        explains(trial, said, name, list(it.app.calls)[called:])
        keeps_what_was_typed(it, action)
    if UNKNOWN not in said and action.operation != "create access key":
        assert is_told_done == was_done, (name, said)
    if action.operation == "create access key":
        await no_key_is_left_without_its_secret(trial, was_done=was_done)


def explains(trial: Trial, said: str, name: str, calls: Iterable[Any]) -> None:
    """Check that the object is named, and the request id where the answer had one."""
    sentence = re.search(f"{NOT_DONE}[^.]*", said)
    assert sentence is not None, (name, said)
    assert trial.action.names in sentence[0], (name, said)
    (*_, last) = [call for call in calls if call.operation.words == trial.action.operation]
    assert last.request_id is None or last.request_id in said, (name, said)


def keeps_what_was_typed(it: Whole, action: Action) -> None:
    """Check that the form is there still, and what it holds."""
    if not action.typed:
        return
    form = it.app.screen_stack[1]
    assert isinstance(form, Form)
    fields = {each.id: each.value for each in form.query(Input)}
    assert {name: fields[name] for name in action.typed} == action.typed


async def no_key_is_left_without_its_secret(trial: Trial, *, was_done: bool) -> None:
    """Check that a key is shown with its secret, or offered for deletion, or was not made."""
    it = trial.it
    keys = it.api.account.namespace(it.namespace(trial.label).namespace_id).keys
    found = [key.key_id for key in keys.values() if key.name == "fresh"]
    if not was_done:
        assert found == []
        return
    if isinstance(it.top(), IssuedKeyDialog):
        return
    assert isinstance(it.top(), OrphanedKeys)
    assert found[0] in it.text
    it.api.faults.rules.clear()
    await it.pass_time(1)
    await it.press("y")
    await it.until(lambda: not it.app.writes_under_way)
    assert found[0] not in keys
