"""Over ssh, with a real sshd: signing in, resizing, and connections that drop or stand still."""

import contextlib
import os
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Final

import pytest

from tests.end_to_end.conftest import TOKEN
from tests.support.effort import slow
from tests.support.sshd import Host, is_here, ssh_host
from tests.support.terminal import LIMIT_S, Program, running
from tests.support.tried import tried

pytestmark = [
    pytest.mark.loopback,
    pytest.mark.skipif(not is_here(), reason="needs sshd and ssh"),
]

FNTUI: Final = shlex.join([sys.executable, "-m", "fntui"])
SPIN_S: Final = 1.0
ENDED_S: Final = 4.0  # 2 s on a machine that has nothing else to do


@pytest.fixture
def host(tmp_path: Path, env: dict[str, str], simulator: str) -> Generator[Host]:
    there = {name: env[name] for name in ("HOME", "PATH", "LANG", "PYTHONPATH")}
    there |= {"DIGITALOCEAN_API_URL": simulator, "TMUX_TMPDIR": str(tmp_path)}
    keys = tmp_path / "keys"
    keys.mkdir()
    with ssh_host(keys, there) as made:
        yield made


@pytest.fixture
def demo(tmp_path: Path) -> str:
    """The command that runs the demo and tells which process it is."""
    return shlex.join(["sh", "-c", f"echo $$ >{tmp_path}/pid; exec {FNTUI} --demo"])


def process_of(tmp_path: Path) -> Program:
    return Program(int((tmp_path / "pid").read_text("utf-8")))


def wait_until(is_so: Callable[[], bool]) -> None:
    end_s = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < end_s
        select.select([], [], [], 0.05)


def test_signing_in_and_the_size_of_the_terminal_without_a_keyring(
    host: Host, env: dict[str, str], home: Path
) -> None:
    with running(host.words(FNTUI, "-tt"), env=env) as terminal:
        terminal.wait("Sign in: profile default", "no keyring service here")
        terminal.paste(TOKEN)
        terminal.press("\r")
        terminal.wait("ALL NAMESPACES", "invoice-run", "heartbeat")
        assert TOKEN not in terminal.written.decode("utf-8", "replace")
        for columns, rows in ((80, 24), (60, 20), (130, 40)):
            terminal.resize(columns, rows)
            terminal.wait_for_last_row("? help", "q quit")
            assert max(map(len, terminal.text.split("\n"))) <= columns
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored
    assert TOKEN not in "".join(
        path.read_text("latin-1") for path in home.rglob("*") if path.is_file()
    )
    tried("endings", "q", "over ssh")
    tried("endings", "another size", "over ssh")


def test_a_connection_that_breaks_ends_it(
    host: Host, env: dict[str, str], tmp_path: Path, demo: str
) -> None:
    with running(host.words(demo, "-tt"), env=env) as terminal:
        terminal.wait("DEMO", "invoice-run", "q quit")
        program = process_of(tmp_path)
        terminal.process.kill()
        wait_until(lambda: program.has_ended)
    assert list(tmp_path.rglob("crash.log")) == []
    tried("endings", "the ssh client is killed", "over ssh")


@slow
def test_a_connection_that_stands_still_is_borne_until_sshd_ends_it(
    host: Host, env: dict[str, str], tmp_path: Path, demo: str
) -> None:
    with running(host.words(demo, "-tt"), env=env) as terminal:
        terminal.wait("DEMO", "invoice-run", "q quit")
        program = process_of(tmp_path)
        before_s = last_s = program.cpu_s

        def has_ended() -> bool:
            nonlocal last_s
            with contextlib.suppress(OSError):
                last_s = program.cpu_s
            return program.has_ended

        terminal.process.send_signal(signal.SIGSTOP)
        wait_until(has_ended)
        assert last_s - before_s < SPIN_S
    assert list(tmp_path.rglob("crash.log")) == []
    tried("endings", "the ssh client stands still", "over ssh")


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
def test_in_tmux_it_outlives_the_connection(
    host: Host, env: dict[str, str], tmp_path: Path, demo: str
) -> None:
    tmux = "tmux -L fntui-ssh -f /dev/null"
    with running(host.words(f"{tmux} new-session {shlex.quote(demo)}", "-tt"), env=env) as terminal:
        terminal.wait("DEMO", "invoice-run", "q quit")
        terminal.press("?")
        terminal.wait("move half a page down")
        terminal.process.kill()
        terminal.process.wait(LIMIT_S)
    program = process_of(tmp_path)
    assert not program.has_ended
    with running(host.words(f"{tmux} attach", "-tt"), env=env, size=(90, 30)) as terminal:
        terminal.wait("move half a page down")
        terminal.press("q")
        terminal.wait("DEMO", "invoice-run", "q quit")
        terminal.press("q")
        terminal.wait_for_end()
    wait_until(lambda: program.has_ended)
    tried("endings", "the ssh client is killed", "over ssh in tmux")


def test_a_terminal_without_a_size_is_drawn_on_and_sigterm_ends_it(
    host: Host, env: dict[str, str], tmp_path: Path, demo: str
) -> None:
    """As a script or a cron job starts it: ssh -tt, from no terminal, tells 0 rows and columns."""
    client = subprocess.Popen(  # noqa: S603 - ssh, to ourselves
        host.words(f"env TERM=xterm {demo}", "-tt"),
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert client.stdout is not None
        written = b""
        while b"invoice-run" not in written:
            data = os.read(client.stdout.fileno(), 65536)
            assert data, written
            written += data
        program = process_of(tmp_path)
        before_s = program.cpu_s
        select.select([], [], [], SPIN_S)
        assert program.cpu_s - before_s < SPIN_S / 2
        ending_s = time.monotonic()
        program.send_signal(signal.SIGTERM)
        wait_until(lambda: program.has_ended)
        assert time.monotonic() - ending_s < ENDED_S
        client.communicate(timeout=LIMIT_S)
        assert client.returncode == 128 + signal.SIGTERM
    finally:
        client.kill()
        client.communicate()
    tried("sizes", "0x0", "over ssh -tt, from no terminal")
    tried("endings", "SIGTERM", "over ssh, without a size")


def test_over_ssh_without_a_shell_ctrl_z_does_not_stop_it(
    host: Host, env: dict[str, str], demo: str
) -> None:
    with running(host.words(demo, "-tt"), env=env) as terminal:
        terminal.wait("DEMO", "invoice-run", "q quit")
        terminal.press("\x1a")
        terminal.wait("There is no shell to return to.")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored
    tried("endings", "Ctrl-Z", "over ssh, no shell")


def test_without_a_terminal_it_says_what_is_missing(host: Host, env: dict[str, str]) -> None:
    ended = run(host, env, f"{FNTUI} --demo")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "fntui: standard input is not a terminal; over ssh, use ssh -t. "
        "For a report, run: fntui status.\n"
    )
    tried("endings", "no terminal", "over ssh")


def test_the_report_needs_no_terminal(host: Host, env: dict[str, str]) -> None:
    ended = run(host, env, f"{FNTUI} --demo status")
    assert ended.stderr == ""
    assert "invoice-run" in ended.stdout
    tried("endings", "no terminal, fntui status", "over ssh")


def run(host: Host, env: dict[str, str], command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - ssh, to ourselves
        host.words(command),
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
