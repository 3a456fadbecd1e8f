"""A key may exist whose secret nobody has: said plainly, with the offer to delete it."""

from collections.abc import Sequence

from typing_extensions import override

from fntui.core.model.snapshot import AccessKeyKey
from fntui.core.operations.outcome import Outcome, Status
from fntui.ui.host import app_of
from fntui.ui.screens.dialogs.dialog import Dialog
from fntui.ui.views.lines import BLANK, Line, line, span
from fntui.ui.views.prose import why_not


class OrphanedKeys(Dialog[None]):
    """After a creation whose answer was lost."""

    def __init__(self, namespace_id: str, key_ids: Sequence[str]) -> None:
        """Tell of the keys that appeared, if any were found."""
        super().__init__("A key may exist whose secret is lost", "delete" if key_ids else "")
        self._namespace_id = namespace_id
        self._key_ids = key_ids

    @override
    def body(self) -> Sequence[Line]:
        lost = (
            "The request was sent, but its answer did not arrive, and with it the secret, "
            "which the API tells once."
        )
        if not self._key_ids:
            look = (
                "Whether a key was made is not known: look at the list (R) before you make another."
            )
            return line(lost), BLANK, line(look)
        found = [line(span(f"  {key_id}", "accent")) for key_id in self._key_ids]
        return (
            line(lost),
            BLANK,
            line("These keys appeared since, and are of no use to anyone who lacks their secret:"),
            *found,
            BLANK,
            line("If someone else made one just now, it is theirs: then cancel."),
        )

    @override
    def action_confirm(self) -> None:
        app = app_of(self)
        if not self._key_ids or app.session is None:
            return
        operations = app.session.operations
        for key_id in self._key_ids:

            def told(outcome: Outcome[None], key_id: str = key_id) -> None:
                if outcome.status is Status.DONE:
                    app.say(f"Access key {key_id} was deleted.")
                else:
                    app.say(why_not(outcome), "error")

            deletion = operations.delete_access_key(AccessKeyKey(self._namespace_id, key_id))
            app.send(f"delete access key {key_id}", deletion, told)
        self.close()
