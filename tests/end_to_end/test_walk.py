"""With nothing but the keyboard: all that can be made, changed and deleted, and seen by others."""

# ruff: noqa: D102, D107 - each step is named for what it does

import re
from typing import Any

import httpx
import pytest

from tests.support.terminal import Terminal, in_terminal

SAVE, ESCAPE, CLEAR = "\x0f", "\x1b", "\x15"
REQUEST = "/v2/functions/namespaces"


class Walker:
    """Somebody at a terminal, and another client beside."""

    def __init__(self, terminal: Terminal, client: httpx.Client) -> None:
        self.terminal = terminal
        self.client = client
        self.here = ""

    def seen(self, path: str, name: str) -> list[dict[str, Any]]:
        """Return what the other client sees at ``path`` of the namespace."""
        answer = self.client.get(f"{self.here}{path}").raise_for_status()
        found: list[dict[str, Any]] = answer.json()[name]
        return found

    def fill(self, title: str, *texts: str) -> None:
        """Fill in a form in one go; look at the request, and confirm it."""
        self.terminal.wait(title)
        self.terminal.press("\t".join(texts))
        self.terminal.wait(texts[-1].removeprefix(CLEAR))
        self.terminal.press(SAVE)
        self.terminal.answer(REQUEST, "y")

    def make_namespace(self) -> None:
        self.terminal.wait("ALL NAMESPACES", "heartbeat")
        self.terminal.press("n")
        self.fill("New namespace", "walk", "lon1")
        self.terminal.wait("faas-lon1")
        (made,) = [n for n in self.seen("", "namespaces") if n["label"] == "walk"]
        assert made["region"] == "lon1"
        self.here = f"/{made['namespace']}"

    def make_trigger(self) -> None:
        self.terminal.press("n")
        self.fill("New trigger", "step one", "pack/func", "", "*/5 * * * *")
        self.terminal.wait("step one was created", "Schedule")
        (made,) = self.seen("/triggers", "triggers")
        assert (made["name"], made["function"]) == ("step one", "pack/func")
        assert made["scheduled_details"]["cron"] == "*/5 * * * *"

    def edit_trigger(self) -> None:
        self.terminal.press("e")
        self.fill("Edit trigger", CLEAR + "0 7 * * *")
        self.terminal.wait("step one was saved", "0 7 * * *")
        assert self.seen("/triggers", "triggers")[0]["scheduled_details"]["cron"] == "0 7 * * *"

    def pause_trigger(self) -> None:
        self.terminal.press("p")
        self.terminal.answer(REQUEST, "y")
        self.terminal.wait("Paused step one")
        assert self.seen("/triggers", "triggers")[0]["is_enabled"] is False

    def make_key(self) -> None:
        self.terminal.press("j")
        self.terminal.wait("access keys of")
        self.terminal.press("n")
        self.fill("New access key", "deploy")
        self.terminal.answer("told once", "v")
        shown = self.terminal.wait("hides it again")
        secret = re.search(r"secret {2,}(\S+)", shown)
        assert secret is not None
        assert len(secret[1]) > 20
        self.terminal.press(ESCAPE)
        self.terminal.answer("Close for good?", f"{secret[1][-4:]}\r")
        self.terminal.wait("ccess keys of")
        (made,) = self.seen("/keys", "access_keys")
        assert made["name"] == "deploy"

    def rename_key(self) -> None:
        self.terminal.press("l")
        self.terminal.wait("deploy ")
        self.terminal.press("j")
        self.terminal.wait("Basic")
        self.terminal.press("e")
        self.fill("Rename", CLEAR + "deploy-2")
        self.terminal.wait("was renamed")
        assert self.seen("/keys", "access_keys")[0]["name"] == "deploy-2"

    def delete_key(self) -> None:
        (key,) = self.seen("/keys", "access_keys")
        self.terminal.press("D")
        self.terminal.answer("Delete access key", f"{key['id'][-4:]}\r")
        self.terminal.wait("Deleted", "no access keys")
        assert self.seen("/keys", "access_keys") == []

    def delete_trigger(self) -> None:
        self.terminal.press("k")
        self.terminal.wait("Schedule")
        self.terminal.press("D")
        self.terminal.answer("Delete step one", "y")
        self.terminal.wait("Deleted step one")
        assert self.seen("/triggers", "triggers") == []

    def delete_namespace(self) -> None:
        self.terminal.press("k")
        self.terminal.wait("no triggers")
        self.terminal.press("D")
        self.terminal.answer("Delete namespace", "walk\r")
        self.terminal.wait("was deleted")
        assert self.client.get(self.here).status_code == 404


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("size", "options"),
    [
        pytest.param((120, 36), (), id="120x36"),
        pytest.param((80, 24), ("--ascii",), id="ascii-80x24", marks=pytest.mark.slow),
    ],
)
def test_everything_is_made_changed_and_deleted_by_keyboard(
    signed_in: dict[str, str],
    other_client: httpx.Client,
    size: tuple[int, int],
    options: tuple[str, ...],
) -> None:
    with in_terminal(*options, env=signed_in, size=size) as terminal:
        walker = Walker(terminal, other_client)
        walker.make_namespace()
        walker.make_trigger()
        walker.edit_trigger()
        walker.pause_trigger()
        walker.make_key()
        walker.rename_key()
        walker.delete_key()
        walker.delete_trigger()
        walker.delete_namespace()
        terminal.press("q")
        assert terminal.wait_for_end() == 0
