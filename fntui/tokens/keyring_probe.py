"""Asks the Secret Service over D-Bus how it is, without making it prompt or start. Linux only."""

from contextlib import closing
from enum import Enum, auto
from importlib import import_module
from typing import Any, Final

_SERVICE: Final = "org.freedesktop.secrets"
_KWALLET: Final = "org.kde.kwalletd5"
_LIMIT_S: Final = 1.0


class Health(Enum):
    """What became known of the Secret Service."""

    NO_BUS = auto()
    NOT_RUNNING = auto()
    NO_COLLECTION = auto()
    LOCKED = auto()
    READY = auto()
    HUNG = auto()


def probe() -> Health:
    """Return how the Secret Service is, mostly within 1 s; a hung bus can block it for longer.

    KWallet without a Secret Service counts as ready: it can't be asked without a prompt.
    """
    # Here and not above: it exists on Linux alone. And by name: it has no types.
    blocking = import_module("jeepney.io.blocking")
    try:
        with closing(blocking.open_dbus_connection(auth_timeout=_LIMIT_S)) as connection:
            return _Bus(connection).health()
    except TimeoutError:
        return Health.HUNG
    except (KeyError, RuntimeError, ValueError, OSError):
        # No address, one of a kind or form that jeepney can't use, or nobody behind it.
        return Health.NO_BUS


class _Bus:
    """The session bus, asked with a time limit on each question."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - jeepney has no types
        self._connection = connection
        self._jeepney: Any = import_module("jeepney")

    def health(self) -> Health:
        if not self._has_owner(_SERVICE):
            return Health.READY if self._has_owner(_KWALLET) else Health.NOT_RUNNING
        service = ("/org/freedesktop/secrets", "org.freedesktop.Secret.Service")
        path = self._ask(*service, "ReadAlias", "default")
        if path in {None, "/"}:
            return Health.NO_COLLECTION
        collection = "org.freedesktop.Secret.Collection"
        locked = self._ask(path, "org.freedesktop.DBus.Properties", "Get", collection, "Locked")
        if locked is None:
            return Health.NO_COLLECTION
        return Health.LOCKED if locked[1] else Health.READY

    def _has_owner(self, name: str) -> bool:
        question = import_module("jeepney.bus_messages").message_bus.NameHasOwner(name)
        return bool(self._answer(question))

    def _ask(self, path: str, interface: str, method: str, *words: str) -> Any:  # noqa: ANN401
        address = self._jeepney.DBusAddress(path, _SERVICE, interface)
        question = self._jeepney.new_method_call(address, method, "s" * len(words), words)
        question.header.flags |= self._jeepney.MessageFlag.no_auto_start
        return self._answer(question)

    def _answer(self, question: Any) -> Any:  # noqa: ANN401 - jeepney has no types
        """Return the first value of the answer; None if the answer is an error."""
        reply = self._connection.send_and_get_reply(question, timeout=_LIMIT_S)
        is_error = reply.header.message_type == self._jeepney.MessageType.error
        return None if is_error else reply.body[0]
