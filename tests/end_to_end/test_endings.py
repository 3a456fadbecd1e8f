"""Signals, and terminals that are lost, stand still or can do nothing; with a write under way."""

import os
import select
import signal
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.end_to_end.conftest import TOKEN
from tests.support.effort import slow
from tests.support.loopback import simulator_process
from tests.support.sample import sample
from tests.support.terminal import LIMIT_S, Terminal, in_shell, in_terminal, running
from tests.support.tried import tried

ENDING: Final = {
    number.name: number for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
}
REPORT: Final = "For a report, run: fntui status."
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

    def writes(self) -> int:
        """Return how many requests changed something."""
        return sum(method != "GET" for method, _ in self.log())

    def writes_after(self, before: int) -> int:
        """Return how many there were since there were ``before``, once there are any."""
        end_s = time.monotonic() + LIMIT_S
        while (now := self.writes()) == before:
            assert time.monotonic() < end_s
        return now - before

    def answer_no_write(self) -> None:
        """Leave the next change of a trigger without an answer, until who asks gives up."""
        fault = {"name": "hang", "operation": "update trigger", "times": 1}
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
    terminal.wait("money/dunning")
    terminal.press("p")
    terminal.answer("dunning in billing", "y")
    terminal.wait("dunning in billing (default)…, Esc stops")


def idle() -> None:
    """Wait, while a program could spin."""
    select.select([], [], [], IDLE_S)


def ended_cpu_s() -> float:
    """Return the processor's seconds of all children that have ended, and were waited for."""
    times = os.times()
    return times.children_user + times.children_system


def start(terminal: Terminal) -> None:
    terminal.wait("DEMO", "invoice-run", "quit")
    assert not terminal.is_restored


def stall(terminal: Terminal, server: Server) -> None:
    """Have more drawn than a terminal takes unread, and see that the program goes on."""
    asked = len(server.log())
    terminal.press(REPAINT * 40 + "R")
    server.wait_for_more(asked + 5)


@pytest.mark.parametrize("number", sample(ENDING, "SIGHUP", "SIGTERM"))
def test_a_signal_ends_it(env: dict[str, str], home: Path, number: signal.Signals) -> None:
    with in_terminal("--demo", env=env) as terminal:
        start(terminal)
        terminal.process.send_signal(number)
        assert terminal.wait_for_end() == 128 + number
        assert terminal.is_restored
    assert no_crash(home)
    tried("endings", number.name, "at rest")


@pytest.mark.parametrize("number", sample(ENDING, "SIGTERM"))
def test_a_write_under_way_is_told_of(
    signed_in: dict[str, str], server: Server, home: Path, number: signal.Signals
) -> None:
    server.answer_no_write()
    before = server.writes()
    with in_terminal(env=signed_in) as terminal:
        begin_write(terminal)
        terminal.process.send_signal(number)
        assert terminal.wait_for_end() == 128 + number
        assert UNANSWERED in terminal.text
        assert terminal.is_restored
    assert server.writes_after(before) == 1
    assert no_crash(home)
    tried("endings", number.name, "a write under way")


def test_whoever_quits_all_the_same_is_told_of_the_write(
    signed_in: dict[str, str], server: Server
) -> None:
    server.answer_no_write()
    before = server.writes()
    with in_terminal(env=signed_in) as terminal:
        begin_write(terminal)
        terminal.press("q")
        terminal.answer("outcome is not known", "y")
        assert terminal.wait_for_end() == 0
        assert UNANSWERED in terminal.text
        assert terminal.is_restored
    assert server.writes_after(before) == 1
    tried("endings", "q", "a write under way")


@pytest.mark.parametrize("is_ignored", sample({"SIGHUP": False, "ignored": True}, "SIGHUP"))
def test_it_ends_with_its_terminal_and_the_next_session_knows_of_the_write(
    signed_in: dict[str, str], server: Server, home: Path, *, is_ignored: bool
) -> None:
    server.answer_no_write()
    before = server.writes()
    words = ["sh", "-c", "trap '' HUP; exec \"$0\" -m fntui", sys.executable]
    program = words if is_ignored else [sys.executable, "-m", "fntui"]
    with running(program, env=signed_in) as terminal:
        begin_write(terminal)
        before_s = ended_cpu_s() + terminal.cpu_s
        terminal.hang_up()
        assert terminal.process.wait(LIMIT_S) == 128 + signal.SIGHUP
        assert ended_cpu_s() - before_s < SPIN_S
    assert server.writes_after(before) == 1
    assert no_crash(home)
    with in_terminal(env=signed_in) as terminal:
        terminal.wait("invoice-run", "q quit")
        terminal.press("]")
        terminal.wait("fntui ended before")
    tried("endings", "the terminal is closed", "SIGHUP is ignored" if is_ignored else "at rest")


def goes_on(terminal: Terminal) -> None:
    """See that the program is idle, and ends in order."""
    before_s = terminal.cpu_s
    idle()
    assert terminal.cpu_s - before_s < SPIN_S
    terminal.press("?")
    terminal.wait("move half a page down")
    terminal.press("q")
    terminal.wait("invoice-run", "q quit")
    terminal.press("q")
    assert terminal.wait_for_end() == 0
    assert terminal.is_restored


def test_sent_to_the_background_it_leaves_the_terminal_and_goes_on(
    signed_in: dict[str, str], server: Server
) -> None:
    with in_shell(env=signed_in) as terminal:
        terminal.wait("invoice-run", "q quit")
        for times in (1, 2):
            terminal.program.send_signal(signal.SIGTSTP)
            terminal.wait_for_shell(times)
            assert terminal.is_restored
            asked = len(server.log())
            terminal.come_back()
            terminal.wait("invoice-run", "q quit")
            terminal.press("R")
            server.wait_for_more(asked)
        goes_on(terminal)
    tried("endings", "SIGTSTP", "at rest")


@slow
def test_stopped_by_force_it_goes_on(signed_in: dict[str, str], server: Server) -> None:
    with in_terminal(env=signed_in) as terminal:
        terminal.wait("invoice-run", "q quit")
        for _ in range(2):
            terminal.process.send_signal(signal.SIGSTOP)
            terminal.wait_for_stop()
            assert not terminal.is_restored
            asked = len(server.log())
            terminal.process.send_signal(signal.SIGCONT)
            terminal.press("R")
            server.wait_for_more(asked)
        goes_on(terminal)
    tried("endings", "SIGSTOP", "at rest")


@pytest.mark.parametrize(
    "way",
    sample(
        {str(way): way for way in ("q", signal.SIGTERM, signal.SIGHUP, "the terminal is closed")},
        *("q", "the terminal is closed"),
    ),
)
def test_a_terminal_that_does_not_read_holds_up_nothing(
    signed_in: dict[str, str], server: Server, home: Path, way: str | signal.Signals
) -> None:
    with in_terminal(env=signed_in) as terminal:
        terminal.wait("invoice-run", "q quit")
        stall(terminal, server)
        if way == "the terminal is closed":
            terminal.hang_up()
        elif isinstance(way, signal.Signals):
            terminal.process.send_signal(way)
        else:
            terminal.press(way)
        status = terminal.process.wait(LIMIT_S)
        if terminal.is_open:
            assert status == (0 if way == "q" else 128 + int(way))
            terminal.wait_for_end()
            assert terminal.is_restored
    assert no_crash(home)
    name = way.name if isinstance(way, signal.Signals) else way
    tried("endings", name, "the terminal does not read")


def test_a_terminal_that_reads_again_shows_the_present_and_nothing_of_the_time_between(
    signed_in: dict[str, str], server: Server
) -> None:
    with in_shell(env=signed_in) as terminal:
        terminal.wait("invoice-run", "q quit")
        stall(terminal, server)
        before_s = terminal.cpu_s
        idle()
        assert terminal.cpu_s - before_s < SPIN_S
        drawn = len(terminal.written)
        terminal.press("?")
        terminal.wait("move half a page down")
        assert len(terminal.written) - drawn < 64 * 1024, "frames had queued up"
        terminal.press("q")
        terminal.wait("invoice-run", "q quit")
        terminal.press("\x1a")
        terminal.wait_for_shell()
        assert terminal.is_restored
        terminal.come_back()
        terminal.press("?")
        terminal.wait("move half a page down")
    tried("endings", "it reads again", "the terminal does not read")


def test_a_terminal_that_does_not_read_may_be_left_for_the_shell(
    signed_in: dict[str, str], server: Server
) -> None:
    with in_shell(env=signed_in) as terminal:
        terminal.wait("invoice-run", "q quit")
        stall(terminal, server)
        terminal.program.send_signal(signal.SIGTSTP)
        terminal.wait_for_shell()
        assert terminal.is_restored
        terminal.come_back()
        terminal.press("?")
        terminal.wait("move half a page down")
    tried("endings", "SIGTSTP", "the terminal does not read")


@pytest.mark.parametrize("term", ["dumb", "", None, "no-such-terminal"], ids=str)
def test_a_terminal_of_another_kind(env: dict[str, str], term: str | None) -> None:
    env = {name: value for name, value in env.items() if name != "TERM"}
    with in_terminal("--demo", env=env if term is None else env | {"TERM": term}) as terminal:
        if term == "no-such-terminal":
            start(terminal)
            terminal.press("q")
            assert terminal.wait_for_end() == 0
        else:
            assert terminal.wait_for_end() == 2
            assert f"TERM is {term or 'unset'}." in terminal.text
        assert terminal.is_restored
    tried("endings", f"TERM={term}", "at the start")


@pytest.mark.parametrize(
    ("streams", "missing"),
    [
        ("</dev/null", "standard input"),
        ("<&-", "standard input"),
        (">&-", "standard output"),
        ("| cat", "standard output"),
        ("2>&-", ""),
        ("<&- >&- 2>&-", ""),
    ],
)
def test_without_a_terminal_it_says_so(env: dict[str, str], streams: str, missing: str) -> None:
    command = f'"$0" -m fntui --demo {streams}; echo ended with ${{PIPESTATUS[0]}}'
    with running(["bash", "-c", command, sys.executable], env=env) as terminal:
        assert terminal.wait_for_end() == 0
        said = f"fntui: {missing} is not a terminal; over ssh, use ssh -t. {REPORT}\n"
        said = said if missing else ""
        assert terminal.text.strip() == f"{said}ended with 2"
        assert terminal.is_restored
    tried("endings", f"fntui {streams}", "at the start")
