"""Deleting a namespace: read what is in it, ask, keep a file of it, and only then send."""

from asyncio import to_thread
from functools import partial
from typing import TYPE_CHECKING, Final

from fntui.api.models import ScheduledDetails, Trigger
from fntui.core.model.snapshot import NamespaceKey, NamespaceView, TriggerKey
from fntui.core.operations.outcome import Outcome, Status
from fntui.core.session import Session
from fntui.ui.actions.backup import Kept, folder, keep
from fntui.ui.host import is_same, waiting
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.screens.dialogs.delete_namespace import DeleteNamespace
from fntui.ui.text import printable
from fntui.ui.views.lines import line
from fntui.ui.views.prose import as_sentence, why_not
from fntui.ui.views.selection import name_of

if TYPE_CHECKING:
    from fntui.ui.host import Host

_SINGLE_READS_MAX: Final = 50  # a list that leaves bodies out costs a request each


def delete_namespace(app: "Host", session: Session, namespace_id: str) -> None:
    """Read the namespace, then ask; unless something else was opened meanwhile."""
    name = printable(name_of(session.store.snapshot, NamespaceKey(namespace_id)))
    screen = app.screen

    async def read_and_ask() -> None:
        with waiting(app, f"read what is in {name}"):
            await _read(session, namespace_id)
        view = session.store.snapshot.namespaces.get(namespace_id)
        if view is None:
            app.say(f"{name} is gone already.")
        elif app.screen is not screen or app.session is not session:
            app.say(f"{name} was read; press D on it again to delete it.")
        else:
            show_time = partial(app.show_time, has_date=True)
            kept_in = "" if session.is_demo else str(folder())
            question = DeleteNamespace(view, session.profile.name, show_time, kept_in=kept_in)
            app.push_screen(question, partial(_answered, app, session, view))

    app.run_worker(read_and_ask(), group="delete", exclusive=True)


async def _read(session: Session, namespace_id: str) -> None:
    operations = session.operations
    await operations.read_triggers(namespace_id)
    await operations.read_access_keys(namespace_id)
    view = session.store.snapshot.namespaces.get(namespace_id)
    known = [view_of.trigger for view_of in view.triggers.values()] if view else []
    bare = [trigger.name for trigger in known if not _is_whole(trigger)]
    for name in bare[:_SINGLE_READS_MAX]:
        await operations.read_trigger(TriggerKey(namespace_id, name))


def _is_whole(trigger: Trigger) -> bool:
    details = trigger.scheduled_details
    return isinstance(details, ScheduledDetails) and (
        details.body is None or isinstance(details.body, dict)
    )


def _answered(
    app: "Host",
    session: Session,
    view: NamespaceView,
    is_sure: bool | None,  # noqa: FBT001 - the shape of a callback
) -> None:
    if not is_sure or not is_same(app, session):
        return

    if session.is_demo:  # it keeps no files, and nothing of it is real
        _send(app, session, view)
        return

    async def keep_and_send() -> None:
        try:
            with waiting(app, "write the file of what is in the namespace"):
                kept = await to_thread(keep, view, app.server_now())
        except OSError as error:
            _ask_without_file(app, session, view, str(error.strerror))
        else:
            app.say(_kept_words(kept))
            _send(app, session, view)

    app.run_worker(keep_and_send(), group="keepsake")


def _kept_words(kept: Kept) -> str:
    others = kept.number - 1
    files, verb = ("1 file", "is") if others == 1 else (f"{others} files", "are")
    more = f" {files} of earlier deletions {verb} in that folder, too." if others > 0 else ""
    return f"Kept what was readable in {kept.path}.{more}"


def _ask_without_file(app: "Host", session: Session, view: NamespaceView, reason: str) -> None:
    def answered(is_sure: bool | None) -> None:  # noqa: FBT001 - the shape of a callback
        if is_sure and is_same(app, session):
            _send(app, session, view)

    lines = [
        line(f"The file of what is in the namespace could not be written: {reason}."),
        line("Nothing was deleted so far."),
    ]
    app.push_screen(Confirm("Delete without keeping a file?", lines), answered)


def _send(app: "Host", session: Session, view: NamespaceView) -> None:
    namespace_id = view.namespace.namespace_id
    name = printable(name_of(session.store.snapshot, NamespaceKey(namespace_id)))

    def told(outcome: Outcome[None]) -> None:
        if outcome.status is Status.DONE:
            app.say(f"Namespace {name} was deleted. {as_sentence(outcome.note)}".strip())
        else:
            app.say(why_not(outcome), "error")

    app.send(f"delete namespace {name}", session.operations.delete_namespace(namespace_id), told)
