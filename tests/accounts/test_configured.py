import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import keyring
import pytest
import respx

from fntui.accounts import API_URL, ConfiguredAccounts, Places, Start
from fntui.accounts.configured import account_mark, history_name
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.config import Config, ProfileEntry, load
from fntui.core.model.problem import ProblemKind
from fntui.core.model.profile import FoundToken, Profile
from fntui.tokens import sources
from fntui.tokens.errors import TokenSourceError
from fntui.tokens.keyring_probe import Health
from fntui.tokens.keyring_store import KeyringStore
from fntui.tokens.sources import Search
from tests.support.builders import a_trigger
from tests.support.fake_keyring import FakeBackend, of_module
from tests.support.made_facts import BILLING, failed_times, namespaces, triggers

if TYPE_CHECKING:
    from fntui.api.calls import Call

TOKEN = "dop_v1_" + "a1" * 32
OTHER = "dop_v1_" + "b2" * 32
NAMESPACES = "/v2/functions/namespaces"


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> FakeBackend:
    backend = of_module("keyring.backends.SecretService")
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    return backend


@pytest.fixture
def api() -> Generator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


def accounts(
    tmp_path: Path,
    start: Start | None = None,
    config: Config | None = None,
    health: Health = Health.READY,
) -> ConfiguredAccounts:
    return ConfiguredAccounts(
        start or Start(profile="default"),
        config=config or Config(),
        places=Places(
            config=tmp_path / "config.toml",
            doctl=tmp_path / "doctl.yaml",
            state=tmp_path / "state",
        ),
        keyring=KeyringStore(health=lambda: health),
        clock=ManualClock(),
    )


def found_in_environment(text: str = TOKEN) -> Search | None:
    return sources.take_from_environment({"DIGITALOCEAN_TOKEN": text})


def of_command(text: str) -> ProfileEntry:
    return ProfileEntry(token_command=[sys.executable, "-c", f"print({text!r})"])


async def test_what_came_from_outside_is_first(tmp_path: Path, backend: FakeBackend) -> None:
    backend.kept["fntui", "work"] = OTHER
    start = Start(profile="work", outside=found_in_environment())
    there = accounts(tmp_path, start, Config(profiles={"work": of_command(OTHER)}))
    found = await there.find_token("work")
    assert found == FoundToken(token=Secret(TOKEN), source="env DIGITALOCEAN_TOKEN")
    assert await there.search_notes("work") == ()


async def test_another_profile_never_acts_with_the_token_from_outside(
    tmp_path: Path, backend: FakeBackend
) -> None:
    backend.kept["fntui", "prod"] = OTHER
    there = accounts(tmp_path, Start(profile="staging", outside=found_in_environment()))
    assert await there.find_token("prod") == FoundToken(token=Secret(OTHER), source="keyring")


async def test_the_token_command_comes_before_the_keyring(
    tmp_path: Path, backend: FakeBackend
) -> None:
    backend.kept["fntui", "work"] = OTHER
    there = accounts(tmp_path, config=Config(profiles={"work": of_command(TOKEN)}))
    assert await there.find_token("work") == FoundToken(token=Secret(TOKEN), source="command")


async def test_a_source_that_fails_ends_the_search_and_is_told(
    tmp_path: Path, backend: FakeBackend
) -> None:
    backend.kept["fntui", "default"] = OTHER
    start = Start(profile="default", outside=found_in_environment("not a token"))
    there = accounts(tmp_path, start)
    assert await there.search_notes("default") == ()
    assert await there.find_token("default") is None
    (note,) = await there.search_notes("default")
    assert note.startswith("env DIGITALOCEAN_TOKEN: ")


async def test_a_token_is_kept_with_its_profile(tmp_path: Path, backend: FakeBackend) -> None:
    there = accounts(tmp_path)
    assert (await there.keyring_state()).is_usable
    assert await there.keep_token("work", Secret(TOKEN)) == ""
    assert backend.kept == {("fntui", "work"): TOKEN}
    assert [profile.name for profile in there.profiles] == ["work"]
    assert load(tmp_path / "config.toml").listed() == there.profiles
    assert TOKEN not in (tmp_path / "config.toml").read_text()
    assert await there.forget_token("work") is True
    assert await there.forget_token("work") is False


async def test_a_keyring_that_can_not_be_used_is_told(tmp_path: Path) -> None:
    there = accounts(tmp_path, health=Health.LOCKED)
    assert not (await there.keyring_state()).is_usable
    assert "locked" in await there.keep_token("work", Secret(TOKEN))
    assert "locked" in await there.keep_secret("fn-1 ci", Secret(TOKEN))
    assert await there.find_token("work") is None
    assert "locked" in (await there.search_notes("work"))[0]
    with pytest.raises(TokenSourceError):
        await there.forget_token("work")
    assert not (tmp_path / "config.toml").exists()


async def test_a_config_that_can_not_be_written_keeps_the_token_and_says_so(
    tmp_path: Path, backend: FakeBackend
) -> None:
    (tmp_path / "config.toml").mkdir()
    sentence = await accounts(tmp_path).keep_token("work", Secret(TOKEN))
    assert sentence.startswith("The token is in the keyring, but the profile could not be added: ")
    assert backend.kept == {("fntui", "work"): TOKEN}


async def test_an_access_key_is_kept_apart_from_tokens(
    tmp_path: Path, backend: FakeBackend
) -> None:
    assert await accounts(tmp_path).keep_secret("fn-1 ci", Secret("id:secret")) == ""
    assert backend.kept == {("fntui access key", "fn-1 ci"): "id:secret"}


async def test_doctls_contexts(tmp_path: Path) -> None:
    (tmp_path / "doctl.yaml").write_text(f"access-token: {TOKEN}\n")
    there = accounts(tmp_path)
    assert await there.doctl_contexts() == ("default",)
    assert await there.doctl_token("default") == Secret(TOKEN)
    assert await there.doctl_token("other") is None
    assert there.check_form(TOKEN) == (Secret(TOKEN), "")


@pytest.mark.parametrize(
    ("start", "url"),
    [
        (Start(profile="work"), "https://api.example.com"),
        (Start(profile="work", api_url="https://other.example.com"), "https://other.example.com"),
    ],
)
def test_where_the_api_is(tmp_path: Path, start: Start, url: str) -> None:
    config = Config(profiles={"work": ProfileEntry(api_url="https://api.example.com/")})
    there = accounts(tmp_path, start, config)
    assert there.api_url("work") == url
    assert there.api_url("home") == (start.api_url or API_URL)


async def test_a_token_that_the_api_takes(tmp_path: Path, api: respx.MockRouter) -> None:
    route = api.get(f"{API_URL}{NAMESPACES}").respond(json={"namespaces": []})
    calls: list[Call] = []
    there = accounts(tmp_path, Start(profile="default", log=calls.append))
    assert await there.check_token(Secret(TOKEN)) is None
    assert route.calls.last.request.headers["authorization"] == f"Bearer {TOKEN}"
    assert len(calls) == 1


async def test_a_token_without_the_scope_is_a_token_all_the_same(
    tmp_path: Path, api: respx.MockRouter
) -> None:
    api.get(f"{API_URL}{NAMESPACES}").respond(403, json={"id": "forbidden", "message": "no"})
    assert await accounts(tmp_path).check_token(Secret(TOKEN)) is None


async def test_a_token_that_the_api_refuses(tmp_path: Path, api: respx.MockRouter) -> None:
    api.get(f"https://api.example.com{NAMESPACES}").respond(401, json={"id": "unauthorized"})
    config = Config(profiles={"work": ProfileEntry(api_url="https://api.example.com")})
    problem = await accounts(tmp_path, config=config).check_token(Secret(TOKEN), "work")
    assert problem is not None
    assert problem.kind is ProblemKind.TOKEN_REFUSED


@pytest.mark.parametrize(
    ("start", "is_read_only"),
    [
        (Start(profile="prod"), True),
        (Start(profile="prod", may_write=True), False),
        (Start(profile="prod", is_read_only=True), True),
    ],
)
async def test_a_protected_profile_is_read_only_unless_asked_otherwise(
    tmp_path: Path, start: Start, *, is_read_only: bool
) -> None:
    config = Config(profiles={"prod": ProfileEntry(colour="red", protected=True)})
    found = FoundToken(token=Secret(TOKEN), source="keyring")
    session = accounts(tmp_path, start, config).connect("prod", found, print)
    assert session.is_read_only is is_read_only
    assert session.profile == Profile(name="prod", colour="red", is_protected=True)
    assert (session.token_source, session.token_hint) == ("keyring", "a1a1")
    assert session.api_url == API_URL
    assert not session.is_demo
    await session.aclose()


def test_read_only_goes_for_every_profile(tmp_path: Path) -> None:
    found = FoundToken(token=Secret(TOKEN), source="keyring")
    there = accounts(tmp_path, Start(profile="default", is_read_only=True))
    assert there.connect("other", found, print).is_read_only
    assert not accounts(tmp_path).connect("other", found, print).is_read_only


async def test_requests_are_told_to_the_screen_and_to_the_log(
    tmp_path: Path, api: respx.MockRouter
) -> None:
    api.get(f"{API_URL}{NAMESPACES}").mock(
        return_value=httpx.Response(200, json={"namespaces": []})
    )
    found = FoundToken(token=Secret(TOKEN), source="keyring")
    logged: list[Call] = []
    seen: list[Call] = []
    there = accounts(tmp_path, Start(profile="default", log=logged.append))
    session = there.connect("default", found, seen.append)
    await session.operations.read_namespaces()
    await session.aclose()
    assert logged == seen
    assert len(seen) == 1


def test_the_file_of_a_history_tells_profiles_and_servers_apart(tmp_path: Path) -> None:
    names = [
        history_name(profile, url)
        for profile in ("prod", "a/b", "..", "x" * 64, "ü" * 64, "ö" * 64)
        for url in (API_URL, "http://127.0.0.1:8080")
    ]
    assert names[0] == "prod.db"
    assert names[1] == "prod http%3A%2F%2F127.0.0.1%3A8080.db"
    assert len(set(names)) == len(names)
    for name in names:
        assert len(name) < 130
        (tmp_path / name).touch()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_a_token_can_not_be_told_from_the_mark_of_its_account() -> None:
    marks = {account_mark(Secret(text)) for text in (TOKEN, TOKEN[:-1] + "0", TOKEN)}
    assert len(marks) == 2
    assert all(len(mark) == 16 and mark not in TOKEN for mark in marks)


async def test_what_is_seen_is_kept_in_the_state_folder(tmp_path: Path) -> None:
    them = accounts(tmp_path)
    session = them.connect("default", FoundToken(token=Secret(TOKEN), source="x"), lambda _: None)
    assert not (tmp_path / "state").exists()
    session.recorder.begin()
    await session.recorder.begun()
    await session.aclose()
    assert (tmp_path / "state" / "history" / "default.db").exists()


async def test_what_a_session_has_seen_is_there_for_the_next_one(tmp_path: Path) -> None:
    them = accounts(tmp_path)
    them.begin_loading()
    await them.loaded()
    assert await them.last_seen("default").end() is None
    session = them.connect("default", FoundToken(token=Secret(TOKEN), source="x"), lambda _: None)
    session.recorder.begin()
    await session.recorder.begun()
    session.recorder.found([namespaces("11:00", BILLING)])
    await session.aclose()
    seen = await them.last_seen("default").end()
    assert seen is not None
    assert seen.account == session.account == account_mark(Secret(TOKEN))
    assert list(seen.snapshot.namespaces) == ["fn-1"]
    assert await them.last_seen("other").end() is None


async def test_what_was_seen_stays_until_a_session_has_read_something(tmp_path: Path) -> None:
    them = accounts(tmp_path)
    token = FoundToken(token=Secret(TOKEN), source="x")
    seen: list[list[str]] = []
    for found in (
        [namespaces("11:00", BILLING), triggers("11:00", a_trigger())],
        failed_times("12:00", 1),
        [namespaces("13:00", BILLING)],
    ):
        session = them.connect("default", token, lambda _: None)
        session.recorder.begin()
        await session.recorder.begun()
        session.recorder.found(found)
        await session.aclose()
        last = await them.last_seen("default").end()
        assert last is not None
        seen.append(list(last.snapshot.namespaces["fn-1"].triggers))
    assert seen == [["invoice-run"], ["invoice-run"], []]
