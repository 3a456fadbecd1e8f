"""Everything that works with one account, joined: what the screen holds while it is signed in."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from fntui.clock import Clock
from fntui.core.functions_api import FunctionsApi
from fntui.core.model.events import TokenReplaced
from fntui.core.model.profile import FoundToken, Profile
from fntui.core.operations.journal import Journal
from fntui.core.operations.operations import Operations
from fntui.core.operations.outcome import LastOutcome
from fntui.core.store.store import Store
from fntui.core.watch.poller import Poller
from fntui.core.watch.recorder import Recorder

_PATIENCE_S: Final = 1.0


@dataclass(frozen=True, kw_only=True)
class Session:
    """One signed-in account.

    Attributes:
        profile: Which account, by the user's name for it.
        token_source: Where the API token came from, for the header: "keyring", "env …", "demo" ….
        token_hint: Its last four characters, or ``""``.
        api_url: Origin of the API, such as ``https://api.digitalocean.com``.
        is_demo: The API is the simulated one, in this process.
        is_read_only: Writes are refused before anything is sent.
        account: Tells the accounts of two tokens apart.
        recorder: Keeps what is seen between sessions.
    """

    profile: Profile
    token_source: str
    token_hint: str
    api_url: str
    is_demo: bool
    is_read_only: bool
    account: str
    clock: Clock
    api: FunctionsApi
    store: Store
    operations: Operations
    poller: Poller
    journal: Journal
    recorder: Recorder

    async def start(self) -> None:
        """Begin to watch, and meanwhile recall what earlier sessions saw."""
        self.operations.on_told = self.recorder.found
        self.recorder.begin()
        self.poller.start()
        await self.recorder.begun()

    def server_now(self) -> datetime:
        """Return the server's time, as well as it is known."""
        return self.api.server_now()

    async def renewed(self, found: FoundToken) -> "Session":
        """Go on with another token: what is known, done and under way stays.

        A token that can't be sent is a MalformedToken, and nothing changes.
        """
        self.api.use_token(found.token)
        await self.poller.stop()
        self.store.apply(TokenReplaced(at=self.server_now()))
        self.poller.refresh()
        self.poller.start()
        return replace(self, token_source=found.source, token_hint=found.token.hint())

    async def last_outcomes(self) -> tuple[LastOutcome, ...]:
        """Return how the writes end that are under way when the program ends: wait a second."""
        if not self.operations.writes_under_way:
            return ()
        return await self.operations.last_outcomes(self.clock.sleep(_PATIENCE_S))

    async def aclose(self) -> None:
        """Stop watching and close the connections."""
        await self.poller.stop()
        await self.recorder.stop()
        await self.api.aclose()
