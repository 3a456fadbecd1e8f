"""What can be copied of a selected object: id, JSON, curl line, doctl line; never a secret."""

import re
import shlex
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET

from fntui.api import operations, paths
from fntui.api.models import ScheduledDetails
from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, Snapshot, TriggerKey
from fntui.json_numbers import NUMBERS, dumps
from fntui.printable import HAZARDS
from fntui.ui.text import printable_json
from fntui.ui.views.selection import AllNamespaces, KeysBranch, Node, UnreadableNode

if TYPE_CHECKING:
    from fntui.api.models import Model

_STEERING: Final = re.compile(f"[{HAZARDS}]")


def as_id(node: Node) -> str:
    """Return the id or name exactly as the server sent it; ``""`` for the account as a whole."""
    match node:
        case AllNamespaces():
            return ""
        case NamespaceKey() | KeysBranch():
            return node.namespace_id
        case AccessKeyKey():
            return node.key_id
        case _:
            return node.name


def as_json(snapshot: Snapshot, node: Node) -> str:
    """Return the newest answer on the object as JSON, secrets masked; ``""`` if there is none."""
    value = masked(snapshot, node)
    return "" if value is None else "\n".join(printable_json(value))


def as_curl(api_url: str, node: Node) -> str:
    """Return a line that reads the object; the token stays in ``$DIGITALOCEAN_TOKEN``.

    Raises:
        UnsafeName: If the object's name can't be part of a URL.
    """  # noqa: DOC502 - raised by paths.build
    url = shlex.quote(api_url + _path(node))
    return f'curl -sS -H "Authorization: Bearer $DIGITALOCEAN_TOKEN" {url}'


def _path(node: Node) -> str:
    match node:
        case AllNamespaces():
            return paths.build(operations.LIST_NAMESPACES)
        case NamespaceKey():
            return paths.build(operations.GET_NAMESPACE, namespace_id=node.namespace_id)
        case TriggerKey():
            return paths.build(
                operations.GET_TRIGGER, namespace_id=node.namespace_id, trigger_name=node.name
            )
        case KeysBranch() | AccessKeyKey():  # there is no operation that reads one key
            return paths.build(operations.LIST_ACCESS_KEYS, namespace_id=node.namespace_id)
        case _:
            return _path_of_list(node)


def _path_of_list(node: UnreadableNode) -> str:
    match node.place:
        case "trigger":
            return paths.build(operations.LIST_TRIGGERS, namespace_id=node.namespace_id)
        case "access key":
            return paths.build(operations.LIST_ACCESS_KEYS, namespace_id=node.namespace_id)
        case _:
            return paths.build(operations.LIST_NAMESPACES)


def as_doctl(node: Node) -> str:
    """Return the lines of doctl that show the object, or the list that it is in."""
    match node:
        case AllNamespaces() | UnreadableNode(namespace_id=""):
            return "doctl serverless namespaces list"
        case NamespaceKey():
            return _connect(node.namespace_id)
        case KeysBranch() | AccessKeyKey() | UnreadableNode(place="access key"):
            option = _quoted(f"--namespace={node.namespace_id}")
            return f"doctl serverless key list {option}"
        case TriggerKey():
            get = f"doctl serverless triggers get {_argument(node.name)}"
            return f"{_connect(node.namespace_id)} &&\n  {get}"
        case _:
            return f"{_connect(node.namespace_id)} &&\n  doctl serverless triggers list"


def trigger_now_line(snapshot: Snapshot, key: TriggerKey) -> str:
    """Return the lines of doctl that run the trigger's function now, with the trigger's body.

    What is not known is said in comments of the shell.
    """
    view = snapshot.trigger(key)
    if view is None or not isinstance(view.trigger.function, str):
        return "# Which function this trigger runs is not known: refresh it first."
    function = _argument(view.trigger.function)
    details = view.trigger.scheduled_details
    body = details.body if isinstance(details, ScheduledDetails) else UNSET
    remark = "# The trigger's body is not known: this sends none.\n" if body is UNSET else ""
    command = f"doctl serverless functions invoke {function}"
    if body:  # in a file, since --param splits at commas and makes every value a string
        given = f"printf %s {shlex.quote(dumps(body))}"
        command = (
            f"{given} |\n  doctl serverless functions invoke --param-file /dev/stdin {function}"
        )
    # Joined by &&: without the connection the function of another namespace would run.
    return f"{remark}{_connect(key.namespace_id)} &&\n  {command}"


def _connect(namespace_id: str) -> str:
    return f"doctl serverless connect {_argument(namespace_id)}"


def _argument(text: str) -> str:
    """Return ``text`` as an argument that is not taken for an option."""
    return f"-- {_quoted(text)}" if text.startswith("-") else _quoted(text)


def _quoted(text: str) -> str:
    """Return ``text`` as one word of the shell, in which nothing acts on the line editor."""
    if not _STEERING.search(text):
        return shlex.quote(text)
    data = text.encode(errors="surrogatepass")
    return "$'" + "".join(f"\\{byte:03o}" for byte in data) + "'"


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
    return (
        None if found is None else msgspec.to_builtins(found, enc_hook=_mask, builtin_types=NUMBERS)
    )


def _mask(value: object) -> str:
    """Return what stands for a value without a JSON form of its own: a Secret, masked."""
    return str(value) if value else ""
