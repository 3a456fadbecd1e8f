"""Private names of Textual: those that fntui uses are there, and it takes no other by accident.

Cures for what Textual does need some of its private names. Should an upgrade change one, the test
that names it says what breaks; should fntui give a name to something of its own that Textual has
taken already, the last test says so.
"""

import ast
import inspect
import tomllib
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from textwrap import dedent
from typing import Any, cast

import pytest
from packaging.requirements import Requirement
from textual._compositor import Compositor
from textual.app import App
from textual.dom import DOMNode
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.widgets._toggle_button import ToggleButton

from tests.support.widgets import classes_of_ui

AnyApp = App[Any]
AnyScreen = Screen[Any]
display = cast("Callable[..., Any]", vars(App)["_display"])
size_of_app = cast("Callable[..., Any]", cast("property", vars(App)["size"]).fget)
driver_init = cast("Callable[..., Any]", vars(LinuxDriver)["__init__"])
render_update = cast("Callable[..., Any]", vars(Compositor)["render_update"])

RELIED_ON: list[tuple[Callable[..., Any], str, str]] = [
    (AnyApp._handle_exception, "_fatal_error", "a bug's report would show locals (app.py)"),
    (AnyApp._handle_exception, "_exception", "a bug would not be reported (app.py)"),
    (AnyApp._handle_exception, "_return_code", "a bug would end with status 0 (app.py)"),
    (AnyApp._fatal_error, "_close_messages_no_wait", "a bug would not end the program (app.py)"),
    (
        AnyApp._print_error_renderables,
        "_exit_renderables",
        "last words would be printed (app.py)",
    ),
    (AnyApp._shutdown, "_print_error_renderables", "last words would be printed (app.py)"),
    (AnyApp.copy_to_clipboard, "_clipboard", "Ctrl-V would paste a secret (clipboard.py, app.py)"),
    (AnyApp.bell, "_driver", "no bell would ring, no title be set (app.py)"),
    (AnyApp.copy_to_clipboard, "_driver", "the mouse would not select text (show_text.py)"),
    (driver_init, "_file", "it would not know the terminal's encoding (driver.py)"),
    (LinuxDriver.start_application_mode, "write", "a stalled terminal would hang it (driver.py)"),
    (LinuxDriver.disable_input, "_key_thread", "two would read after SIGCONT (driver.py)"),
    (LinuxDriver._run_input_thread, "run_input_thread", "the end would take long (driver.py)"),
    (LinuxDriver.disable_input, "exit_event", "reading would not end (driver.py)"),
    (
        LinuxDriver.start_application_mode,
        "_run_input_thread",
        "Textual's own parser would make keys of pasted text (driver.py)",
    ),
    (
        LinuxDriver.start_application_mode,
        "_get_terminal_size",
        "a size of 0 would be two sizes (driver.py)",
    ),
    (
        LinuxDriver.start_application_mode,
        "_query_in_band_window_resize",
        "sizes would come as reports (driver.py)",
    ),
    (driver_init, "_sigtstp_application", "Ctrl-Z would show a secret (driver.py)"),
    (size_of_app, "_size", "the first frame would have another size (driver.py)"),
    (LinuxDriver.stop_application_mode, "attrs_before", "a terminal would stay raw (driver.py)"),
    (AnyScreen._compositor_refresh, "_display", "no frame would be left out (app.py)"),
    (DOMNode.__init__, "_bindings", "keys of one burst would change places (inputs.py)"),
    (Input.render_line, "_value", "hazards in fields would be drawn raw (inputs.py)"),
    (ToggleButton.render, "_button", "boxes would differ by colour alone (fields.py)"),
    (display, "render_segments", "frames would be sent whole (screen_diff.py)"),
    (render_update, "render_full_update", "frames would not be read (screen_diff.py)"),
    (render_update, "render_partial_update", "frames would not be read (screen_diff.py)"),
    (Compositor, "render_strips", "tests would not see the screen (tests/support/ui.py)"),
    (
        AnyScreen._compositor_refresh,
        "_display",
        "frames would be sent whole (screen_diff.py)",
    ),
    (AnyApp._begin_batch, "_batch_count", "unsent frames would count as shown (screen_diff.py)"),
    (display, "_batch_count", "unsent frames would count as shown (screen_diff.py)"),
]
"""What of Textual has to use which name, and what would go wrong if it did not."""

REPLACED = {
    ("DiscreetApp", "_fatal_error"),
    ("DiscreetApp", "_print_error_renderables"),
    ("DiscreetApp", "_return_code"),
    ("FntuiApp", "_clipboard"),
    ("TerminalApp", "_display"),
    ("TextInput", "_value"),
    ("TextInput", "_position_to_cell"),
    ("Tick", "_button"),
    *((field, name) for field in ("TextInput", "TokenInput") for name in ("_on_key", "_on_paste")),
    *(("JsonArea", name) for name in ("_on_key", "_on_paste")),
}
"""Private names of Textual that classes of fntui define anew, on purpose."""


@pytest.mark.parametrize(("user", "name", "else_"), RELIED_ON)
def test_textual_still_uses_what_fntui_relies_on(
    user: Callable[..., Any], name: str, else_: str
) -> None:
    used = {
        node.attr if isinstance(node, ast.Attribute) else getattr(node, "name", "")
        for node in ast.walk(ast.parse(dedent(inspect.getsource(user))))
    }
    assert name in used, f"Textual's {user.__qualname__} no longer uses {name}: {else_}"


def test_the_cell_of_the_cursor_is_still_asked_for() -> None:
    source = inspect.getsource(Input)
    assert source.count("self._position_to_cell(") >= 1, "cursors would stand beside their place"


def test_bindings_are_still_found_by_key() -> None:
    assert "backspace" in Input()._bindings.key_to_bindings


@pytest.mark.parametrize("field", [Input, TextArea])
@pytest.mark.parametrize("handler", ["_on_key", "_on_paste"])
def test_fields_still_take_keys_and_pastes_by_these_handlers(
    field: type[Widget], handler: str
) -> None:
    assert handler in vars(field), f"{field.__name__} would take text past fntui (fields.py)"


def test_no_other_private_name_of_textual_is_taken() -> None:
    taken = {
        (ours.__name__, name)
        for ours in classes_of_ui()
        for theirs in ours.__mro__
        if theirs.__module__.startswith("textual.")
        for name in _private(ours) & _private(theirs)
    }
    assert taken == REPLACED


@cache
def _private(kind: type) -> frozenset[str]:
    """Return the private names that a class defines itself, those of its instances included."""
    (tree,) = ast.parse(dedent(inspect.getsource(kind))).body
    assert isinstance(tree, ast.ClassDef)
    names = {
        node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    names |= {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    return frozenset(n for n in names if n.startswith("_") and not n.startswith("__"))


def test_the_next_minor_release_of_textual_is_not_installed_unseen() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8"))
    wanted = (Requirement(text) for text in project["project"]["dependencies"])
    (textual,) = (one.specifier for one in wanted if one.name == "textual")
    major, minor, *_ = map(int, version("textual").split("."))
    assert textual.contains(version("textual"))
    assert not textual.contains(f"{major}.{minor + 1}.0")
