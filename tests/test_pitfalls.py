"""What must not be done with Textual, since each was seen to go wrong: found by reading the source.

Hazards that show while the program runs have their tests beside what cures them.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

from textual.binding import Binding
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, TextArea

import fntui
from fntui.ui.app import FntuiApp
from tests.support.widgets import classes_of_ui

PROGRAM = Path(fntui.__file__).parent
TESTS = Path(__file__).parent

AVOIDED = {
    "data_bind": "a removed widget lives until what it was bound to changes",
    "recompose": "takes away the focus and what was typed",
    "refresh_bindings": "takes 65 ms and leaks keys",
    "Footer": "scrolls its last keys out of sight",
    "Tree": "reads markup, loses cursor and expansion when it is refilled",
    "DataTable": "reads markup, and one changed cell sends 7,291 bytes",
    "OptionList": "sends 13,490 bytes for a step of the cursor",
    "LoadingIndicator": "sends 100,000 bytes a second",
    "push_screen_wait": "hangs outside a worker",
    "query_children": "may look at another screen than the top one",
    "work": "keeps the repr of its arguments, which may be secrets",
    "deliver_screenshot": "would save a secret that is shown",
    "save_screenshot": "would save a secret that is shown",
    "action_screenshot": "would save a secret that is shown",
    "to_markup": "what is shown is never markup",
    "from_markup": "what is shown is never markup",
    "pyperclip": "copies to the clipboard of the wrong machine",
    "xclip": "copies to the clipboard of the wrong machine",
}

TAKEN = {f"ctrl+{letter}" for letter in "abhijms"} | {
    "ctrl+left_square_bracket",
    "ctrl+backslash",
    "alt+enter",
    "tilde",
    "~",
}
"""Keys that never arrive, or that terminals, tmux, screen and ssh keep for themselves."""


def sources(folder: Path) -> list[Path]:
    """Return the Python files under ``folder``."""
    return sorted(folder.rglob("*.py"))


@cache
def nodes(folder: Path) -> list[tuple[str, ast.AST]]:
    """Return every node of every file, with its place."""
    return [
        (f"{path.relative_to(folder)}:{getattr(node, 'lineno', 0)}", node)
        for path in sources(folder)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]


def words_of(call: ast.Call) -> dict[str | None, ast.expr]:
    """Return the keyword arguments of a call."""
    return {keyword.arg: keyword.value for keyword in call.keywords}


def calls(folder: Path, name: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of methods of this name, with their places."""
    for place, node in nodes(folder):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == name
        ):
            yield place, node


def is_true(value: ast.expr | None) -> bool:
    """Return True for the literal ``True``."""
    return isinstance(value, ast.Constant) and value.value is True


def test_what_goes_wrong_in_textual_is_not_used() -> None:
    used: list[str] = []
    for place, node in nodes(PROGRAM / "ui"):
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name) | ast.alias(name=name):
                pass
            case ast.keyword(arg=str(name)):
                pass
            case _:
                continue
        if name in AVOIDED:
            used.append(f"{place}: {name} {AVOIDED[name]}")
    assert used == []


def test_nothing_waits_for_its_own_screen_to_close() -> None:
    """In a handler of that screen this would wait for ever."""
    waiting = [
        place
        for place, node in nodes(PROGRAM / "ui")
        if isinstance(node, ast.Await) and "dismiss" in ast.dump(node)
    ]
    assert waiting == []


def test_widgets_are_not_looked_for_on_whatever_screen_the_app_takes_for_its_own() -> None:
    """App.query looks at the default screen, not at the top one."""
    asked = [
        place
        for name in ("query", "query_one")
        for place, call in calls(PROGRAM / "ui", name)
        if ast.unparse(call).startswith(("app.", "app_of(self).", "self.app.", "self.fntui."))
    ]
    assert asked == []


def test_exclusive_workers_have_a_group_of_their_own() -> None:
    """In the default group one read would cancel whatever else its node runs."""
    made = list(calls(PROGRAM / "ui", "run_worker"))
    assert made
    alone = [(place, call) for place, call in made if is_true(words_of(call).get("exclusive"))]
    assert [place for place, call in alone if "group" not in words_of(call)] == []


def test_tests_of_screens_see_toasts_and_tooltips() -> None:
    """Textual's tests hide them by default, and with them what breaks in them."""
    made = list(calls(TESTS, "run_test"))
    assert made
    blind = [
        place
        for place, call in made
        if not (is_true(words_of(call).get("notifications")))
        or not is_true(words_of(call).get("tooltips"))
    ]
    assert blind == []


def test_the_rules_of_a_screens_stylesheet_are_nested_under_the_screen() -> None:
    """Such a file is not scoped and stays loaded: its rules would go for all screens."""
    known = {kind.__name__ for kind in classes_of_ui() if issubclass(kind, Screen)}
    sheets = [path for path in (PROGRAM / "ui").rglob("*.tcss") if path.name != "app.tcss"]
    assert sheets
    for sheet in sheets:
        heads = re.findall(r"^([^\s}/][^{]*?)\s*\{", sheet.read_text("utf-8"), re.MULTILINE)
        assert heads
        assert set(heads) <= known, sheet.name


def test_no_field_blinks() -> None:
    """A blinking cursor sends 1,700 bytes a second."""
    fields = [kind for kind in classes_of_ui() if issubclass(kind, (Input, TextArea))]
    assert fields
    for kind in fields:
        field = cast("type[Any]", kind)()
        assert not field.cursor_blink, kind.__name__
    made = {"Input", "TextArea"}
    bare = [
        place
        for place, node in nodes(PROGRAM / "ui")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in made
    ]
    assert bare == []


def test_layers_are_opaque() -> None:
    """A translucent one sends three times as many bytes when it opens."""
    layers = [kind for kind in classes_of_ui() if ModalScreen in kind.__bases__]
    assert layers
    for kind in layers:
        assert "background: $background;" in kind.DEFAULT_CSS, kind.__name__


def test_no_key_is_bound_that_does_not_arrive() -> None:
    bound = {
        (kind.__name__, key.strip())
        for kind in classes_of_ui()
        for binding in vars(kind).get("BINDINGS", ())
        if isinstance(binding, Binding)
        for key in binding.key.split(",")
    }
    assert bound
    assert [(kind, key) for kind, key in bound if key in TAKEN] == []


def test_nothing_leads_to_textuals_screenshot() -> None:
    """It would save a secret that is shown; its palette offers it."""
    assert not FntuiApp.ENABLE_COMMAND_PALETTE
    actions = {
        binding.action
        for kind in classes_of_ui()
        for bindings in kind._merge_bindings().key_to_bindings.values()
        for binding in bindings
    }
    assert "help" in actions
    assert not {action for action in actions if "screenshot" in action}


def test_escape_only_ever_goes_back() -> None:
    """It may be the beginning of a sequence that a slow link cut in two."""
    actions = {
        binding.action
        for kind in classes_of_ui()
        for binding in vars(kind).get("BINDINGS", ())
        if isinstance(binding, Binding) and "escape" in binding.key.split(",")
    }
    assert actions == {"back", "cancel"}
