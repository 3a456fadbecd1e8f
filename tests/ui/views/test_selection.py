import pytest

from fntui.api.models import AccessKey
from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, TriggerKey
from fntui.ui.views.selection import (
    ALL,
    KeysBranch,
    Node,
    UnreadableNode,
    exists,
    name_of,
    namespace_of,
    parent_of,
    target_of,
)
from tests.support.builders import a_trigger
from tests.support.shown import FN, a_snapshot

SNAPSHOT = a_snapshot([a_trigger()], [AccessKey(key_id="k1", name="ci"), AccessKey(key_id="k2")])
BAD = UnreadableNode(FN, "trigger", "", 0)


@pytest.mark.parametrize(
    ("node", "parent", "namespace_id", "name", "target"),
    [
        (ALL, None, None, "all namespaces", ""),
        (NamespaceKey(FN), ALL, FN, "billing", ""),
        (KeysBranch(FN), NamespaceKey(FN), FN, "access keys of billing", ""),
        (TriggerKey(FN, "invoice-run"), NamespaceKey(FN), FN, "invoice-run", "invoice-run"),
        (AccessKeyKey(FN, "k1"), KeysBranch(FN), FN, "ci", "k1"),
        (AccessKeyKey(FN, "k2"), KeysBranch(FN), FN, "k2", "k2"),
        (BAD, NamespaceKey(FN), FN, "unreadable trigger", ""),
        (UnreadableNode("", "namespace", "odd", 0), ALL, None, "odd", ""),
    ],
)
def test_where_a_node_stands(
    node: Node, parent: Node | None, namespace_id: str | None, name: str, target: str
) -> None:
    assert parent_of(node) == parent
    assert namespace_of(node) == namespace_id
    assert name_of(SNAPSHOT, node) == name
    assert target_of(node) == target
    assert exists(SNAPSHOT, node)


@pytest.mark.parametrize(
    "node",
    [
        NamespaceKey("x"),
        KeysBranch("x"),
        TriggerKey(FN, "x"),
        AccessKeyKey(FN, "x"),
        UnreadableNode("x", "trigger", "", 0),
    ],
)
def test_what_is_not_there(node: Node) -> None:
    assert not exists(SNAPSHOT, node)
    assert "x" in name_of(SNAPSHOT, node) or isinstance(node, UnreadableNode)
