import re
from datetime import datetime, timedelta

import pytest

from fntui.api.limits import RateLimit
from fntui.api.models import AccessKey
from fntui.core.model.events import Acknowledged, RateLimitRead, ReadFailed
from fntui.core.model.profile import Profile
from fntui.core.model.snapshot import AccessKeyKey, Acknowledgement, Reading, Snapshot, TriggerKey
from fntui.core.store.store import Store
from fntui.ui.keymap import COMMANDS
from fntui.ui.views.bars import Account, footer_line, header_line
from tests.support.builders import NOON, a_trigger, at
from tests.support.shown import a_problem, a_snapshot

PROD = Account(Profile(name="prod", colour="red"), "keyring", "3f9a", False, False)  # noqa: FBT003 - a tuple
TRIGGERS = [
    a_trigger(name="bad", last=at("11:00:02"), upcoming=at("12:15")),
    a_trigger(name="good", last=at("12:00:02"), upcoming=at("12:15")),
    a_trigger(name="off", is_enabled=False, last=at("11:00:02")),
]
KEYS = [AccessKey(key_id="k", expires_at=NOON + timedelta(hours=9))]
LIMIT = RateLimit(limit_per_hour=5000, remaining=4812, used_in_minute=37)
SNAPSHOT = a_snapshot(TRIGGERS, KEYS, RateLimitRead(at=NOON, rate_limit=LIMIT))


def header(
    width: int,
    account: Account | None = PROD,
    snapshot: Snapshot = SNAPSHOT,
    shown_at: datetime | None = NOON,
) -> str:
    line = header_line(
        account, snapshot, NOON + timedelta(seconds=3), Reading(read_at=shown_at), width
    )
    assert len(line.text) == width
    return line.text


def test_everything_where_there_is_room() -> None:
    shown = header(140)
    assert shown.startswith(" prod  api token …3f9a keyring  ")
    assert " 1 missed · 1 on time · 1 paused · 1 key expires in 8h " in shown
    assert shown.endswith("4,812/5,000 h  37/250 m  ↻ 3s ")


@pytest.mark.parametrize("width", range(20, 141))
def test_every_width_is_filled_and_the_account_comes_first(width: int) -> None:
    assert header(width).startswith(" prod")


def test_what_matters_least_goes_first() -> None:
    assert "/5,000" not in header(95)
    assert "4,812 h" in header(95)
    assert "1 missed" in header(50)
    assert "4,812" not in header(50)


def test_what_is_acknowledged_is_counted_by_itself() -> None:
    kept = Acknowledgement(acknowledged_at=NOON)
    keys = (TriggerKey("fn-1", "bad"), AccessKeyKey("fn-1", "k"))
    facts = [Acknowledged(at=NOON, key=key, acknowledgement=kept) for key in keys]
    shown = header(100, snapshot=a_snapshot(TRIGGERS, KEYS, *facts))
    assert " 1 on time · 1 paused · 2 ack " in shown
    alone = a_snapshot(TRIGGERS[:1], (), facts[0])
    assert re.search(r"3f9a +1 ack +↻", header(60, snapshot=alone))


def test_several_keys() -> None:
    keys = [*KEYS, AccessKey(key_id="l", expires_at=NOON + timedelta(hours=19))]
    assert "2 keys expire, the first in 8h" in header(140, snapshot=a_snapshot(TRIGGERS, keys))


def test_before_signing_in_and_before_the_first_answer() -> None:
    shown = header(80, None, Snapshot(), None)
    assert shown.startswith(" fntui  not signed in")
    assert "reading" not in shown
    assert header(80, PROD, Snapshot(), None).endswith("reading… ")


def test_what_could_not_be_read_is_not_being_read() -> None:
    problem = ReadFailed(at=NOON, namespace_id=None, branch="", problem=a_problem())
    store = Store()
    store.apply(problem)
    assert header(80, PROD, store.snapshot, None).endswith("nothing read ")


def test_demo_and_read_only_are_said() -> None:
    demo = Account(Profile(name="demo"), "demo", "0000", True, True)  # noqa: FBT003
    assert header(120, demo).startswith(" DEMO  simulated account  READ-ONLY")
    assert header(80, demo).startswith(" DEMO  READ-ONLY")
    assert "token keyring" in header(120, PROD._replace(hint=""))


def test_a_budget_without_a_limit() -> None:
    fact = RateLimitRead(at=NOON, rate_limit=RateLimit(remaining=12))
    assert " 12 h  0/250 m" in header(140, snapshot=a_snapshot(TRIGGERS, (), fact))


@pytest.mark.parametrize("width", [120, 100, 80, 60, 40, 20])
def test_the_footer_keeps_help_and_quit(width: int) -> None:
    shown = footer_line({}, width).text
    assert len(shown) == width
    assert shown.startswith(" ? help")
    assert width < 40 or shown.rstrip().endswith("q quit")


def test_the_footer_at_80_columns() -> None:
    shown = footer_line({}, 80).text
    assert sum(f" {command.word} " in f"{shown} " for command in COMMANDS if command.word) >= 7


def test_the_footer_shows_moved_keys_and_a_note() -> None:
    shown = footer_line({"help": "f2"}, 100, "filter: x").text
    assert shown.startswith(" F2 help")
    assert shown.endswith("  filter: x ")
