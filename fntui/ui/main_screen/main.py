"""The main screen: an action for each command."""

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import NamespaceKey
from fntui.core.watch.targets import Kind, Unit
from fntui.ui.host import waiting
from fntui.ui.keymap import COMMANDS, EVERYWHERE, bindings, of_the_app
from fntui.ui.main_screen.navigation import Looking
from fntui.ui.views import export
from fntui.ui.views.detail.page import Tab, tabs_of
from fntui.ui.views.parts import PINNED
from fntui.ui.views.prose import as_sentence
from fntui.ui.views.selection import name_of, namespace_of

if TYPE_CHECKING:
    from fntui.core.session import Session
    from fntui.ui.main_screen.commands import Verbs


class MainScreen(Looking, inherit_bindings=False):
    """Everything that can be done from the tree and the board."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings((c for c in COMMANDS if c.id not in EVERYWHERE), has_priority=True),
        *of_the_app(*EVERYWHERE),
    ]

    @cached_property
    def verbs(self) -> "Verbs":
        """What opens layers, dialogs and forms."""
        from fntui.ui.main_screen.commands import Verbs  # noqa: PLC0415 - all of them: not before the first paint

        return Verbs(self)

    def on_screen_resume(self) -> None:
        """Let go of what was drawn of the layer that closed."""
        self.fntui.forget_lines()

    # Reading

    def action_refresh(self) -> None:
        """Read the namespace of the target again now; at the top, everything."""
        if self._session is not None and self._has_token():
            namespace_id = namespace_of(self.target)
            if namespace_id is None:
                self._read_all(self._session)
            else:
                reading = self._read_namespace(self._session, namespace_id)
                self.run_worker(reading, group="namespace", exclusive=True)
            self.fntui.say(f"Reading {name_of(self.snapshot, self.target)} again.")

    async def _read_namespace(self, session: "Session", namespace_id: str) -> None:
        """Read a namespace, and for its facts also what the watch does not: itself."""
        name = name_of(self.snapshot, NamespaceKey(namespace_id))
        units = [Unit(kind, namespace_id) for kind in (Kind.TRIGGERS, Kind.ACCESS_KEYS)]
        with waiting(self.fntui, f"read {name} again"):
            problem, *_ = await asyncio.gather(
                session.operations.read_namespace(namespace_id),
                *(session.poller.read_now(unit) for unit in units),
            )
        self.redraw()  # how new it is now, even where nothing is
        if problem is not None and problem.kind is not ProblemKind.TOKEN_REFUSED:
            self.fntui.say(f"{as_sentence(problem.sentence)} {problem.advice}".strip(), "warning")

    def action_refresh_all(self) -> None:
        """Read everything again now."""
        if self._session is not None and self._has_token():
            self._read_all(self._session)
            self.fntui.say("Reading everything again.")

    def _read_all(self, session: "Session") -> None:
        async def read() -> None:
            with waiting(self.fntui, "read everything again"):
                await session.poller.read_now()
            self.redraw()

        self.run_worker(read(), group="all", exclusive=True)

    def action_pin(self) -> None:
        """Have the namespace of the target read as often as in a small account, or no longer."""
        namespace_id = namespace_of(self.target)
        if self._session is None:
            self.fntui.say("Not signed in: nothing can be pinned.")
            return
        if namespace_id not in self.snapshot.namespaces:
            self.fntui.say("Select a namespace to pin: it is then read as in a small account.")
            return
        is_pinned = namespace_id not in self.snapshot.pinned
        self._session.poller.pin(namespace_id, is_pinned=is_pinned)
        name = name_of(self.snapshot, NamespaceKey(namespace_id))
        told = f"is pinned: {PINNED}." if is_pinned else "is no longer pinned."
        self.fntui.say(f"{name} {told}")

    def _has_token(self) -> bool:
        """Return True if the API takes the token, as far as is known; else ask for another."""
        if self.snapshot.is_token_refused:
            self.fntui.ask_for_new_token()
        return not self.snapshot.is_token_refused

    def action_raw(self) -> None:
        """Show the object's JSON."""
        self.reveal(self.target)
        if Tab.JSON in tabs_of(self.selected):
            self.show_tab(Tab.JSON)

    def action_log(self) -> None:
        """Show requests and own actions."""
        self.verbs.log()

    def action_radar(self) -> None:
        """Show when all triggers fire next, on one axis."""
        self.verbs.radar()

    def action_acknowledge(self) -> None:
        """Take note of trouble with the marked triggers, or with what the cursor stands on."""
        self.verbs.acknowledge()

    # Copying

    def action_copy(self) -> None:
        """Copy the id or name of the target."""
        text = export.as_id(self.target)
        if text:
            self.fntui.copy(text, text)
        else:
            self.fntui.say("Nothing to copy here: select a namespace, trigger or access key.")

    def action_copy_as(self) -> None:
        """Ask in which form to copy the target."""
        self.verbs.copy_as()

    def action_trigger_now(self) -> None:
        """Show and copy the line that runs the trigger's function now; the API has no such call."""
        self.verbs.trigger_now()

    # Changing

    def action_new(self) -> None:
        """Make a namespace, trigger or access key, by where the cursor stands."""
        self.verbs.new()

    def action_edit(self) -> None:
        """Edit the trigger, rename the access key."""
        self.verbs.edit()

    def action_pause(self) -> None:
        """Pause or resume the marked triggers, or the one under the cursor."""
        self.verbs.pause()

    def action_delete(self) -> None:
        """Delete the marked triggers, or what the cursor stands on."""
        self.verbs.delete()

    def action_undo(self) -> None:
        """Undo the last change, after showing the request."""
        self.verbs.undo()

    # The program

    def action_help(self) -> None:
        """Show all keys."""
        self.verbs.help()

    def action_palette(self) -> None:
        """Run a command, or go to an object, by its name."""
        self.verbs.palette()

    def action_profile(self) -> None:
        """Switch to another account."""
        self.verbs.profile()

    def action_quit(self) -> None:
        """Quit; ask first while a write is under way."""
        if self.fntui.writes_under_way:
            self.verbs.ask_whether_to_quit()
        else:
            self.fntui.exit()
