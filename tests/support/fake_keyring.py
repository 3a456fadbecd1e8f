"""Backends of the keyring package that live in memory, under whatever module's name is wanted."""

from collections.abc import Callable


class FakeBackend:
    """Keeps secrets in a dictionary.

    Attributes:
        kept: Secret by (service, user).
        before: Called before everything that is done; may raise or block.
    """

    def __init__(self, before: Callable[[], object] = lambda: None) -> None:
        """Keep nothing yet."""
        self.kept: dict[tuple[str, str], str] = {}
        self.before = before

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is kept, or None."""
        self.before()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self.before()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Delete it."""
        self.before()
        del self.kept[service, username]


def of_module(module: str, before: Callable[[], object] = lambda: None) -> FakeBackend:
    """Return a backend that says it comes from ``module``."""
    kind = type("Keyring", (FakeBackend,), {"__module__": module})
    backend: FakeBackend = kind(before)
    return backend


class FakeChain(FakeBackend):
    """The chain that keyring makes of all backends there are, best first."""

    def __init__(self, *backends: FakeBackend) -> None:
        """Chain ``backends``."""
        super().__init__()
        self.backends = backends
