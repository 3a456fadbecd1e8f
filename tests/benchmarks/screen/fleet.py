"""fntui on an account as large as one likes, without a server: ``python -m … NAMESPACES TRIGGERS``.

The answers are made when they are asked for and kept nowhere, so that the process holds what fntui
holds. Read as the API's limit allows, a large account takes an hour; here all is adopted at the
start, as from another fntui of the same profile.
"""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from typing import Any, Final

import httpx
from typing_extensions import override

from fntui.accounts import DemoAccounts
from fntui.api import decode
from fntui.api.calls import Call
from fntui.cli import running
from fntui.cli.arguments import Arguments
from fntui.clock import SystemClock
from fntui.config import Config
from fntui.core.model.events import AccessKeysRead, Fact, NamespacesRead, TriggersRead
from fntui.core.model.profile import FoundToken
from fntui.core.session import Session
from fntui.core.watch.history_port import Batch
from fntui.core.watch.targets import Kind, Unit
from fntui.simulator.cron import latest_slots, next_slot

_CRONS: Final = (
    *("* * * * *", "*/5 * * * *", "*/15 * * * *", "0 * * * *", "20 */6 * * *"),
    *("30 2 * * *", "45 7 * * MON-FRI", "0 6 * * SUN", "0 4 1 * *", "0 3 1 1 *"),
)
_REGIONS: Final = ("ams3", "fra1", "lon1", "nyc1", "sfo3", "sgp1")
_KEYS: Final = 2
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


class Fleet:
    """The answers of an API, made when they are asked for."""

    def __init__(self, namespaces: int, triggers: int) -> None:
        """Have so many namespaces, each with so many triggers."""
        self.namespace_ids = [f"fn-{number:08x}-0000-4000" for number in range(namespaces)]
        self._triggers = triggers

    def namespaces(self) -> bytes:
        """Answer "list namespaces"."""
        shown = [
            {
                "namespace": namespace_id,
                "label": f"namespace-{number:04}",
                "region": _REGIONS[number % len(_REGIONS)],
                "api_host": "https://faas.invalid",
            }
            for number, namespace_id in enumerate(self.namespace_ids)
        ]
        return _json(namespaces=shown)

    def triggers(self, namespace_id: str, now: datetime) -> bytes:
        """Answer "list triggers"."""
        shown = [self._trigger(namespace_id, serial, now) for serial in range(self._triggers)]
        return _json(triggers=shown)

    def keys(self, namespace_id: str, now: datetime) -> bytes:
        """Answer "list access keys"."""
        expiry = (now + timedelta(days=30)).strftime(_TIME)
        return _json(
            access_keys=[
                {"id": f"{namespace_id}-{serial}", "name": f"key-{serial}", "expires_at": expiry}
                for serial in range(_KEYS)
            ]
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer whatever is read of lists; nothing else is there."""
        now = datetime.fromtimestamp(SystemClock().now().timestamp(), UTC)
        headers = {"date": format_datetime(now, usegmt=True), "ratelimit-limit": "5000"}
        match request.url.path.split("/")[4:]:
            case []:
                return httpx.Response(200, content=self.namespaces(), headers=headers)
            case [namespace_id, "triggers"]:
                content = self.triggers(namespace_id, now)
                return httpx.Response(200, content=content, headers=headers)
            case [namespace_id, "keys"]:
                content = self.keys(namespace_id, now)
                return httpx.Response(200, content=content, headers=headers)
            case _:
                return httpx.Response(404, headers=headers)

    def facts(self, now: datetime) -> Iterator[Fact]:
        """Yield what another fntui would have read."""
        yield NamespacesRead(at=now, listing=decode.namespaces(self.namespaces()))
        for name in self.namespace_ids:
            triggers = decode.triggers(self.triggers(name, now), name)
            yield TriggersRead(at=now, namespace_id=name, listing=triggers)
            keys = decode.access_keys(self.keys(name, now))
            yield AccessKeysRead(at=now, namespace_id=name, listing=keys)

    def _trigger(self, namespace_id: str, serial: int, now: datetime) -> dict[str, Any]:
        minute = now.replace(second=0, microsecond=0)
        cron = _CRONS[(serial * 7 + int(namespace_id[3:11], 16)) % len(_CRONS)]
        last, following = latest_slots(cron, minute, 1), next_slot(cron, minute)
        return {
            "name": f"trigger-{serial:03}",
            "namespace": namespace_id,
            "function": f"package-{serial % 5}/function-{serial:03}",
            "type": "SCHEDULED",
            "is_enabled": serial % 10 != 0,
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
            "scheduled_details": {"cron": cron, "body": {"name": namespace_id}},
            "scheduled_runs": {
                "last_run_at": (last[0] + timedelta(seconds=2)).strftime(_TIME),
                "next_run_at": following.strftime(_TIME) if following else None,
            },
        }


class FleetAccounts(DemoAccounts):
    """One profile over a fleet."""

    fleet: Fleet

    @override
    def connect(self, profile: str, token: FoundToken, on_call: Callable[[Call], None]) -> Session:
        session = super().connect(profile, token, on_call)
        following, now = session.recorder._following, session.server_now()
        for fact in self.fleet.facts(now):
            session.store.apply(fact)
        session.poller.keep_up(session.store.snapshot)
        for namespace_id in self.fleet.namespace_ids:
            for kind in (Kind.TRIGGERS, Kind.ACCESS_KEYS):
                following._adopted(Unit(kind, namespace_id), Fact(at=now))
        return session

    @cached_property
    @override
    def _transport(self) -> httpx.AsyncBaseTransport:
        return httpx.MockTransport(self.fleet.answer)

    @cached_property
    @override
    def _past(self) -> Batch:
        return Batch()


def _json(**members: object) -> bytes:
    return json.dumps(members).encode()


def main() -> int:
    """Show it; return the exit status."""
    clock = SystemClock()
    accounts = FleetAccounts(clock)
    accounts.fleet = Fleet(*map(int, sys.argv[1:]))
    (profile,) = accounts.profiles
    settings = running._settings(Arguments(demo=True), Config(), profile)
    return running._show(accounts, settings, clock, str)


if __name__ == "__main__":
    sys.exit(main())
