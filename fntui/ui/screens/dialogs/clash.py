"""Someone else changed the trigger meanwhile: theirs, yours and the base, and what to do."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from typing_extensions import override

from fntui.api.models import ScheduledDetails, Trigger
from fntui.core.health.cron_syntax import without_seconds
from fntui.core.operations.outcome import Clash
from fntui.ui.screens.dialogs.dialog import Dialog
from fntui.ui.text import content, printable_json
from fntui.ui.views.lines import BLANK, Line, line, span

_BODY_MAX: Final = 60  # lines of each version's body


class ClashDialog(Dialog[str]):
    """The result is "mine" to overwrite, "theirs" to go on from theirs, None for neither."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "if_read('take_theirs')", "Take theirs", show=False)
    ]

    def __init__(self, clash: Clash, mine: Trigger) -> None:
        """Show the three versions of one trigger."""
        super().__init__(f"{clash.base.name} was changed meanwhile")
        self._clash = clash
        self._mine = mine

    @override
    def body(self) -> Sequence[Line]:
        intro = line("Someone changed this trigger after you opened it. Nothing was sent.")
        versions = (
            ("yours", self._mine),
            ("theirs", self._clash.theirs),
            ("base", self._clash.base),
        )
        lines: list[Line] = [intro]
        for title, trigger in versions:
            lines += [BLANK, *_version(title, trigger)]
        return lines

    @override
    def choices(self) -> Content:
        cancel = Content("[ Back to the form ]").stylize("reverse")
        return Content.assemble(cancel, content("   t  take theirs   y  overwrite"))

    @override
    def action_confirm(self) -> None:
        self.close("mine")

    def action_take_theirs(self) -> None:
        """Let the form go on from their version."""
        self.close("theirs")


def _version(title: str, trigger: Trigger) -> list[Line]:
    cron, body = "unknown cron", ["unknown body"]
    if isinstance(trigger.scheduled_details, ScheduledDetails):
        details = trigger.scheduled_details
        cron = without_seconds(details.cron)
        body = printable_json(details.body) if isinstance(details.body, dict) else ["no body"]
    state = "paused" if trigger.is_enabled is False else "enabled"
    head = line(span(f"{title:<8}", "title"), cron, span(f"   {state}", "dim"))
    return [head, *(line(f"        {text}") for text in body[:_BODY_MAX])]
