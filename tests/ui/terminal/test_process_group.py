"""Whether a shell can bring the program back: found out from real processes."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from fntui.ui.terminal import process_group
from fntui.ui.terminal.process_group import is_orphaned

ASK: Final = "import os; from fntui.ui.terminal.process_group import is_orphaned as asked;"
TELL: Final = f"{ASK} print(asked(os.getpid()))"
CHILD: Final = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {TELL!r}])"
"""A program that runs it as a child, in a group of its own or in the same."""


def answer(program: str, *, has_session: bool = False, has_group: bool = False) -> str:
    """Run a program in a session or a group of its own; return what it prints."""
    ended = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-c", program],
        start_new_session=has_session,
        process_group=0 if has_group else None,
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout.strip()


def test_a_job_of_a_shell_can_be_continued() -> None:
    assert answer(TELL, has_group=True) == "False"


def test_a_wrapper_in_the_same_job_changes_nothing() -> None:
    assert answer(CHILD, has_group=True) == "False"


def test_the_leader_of_a_session_has_no_shell() -> None:
    """As under ``ssh -t HOST fntui``."""
    assert answer(TELL, has_session=True) == "True"


def test_under_a_wrapper_that_leads_the_session_there_is_no_shell_either() -> None:
    assert answer(CHILD, has_session=True) == "True"


def test_without_a_parent_that_is_seen_there_is_no_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container, whose first process has parent 0."""
    monkeypatch.setattr(os, "getppid", lambda: 0)
    assert is_orphaned(os.getpid())


def test_a_parent_that_has_just_ended_is_no_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    monkeypatch.setattr(os, "getppid", lambda: gone.pid)
    assert is_orphaned(os.getpid())


def test_where_a_wrapper_can_not_be_asked_for_its_parent_there_is_a_shell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As under ``uv run fntui`` on macOS, which has no ``/proc``."""
    monkeypatch.setattr(process_group, "_PROCESSES", Path("/nothing"))
    monkeypatch.setattr(os, "getppid", os.getpid)  # a parent in the same group
    assert not is_orphaned(os.getpid())
