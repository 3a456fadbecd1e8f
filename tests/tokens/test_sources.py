import io
import os
import subprocess
import sys
from pathlib import Path

import keyring
import pytest

from fntui.api.secret import Secret
from fntui.tokens import forms, sources
from fntui.tokens.keyring_probe import Health
from fntui.tokens.keyring_store import KeyringStore
from tests.support.fake_keyring import of_module

TOKEN = "dop_v1_" + "a1" * 32


def token_of(search: sources.Search | None) -> str:
    assert search is not None
    assert search.found is not None
    assert search.found.source == search.source
    return search.found.token.reveal()


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_the_first_line_of_the_token_file_is_taken(tmp_path: Path) -> None:
    search = sources.from_file(write(tmp_path / "token", f"{TOKEN}\nmore\n"))
    assert token_of(search) == TOKEN
    assert search.source == "token file"
    assert search.found is not None
    assert search.found.warning == ""


def test_a_token_file_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    search = sources.from_file(write(tmp_path / "token", "odd-token", 0o640))
    assert search.found is not None
    assert search.found.warning.startswith(forms.UNUSUAL)
    assert "chmod 600" in search.found.warning


def test_a_token_file_may_be_a_pipe(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo, 0o644)
    holder = os.open(fifo, os.O_RDWR)
    os.write(holder, f"{TOKEN}\n".encode())
    search = sources.from_file(fifo)
    os.close(holder)
    assert token_of(search) == TOKEN
    assert search.found is not None
    assert search.found.warning == ""


def test_a_token_file_that_can_not_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sources.from_file(tmp_path / "none")


def test_an_endless_stream_is_read_up_to_a_limit() -> None:
    stream = io.BytesIO(b"x" * 10_000_000)
    search = sources.from_stream(stream, "standard input")
    assert search.notes == (f"standard input: {forms.TOO_LONG}",)
    assert stream.tell() <= 64 * 1024


@pytest.mark.parametrize(
    ("environ", "source"),
    [
        ({"DIGITALOCEAN_ACCESS_TOKEN": TOKEN}, "env DIGITALOCEAN_ACCESS_TOKEN"),
        ({"DIGITALOCEAN_TOKEN": TOKEN}, "env DIGITALOCEAN_TOKEN"),
        (
            {"DIGITALOCEAN_TOKEN": "dop_v1_other", "DIGITALOCEAN_ACCESS_TOKEN": TOKEN},
            "env DIGITALOCEAN_ACCESS_TOKEN",
        ),
        (
            {"DIGITALOCEAN_ACCESS_TOKEN": " ", "DIGITALOCEAN_TOKEN": TOKEN},
            "env DIGITALOCEAN_TOKEN",
        ),
    ],
)
def test_the_environment_is_asked_in_order_and_left_without_tokens(
    environ: dict[str, str], source: str
) -> None:
    environ = {"PATH": "/bin", **environ}
    search = sources.take_from_environment(environ)
    assert token_of(search) == TOKEN
    assert search is not None
    assert search.source == source
    assert environ == {"PATH": "/bin"}


def test_an_environment_without_tokens() -> None:
    assert sources.take_from_environment({"DIGITALOCEAN_TOKEN": ""}) is None


def test_a_variable_that_is_no_token_ends_the_search_without_being_quoted() -> None:
    environ = {"DIGITALOCEAN_ACCESS_TOKEN": "can ary", "DIGITALOCEAN_TOKEN": TOKEN}
    search = sources.take_from_environment(environ)
    assert search is not None
    assert search.found is None
    assert search.notes == (f"env DIGITALOCEAN_ACCESS_TOKEN: {forms.MALFORMED}",)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
@pytest.mark.parametrize("name", sources.VARIABLES)
def test_what_the_system_shows_of_the_environment_is_overwritten(name: str) -> None:
    """Unset, a variable is still where ``ps e`` finds it."""
    code = (
        "import os; from fntui.tokens import sources\n"
        "found = sources.take_from_environment(os.environ)\n"
        "print(found.found.token.reveal())\n"
        "print(open('/proc/self/environ', errors='replace').read().count('*'))\n"
        "print(open('/proc/self/environ', errors='replace').read())\n"
    )
    shown = subprocess.run(  # noqa: S603 - this interpreter, our own lines
        [sys.executable, "-c", code],
        env={"A": "1", name: TOKEN, "PYTHONPATH": os.pathsep.join(sys.path), "Z": "2"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n", 2)
    assert shown[:2] == [TOKEN, str(len(TOKEN))]
    assert "A=1\0" in shown[2]
    assert "Z=2\0" in shown[2]
    assert TOKEN[10:20] not in shown[2]


async def test_a_command() -> None:
    search = await sources.from_command([sys.executable, "-c", f"print({TOKEN!r})"])
    assert token_of(search) == TOKEN
    assert search.source == "command"


async def test_a_command_that_fails() -> None:
    search = await sources.from_command(["/no/such/program"])
    assert search.found is None
    assert "could not be started" in search.notes[0]


async def test_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = of_module("keyring.backends.SecretService")
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    store = KeyringStore(health=lambda: Health.READY)
    search = await sources.from_keyring(store, "work")
    assert search.notes == ("The keyring holds no token for profile work.",)
    await store.keep("work", Secret(TOKEN))
    search = await sources.from_keyring(store, "work")
    assert token_of(search) == TOKEN
    assert search.source == "keyring"


async def test_a_locked_keyring() -> None:
    search = await sources.from_keyring(KeyringStore(health=lambda: Health.LOCKED), "work")
    assert search.found is None
    assert "locked" in search.notes[0]
