"""Undoing the newest change, or the changes of one dialog together."""

from typing import TYPE_CHECKING, Any, Final

from fntui.api.patience import is_out_of_patience
from fntui.core.operations.outcome import Outcome, Status
from fntui.core.session import Session
from fntui.printable import shortened
from fntui.ui.actions.changes import tell_all, writable
from fntui.ui.actions.undo_preview import done_words, skipped_words, undo_lines, undo_words
from fntui.ui.host import is_same
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.text import printable
from fntui.ui.views.prose import as_sentence, why_not

if TYPE_CHECKING:
    from fntui.core.operations.journal import Offer
    from fntui.ui.host import Host

_TITLE_MAX: Final = 60  # characters of the words and of the profile's name


def undo(app: "Host") -> None:
    """Undo the newest changes that can be, after showing what that does."""
    session = writable(app)
    if session is None:
        return
    offer = session.journal.offer
    if not offer.entries:
        app.say(_nothing(session, offer))
    elif offer.is_under_way:
        app.say(f"It is not known yet how this ends: {undo_words(offer.entries)}.")
    else:
        _ask(app, session, offer)


def _nothing(session: Session, offer: "Offer") -> str:
    if offer.skipped:
        return " ".join(skipped_words(offer.skipped))
    return (
        "Everything was undone already." if session.journal.entries else "Nothing was changed yet."
    )


def _ask(app: "Host", session: Session, offer: "Offer") -> None:
    entries, profile = offer.entries, printable(session.profile.name)
    words = shortened(printable(done_words(entries)), max(20, _TITLE_MAX - len(profile)))
    question = Confirm(
        f"Undo: {words} ({profile})?", undo_lines(offer, session.store.snapshot), yes="undo"
    )

    async def run() -> list[Outcome[Any]]:
        undoing = session.operations.undo
        return [await undoing(entry) for entry in entries if not is_out_of_patience()]

    def answered(is_sure: bool | None) -> None:  # noqa: FBT001 - the shape of a callback
        if is_sure and is_same(app, session):
            app.send(undo_words(entries), run(), lambda outcomes: _tell(app, offer, outcomes))

    app.push_screen(question, answered)


def _tell(app: "Host", offer: "Offer", outcomes: list[Outcome[Any]]) -> None:
    if len(offer.entries) > 1:
        tell_all(app, "Undone", [entry.words for entry in offer.entries], outcomes)
    elif outcomes[0].status is Status.DONE:
        app.say(f"Undone. {as_sentence(outcomes[0].note)}".strip())
    else:
        app.say(f"Not undone: {why_not(outcomes[0])}", "error")
