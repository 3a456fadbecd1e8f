r"""Every command of the main screen, as data: footer, help, palette and README come from here.

Plain letters in lists; Ctrl only as an alias or where Unix has a meaning. A write is one key and a
confirmation on another; what destroys is a capital. Nothing is bound to keys that terminals, tmux,
screen or ssh keep for themselves: Ctrl-A B H I J M S [ \\ and ``~``.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct
from textual.binding import Binding


class Command(Struct, frozen=True, kw_only=True):
    """One thing that can be done from the main screen.

    Attributes:
        id: Stable name, for ``[keys]`` of config.toml; the action has the same, with underscores.
        keys: Keys as Textual names them, the first is the one shown.
        does: What it does, for help, palette and README.
        group: Heading in the help.
        word: Word in the footer; ``""``: not there.
    """

    id: str
    keys: tuple[str, ...]
    does: str
    group: str
    word: str = ""

    @property
    def action(self) -> str:
        """The name of the action that runs it."""
        return self.id.replace("-", "_")


MOVE, VIEW, READ, CHANGE, PROGRAM = "Move", "View", "Read and copy", "Change", "Program"

COMMANDS: Final = tuple(
    Command(id=name, keys=tuple(keys.split()), does=does, group=group, word=word)
    for group, name, keys, does, word in (
        (MOVE, "down", "j down", "move down", ""),
        (MOVE, "up", "k up", "move up", ""),
        (MOVE, "top", "g home", "go to the top", ""),
        (MOVE, "bottom", "G end", "go to the bottom", ""),
        (MOVE, "page-down", "pagedown", "move a page down", ""),
        (MOVE, "page-up", "pageup", "move a page up", ""),
        (MOVE, "half-page-down", "ctrl+d", "move half a page down", ""),
        (MOVE, "half-page-up", "ctrl+u", "move half a page up", ""),
        (MOVE, "collapse", "h left", "collapse, or go to the parent", ""),
        (MOVE, "expand", "l right", "expand", ""),
        (MOVE, "open", "enter d", "open: expand, or go to the detail", ""),
        (MOVE, "back", "escape", "stop waiting; one step back: filter, marks; never quits", ""),
        (MOVE, "next-pane", "tab", "go to the next pane", ""),
        (MOVE, "tree-pane", "1", "go to the tree", ""),
        (MOVE, "detail-pane", "2", "go to the detail", ""),
        (MOVE, "previous-tab", "left_square_bracket", "previous tab of the detail", ""),
        (MOVE, "next-tab", "right_square_bracket", "next tab of the detail", ""),
        (PROGRAM, "help", "question_mark f1", "show all keys", "help"),
        (VIEW, "filter", "slash", "filter; !x inverts; Enter keeps, Esc clears", "filter"),
        (VIEW, "problems", "f", "problems only", "problems"),
        (VIEW, "acknowledge", "a", "acknowledge trouble: no bell for it", ""),
        (CHANGE, "new", "n", "new namespace, trigger or access key, by where you stand", "new"),
        (CHANGE, "edit", "e", "edit the trigger, rename the access key", "edit"),
        (CHANGE, "pause", "p s", "pause or resume the trigger, or the marked ones", "pause"),
        (CHANGE, "delete", "D", "delete the namespace, trigger or access key", "delete"),
        (PROGRAM, "palette", "colon ctrl+p", "run a command, go to an object, by name", "command"),
        (VIEW, "sort", "o", "sort by urgency, name or next run", ""),
        (VIEW, "zoom", "z", "show this pane alone, or both", ""),
        (VIEW, "times", "Z", "show times in UTC or local time", ""),
        (VIEW, "theme", "T", "next theme: dark, light, ansi", ""),
        (VIEW, "mouse", "U", "take the mouse from the terminal, or not", ""),
        (VIEW, "radar", "M", "radar: when all triggers fire next, and when none does", ""),
        (VIEW, "pin", "P", "pin or unpin: read the namespace often", ""),
        (VIEW, "mark", "space", "mark or unmark for pause and delete", ""),
        (VIEW, "mark-all", "asterisk", "mark all that are shown, or none", ""),
        (READ, "refresh", "r", "read this again now", ""),
        (READ, "refresh-all", "R ctrl+r", "read everything again now", ""),
        (READ, "copy", "c", "copy the id or name", ""),
        (READ, "copy-as", "C", "copy as JSON, curl or doctl line", ""),
        (READ, "raw", "y", "show the object's JSON, secrets masked", ""),
        (READ, "trigger-now", "t", "the doctl line that runs the function now", ""),
        (READ, "log", "L", "show the log of requests and own actions", ""),
        (CHANGE, "undo", "u", "undo my last change; shows the request first", ""),
        (PROGRAM, "profile", "at", "switch profile", ""),
        (PROGRAM, "repaint", "ctrl+l", "draw the screen anew", ""),
        (PROGRAM, "suspend", "ctrl+z", "suspend; fg comes back", ""),
        (PROGRAM, "quit", "q ctrl+q", "close the top layer; at the top, quit", "quit"),
        (PROGRAM, "interrupt", "ctrl+c", "pressed twice: quit", ""),
    )
)  # fmt: skip

EVERYWHERE: Final = ("repaint", "suspend", "interrupt")
"""Commands that work in every layer; the app runs them."""

_NAMES: Final = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "asterisk": "*",
    "at": "@",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
    "pagedown": "PgDn",
    "pageup": "PgUp",
}


def key_name(key: str) -> str:
    """Return a key as people read it: ``ctrl+d`` is ``Ctrl-D``, ``slash`` is ``/``."""
    if key.startswith("ctrl+"):
        return f"Ctrl-{key[5:].upper()}"
    return _NAMES.get(key, key.upper() if len(key) > 1 else key)


def bindings(
    commands: Iterable[Command] = COMMANDS, *, has_priority: bool = False
) -> list[Binding]:
    """Return the commands as Textual's bindings, each with its id, so that a keymap can move it.

    With ``has_priority`` a key acts before the next one is handed on, so that what is typed in one
    go over a slow link, ``/name``, ends in the field that its first key opens.
    """
    return [
        Binding(
            ",".join(command.keys),
            command.action,
            command.does,
            show=False,
            priority=has_priority,
            id=command.id,
        )
        for command in commands
    ]


def commands(*ids: str) -> list[Binding]:
    """Return the bindings of these commands, movable by the keymap as on the main screen."""
    return bindings(command for command in COMMANDS if command.id in ids)


def closing(*ids: str) -> list[Binding]:
    """Return the bindings of these commands, which close a layer before the next key is handed on.

    What is pressed right after them is for what lay below.
    """
    return bindings((command for command in COMMANDS if command.id in ids), has_priority=True)


def of_the_app(*ids: str) -> list[Binding]:
    """Return the bindings of commands that the app itself runs, whatever layer is on top."""
    return [
        Binding(b.key, f"app.{b.action}", b.description, show=False, id=b.id)
        for b in commands(*ids)
    ]
