"""The demo: one profile over the simulated account."""

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from fntui.accounts.loading import session_parts
from fntui.api.secret import Secret
from fntui.clock import Clock
from fntui.core.accounts import Accounts, KeyringState
from fntui.core.model.problem import Problem
from fntui.core.model.profile import FoundToken, Profile
from fntui.core.model.snapshot import Record, Run, TriggerKey
from fntui.threads import Ahead
from fntui.tokens import forms

if TYPE_CHECKING:
    from fntui.accounts.sessions import OnCall
    from fntui.api.client import FunctionsClient
    from fntui.api.wire import Transport
    from fntui.core.session import Session
    from fntui.core.store.last_session import LastSeen
    from fntui.core.watch.history_port import Batch
    from fntui.simulator.account.account import Account

DEMO_URL: Final = "https://demo.invalid"
"""A host that can't exist: should the demo ever come to speak to a network, nobody listens."""

_SEEN_AFTER: Final = timedelta(seconds=2)
_DEMO_KEEPS_NOTHING: Final = "The demo keeps nothing."


class DemoAccounts(Accounts):
    """One profile over the simulated account, in this process: no network, no keyring, no files."""

    def __init__(
        self, clock: Clock, *, is_read_only: bool = False, log: "OnCall | None" = None
    ) -> None:
        """Simulate nothing yet."""
        self._log = log
        self._clock = clock
        self._is_read_only = is_read_only
        self._profile = Profile(name="demo")
        self._loading = session_parts(DEMO_URL, self._simulate)

    @property
    @override
    def profiles(self) -> tuple[Profile, ...]:
        return (self._profile,)

    @override
    def last_seen(self, profile: str) -> "Ahead[LastSeen | None]":
        return Ahead(lambda: None)

    @override
    def begin_loading(self) -> None:
        self._loading.begin()

    @override
    async def loaded(self) -> None:
        await self._loading.end()

    @override
    async def find_token(self, profile: str) -> FoundToken | None:
        await self.loaded()
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
        from fntui.accounts import sessions  # noqa: PLC0415 - not before the first paint

        return await sessions.check(self._client(token, self._log))

    @override
    def check_form(self, text: str) -> tuple[Secret | None, str]:
        return forms.check_form(text)

    @override
    def connect(self, profile: str, token: FoundToken, on_call: "OnCall") -> "Session":
        from fntui.accounts import sessions  # noqa: PLC0415 - as for the real accounts
        from fntui.history import memory_history  # noqa: PLC0415 - as for the real accounts

        return sessions.session_on(
            self._client(token.token, sessions.both(self._log, on_call)),
            self._clock,
            memory_history("demo", self._clock, earlier=self._past),
            profile=self._profile,
            found=token,
            api_url=DEMO_URL,
            account="demo",
            is_demo=True,
            is_read_only=self._is_read_only,
        )

    def _client(self, token: Secret, on_call: "OnCall | None") -> "FunctionsClient":
        from fntui.accounts import sessions  # noqa: PLC0415 - not before the first paint

        return sessions.client_for(token, DEMO_URL, self._clock, on_call, self._transport)

    @cached_property
    def _past(self) -> "Batch":
        """Return what an earlier session of the demo would have kept."""
        from fntui.core.watch.batches import together  # noqa: PLC0415 - not before the first paint
        from fntui.core.watch.history_port import Batch  # noqa: PLC0415 - not before the first paint
        from fntui.simulator.observed import observed  # noqa: PLC0415 - the demo alone needs it

        seen: dict[TriggerKey, Record] = {}
        for namespace_id, name, slot_at, started_at in observed(self._account):
            key = TriggerKey(namespace_id, name)
            one = Record(missed=(slot_at,))
            if started_at is not None:
                seen_at = started_at + _SEEN_AFTER
                run = Run(started_at=started_at, slot_at=slot_at, seen_at=seen_at)
                one = Record(runs=(run,))
            seen[key] = together(seen.get(key, Record()), one)
        return Batch(records=seen)

    def _simulate(self) -> None:
        """Build the account and its past, as their first use would."""
        _ = self._transport, self._past

    @cached_property
    def _account(self) -> "Account":
        from fntui.simulator.account.seed import demo_account  # noqa: PLC0415 - the demo alone needs it

        return demo_account(self._clock)

    @cached_property
    def _transport(self) -> "Transport":
        """One simulated account for all connections: signing in again finds it as it was left."""
        from fntui.api.wire import transport_to  # noqa: PLC0415 - loads httpx
        from fntui.simulator.app import SimulatedApi  # noqa: PLC0415 - the demo alone needs it

        return transport_to(SimulatedApi(self._account))
