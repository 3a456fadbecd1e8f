"""The commands that open a layer, a dialog or a form from the main screen.

Loaded after the first paint, with all that it opens: see ``MainScreen.verbs``.
"""

from collections.abc import Hashable
from typing import TYPE_CHECKING, cast

from fntui.api.paths import UnsafeName
from fntui.core.model.profile import Profile
from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, TriggerKey
from fntui.printable import shortened
from fntui.ui.actions import changes
from fntui.ui.actions.acknowledge import acknowledge
from fntui.ui.actions.undo import undo
from fntui.ui.keymap import Command
from fntui.ui.screens.choose import Choose
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.screens.help import Help
from fntui.ui.screens.log import LogScreen
from fntui.ui.screens.palette import Palette
from fntui.ui.screens.profiles import Profiles
from fntui.ui.screens.radar import RadarScreen
from fntui.ui.screens.show_text import ShowText
from fntui.ui.text import printable
from fntui.ui.views import export
from fntui.ui.views.lines import line
from fntui.ui.views.selection import KeysBranch, Node, is_cached, name_of

if TYPE_CHECKING:
    from fntui.ui.main_screen.screen import Browser


class Verbs:
    """Opens what is asked for on top of the main screen, for what its cursor stands on."""

    def __init__(self, main: "Browser") -> None:
        """Open nothing yet."""
        self._main = main
        self._app = main.fntui

    # Reading

    def log(self) -> None:
        """Show requests and own actions."""
        self._app.push_screen(LogScreen())

    def radar(self) -> None:
        """Show when all triggers fire next, on one axis."""
        self._app.push_screen(RadarScreen())

    def acknowledge(self) -> None:
        """Take note of trouble with the marked triggers, or with what the cursor stands on."""
        acknowledge(self._app, self._targets())

    # Copying

    def copy_as(self) -> None:
        """Ask in which form to copy the target."""
        node = self._main.target
        forms = self._copy_forms(node)
        if not forms:
            self._app.say("Nothing to copy here: select a namespace, trigger or access key.")
            return
        options = [(key, word, about) for key, (word, about, _) in forms.items()]
        name = name_of(self._main.snapshot, node)

        def chosen(key: str | None) -> None:
            if key is not None:
                word, _, text = forms[key]
                self._app.copy(text, f"{name} as {word}")

        self._app.push_screen(Choose(f"Copy {name} as", options), chosen)

    def _copy_forms(self, node: Node) -> dict[str, tuple[str, str, str]]:
        session = self._app.session
        if session is None or export.as_id(node) == "":
            return {}
        try:
            curl = export.as_curl(session.api_url, node)
        except UnsafeName:
            curl = ""
        forms = {
            "j": ("JSON", "secrets masked", export.as_json(self._main.snapshot, node)),
            "c": ("curl", "the token as $DIGITALOCEAN_TOKEN", curl),
            "d": ("doctl", "the vendor's own command line", export.as_doctl(node)),
        }
        return {key: form for key, form in forms.items() if form[2]}

    def trigger_now(self) -> None:
        """Show and copy the line that runs the trigger's function now; the API has no such call."""
        trigger = self._main.target
        if not isinstance(trigger, TriggerKey):
            self._app.say("Select a trigger: t shows how to run its function now.")
            return
        text = export.trigger_now_line(self._main.snapshot, trigger)
        note = "The API can't fire a trigger; this runs its function, with the same body."
        self._app.push_screen(ShowText(f"Run {trigger.name} now", text, note, what="doctl lines"))

    # Changing

    def new(self) -> None:
        """Make a namespace, trigger or access key, by where the cursor stands."""
        match target := self._main.target:
            case NamespaceKey() | TriggerKey() | KeysBranch() | AccessKeyKey() if self._is_cached(
                NamespaceKey(target.namespace_id)
            ):
                pass
            case NamespaceKey() | TriggerKey():
                changes.new_trigger(self._app, target.namespace_id)
            case KeysBranch() | AccessKeyKey():
                changes.new_access_key(self._app, target.namespace_id)
            case _:
                changes.new_namespace(self._app)

    def edit(self) -> None:
        """Edit the trigger, rename the access key."""
        match target := self._main.target:
            case TriggerKey() | AccessKeyKey() if self._is_cached(target):
                pass
            case TriggerKey():
                changes.edit_trigger(self._app, target)
            case AccessKeyKey():
                changes.rename_key(self._app, target)
            case NamespaceKey():
                self._app.say("A namespace can't be changed: the API has no such operation.")
            case _:
                self._app.say("Select a trigger to edit, or an access key to rename.")

    def _targets(self) -> tuple[Node, ...]:
        """Return the marked triggers, else what the cursor stands on; frozen as of this key."""
        marks = sorted(cast("frozenset[TriggerKey]", self._main.sight.marks))
        return tuple(marks) or (self._main.target,)

    def _is_cached(self, *nodes: Node) -> bool:
        """Return True if any of them was not read in this session yet; say so, too."""
        snapshot = self._main.snapshot
        unread = [node for node in nodes if is_cached(snapshot, node)]
        if unread:
            name = shortened(printable(name_of(snapshot, unread[0])), 30)
            self._app.say(f"{name} is shown from the cache: it can be changed once it is read.")
        return bool(unread)

    def pause(self) -> None:
        """Pause or resume the marked triggers, or the one under the cursor."""
        keys = [node for node in self._targets() if isinstance(node, TriggerKey)]
        if keys and not self._is_cached(*keys):
            changes.pause(self._app, keys)
        elif not keys:
            self._app.say("Select a trigger to pause or resume.")

    def delete(self) -> None:
        """Delete the marked triggers, or what the cursor stands on."""
        nodes = self._targets()
        if all(isinstance(node, (NamespaceKey, TriggerKey, AccessKeyKey)) for node in nodes):
            if not self._is_cached(*nodes):
                changes.delete(self._app, cast("list[NamespaceKey]", list(nodes)))
        else:
            self._app.say("Select a namespace, trigger or access key to delete.")

    def undo(self) -> None:
        """Undo the last change, after showing the request."""
        undo(self._app)

    # The program

    def help(self) -> None:
        """Show all keys."""
        self._app.push_screen(Help())

    def palette(self) -> None:
        """Run a command, or go to an object, by its name."""
        self._app.push_screen(Palette(self._places()), self._chosen)

    def _places(self) -> list[tuple[str, Hashable]]:
        """Name everything that one can go to."""
        places: list[tuple[str, Hashable]] = []
        snapshot = self._main.snapshot
        for namespace_id, view in snapshot.namespaces.items():
            nodes: list[Node] = [
                NamespaceKey(namespace_id),
                *(TriggerKey(namespace_id, name) for name in view.triggers),
                *(AccessKeyKey(namespace_id, key_id) for key_id in view.access_keys),
            ]
            label = name_of(snapshot, nodes[0])
            places += [
                (label if node is nodes[0] else f"{label} / {name_of(snapshot, node)}", node)
                for node in nodes
            ]
        return places

    async def _chosen(self, chosen: Hashable) -> None:
        if isinstance(chosen, Command):
            await self._main.run_action(chosen.action)
        elif chosen is not None:
            self._main.reveal(cast("Node", chosen))

    def profile(self) -> None:
        """Switch to another account."""
        session = self._app.session

        def chosen(profile: Profile | None) -> None:
            if profile is not None:
                self._app.start_profile(profile)

        current = session.profile.name if session else ""
        self._app.push_screen(Profiles(self._app.accounts.profiles, current), chosen)

    def ask_whether_to_quit(self) -> None:
        """Quit if the person says so, though a write is under way."""

        def answered(is_sure: bool | None) -> None:  # noqa: FBT001 - what a dialog answers
            if is_sure:
                self._app.exit()

        lines = [
            line("A change was sent and its outcome is not known yet:"),
            *(line(f"  {words}") for words in self._app.writes_under_way),
        ]
        self._app.push_screen(Confirm("Quit?", lines, yes="quit"), answered)
