"""After a whole session, however it ends, no secret is left where somebody might look."""

# ruff: noqa: D107 - each class says what it is

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from typing import Final

import httpx
import pytest

from fntui.simulator.account import draws
from fntui.simulator.faults import NAMES
from tests.support.breaking import WHERE
from tests.support.canaries import all_in, is_in
from tests.support.loopback import simulator_process
from tests.support.sample import sample
from tests.support.terminal import Terminal, environment, in_terminal
from tests.support.tried import tried

pytestmark = pytest.mark.loopback

TOKEN: Final = "dop_v1_9f0c7ab4e15d8823c6b7f1d09e3a54c2b8d7601fe9a3c45d7b2806f1ace94d35"  # noqa: S105 - good for nothing
SAVE, ESCAPE, REPAINT = "\x0f", "\x1b", "\x0c"
LAYERS: Final = {
    "?": "move half a page down",
    "M": "next 60 minutes",
    "L": "REQUEST ID",
}
"""Keys that open a layer, and what only that shows."""

BLOCKING: Final = {"unauthorized"}
"""Faults that put another screen in the way; one of the tests at sign-in has it."""
FAULTS: Final = [name for name in NAMES if name not in BLOCKING]

CHILDREN: Final = "children: command line and environment"
_CHILD: Final = """\
#!/bin/sh
{ tr '\\0' ' ' </proc/$$/cmdline; env; } >>"$HOME/children"
"""


class Place:
    """A person's folders, a simulated account, and what of both is secret.

    Attributes:
        home: All that fntui may write to is in here.
        secrets: By name.
        left: What the program left, by channel.
    """

    def __init__(self, folder: Path, url: str) -> None:
        self.home, self.vault = folder / "home", folder / "vault"
        for each in (self.home, self.home / "tmp", self.vault):
            each.mkdir()
        self.url = url
        self.secrets = {"API token": TOKEN}
        self.left = {"temporary files": b""}
        self.client = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False
        )
        namespaces = self.client.get("/v2/functions/namespaces").json()["namespaces"]
        self.billing = next(each for each in namespaces if each["label"] == "billing")
        self.secrets["legacy key"] = self.billing["key"]

    def script(self, name: str, text: str) -> Path:
        """Put a program into the vault, which is not searched for secrets; return where it is."""
        path = self.vault / name
        path.write_text(_CHILD + text)
        path.chmod(0o700)
        return path

    def environment(self, *, has_token: bool, knows: bool = True) -> dict[str, str]:
        """Return that of a person whose token is in it, is told by a command, or is to be typed."""
        config = self.home / "config.toml"
        env = environment(
            self.home,
            TMPDIR=str(self.home / "tmp"),
            FNTUI_CONFIG=str(config),
            DIGITALOCEAN_API_URL=self.url,
            PATH=f"{self.vault}:{os.environ['PATH']}",
            PYTHONASYNCIODEBUG="1",
        )
        if has_token:
            return env | {"DIGITALOCEAN_TOKEN": TOKEN}
        if not knows:
            return env
        command = self.script("token", f"echo {TOKEN}\necho {TOKEN} >&2\n")
        config.write_text(f'[profiles.prod]\ntoken_command = ["{command}"]\n')
        return env

    def strike(self, faults: list[str]) -> None:
        """Have the next requests go wrong."""
        for name in faults:
            rule = {"name": name, "rate": 0.4, "times": 3}
            self.client.post("/simulator/faults", json=rule).raise_for_status()

    def learn_secret(self) -> None:
        """Know the secret of the access key that was just made."""
        path = f"/v2/functions/namespaces/{self.billing['namespace']}/keys"
        keys = self.client.get(path).json()["access_keys"]
        key_id = next(key["id"] for key in keys if key["name"] == "deploy")
        self.secrets["access key secret"] = f"fn_secret_{draws.hexadecimal(1, 'secret', key_id)}"

    def look(self, terminal: Terminal) -> None:
        """Take what can be seen of the program, and all that it has written so far."""
        self.left["terminal"] = terminal.written + terminal.text.encode()
        for path in self.home.rglob("*"):
            if path.is_file():
                channel = self._channel(path)
                self.left[channel] = self.left.get(channel, b"") + path.read_bytes()
        process = Path(f"/proc/{terminal.process.pid}")
        for name in ("cmdline", "environ", "comm", "status"):
            if process.exists():
                found = _contents(process / name)
                self.left[f"process: {name}"] = found

    def _channel(self, path: Path) -> str:
        name = str(path.relative_to(self.home))
        for part, channel in (
            ("history/", "history"),
            ("crash.log", "crash report"),
            ("deleted/", "journal of deleted namespaces"),
            ("tmp/", "temporary files"),
            ("config", "configuration"),
            ("children", CHILDREN),
            ("requests", "log"),
        ):
            if part in name:
                return channel
        return f"other files: {name}"

    def judge(self, ending: str) -> None:
        """Assert that nothing that was left tells a secret."""
        for channel, data in self.left.items():
            assert all_in(data, self.secrets) == [], channel
            for name in self.secrets:
                tried("secrets", f"{ending}: {name}", channel)


def _contents(path: Path) -> bytes:
    """Return what is in a file of ``/proc``, as far as it may be read at all."""
    try:
        return path.read_bytes()
    except PermissionError:
        return b""


@pytest.fixture
def place(tmp_path: Path) -> Generator[Place]:
    with simulator_process("--token", TOKEN) as url:
        place = Place(tmp_path, url)
        with closing(place.client):
            yield place


class Person:
    """Somebody who goes through the program, while all that can go wrong does."""

    def __init__(self, terminal: Terminal, place: Place) -> None:
        self.terminal = terminal
        self.place = place

    def go_to(self, name: str, *words: str) -> None:
        """Go to an object; ``words`` are in its detail."""
        self.terminal.press(":")
        self.terminal.wait("Run or go to")
        self.terminal.press(name)
        self.terminal.wait(f"{name} ", "go to ")
        self.terminal.press("\r")
        self.terminal.wait(*words)

    def go_round(self, faults: list[str]) -> None:
        """Look at every screen, as things go wrong; then all is well and read again."""
        self.terminal.wait("ALL NAMESPACES", "heartbeat")
        self.go_to("billing", "Region", "contractor")
        self.terminal.press("y")
        self.terminal.wait('"key": "•••"', '"api_host"')
        self.terminal.press("[")
        self.terminal.wait("ACCESS KEYS")
        self.look_at("C", "curl")  # of an object, which a fault may take off the screen
        self.place.strike(faults)
        self.terminal.press("R")
        for key, words in LAYERS.items():
            self.look_at(key, words)
        self.place.client.delete("/simulator/faults").raise_for_status()
        self.terminal.press("R")
        self.terminal.wait("billing             nyc1", "staging             nyc3")

    def look_at(self, key: str, words: str) -> None:
        """Open the layer that shows ``words``, and close it."""
        self.terminal.press(key)
        self.terminal.wait(words)
        self.terminal.press("q")
        while words in self.terminal.text:
            self.terminal.wait_for_change()

    def make_key(self) -> None:
        """Make an access key; its secret is in the program's hands then, and not on the screen."""
        self.go_to("billing", "Region", "contractor")
        self.go_to("contractor", "Basic")
        self.terminal.press("n")
        self.terminal.wait("New access key")
        self.terminal.press("deploy")
        self.terminal.wait("deploy")
        self.terminal.press(SAVE)
        self.terminal.answer("/v2/functions/namespaces", "y")
        self.terminal.wait("told once")
        self.place.learn_secret()

    def close_key(self) -> None:
        """Close the dialog with the access key's secret."""
        self.terminal.answer("told once", ESCAPE)
        ending = self.place.secrets["access key secret"][-4:]
        self.terminal.answer("Close for good?", f"{ending}\r")
        while "Close for good?" in self.terminal.text or "told once" in self.terminal.text:
            self.terminal.wait_for_change()

    def take_secret(self) -> None:
        """See the secret, and copy it; of what the terminal got, leave that moment out."""
        terminal, secret = self.terminal, self.place.secrets["access key secret"]
        before = terminal.written
        terminal.answer("told once", "v")
        terminal.wait("hides it again", secret)
        terminal.press("v")
        terminal.wait("shows it for 30 s")
        assert is_in(terminal.written.removeprefix(before), secret)
        terminal.written = before
        terminal.press("c")
        terminal.wait("sent to the terminal's clipboard")

    def delete_namespace(self) -> None:
        """Delete the namespace that has the legacy key, of which a file is kept."""
        self.go_to("billing", "Region")
        self.terminal.press("D")
        self.terminal.answer("Delete namespace", "billing\r")
        self.terminal.wait("was deleted")


def kill(number: signal.Signals) -> Callable[[Person], object]:
    """Return what ends the program by a signal."""
    return lambda person: person.terminal.process.send_signal(number)


def leave(person: Person) -> None:
    """Do all that can be done with a secret, then quit."""
    person.take_secret()
    person.close_key()
    person.delete_namespace()
    person.terminal.press("q")


def break_it(person: Person) -> None:
    """Come upon the bug."""
    person.terminal.press(REPAINT)


ENDINGS: Final[dict[str, tuple[Callable[[Person], object], int]]] = {
    "q": (leave, 0),
    "SIGTERM": (kill(signal.SIGTERM), 128 + signal.SIGTERM),
    "SIGHUP": (kill(signal.SIGHUP), 128 + signal.SIGHUP),
    "SIGABRT": (kill(signal.SIGABRT), -signal.SIGABRT),
    "terminal lost": (lambda person: person.terminal.hang_up(), 128 + signal.SIGHUP),
    **{f"error in a {where}": (break_it, 1) for where in WHERE},
}
"""What ends the program, and its exit status then."""


@pytest.mark.parametrize(
    "ending",
    sample(
        {name: name for name in ENDINGS},
        "q",
    ),
)
def test_no_secret_is_left_however_it_ends(place: Place, ending: str) -> None:
    end, status = ENDINGS[ending]
    number = list(ENDINGS).index(ending)
    env = place.environment(has_token=number % 2 == 0) | {"TMUX": "/nowhere,1,0"}
    place.script("tmux", "cat >/dev/null\n")
    module, bug = "fntui", []
    if ending.startswith("error"):
        module, bug = "tests.support.breaking", [ending.rpartition(" ")[2]]
    log = str(place.home / "requests")
    with in_terminal(*bug, "--log-file", log, env=env, module=module) as terminal:
        person = Person(terminal, place)
        person.go_round(FAULTS[number :: len(ENDINGS)])
        person.make_key()
        place.look(terminal)
        assert resource.prlimit(terminal.process.pid, resource.RLIMIT_CORE)[0] <= 1
        end(person)
        assert (
            terminal.process.wait(20) if "lost" in ending else terminal.wait_for_end()
        ) == status
        place.look(terminal)
    assert {"terminal", "log", "history", "process: environ"} <= set(place.left)
    assert ("crash report" in place.left) == bool(bug)
    if bug:
        assert b"BrokenError" in place.left["crash report"]
        assert b"break_down" in place.left["crash report"]
    if ending == "q":
        assert {"journal of deleted namespaces", CHILDREN} <= set(place.left)
        assert b"load-buffer" in place.left[CHILDREN]
    assert list((place.home / "tmp").iterdir()) == []
    place.judge(ending)


@pytest.mark.parametrize(
    ("ending", "fault", "words"),
    [
        ("SIGTERM", "hang", "checking"),
        ("SIGABRT", "hang", "checking"),
        ("error in a handler", "unauthorized", "refused the token"),
        ("error in a thread", "unauthorized", "refused the token"),
    ],
)
def test_no_secret_is_left_where_it_ends_at_sign_in(
    place: Place, ending: str, fault: str, words: str
) -> None:
    end, status = ENDINGS[ending]
    bug = [ending.rpartition(" ")[2]] if ending.startswith("error") else []
    module = "tests.support.breaking" if bug else "fntui"
    place.client.post("/simulator/faults", json={"name": fault}).raise_for_status()
    with in_terminal(
        *bug, env=place.environment(has_token=False, knows=False), module=module
    ) as terminal:
        terminal.wait("Sign in", "no keyring")
        terminal.press(f"\x1b[200~{TOKEN}\n\x1b[201~")
        terminal.wait("•" * 30)
        terminal.press("\r")
        terminal.wait(words)
        place.look(terminal)
        end(Person(terminal, place))
        assert terminal.wait_for_end() == status
        place.look(terminal)
    assert ("crash report" in place.left) == bool(bug)
    place.judge(f"{ending}, at sign-in")


@pytest.mark.parametrize(
    ("words", "number"),
    [
        (["status"], signal.SIGTERM),
        (["status"], signal.SIGHUP),
        (["auth", "status"], signal.SIGTERM),
        (["record"], signal.SIGTERM),
    ],
)
def test_a_command_that_is_told_to_end_takes_the_token_command_along(
    place: Place, number: signal.Signals, words: list[str]
) -> None:
    env = place.environment(has_token=False)
    started, alive = place.home / "started", place.vault / "alive"
    for fifo in (started, alive):
        os.mkfifo(fifo)
    # The token's first half is told; the rest does not come.
    place.script("token", f'exec 3>"{alive}"\nprintf {TOKEN[:40]}\necho >"{started}"\nsleep 600\n')
    reader = os.open(alive, os.O_RDONLY | os.O_NONBLOCK)
    program = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "fntui", *words],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    started.read_text()
    program.send_signal(number)
    out, err = program.communicate(timeout=20)
    assert program.returncode in {0, 128 + number}
    os.set_blocking(reader, True)
    # Reads to the end of the file only once no process holds the other end any more.
    assert os.read(reader, 1) == b""
    os.close(reader)
    place.left = {"standard output": out, "standard error": err}
    place.judge(f"{number.name} during fntui {' '.join(words)}")


@pytest.mark.parametrize("words", [["status"], ["status", "--json"], ["auth", "status"]])
def test_what_is_printed_tells_no_secret(place: Place, words: list[str]) -> None:
    place.strike(["server-error", "wrong-types", "cut-json", "proxy-html"])
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "fntui", *words],
        env=place.environment(has_token="auth" in words),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.stdout
    place.left = {"standard output": done.stdout, "standard error": done.stderr}
    place.judge(f"fntui {' '.join(words)}")
