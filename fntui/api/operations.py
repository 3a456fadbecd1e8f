"""The 13 operations of the Functions API, in the reference's order, as data."""

from typing import Final

from msgspec import Struct

_ROOT: Final = "/v2/functions/namespaces"
_NAMESPACE: Final = _ROOT + "/{namespace_id}"
_KEYS: Final = _NAMESPACE + "/keys"
_KEY: Final = _KEYS + "/{key_id}"
_TRIGGERS: Final = _NAMESPACE + "/triggers"
_TRIGGER: Final = _TRIGGERS + "/{trigger_name}"


class Operation(Struct, frozen=True):
    """One operation of the API.

    Attributes:
        words: What it does, as a verb phrase: "list namespaces".
        method: HTTP method.
        template: Path with ``{namespace_id}``, ``{key_id}``, ``{trigger_name}`` left open.
        scopes: What a token with custom scopes needs for it.
    """

    words: str
    method: str
    template: str
    scopes: tuple[str, ...]

    @property
    def is_write(self) -> bool:
        """True if it changes something, and so may never be sent twice."""
        return self.method != "GET"


_ADMIN: Final = ("function:admin",)
_READ: Final = ("function:read", "function:admin")
_CREATE: Final = ("function:create", "function:admin")
_UPDATE: Final = ("function:update", "function:admin")
_DELETE: Final = ("function:delete", "function:admin")

LIST_NAMESPACES: Final = Operation("list namespaces", "GET", _ROOT, _READ)
CREATE_NAMESPACE: Final = Operation("create namespace", "POST", _ROOT, _CREATE)
GET_NAMESPACE: Final = Operation("get namespace", "GET", _NAMESPACE, _ADMIN)
DELETE_NAMESPACE: Final = Operation("delete namespace", "DELETE", _NAMESPACE, _DELETE)
LIST_ACCESS_KEYS: Final = Operation("list access keys", "GET", _KEYS, _ADMIN)
CREATE_ACCESS_KEY: Final = Operation("create access key", "POST", _KEYS, _ADMIN)
RENAME_ACCESS_KEY: Final = Operation("rename access key", "PUT", _KEY, _ADMIN)
DELETE_ACCESS_KEY: Final = Operation("delete access key", "DELETE", _KEY, _ADMIN)
LIST_TRIGGERS: Final = Operation("list triggers", "GET", _TRIGGERS, _READ)
CREATE_TRIGGER: Final = Operation("create trigger", "POST", _TRIGGERS, _CREATE)
GET_TRIGGER: Final = Operation("get trigger", "GET", _TRIGGER, _READ)
UPDATE_TRIGGER: Final = Operation("update trigger", "PUT", _TRIGGER, _UPDATE)
DELETE_TRIGGER: Final = Operation("delete trigger", "DELETE", _TRIGGER, _DELETE)

OPERATIONS: Final = (
    LIST_NAMESPACES,
    CREATE_NAMESPACE,
    GET_NAMESPACE,
    DELETE_NAMESPACE,
    LIST_ACCESS_KEYS,
    CREATE_ACCESS_KEY,
    RENAME_ACCESS_KEY,
    DELETE_ACCESS_KEY,
    LIST_TRIGGERS,
    CREATE_TRIGGER,
    GET_TRIGGER,
    UPDATE_TRIGGER,
    DELETE_TRIGGER,
)
