"""Acknowledging trouble: the question, and what is said about the answer.

Nothing of this goes to the API.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from fntui.core.health.acknowledgements import (
    HOUR,
    AlarmKey,
    acknowledgement_words,
    hushed,
    in_force,
    term,
)
from fntui.core.health.summary import is_in_trouble
from fntui.core.health.wording import shown_verdict, state_words
from fntui.core.model.events import Acknowledged
from fntui.core.model.snapshot import (
    AccessKeyKey,
    Acknowledgement,
    NamespaceKey,
    Snapshot,
    TriggerKey,
)
from fntui.core.session import Session
from fntui.printable import shortened
from fntui.ui.screens.choose import Choose, Option
from fntui.ui.text import printable
from fntui.ui.views.selection import Node, name_of

if TYPE_CHECKING:
    from fntui.ui.host import Host

_LONGEST: Final = 40
_SELECT: Final = (
    "Select a trigger with a problem, or an access key that expires soon: a acknowledges it."
)


def acknowledge(app: "Host", nodes: Sequence[Node]) -> None:
    """Ask for how long to be silent about what is wrong with ``nodes``; say so if nothing is."""
    session = app.session
    if session is None:
        app.say("Not signed in: nothing can be acknowledged.")
        return
    snapshot, now = session.store.snapshot, session.server_now()
    known = hushed(snapshot, now)
    able = [node for node in nodes if isinstance(node, (TriggerKey, AccessKeyKey))]
    keys = [key for key in able if key in known or is_in_trouble(snapshot, key, now)]
    if not keys:
        app.say(_why_not(snapshot, able, now))
        return

    def chosen(option: str | None) -> None:
        if option is not None:
            _apply(app, session, keys, option)

    title = f"Acknowledge {_counted(snapshot, keys)}"
    app.push_screen(Choose(title, _options(app, snapshot, keys, now)), chosen)


def _why_not(snapshot: Snapshot, able: Sequence[AlarmKey], now: datetime) -> str:
    if len(able) > 1:
        return "None of the marked triggers has a problem: there is nothing to acknowledge."
    if not able:
        return _SELECT
    (key,) = able
    how = "is not about to expire"
    if isinstance(key, TriggerKey):
        how = f"is {_state_words(snapshot, key, now)}"
    return f"{_named(snapshot, key)} {how}: there is nothing to acknowledge."


def _state_words(snapshot: Snapshot, key: TriggerKey, now: datetime) -> str:
    view, namespace = snapshot.trigger(key), snapshot.namespaces.get(key.namespace_id)
    if view is None or namespace is None:
        return "gone"
    return state_words(shown_verdict(view, namespace.triggers_reading, now))


def _counted(snapshot: Snapshot, keys: Sequence[AlarmKey]) -> str:
    if len(keys) > 1:
        return f"{len(keys)} triggers"
    where = _named(snapshot, NamespaceKey(keys[0].namespace_id))
    return f"{_named(snapshot, keys[0])} in {where}"


def _named(snapshot: Snapshot, node: Node) -> str:
    return shortened(printable(name_of(snapshot, node)), _LONGEST)


def _options(
    app: "Host", snapshot: Snapshot, keys: Sequence[AlarmKey], now: datetime
) -> list[Option]:
    options = [
        ("h", "1 h", f"until {app.show_time(now + HOUR)}; then it counts again"),
        ("r", "until its next run", "what is missed after that rings"),
        ("g", "for good", "until it is taken back"),
    ]
    if not all(isinstance(key, TriggerKey) for key in keys):
        options.pop(1)
    kept = [found for key in keys if (found := in_force(snapshot, key, now))]
    if kept:
        about = f"{len(kept)} of {len(keys)} are acknowledged"
        if len(keys) == 1:
            about = acknowledgement_words(kept[0], now, app.show_time)
        options.append(("t", "take back", about))
    return options


def _acknowledgement(option: str, now: datetime) -> Acknowledgement | None:
    """Return what a choice means from ``now`` on; None: it is taken back."""
    match option:
        case "h":
            return Acknowledgement(acknowledged_at=now, ends_at=now + HOUR)
        case "r":
            return Acknowledgement(acknowledged_at=now, ends_with_run=True)
        case "g":
            return Acknowledgement(acknowledged_at=now)
        case _:
            return None


def _apply(app: "Host", session: Session, keys: Sequence[AlarmKey], option: str) -> None:
    now = session.server_now()
    kept = _acknowledgement(option, now)
    session.store.apply(*(Acknowledged(at=now, key=key, acknowledgement=kept) for key in keys))
    how = f"acknowledged {term(kept)}" if kept else "no longer acknowledged"
    is_one = len(keys) == 1
    app.say(f"{_counted(session.store.snapshot, keys)} {'is' if is_one else 'are'} {how}.")
