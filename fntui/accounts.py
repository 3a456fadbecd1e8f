"""Profiles, tokens and connections, joined: the real ones, and those of the demo."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from fntui.api.calls import Call
from fntui.api.errors import ApiError, MissingScope
from fntui.api.paths import check_base_url
from fntui.api.secret import Secret
from fntui.clock import Clock
from fntui.config import Config, ConfigError, add_profile
from fntui.core.journal import Journal
from fntui.core.operations import Operations
from fntui.core.planner import Planner
from fntui.core.poller import Poller
from fntui.core.ports import Accounts, FoundToken, KeyringState, Profile
from fntui.core.problems import Problem, explain
from fntui.core.session import Session
from fntui.core.store import Store
from fntui.tokens import doctl, forms, sources
from fntui.tokens.errors import TokenSourceError
from fntui.tokens.keyring_store import KEY_SERVICE, KeyringStore
from fntui.tokens.sources import Search

if TYPE_CHECKING:
    import httpx

    from fntui.api.client import FunctionsClient

OnCall = Callable[[Call], None]

API_URL: Final = "https://api.digitalocean.com"
DEMO_URL: Final = "https://demo.invalid"
"""A host that can't exist: should the demo ever come to speak to a network, nobody listens."""

_DEMO_KEEPS_NOTHING: Final = "The demo keeps nothing."


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
    log: OnCall | None = None


class ConfiguredAccounts(Accounts):
    """The profiles of config.toml, with tokens from wherever they are kept."""

    def __init__(
        self,
        start: Start,
        *,
        config: Config,
        config_path: Path,
        doctl_path: Path,
        keyring: KeyringStore,
        clock: Clock,
    ) -> None:
        """Look nowhere yet."""
        self._start = start
        self._config = config
        self._config_path = config_path
        self._doctl_path = doctl_path
        self._keyring = keyring
        self._clock = clock
        self._notes: dict[str, tuple[str, ...]] = {}

    @property
    @override
    def profiles(self) -> tuple[Profile, ...]:
        return self._config.listed()

    def api_url(self, profile: str) -> str:
        """Return the origin of the API that the profile's token is sent to."""
        return check_base_url(self._start.api_url or self._config.entry(profile).api_url or API_URL)

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
            self._config = add_profile(self._config_path, profile)
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
        return tuple(doctl.contexts(self._doctl_path))

    @override
    async def doctl_token(self, context: str) -> Secret | None:
        return doctl.contexts(self._doctl_path).get(context)

    @override
    async def check_token(self, token: Secret, profile: str = "") -> Problem | None:
        return await _check(self._client(profile or self._start.profile, token, self._start.log))

    @override
    def check_form(self, text: str) -> tuple[Secret | None, str]:
        return forms.check_form(text)

    @override
    def connect(self, profile: str, token: FoundToken, on_call: OnCall) -> Session:
        known = self._config.profile(profile)
        is_locked = known.is_protected and not self._start.may_write
        return _session(
            self._client(profile, token.token, _both(self._start.log, on_call)),
            self._clock,
            profile=known,
            found=token,
            api_url=self.api_url(profile),
            is_read_only=self._start.is_read_only or is_locked,
        )

    def _client(self, profile: str, token: Secret, on_call: OnCall | None) -> "FunctionsClient":
        return _client(token, self.api_url(profile), self._clock, on_call)


class DemoAccounts(Accounts):
    """One profile over the simulated account, in this process: no network, no keyring, no files."""

    def __init__(
        self, clock: Clock, *, is_read_only: bool = False, log: OnCall | None = None
    ) -> None:
        """Simulate nothing yet."""
        self._log = log
        self._clock = clock
        self._is_read_only = is_read_only
        self._profile = Profile(name="demo")

    @property
    @override
    def profiles(self) -> tuple[Profile, ...]:
        return (self._profile,)

    @override
    async def find_token(self, profile: str) -> FoundToken | None:
        from fntui.simulator.app import DEMO_TOKEN  # noqa: PLC0415 - the demo alone needs it

        return FoundToken(token=Secret(DEMO_TOKEN), source="demo")

    @override
    async def search_notes(self, profile: str) -> tuple[str, ...]:
        return ()

    @override
    async def keyring_state(self) -> KeyringState:
        return KeyringState(is_usable=False, sentence=_DEMO_KEEPS_NOTHING)

    @override
    async def keep_token(self, profile: str, token: Secret) -> str:
        return _DEMO_KEEPS_NOTHING

    @override
    async def keep_secret(self, name: str, secret: Secret) -> str:
        return _DEMO_KEEPS_NOTHING

    @override
    async def doctl_contexts(self) -> tuple[str, ...]:
        return ()

    @override
    async def doctl_token(self, context: str) -> Secret | None:
        return None

    @override
    async def check_token(self, token: Secret, profile: str = "") -> Problem | None:
        return await _check(self._client(token, self._log))

    @override
    def check_form(self, text: str) -> tuple[Secret | None, str]:
        return forms.check_form(text)

    @override
    def connect(self, profile: str, token: FoundToken, on_call: OnCall) -> Session:
        return _session(
            self._client(token.token, _both(self._log, on_call)),
            self._clock,
            profile=self._profile,
            found=token,
            api_url=DEMO_URL,
            is_demo=True,
            is_read_only=self._is_read_only,
        )

    def _client(self, token: Secret, on_call: OnCall | None) -> "FunctionsClient":
        return _client(token, DEMO_URL, self._clock, on_call, self._transport)

    @cached_property
    def _transport(self) -> "httpx.AsyncBaseTransport":
        """One simulated account for all connections: signing in again finds it as it was left."""
        import httpx  # noqa: PLC0415 - slow to import

        from fntui.simulator.app import SimulatedApi  # noqa: PLC0415 - the demo alone needs it
        from fntui.simulator.seed import demo_account  # noqa: PLC0415 - the demo alone needs it

        return httpx.ASGITransport(SimulatedApi(demo_account(self._clock)))


def _client(
    token: Secret,
    base_url: str,
    clock: Clock,
    on_call: OnCall | None,
    transport: "httpx.AsyncBaseTransport | None" = None,
) -> "FunctionsClient":
    from fntui.api.client import FunctionsClient  # noqa: PLC0415

    return FunctionsClient(
        token, base_url=base_url, clock=clock, transport=transport, on_call=on_call
    )


async def _check(client: "FunctionsClient") -> Problem | None:
    async with client:
        try:
            await client.list_namespaces()
        except MissingScope:
            return None  # known to the API, though it may not list namespaces
        except ApiError as error:
            return explain(error, "check the token", client.server_now())
    return None


def _session(  # noqa: PLR0913 - what a session consists of
    client: "FunctionsClient",
    clock: Clock,
    *,
    profile: Profile,
    found: FoundToken,
    api_url: str,
    is_read_only: bool,
    is_demo: bool = False,
) -> Session:
    store, journal = Store(), Journal()
    operations = Operations(client, store, journal, is_read_only=is_read_only)
    return Session(
        profile=profile,
        token_source=found.source,
        token_hint=found.token.hint(),
        api_url=api_url,
        is_demo=is_demo,
        is_read_only=is_read_only,
        clock=clock,
        api=client,
        store=store,
        operations=operations,
        poller=Poller(operations, store, Planner(clock.monotonic()), clock),
        journal=journal,
    )


def _both(one: OnCall | None, other: OnCall) -> OnCall:
    """Return what tells both."""
    if one is None:
        return other

    def tell(call: Call) -> None:
        one(call)
        other(call)

    return tell
