import asyncio
import gc
import json
import os
import runpy
import subprocess
import sys
import threading
import types
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import respx
from _pytest.capture import CaptureIO, DontReadFromInput, EncodedFile

import fntui.ui.terminal
from fntui.accounts import API_URL, ConfiguredAccounts
from fntui.cli import main
from fntui.core.accounts import Accounts, KeyringState
from fntui.tokens.command import first_line
from fntui.tokens.keyring_probe import Health
from fntui.ui.repertoire import Repertoire
from fntui.ui.settings import Settings
from tests.support.fake_keyring import FakeBackend

TOKEN = "dop_v1_" + "a1" * 32
URL = f"{API_URL}/v2/functions/namespaces"


class FakeApp:
    """Stands in for the screen.

    Attributes:
        shown: Those that were made, newest last.
        during: What happens while one runs.
    """

    shown: list["FakeApp"] = []  # noqa: RUF012 - emptied for each test
    during: list[Callable[[], object]] = []  # noqa: RUF012 - emptied for each test
    return_code: int | None = 0
    crash_line = ""
    last_words: tuple[str, ...] = ()

    def __init__(
        self, accounts: Accounts, settings: Settings, *_: object, last_seen: object
    ) -> None:
        """Remember what it was made of."""
        assert last_seen is not None
        self.accounts, self.settings = accounts, settings
        self.shown.append(self)

    def run(self) -> None:
        """Do what a test wants done."""
        for deed in self.during:
            deed()


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> type[FakeApp]:
    class App(FakeApp):
        shown: list[FakeApp] = []  # noqa: RUF012 - one list a test
        during: list[Callable[[], object]] = []  # noqa: RUF012 - one list a test

    async def run_app(app: FakeApp, *_: object, **__: object) -> None:  # noqa: RUF029 - as the real one
        app.run()

    module: Any = types.ModuleType("fntui.ui.app")
    module.FntuiApp = App
    monkeypatch.setitem(sys.modules, "fntui.ui.app", module)
    lifecycle = types.SimpleNamespace(run=run_app)
    monkeypatch.setitem(sys.modules, "fntui.ui.terminal.lifecycle", lifecycle)
    monkeypatch.setattr(fntui.ui.terminal, "lifecycle", lifecycle, raising=False)
    for kind in (CaptureIO, EncodedFile, DontReadFromInput):  # what pytest puts in their place
        monkeypatch.setattr(kind, "isatty", lambda _: True)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - the stream
    return App


@pytest.fixture
def api() -> Generator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        router.get(URL).respond(json={"namespaces": []})
        yield router


def run(*words: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code


def config(text: str) -> None:
    (Path.home() / "config.toml").write_text(text)


def test_help_and_version_load_nothing_slow() -> None:
    code = (
        "import sys\nfrom fntui.cli import main\n"
        "try: main(['--version'])\nexcept SystemExit: pass\n"
        "print({'textual','rich','httpx','keyring','asyncio'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    assert done.stdout == "fntui 0.1.0\nset()\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--demo", "--profile", "x", "auth", "status"], "leave out --profile, auth"),
        (["--read-only", "--write"], "not allowed with argument"),
        (["auth"], "login|status|logout"),
        ([TOKEN], "invalid choice: '…'"),
        (["--api-url", "http://example.com"], "must be https"),
        (["--api-url", ""], "argument --api-url: it must not be empty"),
        (["auth", "login", "--profile", ""], "argument --profile: it must not be empty"),
        (["--profile", "nope"], "There is no profile nope in config.toml"),
        (["auth", "status", "--profile", "nope"], "There is no profile nope"),
        ([], "standard input is not a terminal"),
        (["--demo"], "standard input is not a terminal"),
        (["--token-file", "-"], "standard output is not a terminal"),
    ],
)
def test_wrong_use_ends_with_2_and_a_sentence(
    words: list[str], said: str, typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed(TOKEN)
    assert run(*words) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "a1a1" not in error


@pytest.mark.parametrize("act", ["login", "status", "logout"])
def test_a_broken_config_ends_with_2(capsys: pytest.CaptureFixture[str], act: str) -> None:
    config("utc = maybe")
    assert run("auth", act) == 2
    assert "config.toml, line 1, near 'utc'" in capsys.readouterr().err


@pytest.mark.parametrize("term", ["", "dumb", "unknown"])
def test_a_terminal_that_can_not_be_drawn_on(
    screen: type[FakeApp], monkeypatch: pytest.MonkeyPatch, term: str
) -> None:
    monkeypatch.setenv("TERM", term)
    assert run("--demo") == 2
    assert screen.shown == []


def token_in(app: FakeApp, profile: str = "default") -> tuple[str, str, str]:
    found = asyncio.run(app.accounts.find_token(profile))
    assert found is not None
    return found.token.reveal(), found.source, found.warning


def test_the_demo(screen: type[FakeApp]) -> None:
    assert run("--demo", "--ascii", "--read-only") == 0
    (app,) = screen.shown
    assert app.settings.profile.name == "demo"
    assert app.settings.repertoire is Repertoire.ASCII
    assert app.settings.is_read_only


def test_no_garbage_is_looked_for_until_there_is_a_screen(screen: type[FakeApp]) -> None:
    collects: list[bool] = []
    screen.during.append(lambda: collects.append(gc.isenabled()))
    assert run("--demo") == 0
    assert collects == [False]
    assert gc.isenabled()


def test_the_process_is_hardened_before_there_is_a_token(
    screen: type[FakeApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr("fntui.cli.running.harden", lambda: done.append("hardened"))
    monkeypatch.setattr(
        "fntui.cli.running.sources.take_from_environment",
        lambda _: done.append("looked for a token"),  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - takes anything
    )
    screen.during.append(lambda: done.append("shown"))
    assert run() == 0
    assert done == ["hardened", "looked for a token", "shown"]


def test_where_the_terminal_takes_no_unicode_all_is_ascii(
    screen: type[FakeApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fntui.cli.running.can_show_unicode", lambda *_: False)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - takes anything
    assert run("--demo") == 0
    assert screen.shown[0].settings.repertoire is Repertoire.ASCII


def test_the_environment_is_made_ready_before_textual_reads_it(
    screen: type[FakeApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Textual reads it when it is imported, which is when the app's class is asked for."""
    seen: list[dict[str, str]] = []

    def look(name: str) -> type[FakeApp]:
        if name != "FntuiApp":
            raise AttributeError(name)
        seen.append(dict(os.environ))
        return screen

    module: Any = types.ModuleType("fntui.ui.app")
    module.__getattr__ = look
    monkeypatch.setitem(sys.modules, "fntui.ui.app", module)
    given = {"TEXTUAL_LOG": "keys.log", "TEXTUAL": "devtools", "SSH_CONNECTION": "1"}
    monkeypatch.setattr(os, "environ", {**os.environ, **given})
    assert run("--demo") == 0
    (environ,) = seen
    assert not {"TEXTUAL_LOG", "TEXTUAL"} & set(environ)
    assert (environ["ESCDELAY"], environ["TEXTUAL_ANIMATIONS"]) == ("250", "none")


def test_a_key_for_a_command_that_there_is_not_ends_with_2(
    screen: type[FakeApp], capsys: pytest.CaptureFixture[str]
) -> None:
    config("[keys]\nfiltre = 'F'")
    assert run() == 2
    said = (
        "config.toml, line 2, key 'keys.filtre': there is no such command (did you mean 'filter'?)."
    )
    assert said in capsys.readouterr().err
    assert screen.shown == []


def test_the_screen_gets_what_was_configured(
    screen: type[FakeApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    config(
        "theme = 'dark'\nutc = false\nbell = false\nnotify = 'osc9'\nkeys = {filter = 'b'}\n"
        "[profiles.x]\n[profiles.y]\ncolour='red'"
    )
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", TOKEN)
    monkeypatch.setenv("SSH_CONNECTION", "1")
    assert run("--profile", "y", "--log-file", str(Path.home() / "log")) == 0
    settings = screen.shown[0].settings
    assert (settings.profile.name, settings.profile.colour) == ("y", "red")
    assert (settings.theme, settings.keymap) == ("fntui-dark", {"filter": "b"})
    assert settings.shows_local_times
    assert not settings.has_bell
    assert settings.notifies
    assert not settings.uses_mouse
    token, source, warning = token_in(screen.shown[0], "y")
    assert (token, source) == (TOKEN, "env DIGITALOCEAN_TOKEN")
    assert warning == "The token of the environment is used for profile y."


@pytest.mark.parametrize(
    ("value", "has_colour"), [(None, True), ("", True), ("1", False), ("0", False)]
)
def test_no_color_counts_once_it_is_not_empty(
    value: str | None,
    has_colour: bool,  # noqa: FBT001 - a case
    screen: type[FakeApp],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if value is not None:
        monkeypatch.setenv("NO_COLOR", value)
    assert run("--demo") == 0
    assert screen.shown[0].settings.has_colour is has_colour


@pytest.mark.parametrize(
    ("configured", "is_far", "theme", "uses_mouse"),
    [
        ("", False, "fntui-dark", True),
        ("", True, "fntui-ansi", False),
        ("theme = 'light'\nmouse = true", True, "fntui-light", True),
        ("theme = 'ansi'\nmouse = false", False, "fntui-ansi", False),
    ],
)
def test_over_ssh_the_terminal_keeps_its_colours_and_its_mouse_unless_configured(
    configured: str,
    is_far: bool,  # noqa: FBT001 - cases
    theme: str,
    uses_mouse: bool,  # noqa: FBT001 - cases
    screen: type[FakeApp],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config(configured)
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", TOKEN)
    monkeypatch.setenv("TERM", "xterm-256color")
    if is_far:
        monkeypatch.setenv("SSH_CONNECTION", "1")
    assert run() == 0
    settings = screen.shown[0].settings
    assert (settings.theme, settings.uses_mouse, settings.is_far) == (theme, uses_mouse, is_far)


@pytest.mark.parametrize(("configured", "theme"), [("", "ansi"), ("theme = 'light'", "light")])
def test_a_terminal_of_16_colours_has_its_own_unless_configured(
    configured: str, theme: str, screen: type[FakeApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The light theme's cursor has the colour of what it stands on there."""
    config(configured)
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", TOKEN)
    monkeypatch.setenv("TERM", "screen")
    monkeypatch.delenv("COLORTERM", raising=False)
    assert run() == 0
    assert screen.shown[0].settings.theme == f"fntui-{theme}"


def test_the_screens_exit_status_and_its_crash_line(
    screen: type[FakeApp], capsys: pytest.CaptureFixture[str]
) -> None:
    screen.return_code, screen.crash_line = 1, "broken\x1b[0m"
    assert run("--demo") == 1
    assert capsys.readouterr().err == "fntui: broken␛[0m\n"


def test_an_interrupt_ends_with_130(screen: type[FakeApp]) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    screen.during.append(interrupt)
    assert run("--demo") == 130


def test_a_token_file(screen: type[FakeApp]) -> None:
    path = Path.home() / "token"
    path.write_text(TOKEN)
    path.chmod(0o600)
    assert run("--token-file", str(path)) == 0
    assert token_in(screen.shown[0]) == (TOKEN, "token file", "")


def test_files_that_can_not_be_opened(
    screen: type[FakeApp], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--token-file", "/no/such") == 1
    (Path.home() / "file").write_text("")
    assert run("--demo", "--log-file", str(Path.home() / "file" / "log")) == 1
    assert screen.shown == []
    error = capsys.readouterr().err
    assert "The token file /no/such can't be read: No such file or directory." in error
    assert "can't be written" in error


def test_a_token_from_standard_input_leaves_the_terminal_to_the_screen(
    screen: type[FakeApp], typed: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("fntui.cli.running.open_terminal", lambda: opened.append("tty"))
    typed(f"{TOKEN}\n")
    assert run("--token-file", "-") == 0
    assert opened == ["tty"]
    assert token_in(screen.shown[0]) == (TOKEN, "standard input", "")


@pytest.mark.usefixtures("api")
def test_login_status_and_logout(
    backend: FakeBackend,
    typed: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    typed(f"{TOKEN}\n")
    assert run("auth", "login", "--profile", "work") == 0
    assert backend.kept == {("fntui", "work"): TOKEN}
    assert run("auth", "status") == 0
    out, err = capsys.readouterr()
    assert "kept in the keyring for profile work" in out
    assert "token    from keyring (ends in a1a1)." in out
    assert "answer   The API takes the token." in out
    assert err == ""
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", TOKEN)
    assert run("--profile", "work", "auth", "logout") == 0
    assert run("auth", "logout") == 0
    assert backend.kept == {}
    out = capsys.readouterr().out
    assert "is deleted from the keyring" in out
    assert "was not in the keyring" in out
    assert "env DIGITALOCEAN_TOKEN is set, and still signs in." in out
    assert TOKEN not in out


def test_a_refused_token_is_not_kept(
    backend: FakeBackend,
    typed: Callable[[str], None],
    api: respx.MockRouter,
    capsys: pytest.CaptureFixture[str],
) -> None:
    api.get(URL).respond(401, json={"id": "x", "message": "\x1bno", "request_id": "r1"})
    typed("odd-token")
    assert run("auth", "login") == 1
    err = capsys.readouterr().err
    assert "does not look like a DigitalOcean token" in err
    assert "(request r1)" in err
    assert "Nothing was kept." in err
    assert "\x1b" not in err
    assert backend.kept == {}


@pytest.mark.parametrize(
    ("profile", "text", "said"),
    [
        ("a\nb", TOKEN, "profile's name must be"),
        ("work", "", "standard input: There is no token."),
        ("work", " \r\n", "standard input: There is no token."),
        ("work", f"{TOKEN} {TOKEN}", "standard input: This can't be a token"),
        ("work", f"“{TOKEN}”", "standard input: This can't be a token"),
        ("work", f"{TOKEN}\x1b[A", "standard input: This can't be a token"),
        ("work", f"{TOKEN}\x00", "standard input: This can't be a token"),
        ("work", "x" * 100_000, "standard input: This can't be a token: it has more than"),
    ],
)
def test_what_can_not_be_kept(
    backend: FakeBackend,
    typed: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
    profile: str,
    text: str,
    said: str,
) -> None:
    typed(text)
    assert run("auth", "login", "--profile", profile) == 1
    err = capsys.readouterr().err
    assert said in err
    assert TOKEN not in err
    assert backend.kept == {}


@pytest.mark.parametrize("text", [f"  {TOKEN}\t\r\n", f"Bearer {TOKEN}\nsecond line", f"'{TOKEN}'"])
@pytest.mark.usefixtures("api")
def test_what_stands_around_a_token_is_not_kept(
    backend: FakeBackend, typed: Callable[[str], None], text: str
) -> None:
    typed(text)
    assert run("auth", "login") == 0
    assert backend.kept == {("fntui", "default"): TOKEN}


@pytest.mark.parametrize("act", ["login", "status"])
@pytest.mark.usefixtures("backend")
def test_a_token_file_that_can_not_be_read_ends_the_search(
    capsys: pytest.CaptureFixture[str], act: str
) -> None:
    for path, reason in (("/no/such", "No such file or directory"), ("/", "Is a directory")):
        assert run("--token-file", path, "auth", act) == 1
        sentence = f"fntui: The token file {path} can't be read: {reason}.\n"
        assert capsys.readouterr() == ("", sentence)


@pytest.mark.parametrize(
    ("act", "call"), [("login", "set_password"), ("logout", "delete_password")]
)
@pytest.mark.usefixtures("api")
def test_a_keyring_that_is_not_waited_for_may_still_do_it(
    backend: FakeBackend,
    typed: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
    act: str,
    call: str,
) -> None:
    def interrupt(*_: str) -> None:
        raise KeyboardInterrupt

    backend.kept["fntui", "default"] = TOKEN
    setattr(backend, call, interrupt)
    typed(TOKEN)
    assert run("auth", act) == 130
    sentence = "fntui: Stopped; the keyring may still do what it was asked.\n"
    assert capsys.readouterr() == ("", sentence)


@pytest.mark.usefixtures("api")
def test_login_asks_a_terminal_without_an_echo(
    backend: FakeBackend,
    screen: type[FakeApp],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prompts: list[str] = []

    def ask(prompt: str, _: object) -> str:
        prompts.append(prompt)
        return TOKEN

    monkeypatch.setattr("getpass.getpass", ask)
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", TOKEN)
    assert run("auth", "login") == 0
    assert prompts == ["API token for profile default (not shown): "]
    assert "env DIGITALOCEAN_TOKEN is set, and comes before the keyring." in capsys.readouterr().err
    assert backend.kept == {("fntui", "default"): TOKEN}
    assert screen.shown == []


def test_login_without_a_keyring_asks_for_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("fntui.tokens.keyring_store.probe", lambda: Health.LOCKED)
    assert run("auth", "login") == 1
    assert run("auth", "logout") == 1
    err = capsys.readouterr().err
    assert err.count("The keyring is locked") == 2
    assert "token_command" in err


def test_login_says_why_the_keyring_can_not_be_used(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def state(_: object) -> KeyringState:  # noqa: RUF029 - in place of a coroutine function
        return KeyringState(is_usable=False, sentence="It went for a walk.")

    monkeypatch.setattr(ConfiguredAccounts, "keyring_state", state)
    assert run("auth", "login") == 1
    assert "It went for a walk. " in capsys.readouterr().err


@pytest.mark.usefixtures("api", "backend")
def test_login_says_if_the_profile_could_not_be_added(
    typed: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    config("profiles = {a = {}}")
    typed(TOKEN)
    assert run("auth", "login", "--profile", "b") == 1
    assert "The token is in the keyring, but the profile could not be added" in (
        capsys.readouterr().err
    )


@pytest.mark.usefixtures("backend")
def test_status_without_a_token(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("auth", "status") == 1
    out = capsys.readouterr().out
    assert "token    The keyring holds no token for profile default.\n" in out
    assert out.endswith("advice   To keep one: fntui auth login --profile default\n")


def test_status_without_a_keyring(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("fntui.tokens.keyring_store.probe", lambda: Health.LOCKED)
    assert run("auth", "status") == 1
    out = capsys.readouterr().out
    assert out.count("The keyring is locked") == 1
    assert "token    none\nadvice   Without a keyring, a token may come from" in out


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("raise SystemExit(1)", "The token_command failed with status 1."),
        ("", "The token_command printed nothing."),
        ("import time; time.sleep(600)", "The token_command took more than 0.5 s."),
        ("while True: print('dop_v1_canary')", "The token_command printed more than 64 KiB."),
        (
            "import sys; sys.stdout.buffer.write(bytes(range(255, -1, -1)))",
            "command: This can't be a token: it must be one word",
        ),
        ("print('dop_v1_canary dop_v1_canary')", "command: This can't be a token"),
    ],
)
@pytest.mark.usefixtures("backend")
def test_a_token_command_that_gives_none_ends_the_search(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str, why: str
) -> None:
    limit_s = 10.0 if "sleep" not in code else 0.5
    monkeypatch.setattr("fntui.tokens.sources.first_line", partial(first_line, limit_s=limit_s))
    config(f"[profiles.work]\ntoken_command = {json.dumps([sys.executable, '-c', code])}\n")
    assert run("--profile", "work", "auth", "status") == 1
    out, err = capsys.readouterr()
    assert f"token    {why}" in out
    assert "advice" not in out
    assert "canary" not in out + err


@pytest.mark.parametrize(
    ("environ", "proxy"),
    [
        ({"https_proxy": "http://user:canary@proxy.example.com:3128"}, "proxy.example.com:3128"),
        ({"all_proxy": "user:canary@proxy:1080"}, "proxy:1080"),
        ({"https_proxy": "http://proxy", "no_proxy": ".digitalocean.com"}, "none"),
        ({}, "none"),
    ],
)
@pytest.mark.usefixtures("backend")
def test_status_shows_the_proxy_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    environ: dict[str, str],
    proxy: str,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    run("auth", "status")
    out = capsys.readouterr().out
    assert f"proxy    {proxy}\n" in out
    assert "canary" not in out


def test_status_of_a_token_that_is_refused(
    backend: FakeBackend, api: respx.MockRouter, capsys: pytest.CaptureFixture[str]
) -> None:
    api.get(URL).respond(401, json={})
    backend.kept["fntui", "default"] = "short"
    assert run("auth", "status") == 1
    out = capsys.readouterr().out
    assert "token    from keyring. This does not look like" in out
    assert "answer   Could not check the token: the API refused the token" in out


def test_no_child_can_inherit_the_token(
    screen: type[FakeApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITALOCEAN_ACCESS_TOKEN", TOKEN)
    seen: list[dict[str, str]] = []
    screen.during.append(lambda: seen.append(dict(os.environ)))
    assert run() == 0
    assert TOKEN not in str(seen)


def test_a_variable_that_is_no_token_leads_to_the_sign_in(
    screen: type[FakeApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", "not one")
    config("[profiles.work]")
    assert run("--profile", "work") == 0
    assert asyncio.run(screen.shown[0].accounts.find_token("work")) is None


def test_a_thread_that_breaks_is_told_of_after_the_screen(
    screen: type[FakeApp], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_log_path", lambda _: Path.home() / "log")  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - one argument

    def fail() -> None:
        raise KeyError(TOKEN)

    def start() -> None:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        assert capsys.readouterr().err == ""

    screen.during.append(start)
    assert run("--demo") == 0
    err = capsys.readouterr().err
    assert err.startswith("fntui: fntui broke, by a fault of its own: KeyError at ")
    assert TOKEN not in err + (Path.home() / "log" / "crash.log").read_text()


def test_python_m_fntui_is_the_same_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["fntui", "--version"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("fntui", run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("fntui ")
