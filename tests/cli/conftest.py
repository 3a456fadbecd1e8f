import io
import logging
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path

import keyring
import pytest

from fntui.tokens.keyring_probe import Health
from tests.support.fake_keyring import FakeBackend, of_module


@pytest.fixture(autouse=True)
def _own_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Give each test an environment and hooks of its own, and no way to the real keyring."""
    for name in list(os.environ):
        if name.startswith(("TEXTUAL", "DIGITALOCEAN", "SSH_", "XDG_")) or "proxy" in name.lower():
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("FNTUI_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("ESCDELAY", raising=False)
    for owner, hook in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(owner, hook, getattr(owner, hook))
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - takes anything
    monkeypatch.setattr(os, "umask", lambda _: 0)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - takes anything
    monkeypatch.setattr("fntui.tokens.keyring_store.probe", lambda: Health.READY)


SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


@pytest.fixture(autouse=True)
def _own_signals() -> Generator[None]:
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> FakeBackend:
    backend = of_module("keyring.backends.SecretService")
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    monkeypatch.setattr(sys, "platform", "linux")
    return backend


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return what puts a text behind standard input, which is no terminal then."""

    def put(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return put
