"""A Secret Service that is open and yet asks a person before it does anything, as KeePassXC may."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final

from tests.support.secret_service import SECRETS, Bus, jeepney

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
        is_dismissed: The person is there, and dismisses every prompt at once.
        is_empty: It holds nothing yet.
    """

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - jeepney has no types
        """Speak over ``connection``, which has the name."""
        self.is_dismissed = False
        self.is_empty = False
        self._connection = connection
        self._answers: dict[str, Callable[[Any], Answer]] = {
            "ReadAlias": lambda _: ("o", (_COLLECTION,)),
            "SearchItems": lambda _: ("ao", ([] if self.is_empty else [_ITEM],)),
            "Unlock": lambda _: ("aoo", ([], _PROMPT)),
            "Delete": lambda _: ("o", (_PROMPT,)),
            "Get": self._property,
            "CreateItem": lambda _: ("oo", (_NOWHERE, _PROMPT)),
            "Prompt": lambda _: ("", ()),
        }

    def serve(self) -> None:
        """Answer until the connection is closed."""
        try:
            while True:
                self._answer(self._connection.receive())
        except OSError:
            return

    def dismiss(self) -> None:
        """Have the person dismiss whatever is asked."""
        emitter = jeepney.DBusAddress(_PROMPT, interface="org.freedesktop.Secret.Prompt")
        self._connection.send(jeepney.new_signal(emitter, "Completed", "bv", (True, ("ao", []))))

    def _answer(self, call: Any) -> None:  # noqa: ANN401 - jeepney has no types
        if call.header.message_type is not jeepney.MessageType.method_call:
            return
        method = call.header.fields[jeepney.HeaderFields.member]
        if method == "OpenSession":
            reply = self._open_session(call)
        else:
            reply = jeepney.new_method_return(call, *self._answers[method](call))
        self._connection.send(reply)
        if method == "Prompt" and self.is_dismissed:
            self.dismiss()

    @staticmethod
    def _open_session(call: Any) -> Any:  # noqa: ANN401 - jeepney has no types
        """Take secrets as they are: what is encrypted on the way is not the point here."""
        if call.body[0] != "plain":
            return jeepney.new_error(call, "org.freedesktop.DBus.Error.NotSupported")
        return jeepney.new_method_return(call, "vo", (("s", ""), _SESSION))

    @staticmethod
    def _property(call: Any) -> Answer:  # noqa: ANN401 - jeepney has no types
        """Answer Locked and Label, which are all that is asked for."""
        path, (_, name) = call.header.fields[jeepney.HeaderFields.path], call.body
        return "v", (("b", path == _ITEM) if name == "Locked" else ("s", name),)


@contextmanager
def prompting_service(
    bus: Bus, *, is_dismissed: bool = False, is_empty: bool = False
) -> Generator[PromptingService]:
    """Have such a service on ``bus``."""
    with bus.owning(SECRETS) as connection:
        service = PromptingService(connection)
        service.is_dismissed, service.is_empty = is_dismissed, is_empty
        thread = threading.Thread(target=service.serve, name="prompting service")
        thread.start()
        try:
            yield service
        finally:
            # Closing it under a read that waits would not wake that read.
            connection.sock.shutdown(2)
            thread.join()
