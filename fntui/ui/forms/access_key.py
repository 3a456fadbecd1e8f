"""The forms for a new access key and for the new name of one."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import UNSET
from textual.widget import Widget
from typing_extensions import override

from fntui.api import operations as op
from fntui.api.drafts import AccessKeyChange, AccessKeyDraft
from fntui.api.models import AccessKey, IssuedAccessKey
from fntui.core.model.snapshot import AccessKeyKey
from fntui.core.operations.outcome import Outcome, Status
from fntui.core.session import Session
from fntui.ui.forms.form import Form, Request
from fntui.ui.host import app_of
from fntui.ui.screens.dialogs.issued_key import IssuedKeyDialog
from fntui.ui.screens.dialogs.orphaned_keys import OrphanedKeys
from fntui.ui.views.lines import Line, line, span
from fntui.ui.views.prose import changes, fact, preview, request_line
from fntui.ui.widgets.fields import Field
from fntui.ui.widgets.inputs import TextInput

CHOICES: Final = ("1h", "24h", "7d", "30d", "90d", "365d", "never")
_EXPIRY: Final = re.compile(r"([1-9][0-9]{0,6})([hd])")


def expires_at(text: str, now: datetime) -> datetime | str | None:
    """Return when a key made ``now`` would expire, None for never, or what is wrong."""
    if text == "never":
        return None
    match = _EXPIRY.fullmatch(text)
    if match is None:
        return "The expiry is a whole number of hours or days, such as 36h or 90d, or never."
    count = int(match[1])
    try:
        return now + (timedelta(hours=count) if match[2] == "h" else timedelta(days=count))
    except OverflowError:
        return "The expiry is later than the year 9999."


class AccessKeyForm(Form[IssuedAccessKey]):
    """Name and expiry; then the secret, once."""

    def __init__(self, namespace_id: str) -> None:
        """Make a key for one namespace."""
        super().__init__("New access key")
        self._namespace_id = namespace_id
        self._name_input = TextInput(id="name")
        self._expiry = TextInput("90d", CHOICES, id="expiry")
        self._expiry.select_on_focus = True  # what is typed takes the place of the suggestion

    @override
    def fields(self) -> Sequence[Field]:
        return (
            Field("Name", self._name_input, lambda: (line(span("says what it is for", "dim")),)),
            Field("Expires in", self._expiry, self._expiry_hint),
        )

    @override
    def values(self) -> tuple[object, ...]:
        return self._name_input.value, self._expiry.value

    def _expiry_hint(self) -> Sequence[Line]:
        choices = line(span(f"Up and Down: {' '.join(CHOICES)}; or any <n>h, <n>d", "dim"))
        return line(self._expiry_words()), choices

    def _expiry_words(self) -> str:
        app = app_of(self)
        moment = expires_at(self._expiry.value.strip(), app.server_now())
        if moment is None:
            return "never expires"
        if isinstance(moment, str):
            return moment
        return f"expires {app.show_time(moment, has_date=True)}"

    @override
    def error(self) -> tuple[Widget, str] | None:
        if not self._name_input.value.strip():
            return self._name_input, "The name is empty."
        moment = expires_at(self._expiry.value.strip(), app_of(self).server_now())
        return (self._expiry, moment) if isinstance(moment, str) else None

    @override
    def request(self, session: Session) -> Request[IssuedAccessKey] | str:
        expiry = self._expiry.value.strip()
        draft = AccessKeyDraft(
            name=self._name_input.value, expires_in=UNSET if expiry == "never" else expiry
        )
        namespace_id = self._namespace_id
        return Request(
            title=f"Create an access key in {self.namespace_name(namespace_id)} ({self.where})?",
            lines=preview(
                [fact("name", draft.name), fact("expiry", self._expiry_words())],
                [line("Its secret is shown once, in the next dialog, and never again.")],
                [request_line(op.CREATE_ACCESS_KEY, namespace_id=namespace_id)],
            ),
            yes="create",
            said="",
            write=lambda operations: operations.create_access_key(namespace_id, draft),
        )

    @override
    def succeeded(self, value: IssuedAccessKey) -> None:
        namespace_id = self._namespace_id
        dialog = IssuedKeyDialog(self.namespace_name(namespace_id), namespace_id, value)
        app_of(self).push_screen(dialog)

    @override
    def failed(self, outcome: Outcome[IssuedAccessKey]) -> None:
        if outcome.found_key_ids or outcome.status is Status.UNKNOWN:
            dialog = OrphanedKeys(self._namespace_id, outcome.found_key_ids)
            app_of(self).push_screen(dialog)


class RenameKeyForm(Form[AccessKey]):
    """A new name."""

    def __init__(self, key: AccessKeyKey, access_key: AccessKey) -> None:
        """Rename one key."""
        super().__init__("Rename access key")
        self._key = key
        self._old = access_key.name if isinstance(access_key.name, str) else ""
        self._name_input = TextInput(self._old, id="name")

    @override
    def fields(self) -> Sequence[Field]:
        hint = line(span(f"key {self._key.key_id}: its id and secret stay as they are", "dim"))
        return (Field("Name", self._name_input, lambda: (hint,)),)

    @override
    def values(self) -> tuple[object, ...]:
        return (self._name_input.value,)

    @override
    def error(self) -> tuple[Widget, str] | None:
        return None if self._name_input.value.strip() else (self._name_input, "The name is empty.")

    @override
    def request(self, session: Session) -> Request[AccessKey] | str:
        draft, key = AccessKeyChange(name=self._name_input.value), self._key
        if draft.name == self._old:
            return "Nothing was changed, so there is nothing to send."
        ids = {"namespace_id": key.namespace_id, "key_id": key.key_id}
        return Request(
            title=f"Rename a key of {self.namespace_name(key.namespace_id)} ({self.where})?",
            lines=preview(
                changes(("name", self._old, draft.name)),
                [request_line(op.RENAME_ACCESS_KEY, **ids)],
            ),
            yes="rename",
            said="The access key was renamed.",
            write=lambda operations: operations.rename_access_key(key, draft),
        )
