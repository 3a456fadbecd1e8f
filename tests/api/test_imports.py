import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module", ["models", "drafts", "errors", "operations", "limits", "calls", "paths", "secret"]
)
def test_what_core_imports_loads_no_http(module: str) -> None:
    code = f"import sys, fntui.api.{module}; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own
