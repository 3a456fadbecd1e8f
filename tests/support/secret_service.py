"""A real Secret Service: GNOME Keyring on a session bus of its own, in every state there is.

Everything lives below one folder; nothing of the machine's own session is touched.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

# Where there are none, as on macOS, there is no Secret Service either; and they have no types.
jeepney: Any = pytest.importorskip("jeepney")
bus_messages: Any = pytest.importorskip("jeepney.bus_messages")
blocking: Any = pytest.importorskip("jeepney.io.blocking")
secretstorage: Any = pytest.importorskip("secretstorage")

PROGRAMS: Final = ("dbus-daemon", "gnome-keyring-daemon")

SECRETS: Final = "org.freedesktop.secrets"
PROMPTER: Final = "org.gnome.keyring.SystemPrompter"

Process: TypeAlias = "subprocess.Popen[bytes]"

_LIMIT_S: Final = 20.0
_CONFIG: Final = """\
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def are_here() -> bool:
    """Tell whether the programs are on this machine."""
    return all(shutil.which(program) for program in PROGRAMS)


class Bus:
    """A session bus that only those with its environment know of.

    Attributes:
        environ: What a program needs in its environment to find it.
        process: The bus itself.
    """

    def __init__(self, folder: Path, address: str, process: Process) -> None:
        """Speak of the bus at ``address``; ``folder`` is for what lives on it."""
        self.process = process
        self._folder = folder
        self._address = address
        self.environ = {
            "DBUS_SESSION_BUS_ADDRESS": address,
            "XDG_RUNTIME_DIR": str(folder),
        }

    def connect(self) -> Any:  # noqa: ANN401 - jeepney has no types
        """Return a connection; whoever asks closes it."""
        return blocking.open_dbus_connection(self._address)

    @contextmanager
    def owning(self, name: str) -> Generator[Any]:
        """Own ``name`` on the bus, and answer nobody who calls it.

        Yields:
            The connection that has it.
        """
        with closing(self.connect()) as connection:
            (code,) = connection.send_and_get_reply(bus_messages.message_bus.RequestName(name)).body
            assert code == 1, "somebody else has it"
            yield connection

    @contextmanager
    def service(self, data: Path, *, password: str = "") -> Generator[Process]:
        """Run GNOME Keyring with its files in ``data``; at the end, end it.

        Args:
            data: Stands for ~/.local/share.
            password: Opens the default collection, which is made if need be; "": none is opened.

        Yields:
            Its process.
        """
        options = ["--foreground", "--components=secrets", f"--control-directory={self._folder}"]
        with closing(self.connect()) as connection, self._coming(connection) as come:
            process = subprocess.Popen(  # noqa: S603 - the program whose behaviour is the point
                ["gnome-keyring-daemon", *options, *(["--unlock"] if password else [])],  # noqa: S607
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**_without_a_desktop(), **self.environ, "XDG_DATA_HOME": str(data)},
            )
            try:
                assert process.stdin is not None
                with process.stdin as stdin:
                    stdin.write(password.encode())
                come()
                yield process
            finally:
                process.kill()
                process.wait()

    @contextmanager
    def _coming(self, connection: Any) -> Generator[Callable[[], None]]:  # noqa: ANN401 - jeepney has no types
        """Yield what waits for a service to be there; one that went before is no news."""
        rule = bus_messages.MatchRule(
            type="signal", interface="org.freedesktop.DBus", member="NameOwnerChanged"
        )
        rule.add_arg_condition(0, SECRETS)
        connection.send_and_get_reply(bus_messages.message_bus.AddMatch(rule))
        with connection.filter(rule) as changes:

            def come() -> None:
                owner = ""
                while not owner:
                    message = connection.recv_until_filtered(changes, timeout=_LIMIT_S)
                    _name, _old, owner = message.body

            yield come

    def lock(self) -> None:
        """Lock the default collection."""
        with closing(self.connect()) as connection:
            secretstorage.get_collection_by_alias(connection, "default").lock()

    def kept(self, profile: str) -> list[str]:
        """Return every token that the default collection holds for ``profile``."""
        with closing(self.connect()) as connection:
            collection = secretstorage.get_collection_by_alias(connection, "default")
            found = collection.search_items({"service": "fntui", "username": profile})
            return [item.get_secret().decode() for item in found]

    def keep(self, profile: str, token: str) -> None:
        """Keep ``token`` for ``profile``, as fntui does."""
        with closing(self.connect()) as connection:
            collection = secretstorage.get_collection_by_alias(connection, "default")
            names = {"service": "fntui", "username": profile}
            collection.create_item(f"fntui {profile}", names, token.encode(), replace=True)


@contextmanager
def session_bus(folder: Path) -> Generator[Bus]:
    """Run a session bus whose socket is in ``folder``; at the end, end it."""
    folder.chmod(0o700)
    config = folder / "bus.conf"
    config.write_text(_CONFIG.format(socket=folder / "bus"))
    process: Process = subprocess.Popen(  # noqa: S603 - as above
        ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", "--print-address"],  # noqa: S607
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_without_a_desktop(),
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().decode().strip()
        assert address.startswith("unix:"), address
        yield Bus(folder, address, process)
    finally:
        process.kill()
        process.communicate()


def calls_on(connection: Any) -> list[str]:  # noqa: ANN401 - jeepney has no types
    """Return the methods that were called on the connection since it was last read."""
    methods: list[str] = []
    with suppress(TimeoutError):
        while message := connection.receive(timeout=0):
            if message.header.message_type is jeepney.MessageType.method_call:
                methods.append(message.header.fields[jeepney.HeaderFields.member])
    return methods


@contextmanager
def stopped(process: Process) -> Generator[None]:
    """Have the process hang, and go on at the end."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def _without_a_desktop() -> Mapping[str, str]:
    """Return an environment that leads to no session of the machine's."""
    hidden = ("DBUS_", "DISPLAY", "WAYLAND", "XDG_", "GNOME_", "SSH_AUTH_SOCK")
    return {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
