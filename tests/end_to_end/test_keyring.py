"""The keyring, for real: GNOME Keyring in each of its states, and what fntui does with it then.

keyrings.alt is installed beside: its backend, which keeps secrets in a plain file, is never taken.
"""

import base64
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.support.loopback import simulator_process
from tests.support.prompting_service import prompting_service
from tests.support.sample import sample
from tests.support.secret_service import PROMPTER, Bus, are_here, calls_on, session_bus, stopped
from tests.support.terminal import Terminal, environment, in_terminal
from tests.support.tried import tried

pytestmark = [
    pytest.mark.loopback,
    pytest.mark.skipif(not are_here(), reason="needs dbus-daemon and gnome-keyring-daemon"),
]

TOKEN: Final = "dop_v1_" + "e2" * 32
PLAIN: Final = "keyrings.alt.file"
ENTER, ESCAPE, CTRL_C, CTRL_R = "\r", "\x1b", "\x03", "\x12"

HUNG: Final = "The keyring does not answer: it may have to be started anew."
WAITING: Final = "The keyring did not answer in time: it may be waiting for you on the desktop."
MAY_YET: Final = "Once it answers, it may still do what it was asked."
OTHER_WAYS: Final = "a token may come from the environment"
UNUSABLE: Final = {
    "no bus": "There is no keyring service here",
    "bus hung": HUNG,
    "not running": "No keyring is running: start one",
    "no collection": "There is no default keyring yet",
    "locked": "The keyring is locked: unlock it",
    "hung": HUNG,
}
"""What is said in each state in which nothing can be kept."""

SAMPLE: Final = sample({state: state for state in UNUSABLE}, "no bus", "locked", "hung")


def living(group: int) -> list[str]:
    """Return the states of the group's processes, without those that wait for init to reap them."""
    states: list[str] = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            state, _, of, *_ = file.read_text("utf-8").rpartition(")")[2].split()
            states += [state] if int(of) == group and state not in {"Z", "X"} else []
    return states


@dataclass(frozen=True)
class Person:
    """Somebody with files and an environment of their own.

    Attributes:
        home: Where all their files are.
        env: What their programs run in.
        bus: Their session's bus.
    """

    home: Path
    env: Mapping[str, str]
    bus: Bus

    @property
    def data(self) -> Path:
        """Where their keyring has its files."""
        return self.home / ".local" / "share"

    def run(self, *words: str, status: int, typed: str = "") -> str:
        """Run fntui without a screen, see how it ends, and return what it printed, as one line."""
        ended = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "fntui", *words],
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(self.env),
            text=True,
            timeout=20,
            check=False,
        )
        assert ended.returncode == status, ended.stdout
        assert TOKEN not in ended.stdout
        assert self.is_clean()
        return " ".join(ended.stdout.split())

    def is_clean(self) -> bool:
        """Tell whether the token is in no file, neither plainly nor as keyrings.alt has it."""
        texts = [file.read_bytes() for file in self.home.rglob("*") if file.is_file()]
        coded = base64.encodebytes(TOKEN.encode()).splitlines()[0]
        return not any(TOKEN.encode() in text or coded in text for text in texts)

    def screen(self) -> AbstractContextManager[Terminal]:
        """Run fntui with its screen."""
        return in_terminal(env=self.env, size=(80, 24))

    def quit(self, terminal: Terminal) -> None:
        """Press q, and see that nothing is left behind within seconds."""
        terminal.press("q")
        self.see_the_end(terminal)

    def see_the_end(self, terminal: Terminal) -> None:
        """See the program end, and leave nothing behind."""
        assert terminal.wait_for_end() == 0
        assert living(terminal.process.pid) == []
        assert terminal.is_restored
        assert TOKEN.encode() not in terminal.written
        assert self.is_clean()


@pytest.fixture(scope="module")
def api_url() -> Generator[str]:
    with simulator_process("--token", TOKEN) as url:
        yield url


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Generator[Bus]:
    with session_bus(tmp_path_factory.mktemp("bus")) as bus:
        yield bus


@pytest.fixture
def person(home: Path, api_url: str, bus: Bus) -> Person:
    env = environment(home, DIGITALOCEAN_API_URL=api_url, **bus.environ)
    return Person(home, env, bus)


@contextmanager
def unlocked(person: Person, *, token: str = "") -> Generator["subprocess.Popen[bytes]"]:
    """Have a keyring that is open, with ``token`` in it."""
    with person.bus.service(person.data, password="of a keyring") as process:  # noqa: S106
        if token:
            person.bus.keep("default", token)
        yield process


@contextmanager
def nobody_prompted(bus: Bus) -> Generator[None]:
    """See that GNOME Keyring never asks a person, as it would for ever: nobody is there."""
    with bus.owning(PROMPTER) as connection:
        yield
        assert calls_on(connection) == []


@contextmanager
def no_bus(person: Person) -> Generator[Person]:
    without = {name: text for name, text in person.env.items() if name not in person.bus.environ}
    yield Person(person.home, without, person.bus)


@contextmanager
def bus_hung(person: Person) -> Generator[Person]:
    with stopped(person.bus.process):
        yield person


@contextmanager
def not_running(person: Person) -> Generator[Person]:
    yield person


@contextmanager
def no_collection(person: Person) -> Generator[Person]:
    with person.bus.service(person.data), nobody_prompted(person.bus):
        yield person


@contextmanager
def locked(person: Person) -> Generator[Person]:
    with unlocked(person, token=TOKEN), nobody_prompted(person.bus):
        person.bus.lock()
        yield person


@contextmanager
def hung(person: Person) -> Generator[Person]:
    with unlocked(person, token=TOKEN) as process, stopped(process):
        yield person


STATES: Final[Mapping[str, Callable[[Person], AbstractContextManager[Person]]]] = {
    "no bus": no_bus,
    "bus hung": bus_hung,
    "not running": not_running,
    "no collection": no_collection,
    "locked": locked,
    "hung": hung,
}


# Without the screen


def said_by_each(person: Person) -> dict[str, str]:
    """Run each command at the same time as the others, none of which can do its work."""
    commands = {"auth login": 1, "auth status": 1, "auth logout": 1, "status": 3}
    with ThreadPoolExecutor(len(commands)) as pool:
        said = {
            words: pool.submit(person.run, *words.split(), status=status, typed=TOKEN)
            for words, status in commands.items()
        }
    return {words: text.result() for words, text in said.items()}


@pytest.mark.parametrize("state", SAMPLE)
def test_a_keyring_that_can_not_be_used_is_told_of_in_a_sentence(
    person: Person, state: str
) -> None:
    with STATES[state](person) as there:
        for act, said in said_by_each(there).items():
            assert said.count(UNUSABLE[state]) == 1
            assert (OTHER_WAYS in said) == (act in {"auth login", "auth status"})
            tried("keyring", state, act)


def test_an_open_keyring_keeps_gives_and_forgets(person: Person) -> None:
    with unlocked(person):
        said = person.run("auth", "status", status=1)
        assert "The keyring is ready (Secret Service)." in said
        assert "advice To keep one: fntui auth login --profile default" in said
        said = person.run("auth", "login", status=0, typed=TOKEN)
        assert "The API takes the token (ends in e2e2); it is kept in the keyring" in said
        assert person.bus.kept("default") == [TOKEN]
        tried("keyring", "unlocked", "auth login")
        said = person.run("auth", "status", status=0)
        assert "token from keyring (ends in e2e2)." in said
        assert "The API takes the token." in said
        tried("keyring", "unlocked", "auth status")
        assert "heartbeat" in person.run("status", status=2)
        tried("keyring", "unlocked", "status")
        person.run("auth", "login", status=0, typed=TOKEN)
        assert person.bus.kept("default") == [TOKEN]
        said = person.run("auth", "logout", status=0)
        assert said == "The token of profile default is deleted from the keyring."
        assert person.bus.kept("default") == []
        tried("keyring", "unlocked", "auth logout")


def test_a_keyring_that_waits_for_a_person_is_not_waited_for(person: Person) -> None:
    with prompting_service(person.bus):
        for act, said in said_by_each(person).items():
            waits_for = "keyring" if act in {"auth login", "auth logout"} else "token"
            assert f"fntui: Waiting for the {waits_for} …" in said
            assert said.count(WAITING) == 1
            assert (MAY_YET in said) == (waits_for == "keyring")
            tried("keyring", "prompting", act)


def test_a_prompt_that_is_dismissed_is_told_of(person: Person) -> None:
    with prompting_service(person.bus, is_dismissed=True):
        for act, said in said_by_each(person).items():
            is_kept = act == "auth login"
            assert ("The keyring's prompt was dismissed: nothing was done." in said) == is_kept
            assert (UNUSABLE["locked"] in said) != is_kept
            tried("keyring", "prompt dismissed", act)


@pytest.mark.parametrize("act", sample({"login": "login", "logout": "logout"}, "logout"))
def test_nobody_has_to_wait_for_a_keyring(person: Person, act: str) -> None:
    with prompting_service(person.bus), in_terminal("auth", act, env=person.env) as terminal:
        if act == "login":
            terminal.answer("(not shown):", TOKEN + ENTER)
        terminal.wait("Waiting for the keyring …")
        terminal.press(CTRL_C)
        assert terminal.wait_for_end() == 130
        assert "fntui: Stopped; the keyring may still do what it was asked." in terminal.text
        assert TOKEN.encode() not in terminal.written
    assert person.is_clean()
    tried("keyring", "prompting", f"interrupt of auth {act}")


# Plain files


def test_keyring_itself_would_keep_tokens_in_a_plain_file(person: Person) -> None:
    with no_bus(person) as there:
        ended = subprocess.run(
            [sys.executable, "-c", "import keyring; print(keyring.get_keyring().__module__)"],
            env=dict(there.env),
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
        assert ended.stdout == f"{PLAIN}\n"


def test_a_plain_file_is_not_taken_even_where_it_is_chosen(person: Person) -> None:
    chosen = {**person.env, "PYTHON_KEYRING_BACKEND": f"{PLAIN}.PlaintextKeyring"}
    there = Person(person.home, chosen, person.bus)
    with unlocked(person):
        for words in (("auth", "login"), ("auth", "status"), ("auth", "logout")):
            said = there.run(*words, status=1, typed=TOKEN)
            assert f"The only keyring here is {PLAIN}, which fntui does not trust" in said
            tried("keyring", "plain file chosen", " ".join(words))
        assert person.bus.kept("default") == []


# On the screen


@pytest.mark.parametrize("state", SAMPLE)
def test_without_a_keyring_the_screen_says_why_and_keeps_the_token_for_itself(
    person: Person, state: str
) -> None:
    with STATES[state](person) as there, there.screen() as terminal:
        terminal.wait("Sign in: profile default", UNUSABLE[state][:40])
        tried("keyring", state, "start")
        terminal.wait("for this session only", "token_command")
        terminal.paste(TOKEN)
        terminal.press(ENTER)
        terminal.wait("…e2e2", "heartbeat")
        tried("keyring", state, "sign in")
        there.quit(terminal)
    tried("keyring", state, "quit")


def test_a_token_that_was_kept_is_used_from_then_on(person: Person) -> None:
    with unlocked(person):
        with person.screen() as terminal:
            terminal.wait("The keyring holds no token for profile default.", "keyring is ready")
            terminal.paste(TOKEN)
            terminal.press(ENTER)
            terminal.wait("heartbeat")
            assert person.bus.kept("default") == [TOKEN]
            tried("keyring", "unlocked", "sign in")
            person.quit(terminal)
        tried("keyring", "unlocked", "quit")
        with person.screen() as terminal:
            terminal.wait("…e2e2", "heartbeat")
            person.quit(terminal)
        assert b"Sign in" not in terminal.written
        tried("keyring", "unlocked", "start")


@pytest.mark.slow
def test_a_keyring_that_asks_a_person_leaves_the_screen_alive(person: Person) -> None:
    with prompting_service(person.bus) as service, person.screen() as terminal:
        terminal.wait("Look for the API token of default")
        terminal.wait("Sign in: profile default", WAITING[:40], "keyring is ready")
        tried("keyring", "prompting", "start")
        terminal.paste(TOKEN)
        terminal.press(ENTER)
        terminal.wait("storing it in the keyring …")
        terminal.press(ESCAPE)
        terminal.wait("Stopped; the keyring may keep the token all the same.")
        tried("keyring", "prompting", "interrupt of sign in")
        terminal.press(ENTER)
        terminal.wait("The token is good, but the keyring did not take it.", MAY_YET[:30])
        service.dismiss()
        terminal.press(ENTER)
        terminal.wait("…e2e2", "heartbeat")
        tried("keyring", "prompting", "sign in")
        person.quit(terminal)
    tried("keyring", "prompting", "quit")


@pytest.mark.parametrize("state", ["hung", "prompting"])
def test_quitting_does_not_wait_for_the_keyring(person: Person, state: str) -> None:
    keyring = hung(person) if state == "hung" else prompting_service(person.bus)
    with keyring, person.screen() as terminal:
        terminal.wait("Look for the API token of default")
        person.quit(terminal)
    assert b"Sign in" not in terminal.written
    tried("keyring", state, "quit at the start")


def test_quitting_does_not_wait_for_a_token_to_be_stored(person: Person) -> None:
    with prompting_service(person.bus, is_empty=True), person.screen() as terminal:
        terminal.wait("The keyring holds no token", "keyring is ready")
        terminal.paste(TOKEN)
        terminal.press(ENTER)
        terminal.wait("storing it in the keyring …")
        terminal.press(ESCAPE)
        terminal.wait("Stopped;")
        terminal.press(ESCAPE)
        terminal.answer("Quit without signing in?", "y")
        person.see_the_end(terminal)
    tried("keyring", "prompting", "quit while storing")


# Once it can be used again


def test_a_hung_keyring_that_goes_on_is_used(person: Person) -> None:
    with unlocked(person, token=TOKEN) as process, ExitStack() as hanging:
        hanging.enter_context(stopped(process))
        with person.screen() as terminal:
            terminal.wait(HUNG[:40], "for this session only")
            hanging.close()
            terminal.press(CTRL_R)
            terminal.wait("…e2e2", "heartbeat")
            person.quit(terminal)
    tried("keyring", "hung", "look again")


def test_a_keyring_that_is_started_late_is_used(person: Person) -> None:
    with person.screen() as terminal:
        terminal.wait(UNUSABLE["not running"], "for this session only")
        with unlocked(person, token=TOKEN):
            terminal.press(CTRL_R)
            terminal.wait("…e2e2", "heartbeat")
        person.quit(terminal)
    tried("keyring", "not running", "look again")


def test_a_token_that_could_not_be_stored_is_stored_on_the_next_try(person: Person) -> None:
    with unlocked(person) as process, person.screen() as terminal:
        terminal.wait("Sign in: profile default", "keyring is ready")
        with stopped(process):
            terminal.paste(TOKEN)
            terminal.press(ENTER)
            terminal.wait("The token is good, but the keyring did not take it.", HUNG[:40])
        assert person.bus.kept("default") == []
        terminal.press(CTRL_R)
        terminal.wait("keyring is ready")
        terminal.press(ENTER)
        terminal.wait("…e2e2", "heartbeat")
        assert person.bus.kept("default") == [TOKEN]
        person.quit(terminal)
    tried("keyring", "hung", "sign in again")
