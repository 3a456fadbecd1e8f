"""Namespaces, triggers and access keys as the simulated server keeps and shows them."""

from dataclasses import dataclass, field
from datetime import datetime

from fntui.simulator.account.firing import Firing
from fntui.simulator.checks import Json


@dataclass(kw_only=True, slots=True)
class SimulatedTrigger:
    """A trigger; its cron and its times live in ``firing``."""

    name: str
    function: str
    body: Json | None
    is_enabled: bool
    created_at: datetime
    updated_at: datetime
    firing: Firing

    def shown(self, namespace_id: str, *, is_bare: bool = False) -> Json:
        """Return it as an answer shows it; bare: as the reference's example of a list does."""
        answer: Json = {
            "namespace": namespace_id,
            "name": self.name,
            "function": self.function,
            "type": "SCHEDULED",
            "is_enabled": self.is_enabled,
            "created_at": seconds(self.created_at),
            "updated_at": seconds(self.updated_at),
        }
        if not is_bare:
            answer["scheduled_details"] = {"cron": self.firing.cron, "body": self.body}
            answer["scheduled_runs"] = {
                "last_run_at": nanoseconds(self.firing.last_run_at),
                "next_run_at": seconds(self.firing.next_run_at),
            }
        return answer


@dataclass(kw_only=True, slots=True)
class SimulatedKey:
    """An access key; its secret is told once and not kept."""

    key_id: str
    name: str
    expires_at: datetime | None
    created_at: datetime
    updated_at: datetime

    def shown(self) -> Json:
        """Return it as an answer shows it."""
        return {
            "id": self.key_id,
            "name": self.name,
            "expires_at": seconds(self.expires_at),
            "created_at": seconds(self.created_at),
            "updated_at": seconds(self.updated_at),
        }


@dataclass(kw_only=True, slots=True)
class SimulatedNamespace:
    """A namespace with all that is in it, in the order in which it was made."""

    namespace_id: str
    uuid: str
    label: str
    region: str
    api_host: str
    legacy_key: str = field(repr=False)
    created_at: datetime
    triggers: dict[str, SimulatedTrigger] = field(default_factory=dict[str, SimulatedTrigger])
    keys: dict[str, SimulatedKey] = field(default_factory=dict[str, SimulatedKey])

    def shown(self) -> Json:
        """Return it as an answer shows it, legacy key included, as the reference's lists do."""
        return {
            "api_host": self.api_host,
            "created_at": seconds(self.created_at),
            "key": self.legacy_key,
            "label": self.label,
            "namespace": self.namespace_id,
            "region": self.region,
            "updated_at": seconds(self.created_at),
            "uuid": self.uuid,
        }


def seconds(moment: datetime | None) -> str | None:
    """Return a time of an answer, to the second."""
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def nanoseconds(moment: datetime | None) -> str | None:
    """Return a time of an answer with nine fractional digits, as a server in Go writes it."""
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S.%f}000Z"
