"""No object of the program shows a secret that it holds, whoever prints or stores it."""

import asyncio
import copy
import dataclasses
import gc
import io
import json
import logging
import pickle
import pprint
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyring
import msgspec
import pytest
from rich.console import Console
from rich.pretty import pretty_repr
from rich.traceback import Traceback

from fntui.accounts import ConfiguredAccounts, Places, Start
from fntui.api.client import FunctionsClient
from fntui.api.models import AccessKey, IssuedAccessKey, Namespace
from fntui.api.secret import Secret
from fntui.api.wire import Wire, _BearerAuth
from fntui.clock import ManualClock
from fntui.config import Config
from fntui.core.model.profile import FoundToken
from fntui.core.model.snapshot import NamespaceView, Snapshot
from fntui.core.store.last_session import Underlay
from fntui.simulator.account.seed import demo_account
from fntui.simulator.app import DEMO_TOKEN, SimulatedApi
from fntui.tokens.command import first_line
from fntui.tokens.keyring_probe import Health
from fntui.tokens.keyring_store import SERVICE, KeyringStore
from fntui.tokens.sources import Search
from fntui.ui.alarm_bell import Attention
from fntui.ui.app import FntuiApp
from fntui.ui.host import Host
from fntui.ui.screens.dialogs.delete_namespace import DeleteNamespace
from fntui.ui.screens.dialogs.issued_key import IssuedKeyDialog
from fntui.ui.settings import Settings
from tests.support.canaries import is_in
from tests.support.fake_keyring import of_module
from tests.support.holders import holders, is_data, made
from tests.support.tried import tried
from tests.support.whole import SimulatedAccounts, whole

CANARY = "dop_v1_" + "3fWq8LmZx27RtYvb0KsNc5"
SECRET = Secret(CANARY)
NOWHERE = Path("/nowhere")
ISSUED = IssuedAccessKey(access_key=AccessKey(key_id="k"), secret=SECRET)
NAMESPACE = Namespace(namespace_id="fn-1", legacy_key=SECRET)


def accounts() -> ConfiguredAccounts:
    found = FoundToken(token=SECRET, source="env")
    return ConfiguredAccounts(
        Start(profile="p", outside=Search(source="env", found=found)),
        config=Config(),
        places=Places(config=NOWHERE, doctl=NOWHERE, state=NOWHERE),
        keyring=KeyringStore(),
        clock=ManualClock(),
    )


def an_app() -> FntuiApp:
    clock = ManualClock()
    accounts = SimulatedAccounts(SimulatedApi(demo_account(clock)), clock)
    accounts.found = FoundToken(token=SECRET, source="keyring")
    return FntuiApp(accounts, Settings(profile=accounts.profiles[0]), clock, repr)


MAKERS: dict[type, Callable[[], object]] = {
    Attention: lambda: an_app().attention,
    ConfiguredAccounts: accounts,
    FntuiApp: an_app,
    Host: an_app,
    FunctionsClient: lambda: FunctionsClient(SECRET, clock=ManualClock()),
    Secret: lambda: SECRET,
    Underlay: lambda: Underlay(Snapshot(namespaces={"fn-1": NamespaceView(namespace=NAMESPACE)})),
    Wire: lambda: Wire(SECRET, "https://api.invalid", None),
    _BearerAuth: lambda: _BearerAuth(SECRET),
    DeleteNamespace: lambda: DeleteNamespace(
        NamespaceView(namespace=NAMESPACE), "p", str, kept_in="/x"
    ),
    IssuedKeyDialog: lambda: IssuedKeyDialog("billing", "fn-1", ISSUED),
}
"""How those are made that are more than their fields."""


def as_dict(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return {name: getattr(value, name) for name in getattr(value, "__slots__", ())}


def in_vars(value: object) -> str:
    return repr(vars(value))


def error_with(value: object) -> Exception:
    """Return an error that has it in hand, was made of it, and came of another such."""
    try:
        held = value
        raise_it(held)
    except LookupError as error:
        return error
    raise AssertionError


def raise_it(value: object) -> None:
    cause = ValueError(value, f"{value}", {"in": value})
    raise LookupError(value) from cause


def in_traceback(value: object) -> str:
    report = traceback.TracebackException.from_exception(error_with(value), capture_locals=True)
    return "".join(report.format())


def in_rich_traceback(value: object) -> str:
    error, file = error_with(value), io.StringIO()
    shown = Traceback.from_exception(
        type(error), error, error.__traceback__, show_locals=True, locals_max_string=10_000
    )
    Console(file=file, width=500).print(shown)
    return file.getvalue()


def in_log(value: object) -> str:
    """Return what a logger makes of it, whose records may go anywhere."""
    record = logging.LogRecord("x", 10, "x", 1, "%s %r", (value, value), None)
    return f"{logging.Formatter().format(record)} {vars(record)}"


def in_warning(value: object) -> str:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn(f"{value!r} {value}", stacklevel=1)
    return str(caught[0])


WAYS: dict[str, Callable[[Any], object]] = {
    "repr": repr,
    "str": str,
    "format": "{:>10}".format,
    "f-string": lambda value: f"{value} {value!s} {value!r} {value!a}",
    "in a list": lambda value: str([value, {"a": value}, {value: 1} if hash(value) else 0]),
    "pprint": pprint.pformat,
    "rich": lambda value: pretty_repr(value, max_string=None),
    "vars": in_vars,
    "asdict": as_dict,
    "deepcopy": copy.deepcopy,
    "pickle": pickle.dumps,
    "json": json.dumps,
    "json, default=str": lambda value: json.dumps(value, default=str),
    "json, default=vars": lambda value: json.dumps(value, default=vars),
    "msgspec.to_builtins": msgspec.to_builtins,
    "msgspec.json": msgspec.json.encode,
    "traceback with locals": in_traceback,
    "rich traceback with locals": in_rich_traceback,
    "logging": in_log,
    "warnings": in_warning,
}
"""How an object may come to be seen. Whatever fails must do so without a word of the secret."""


def shown_by(way: Callable[[Any], object], value: object) -> str:
    """Return all that comes of it, be it an error."""
    try:
        shown = way(value)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
        shown = "".join(traceback.TracebackException.from_exception(error).format())
    return shown.decode("latin-1") if isinstance(shown, bytes) else f"{shown!s} {shown!r}"


def test_what_can_hold_a_secret_is_known() -> None:
    """A class that is new among them has to be added to MAKERS, if it is not just its fields."""
    assert {kind for kind in holders() if not is_data(kind)} == set(MAKERS)
    assert {Namespace, IssuedAccessKey, FoundToken, Start} <= set(holders())


@pytest.mark.parametrize("kind", holders(), ids=lambda kind: kind.__name__)
def test_no_class_shows_the_secret_in_it(kind: type) -> None:
    value = MAKERS[kind]() if kind in MAKERS else made(kind, CANARY)
    holds_one = any(isinstance(one, Secret) for one in all_under(value))
    assert holds_one == (kind is not DeleteNamespace)  # which makes its words and lets go
    for name, way in WAYS.items():
        assert not is_in(shown_by(way, value).encode(errors="replace"), CANARY), name
        tried("objects", kind.__name__, name)


def all_under(value: object) -> list[object]:
    """Return the object and all that it refers to, however deep, but for classes and modules."""
    found: dict[int, object] = {}
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if id(one) not in found and not isinstance(one, (type, type(gc), type(raise_it))):
            found[id(one)] = one
            waiting += gc.get_referents(one)
            # Python's collector knows nothing of what is in a Struct that says gc=False.
            if isinstance(one, msgspec.Struct):
                waiting += [getattr(one, name) for name in one.__struct_fields__]
    return list(found.values())


async def test_no_object_of_the_running_program_shows_one() -> None:
    """All that live while an access key is being told, those of classes still to come included."""
    gc.collect()  # the programs of earlier tests
    async with whole() as program:
        namespace = program.namespace("billing").namespace_id
        dialog = IssuedKeyDialog("billing", namespace, ISSUED)
        await program.app.push_screen(dialog)
        await program.pilot.pause()
        legacy = program.api.account.namespaces[namespace].legacy_key
        ours = [one for one in all_under(gc.get_objects()) if is_ours(one)]
        shown = "\n".join(shown_by(way, one) for one in ours for way in (repr, str))
        held = "\n".join(shown_by(in_vars, one) for one in ours if is_program(one))
        drawn = program.app.export_screenshot()
    assert len({id(type(one)) for one in ours}) > 60
    for secret in (DEMO_TOKEN[:20], legacy, CANARY):
        assert not is_in((shown + held + drawn).encode(errors="replace"), secret)


def is_ours(value: object) -> bool:
    return type(value).__module__.startswith("fntui.")


def is_program(value: object) -> bool:
    """Return False for what is on the server's side, which has to know the keys it gives out."""
    return not type(value).__module__.startswith("fntui.simulator")


async def test_asyncio_that_logs_all_it_does_logs_no_secret(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its debug mode, every slow call and its arguments, and each of them is called slow."""
    backend = of_module("keyring.backends.SecretService")
    backend.kept[SERVICE, "p"] = CANARY
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    caplog.set_level(logging.DEBUG)
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0
    store = KeyringStore(health=lambda: Health.READY)
    assert await store.read("p") == SECRET
    await store.keep("q", SECRET)
    assert await first_line([sys.executable, "-c", f"print({CANARY!r})"]) == CANARY
    async with whole():
        pass
    assert "took" in caplog.text
    logged = "\n".join(f"{record.getMessage()} {vars(record)!r}" for record in caplog.records)
    assert not is_in(logged.encode(errors="replace"), CANARY)
    assert not is_in(logged.encode(errors="replace"), DEMO_TOKEN[:20])
