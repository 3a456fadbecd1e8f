"""What can be selected: the keys of the tree and the board. Never a row number, never an object."""

from msgspec import Struct

from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, Snapshot, TriggerKey


class AllNamespaces(Struct, frozen=True):
    """The root of the tree."""


class KeysBranch(Struct, frozen=True):
    """The "Access keys" branch of a namespace."""

    namespace_id: str


class UnreadableNode(Struct, frozen=True):
    """Something that a list held and that could not be read.

    Attributes:
        namespace_id: Where; ``""``: in the list of namespaces.
        place: "namespace", "trigger" or "access key".
        name: Its name or id, as far as that could be read.
        index: Which one of the unreadable, since names may be missing or the same.
    """

    namespace_id: str
    place: str
    name: str
    index: int


Node = AllNamespaces | NamespaceKey | KeysBranch | TriggerKey | AccessKeyKey | UnreadableNode

ALL = AllNamespaces()


def namespace_of(node: Node) -> str | None:
    """Return the id of the namespace that ``node`` is or belongs to; None for the root."""
    return None if isinstance(node, AllNamespaces) else node.namespace_id or None


def parent_of(node: Node) -> Node | None:
    """Return the node above, None for the root."""
    match node:
        case AllNamespaces():
            return None
        case NamespaceKey():
            return ALL
        case AccessKeyKey():
            return KeysBranch(node.namespace_id)
        case _:
            return NamespaceKey(node.namespace_id) if node.namespace_id else ALL


def exists(snapshot: Snapshot, node: Node) -> bool:
    """Return True if the snapshot knows what ``node`` names."""
    match node:
        case AllNamespaces():
            return True
        case NamespaceKey() | KeysBranch():
            return node.namespace_id in snapshot.namespaces
        case TriggerKey() | AccessKeyKey():
            return snapshot.knows(node)
        case _:
            return not node.namespace_id or node.namespace_id in snapshot.namespaces


def is_cached(snapshot: Snapshot, node: Node) -> bool:
    """Return True if what ``node`` names is shown as a session before has seen it."""
    view = snapshot.namespaces.get(namespace_of(node) or "")
    if view is None or snapshot.reading.is_cached:
        return snapshot.reading.is_cached
    match node:
        case TriggerKey():
            return view.triggers_reading.is_cached
        case AccessKeyKey() | KeysBranch():
            return view.access_keys_reading.is_cached
        case _:
            return False


def target_of(node: Node) -> str:
    """Return the name or id that an activity has of ``node``; ``""`` for a namespace itself."""
    match node:
        case TriggerKey():
            return node.name
        case AccessKeyKey():
            return node.key_id
        case _:
            return ""


def name_of(snapshot: Snapshot, node: Node) -> str:
    """Return what people call it, raw: its label or name; its id where there is none."""
    match node:
        case AllNamespaces():
            return "all namespaces"
        case NamespaceKey():
            view = snapshot.namespaces.get(node.namespace_id)
            return _or(view.namespace.label if view else None, node.namespace_id)
        case KeysBranch():
            return f"access keys of {name_of(snapshot, NamespaceKey(node.namespace_id))}"
        case TriggerKey():
            return node.name
        case AccessKeyKey():
            key = snapshot.access_key(node)
            return _or(key.name if key else None, node.key_id)
        case _:
            return node.name or f"unreadable {node.place}"


def _or(text: object, otherwise: str) -> str:
    return text if isinstance(text, str) and text else otherwise
