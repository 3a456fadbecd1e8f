from datetime import datetime, timedelta

import pytest
from hypothesis import given

from fntui.api.models import AccessKey
from fntui.core.model.events import ActivityRecalled, Changed
from fntui.core.model.snapshot import AccessKeyKey, Activity, NamespaceKey, Snapshot, TriggerKey
from fntui.ui.views.detail.activity import activity_lines
from fntui.ui.views.selection import ALL, Node
from tests.support.builders import NOON, a_trigger, at
from tests.support.hostile import HAZARD, any_text
from tests.support.shown import FN, a_snapshot, lens, text

KEY = TriggerKey(FN, "invoice-run")


def activity(
    moment: str, words: str, actor: str = "someone", target: str = "invoice-run", days: int = 0
) -> Activity:
    then = at(moment) - timedelta(days=days)
    return Activity(at=then, actor=actor, namespace_id=FN, target=target, words=words)


def an_hour_west(then: datetime) -> str:
    return f"{then - timedelta(hours=1):%Y-%m-%d}"


def a_history(*lines: Activity) -> Snapshot:
    keys = [AccessKey(key_id="k1", name="ci")]
    return a_snapshot([a_trigger()], keys, ActivityRecalled(at=NOON, activity=lines))


SNAPSHOT = a_history(
    activity("11:00", "created namespace billing", target="", days=12),
    activity("09:00", "paused trigger invoice-run", "you", days=1),
    activity("09:01", "late → missed 1", "watch", days=1),
    activity("10:00", "access key ci expired", "watch", target="k1"),
    activity("11:59:58", "re-timed trigger invoice-run: */15 * * * * → 0 * * * *"),
)


def test_newest_first_by_whom_with_the_date_where_it_is_not_today() -> None:
    assert text(activity_lines(SNAPSHOT, ALL, lens(80))) == (
        " 11:59:58Z  someone  billing / re-timed trigger invoice-run: */15 * * * * → 0 *\n"
        "                     * * *\n"
        " 10:00:00Z  watch    billing / access key ci expired\n"
        " 2026-11-22\n"
        " 09:01:00Z  watch    billing / invoice-run: late → missed 1\n"
        " 09:00:00Z  you      billing / paused trigger invoice-run\n"
        " 2026-11-11\n"
        " 11:00:00Z  someone  created namespace billing"
    )


def test_in_a_namespace_it_is_not_named_again() -> None:
    shown = text(activity_lines(SNAPSHOT, NamespaceKey(FN), lens(52)))
    assert shown.split("\n")[:2] == [
        " 11:59:58Z  someone  re-timed trigger invoice-run:",
        "                     */15 * * * * → 0 * * * *",
    ]
    assert " 09:01:00Z  watch    invoice-run: late → missed 1" in shown
    assert "billing /" not in shown


@pytest.mark.parametrize(
    ("node", "there", "not_there"),
    [
        (KEY, "re-timed", "expired"),
        (AccessKeyKey(FN, "k1"), "expired", "re-timed"),
        (NamespaceKey("fn-2"), "Nothing seen", "billing"),
    ],
)
def test_what_concerns_something_else_is_left_out(node: Node, there: str, not_there: str) -> None:
    shown = text(activity_lines(SNAPSHOT, node, lens()))
    assert there in shown
    assert not_there not in shown


def test_days_begin_where_the_person_lives() -> None:
    snapshot = a_history(activity("00:30", "paused trigger invoice-run"))
    west = lens()._replace(show_date=an_hour_west)
    assert " 2026-11-22" in text(activity_lines(snapshot, ALL, west))
    assert "2026" not in text(activity_lines(snapshot, ALL, lens()))


@given(any_text(), any_text(300))
def test_hostile_text_stays_harmless_and_in_its_column(name: str, words: str) -> None:
    changed = Changed(at=NOON, namespace_id=FN, target=name, words=words)
    for line in activity_lines(a_snapshot((), (), changed), NamespaceKey(FN), lens(52)):
        assert not HAZARD.search(line.text)
        assert line.text[:21] in {" 12:00:00Z  you      ", " " * 21}
