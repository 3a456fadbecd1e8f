from collections.abc import Callable
from typing import Any

import pytest

from fntui.tokens.keyring_probe import Health, probe

jeepney: Any = pytest.importorskip("jeepney")
blocking: Any = pytest.importorskip("jeepney.io.blocking")

SECRETS = "org.freedesktop.secrets"
KWALLET = "org.kde.kwalletd5"
COLLECTION = "/org/freedesktop/secrets/collection/login"


class FakeBus:
    """A session bus; answers as told, and remembers what it was asked."""

    def __init__(self, owners: set[str], answers: dict[str, Any]) -> None:
        """Answer NameHasOwner from ``owners``, all else from ``answers`` by method."""
        self.owners = owners
        self.answers = answers
        self.asked: list[str] = []
        self.is_closed = False

    def send_and_get_reply(self, message: Any, *, timeout: float) -> Any:  # noqa: ANN401 - jeepney has no types
        """Answer ``message``; an error where no answer is known."""
        assert timeout <= 1
        method: str = message.header.fields[jeepney.HeaderFields.member]
        self.asked.append(method)
        message.header.serial = 1
        if method == "NameHasOwner":
            return jeepney.new_method_return(message, "b", (message.body[0] in self.owners,))
        assert message.header.flags & jeepney.MessageFlag.no_auto_start
        answer = self.answers.get(method)
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            return jeepney.new_error(message, "org.freedesktop.DBus.Error.UnknownObject")
        return jeepney.new_method_return(message, "v", (answer,))

    def close(self) -> None:
        """Remember it."""
        self.is_closed = True


@pytest.mark.parametrize(
    ("owners", "answers", "health"),
    [
        (set[str](), {}, Health.NOT_RUNNING),
        ({KWALLET}, {}, Health.READY),
        ({SECRETS}, {}, Health.NO_COLLECTION),
        ({SECRETS}, {"ReadAlias": "/"}, Health.NO_COLLECTION),
        ({SECRETS}, {"ReadAlias": COLLECTION}, Health.NO_COLLECTION),
        ({SECRETS}, {"ReadAlias": COLLECTION, "Get": ("b", True)}, Health.LOCKED),
        ({SECRETS}, {"ReadAlias": COLLECTION, "Get": ("b", False)}, Health.READY),
        ({SECRETS}, {"ReadAlias": TimeoutError()}, Health.HUNG),
        ({SECRETS}, {"ReadAlias": ConnectionResetError()}, Health.NO_BUS),
    ],
)
def test_what_the_service_answers_tells_how_it_is(
    monkeypatch: pytest.MonkeyPatch, owners: set[str], answers: dict[str, Any], health: Health
) -> None:
    bus = FakeBus(owners, answers)
    monkeypatch.setattr(blocking, "open_dbus_connection", opening(bus))
    assert probe() is health
    assert bus.is_closed
    assert set(bus.asked) <= {"NameHasOwner", "ReadAlias", "Get"}, "nothing that may prompt"


def opening(bus: FakeBus) -> Callable[..., FakeBus]:
    def open_dbus_connection(*, auth_timeout: float) -> FakeBus:
        assert auth_timeout <= 1
        return bus

    return open_dbus_connection


@pytest.mark.parametrize(
    "address", [None, "", "nonsense", "tcp:host=127.0.0.1,port=1", "unix:path=/no/such/bus"]
)
def test_without_a_bus_there_is_none(monkeypatch: pytest.MonkeyPatch, address: str | None) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    if address is not None:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    assert probe() is Health.NO_BUS


def test_a_bus_that_does_not_greet_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    def silence(**_: float) -> None:
        raise TimeoutError

    monkeypatch.setattr(blocking, "open_dbus_connection", silence)
    assert probe() is Health.HUNG
