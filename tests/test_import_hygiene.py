"""What import-linter cannot see: what is loaded at run time, and modules of other packages."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import fntui

_SCREEN = {"textual", "rich"}
_SLOW = {"httpx", "keyring", "cron_descriptor", "uvicorn", "hypothesis", "jeepney", "yaml"}
_DEMO = {"fntui.simulator"}
_AFTERWARDS = _DEMO | {
    "fntui.accounts.sessions",
    "fntui.api.client",
    "fntui.core.operations.operations",
    "fntui.core.watch.poller",
    "fntui.history",
    "sqlite3",
}


def loaded_by(*modules: str, then: str = "pass") -> set[str]:
    """Return the names of all modules that importing these loads, in a process of their own."""
    code = f"import sys, {', '.join(modules)}; {then}; print(*sys.modules)"
    # Without what measures coverage, which loads things itself.
    env = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    done = subprocess.run(  # noqa: S603 - this interpreter, our own line
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "fntui.core.store.store",
        "fntui.core.session",
        "fntui.core.health.wording",
        "fntui.core.health.cron",
    ],
)
def test_core_loads_no_screen_no_http_and_no_keyring(module: str) -> None:
    assert not (_SCREEN | _SLOW) & loaded_by(module)


def test_the_history_loads_no_screen_no_http_and_no_keyring() -> None:
    assert not (_SCREEN | _SLOW) & loaded_by("fntui.history")


def test_the_first_paint_waits_for_nothing_but_textual() -> None:
    """All that is imported before it: 160 ms more if these were."""
    loaded = loaded_by("fntui.cli.running", "fntui.ui.terminal.lifecycle", "fntui.ui.app")
    assert "textual.app" in loaded
    assert not (_SLOW | _AFTERWARDS) & loaded


def test_the_first_paint_waits_for_no_layer_dialog_or_form() -> None:
    """What keys open, the sign-in screen, and the widgets that they alone have: 30 ms more."""
    loaded = loaded_by("fntui.cli.running", "fntui.ui.terminal.lifecycle", "fntui.ui.app")
    opened = ("fntui.ui.screens.", "fntui.ui.forms.", "fntui.ui.actions.")
    assert not {name for name in loaded if name.startswith(opened)}
    assert "fntui.ui.main_screen.commands" not in loaded
    assert not {"textual.widgets._text_area", "textual.widgets._checkbox"} & loaded


def test_what_sessions_are_made_of_is_loaded_ahead_of_them() -> None:
    loaded = loaded_by("fntui.accounts.loading", then="fntui.accounts.loading.load('https://x')")
    assert {"httpx", "anyio._backends._asyncio", "sqlite3", *_AFTERWARDS - _DEMO} <= loaded
    assert not {"keyring", "click"} & loaded


def test_the_command_line_does_not_load_textual() -> None:
    """Textual reads the environment when it is imported, and that must be made safe before."""
    assert not _SCREEN & loaded_by("fntui.cli.running")


def _imported(tree: ast.AST) -> Iterator[str]:
    """Yield the modules that a source file imports, also in functions and for types only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_the_terminal_room_imports_private_modules_of_textual() -> None:
    """A new version may change them without notice: one room has to be looked at then."""
    program = Path(fntui.__file__).parent
    users = {
        path.relative_to(program).parts[:2]
        for path in program.rglob("*.py")
        for name in _imported(ast.parse(path.read_text("utf-8")))
        if name.startswith(("textual._", "textual.drivers"))
    }
    assert users == {("ui", "terminal")}
