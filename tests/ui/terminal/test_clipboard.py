import asyncio
import base64
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App
from typing_extensions import override

from fntui.ui.terminal.clipboard import MOST_BYTES, Clipboard

NO_TMUX: dict[str, str] = {}
TMUX = {"TMUX": "/tmp/tmux,1,0"}  # noqa: S108 - nothing is opened


class Terminal(App[None]):
    """Remembers what was written for its clipboard."""

    def __init__(self) -> None:
        """Have an empty clipboard."""
        super().__init__()
        self.written: list[str] = []

    @override
    def copy_to_clipboard(self, text: str) -> None:
        super().copy_to_clipboard(text)
        self.written.append(base64.b64decode(base64.b64encode(text.encode())).decode())


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole search path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def write_tmux(programs: Path, body: str) -> Path:
    """Put a tmux there that appends its arguments to a log, then does ``body``."""
    log = programs / "log"
    tmux = programs / "tmux"
    tmux.write_text(f'#!/bin/sh\nPATH=/usr/bin:/bin\necho "$@" >> {log}\n{body}\n')
    tmux.chmod(0o700)
    return log


async def test_outside_tmux_it_goes_by_osc_52_and_textual_keeps_no_copy() -> None:
    app = Terminal()
    sentence = await Clipboard(app, NO_TMUX).send("fn-1\nfn-2", "2 ids")
    assert app.written == ["fn-1\nfn-2"]
    assert app.clipboard == ""
    assert sentence == "2 ids sent to the terminal's clipboard."


async def test_in_tmux_it_goes_through_a_buffer_that_is_deleted(programs: Path) -> None:
    log = write_tmux(programs, f"[ $1 = load-buffer ] && cat > {programs}/got; exit 0")
    app = Terminal()
    sentence = await Clipboard(app, TMUX).send("s'x $y\n", "The credential")
    assert (programs / "got").read_text() == "s'x $y\n"
    assert log.read_text().splitlines() == [
        "load-buffer -w -b fntui -",
        "delete-buffer -b fntui",
    ]
    assert app.written == []
    assert sentence == "The credential sent to the terminal's clipboard."


async def test_a_tmux_too_old_for_it_is_gone_round(programs: Path) -> None:
    log = write_tmux(programs, "cat > /dev/null; exit 1")
    app = Terminal()
    sentence = await Clipboard(app, TMUX).send("fn-1", "The id")
    assert app.written == ["fn-1"]
    assert "tmux may have kept it back" in sentence
    assert "delete-buffer" in log.read_text()


@pytest.mark.usefixtures("programs")
async def test_no_tmux_in_the_path_is_gone_round() -> None:
    app = Terminal()
    await Clipboard(app, TMUX).send("fn-1", "The id")
    assert app.written == ["fn-1"]


async def test_a_tmux_that_hangs_is_killed_after_the_limit(programs: Path) -> None:
    log = write_tmux(programs, f"echo $$ > {programs}/pid; [ $1 = load-buffer ] && exec sleep 600")
    app = Terminal()
    await Clipboard(app, TMUX, limit_s=0.5).send("fn-1", "The id")
    assert app.written == ["fn-1"]
    assert "load-buffer" in log.read_text()
    for pid in {int(line) for line in (programs / "pid").read_text().split()}:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_leaving_while_tmux_hangs_kills_it(programs: Path) -> None:
    os.mkfifo(programs / "started")
    write_tmux(programs, f"[ $1 = load-buffer ] && echo $$ > {programs}/started && exec sleep 600")
    sending = asyncio.create_task(Clipboard(Terminal(), TMUX).send("fn-1", "The id"))
    pid = int(await asyncio.to_thread((programs / "started").read_text))
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_what_terminals_do_not_take_is_refused_in_a_sentence() -> None:
    app = Terminal()
    sentence = await Clipboard(app, NO_TMUX).send("x" * (MOST_BYTES + 1), "The body")
    assert app.written == []
    assert sentence == "The body not copied: 74,995 bytes, terminals take at most 74,994."
    await Clipboard(app, NO_TMUX).send("x" * MOST_BYTES, "The body")
    assert len(app.written) == 1


async def test_a_long_name_is_shortened_in_the_sentence() -> None:
    sentence = await Clipboard(Terminal(), NO_TMUX).send("x", "n" * 10_000)
    assert sentence == "n" * 79 + "… sent to the terminal's clipboard."


async def test_half_characters_are_replaced_and_it_says_so() -> None:
    app = Terminal()
    sentence = await Clipboard(app, NO_TMUX).send("a\ud800b", "The name")
    assert app.written == ["a?b"]
    assert "Half characters in it were replaced." in sentence


async def test_control_characters_are_warned_of() -> None:
    clipboard = Clipboard(Terminal(), NO_TMUX)
    assert "look before you paste" in await clipboard.send("rm\x15\r", "The name")
    assert "look before you paste" in await clipboard.send("a\u202eb", "The name")
    assert "look before you paste" not in await clipboard.send("{\n\t}", "JSON")


@pytest.fixture
def tmux_server(tmp_path: Path) -> Iterator[str]:
    """The socket of a tmux of our own, in its default settings."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    socket = str(tmp_path / "socket")
    command = ["tmux", "-S", socket, "-f", "/dev/null"]
    subprocess.run([*command, "new-session", "-d", "cat"], check=True)  # noqa: S603 - our own words
    yield socket
    subprocess.run([*command, "kill-server"], check=True)  # noqa: S603 - our own words


async def test_a_real_tmux_takes_it_and_keeps_no_copy(
    tmux_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMUX", f"{tmux_server},1,0")
    sentence = await Clipboard(Terminal()).send("fn-1", "The id")
    assert sentence == "The id sent to the terminal's clipboard."
    listed = ["tmux", "-S", tmux_server, "list-buffers"]
    left = await asyncio.to_thread(subprocess.check_output, listed)
    assert left == b""


def test_textual_still_keeps_what_was_copied_where_it_is_wiped() -> None:
    """A private name of Textual 8: if it moves, Ctrl-V would paste a secret that was copied."""
    app = App[None]()
    app.copy_to_clipboard("secret")
    assert app._clipboard == app.clipboard == "secret"
