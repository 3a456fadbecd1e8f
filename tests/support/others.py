"""Someone else with the same account, who changes it beside fntui."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from fntui.simulator.account.account import Account
from fntui.simulator.account.objects import SimulatedNamespace, SimulatedTrigger
from fntui.simulator.checks import Details, Json, TriggerDraft

if TYPE_CHECKING:
    from collections.abc import Callable

CRONS: Final = ("*/5 * * * *", "0 * * * *", "7 3 * * 1")
_BODIES: Final[tuple[Json | None, ...]] = ({}, {"a": 1}, None)


class Others:
    """Changes the account directly: no request of theirs is in the server's log.

    Attributes:
        deeds: What they can do, by its name: each takes a number and a name, which decide of what
            it is done. Where there is nothing to do it with, nothing is done.
    """

    def __init__(self, account: Account) -> None:
        """Change ``account``."""
        self._account = account
        self.deeds: dict[str, Callable[[int, str], None]] = {
            "add namespace": self._add_namespace,
            "delete namespace": self._delete_namespace,
            "add trigger": self._add_trigger,
            "switch trigger": self._switch_trigger,
            "edit trigger": self._edit_trigger,
            "delete trigger": self._delete_trigger,
            "add key": self._add_key,
            "rename key": self._rename_key,
            "delete key": self._delete_key,
        }

    def _namespace(self, number: int) -> SimulatedNamespace | None:
        self._account.catch_up()
        spaces = [s for s in self._account.namespaces.values() if s.namespace_id.startswith("fn-")]
        return spaces[number % len(spaces)] if spaces else None

    def _trigger(self, number: int) -> tuple[SimulatedNamespace, SimulatedTrigger] | None:
        space = self._namespace(number)
        triggers = list(space.triggers.values()) if space else []
        return (space, triggers[number % len(triggers)]) if space and triggers else None

    def _add_namespace(self, _: int, name: str) -> None:
        spaces = self._account.namespaces
        if len(spaces) < self._account.limits.namespaces and all(
            space.label != name for space in spaces.values()
        ):
            self._account.add_namespace(name, "nyc1")

    def _delete_namespace(self, number: int, _: str) -> None:
        if space := self._namespace(number):
            del self._account.namespaces[space.namespace_id]

    def _add_trigger(self, number: int, name: str) -> None:
        space = self._namespace(number)
        if space and name not in space.triggers:
            details = Details(CRONS[number % len(CRONS)], _BODIES[number % len(_BODIES)])
            draft = TriggerDraft(name, "a/b", is_enabled=number % 2 == 0, details=details)
            self._account.add_trigger(space, draft)

    def _switch_trigger(self, number: int, _: str) -> None:
        if found := self._trigger(number):
            self._touch(found[1], is_enabled=not found[1].is_enabled)

    def _edit_trigger(self, number: int, _: str) -> None:
        if found := self._trigger(number):
            trigger = found[1]
            trigger.firing.cron = CRONS[number % len(CRONS)]
            trigger.body = {"version": number}
            self._touch(trigger, is_enabled=trigger.is_enabled)

    def _touch(self, trigger: SimulatedTrigger, *, is_enabled: bool) -> None:
        trigger.is_enabled, trigger.updated_at = is_enabled, self._account.now()
        trigger.firing.restart(self._account.clock.now(), is_enabled=is_enabled)

    def _delete_trigger(self, number: int, _: str) -> None:
        if found := self._trigger(number):
            del found[0].triggers[found[1].name]

    def _add_key(self, number: int, name: str) -> None:
        if space := self._namespace(number):
            lifetimes = (None, timedelta(hours=1), timedelta(days=1))
            self._account.add_key(space, name, lifetimes[number % len(lifetimes)])

    def _rename_key(self, number: int, name: str) -> None:
        space = self._namespace(number)
        keys = list(space.keys.values()) if space else []
        if keys:
            key = keys[number % len(keys)]
            key.name, key.updated_at = name, self._account.now()

    def _delete_key(self, number: int, _: str) -> None:
        space = self._namespace(number)
        if space and space.keys:
            del space.keys[list(space.keys)[number % len(space.keys)]]
