"""What the user can change, from the key on the main screen to the words about how it ended.

Each takes the object as it was when the key was pressed. Nothing here waits on the screen's own
task: what has to be read first is read beside it, and every key goes on working.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Final

from fntui.api import operations as op
from fntui.api.models import Namespace, Trigger
from fntui.api.patience import is_out_of_patience
from fntui.core.model.problem import Problem
from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, TriggerKey
from fntui.core.operations.operations import Operations
from fntui.core.operations.outcome import Outcome, Status
from fntui.core.session import Session
from fntui.printable import shortened
from fntui.ui.actions.delete_namespace import delete_namespace
from fntui.ui.forms.access_key import AccessKeyForm, RenameKeyForm
from fntui.ui.forms.namespace import NamespaceForm
from fntui.ui.forms.trigger import TriggerForm
from fntui.ui.host import is_same, waiting
from fntui.ui.screens.dialogs.confirm import Confirm, end_of
from fntui.ui.text import printable
from fntui.ui.views.lines import line
from fntui.ui.views.prose import as_sentence, changes, fact, preview, request_line, told, why_not
from fntui.ui.views.selection import name_of

if TYPE_CHECKING:
    from fntui.ui.host import Host

_FAILURES_MAX: Final = 2  # told one by one: what is in the corner must fit there

Write = Coroutine[Any, Any, Outcome[Any]]


def writable(app: "Host", *namespace_ids: str) -> Session | None:
    """Return the session if these namespaces may be changed; else say why not."""
    session = app.session
    if session is None:
        app.say("Not signed in: nothing can be changed.")
        return None
    if session.is_read_only:
        app.say("Read-only: this session changes nothing.")
        return None
    snapshot = session.store.snapshot
    views = [snapshot.namespaces.get(each) for each in namespace_ids]
    locked = [
        shortened(printable(name_of(snapshot, NamespaceKey(view.namespace.namespace_id))), 30)
        for view in views
        if view and view.namespace.is_locked
    ]
    if locked:
        app.say(f"{locked[0]} belongs to App Platform: it can't be changed from here.")
        return None
    return session


def new_namespace(app: "Host") -> None:
    """Open the form for a namespace."""

    def made(namespace: Namespace | None) -> None:
        if namespace is not None:
            app.go_to(NamespaceKey(namespace.namespace_id))

    if writable(app):
        app.push_screen(NamespaceForm(), made)


def new_trigger(app: "Host", namespace_id: str) -> None:
    """Open the form for a trigger."""
    session = writable(app, namespace_id)

    def made(trigger: Trigger | None) -> None:
        if trigger is not None:
            app.go_to(TriggerKey(namespace_id, trigger.name))

    if session:
        form = TriggerForm(namespace_id, None, functions_of(session, namespace_id))
        app.push_screen(form, made)


def functions_of(session: Session, namespace_id: str) -> list[str]:
    """Return the functions of the namespace's triggers: the API can't list functions."""
    view = session.store.snapshot.namespaces.get(namespace_id)
    found = [known.trigger.function for known in view.triggers.values()] if view else []
    return sorted({name for name in found if isinstance(name, str) and name})


def new_access_key(app: "Host", namespace_id: str) -> None:
    """Open the form for an access key."""
    if writable(app, namespace_id):
        app.push_screen(AccessKeyForm(namespace_id))


def edit_trigger(app: "Host", key: TriggerKey) -> None:
    """Read the trigger afresh, then open its form, unless something else was opened meanwhile."""
    session = writable(app, key.namespace_id)
    if session is None:
        return
    name, screen = printable(key.name), app.screen

    def was_read(found: Trigger | Problem) -> None:
        if isinstance(found, Problem):
            app.say(told(found), "error")
        elif app.screen is not screen or app.session is not session:
            app.say(f"{name} was read; press e on it again to edit it.")
        else:
            app.push_screen(TriggerForm(key.namespace_id, found))

    async def read() -> None:
        with waiting(app, f"read {name}"):
            found = await session.operations.read_trigger(key)
        was_read(found)

    app.run_worker(read(), group="edit", exclusive=True)


def rename_key(app: "Host", key: AccessKeyKey) -> None:
    """Open the form for an access key's new name."""
    session = writable(app, key.namespace_id)
    access_key = session.store.snapshot.access_key(key) if session else None
    if access_key is not None:
        app.push_screen(RenameKeyForm(key, access_key))


def pause(app: "Host", keys: Sequence[TriggerKey]) -> None:
    """Pause triggers, or resume them if all are paused, after asking."""
    session = writable(app, *(key.namespace_id for key in keys))
    if session is None:
        return
    snapshot = session.store.snapshot
    known = {key: view.trigger for key in keys if (view := snapshot.trigger(key))}
    is_resume = all(trigger.is_enabled is False for trigger in known.values())
    todo = [key for key, trigger in known.items() if trigger.is_enabled is not is_resume]
    if not todo:
        app.say("These triggers are gone.")
        return
    verb, past, before, after = (
        ("resume", "Resumed", "paused", "enabled")
        if is_resume
        else ("pause", "Paused", "enabled", "paused")
    )
    requests = [
        request_line(op.UPDATE_TRIGGER, namespace_id=key.namespace_id, trigger_name=key.name)
        for key in todo
    ]
    lines = preview(changes(*((each, before, after) for each in _places(session, todo))), requests)
    title = f"{verb.capitalize()} {_counted(session, todo)} ({session.profile.name})?"
    writes = [_toggle(key, is_enabled=is_resume) for key in todo]
    _ask(app, session, Confirm(title, lines, yes=verb), list(zip(todo, writes, strict=True)), past)


def _toggle(key: TriggerKey, *, is_enabled: bool) -> Callable[[Operations], Write]:
    return lambda operations: operations.set_enabled(key, is_enabled)


def _removal(key: TriggerKey | AccessKeyKey) -> Callable[[Operations], Write]:
    if isinstance(key, TriggerKey):
        return lambda operations: operations.delete_trigger(key)
    return lambda operations: operations.delete_access_key(key)


def delete(app: "Host", keys: Sequence[NamespaceKey | TriggerKey | AccessKeyKey]) -> None:
    """Delete one namespace, one access key, or triggers, after asking as befits what is lost."""
    session = writable(app, *(key.namespace_id for key in keys))
    if session is None:
        return
    triggers = [key for key in keys if isinstance(key, TriggerKey)]
    if triggers and len(triggers) == len(keys):
        _delete_triggers(app, session, triggers)
    elif len(keys) != 1:
        app.say("Only triggers can be deleted together: unmark the others.")
    elif isinstance(keys[0], AccessKeyKey):
        _delete_key(app, session, keys[0])
    else:
        delete_namespace(app, session, keys[0].namespace_id)


def _delete_triggers(app: "Host", session: Session, keys: Sequence[TriggerKey]) -> None:
    runs, them = ("its runs", "it") if len(keys) == 1 else ("their runs", "them")
    lines = preview(
        [line(place) for place in _places(session, keys)],
        [line(f"This ends {runs} at once. u creates {them} again.")],
        [
            request_line(op.DELETE_TRIGGER, namespace_id=key.namespace_id, trigger_name=key.name)
            for key in keys
        ],
    )
    title = f"Delete {_counted(session, keys)} ({session.profile.name})?"
    _ask(app, session, Confirm(title, lines), [(key, _removal(key)) for key in keys], "Deleted")


def _delete_key(app: "Host", session: Session, key: AccessKeyKey) -> None:
    access_key = session.store.snapshot.access_key(key)
    name = name_of(session.store.snapshot, key)
    where = name_of(session.store.snapshot, NamespaceKey(key.namespace_id))
    own = "DigitalOcean's own tooling made it and may rely on it."
    lines = preview(
        [fact("name", name), fact("id", key.key_id), fact("namespace", where)],
        [line("Whoever uses it is shut out at once. It can't be brought back.")],
        [line(own)] if access_key and access_key.is_vendors_own else [],
        [request_line(op.DELETE_ACCESS_KEY, namespace_id=key.namespace_id, key_id=key.key_id)],
    )
    title = f"Delete access key {name} ({session.profile.name})?"
    _ask(
        app,
        session,
        Confirm(title, lines, typed=end_of(key.key_id)),
        [(key, _removal(key))],
        "Deleted",
    )


def _places(session: Session, keys: Sequence[TriggerKey]) -> list[str]:
    snapshot = session.store.snapshot
    return [f"{key.name} in {name_of(snapshot, NamespaceKey(key.namespace_id))}" for key in keys]


def _counted(session: Session, keys: Sequence[TriggerKey]) -> str:
    return _places(session, keys)[0] if len(keys) == 1 else f"{len(keys)} triggers"


def _ask(
    app: "Host",
    session: Session,
    question: Confirm,
    writes: Sequence[tuple[TriggerKey | AccessKeyKey, Callable[[Operations], Write]]],
    past: str,
) -> None:
    """Once confirmed, carry the writes out one after another, and tell of all at once."""
    snapshot = session.store.snapshot
    names = [printable(name_of(snapshot, key)) for key, _ in writes]

    async def run() -> list[Outcome[Any]]:
        outcomes: list[Outcome[Any]] = []
        with session.journal.as_one():
            for _, write in writes:
                if not is_out_of_patience():
                    outcomes.append(await write(session.operations))
        return outcomes

    def ended(outcomes: list[Outcome[Any]]) -> None:
        tell_all(app, past, names, outcomes)

    def answered(is_sure: bool | None) -> None:  # noqa: FBT001 - the shape of a callback
        if is_sure and is_same(app, session):
            app.send(question.deed, run(), ended)

    app.push_screen(question, answered)


def tell_all(
    app: "Host", past: str, names: Sequence[str], outcomes: Sequence[Outcome[Any]]
) -> None:
    """Say how writes ended, of which the last may not have been sent."""
    failed = [why_not(outcome) for outcome in outcomes if outcome.status is not Status.DONE]
    if len(names) == 1 and failed:
        app.say(failed[0], "error")
        return
    done, unsent = len(outcomes) - len(failed), len(names) - len(outcomes)
    rest = [f"Stopped: {unsent} not sent."] if unsent else []
    if failed:
        more = len(failed) - _FAILURES_MAX
        told_of = [*failed[:_FAILURES_MAX], *([f"{more} more failed."] if more > 0 else [])]
        app.say(" ".join([f"{past} {done} of {len(names)}.", *rest, *told_of]), "error")
    else:
        what = names[0] if len(names) == 1 else f"{done} of {len(names)}"
        notes = [as_sentence(outcome.note) for outcome in outcomes if outcome.note]
        app.say(" ".join([f"{past} {what}.", *rest, *notes]))
