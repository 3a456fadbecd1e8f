"""A real terminal, an account of hostile texts: every byte that arrives is the program's own."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.hostile import CORPUS
from tests.support.hostile_account import FIELDS
from tests.support.loopback import simulator_process
from tests.support.terminal import Terminal, environment, in_terminal
from tests.support.terminal_bytes import strays
from tests.support.tried import tried

TOKEN = "dop_v1_" + "e2" * 32
ESCAPE = "\x1b"
COPIED = b"\x1b]52;c;"
PROFILE = "汉👩🏽\u3164e\u0301\u0301\u0301[red]"
"""What may name a profile; controls may not."""

OF_TRIGGER = (
    ("trigger overview", "", "Schedule", ""),
    ("trigger JSON", "y", '"created_at"', "[["),
    ("copy a trigger as", "C", "Copy ", ESCAPE),
    ("edit a trigger", "e", "Edit trigger", ESCAPE),
    ("pause a trigger", "p", "Pause ", ESCAPE),
    ("delete a trigger", "D", "Delete ", ESCAPE),
    ("run a function now", "t", "doctl serverless", ESCAPE),
)
OF_ACCOUNT = (
    ("board", "2\x1b[6~", "STATE", ""),
    ("radar", "M", "Radar", ESCAPE),
    ("log", "L", "REQUEST", ESCAPE),
    ("profiles", "@", "Switch profile", ESCAPE),
    ("palette", ":", "Run or go to", ESCAPE),
)
SOUGHT = {
    "OSC 52": "]52;c;ZXZpbA==",
    "bidi": "gnirts",
}
"""What the palette finds a namespace by, by the text that is its label."""


@pytest.fixture(scope="module")
def server() -> Generator[str]:
    with simulator_process("--token", TOKEN, module="tests.support.hostile_server") as url:
        yield url


@pytest.fixture
def env(tmp_path: Path, server: str) -> dict[str, str]:
    config = tmp_path / "conf\x1b]2;owned\x07\u202e.toml"
    config.write_text(f'bell = false\n[profiles."{PROFILE}"]\n', encoding="utf-8")
    own = {"DIGITALOCEAN_TOKEN": TOKEN, "DIGITALOCEAN_API_URL": server, "FNTUI_CONFIG": str(config)}
    return environment(tmp_path) | own


def visit(terminal: Terminal, screens: tuple[tuple[str, str, str, str], ...]) -> None:
    for _, keys, words, closing in screens:
        terminal.press(keys)
        terminal.wait(words)
        if closing:
            terminal.press(closing)
            while words in terminal.text:
                terminal.wait_for_change()
        terminal.wait("? help")


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("size", "options", "texts"),
    [
        pytest.param((120, 36), (), ("OSC 52", "bidi"), id="120x36"),
        pytest.param((80, 24), ("--ascii",), ("OSC 52",), id="ascii-80x24", marks=pytest.mark.slow),
    ],
)
def test_nothing_but_the_programs_own_reaches_the_terminal(
    env: dict[str, str], size: tuple[int, int], options: tuple[str, ...], texts: tuple[str, ...]
) -> None:
    with in_terminal(*options, env=env, size=size) as terminal:
        terminal.wait("ALL NAMESPACES", "spare ")
        visit(terminal, OF_ACCOUNT)
        for text in texts:
            terminal.press(":")
            terminal.wait("Run or go to")
            terminal.press(f"{SOUGHT[text]} / \r")
            terminal.wait("Overview")
            visit(terminal, OF_TRIGGER)
            copies = terminal.written.count(COPIED)
            terminal.press("c")
            while terminal.written.count(COPIED) == copies:
                terminal.wait_for_change()
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored
        written = terminal.written.decode()
    copied = tuple(f"{start}{CORPUS[name]}" for name in texts for start in ("", "spare "))
    assert strays(written, size, copied) == []
    for screen, *_ in (*OF_ACCOUNT, *OF_TRIGGER):
        for field in (*FIELDS, "profile"):
            tried("text", field, f"{screen}, in a terminal")
    *names, last = written.split("\x1b]2;")[1:]
    assert [name for name in names if not name.startswith("fntui")] == []
    assert last.startswith("Terminal\x1b\\")
