"""Method, path, scopes and success status of each operation, from the reference."""

from collections.abc import Callable
from typing import Final, NamedTuple

from fntui.simulator import operations
from fntui.simulator.checks import Json

ALL_SCOPES: Final = frozenset({
    "function:read",
    "function:create",
    "function:update",
    "function:delete",
    "function:admin",
})
"""What a token with full access may do."""

READ_SCOPES: Final = frozenset({"function:read"})
"""What a read-only token may do: no keys, and no single namespace, which want function:admin."""


class Route(NamedTuple):
    """One operation.

    Attributes:
        words: What it does: "list namespaces".
        method: HTTP method.
        template: Segments of the path; ``*`` stands for an id or a name.
        scope: Any token with it, or with function:admin, may do this.
        status: Of success.
        carry_out: Takes the account, what stood for each ``*`` and, of POST and PUT, the payload.
    """

    words: str
    method: str
    template: tuple[str, ...]
    scope: str
    status: int
    carry_out: Callable[..., Json | None]

    def arguments(self, method: str, segments: list[str]) -> list[str] | None:
        """Return what stands for each ``*``, or None if this is another operation."""
        if method != self.method or len(segments) != len(self.template):
            return None
        pairs = list(zip(self.template, segments, strict=True))
        if any(part not in {"*", segment} for part, segment in pairs):
            return None
        return [segment for part, segment in pairs if part == "*"]


_ROOT = ("v2", "functions", "namespaces")
_NAMESPACE = (*_ROOT, "*")
_KEYS = (*_NAMESPACE, "keys")
_KEY = (*_KEYS, "*")
_TRIGGERS = (*_NAMESPACE, "triggers")
_TRIGGER = (*_TRIGGERS, "*")
_READ, _CREATE, _UPDATE, _DELETE, _ADMIN = (
    f"function:{verb}" for verb in ("read", "create", "update", "delete", "admin")
)

ROUTES: Final = (
    Route("list namespaces", "GET", _ROOT, _READ, 200, operations.list_namespaces),
    Route("create namespace", "POST", _ROOT, _CREATE, 200, operations.create_namespace),
    Route("get namespace", "GET", _NAMESPACE, _ADMIN, 200, operations.get_namespace),
    Route("delete namespace", "DELETE", _NAMESPACE, _DELETE, 204, operations.delete_namespace),
    Route("list access keys", "GET", _KEYS, _ADMIN, 200, operations.list_access_keys),
    Route("create access key", "POST", _KEYS, _ADMIN, 201, operations.create_access_key),
    Route("rename access key", "PUT", _KEY, _ADMIN, 200, operations.rename_access_key),
    Route("delete access key", "DELETE", _KEY, _ADMIN, 200, operations.delete_access_key),
    Route("list triggers", "GET", _TRIGGERS, _READ, 200, operations.list_triggers),
    Route("create trigger", "POST", _TRIGGERS, _CREATE, 200, operations.create_trigger),
    Route("get trigger", "GET", _TRIGGER, _READ, 200, operations.get_trigger),
    Route("update trigger", "PUT", _TRIGGER, _UPDATE, 200, operations.update_trigger),
    Route("delete trigger", "DELETE", _TRIGGER, _DELETE, 204, operations.delete_trigger),
)


def find(method: str, segments: list[str]) -> tuple[Route, list[str]] | None:
    """Return the operation that a request asks for and its path's arguments; None: no such path."""
    for route in ROUTES:
        arguments = route.arguments(method, segments)
        if arguments is not None:
            return route, arguments
    return None
