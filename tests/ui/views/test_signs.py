from collections.abc import Sequence
from datetime import timedelta

import pytest

from fntui.api.models import AccessKey
from fntui.core.model.events import Fact, ReadFailed
from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, Reading, Snapshot, TriggerKey
from fntui.ui.views.detail.page import Tab, detail_page
from fntui.ui.views.lines import Line
from fntui.ui.views.selection import ALL, KeysBranch, Node
from fntui.ui.views.signs import age_span, stale_span
from fntui.ui.views.tree import tree_lines
from fntui.ui.views.view_context import Sight
from tests.support.builders import NOON, a_trigger, at
from tests.support.shown import FN, a_namespace, a_problem, a_snapshot, failed, lens, text

HERE, BRANCH, KEY = NamespaceKey(FN), KeysBranch(FN), AccessKeyKey(FN, "k1")
OPEN = Sight(expanded=frozenset({ALL, HERE, BRANCH}))
TRIGGERS = [a_trigger("0 * * * *", last=at("12:00:02"), upcoming=at("13:00"))]
KEYS = [AccessKey(key_id="k1", name="ci")]


def snapshot(*more: Fact) -> Snapshot:
    return a_snapshot(TRIGGERS, KEYS, *more)


def page(shown: Snapshot, node: Node, seconds: float) -> str:
    now = NOON + timedelta(seconds=seconds)
    made = detail_page(shown, node, Tab.OVERVIEW, Sight(), lens(100, now))
    return text([*made.head, *made.lines])


def tree(shown: Snapshot, seconds: float = 0) -> Sequence[Line]:
    return tree_lines(shown, OPEN, lens(40, NOON + timedelta(seconds=seconds)))


def tones(lines: Sequence[Line], word: str) -> list[str]:
    return [part.tone for line in lines for part in line.spans if part.text.strip() == word]


@pytest.mark.parametrize(
    ("reading", "seconds", "words"),
    [
        (Reading(), 8, ""),
        (Reading(read_at=NOON), 8, "read 8s ago"),
        (Reading(read_at=NOON), 900, "read 15m ago"),
        (Reading(read_at=NOON), 901, "STALE 15m"),
        (Reading(read_at=NOON, limit_s=1200.0), 901, "read 15m ago"),
        (Reading(read_at=NOON, failures=2, problem=a_problem()), 240, "read 4m ago"),
        (Reading(read_at=NOON, failures=3, problem=a_problem()), 240, "STALE 4m"),
    ],
)
def test_three_missed_reads_or_three_times_its_limit_make_a_branch_stale(
    reading: Reading, seconds: float, words: str
) -> None:
    now = NOON + timedelta(seconds=seconds)
    assert age_span(reading, now).text == words
    assert (stale_span(reading, now) is not None) == words.startswith("STALE")


def test_a_namespace_says_how_old_its_triggers_and_its_keys_are() -> None:
    shown = page(snapshot(), HERE, 8)
    assert "TRIGGERS  read 8s ago" in shown
    assert "ACCESS KEYS  read 8s ago" in shown
    shown = page(snapshot(*failed(ProblemKind.SERVER_ERROR, times=3)), HERE, 240)
    assert "TRIGGERS  STALE 4m" in shown
    assert "What is shown is 4m old." in shown
    assert "ACCESS KEYS  read 4m ago" in shown


def test_access_keys_say_how_old_they_are() -> None:
    assert "access keys of billing  1  read 8s ago" in page(snapshot(), BRANCH, 8)
    assert "Checked     8s ago" in page(snapshot(), KEY, 8)
    stale = snapshot(*failed(ProblemKind.UNREACHABLE, "access keys", times=3))
    assert "access keys of billing  1  STALE 4m" in page(stale, BRANCH, 240)
    assert "Checked     STALE 4m" in page(stale, KEY, 240)
    assert "! No answer." in page(stale, KEY, 240)


def test_what_was_just_not_read_again_in_time_says_so_too() -> None:
    shown = page(snapshot(), ALL, 1000)
    assert "! Namespaces: STALE 16m, not read again in time" in shown
    assert "! Triggers: STALE 16m, not read again in time" in page(snapshot(), HERE, 1000)
    assert "not read again" not in page(snapshot(), BRANCH, 1000)
    assert "! Access keys: STALE 3h, not read again in time" in page(snapshot(), BRANCH, 10_801)


def test_before_a_namespace_is_read_nothing_is_said_of_its_triggers() -> None:
    other = NamespaceKey("fn-2")
    shown = a_snapshot(namespaces=[a_namespace(), a_namespace("fn-2", "reports")])
    assert "Triggers not read yet" in page(shown, other, 8)
    assert "no triggers" not in page(shown, other, 8)
    assert "no triggers" in page(shown, HERE, 8)


def test_stale_triggers_are_dim_on_the_board_and_in_the_tree() -> None:
    stale = snapshot(*failed(ProblemKind.SERVER_ERROR, times=3))
    for shown, tone in ((snapshot(), ""), (stale, "dim")):
        board = detail_page(shown, ALL, Tab.OVERVIEW, Sight(), lens(100)).lines
        assert tones(list(board), "invoice-run") == [tone]
        assert tones(list(board), "in 1h") == [tone]
        assert tones(tree(shown), "invoice-run") == [tone]
        assert tones(tree(shown), "billing") == [tone]
    assert tones(tree(stale), "?") == ["unsure", "unsure"]
    assert tones(tree(stale), "STALE 0s") == ["unsure"]
    assert tones(tree(stale), "ci") == [""]


def test_a_problem_that_is_stale_is_dim_and_unknown() -> None:
    missed = [a_trigger(last=at("11:00:02"), upcoming=at("12:15"))]
    stale = a_snapshot(missed, (), *failed(ProblemKind.SERVER_ERROR, times=3))
    board = detail_page(stale, ALL, Tab.OVERVIEW, Sight(), lens(100)).lines
    assert "unknown" in text(board)
    assert tones(list(board), "invoice-run") == ["dim"]
    assert tones(tree(stale), "invoice-run") == ["dim"]


def test_stale_access_keys_are_dim_and_marked() -> None:
    stale = snapshot(*failed(ProblemKind.SERVER_ERROR, "access keys", times=3))
    for shown, tone in ((snapshot(), ""), (stale, "dim")):
        table = detail_page(shown, BRANCH, Tab.OVERVIEW, Sight(), lens(100)).lines
        assert tones(list(table), "ci") == [tone]
        assert tones(tree(shown), "ci") == [tone]
    branch = next(line for line in tree(stale) if line.key == BRANCH)
    assert branch.text.rstrip().endswith("STALE 0s")


def test_a_stale_list_of_namespaces_is_marked_at_the_root() -> None:
    fact = ReadFailed(at=NOON, namespace_id=None, branch="", problem=a_problem())
    assert tree(snapshot(fact, fact, fact), 240)[0].text.rstrip().endswith("STALE 4m")
    assert tree(snapshot(fact, fact), 240)[0].text.rstrip().endswith("1")


def test_a_trigger_of_a_stale_branch_is_unknown() -> None:
    stale = snapshot(*failed(ProblemKind.SERVER_ERROR, times=3))
    words = "unknown: was on time when last checked, 4m ago"
    assert words in page(stale, TriggerKey(FN, "invoice-run"), 240)
