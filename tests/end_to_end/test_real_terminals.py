"""Real terminals, on an X server without a screen: how wide they draw the sign of the probe."""

import os
import select
import shlex
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest

from fntui.ui.terminal.driver import HOW_WIDE
from tests.support.effort import slow
from tests.support.sample import sample
from tests.support.terminal import LIMIT_S
from tests.support.tried import tried

pytestmark = pytest.mark.skipif(
    None in map(shutil.which, ("Xvfb", "xterm", "kitty")), reason="needs Xvfb, xterm and kitty"
)

_ASK: Final = """
import os, sys, tty
tty.setraw(0)
os.write(1, sys.argv[2].encode())
answer = b""
while not answer.endswith(b"R"):
    answer += os.read(0, 100)
with open(sys.argv[1], "wb") as file:
    file.write(answer)
"""

WAYS: Final = {
    "xterm": (["xterm", "-u8", "-e"], b"2"),
    "xterm -cjk_width": (["xterm", "-u8", "-cjk_width", "-e"], b"3"),
    "xterm +u8": (["xterm", "+u8", "+lc", "-e"], b"4"),
    "kitty": (["kitty", "--config", "NONE"], b"2"),
}
"""How a terminal is started, and the column that it is in after one sign."""


@pytest.fixture
def display() -> Generator[str]:
    """An X server of its own."""
    reader, writer = os.pipe()
    server = subprocess.Popen(  # noqa: S603 - of X.Org
        [shutil.which("Xvfb") or "", "-displayfd", str(writer), "-screen", "0", "1280x900x24"],
        stderr=subprocess.DEVNULL,
        pass_fds=[writer],
    )
    os.close(writer)
    try:
        number = b""
        while not number.endswith(b"\n"):
            assert select.select([reader], [], [], LIMIT_S)[0]
            part = os.read(reader, 100)
            assert part, "Xvfb did not start"
            number += part
        yield f":{number.decode().strip()}"
    finally:
        os.close(reader)
        server.terminate()
        server.wait(LIMIT_S)


@slow
@pytest.mark.parametrize("name", sample({name: name for name in WAYS}, *WAYS))
def test_where_the_cursor_is_after_the_sign(
    env: dict[str, str], tmp_path: Path, display: str, name: str
) -> None:
    command, column = WAYS[name]
    answer = tmp_path / "answer"
    asking = [sys.executable, "-c", _ASK, str(answer), HOW_WIDE]
    subprocess.run(  # noqa: S603 - a terminal
        [*command, *asking],
        env=env | {"DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1"},
        stderr=subprocess.DEVNULL,
        timeout=LIMIT_S,
        check=True,
    )
    assert answer.read_bytes() == b"\x1b[1;%sR" % column, shlex.join(command)
    tried("sizes", f"a sign {int(column) - 1} wide", name)
