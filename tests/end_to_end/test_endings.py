"""Signals, and terminals that are lost, stand still or can do nothing; with a write under way."""

import signal
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.end_to_end.conftest import TOKEN
from tests.support.loopback import simulator_process
from tests.support.terminal import LIMIT_S, Terminal, in_terminal
from tests.support.tried import tried

ENDING: Final = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
REPAINT: Final = "\x0c"
UNANSWERED: Final = "fntui ended before an answer came"
IDLE_S: Final = 2.0
SPIN_S: Final = 1.0
"""CPU seconds that nothing here may take; a program that spins takes them in one."""


class Server:
    """The simulator, with its log and its faults."""

    def __init__(self, url: str) -> None:
        """Ask at ``url``."""
        self.url = url
        self._http = httpx.Client(base_url=f"{url}/simulator", trust_env=False)

    def log(self) -> list[tuple[str, str]]:
        """Return method and path of all that was asked."""
        requests = self._http.get("/log").raise_for_status().json()["requests"]
        return [(each["method"], each["path"]) for each in requests]

    def answer_late(self, seconds: float) -> None:
        """Answer the next change of a trigger after so many seconds."""
        self._http.request("DELETE", "/faults").raise_for_status()
        fault = {"name": "slow", "operation": "update trigger", "times": 1, "seconds": seconds}
        self._http.post("/faults", json=fault).raise_for_status()

    def wait_for_more(self, count: int) -> None:
        """Return once more than ``count`` requests were made."""
        end_s = time.monotonic() + LIMIT_S
        while len(self.log()) <= count:
            assert time.monotonic() < end_s

    def close(self) -> None:
        """Ask nothing more."""
        self._http.close()


@pytest.fixture(scope="module")
def server() -> Generator[Server]:
    with simulator_process("--token", TOKEN, "--rate-limit", "100000/10000") as url:
        made = Server(url)
        yield made
        made.close()


@pytest.fixture
def signed_in(env: dict[str, str], server: Server) -> dict[str, str]:
    return env | {"DIGITALOCEAN_TOKEN": TOKEN, "DIGITALOCEAN_API_URL": server.url}


def no_crash(home: Path) -> bool:
    return not list(home.rglob("crash.log"))


def begin_write(terminal: Terminal) -> None:
    """Pause a trigger, or resume it, and return once the request is under way."""
    terminal.wait("invoice-run", "q quit")
    terminal.press(":")
    terminal.wait("Run or go to")
    terminal.press("dunning")
    terminal.wait("billing / dunning")
    terminal.press("\r")
    terminal.wait("At minute 0")
    terminal.press("p")
    terminal.answer("dunning in billing", "y")
    terminal.press("q")
    terminal.wait("outcome is not known")


def writes(log: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [each for each in log if each[0] != "GET"]


def start(terminal: Terminal) -> None:
    terminal.wait("DEMO", "invoice-run", "quit")
    assert not terminal.is_restored


def stall(terminal: Terminal, server: Server) -> None:
    """Have more drawn than a terminal takes unread, and see that the program goes on."""
    asked = len(server.log())
    terminal.press(REPAINT * 40 + "R")
    server.wait_for_more(asked + 5)


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_ends_it(env: dict[str, str], home: Path, number: signal.Signals) -> None:
    with in_terminal("--demo", env=env) as terminal:
        start(terminal)
        terminal.process.send_signal(number)
        assert terminal.wait_for_end() == 128 + number
        assert terminal.is_restored
    assert no_crash(home)
    tried("endings", number.name, "at rest")


@pytest.mark.parametrize("number", ENDING)
def test_a_write_under_way_is_told_of(
    signed_in: dict[str, str], server: Server, home: Path, number: signal.Signals
) -> None:
    before = writes(server.log())
    server.answer_late(3)
    with in_terminal(env=signed_in) as terminal:
        begin_write(terminal)
        terminal.process.send_signal(number)
        assert terminal.wait_for_end() == 128 + number
        assert UNANSWERED in terminal.text
        assert terminal.is_restored
    server.wait_for_more(len(server.log()) if len(writes(server.log())) == len(before) else 0)
    assert len(writes(server.log())) == len(before) + 1
    assert no_crash(home)
    tried("endings", number.name, "a write under way")
