"""The main screen's verbs: what its keys do to what the cursor stands on."""

import asyncio
from collections.abc import Hashable
from typing import ClassVar, cast

from textual.binding import BindingType

from fntui.api.paths import UnsafeName
from fntui.core.planner import Kind, Unit
from fntui.core.ports import Profile
from fntui.core.problems import ProblemKind
from fntui.core.session import Session
from fntui.core.snapshot import AccessKeyKey, NamespaceKey, TriggerKey
from fntui.ui import actions
from fntui.ui.acknowledging import acknowledge
from fntui.ui.commands import COMMANDS, Command, bindings
from fntui.ui.host import waiting
from fntui.ui.screens.choose import Choose
from fntui.ui.screens.confirm import Confirm
from fntui.ui.screens.help import Help
from fntui.ui.screens.layer import EVERYWHERE, of_the_app
from fntui.ui.screens.log import LogScreen
from fntui.ui.screens.looking import Looking
from fntui.ui.screens.palette import Palette
from fntui.ui.screens.profiles import Profiles
from fntui.ui.screens.radar import RadarScreen
from fntui.ui.screens.show_text import ShowText
from fntui.ui.views import copies
from fntui.ui.views.detail import Tab, tabs_of
from fntui.ui.views.facts import PINNED
from fntui.ui.views.lines import line
from fntui.ui.views.nodes import KeysBranch, Node, name_of, namespace_of
from fntui.ui.views.telling import sentence


class MainScreen(Looking, inherit_bindings=False):
    """Everything that can be done from the tree and the board."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings((c for c in COMMANDS if c.id not in EVERYWHERE), has_priority=True),
        *of_the_app(*EVERYWHERE),
    ]

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

    async def _read_namespace(self, session: Session, namespace_id: str) -> None:
        """Read a namespace, and for its facts also what the watch does not: itself."""
        name = name_of(self.snapshot, NamespaceKey(namespace_id))
        units = [Unit(kind, namespace_id) for kind in (Kind.TRIGGERS, Kind.ACCESS_KEYS)]
        with waiting(self.fntui, f"read {name} again"):
            problem, *_ = await asyncio.gather(
                session.operations.read_namespace(namespace_id),
                *(session.poller.read_now(unit) for unit in units),
            )
        if problem is not None and problem.kind is not ProblemKind.TOKEN_REFUSED:
            self.fntui.say(f"{sentence(problem.sentence)} {problem.advice}".strip(), "warning")

    def action_refresh_all(self) -> None:
        """Read everything again now."""
        if self._session is not None and self._has_token():
            self._read_all(self._session)
            self.fntui.say("Reading everything again.")

    def _read_all(self, session: Session) -> None:
        async def read() -> None:
            with waiting(self.fntui, "read everything again"):
                await session.poller.read_now()

        self.run_worker(read(), group="all", exclusive=True)

    def action_pin(self) -> None:
        """Have the namespace of the target read as often as in a small account, or no longer."""
        namespace_id = namespace_of(self.target)
        if namespace_id not in self.snapshot.namespaces or self._session is None:
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
        self.fntui.push_screen(LogScreen())

    def action_radar(self) -> None:
        """Show when all triggers fire next, on one axis."""
        self.fntui.push_screen(RadarScreen())

    def action_acknowledge(self) -> None:
        """Take note of trouble with the marked triggers, or with what the cursor stands on."""
        acknowledge(self.fntui, self._targets())

    # Copying

    def action_copy(self) -> None:
        """Copy the id or name of the target."""
        text = copies.as_id(self.target)
        if text:
            self.fntui.copy(text, text)
        else:
            self.fntui.say("Nothing to copy here: select a namespace, trigger or access key.")

    def action_copy_as(self) -> None:
        """Ask in which form to copy the target."""
        node = self.target
        forms = self._copy_forms(node)
        if not forms:
            self.fntui.say("Nothing to copy here: select a namespace, trigger or access key.")
            return
        options = [(key, word, about) for key, (word, about, _) in forms.items()]

        def chosen(key: str | None) -> None:
            if key is not None:
                word, _, text = forms[key]
                self.fntui.copy(text, f"{name_of(self.snapshot, node)} as {word}")

        self.fntui.push_screen(Choose(f"Copy {name_of(self.snapshot, node)} as", options), chosen)

    def _copy_forms(self, node: Node) -> dict[str, tuple[str, str, str]]:
        if self._session is None or copies.as_id(node) == "":
            return {}
        try:
            curl = copies.as_curl(self._session.api_url, node)
        except UnsafeName:
            curl = ""
        forms = {
            "j": ("JSON", "secrets masked", copies.as_json(self.snapshot, node)),
            "c": ("curl", "the token as $DIGITALOCEAN_TOKEN", curl),
            "d": ("doctl", "the vendor's own command line", copies.as_doctl(node)),
        }
        return {key: form for key, form in forms.items() if form[2]}

    def action_trigger_now(self) -> None:
        """Show and copy the line that runs the trigger's function now; the API has no such call."""
        if not isinstance(self.target, TriggerKey):
            self.fntui.say("Select a trigger: t shows how to run its function now.")
            return
        text = copies.trigger_now_line(self.snapshot, self.target)
        note = "The API can't fire a trigger; this runs its function, with the same body."
        title = f"Run {self.target.name} now"
        self.fntui.push_screen(ShowText(title, text, note, what="doctl lines"))

    # Changing

    def action_new(self) -> None:
        """Make a namespace, trigger or access key, by where the cursor stands."""
        match self.target:
            case NamespaceKey() | TriggerKey():
                actions.new_trigger(self.fntui, self.target.namespace_id)
            case KeysBranch() | AccessKeyKey():
                actions.new_access_key(self.fntui, self.target.namespace_id)
            case _:
                actions.new_namespace(self.fntui)

    def action_edit(self) -> None:
        """Edit the trigger, rename the access key."""
        match self.target:
            case TriggerKey():
                actions.edit_trigger(self.fntui, self.target)
            case AccessKeyKey():
                actions.rename_key(self.fntui, self.target)
            case NamespaceKey():
                self.fntui.say("A namespace can't be changed: the API has no such operation.")
            case _:
                self.fntui.say("Select a trigger to edit, or an access key to rename.")

    def _targets(self) -> tuple[Node, ...]:
        """Return the marked triggers, else what the cursor stands on; frozen as of this key."""
        marks = sorted(cast("frozenset[TriggerKey]", self.sight.marks))
        return tuple(marks) or (self.target,)

    def action_pause(self) -> None:
        """Pause or resume the marked triggers, or the one under the cursor."""
        keys = [node for node in self._targets() if isinstance(node, TriggerKey)]
        if keys:
            actions.pause(self.fntui, keys)
        else:
            self.fntui.say("Select a trigger to pause or resume.")

    def action_delete(self) -> None:
        """Delete the marked triggers, or what the cursor stands on."""
        nodes = self._targets()
        if all(isinstance(node, (NamespaceKey, TriggerKey, AccessKeyKey)) for node in nodes):
            actions.delete(self.fntui, cast("list[NamespaceKey]", list(nodes)))
        else:
            self.fntui.say("Select a namespace, trigger or access key to delete.")

    def action_undo(self) -> None:
        """Undo the last change, after showing the request."""
        actions.undo(self.fntui)

    # The program

    def action_help(self) -> None:
        """Show all keys."""
        self.fntui.push_screen(Help())

    def action_palette(self) -> None:
        """Run a command, or go to an object, by its name."""
        self.fntui.push_screen(Palette(self._places()), self._chosen)

    def _places(self) -> list[tuple[str, Hashable]]:
        """Name everything that one can go to."""
        places: list[tuple[str, Hashable]] = []
        for namespace_id, view in self.snapshot.namespaces.items():
            nodes: list[Node] = [
                NamespaceKey(namespace_id),
                *(TriggerKey(namespace_id, name) for name in view.triggers),
                *(AccessKeyKey(namespace_id, key_id) for key_id in view.access_keys),
            ]
            label = name_of(self.snapshot, nodes[0])
            places += [
                (label if node is nodes[0] else f"{label} / {name_of(self.snapshot, node)}", node)
                for node in nodes
            ]
        return places

    async def _chosen(self, chosen: Hashable) -> None:
        if isinstance(chosen, Command):
            await self.run_action(chosen.action)
        elif chosen is not None:
            self.reveal(cast("Node", chosen))

    def action_profile(self) -> None:
        """Switch to another account."""
        current = self._session.profile.name if self._session else ""

        def chosen(profile: Profile | None) -> None:
            if profile is not None:
                self.fntui.start_profile(profile)

        self.fntui.push_screen(Profiles(self.fntui.accounts.profiles, current), chosen)

    def action_quit(self) -> None:
        """Quit; ask first while a write is under way."""
        under_way = self.fntui.writes_under_way
        if not under_way:
            self.fntui.exit()
            return

        def answered(is_sure: bool | None) -> None:  # noqa: FBT001 - what a dialog answers
            if is_sure:
                self.fntui.exit()

        lines = [
            line("A change was sent and its outcome is not known yet:"),
            *(line(f"  {words}") for words in under_way),
        ]
        self.fntui.push_screen(Confirm("Quit?", lines, yes="quit"), answered)
