"""The operating system's keyring: asked whether it works first, then with a limit on every call.

Plug-ins of the keyring package may keep secrets in a plain file or prompt on the terminal, so only
backends of the operating systems' own keyrings are used. Its calls know no time limit and block
while a prompt waits somewhere; see ``run_limited``.
"""

import sys
from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar

from fntui.api.secret import Secret
from fntui.core.accounts import KeyringState
from fntui.threads import run_limited
from fntui.tokens.errors import TokenSourceError
from fntui.tokens.keyring_probe import Health, probe

_T = TypeVar("_T")

SERVICE: Final = "fntui"
KEY_SERVICE: Final = "fntui access key"
LIMIT_S: Final = 3.0
TRUSTED: Final = {
    "keyring.backends.SecretService": "Secret Service",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "macOS Keychain",
    "keyring.backends.Windows": "Windows Credential Locker",
}

_LOCKED: Final = "The keyring is locked: unlock it, such as by logging in on the desktop."
_NOT_CREATED: Final = (
    "There is no default keyring yet, and none can be created here: that takes a desktop's prompt."
)
_HUNG: Final = "The keyring does not answer: it may have to be started anew."
_WAITING: Final = "The keyring did not answer in time: it may be waiting for you on the desktop."
_DISMISSED: Final = "The keyring's prompt was dismissed: nothing was done."
_MAY_YET: Final = "Once it answers, it may still do what it was asked."
_NO_SERVICE: Final = "There is no keyring service here, as is usual over plain ssh."
_SENTENCES: Final = {
    Health.NO_BUS: _NO_SERVICE,
    Health.NOT_RUNNING: "No keyring is running: start one, such as GNOME Keyring or KeePassXC.",
    Health.NO_COLLECTION: _NOT_CREATED,
    Health.LOCKED: _LOCKED,
    Health.HUNG: _HUNG,
}
# By name, since the packages behind keyring differ from system to system.
_BY_ERROR: Final = {
    "NoKeyringError": _NO_SERVICE,
    "KeyringLocked": _LOCKED,
    "LockedException": _LOCKED,
    "InitError": _NOT_CREATED,
    "PromptDismissedException": _DISMISSED,
}


class Backend(Protocol):
    """What is asked of a backend of the keyring package."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """Return what is kept, or None."""
        ...

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Keep it, in place of what was."""
        ...

    def delete_password(self, service: str, username: str, /) -> None:
        """Delete it."""
        ...


class KeyringStore:
    """Tokens in the operating system's keyring, one a profile.

    Reading, keeping and forgetting fail with a TokenSourceError where the keyring can't be used.
    """

    def __init__(
        self,
        *,
        limit_s: float = LIMIT_S,
        health: Callable[[], Health] | None = None,
    ) -> None:
        """Ask for nothing yet.

        Args:
            limit_s: Seconds that one call may take.
            health: Tells how the service is before it is used; None: this system's own probe.
        """
        self._limit_s = limit_s
        self._health = health or (probe if sys.platform == "linux" else lambda: Health.READY)

    async def state(self) -> KeyringState:
        """Say whether a token can be kept now, without a prompt."""
        try:
            name = await self._limited(lambda: TRUSTED[type(self._backend()).__module__])
        except TokenSourceError as failed:
            return KeyringState(is_usable=False, sentence=failed.sentence)
        return KeyringState(is_usable=True, sentence=f"The keyring is ready ({name}).")

    async def read(self, profile: str) -> Secret | None:
        """Return the profile's token; None: none is kept."""
        return await self._limited(lambda: _read(self._backend(), profile))

    async def keep(self, name: str, secret: Secret, service: str = SERVICE) -> None:
        """Keep a profile's token, or with KEY_SERVICE an access key, in place of the one before."""
        await self._limited(
            lambda: self._backend().set_password(service, name, secret.reveal()), late=_MAY_YET
        )

    async def forget(self, profile: str) -> bool:
        """Delete the profile's token; return whether there was one."""
        return await self._limited(lambda: _forget(self._backend(), profile), late=_MAY_YET)

    async def _limited(self, call: Callable[[], _T], *, late: str = "") -> _T:
        """Return what ``call`` returns; ``late`` says what may yet come of one that takes too long.

        Raises:
            TokenSourceError: If it fails or takes too long.
        """
        try:
            return await run_limited(call, self._limit_s)
        except TokenSourceError:
            raise
        except TimeoutError:
            sentence = f"{_WAITING} {late}".strip()
        except Exception as error:  # noqa: BLE001 - backends' errors share no base class, and their messages may quote the token
            name = type(error).__name__
            sentence = _BY_ERROR.get(name, f"The keyring failed ({name}).")
        raise TokenSourceError(sentence)

    def _backend(self) -> Backend:
        """Return the backend to use; called in the thread, as the import alone takes 100 ms.

        Raises:
            TokenSourceError: If the service is not fit, or no backend is to be trusted.
        """
        health = self._health()
        if health is not Health.READY:
            raise TokenSourceError(_SENTENCES[health])
        import keyring  # noqa: PLC0415 - late: it loads every plug-in there is

        chosen: Any = keyring.get_keyring()
        candidates: list[Backend] = getattr(chosen, "backends", [chosen])  # of a chain of them
        trusted = [backend for backend in candidates if type(backend).__module__ in TRUSTED]
        if trusted:
            return trusted[0]
        raise TokenSourceError(_refusal(type(chosen).__module__))


def _refusal(module: str) -> str:
    if module == "keyring.backends.fail":
        return _NO_SERVICE
    return f"The only keyring here is {module}, which fntui does not trust with a token."


def _read(backend: Backend, profile: str) -> Secret | None:
    # Hidden before it leaves the thread: asyncio's debug log shows what goes from one to another.
    found = backend.get_password(SERVICE, profile)
    return Secret(found) if found else None


def _forget(backend: Backend, profile: str) -> bool:
    if backend.get_password(SERVICE, profile) is None:
        return False
    backend.delete_password(SERVICE, profile)
    return True
