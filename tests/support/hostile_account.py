"""A simulated account in which every text that a server can choose is a hostile one."""

from dataclasses import fields
from typing import Any, TypeVar, cast

from typing_extensions import override

from fntui.api import operations
from fntui.api.paths import UnsafeName, build
from fntui.clock import Clock
from fntui.simulator.account.account import Account
from fntui.simulator.account.objects import SimulatedKey, SimulatedNamespace, SimulatedTrigger
from fntui.simulator.checks import Details, Json, TriggerDraft
from tests.support.hostile import CORPUS, GIST

T = TypeVar("T")

NAMESPACE_FIELDS = tuple(
    f"namespace.{name}"
    for name in ("namespace_id", "label", "region", "uuid", "api_host", "legacy_key")
)
TRIGGER_FIELDS = tuple(f"trigger.{name}" for name in ("name", "function", "type", "cron", "body"))
ACCESS_KEY_FIELDS = ("access key.key_id", "access key.name")
FIELDS = (*NAMESPACE_FIELDS, *TRIGGER_FIELDS, *ACCESS_KEY_FIELDS)
"""Every text of the objects that a server chooses, by the names of the client."""

TEXTS = (*CORPUS.values(), *GIST.values())
REGION = "nyc1"
SPARE = "spare "
"""What the names of objects begin with that are odd in nothing else: they can be changed."""


class HostileNamespace(SimulatedNamespace):
    """A namespace whose answers hold its label in every field but its identity."""

    @override
    def shown(self) -> Json:
        return super().shown() | dict.fromkeys(("region", "uuid", "api_host", "key"), self.label)


class HostileTrigger(SimulatedTrigger):
    """A trigger whose answers hold the name of its function in every field but its identity."""

    @override
    def shown(self, namespace_id: str, *, is_bare: bool = False) -> Json:
        text = self.function
        answer = super().shown(namespace_id, is_bare=is_bare)
        details = {"cron": text, "body": {text: [text, {f"{text}2": text}]}}
        return answer | {"type": text, "scheduled_details": details}


class UnreadableTrigger(SimulatedTrigger):
    """A trigger whose answers have the wrong form."""

    @override
    def shown(self, namespace_id: str, *, is_bare: bool = False) -> Json:
        return {"name": self.name, "is_enabled": self.name, "created_at": self.name}


class UnreadableKey(SimulatedKey):
    """An access key whose answers have the wrong form."""

    @override
    def shown(self) -> Json:
        return {"id": self.key_id, "name": {self.name: self.name}, "created_at": self.name}


def hostile_account(clock: Clock) -> Account:
    """Return an account with a namespace for each text of the corpus, in the corpus's order.

    It holds the hostile objects, one of each kind that can't be read, and one of each kind that is
    odd in its name, its function and its body alone.
    """
    account = Account(clock)
    for number, text in enumerate(TEXTS):
        namespace = account.add_namespace(text, REGION, id_of(text, number))
        namespace = _as(HostileNamespace, namespace)
        account.namespaces[namespace.namespace_id] = namespace
        for name in (text, f"{SPARE}{text}", f"?{text}"):
            draft = TriggerDraft(name, text, True, Details("*/5 * * * *", {text: text}))  # noqa: FBT003 - as it is
            account.add_trigger(namespace, draft)
        _wrap(namespace.triggers, text, HostileTrigger)
        _wrap(namespace.triggers, f"?{text}", UnreadableTrigger)
        for key_id in (text, f"{SPARE}{text}", f"?{text}"):
            key = account.add_key(namespace, text, None)
            del namespace.keys[key.key_id]
            key.key_id = key_id
            namespace.keys[key_id] = key
        _wrap(namespace.keys, f"?{text}", UnreadableKey)
    return account


def id_of(text: str, number: int) -> str:
    """Return the id of the namespace for a text: the text, where an id can be part of a URL."""
    namespace_id = f"fn-{number}{text}"
    return namespace_id if is_safe(namespace_id) else f"fn-{number}"


def is_safe(name: str) -> bool:
    """True if an object of that name can be asked for."""
    try:
        build(operations.GET_NAMESPACE, namespace_id=name)
    except UnsafeName:
        return False
    return True


def _as(kind: type[T], plain: Any) -> T:  # noqa: ANN401 - any of the simulator's objects
    return kind(**{field.name: getattr(plain, field.name) for field in fields(plain)})


def _wrap(objects: dict[str, Any], name: str, kind: type[object]) -> None:
    objects[name] = cast("Any", _as(kind, objects[name]))
