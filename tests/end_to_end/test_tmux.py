"""The demo in tmux, as most people on a bastion have it."""

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.effort import slow
from tests.support.sample import sample
from tests.support.terminal import LIMIT_S
from tests.support.terminal_input import COLOURED
from tests.support.tried import tried

TMUX = shutil.which("tmux")


class Tmux:
    """A tmux server of its own, with one window in it."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        """Keep its socket in ``folder``."""
        self._env = env | {"TMUX_TMPDIR": str(folder)}

    def __call__(self, *words: str) -> str:
        """Give tmux a command; return what it prints."""
        command = [TMUX or "tmux", "-L", "fntui-test", "-f", "/dev/null", *words]
        done = subprocess.run(  # noqa: S603 - tmux
            command, env=self._env, capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
        return done.stdout

    def wait(self, *wanted: str) -> str:
        """Return the screen once all that is ``wanted`` is on it."""
        end_s = time.monotonic() + LIMIT_S
        while not all(part in (shown := self("capture-pane", "-p")) for part in wanted):
            assert time.monotonic() < end_s, f"waiting for {wanted}:\n{shown}"
        return shown


@pytest.fixture
def tmux(env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Generator[Tmux]:
    if TMUX is None:
        pytest.skip("tmux is not installed")
    server = Tmux(tmp_path_factory.mktemp("tmux"), env)
    yield server
    server("kill-server")


@pytest.mark.parametrize("size", sample({"120x36": (120, 36), "80x24": (80, 24)}, "80x24"))
def test_the_demo_from_start_to_quit(tmux: Tmux, size: tuple[int, int]) -> None:
    columns, rows = map(str, size)
    command = f"{sys.executable} -m fntui --demo; echo ended with $?; exec cat"
    tmux("new-session", "-d", "-x", columns, "-y", rows, command)
    shown = tmux.wait("DEMO", "february-30", "q quit")
    assert max(map(len, shown.splitlines())) <= size[0]
    tmux("send-keys", "j")
    tmux.wait("Region", "nyc1")
    tmux("send-keys", "?")
    tmux.wait("move half a page down")
    tmux("send-keys", "Escape")
    tmux.wait("ACCESS KEYS")
    tmux("send-keys", ":")
    tmux.wait("Run or go to")
    tmux("send-keys", "heartbeat")
    tmux.wait("ingest / heartbeat")
    tmux("send-keys", "Enter")
    tmux.wait("ops/ping", "Every minute")
    tmux("send-keys", "D")
    tmux.wait("Delete heartbeat in ingest (demo)?", "Cancel")
    tmux("send-keys", "Escape")
    tmux.wait("ops/ping")
    tmux("send-keys", "q")
    assert "ops/ping" not in tmux.wait("ended with 0")


@pytest.mark.parametrize("ends_by_signal", [False, True], ids=["q", "SIGTERM"])
def test_the_title_of_the_pane_is_fntuis_and_then_its_own_again(
    tmux: Tmux,
    tmp_path: Path,
    ends_by_signal: bool,  # noqa: FBT001 - a case
) -> None:
    pid = tmp_path / "pid"
    program = f"sh -c 'echo $$ > {pid}; exec {sys.executable} -m fntui --demo'"
    tmux("new-session", "-d", "-x", "120", "-y", "36", f"{program}; echo ended; exec cat")
    tmux("select-pane", "-T", "my own title")
    tmux.wait("DEMO", "invoice-run", "1 missed")
    assert tmux("display-message", "-p", "#T") == "fntui: 1 missed\n"
    if ends_by_signal:
        os.kill(int(pid.read_text()), signal.SIGTERM)
    else:
        tmux("send-keys", "q")
    tmux.wait("ended")
    assert tmux("display-message", "-p", "#T") == "my own title\n"


def test_a_coloured_log_that_tmux_pastes_presses_no_key(tmux: Tmux, tmp_path: Path) -> None:
    """Tmux hands the escape sequences of its buffer on."""
    log = tmp_path / "log"
    log.write_bytes(COLOURED[:12_600])
    tmux(
        "new-session", "-d", "-x", "120", "-y", "36", f"{sys.executable} -m fntui --demo; exec cat"
    )
    tmux.wait("DEMO", "invoice-run", "q quit")
    tmux("load-buffer", str(log))
    tmux("paste-buffer", "-p")
    shown = tmux.wait("Pasted text ignored")
    assert "DEMO" in shown
    assert "?" not in shown.splitlines()[0]
    tmux("send-keys", "?")
    tmux.wait("move half a page down")
    tried("pastes", "12.6 kB of colour, by paste-buffer -p", "board, in tmux")


@slow
def test_a_reply_that_tmux_hands_on_in_pieces_presses_no_key(tmux: Tmux) -> None:
    tmux(
        "new-session", "-d", "-x", "120", "-y", "36", f"{sys.executable} -m fntui --demo; exec cat"
    )
    tmux.wait("DEMO", "invoice-run", "q quit")
    tmux("send-keys", ":")
    tmux.wait("Run or go to")
    tmux("send-keys", "zzz")
    before = tmux.wait("nothing has such a name")
    for report in (b"\x1b]lop@bay-2: ~\x1b\\", b"\x1b]11;rgb:dddd/yyyy/pppp\x07", b"\x1b[?62;22c"):
        for at in (3, 6):
            for piece in (report[:at], report[at:]):
                tmux("send-keys", "-H", *(f"{byte:02x}" for byte in piece))
                select.select([], [], [], 0.7)
            assert tmux.wait("nothing has such a name") == before
    tried("input", "replies torn for 0.7 s", "board, in tmux")
