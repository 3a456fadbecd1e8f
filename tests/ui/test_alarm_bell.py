"""What reaches the terminal besides the screen: one bell an alarm, a title, a notification."""

# ruff: noqa: D107 - a stand-in with the methods of what it stands for

import re
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.drivers.headless_driver import HeadlessDriver
from textual.notifications import SeverityLevel
from typing_extensions import override

from fntui.api.models import AccessKey
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.core.model.events import Acknowledged, Fact
from fntui.core.model.profile import FoundToken, Profile
from fntui.core.model.snapshot import AccessKeyKey, Acknowledgement, TriggerKey
from fntui.simulator.app import DEMO_TOKEN
from fntui.ui.alarm_bell import BELL, QUIET_S, Attention
from fntui.ui.repertoire import Repertoire
from fntui.ui.settings import Settings
from tests.support.builders import a_trigger, at
from tests.support.fake_api import FakeApi
from tests.support.hostile import PAYLOADS, any_text
from tests.support.made_facts import BILLING, failed_times, keys, namespaces, one, triggers
from tests.support.tried import tried
from tests.support.ui import HostApp, a_session
from tests.support.whole import Whole, whole

RUN = TriggerKey("fn-1", "invoice-run")
KEY = AccessKeyKey("fn-1", "k-1")
OWN = re.compile(r"\x07|\x1b\]2;[^\x00-\x1f\x7f-\x9f]*\x1b\\|\x1b\]9;[^\x00-\x1f\x7f-\x9f;]*\x1b\\")
OWN_IN_TMUX = re.compile(r"\x1bPtmux;\x1b\x1b\]9;[^\x00-\x1f\x7f-\x9f;]*\x1b\x1b\\\x1b\\")


class Desk(HostApp):
    """An app that is not run, and what it would have written to the terminal."""

    def __init__(self, settings: Settings | None = None, **environ: str) -> None:
        super().__init__(clock=ManualClock(at("12:00")), settings=settings)
        self.session = a_session(FakeApi(self.time))
        self.written: list[str] = []
        self.attention = Attention(self, environ)

    @override
    def write_to_terminal(self, sequences: str) -> None:
        self.written.append(sequences)

    @override
    def say(
        self, text: str, severity: SeverityLevel = "information", *, for_s: float | None = None
    ) -> None:
        self.said.append(text)

    async def look(self, moment: str, *facts: Fact) -> list[str]:
        """Return what is written at ``moment``, once these facts are known."""
        assert self.session is not None
        await self.time.advance((at(moment) - self.time.now()).total_seconds())
        self.session.store.apply(*facts)
        self.written.clear()
        self.attention.look()
        return list(self.written)


def titled(text: str) -> str:
    return f"\x1b]2;{text}\x1b\\"


def of(moment: str, *names: str, ran: str = "12:00:02", upcoming: str = "12:30") -> Fact:
    """Return a reading in which all triggers of these names last ran at ``ran``."""
    known = [a_trigger(name=n, last=at(ran), upcoming=at(upcoming)) for n in names]
    return triggers(moment, *known)


GOOD = (namespaces("12:00", BILLING), of("12:04", "invoice-run", upcoming="12:15"))
MISSED = of("12:16:30", "invoice-run")


async def test_one_alarm_is_one_bell_one_sentence_and_a_title() -> None:
    desk = Desk()
    assert await desk.look("12:04", *GOOD) == [titled("fntui: prod")]
    assert await desk.look("12:16:30", MISSED) == [BELL, titled("fntui: 1 missed")]
    (said,) = desk.said
    assert said == (
        "invoice-run in billing: missed 1: should have fired 12:15:00Z (1m ago), "
        "last fired 12:00:02Z, next 12:30:00Z; checked 0s ago."
    )
    assert await desk.look("12:16:31") == []
    assert await desk.look("12:20", of("12:20", "invoice-run")) == []
    ran = of("12:30:10", "invoice-run", ran="12:30:03", upcoming="12:45")
    assert await desk.look("12:30:10", ran) == [titled("fntui: prod")]
    assert len(desk.said) == 1


async def test_nothing_new_writes_nothing() -> None:
    desk = Desk()
    await desk.look("12:20", GOOD[0], of("12:20", "invoice-run"))
    assert [await desk.look(f"12:20:{second:02}") for second in range(1, 30)] == [[]] * 29
    assert desk.said == []


def test_before_anybody_signed_in_there_is_nothing_to_look_at() -> None:
    desk = Desk()
    desk.session = None
    desk.attention.look()
    assert desk.written == []
    assert desk.attention.title == "fntui"


async def test_many_alarms_at_once_are_one_bell_and_three_names() -> None:
    names = [f"job-{number}" for number in range(7)]
    desk = Desk()
    await desk.look("12:04", GOOD[0], of("12:04", *names, upcoming="12:15"))
    written = await desk.look("12:16:30", of("12:16:30", *names))
    assert written == [BELL, titled("fntui: 7 missed")]
    assert [name in desk.said[0] for name in names] == [True] * 3 + [False] * 4
    assert desk.said[0].endswith("; checked 0s ago. And 4 more.")


async def test_what_follows_within_seconds_is_gathered_into_the_next_bell() -> None:
    desk = Desk()
    await desk.look("12:04", GOOD[0], of("12:04", "a", "b", "c", upcoming="12:15"))
    alone = one("12:16:30", a_trigger(name="a", last=at("12:00:02"), upcoming=at("12:30")))
    assert await desk.look("12:16:30", alone) == [BELL, titled("fntui: 1 missed")]
    ran = one("12:16:31", a_trigger(name="d", last=at("12:15:02"), upcoming=at("12:30")))
    rest = of("12:16:31", "a", "b", "c")
    assert await desk.look("12:16:31", rest, ran) == [titled("fntui: 3 missed")]
    assert await desk.look("12:16:39") == []
    assert QUIET_S == 10
    assert await desk.look("12:16:40") == [BELL]
    assert len(desk.said) == 2
    assert desk.said[1].startswith("b in billing: missed 1")
    assert "c in billing: missed 1" in desk.said[1]


async def test_what_is_missed_while_nothing_runs_is_the_same_trouble() -> None:
    desk = Desk()
    await desk.look("12:04", GOOD[0], of("12:04", "a", "b", upcoming="12:15"))
    alone = one("12:16:30", a_trigger(name="a", last=at("12:00:02"), upcoming=at("12:30")))
    assert await desk.look("12:16:30", alone) == [BELL, titled("fntui: 1 missed")]
    both = of("12:16:50", "a", "b")
    assert await desk.look("12:16:50", both) == [titled("fntui: 2 missed")]
    assert await desk.look("12:18", of("12:18", "a", "b")) == []
    assert await desk.look("12:21:29", of("12:21:29", "a", "b")) == []
    assert await desk.look("12:21:30", of("12:21:30", "a", "b")) == [BELL]
    assert desk.said[1].startswith("b in billing: missed 1")


async def test_the_bell_can_be_turned_off() -> None:
    desk = Desk(Settings(profile=Profile(name="prod"), has_bell=False))
    await desk.look("12:04", *GOOD)
    assert await desk.look("12:16:30", MISSED) == [titled("fntui: 1 missed")]
    assert len(desk.said) == 1


NOTIFYING = Settings(profile=Profile(name="prod"), notifies=True)


async def test_a_notification_where_it_is_asked_for() -> None:
    desk = Desk(NOTIFYING)
    await desk.look("12:04", *GOOD)
    bell, _ = await desk.look("12:16:30", MISSED)
    assert bell == f"{BELL}\x1b]9;fntui: invoice-run missed 1\x1b\\"


async def test_a_notification_is_wrapped_for_tmux() -> None:
    desk = Desk(NOTIFYING, TMUX="/run/tmux-0/default,1,0")
    await desk.look("12:04", *GOOD)
    bell, _ = await desk.look("12:16:30", MISSED)
    inner = "\x1b\x1b]9;fntui: invoice-run missed 1\x1b\x1b\\"
    assert bell == f"{BELL}\x1bPtmux;{inner}\x1b\\"


@pytest.mark.parametrize("environ", [{}, {"TMUX": "x"}], ids=["plain", "tmux"])
async def test_a_name_adds_no_control_of_its_own(environ: dict[str, str]) -> None:
    for name in (*PAYLOADS, "4;1;50", "a\\", "\x1b\\", "x\x9c"):
        assert not await _strange_bytes(name, environ), name
        tried("text", "trigger.name", "notification")
        tried("text", "trigger.name", "terminal's title")


@given(any_text(), st.booleans())
async def test_no_name_adds_a_control(name: str, is_in_tmux: bool) -> None:  # noqa: FBT001 - drawn
    assert not await _strange_bytes(name, {"TMUX": "x"} if is_in_tmux else {})


async def _strange_bytes(name: str, environ: dict[str, str]) -> str:
    """Return what a missed run of a trigger with this name writes, besides what it may."""
    desk = Desk(NOTIFYING, **environ)
    await desk.look("12:04", GOOD[0], of("12:04", name, upcoming="12:15"))
    written = "".join(await desk.look("12:16:30", of("12:16:30", name)))
    assert written.startswith(BELL)
    assert len(written) < 300
    return OWN.sub("", OWN_IN_TMUX.sub("", written))


async def test_ascii_is_kept_in_the_title_and_the_notification() -> None:
    profile = Profile(name="größe")
    desk = Desk(Settings(profile=profile, notifies=True, repertoire=Repertoire.ASCII))
    assert desk.session is not None
    desk.session = a_session(cast("FakeApi", desk.session.api), profile)
    assert await desk.look("12:04", GOOD[0], of("12:04", "naïve …", upcoming="12:15")) == [
        titled("fntui: gr??e")
    ]
    written = await desk.look("12:16:30", of("12:16:30", "naïve …"))
    assert written == [
        f"{BELL}\x1b]9;fntui: na?ve ~ missed 1\x1b\\",
        titled("fntui: 1 missed"),
    ]


async def test_the_linux_console_gets_no_title() -> None:
    desk = Desk(TERM="linux")
    assert await desk.look("12:04", *GOOD) == []
    assert await desk.look("12:16:30", MISSED) == [BELL]
    assert desk.attention.title == ""


async def test_an_access_key_rings_and_is_named() -> None:
    desk = Desk(NOTIFYING)
    key = AccessKey(key_id="k-1", name="ci", expires_at=at("13:30"))
    await desk.look("12:29:59", GOOD[0], keys("12:20", key))
    written = await desk.look("12:30")
    assert written == [
        f"{BELL}\x1b]9;fntui: access key ci expires in 1h\x1b\\",
        titled("fntui: 1 key expires"),
    ]
    assert desk.said == ["access key ci in billing expires in 1h."]


async def test_another_account_begins_without_news() -> None:
    desk = Desk()
    await desk.look("12:04", *GOOD)
    desk.session = a_session(FakeApi(desk.clock), Profile(name="play"))
    desk.attention.begin()
    written = await desk.look("12:16:30", GOOD[0], MISSED)
    assert written == [titled("fntui: 1 missed")]


async def test_an_outage_is_told_in_the_title_without_a_bell() -> None:
    desk = Desk()
    await desk.look("12:16:30", *GOOD, MISSED)
    written = await desk.look("12:17", *failed_times("12:17", 3))
    assert written == [titled("fntui: 1 stale")]


async def test_an_acknowledgement_that_is_over_is_forgotten() -> None:
    desk = Desk()
    kept = Acknowledgement(acknowledged_at=at("12:16:40"), ends_at=at("13:16:40"))
    await desk.look("12:04", *GOOD)
    await desk.look("12:16:30", MISSED)
    known = Acknowledged(at=at("12:16:40"), key=RUN, acknowledgement=kept)
    assert await desk.look("12:16:40", known) == [titled("fntui: prod")]
    assert desk.session is not None
    assert desk.session.store.snapshot.acknowledged == {RUN: kept}
    still = of("13:16:30", "invoice-run", upcoming="13:30")
    assert await desk.look("13:16:39", still) == []
    assert await desk.look("13:16:40") == [BELL, titled("fntui: 1 missed")]
    assert desk.session.store.snapshot.acknowledged == {}
    activity = desk.session.store.snapshot.activity
    assert activity[-1].words == "its acknowledgement is over"


# The whole program


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that the program sends to its terminal and does not draw."""
    sent: list[str] = []

    def write(_: HeadlessDriver, data: str) -> None:
        sent.append(data)

    monkeypatch.setattr(HeadlessDriver, "write", write)
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    return sent


async def until_told(it: Whole) -> None:
    """Let five minutes pass, in which the demo's dedupe misses a run."""
    for _ in range(25):
        if "dedupe in ingest: missed 1" in re.sub(r"\s+", " ", it.text):
            return
        await it.pass_time(15)
    raise AssertionError(it.text)


async def test_the_demo_shows_a_run_missed_with_bell_title_and_sentence(
    written: list[str],
) -> None:
    async with whole() as it:
        assert BELL not in written
        assert written[-1] == titled("fntui: 1 missed")
        await until_told(it)
        assert written.count(BELL) == 1
        assert written[-1] == titled("fntui: 2 missed")
        assert "ack" not in it.text
        sent = len(written)
        await it.pass_time(60)
        it.app.attention.look()
        assert len(written) == sent


async def test_a_new_token_rings_for_nothing_again(written: list[str]) -> None:
    async with whole() as it:
        await until_told(it)
        found = FoundToken(token=Secret(DEMO_TOKEN), source="session")
        await it.app.sign_in(it.app.accounts.profiles[0], found)
        await it.press("R")
        await it.pass_time(30)
        assert written.count(BELL) == 1
        await it.app.sign_in(it.app.accounts.profiles[1], found)
        await it.pass_time(30)
        assert written.count(BELL) == 1


async def test_what_is_acknowledged_in_time_does_not_ring(written: list[str]) -> None:
    async with whole() as it:
        key = it.trigger("ingest", "dedupe")
        assert it.app.session is not None
        kept = Acknowledgement(acknowledged_at=it.app.server_now())
        fact = Acknowledged(at=it.app.server_now(), key=key, acknowledgement=kept)
        it.app.session.store.apply(fact)
        for _ in range(24):
            await it.pass_time(15)
        assert "✗ ack missed 1" in it.text
        assert BELL not in written


async def test_once_a_second_it_looks_at_what_ends_by_time() -> None:
    async with whole() as it:
        assert [timer.name for timer in it.app._timers].count("attention") == 1
