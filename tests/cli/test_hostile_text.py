"""Text from elsewhere in what is printed without a screen, and in names of files and profiles."""

import json
import re
from pathlib import Path

import pytest

from fntui.cli import main
from fntui.cli.report import Report
from fntui.cli.report_json import as_json
from fntui.cli.report_lines import as_lines
from fntui.cli.status import read_report
from fntui.clock import ManualClock
from fntui.simulator.app import SimulatedApi
from tests.support.hostile import CORPUS, HAZARD
from tests.support.hostile_account import FIELDS, TEXTS, hostile_account
from tests.support.terminal_bytes import strays
from tests.support.tried import tried
from tests.support.whole import SimulatedAccounts

NEVER_TOLD = {"namespace.legacy_key"}
NAMES = {
    name: re.sub("[\ud800-\udfff]", "\udcff", text)
    for name, text in CORPUS.items()
    if "\x00" not in text
}
"""As the system can hand them over: bytes that are no UTF-8 come as half characters."""


@pytest.fixture
async def report() -> Report:
    clock = ManualClock()
    accounts = SimulatedAccounts(SimulatedApi(hostile_account(clock)), clock)
    return await read_report(accounts, "prod")


def test_the_report_as_lines(report: Report) -> None:
    lines = as_lines(report)
    assert not strays("\n".join(lines), (0, 0))
    assert sum("spare" in line for line in lines) >= len(TEXTS)
    for field in set(FIELDS) - NEVER_TOLD:
        tried("text", field, "fntui status")


def test_the_report_as_json(report: Report) -> None:
    document = as_json(report)
    assert document.isascii()
    assert not HAZARD.search(document.replace("\n", ""))
    told = {trigger["trigger"] for trigger in json.loads(document)["triggers"]}
    assert told >= {json.loads(json.dumps(text)) for text in TEXTS}
    for field in set(FIELDS) - NEVER_TOLD:
        tried("text", field, "fntui status --json")


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run the program in vain; return what it says, in which nothing may act."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    out, err = capsys.readouterr()
    assert ended.value.code != 0
    assert out == ""
    assert strays(err, (0, 0)) == []
    return err


@pytest.mark.parametrize("command", [(), ("status",), ("record",), ("auth", "status")])
def test_names_on_the_command_line(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    for name in NAMES.values():
        told = ran(capsys, *command, f"--{name}=x")
        assert "usage:" in told
        ran(capsys, *command, f"{name}x")
        assert "There is no profile" in ran(capsys, *command, "--profile", f"x{name}")
        tried("text", "option", f"complaint of fntui {' '.join(command)}".strip())
        tried("text", "profile", f"complaint of fntui {' '.join(command)}".strip())


def test_names_of_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in NAMES.values():
        path = str(tmp_path / "none" / f"x{name}")
        assert "can't be read" in ran(capsys, "status", "--token-file", path)
        tried("text", "path of the token file", "complaint of fntui status")
        ran(capsys, "status", "--api-url", f"x{name}")
        (tmp_path / "file").touch()
        assert "can't be written" in ran(capsys, "status", "--log-file", f"{tmp_path}/file/x{name}")
        tried("text", "path of the log", "complaint of fntui status")


@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_a_config_of_any_name_and_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    name = f"x{text[:60]}".replace("/", "_")
    path = tmp_path / name
    monkeypatch.setenv("FNTUI_CONFIG", str(path))
    for written in (
        f"utc = {text}",
        f"{json.dumps(f'x{text}')} = 1",
        f"default_profile = {json.dumps(f'x{text}')}",
        f"[profiles.{json.dumps(f'x{text}')}]\ncolour = {json.dumps(text)}\nx = 1",
    ):
        path.write_bytes(written.encode(errors="replace"))
        ran(capsys, "status")
    tried("text", "path of config.toml", "complaint of fntui status")
    tried("text", "text of config.toml", "complaint of fntui status")
