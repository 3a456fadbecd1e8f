"""A client, and a session on it: what all accounts make of a token."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from fntui.api.calls import Call
from fntui.api.errors import ApiError, MissingScope
from fntui.api.secret import Secret
from fntui.clock import Clock
from fntui.core.functions_api import FunctionsApi
from fntui.core.model.problem import Problem, explain
from fntui.core.model.profile import FoundToken, Profile
from fntui.core.operations.journal import Journal
from fntui.core.operations.operations import Operations
from fntui.core.session import Session
from fntui.core.store.store import Store
from fntui.core.watch.follower import Following
from fntui.core.watch.history_port import History
from fntui.core.watch.poller import Poller
from fntui.core.watch.recorder import Recorder
from fntui.core.watch.scheduler import Planner

if TYPE_CHECKING:
    from fntui.api.client import FunctionsClient
    from fntui.api.wire import Transport

OnCall = Callable[[Call], None]
"""Is told of every request once it has ended."""


def client_for(
    token: Secret,
    base_url: str,
    clock: Clock,
    on_call: OnCall | None,
    transport: "Transport | None" = None,
) -> "FunctionsClient":
    """Return a client of the API at ``base_url``, which was checked before."""
    from fntui.api.client import FunctionsClient  # noqa: PLC0415 - loads httpx

    return FunctionsClient(
        token, base_url=base_url, clock=clock, transport=transport, on_call=on_call
    )


async def check(client: "FunctionsClient") -> Problem | None:
    """Return why the API refuses the client's token; None: it takes it. Closes the client."""
    async with client:
        try:
            await client.list_namespaces()
        except MissingScope:
            return None  # known to the API, though it may not list namespaces
        except ApiError as error:
            return explain(error, "check the token", client.server_now())
    return None


def session_on(  # noqa: PLR0913 - what a session consists of
    client: FunctionsApi,
    clock: Clock,
    history: History,
    *,
    profile: Profile,
    found: FoundToken,
    api_url: str,
    is_read_only: bool,
    account: str = "",
    is_demo: bool = False,
) -> Session:
    """Return a session in which nothing was read yet."""
    store, journal = Store(), Journal()
    operations = Operations(client, store, journal, is_read_only=is_read_only)
    poller = Poller(operations, store, Planner(clock.monotonic()), clock)
    return Session(
        profile=profile,
        token_source=found.source,
        token_hint=found.token.hint(),
        api_url=api_url,
        is_demo=is_demo,
        is_read_only=is_read_only,
        account=account,
        clock=clock,
        api=client,
        store=store,
        operations=operations,
        poller=poller,
        journal=journal,
        recorder=Recorder(history, Following(poller, store, operations, clock), clock),
    )


def both(one: OnCall | None, other: OnCall) -> OnCall:
    """Return what tells both."""
    if one is None:
        return other

    def tell(call: Call) -> None:
        one(call)
        other(call)

    return tell
