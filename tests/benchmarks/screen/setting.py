"""What the parts are measured with: homes, terminals, simulated accounts, the programs."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.benchmarks.screen.program import (
    OVER_SSH,
    TRUECOLOR,
    Program,
    python,
    running,
    terminal_environment,
)
from tests.support.loopback import simulator_process

TERMINALS: Final = (TRUECOLOR, OVER_SSH)
DOWN: Final = "\x1b[B"
UP: Final = "\x1b[A"
PAGE_DOWN: Final = "\x1b[6~"
PAGE_UP: Final = "\x1b[5~"

TOKEN: Final = "dop_v1_" + "e2" * 32
_MINIMAL_THEMES: Final = {TRUECOLOR: "textual-dark", OVER_SSH: "ansi-dark"}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How much is measured.

    Attributes:
        runs: How often, where a median is wanted.
        keys: How many keys, where bytes are counted.
        echoes: How many keys, where time is taken.
        idle_s: Seconds of looking at a screen on which nobody does anything.
    """

    runs: int = 5
    keys: int = 30
    echoes: int = 200
    idle_s: float = 60.0


@contextmanager
def fresh_home() -> Generator[Path]:
    """Yield an empty home, for the time of the block."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


@contextmanager
def demo(terminal: str) -> Generator[Program]:
    """Run ``fntui --demo``."""
    env = terminal_environment(Path("/nowhere"), terminal)
    with running(python("fntui", "--demo"), env) as program:
        yield program


@contextmanager
def account(*sizes: str) -> Generator[str]:
    """Serve a simulated account; yield its URL."""
    with simulator_process("--token", TOKEN, *sizes) as url:
        yield url


@contextmanager
def signed_in(terminal: str, url: str, home: Path, log: Path | None = None) -> Generator[Program]:
    """Run fntui on the account at ``url``, with a log of its requests if asked for."""
    words, tokens = signed_in_words(url)
    words += [] if log is None else ["--log-file", str(log)]
    with running(words, terminal_environment(home, terminal, **tokens)) as program:
        yield program


def signed_in_words(url: str) -> tuple[list[str], dict[str, str]]:
    """Return what runs fntui on the account at ``url``: words, and more of an environment."""
    return python("fntui"), {"DIGITALOCEAN_TOKEN": TOKEN, "DIGITALOCEAN_API_URL": url}


@contextmanager
def minimal(terminal: str) -> Generator[Program]:
    """Run the minimal app."""
    env = terminal_environment(Path("/nowhere"), terminal)
    words = python("tests.benchmarks.screen.minimal", _MINIMAL_THEMES[terminal])
    with running(words, env) as program:
        yield program


def up_and_down(keys: int, rows: int) -> Iterator[str]:
    """Yield so many cursor keys; never is the cursor led out of so many rows below the first."""
    for number in range(keys):
        yield DOWN if number // rows % 2 == 0 else UP


def in_turn(times: int, things: Iterable[str]) -> Iterator[str]:
    """Yield all things, so many times."""
    known = list(things)
    for _ in range(times):
        yield from known
