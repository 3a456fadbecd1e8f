"""An object as the API's JSON, its secrets masked: for the JSON tab and for copying."""

from typing import TYPE_CHECKING, Any

import msgspec

from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, Snapshot, TriggerKey
from fntui.ui.views.selection import Node

if TYPE_CHECKING:
    from fntui.api.models import Model


def masked(snapshot: Snapshot, node: Node) -> Any:  # noqa: ANN401 - any JSON value
    """Return the object as JSON values, secrets as ``•••``; None if there is none to show."""
    found: Model | None = None
    match node:
        case NamespaceKey():
            view = snapshot.namespaces.get(node.namespace_id)
            found = view.namespace if view else None
        case TriggerKey():
            trigger = snapshot.trigger(node)
            found = trigger.trigger if trigger else None
        case AccessKeyKey():
            found = snapshot.access_key(node)
        case _:
            pass
    return None if found is None else msgspec.to_builtins(found, enc_hook=_mask)


def _mask(value: object) -> str:
    """Return what stands for a value without a JSON form of its own: a Secret, masked."""
    return str(value) if value else ""
