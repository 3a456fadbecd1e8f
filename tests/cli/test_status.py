import json
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import Future
from pathlib import Path

import pytest
import respx
from typing_extensions import override

from fntui.accounts import API_URL
from fntui.cli import main
from fntui.cli.report import exit_status
from fntui.cli.report_lines import as_lines
from fntui.cli.status import read_report
from fntui.core.health.board import standings
from fntui.core.health.wording import state_words
from fntui.core.model.lag import Lag
from fntui.core.model.profile import FoundToken
from fntui.core.model.snapshot import Snapshot, TriggerKey
from fntui.core.store.last_session import LastSeen
from fntui.core.watch.full_read import Survey
from fntui.threads import Ahead
from fntui.ui.views.board.ranking import ranking
from fntui.ui.views.view_context import Sight
from tests.support.loopback import simulator_process
from tests.support.terminal import environment
from tests.support.ui import FakeAccounts
from tests.support.whole import SimulatedAccounts, whole

TOKEN = "dop_v1_" + "a1" * 32
PROGRAM = f"{sys.executable} -m fntui"
URL = f"{API_URL}/v2/functions/namespaces"


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Generator[respx.MockRouter]:
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", TOKEN)
    with respx.mock(assert_all_called=False) as router:
        router.get(URL).respond(json={"namespaces": []})
        yield router


def run(*words: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code


def test_the_demo_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("status", "--demo") == 2
    out, err = capsys.readouterr()
    assert err == ""
    counts, checked, blank, head, worst, *_ = out.split("\n")
    assert " missed · 1 late · " in counts
    assert checked.startswith("profile demo, checked 20")
    assert blank == ""
    assert head.startswith("STATE")
    assert "invoice-run" in worst
    assert "access key contractor in billing expires" in out


def test_the_demo_in_ascii_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--ascii", "--demo", "status", "--plain") == 2
    plain = capsys.readouterr().out
    assert plain.isascii()
    assert "1 late, " in plain
    assert "nightly report/? 100%" in plain
    assert run("status", "--demo", "--json") == 2
    told = json.loads(capsys.readouterr().out)
    assert told["exit_status"] == 2
    assert "nightly report/€ 100%" in [trigger["trigger"] for trigger in told["triggers"]]


@pytest.mark.usefixtures("api")
def test_an_account_without_triggers_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    log = Path.home() / "log"
    assert run("status", "--log-file", str(log)) == 0
    out, err = capsys.readouterr()
    assert out.startswith("no triggers\nprofile default, checked ")
    assert err == ""
    assert log.read_text().count("GET") == 1


def test_a_refused_token_is_unknown(
    api: respx.MockRouter, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"id": "x", "message": "\x1bno", "request_id": "r1"}
    api.get(URL).respond(401, json=body)
    assert run("status") == 3
    out = capsys.readouterr().out
    assert out.startswith("nothing could be read\n")
    assert "the API refused the token (HTTP 401): ␛no. It is wrong," in out
    assert "(request id r1)" in out
    assert TOKEN not in out
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", TOKEN)  # it is taken out, so that no child has it
    assert run("status", "--json") == 3
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["kind"] == "token_refused"
    assert problem["request_id"] == "r1"


@pytest.mark.usefixtures("api")
def test_what_is_odd_with_the_token_is_said_beside_the_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", "odd-token")
    assert run("status", "--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["problems"] == []
    assert "does not look like a DigitalOcean token" in err


@pytest.mark.usefixtures("backend")
def test_without_a_token_there_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("status", "--json") == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "fntui: The keyring holds no token for profile default.\n"


async def test_a_source_that_does_not_say_why_there_is_no_token() -> None:
    with pytest.raises(Exception, match="There is no API token for profile prod"):
        await read_report(FakeAccounts(), "prod")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["status", "--oops"], 64),
        (["--read-only", "--write", "status"], 64),
        (["status", "--json", "--plain"], 64),
        (["status", "--demo", "--profile", "x"], 64),
        (["status", "--profile", "nope"], 64),
        (["status", "--api-url", "http://example.com"], 64),
        (["status", "--token-file", "/no/such"], 3),
        (["status", "--help"], 0),
        (["auth", "status", "--oops"], 2),
        (["auth", "status", "--profile", "nope"], 2),
    ],
)
def test_nothing_but_a_verdict_ends_with_the_status_of_one(words: list[str], status: int) -> None:
    assert run(*words) == status


def test_a_broken_config_is_no_missed_run() -> None:
    (Path.home() / "config.toml").write_text("utc = maybe")
    assert run("status") == 64


@pytest.mark.usefixtures("api")
def test_a_fault_of_its_own_is_unknown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fail(_: Survey) -> None:  # noqa: RUF029 - in place of a coroutine function
        raise KeyError(TOKEN)

    monkeypatch.setattr("platformdirs.user_log_path", lambda _: Path.home() / "log")  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - one argument
    monkeypatch.setattr(Survey, "read", fail)
    with pytest.raises(KeyError) as caught:
        main(["status"])
    with pytest.raises(SystemExit) as ended:
        sys.excepthook(caught.type, caught.value, caught.tb)
    assert ended.value.code == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("fntui: fntui broke, by a fault of its own: KeyError at ")
    assert TOKEN not in err


async def test_it_agrees_with_the_screen() -> None:
    async with whole(size=(160, 40)) as screen:
        accounts = SimulatedAccounts(screen.api, screen.clock)
        for _ in range(4):
            await screen.pass_time(70)
            snapshot, now = screen.app.main.snapshot, screen.app.server_now()
            report = await read_report(accounts, "prod")
            shown = ranking(standings(snapshot, now), Sight())
            assert [(entry.key, state_words(entry.verdict)) for entry in report.entries()] == [
                (entry.key, state_words(entry.verdict)) for entry in shown
            ]
            counts = as_lines(report)[0]
            assert counts in screen.text.split("\n")[0]


class HungDisk(SimulatedAccounts):
    """Accounts whose history does not answer."""

    @override
    def last_seen(self, profile: str) -> Ahead[LastSeen | None]:
        read = super().last_seen(profile)
        read._ended = Future()
        return read


@pytest.mark.parametrize(
    ("kind", "account", "state"),
    [
        (SimulatedAccounts, "", "late"),
        (SimulatedAccounts, "other", "missed"),
        (HungDisk, "", "missed"),
    ],
)
async def test_it_judges_by_the_lag_that_was_learned(
    kind: type[SimulatedAccounts], account: str, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind is HungDisk:
        monkeypatch.setattr("fntui.cli.status._PATIENCE_S", 0.01)
    async with whole() as screen:
        server = screen.api.account
        key, trigger = next(
            (TriggerKey(namespace.namespace_id, name), trigger)
            for namespace in server.namespaces.values()
            for name, trigger in namespace.triggers.items()
            if trigger.firing.cron == "0 * * * *" and trigger.is_enabled
            if not trigger.firing.script
        )
        server.skip_runs(key.namespace_id, key.name, 1)
        slot = trigger.firing.next_run_at
        assert slot is not None
        await screen.pass_time((slot - screen.clock.now()).total_seconds() + 120)
        accounts = kind(screen.api, screen.clock)
        lag = Lag(lag_s=240.0, seen_at=screen.clock.now())
        accounts.seen["prod"] = LastSeen(account, Snapshot(lag=lag))
        report = await read_report(accounts, "prod")
        (verdict,) = [entry.verdict for entry in report.entries() if entry.key == key]
        assert verdict.state == state


async def test_what_it_takes_to_load_is_not_told_of_as_a_wait_for_the_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with whole() as screen:
        accounts, done = SimulatedAccounts(screen.api, screen.clock), list[str]()
        load, look = accounts.loaded, accounts.find_token

        async def loaded() -> None:
            await load()
            done.append("loaded")

        async def find_token(profile: str) -> FoundToken | None:
            done.append("looked")
            return await look(profile)

        monkeypatch.setattr(accounts, "loaded", loaded)
        monkeypatch.setattr(accounts, "find_token", find_token)
        await read_report(accounts, "play")
    assert done == ["loaded", "looked"]


async def test_it_asks_as_the_profile_and_closes_the_connections() -> None:
    async with whole() as screen:
        accounts = SimulatedAccounts(screen.api, screen.clock)
        assert accounts.found is not None
        accounts.found = FoundToken(token=accounts.found.token, source="x", warning="odd")
        report = await read_report(accounts, "play")
        assert report.profile == "play"
        assert exit_status(report) == 2


@pytest.mark.loopback
def test_over_loopback_as_monitoring_runs_it(tmp_path: Path) -> None:
    env = environment(tmp_path, DIGITALOCEAN_TOKEN=TOKEN)
    with simulator_process("--token", TOKEN, "--bare-lists") as url:
        done = fntui("status", "--json", "--api-url", url, env=env)
        piped = subprocess.run(  # noqa: S603 - our own line
            ["/bin/bash", "-c", f"set -o pipefail; {PROGRAM} status --api-url {url} | head -n 1"],
            capture_output=True,
            text=True,
            check=False,
            env=env,
        )
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (2, "")
    states = {trigger["trigger"]: trigger["state"] for trigger in told["triggers"]}
    assert len(states) == 22
    assert states["invoice-run"] == "missed"
    assert states["old-import"] == "paused"
    assert states["february-30"] == "wont_run"
    assert told["problems"] == []
    assert TOKEN not in done.stdout
    assert (piped.returncode, piped.stderr) == (2, "")
    assert piped.stdout.count("\n") == 1


def fntui(*words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "fntui", *words],
        capture_output=True,
        text=True,
        check=False,
        env=env,
        stdin=subprocess.DEVNULL,
    )


def test_the_screen_is_not_loaded_for_it() -> None:
    code = (
        "import sys\nfrom fntui.cli import main\n"
        "try: main(['status', '--demo'])\nexcept SystemExit: pass\n"
        "print({'textual', 'keyring'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    assert done.stderr == "set()\n"
