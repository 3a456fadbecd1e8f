"""The profiles of config.toml, with tokens from wherever they are kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from typing_extensions import override

from fntui.accounts.loading import session_parts
from fntui.api.paths import check_base_url
from fntui.api.secret import Secret
from fntui.clock import Clock
from fntui.config import Config, ConfigError, add_profile
from fntui.core.accounts import Accounts, KeyringState
from fntui.core.model.problem import Problem
from fntui.core.model.profile import FoundToken, Profile
from fntui.threads import Ahead
from fntui.tokens import doctl, forms, sources
from fntui.tokens.errors import TokenSourceError
from fntui.tokens.keyring_store import KEY_SERVICE, KeyringStore
from fntui.tokens.sources import Search

if TYPE_CHECKING:
    from fntui.accounts.sessions import OnCall
    from fntui.api.client import FunctionsClient
    from fntui.core.session import Session
    from fntui.core.store.last_session import LastSeen

API_URL: Final = "https://api.digitalocean.com"

_LONGEST_NAME: Final = 120  # of a file; systems take 255, and the history adds to it


@dataclass(frozen=True, kw_only=True)
class Start:
    """How fntui was started, as far as accounts go.

    Attributes:
        profile: Name of the profile to start with.
        api_url: For all profiles, from the command line or the environment; ``""``: as configured.
        outside: What the token file or the environment gave; None: neither was there. It is for the
            profile to start with alone: no other may act with its token.
        is_read_only: Nothing may be written.
        may_write: Protected profiles may be written to.
        log: Told of every request.
    """

    profile: str
    api_url: str = ""
    outside: Search | None = None
    is_read_only: bool = False
    may_write: bool = False
    log: "OnCall | None" = None


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where files of the user's are.

    Attributes:
        config: The file config.toml.
        doctl: The file of doctl's configuration; it is only read.
        state: The folder for what is kept between sessions.
    """

    config: Path
    doctl: Path
    state: Path


class ConfiguredAccounts(Accounts):
    """The profiles of config.toml, with tokens from wherever they are kept."""

    def __init__(
        self,
        start: Start,
        *,
        config: Config,
        places: Places,
        keyring: KeyringStore,
        clock: Clock,
    ) -> None:
        """Look nowhere yet."""
        self._start = start
        self._config = config
        self._places = places
        self._keyring = keyring
        self._clock = clock
        self._notes: dict[str, tuple[str, ...]] = {}
        self._loading = session_parts(self.api_url(start.profile))

    @property
    @override
    def profiles(self) -> tuple[Profile, ...]:
        return self._config.listed()

    def api_url(self, profile: str) -> str:
        """Return the origin of the API that the profile's token is sent to."""
        return check_base_url(self._start.api_url or self._config.entry(profile).api_url or API_URL)

    @override
    def last_seen(self, profile: str) -> "Ahead[LastSeen | None]":
        place = self._history_place(profile)

        def read() -> "LastSeen | None":
            from fntui.history import last_seen  # noqa: PLC0415 - it loads SQLite

            return last_seen(place)

        return Ahead(read)

    def _history_place(self, profile: str) -> Path:
        return self._places.state / "history" / history_name(profile, self.api_url(profile))

    @override
    def begin_loading(self) -> None:
        self._loading.begin()

    @override
    async def loaded(self) -> None:
        await self._loading.end()

    @override
    async def find_token(self, profile: str) -> FoundToken | None:
        search = await self._search(profile)
        self._notes[profile] = search.notes
        return search.found

    async def _search(self, profile: str) -> Search:
        if profile == self._start.profile and self._start.outside is not None:
            return self._start.outside
        if command := self._config.entry(profile).command:
            return await sources.from_command(command)
        return await sources.from_keyring(self._keyring, profile)

    @override
    async def search_notes(self, profile: str) -> tuple[str, ...]:
        return self._notes.get(profile, ())

    @override
    async def keyring_state(self) -> KeyringState:
        return await self._keyring.state()

    @override
    async def keep_token(self, profile: str, token: Secret) -> str:
        """Keep the token in the keyring, and the profile in config.toml if it is a new one."""
        try:
            await self._keyring.keep(profile, token)
        except TokenSourceError as error:
            return error.sentence
        try:
            self._config = add_profile(self._places.config, profile)
        except ConfigError as error:
            return f"The token is in the keyring, but the profile could not be added: {error}"
        return ""

    @override
    async def keep_secret(self, name: str, secret: Secret) -> str:
        try:
            await self._keyring.keep(name, secret, KEY_SERVICE)
        except TokenSourceError as error:
            return error.sentence
        return ""

    async def forget_token(self, profile: str) -> bool:
        """Delete the profile's token from the keyring; return whether there was one.

        Fails with a TokenSourceError where the keyring can't be used.
        """
        return await self._keyring.forget(profile)

    @override
    async def doctl_contexts(self) -> tuple[str, ...]:
        return tuple(doctl.contexts(self._places.doctl))

    @override
    async def doctl_token(self, context: str) -> Secret | None:
        return doctl.contexts(self._places.doctl).get(context)

    @override
    async def check_token(self, token: Secret, profile: str = "") -> Problem | None:
        from fntui.accounts import sessions  # noqa: PLC0415 - not before the first paint

        client = self._client(profile or self._start.profile, token, self._start.log)
        return await sessions.check(client)

    @override
    def check_form(self, text: str) -> tuple[Secret | None, str]:
        return forms.check_form(text)

    @override
    def connect(self, profile: str, token: FoundToken, on_call: "OnCall") -> "Session":
        from fntui.accounts import sessions  # noqa: PLC0415 - not before the first paint
        from fntui.history import open_history  # noqa: PLC0415 - neither: it loads SQLite

        known, api_url = self._config.profile(profile), self.api_url(profile)
        is_locked = known.is_protected and not self._start.may_write
        place, account = self._history_place(profile), account_mark(token.token)
        return sessions.session_on(
            self._client(profile, token.token, sessions.both(self._start.log, on_call)),
            self._clock,
            open_history(place, account, self._clock),
            profile=known,
            found=token,
            api_url=api_url,
            is_read_only=self._start.is_read_only or is_locked,
            account=account,
        )

    def _client(self, profile: str, token: Secret, on_call: "OnCall | None") -> "FunctionsClient":
        from fntui.accounts import sessions  # noqa: PLC0415 - not before the first paint

        return sessions.client_for(token, self.api_url(profile), self._clock, on_call)


def history_name(profile: str, api_url: str) -> str:
    """Return the name of the file that the history of a profile is kept in."""
    name = profile if api_url == API_URL else f"{profile} {api_url}"
    quoted = quote(name, safe=" ")
    return f"{quoted if len(quoted) <= _LONGEST_NAME else _digest(name)}.db"


def account_mark(token: Secret) -> str:
    """Return what tells the accounts of two tokens apart, and nothing of the token itself."""
    return _digest(token.reveal())


def _digest(text: str) -> str:
    import hashlib  # noqa: PLC0415 - not before the first paint

    return hashlib.blake2b(text.encode(), digest_size=8, person=b"fntui").hexdigest()
