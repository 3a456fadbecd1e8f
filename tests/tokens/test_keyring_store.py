import threading
from functools import partial

import keyring
import keyring.errors
import pytest

from fntui.api.secret import Secret
from fntui.tokens.errors import TokenSourceError
from fntui.tokens.keyring_probe import Health
from fntui.tokens.keyring_store import KEY_SERVICE, TRUSTED, KeyringStore
from tests.support.fake_keyring import FakeChain, of_module

GOOD = "keyring.backends.SecretService"
PLAIN = "keyrings.alt.file"
TOKEN = Secret("dop_v1_canary")


def use(monkeypatch: pytest.MonkeyPatch, backend: object) -> KeyringStore:
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    return KeyringStore(health=lambda: Health.READY)


async def why_not(store: KeyringStore) -> str:
    state = await store.state()
    assert not state.is_usable
    with pytest.raises(TokenSourceError) as caught:
        await store.keep("work", TOKEN)
    assert caught.value.sentence == state.sentence
    return state.sentence


async def test_a_token_is_kept_read_replaced_and_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend = of_module(GOOD)
    store = use(monkeypatch, backend)
    assert await store.read("work") is None
    await store.keep("work", Secret("old"))
    await store.keep("work", TOKEN)
    assert backend.kept == {("fntui", "work"): "dop_v1_canary"}
    assert await store.read("work") == TOKEN
    assert await store.forget("work") is True
    assert await store.forget("work") is False
    assert backend.kept == {}


async def test_an_access_key_never_takes_the_place_of_a_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = use(monkeypatch, of_module(GOOD))
    await store.keep("work", TOKEN)
    await store.keep("work", Secret("id:secret"), KEY_SERVICE)
    assert await store.read("work") == TOKEN


@pytest.mark.parametrize("module", TRUSTED)
async def test_the_systems_own_keyrings_are_used(
    monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    state = await use(monkeypatch, of_module(module)).state()
    assert state.is_usable
    assert TRUSTED[module] in state.sentence


async def test_a_chain_is_used_for_what_can_be_trusted_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain, good = of_module(PLAIN), of_module(GOOD)
    store = use(monkeypatch, FakeChain(plain, good))
    await store.keep("work", TOKEN)
    assert plain.kept == {}
    assert good.kept == {("fntui", "work"): "dop_v1_canary"}


@pytest.mark.parametrize("module", [PLAIN, "keyring.backends.null", "keyring.backends.libsecret"])
async def test_a_backend_that_may_keep_plain_text_is_refused(
    monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    backend = of_module(module)
    assert module in await why_not(use(monkeypatch, backend))
    assert backend.kept == {}


async def test_a_chain_of_none_to_be_trusted_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = of_module(PLAIN)
    await why_not(use(monkeypatch, FakeChain(plain)))
    assert plain.kept == {}


async def test_no_backend_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = await why_not(use(monkeypatch, of_module("keyring.backends.fail")))
    assert "There is no keyring service here" in sentence


async def test_four_troubles_have_four_answers_and_none_asks_the_keyring(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never() -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(keyring, "get_keyring", never)
    troubles = [health for health in Health if health is not Health.READY]
    sentences = [await why_not(KeyringStore(health=partial(Health, t.value))) for t in troubles]
    assert len(set(sentences)) == len(troubles) == 5


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (keyring.errors.NoKeyringError("dop_v1_canary"), "no keyring service"),
        (keyring.errors.KeyringLocked("dop_v1_canary"), "locked"),
        (keyring.errors.InitError("dop_v1_canary"), "can be created"),
        (keyring.errors.PasswordSetError("dop_v1_canary"), "failed (PasswordSetError)"),
        (OSError("dop_v1_canary"), "failed (OSError)"),
    ],
)
async def test_a_backends_error_becomes_a_sentence_without_its_message(
    monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fail() -> None:
        raise error

    store = use(monkeypatch, of_module(GOOD, fail))
    for call in (store.keep("work", TOKEN), store.read("work"), store.forget("work")):
        with pytest.raises(TokenSourceError) as caught:
            await call
        assert words in caught.value.sentence
        assert "canary" not in caught.value.sentence


async def test_a_keyring_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setattr(keyring, "get_keyring", lambda: of_module(GOOD, released.wait))
    store = KeyringStore(limit_s=0.01, health=lambda: Health.READY)
    with pytest.raises(TokenSourceError, match="did not answer in time"):
        await store.keep("work", TOKEN)
    released.set()


@pytest.mark.parametrize(("platform", "is_usable"), [("linux", False), ("darwin", True)])
async def test_linux_is_probed_and_other_systems_are_not(
    monkeypatch: pytest.MonkeyPatch, platform: str, *, is_usable: bool
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("fntui.tokens.keyring_store.probe", lambda: Health.LOCKED)
    monkeypatch.setattr(keyring, "get_keyring", lambda: of_module("keyring.backends.macOS"))
    assert (await KeyringStore().state()).is_usable is is_usable
