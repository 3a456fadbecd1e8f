"""The form for a trigger: a new one, or what can change of one."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import UNSET, UnsetType
from textual.widget import Widget
from typing_extensions import override

from fntui.api import operations as op
from fntui.api import paths
from fntui.api.drafts import ScheduledDetailsDraft, TriggerChange, TriggerDraft
from fntui.api.models import ScheduledDetails, Trigger
from fntui.core.health.cron_syntax import readable
from fntui.core.health.schedule import is_cron_of_use
from fntui.core.model.snapshot import TriggerKey
from fntui.core.operations.outcome import Clash
from fntui.core.session import Session
from fntui.json_numbers import is_written_alike
from fntui.ui.forms import body
from fntui.ui.forms.form import Form, Request
from fntui.ui.forms.schedule import CronField, how_often, next_by_cron
from fntui.ui.host import app_of
from fntui.ui.screens.dialogs.clash import ClashDialog
from fntui.ui.text import printable
from fntui.ui.views.lines import Line, line, span
from fntui.ui.views.prose import as_sentence, changes, fact, preview, request_line
from fntui.ui.widgets.fields import Field, JsonArea, Tick
from fntui.ui.widgets.inputs import TextInput


class TriggerForm(Form[Trigger]):
    """Name and function (of a new one), cron, enabled, body."""

    def __init__(
        self, namespace_id: str, base: Trigger | None, functions: Sequence[str] = ()
    ) -> None:
        """Make a trigger, or change one.

        Args:
            namespace_id: Where.
            base: The trigger as it was just read; None: a new one.
            functions: Functions seen on other triggers, to be offered.
        """
        super().__init__(f"Edit trigger {printable(base.name)}" if base else "New trigger")
        self._namespace_id = namespace_id
        self._base = base
        self._functions = functions
        self._name_input = TextInput(id="name")
        self._function = TextInput(suggestions=functions, id="function")
        details = _details(base)
        self._cron = TextInput(details.cron if details else "", id="cron")
        is_enabled = base is None or base.is_enabled is True
        self._enabled = Tick("fires by its cron", value=is_enabled, id="enabled")
        self._body = JsonArea(body.write(details.body if details else None), id="body")
        self._parsed: tuple[str, body.Body | body.BadBodyError] = ("", None)

    # Fields and their hints

    @override
    def fields(self) -> Sequence[Field]:
        identity = () if self._base else (
            Field("Name", self._name_input, self._name_hint),
            Field("Function", self._function, self._function_hint),
        )  # fmt: skip
        return (
            *identity,
            Field("Enabled", self._enabled),
            Field("Cron", self._cron, self._cron_hint),
            Field("Body", self._body, self._body_hint),
        )

    @override
    def values(self) -> tuple[object, ...]:
        return (
            self._name_input.value,
            self._function.value,
            self._cron.value,
            self._enabled.value,
            self._body.text,
        )

    def _name_hint(self) -> Sequence[Line]:
        wrong = self._name_error() if self._name_input.value else ""
        return (
            line(span(wrong, "late") if wrong else span("any text; it can't change later", "dim")),
        )

    def _name_error(self) -> str:
        try:
            paths.build(
                op.GET_TRIGGER, namespace_id=self._namespace_id, trigger_name=self._name_input.value
            )
        except paths.UnsafeName as error:
            return error.message
        return ""

    def _function_hint(self) -> Sequence[Line]:
        form = line(span("package/function, or a function of the default package", "dim"))
        seen = line(span(f"Up and Down, as seen here: {', '.join(self._functions)}", "dim"))
        return (form, seen) if self._functions else (form,)

    def _cron_hint(self) -> Sequence[Line]:
        return self._cron_field().hint(app_of(self).server_now())

    def _cron_field(self) -> CronField:
        details = _details(self._base)
        return CronField(
            text=self._cron.value,
            held=details.cron if details else None,
            is_doubtful=self._is_doubtful(),
        )

    def _is_doubtful(self) -> bool:
        """Return True where the API's next run is not where the cron that it holds puts it."""
        session = app_of(self).session
        if session is None or self._base is None:
            return False
        key = TriggerKey(self._namespace_id, self._base.name)
        view, details = session.store.snapshot.trigger(key), _details(self._base)
        is_readable = details is not None and readable(details.cron) is not None
        return is_readable and view is not None and not is_cron_of_use(view)

    def _body_hint(self) -> Sequence[Line]:
        parsed = self._body_parsed()
        if isinstance(parsed, body.BadBodyError):
            return (line(span(str(parsed), "late")),)
        details = _details(self._base)
        if self._base and (details is None or details.body is UNSET):
            return (
                line(span("The API did not say what the body is: this would replace it.", "late")),
            )
        words = "a JSON object" if parsed is None else body.size(self._body.text)
        return (
            line(span(f"{words}; Tab goes on" if parsed else f"{words}, or empty for none", "dim")),
        )

    def _body_parsed(self) -> body.Body | body.BadBodyError:
        text = self._body.text
        if self._parsed[0] != text:
            details = _details(self._base)
            try:
                self._parsed = (text, body.parse(text, details.body if details else None))
            except body.BadBodyError as error:
                self._parsed = (text, error)
        return self._parsed[1]

    # What is to be sent

    @override
    def error(self) -> tuple[Widget, str] | None:
        if self._base is None:
            if wrong := self._name_error():
                return self._name_input, wrong
            if not self._function.value.strip():
                return self._function, "The function is empty."
        parsed = self._body_parsed()
        if isinstance(parsed, body.BadBodyError):
            return self._body, str(parsed)
        wrong = self._cron_field().problem
        if wrong and (self._base is None or self._changed_details() is not UNSET):
            return self._cron, f"The cron can't be sent: {wrong}"
        return None

    def _details(self) -> ScheduledDetailsDraft:
        parsed = self._body_parsed()
        return ScheduledDetailsDraft(
            cron=self._cron_field().to_send, body=parsed if isinstance(parsed, dict) else None
        )

    def _changed_details(self) -> ScheduledDetailsDraft | UnsetType:
        old, new = _details(self._base), self._details()
        if old is None:
            return new if new.cron or new.body else UNSET
        old_body = None if old.body is UNSET else old.body
        is_same = self._cron_field().is_kept and is_written_alike(old_body, new.body)
        return UNSET if is_same else new

    @override
    def request(self, session: Session) -> Request[Trigger] | str:
        return self._creation() if self._base is None else self._edit(self._base)

    def _creation(self) -> Request[Trigger]:
        draft = TriggerDraft(
            name=self._name_input.value,
            function=self._function.value.strip(),
            is_enabled=self._enabled.value,
            scheduled_details=self._details(),
        )
        namespace_id = self._namespace_id
        name = printable(draft.name)
        return Request(
            title=f"Create {name} in {self.namespace_name(namespace_id)} ({self.where})?",
            lines=preview(
                [
                    fact("name", draft.name),
                    fact("function", draft.function),
                    fact("enabled", "yes" if draft.is_enabled else "no: created paused"),
                    fact("cron", draft.scheduled_details.cron),
                    fact("", how_often(draft.scheduled_details.cron)),
                    fact("next", self._next(draft.scheduled_details.cron)),
                    *body.lines(draft.scheduled_details.body),
                ],
                [request_line(op.CREATE_TRIGGER, namespace_id=namespace_id)],
            ),
            yes="create",
            said=f"Trigger {name} was created.",
            write=lambda operations: operations.create_trigger(namespace_id, draft),
        )

    def _edit(self, base: Trigger, *, overwrite: bool = False) -> Request[Trigger] | str:
        is_enabled = self._enabled.value
        was_enabled = base.is_enabled is True
        details = self._changed_details()
        draft = TriggerChange(
            is_enabled=UNSET if is_enabled == was_enabled else is_enabled,
            scheduled_details=details,
        )
        if draft == TriggerChange():
            return "Nothing was changed, so there is nothing to send."
        key, name = TriggerKey(self._namespace_id, base.name), printable(base.name)
        ids = {"namespace_id": key.namespace_id, "trigger_name": key.name}
        states = {True: "yes", False: "no"}
        toggled = changes(("enabled", states[was_enabled], states[is_enabled]))
        return Request(
            title=f"Save {name} in {self.namespace_name(key.namespace_id)} ({self.where})?",
            lines=preview(
                toggled if is_enabled != was_enabled else [],
                self._details_change(base, details),
                [request_line(op.UPDATE_TRIGGER, **ids)],
            ),
            yes="overwrite" if overwrite else "save",
            said=f"Trigger {name} was saved.",
            write=lambda operations: operations.save_trigger(key, base, draft, overwrite=overwrite),
        )

    def _details_change(self, base: Trigger, new: ScheduledDetailsDraft | UnsetType) -> list[Line]:
        old = _details(base)
        if new is UNSET:
            return []
        if old is None:
            unknown = line(span("Cron and body were unknown until now:", "late"))
            return [unknown, fact("cron", new.cron), *body.lines(new.body)]
        lines = self._cron_field().change(base, app_of(self).server_now(), self._show_time)
        if old.body is UNSET:
            told = "The body is unknown: what the form holds replaces it."
            return [*lines, line(span(told, "late")), *body.lines(new.body)]
        if is_written_alike(old.body, new.body):
            return [*lines, fact("body", "unchanged, sent again as it is")]
        return [*lines, *body.difference(old.body, new.body)]

    def _next(self, text: str) -> str:
        return next_by_cron(text, app_of(self).server_now(), self._show_time)

    def _show_time(self, at: datetime, has_date: bool) -> str:  # noqa: FBT001 - the shape of a callback
        return app_of(self).show_time(at, has_date=has_date)

    # Somebody else's change

    @override
    def clashed(self, clash: Clash) -> None:
        mine = Trigger(
            name=clash.base.name,
            is_enabled=self._enabled.value,
            scheduled_details=ScheduledDetails(cron=self._cron.value, body=self._details().body),
        )

        def chosen(choice: str | None) -> None:
            session = app_of(self).session
            if choice == "theirs":
                self._take(clash.theirs)
            elif choice == "mine" and session is not None:
                request = self._edit(clash.base, overwrite=True)
                if not isinstance(request, str):
                    self.send(session, request)

        app_of(self).push_screen(ClashDialog(clash, mine), chosen)

    def _take(self, theirs: Trigger) -> None:
        """Go on from their version, which is then the base of what is changed."""
        self._base = theirs
        self._parsed = ("", None)  # what may stay is another
        details = _details(theirs)
        self._cron.value = details.cron if details else ""
        self._enabled.value = theirs.is_enabled is True
        self._body.text = body.write(details.body if details else None)
        self._was = self.values()
        self._show_state([line(as_sentence("the form now holds their version"))])


def _details(trigger: Trigger | None) -> ScheduledDetails | None:
    details = trigger.scheduled_details if trigger else None
    return details if isinstance(details, ScheduledDetails) else None
