import re
from datetime import timedelta

import pytest
from hypothesis import given
from msgspec import structs
from rich.cells import cell_len

from fntui.api.models import AccessKey, Listing, Namespace, Unreadable
from fntui.core.model.events import AccessKeysRead, Acknowledged, NamespacesRead
from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import (
    AccessKeyKey,
    Acknowledgement,
    NamespaceKey,
    Snapshot,
    TriggerKey,
)
from fntui.core.store.store import Store
from fntui.ui.views.selection import ALL, KeysBranch, UnreadableNode
from fntui.ui.views.tree import tree_lines
from fntui.ui.views.view_context import Sight
from tests.support.builders import NOON, a_trigger, at
from tests.support.hostile import HAZARD, any_text
from tests.support.shown import FN, a_namespace, a_snapshot, failed, lens, text

OPEN = Sight(expanded=frozenset({ALL, NamespaceKey(FN), KeysBranch(FN)}))


def test_an_account_that_was_not_read_shows_no_count() -> None:
    assert text(tree_lines(Snapshot(), Sight(), lens(30))) == " ▾ All namespaces"


def test_branches_in_order_with_signs_regions_and_counts() -> None:
    triggers = [
        a_trigger(name="bad", last=at("11:00:02"), upcoming=at("12:15")),
        a_trigger(name="good", last=at("12:00:02"), upcoming=at("12:15")),
        a_trigger(name="off", is_enabled=False, last=at("11:00:02")),
    ]
    keys = [
        AccessKey(key_id="k1", name="ci", expires_at=NOON + timedelta(hours=9)),
        AccessKey(key_id="k2", name="old", expires_at=NOON - timedelta(hours=1)),
        AccessKey(key_id="k3", expires_at=None),
    ]
    shown = tree_lines(a_snapshot(triggers, keys), OPEN, lens(30))
    assert text(shown) == (
        " ▾ All namespaces           1\n"
        "   ▾ billing           nyc1 ✗\n"
        "       ✗ bad\n"
        "       ● good\n"
        "       ‖ off\n"
        "     ▾ Access keys          3\n"
        "         ci             in 9h\n"
        "         old          expired\n"
        "         k3"
    )
    assert [line.key for line in shown] == [
        ALL,
        NamespaceKey(FN),
        *(TriggerKey(FN, name) for name in ("bad", "good", "off")),
        KeysBranch(FN),
        *(AccessKeyKey(FN, key_id) for key_id in ("k1", "k2", "k3")),
    ]


def test_a_closed_branch_hides_what_is_in_it_but_not_how_it_is() -> None:
    triggers = [a_trigger(name="bad", last=at("11:00:02"), upcoming=at("12:15"))]
    assert text(tree_lines(a_snapshot(triggers), Sight(), lens(30))) == (
        " ▾ All namespaces           1\n   ▸ billing           nyc1 ✗"
    )


@pytest.mark.parametrize(
    ("kind", "times", "told"),
    [
        (ProblemKind.MISSING_SCOPE, 1, "no scope"),
        (ProblemKind.SERVER_ERROR, 3, "STALE 0s"),
        (ProblemKind.SERVER_ERROR, 1, "nyc1"),
    ],
)
def test_a_branch_that_fails_says_how(kind: ProblemKind, times: int, told: str) -> None:
    triggers = [a_trigger(last=at("12:00:02"), upcoming=at("12:15"))]
    snapshot = a_snapshot(triggers, (), *failed(kind, times=times))
    assert told in text(tree_lines(snapshot, Sight(), lens(40)))


def test_a_locked_namespace_says_so() -> None:
    locked = Namespace(namespace_id="ap-1", label="app")
    snapshot = a_snapshot(namespaces=[a_namespace(), locked])
    assert "▸ app" in (row := text(tree_lines(snapshot, Sight(), lens(30))).split("\n")[-1])
    assert "locked" in row


def test_the_filter_opens_what_matches_and_hides_the_rest() -> None:
    triggers = [a_trigger(name=name, last=at("12:00:02")) for name in ("invoice", "dunning")]
    snapshot = a_snapshot(triggers)
    shown = text(tree_lines(snapshot, Sight(needle="INVO"), lens(30)))
    assert "invoice" in shown
    assert "dunning" not in shown
    inverted = text(tree_lines(snapshot, Sight(needle="!invo"), lens(30)))
    assert "invoice" not in inverted
    assert "dunning" in inverted
    assert "billing" not in text(tree_lines(snapshot, Sight(needle="nothing"), lens(30)))


def test_problems_only_shows_nothing_else() -> None:
    triggers = [
        a_trigger(name="bad", last=at("11:00:02"), upcoming=at("12:15")),
        a_trigger(name="good", last=at("12:00:02"), upcoming=at("12:15")),
    ]
    shown = text(tree_lines(a_snapshot(triggers), Sight(is_problems_only=True), lens(30)))
    assert "bad" in shown
    assert "good" not in shown
    assert "Access keys" not in shown


def test_what_is_acknowledged_says_so_and_no_longer_marks_its_namespace() -> None:
    triggers = [
        a_trigger(name="bad", last=at("11:00:02"), upcoming=at("12:15")),
        a_trigger("0 0 30 2 *", name="never", upcoming=None),
    ]
    key = AccessKey(key_id="k-1", name="ci", expires_at=at("12:30"))
    kept = Acknowledgement(acknowledged_at=NOON)
    known = [
        Acknowledged(at=NOON, key=each, acknowledgement=kept)
        for each in (TriggerKey(FN, "bad"), TriggerKey(FN, "never"), AccessKeyKey(FN, "k-1"))
    ]

    def shown(count: int) -> str:
        return text(tree_lines(a_snapshot(triggers, [key], *known[:count]), OPEN, lens(40)))

    assert re.search(r"billing +nyc1 ✗$", shown(0), re.MULTILINE)
    assert "ack" not in shown(0)
    assert re.search(r"billing +nyc1 ○$", shown(1), re.MULTILINE)  # the worst that is news
    assert re.search(r"✗ bad +ack$", shown(1), re.MULTILINE)
    assert re.search(r"billing +nyc1 ack ✗$", shown(2), re.MULTILINE)
    assert re.search(r"○ never +ack$", shown(2), re.MULTILINE)
    assert re.search(r"ci +ack in 30m$", shown(3), re.MULTILINE)


def test_what_is_acknowledged_and_well_leaves_its_namespace_unmarked() -> None:
    good = a_trigger(name="good", last=at("12:00:02"), upcoming=at("12:15"))
    kept = Acknowledgement(acknowledged_at=NOON)
    known = Acknowledged(at=NOON, key=TriggerKey(FN, "good"), acknowledgement=kept)
    shown = text(tree_lines(a_snapshot([good], (), known), OPEN, lens(40)))
    assert re.search(r"billing +nyc1$", shown, re.MULTILINE)
    assert re.search(r"● good +ack$", shown, re.MULTILINE)


def test_what_could_not_be_read_has_a_line_of_its_own() -> None:
    bad = [Unreadable(name="odd", reason="r"), Unreadable(name="", reason="r")]
    shown = tree_lines(a_snapshot(unreadable=bad), OPEN, lens(40))
    assert "? odd" in text(shown)
    assert "? unreadable trigger" in text(shown)
    assert UnreadableNode(FN, "trigger", "", 1) in {line.key for line in shown}


def test_what_could_not_be_read_among_namespaces_and_keys() -> None:
    bad = (Unreadable(name="", reason="r"),)
    facts = [
        NamespacesRead(at=NOON, listing=Listing(items=(a_namespace(),), unreadable=bad)),
        AccessKeysRead(at=NOON, namespace_id=FN, listing=Listing(items=(), unreadable=bad)),
    ]
    shown = text(tree_lines(a_snapshot((), (), *facts), OPEN, lens(40)))
    assert "? unreadable namespace" in shown
    assert "? unreadable access key" in shown
    assert re.search(r"All namespaces +2", shown)


def test_a_branch_that_was_never_read_says_why() -> None:
    store = Store()
    store.apply(NamespacesRead(at=NOON, listing=Listing(items=(a_namespace(),))))
    store.apply(*failed(ProblemKind.SERVER_ERROR))
    assert "server error" in text(tree_lines(store.snapshot, Sight(), lens(40)))


def test_a_long_region_leaves_room_for_the_name() -> None:
    namespace = structs.replace(a_namespace(label="billing"), region="far-away-in-the-west-9")
    assert "billing" in text(tree_lines(a_snapshot(namespaces=[namespace]), OPEN, lens(36)))


@given(any_text(), any_text(), any_text())
def test_hostile_names_keep_rows_aligned_and_harmless(label: str, name: str, region: str) -> None:
    namespace = structs.replace(a_namespace(label=label), region=region)
    snapshot = a_snapshot([a_trigger(name=name)], namespaces=[namespace])
    lines = tree_lines(snapshot, OPEN, lens(36))
    for line in lines:
        assert not HAZARD.search(line.text)
        assert sum(cell_len(part.text) for part in line.spans) == 36
