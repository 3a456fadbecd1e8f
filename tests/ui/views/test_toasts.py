from datetime import timedelta

import pytest
from msgspec import structs

from fntui.api.models import AccessKey, Namespace
from fntui.core.model.events import (
    AccessKeyGone,
    AccessKeysRead,
    ActivityRecalled,
    Changed,
    Fact,
    NamespaceGone,
    NamespacesRead,
    TriggerGone,
    TriggersRead,
)
from fntui.core.model.snapshot import AccessKeyKey, Activity, NamespaceKey, Snapshot, TriggerKey
from fntui.core.store.store import Store
from fntui.ui.views.selection import ALL, KeysBranch, Node, UnreadableNode
from fntui.ui.views.toasts import farewell, news
from tests.support.builders import NOON, a_trigger, at
from tests.support.made_facts import BILLING, CI, REPORTS, keys, namespaces, triggers

X, Y = a_trigger(name="x"), a_trigger(name="y")
HERE, THERE = NamespaceKey("fn-1"), NamespaceKey("fn-2")
GUEST = AccessKey(key_id="k-2", name="guest", expires_at=at("11:30"))


def a_store() -> Store:
    store = Store()
    store.apply(namespaces("11:00", BILLING, REPORTS))
    store.apply(triggers("11:00", X, Y), keys("11:00", CI, GUEST))
    return store


def after(*facts: Fact) -> tuple[Snapshot, Snapshot]:
    """Return what is known before and after these facts; lists are read twice."""
    store = a_store()
    old = store.snapshot
    for fact in facts:
        store.apply(fact)
        if isinstance(fact, NamespacesRead | TriggersRead | AccessKeysRead):
            store.apply(structs.replace(fact, at=fact.at + timedelta(seconds=1)))
    return old, store.snapshot


PAUSED = structs.replace(X, is_enabled=False)
RETIMED = a_trigger("0 3 * * *", name="x")
RENAMED = structs.replace(CI, name="deploy")
OPS = Namespace(namespace_id="fn-3", label="ops")


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        (triggers("11:01", PAUSED, Y), "Someone paused trigger x in billing."),
        (
            triggers("11:01", RETIMED, Y),
            "Someone re-timed trigger x: */15 * * * * → 0 3 * * * in billing.",
        ),
        (triggers("11:01", X), "Someone deleted trigger y in billing."),
        (triggers("11:01", X, Y, a_trigger(name="z")), "Someone created trigger z in billing."),
        (keys("11:01", RENAMED, GUEST), "Someone renamed access key ci to deploy in billing."),
        (keys("11:01", CI), "Someone deleted access key guest in billing."),
    ],
)
def test_what_others_did_in_the_selected_namespace(fact: Fact, told: str) -> None:
    old, new = after(fact)
    near: list[Node] = [HERE, KeysBranch("fn-1")]
    near += [TriggerKey("fn-1", "x"), AccessKeyKey("fn-1", "k-1")]
    far: list[Node] = [ALL, THERE, UnreadableNode("", "namespace", "", 0)]
    assert [news(old, new, node) for node in (*near, *far)] == [[told]] * 4 + [[]] * 3


def test_of_the_whole_account_namespaces_that_come_and_go() -> None:
    old, new = after(namespaces("11:01", BILLING, OPS))
    words = ["Someone created namespace ops.", "Someone deleted namespace reports."]
    assert sorted(news(old, new, ALL)) == words
    assert news(old, new, HERE) == []


def test_a_few_at_once_and_how_many_more() -> None:
    many = [a_trigger(name=f"t{number}") for number in range(7)]
    old, new = after(triggers("11:01", X, Y, *many))
    told = news(old, new, HERE)
    assert told[0] == "Someone created trigger t0 in billing."
    assert told[3:] == ["And 4 more changes: see Activity."]
    old, new = after(triggers("11:01", X, Y, *many[:4]))
    assert news(old, new, HERE)[3:] == ["And 1 more change: see Activity."]


def test_what_we_did_and_what_the_watch_judged_is_no_news() -> None:
    ours = Changed(at=at("11:01"), namespace_id="fn-1", target="x", words="paused trigger x")
    late = a_trigger(name="y", last=at("11:00:02"), upcoming=at("11:15"))
    store = a_store()
    old = store.snapshot
    store.apply(ours, triggers("11:01", PAUSED, Y))
    store.apply(triggers("11:02", PAUSED, late))
    store.apply(triggers("11:20", PAUSED, late))
    assert {line.actor for line in store.snapshot.activity} == {"you", "watch"}
    assert news(old, store.snapshot, HERE) == []


def test_nothing_is_told_twice() -> None:
    store = a_store()
    store.apply(triggers("11:01", PAUSED, Y))
    old = store.snapshot
    store.apply(triggers("11:02", X, Y))
    assert news(old, store.snapshot, HERE) == ["Someone resumed trigger x in billing."]
    assert news(store.snapshot, store.snapshot, HERE) == []


@pytest.mark.parametrize("is_read", [True, False])
def test_what_was_recalled_is_no_news(is_read: bool) -> None:  # noqa: FBT001 - a case
    store = a_store() if is_read else Store()
    old = store.snapshot
    then = NOON - timedelta(days=1)
    line = Activity(
        at=then, actor="someone", namespace_id="fn-1", target="x", words="paused trigger x"
    )
    store.apply(ActivityRecalled(at=at("11:01"), activity=(line,)))
    assert news(old, store.snapshot, HERE) == []
    assert news(old, store.snapshot, ALL) == []


def test_what_is_gone_is_said_once() -> None:
    old, new = after(triggers("11:01", Y), keys("11:01", CI))
    node = TriggerKey("fn-1", "x")
    assert farewell(old, new, node) == "x is gone: someone deleted it."
    assert news(old, new, node) == ["Someone deleted access key guest in billing."]
    assert farewell(old, new, HERE) == ""
    assert farewell(new, new, node) == ""
    old, new = after(NamespaceGone(at=at("11:01"), namespace_id="fn-1"))
    assert farewell(old, new, HERE) == "billing is gone: someone deleted it."
    assert farewell(old, new, node) == "x is gone: someone deleted it."
    assert news(old, new, HERE) == news(old, new, node) == []


def test_an_expired_key_was_deleted_by_nobody() -> None:
    old, new = after(keys("11:31", CI))
    node = AccessKeyKey("fn-1", "k-2")
    assert farewell(old, new, node) == "guest is gone: it expired."
    assert news(old, new, node) == []


def deleted(target: str) -> Changed:
    return Changed(at=at("11:02"), namespace_id="fn-1", target=target, words="deleted it")


@pytest.mark.parametrize(
    ("node", "facts"),
    [
        (
            TriggerKey("fn-1", "x"),
            [deleted("x"), TriggerGone(at=at("11:02"), namespace_id="fn-1", name="x")],
        ),
        (
            AccessKeyKey("fn-1", "k-1"),
            [deleted("k-1"), AccessKeyGone(at=at("11:02"), namespace_id="fn-1", key_id="k-1")],
        ),
        (
            TriggerKey("fn-1", "x"),
            [deleted(""), NamespaceGone(at=at("11:02"), namespace_id="fn-1")],
        ),
    ],
)
def test_of_what_we_deleted_nothing_is_said(node: Node, facts: list[Fact]) -> None:
    store = a_store()
    old = store.snapshot
    store.apply(*facts)
    assert farewell(old, store.snapshot, node) == ""


def test_one_of_ours_that_someone_deletes_later_is_told() -> None:
    old, new = after(deleted("x"), triggers("11:03", Y))
    assert farewell(old, new, TriggerKey("fn-1", "x")) == "x is gone: someone deleted it."


def test_one_that_can_no_longer_be_read_is_gone_too() -> None:
    store = a_store()
    old = store.snapshot
    store.apply(triggers("11:01", Y, unreadable="x"), triggers("11:02", Y, unreadable="x"))
    assert store.snapshot.activity == ()
    assert farewell(old, store.snapshot, TriggerKey("fn-1", "x")) == "x is gone."
