"""Faults of the wire in a real terminal, over real sockets; the server's own log is the judge."""

from collections.abc import Iterator

import httpx
import pytest

from tests.end_to_end.conftest import TOKEN
from tests.support.effort import slow
from tests.support.terminal import Terminal, in_terminal
from tests.support.tried import tried

ESCAPE, SAVE = "\x1b", "\x0f"


class Rig:
    """Somebody at a terminal, and the simulator's door beside the wire."""

    def __init__(self, terminal: Terminal, door: httpx.Client) -> None:
        """Have no fault yet."""
        self.terminal = terminal
        self.door = door

    def strike(self, name: str, operation: str | None = None) -> None:
        """Let this fault alone strike from now on."""
        self.mend()
        rule = {"name": name, "operation": operation}
        self.door.post("/simulator/faults", json=rule).raise_for_status()

    def mend(self) -> None:
        """End all faults."""
        self.door.delete("/simulator/faults").raise_for_status()

    def writes(self) -> list[tuple[str, bool]]:
        """Return all that was sent to change something, and whether it was carried out."""
        log = self.door.get("/simulator/log").raise_for_status().json()["requests"]
        sent = [each for each in log if each["method"] != "GET"]
        return [(each["method"], each["was_carried_out"]) for each in sent]

    def fill(self, title: str, *texts: str) -> None:
        """Open a form and type into its fields."""
        self.terminal.press("n")
        self.terminal.wait(title)
        self.terminal.press("\t".join(texts))
        self.terminal.wait(texts[-1])

    def send(self) -> None:
        """Send what the form holds."""
        self.terminal.press(SAVE)
        self.terminal.answer("POST", "y")

    def labels(self) -> list[str]:
        """Return the labels of the namespaces that there are."""
        answer = self.door.get("/v2/functions/namespaces").raise_for_status()
        return [each["label"] for each in answer.json()["namespaces"]]


@pytest.fixture
def rig(simulator: str, signed_in: dict[str, str]) -> Iterator[Rig]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with (
        httpx.Client(base_url=simulator, headers=headers, trust_env=False) as door,
        in_terminal(env=signed_in) as terminal,
    ):
        terminal.wait("ALL NAMESPACES", "heartbeat", "invoice-run")
        yield Rig(terminal, door)
        assert terminal.process.poll() is None
        terminal.press("q")
        assert terminal.wait_for_end() == 0


@pytest.mark.slow
def test_creating_through_faults(rig: Rig) -> None:
    terminal = rig.terminal
    rig.strike("server-error", "create namespace")
    rig.fill("New namespace", "fresh", "lon1")
    rig.send()
    terminal.wait("ould not create namespace fresh", "request id", "not carried out so far")
    terminal.wait("fresh", "lon1")  # what was typed is there still
    assert rig.writes() == [("POST", False)]
    tried("screen", "server-error", "create namespace")

    rig.strike("lost-answer", "create namespace")
    rig.send()
    terminal.wait("faas-lon1", "created after all")
    assert rig.writes()[1:] == [("POST", True)]
    assert rig.labels().count("fresh") == 1
    tried("screen", "lost-answer", "create namespace")

    rig.strike("hang", "create trigger")
    rig.fill("New trigger", "job", "a/b", "", "0 7 * * *")
    rig.send()
    terminal.wait("Create job in fresh", "Esc stops")
    terminal.press(ESCAPE)
    terminal.wait("ou stopped waiting for the answer", "not carried out so far")
    assert rig.writes()[2:] == [("POST", False)]
    tried("waits", "creating a trigger", "hang")

    rig.mend()
    rig.send()
    terminal.wait("job was created")
    assert rig.writes()[3:] == [("POST", True)]


@slow
def test_reading_through_faults(rig: Rig) -> None:
    terminal = rig.terminal
    for name, words in (
        ("drop", "there was no whole answer"),
        ("not-json", "the answer can't be read"),
        ("proxy-html", "502 Bad Gateway"),
    ):
        rig.strike(name)
        terminal.press("R")
        terminal.wait(words, "heartbeat", "invoice-run")
        rig.mend()
        terminal.press("R")
        while words in terminal.text:
            terminal.wait_for_change()
        tried("screen", name, "list namespaces")
    assert rig.writes() == []
