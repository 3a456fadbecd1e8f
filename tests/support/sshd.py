"""A real sshd on loopback, with keys of its own, which lets in whoever runs the tests."""

import contextlib
import getpass
import os
import shlex
import shutil
import socket
import subprocess
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SSHD: Final = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_SEPARATED: Final = Path("/run/sshd")  # root's sshd wants it, and finds it where it is a service

_CONFIG: Final = """
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
PrintMotd no
PrintLastLog no
ClientAliveInterval 1
ClientAliveCountMax 1
"""


def is_here() -> bool:
    """Return whether what this takes is installed."""
    return SSHD is not None and None not in map(shutil.which, ("ssh", "ssh-keygen"))


class Host:
    """Another machine, so to speak."""

    def __init__(self, folder: Path, port: int, env: Mapping[str, str]) -> None:
        """Be at ``port``; programs there run in ``env``."""
        self._folder = folder
        self._port = port
        self._env = env

    def words(self, command: str, *options: str) -> list[str]:
        """Return the command line that runs a shell's ``command`` there."""
        set_up = shlex.join(["exec", "env", *(f"{name}={v}" for name, v in self._env.items())])
        settings = {
            "UserKnownHostsFile": f"{self._folder}/known",
            "StrictHostKeyChecking": "yes",
            "HostKeyAlias": "there",
            "IdentitiesOnly": "yes",
            "LogLevel": "ERROR",
            "EscapeChar": "none",
        }
        return [
            "ssh",
            *("-F", "none", "-p", str(self._port), "-i", f"{self._folder}/user"),
            *(word for name, value in settings.items() for word in ("-o", f"{name}={value}")),
            *options,
            f"{getpass.getuser()}@127.0.0.1",
            f"{set_up} {command}",
        ]


@contextmanager
def ssh_host(folder: Path, env: Mapping[str, str]) -> Generator[Host]:
    """Let whoever has the key in; each connection gets an sshd, as from inetd.

    Args:
        folder: For keys and settings.
        env: What programs there run in.
    """
    if os.geteuid() == 0:
        _SEPARATED.mkdir(mode=0o755, exist_ok=True)
    for name in ("host", "user"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{name}"]
        subprocess.run(command, check=True)  # noqa: S603 - of OpenSSH
    key = (folder / "host.pub").read_text("utf-8")
    (folder / "known").write_text(f"there {key}", "utf-8")
    config = folder / "sshd_config"
    config.write_text(_CONFIG.format(folder=folder), "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as door:
        started: list[subprocess.Popen[bytes]] = []
        keeper = threading.Thread(target=_let_in, args=(door, config, started), daemon=True)
        keeper.start()
        try:
            yield Host(folder, door.getsockname()[1], env)
        finally:
            door.shutdown(socket.SHUT_RDWR)
            keeper.join()
            for each in started:
                each.kill()
                each.wait()


def _let_in(door: socket.socket, config: Path, started: "list[subprocess.Popen[bytes]]") -> None:
    with contextlib.suppress(OSError):  # closed
        while True:
            connection, _ = door.accept()
            with connection, (config.parent / "sshd.log").open("ab") as log:
                command = [SSHD or "sshd", "-i", "-e", "-f", str(config)]
                link = connection.fileno()
                made = subprocess.Popen(command, stdin=link, stdout=link, stderr=log)  # noqa: S603 - of OpenSSH
                started.append(made)
