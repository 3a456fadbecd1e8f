"""``fntui record``: what it prints, what it keeps, how it ends."""

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx
import pytest

from fntui.cli import main
from fntui.cli.process import Refusal
from fntui.cli.record import _ENDINGS, Recording, _tell, record
from fntui.clock import Clock, ManualClock
from fntui.core.model.snapshot import Activity
from fntui.core.watch.history_port import Kept
from fntui.simulator.account.account import Account
from fntui.simulator.account.seed import demo_account
from fntui.simulator.app import SimulatedApi
from fntui.simulator.faults import Fault
from tests.support.hostile_account import TEXTS, hostile_account
from tests.support.loopback import simulator_process
from tests.support.terminal import environment
from tests.support.terminal_bytes import strays
from tests.support.tried import tried
from tests.support.ui import FakeAccounts
from tests.support.whole import SimulatedAccounts

TOKEN = "dop_v1_" + "a1" * 32


@pytest.fixture(autouse=True)
def _signals_are_heeded() -> Generator[None]:
    """Have none ignored, as a shell lets what it runs in the background ignore SIGINT."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in _ENDINGS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Desk:
    """A recorder over the simulated account."""

    def __init__(self, made: Callable[[Clock], Account] = demo_account) -> None:
        """Record nothing yet."""
        self.clock = ManualClock()
        self.api = SimulatedApi(made(self.clock))
        self.accounts = SimulatedAccounts(self.api, self.clock)
        self.lines: list[str] = []
        self.recording = Recording("prod", self.lines.append)

    async def run(self, seconds: float) -> "asyncio.Task[int]":
        """Record for a while."""
        task = asyncio.create_task(self.recording.run(self.accounts))
        await self.clock.advance(seconds)
        return task

    async def end(self, task: "asyncio.Task[int]", number: signal.Signals) -> int:
        """Send a signal; return the exit status once it has ended by that."""
        os.kill(os.getpid(), number)
        for _ in range(1000):
            await self.clock.advance(0.1)
            if task.done():
                break
        return task.result()


async def test_it_tells_of_each_change_and_ends_on_sigterm() -> None:
    desk = Desk()
    task = await desk.run(700)
    assert await desk.end(task, signal.SIGTERM) == 0
    first, *others = desk.lines
    assert first == "2026-11-23 14:38:00Z  recording profile prod"
    (missed,) = [line for line in others if "dedupe: late → missed 1" in line]
    assert "watch    ingest / dedupe: late → missed 1 (missed 1: should have fired" in missed
    assert any("dedupe: missed 1 → on time" in line for line in others)
    assert len(set(others)) == len(others)
    assert desk.accounts.shelf.records  # what was left was written
    assert desk.accounts.shelf.leader is None


async def test_changes_by_others_are_told_too() -> None:
    desk = Desk()
    task = await desk.run(5)
    (namespace, *_) = desk.api.account.namespaces.values()
    namespace.label = "renamed"
    del namespace.triggers["dunning"]
    await desk.clock.advance(301)
    assert any("someone" in line and "deleted trigger dunning" in line for line in desk.lines)
    assert await desk.end(task, signal.SIGINT) == 130


async def test_names_from_elsewhere_act_on_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(hostile_account)
    desk.recording = Recording("prod", partial(_tell, is_ascii=False))
    task = await desk.run(5)
    for namespace in desk.api.account.namespaces.values():
        namespace.triggers.clear()
        namespace.keys.clear()
    await desk.clock.advance(1200)
    assert await desk.end(task, signal.SIGTERM) == 0
    out, err = capsys.readouterr()
    assert strays(out + err, (0, 0)) == []
    assert out.count("deleted trigger") >= len(TEXTS)
    for field in ("namespace.label", "trigger.name", "access key.name"):
        tried("text", field, "fntui record")


async def test_a_refused_token_ends_it_with_a_sentence() -> None:
    desk = Desk()
    task = await desk.run(5)
    desk.api.faults.rules.append(Fault("unauthorized"))
    await desk.clock.advance(120)
    with pytest.raises(Refusal, match="The API refused the token"):
        await task


async def test_what_earlier_sessions_saw_is_not_told_again() -> None:
    desk = Desk()
    old = Activity(
        at=desk.clock.now(), actor="someone", namespace_id="fn-1", target="x", words="old news"
    )
    desk.accounts.shelf.kept = Kept(activity=(old,))
    task = await desk.run(200)
    assert not any("old news" in line for line in desk.lines)
    assert len(desk.lines) > 1
    assert await desk.end(task, signal.SIGTERM) == 0


async def test_it_can_be_ended_while_it_signs_in() -> None:
    desk = Desk()
    desk.accounts.token_gate = asyncio.Event()
    task = await desk.run(1)
    assert await desk.end(task, signal.SIGTERM) == 0
    assert desk.lines == []


async def test_a_signal_that_it_was_started_to_ignore_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        desk = Desk()
        task = await desk.run(5)
        os.kill(os.getpid(), signal.SIGHUP)
        await desk.clock.advance(5)
        assert not task.done()
        assert await desk.end(task, signal.SIGTERM) == 0
    finally:
        signal.signal(signal.SIGHUP, before)


async def test_a_bug_is_not_swallowed() -> None:
    desk = Desk()
    task = await desk.run(5)
    desk.recording.crashed(ZeroDivisionError())
    await desk.clock.advance(1)
    with pytest.raises(ZeroDivisionError):
        await task


def test_without_a_token() -> None:
    accounts = FakeAccounts()
    accounts.notes = ("The keyring is locked.",)
    with pytest.raises(Refusal, match="The keyring is locked"):
        record(accounts, "prod", is_ascii=False)


def test_no_such_profile_and_words_for_help(capsys: pytest.CaptureFixture[str]) -> None:
    for words, status, told in (
        (["record", "--profile", "nope"], 2, "There is no profile nope"),
        (["record", "--help"], 0, "It ends on SIGTERM"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == status
        assert told in "".join(capsys.readouterr())


def start(*words: str, env: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "fntui", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env=env,
    )


def test_the_demo_is_recorded_nowhere(tmp_path: Path) -> None:
    process = start("record", "--demo", "--ascii", env=environment(tmp_path))
    assert process.stdout is not None
    assert process.stdout.readline().endswith("recording profile demo\n")
    process.terminate()
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert out.isascii()
    assert not list(tmp_path.rglob("*.db"))


@pytest.mark.loopback
def test_what_it_saw_is_on_disk_even_if_it_is_killed(tmp_path: Path) -> None:
    env = environment(tmp_path, DIGITALOCEAN_TOKEN=TOKEN)
    with simulator_process("--token", TOKEN) as url:
        process = start("record", "--api-url", url, env=env)
        assert process.stdout is not None
        assert "recording profile default" in process.stdout.readline()
        with httpx.Client(
            base_url=f"{url}/v2/functions/namespaces",
            headers={"Authorization": f"Bearer {TOKEN}"},
            trust_env=False,
        ) as other:
            other.post("", json={"label": "by-curl", "region": "nyc1"}).raise_for_status()
        (kept,) = tmp_path.rglob("*.db")
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
        while not rows(kept):
            assert process.poll() is None
            os.sched_yield()
        process.kill()
        process.communicate(timeout=20)
    assert rows(kept) > 10
    assert TOKEN.encode() not in kept.read_bytes()


def rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("SELECT count(*) FROM runs").fetchone()[0])
