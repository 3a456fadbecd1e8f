"""What the static graph cannot see: what is loaded at run time, deferred imports included."""

import subprocess
import sys

import pytest

_HEAVY = {"textual", "rich", "httpx", "keyring"}


@pytest.mark.parametrize(
    "module",
    ["fntui.core.store", "fntui.core.session", "fntui.core.verdicts", "fntui.core.cron"],
)
def test_core_loads_no_screen_no_http_and_no_keyring(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(  # noqa: S603 - this interpreter, our own line
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not _HEAVY.intersection(done.stdout.split())
