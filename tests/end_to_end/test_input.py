"""What the terminal sends to a running fntui: pastes, reports, keys, sizes and signals."""

import itertools
import re
import signal
import time
from collections.abc import Generator
from typing import Final

import httpx
import pytest

from fntui.ui.terminal.driver import HOW_WIDE
from tests.end_to_end.conftest import TOKEN
from tests.support.loopback import simulator_process, writes
from tests.support.sample import sample
from tests.support.terminal import LIMIT_S, Terminal, in_shell, in_terminal
from tests.support.terminal_input import COLOURED, PASTE_END, PASTE_START, REPORTS
from tests.support.tried import tried

pytestmark = pytest.mark.loopback

LOG: Final = COLOURED[:12_600]
NEUTRAL: Final = b"\x1b]2;\x1b\\"
ESCAPE, INTERRUPT, SUSPEND = "\x1b", "\x03", "\x1a"
NUMBERS: Final = itertools.count()
BOARD: Final = ("invoice-run", "q quit")


@pytest.fixture(scope="module")
def server() -> Generator[httpx.Client]:
    """The simulator, for all tests: none changes anything, or each changes it back."""
    with (
        simulator_process("--token", TOKEN, "--rate-limit", "100000/10000") as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        yield client


@pytest.fixture
def signed_in(env: dict[str, str], server: httpx.Client) -> dict[str, str]:
    url = str(server.base_url).rstrip("/")
    return env | {"DIGITALOCEAN_TOKEN": TOKEN, "DIGITALOCEAN_API_URL": url}


def wait_for_writes(server: httpx.Client, count: int) -> None:
    """Return once so many requests changed something."""
    end_s = time.monotonic() + LIMIT_S
    while len(writes(server)) < count:
        assert time.monotonic() < end_s
    assert len(writes(server)) == count


def go_to(terminal: Terminal, name: str, offered: str, shown: str) -> None:
    """Go to an object once it is known."""
    terminal.press(":")
    terminal.wait("Run or go to")
    terminal.press(name)
    terminal.wait(offered)
    terminal.press("\r")
    terminal.wait(shown)


def go_to_trigger(terminal: Terminal) -> None:
    terminal.wait(*BOARD)
    go_to(terminal, "dunning", "billing / dunning", "money/dunning")


def to_board(terminal: Terminal) -> str:
    terminal.wait(*BOARD)
    return "invoice-run"


def to_form(terminal: Terminal) -> str:
    go_to_trigger(terminal)
    terminal.press("n")
    terminal.wait("New trigger")
    return "New trigger"


def to_confirm(terminal: Terminal) -> str:
    go_to_trigger(terminal)
    terminal.press("p")
    return "Pause dunning in billing"


def open_secret(terminal: Terminal) -> None:
    terminal.wait(*BOARD)
    go_to(terminal, "billing", "go to ", "contractor")
    go_to(terminal, "contractor", "contractor ", "Basic")
    terminal.press("n")
    terminal.wait("New access key")
    name = f"deploy-{next(NUMBERS)}"
    terminal.press(name)
    terminal.wait(name)
    terminal.press("\x0f")
    terminal.answer("/v2/functions/namespaces", "y")


def to_secret(terminal: Terminal) -> str:
    open_secret(terminal)
    terminal.wait("told once")
    return "told once"


SITUATIONS: Final = {
    "board": to_board,
    "form": to_form,
    "confirm dialog": to_confirm,
    "secret dialog": to_secret,
}


@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.parametrize("has_end", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_coloured_log_that_is_pasted_writes_nothing(
    signed_in: dict[str, str], server: httpx.Client, name: str, *, has_end: bool
) -> None:
    with in_terminal(env=signed_in) as terminal:
        shown = SITUATIONS[name](terminal)
        terminal.answer(shown, "")
        before = writes(server)
        terminal.send(PASTE_START + LOG + (PASTE_END if has_end else b""))
        if not has_end:
            terminal.answer(shown, INTERRUPT)
            terminal.wait(HOW_TO_LEAVE[name])
        if name == "form":
            terminal.wait("Only the first line was pasted", "2026-11-23 14:00:00")
        elif has_end:
            terminal.wait("Pasted text ignored")
        assert writes(server) == before
        assert shown in terminal.text or not has_end
    tried("pastes", f"12.6 kB of colour, {'' if has_end else 'no '}end", f"{name}, in a terminal")


HOW_TO_LEAVE: Final = {
    "board": "another Ctrl-C",
    "form": "Esc",
    "confirm dialog": "Esc closes this dialog",
    "secret dialog": "Close for good?",
}


def timeless(text: str) -> list[str]:
    """Return the words of a screen that time does not change, sorted: a run moves its row."""
    words = re.findall(r"[A-Za-z]{4,}", text)
    return sorted(word for word in words if word not in {"late", "time"})


@pytest.mark.parametrize(
    "name", sample({name: name for name in SITUATIONS}, "board", "confirm dialog")
)
def test_what_the_terminal_reports_before_and_between_keys_does_nothing(
    signed_in: dict[str, str], server: httpx.Client, name: str
) -> None:
    with in_terminal(env=signed_in) as terminal:
        terminal.send(b"".join(REPORTS.values()))
        shown = SITUATIONS[name](terminal)
        terminal.answer(shown, "")
        screen, before = timeless(terminal.text), writes(server)
        for report in REPORTS.values():
            terminal.send(report)
        terminal.send(b"\x1b[I")
        terminal.answer(shown, "")
        assert timeless(terminal.text.replace("Press y again.", "")) == screen
        assert writes(server) == before
    for kind in REPORTS:
        tried("input", kind, f"{name}, in a terminal")


def test_a_terminal_left_in_kittys_mode_works(signed_in: dict[str, str]) -> None:
    with in_terminal(env=signed_in | {"SSH_CONNECTION": "1 2 3 4"}) as terminal:
        terminal.wait(*BOARD)
        assert b"\x1b[=0u" in terminal.written
        terminal.press("\x1b[106u")
        terminal.wait("Region")
        terminal.press("\x1b[63u")
        terminal.wait("move half a page down")
        terminal.press("\x1b[27u")
        terminal.wait(*BOARD)
        terminal.press("\x1b[99;5u")
        terminal.wait("another Ctrl-C")
        terminal.press("\x1b[99;5u")
        assert terminal.wait_for_end() == 0


def test_an_answer_among_other_keys_is_asked_for_again(
    signed_in: dict[str, str], server: httpx.Client
) -> None:
    with in_terminal(env=signed_in) as terminal:
        question = to_confirm(terminal)
        before = writes(server)
        terminal.answer(question, "yy")
        for _ in range(2):  # a y right after another one may be a repeat of it
            terminal.answer("Press y again.", "")
        assert writes(server) == before
        terminal.press("y")
        wait_for_writes(server, len(before) + 1)


FLOODS: Final = {
    "j": b"j" * 100_000,
    "focus": b"\x1b[O\x1b[I" * 10_000,
    "mouse": b"".join(b"\x1b[<35;%d;%dM" % (n % 110 + 1, n % 30 + 1) for n in range(9_000)),
    "arrows": b"\x1b[A\x1b[B" * 16_000,
}


@pytest.mark.parametrize("name", sample({name: name for name in FLOODS}, "j"))
def test_a_flood_does_not_make_it_deaf(
    signed_in: dict[str, str], server: httpx.Client, name: str
) -> None:
    with in_terminal(env=signed_in) as terminal:
        shown = to_board(terminal)
        before = writes(server)
        terminal.send(FLOODS[name])
        terminal.answer(shown, INTERRUPT)
        terminal.wait("another Ctrl-C")
        assert writes(server) == before


# The size


def test_without_a_size_it_draws_80_by_24_until_there_is_one(env: dict[str, str]) -> None:
    with in_terminal("--demo", env=env, size=(0, 0), shown=(120, 36)) as terminal:
        text = terminal.wait(*BOARD)
        assert max(map(len, text.split("\n"))) <= 80
        assert "q quit" in text.split("\n")[23]
        terminal.resize(100, 30)
        terminal.wait_for_last_row("q quit")
        terminal.resize(0, 0, shown=(100, 30))
        terminal.answer("q quit", "")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 128 + signal.SIGTERM
        assert terminal.is_restored
    tried("sizes", "0x0, then 100x30, then 0x0", "in a terminal")


@pytest.mark.parametrize(
    "size", sample({f"{x}x{y}": (x, y) for x, y in ((0, 24), (80, 0), (1, 1), (500, 200))}, "80x0")
)
def test_any_size_is_drawn_and_ends(env: dict[str, str], size: tuple[int, int]) -> None:
    with in_terminal("--demo", env=env, size=size, shown=(500, 200)) as terminal:
        terminal.wait_for_change()
        written = len(terminal.written)
        terminal.answer("", "")
        assert len(terminal.written) - written < 20_000, "it draws and draws"
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 128 + signal.SIGTERM
    tried("sizes", f"{size[0]}x{size[1]}", "in a terminal")


def test_columns_and_lines_in_the_environment_do_not_matter(env: dict[str, str]) -> None:
    env |= {"COLUMNS": "60", "LINES": "20"}
    with in_terminal("--demo", env=env, size=(120, 36)) as terminal:
        terminal.wait_for_last_row("q quit")
        assert max(map(len, terminal.text.split("\n"))) > 100
        terminal.resize(100, 30)
        terminal.wait_for_last_row("q quit")
    tried("sizes", "COLUMNS=60 LINES=20", "in a terminal")


# The background, and the end


def test_back_from_the_background_the_whole_screen_is_drawn(env: dict[str, str]) -> None:
    with in_shell("--demo", env=env) as terminal:
        terminal.wait(*BOARD)
        terminal.press("?")
        before = terminal.wait("move half a page down")
        for times in (1, 2):
            terminal.press(SUSPEND)
            terminal.wait_for_shell(times)
            assert "move half a page" not in terminal.text
            terminal.come_back()
            assert terminal.wait("move half a page down") == before


def test_without_a_shell_it_does_not_stop(env: dict[str, str]) -> None:
    with in_terminal("--demo", env=env) as terminal:
        terminal.wait(*BOARD)
        terminal.press(SUSPEND)
        terminal.wait("There is no shell to return to.")
        terminal.process.send_signal(signal.SIGTSTP)
        terminal.press("?")
        terminal.wait("move half a page down")
    tried("endings", "Ctrl-Z", "no shell")


ENDS: Final = {"q": 0, "SIGTERM": signal.SIGTERM, "SIGHUP": signal.SIGHUP, "Ctrl-Z": signal.SIGTSTP}


@pytest.mark.parametrize("name", sample({name: name for name in ENDS}, "q", "Ctrl-Z"))
def test_nothing_of_the_screen_is_left_where_there_is_no_alternate_screen(
    env: dict[str, str], name: str
) -> None:
    with in_shell("--demo", env=env) as terminal:
        terminal.wait(*BOARD)
        if name == "q":
            terminal.press("q")
        elif name == "Ctrl-Z":
            terminal.press(SUSPEND)
        else:
            terminal.program.send_signal(ENDS[name])
        if name == "Ctrl-Z":
            terminal.wait_for_shell()
            assert_only_the_shell(terminal)
        else:
            terminal.wait_for_end()
            assert terminal.text.strip() in {"", "Terminated", "Hangup"}
        assert_neutral_title(terminal)
    tried("endings", name, "no alternate screen")


@pytest.mark.parametrize("name", sample({"SIGTERM": "SIGTERM", "Ctrl-Z": "Ctrl-Z"}, "Ctrl-Z"))
def test_a_secret_that_was_shown_is_not_left(signed_in: dict[str, str], name: str) -> None:
    with in_shell(env=signed_in) as terminal:
        to_secret(terminal)
        terminal.answer("told once", "v")
        terminal.wait("hides it again", "fn_secret_")
        if name == "Ctrl-Z":
            terminal.press(SUSPEND)
            terminal.wait_for_shell()
            assert_only_the_shell(terminal)
            written = len(terminal.written)
            terminal.come_back()
            terminal.wait("told once", "shows it for 30 s")
            assert b"fn_secret_" not in terminal.written[written:]
        else:
            terminal.program.send_signal(signal.SIGTERM)
            terminal.wait_for_end()
            assert "secret" not in terminal.text
        assert_neutral_title(terminal)
    tried("endings", name, "a secret is shown, no alternate screen")


def assert_only_the_shell(terminal: Terminal) -> None:
    """See nothing but what the shell says of a program that it stopped."""
    *stopped, last = terminal.text.strip().split("\n")
    assert last == "stopped 1 times"
    assert all("Stopped" in row for row in stopped)


def assert_neutral_title(terminal: Terminal) -> None:
    before, popped, _ = terminal.written.rpartition(b"\x1b[23;2t")
    assert popped
    title = before.rpartition(b"\x1b]")[2]
    assert b"missed" not in title
    assert b"late" not in title


# The width of signs


PROBE: Final = HOW_WIDE.encode()


WIDTHS: Final = {
    "one wide": (2, "C.UTF-8", True, True),
    "one wide, LC_ALL=C": (2, "C", True, True),
    "two wide": (3, "C.UTF-8", False, True),
    "three wide": (4, "C.UTF-8", False, False),
    "byte by byte": (5, "C.UTF-8", False, False),
    "no answer": (0, "C.UTF-8", True, True),
    "no answer, LC_ALL=C": (0, "C", False, False),
}
"""The column after the sign, the locale, and whether signs and Japanese names are drawn."""


@pytest.mark.parametrize(
    "width", sample(WIDTHS, "one wide, LC_ALL=C", "two wide", "no answer, LC_ALL=C")
)
def test_it_draws_what_the_terminal_draws_as_wide_as_it_thinks(
    env: dict[str, str], width: tuple[int, str, bool, bool]
) -> None:
    column, locale, signs, names = width
    with in_terminal("--demo", env=env | {"LC_ALL": locale}) as terminal:
        terminal.wait("DEMO")
        assert PROBE in terminal.written
        if column:
            terminal.press(f"\x1b[1;{column}R")
        terminal.wait(*BOARD)
        terminal.answer("", "\x0c")
        terminal.answer("", "")
        assert ("│" in terminal.text or "─" in terminal.text) is signs
        assert ("●" in terminal.text or "◔" in terminal.text or "✗" in terminal.text) is signs
        terminal.press(":")
        terminal.wait("Run or go to")
        terminal.send("請求".encode())
        terminal.wait("請求" if names else "????")
    tried("sizes", f"a sign {column - 1} wide" if column else "no answer", f"LC_ALL={locale}")


# Where it does not start


@pytest.mark.parametrize("term", ["unknown", "dumb"])
def test_a_terminal_that_can_not_be_drawn_on_is_refused(env: dict[str, str], term: str) -> None:
    with in_terminal("--demo", env=env | {"TERM": term}) as terminal:
        assert terminal.wait_for_end() == 2
        assert "fntui status" in terminal.text
    tried("endings", f"TERM={term}", "at the start")
