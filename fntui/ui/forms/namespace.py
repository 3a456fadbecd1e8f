"""The form for a new namespace."""

from collections.abc import Sequence
from typing import Final

from textual.widget import Widget
from typing_extensions import override

from fntui.api import operations as op
from fntui.api.drafts import NamespaceDraft
from fntui.api.models import Namespace
from fntui.core.session import Session
from fntui.ui.forms.form import Form, Request
from fntui.ui.text import printable
from fntui.ui.views.lines import Line, line, span
from fntui.ui.views.prose import fact, preview, request_line
from fntui.ui.widgets.fields import Field
from fntui.ui.widgets.inputs import TextInput

REGIONS: Final = ("ams3", "blr1", "fra1", "lon1", "nyc1", "nyc3", "sfo3", "sgp1", "syd1", "tor1")
"""Offered, not required: the API has no list, and judges what it is sent."""


class NamespaceForm(Form[Namespace]):
    """Label and region."""

    def __init__(self) -> None:
        """Open empty."""
        super().__init__("New namespace")
        self._label = TextInput(id="label")
        self._region = TextInput(suggestions=REGIONS, id="region")

    @override
    def fields(self) -> Sequence[Field]:
        return (
            Field("Label", self._label, self._label_hint),
            Field("Region", self._region, self._region_hint),
        )

    @override
    def values(self) -> tuple[object, ...]:
        return self._label.value, self._region.value

    def _label_hint(self) -> Sequence[Line]:
        return (line(span("what people call it; unique in the account", "dim")),)

    def _region_hint(self) -> Sequence[Line]:
        return (line(span(f"Up and Down: {' '.join(REGIONS)}; or any other", "dim")),)

    @override
    def error(self) -> tuple[Widget, str] | None:
        for control, what in ((self._label, "label"), (self._region, "region")):
            if not control.value.strip():
                return control, f"The {what} is empty."
        return None

    @override
    def request(self, session: Session) -> Request[Namespace] | str:
        draft = NamespaceDraft(label=self._label.value, region=self._region.value.strip())
        label = printable(draft.label)
        return Request(
            title=f"Create namespace {label} ({self.where})?",
            lines=preview(
                [fact("label", draft.label), fact("region", draft.region)],
                [request_line(op.CREATE_NAMESPACE)],
            ),
            yes="create",
            said=f"Namespace {label} was created.",
            write=lambda operations: operations.create_namespace(draft),
        )
