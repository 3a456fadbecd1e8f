import re
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from msgspec import UNSET, structs

from fntui.core.health.board import standings
from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import Acknowledgement, Snapshot, State, TriggerKey, Verdict
from fntui.ui.views.board.board import board, strip
from fntui.ui.views.board.ranking import Ranking, ranking
from fntui.ui.views.view_context import Sight, Sort
from tests.support.builders import NOON, a_trigger, at
from tests.support.shown import FN, a_snapshot, failed, lens, text

TRIGGERS = [
    a_trigger(name="z-good", function="a/f", last=at("12:00:02"), upcoming=at("12:15")),
    a_trigger(name="m-bad", function="b/f", last=at("11:00:02"), upcoming=at("12:15")),
    a_trigger("0 * * * *", name="a-late", last=at("11:00:02"), upcoming=at("13:00")),
    a_trigger(name="off", is_enabled=False, last=at("11:00:02")),
    a_trigger("0 0 30 2 *", name="never", upcoming=None),
    a_trigger(None, name="sparse", scheduled_runs=UNSET),
    a_trigger(name="new", last=None, upcoming=at("12:15"), updated=at("11:59")),
]
LATER = NOON + timedelta(seconds=40)


def found_in(
    snapshot: Snapshot, sight: Sight, now: datetime, known: Iterable[TriggerKey] = ()
) -> Ranking:
    acknowledged = dict.fromkeys(known, Acknowledgement(acknowledged_at=NOON))
    return ranking(standings(structs.replace(snapshot, acknowledged=acknowledged), now), sight)


def names(sight: Sight) -> list[str]:
    snapshot = a_snapshot(TRIGGERS)
    return [entry.key.name for entry in found_in(snapshot, sight, NOON)]


def test_the_worst_come_first_then_what_fires_next() -> None:
    assert names(Sight()) == ["m-bad", "never", "sparse", "new", "z-good", "a-late", "off"]


def test_other_orders() -> None:
    assert names(Sight(sort=Sort.NAME))[0] == "a-late"
    assert names(Sight(sort=Sort.NEXT))[:3] == ["m-bad", "new", "z-good"]


def test_filter_and_problems_only() -> None:
    assert names(Sight(needle="b/F")) == ["m-bad"]
    assert "m-bad" not in names(Sight(needle="!b/f"))
    assert names(Sight(is_problems_only=True)) == ["m-bad", "never"]


def test_some_of_them_are_in_the_same_order() -> None:
    found = found_in(a_snapshot(TRIGGERS), Sight(), NOON)
    assert [entry.key.name for entry in found[1:3]] == ["never", "sparse"]


def test_a_cron_is_shown_without_its_seconds() -> None:
    snapshot = a_snapshot([a_trigger("30 0 9 * * mon")])
    found = found_in(snapshot, Sight(), NOON)
    _, (row,) = board(snapshot, found, lens(120, LATER), has_namespaces=True)
    assert " 0 9 * * mon" in row.text
    assert "30 0" not in row.text


def test_all_columns_where_there_is_room() -> None:
    snapshot = a_snapshot(TRIGGERS[:2])
    found = found_in(snapshot, Sight(), NOON)
    head, lines = board(snapshot, found, lens(120, LATER), has_namespaces=True)
    titles = ["STATE", "NAMESPACE", "TRIGGER", "FUNCTION", "CRON", "LAST", "NEXT", "RUNS"]
    assert head.text.split() == titles
    places = [head.text.index(title) for title in ("STATE", "NAMESPACE", "TRIGGER")] + [
        head.text.index("RUNS") - 4
    ]
    bad, good = (line.text for line in lines)
    assert [bad[place:].split()[0] for place in places] == ["✗", "billing", "m-bad", "····|!!!"]
    assert [good[place:].split()[0] for place in places] == ["●", "billing", "z-good", "·······|"]
    assert re.search(r"missed 3 .* b/f +[*]/15 [*] [*] [*] [*] +1h ago +in 14m ", bad)


@pytest.mark.parametrize(
    ("width", "has", "lacks"),
    [
        (110, ("FUNCTION", "CRON", "RUNS", "NAMESPACE"), ()),
        (85, ("CRON", "RUNS", "NAMESPACE"), ("FUNCTION",)),
        (60, ("NAMESPACE",), ("FUNCTION", "RUNS", "CRON")),
        (48, ("STATE", "TRIGGER", "LAST", "NEXT"), ("NAMESPACE", "CRON")),
    ],
)
def test_columns_that_matter_less_go_first(
    width: int, has: tuple[str, ...], lacks: tuple[str, ...]
) -> None:
    snapshot = a_snapshot(TRIGGERS)
    found = found_in(snapshot, Sight(), NOON)
    head, lines = board(snapshot, found, lens(width), has_namespaces=True)
    assert all(title in head.text for title in has)
    assert not any(title in head.text for title in lacks)
    assert all(len(line.text) <= width for line in lines)


def test_a_namespaces_own_board_does_not_name_it() -> None:
    snapshot = a_snapshot(TRIGGERS)
    found = found_in(snapshot, Sight(), NOON)
    head, lines = board(snapshot, found, lens(120), has_namespaces=False)
    assert "NAMESPACE" not in head.text
    assert "billing" not in text(lines)


def row(name: str) -> str:
    snapshot = a_snapshot(TRIGGERS)
    found = found_in(snapshot, Sight(), LATER)
    _, lines = board(snapshot, found, lens(120, LATER), has_namespaces=False)
    return next(line.text for line in lines if f" {name} " in line.text)


def test_what_is_not_known_is_a_question_mark() -> None:
    assert row("sparse").split()[:2] == ["?", "unknown"]
    assert row("sparse").split()[2:] == ["sparse", "?", "?", "?", "?"]


def test_times_of_one_that_never_ran_and_of_one_that_is_paused() -> None:
    assert "never" in row("new")
    assert "in 14m" in row("new")
    assert "–" in row("off")
    assert "in " not in row("off")


def test_a_run_that_is_due_says_so() -> None:
    snapshot = a_snapshot([a_trigger(name="x", last=at("11:45:01"), upcoming=at("12:00"))])
    found = found_in(snapshot, Sight(), LATER)
    assert " due " in board(snapshot, found, lens(120, LATER), has_namespaces=False)[1][0].text


def test_how_long_a_run_is_late() -> None:
    verdict = Verdict(state=State.LATE, checked_at=LATER, owed=(NOON,))
    snapshot = a_snapshot(TRIGGERS[:1])
    found = found_in(snapshot, Sight(), LATER)
    late = Ranking.of([structs.replace(found[0], verdict=verdict)], Sort.URGENCY)
    assert "◔ late 40s" in board(snapshot, late, lens(120, LATER), has_namespaces=False)[1][0].text


@pytest.mark.parametrize("width", [40, 48, 60, 120])
def test_what_is_acknowledged_says_so_at_every_width(width: int) -> None:
    keys = [TriggerKey(FN, name) for name in ("m-bad", "never")]
    snapshot = a_snapshot(TRIGGERS)
    found = found_in(snapshot, Sight(), LATER, keys)
    shown = text(board(snapshot, found, lens(width, LATER), has_namespaces=True)[1])
    assert "✗ ack mi" in shown
    assert "○ ack wo" in shown
    assert shown.count(" ack ") == 2


def test_of_one_state_the_acknowledged_come_last() -> None:
    twins = [structs.replace(TRIGGERS[1], name=name) for name in "abc"]
    snapshot = a_snapshot(twins)
    known = [TriggerKey(FN, "a")]
    found = found_in(snapshot, Sight(), LATER, known)
    assert [entry.key.name for entry in found] == ["b", "c", "a"]


def test_stale_verdicts_are_unknown_never_green() -> None:
    snapshot = a_snapshot(TRIGGERS[:1], (), *failed(ProblemKind.SERVER_ERROR, times=3))
    found = found_in(snapshot, Sight(), NOON)
    assert [entry.verdict.state for entry in found] == [State.UNKNOWN]


def test_the_strip_has_a_sign_for_each_slot_and_shows_the_newest() -> None:
    assert [(part.text, part.tone) for part in strip("||+!!==..|")] == [
        *(("||", "fine"), ("+", "late"), ("!!", "missed")),
        *(("==", "dim"), ("··", "dim"), ("|", "fine")),
    ]
    assert "".join(part.text for part in strip("|||+!!==..|", 4)) == "=··|"
    assert strip("") == ()
