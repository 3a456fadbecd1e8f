"""A Secret Service that is open and yet asks a person before it does anything, as KeePassXC may."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final

from jeepney import HeaderFields, MessageType, new_error, new_method_return, new_signal
from jeepney.wrappers import DBusAddress

from tests.support.secret_service import SECRETS, Bus

_ROOT: Final = "/org/freedesktop/secrets"
_COLLECTION: Final = f"{_ROOT}/collection/passwords"
_ITEM: Final = f"{_COLLECTION}/1"
_SESSION: Final = f"{_ROOT}/session/1"
_PROMPT: Final = f"{_ROOT}/prompt/1"
_NOWHERE: Final = "/"

Answer = tuple[str, tuple[Any, ...]]


class PromptingService:
    """Answers what is asked of it; every act waits for a person who is not there.

    Attributes:
        is_asking: Set once a prompt is shown.
        created: The secrets that it was asked to keep, once the person has agreed.
    """

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - jeepney has no types
        """Speak over ``connection``, which has the name."""
        self.is_asking = threading.Event()
        self.created: list[str] = []
        self._wanted: list[str] = []
        self._connection = connection
        self._answers: dict[str, Callable[[Any], Answer]] = {
            "ReadAlias": lambda _: ("o", (_COLLECTION,)),
            "SearchItems": lambda _: ("ao", ([_ITEM],)),
            "Unlock": lambda _: ("aoo", ([], _PROMPT)),
            "Delete": lambda _: ("o", (_PROMPT,)),
            "Get": self._property,
            "CreateItem": self._create,
            "Prompt": self._prompt,
        }

    def serve(self) -> None:
        """Answer until the connection is closed."""
        try:
            while True:
                self._answer(self._connection.receive())
        except OSError:
            return

    def agree(self) -> None:
        """Have the person agree to what is asked."""
        self.created.extend(self._wanted)
        emitter = DBusAddress(_PROMPT, interface="org.freedesktop.Secret.Prompt")
        result = ("o", f"{_COLLECTION}/2")
        self._connection.send(new_signal(emitter, "Completed", "bv", (False, result)))

    def _answer(self, call: Any) -> None:  # noqa: ANN401 - jeepney has no types
        if call.header.message_type is not MessageType.method_call:
            return
        method = call.header.fields[HeaderFields.member]
        if method == "OpenSession":
            reply = self._open_session(call)
        else:
            reply = new_method_return(call, *self._answers[method](call))
        self._connection.send(reply)

    @staticmethod
    def _open_session(call: Any) -> Any:  # noqa: ANN401 - jeepney has no types
        """Take secrets as they are: what is encrypted on the way is not the point here."""
        if call.body[0] != "plain":
            return new_error(call, "org.freedesktop.DBus.Error.NotSupported")
        return new_method_return(call, "vo", (("s", ""), _SESSION))

    @staticmethod
    def _property(call: Any) -> Answer:  # noqa: ANN401 - jeepney has no types
        """Answer Locked and Label, which are all that is asked for."""
        path, (_, name) = call.header.fields[HeaderFields.path], call.body
        return "v", (("b", path == _ITEM) if name == "Locked" else ("s", name),)

    def _create(self, call: Any) -> Answer:  # noqa: ANN401 - jeepney has no types
        _session, _parameters, secret, _kind = call.body[1]
        self._wanted.append(secret.decode())
        return "oo", (_NOWHERE, _PROMPT)

    def _prompt(self, _: Any) -> Answer:  # noqa: ANN401 - jeepney has no types
        self.is_asking.set()
        return "", ()


@contextmanager
def prompting_service(bus: Bus) -> Generator[PromptingService]:
    """Have such a service on ``bus``."""
    with bus.owning(SECRETS) as connection:
        service = PromptingService(connection)
        thread = threading.Thread(target=service.serve, name="prompting service")
        thread.start()
        try:
            yield service
        finally:
            # Closing it under a read that waits would not wake that read.
            connection.sock.shutdown(2)
            thread.join()
