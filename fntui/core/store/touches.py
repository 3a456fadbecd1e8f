"""What is known of single objects better than the next list may show it."""

from datetime import datetime, timedelta
from typing import Final

from fntui.core.model.events import (
    AccessKeyGone,
    AccessKeyRead,
    Fact,
    NamespaceGone,
    NamespaceRead,
    TriggerGone,
    TriggerRead,
)
from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, TriggerKey
from fntui.core.store.contradiction import Object, Written, contradicts

ObjectKey = NamespaceKey | TriggerKey | AccessKeyKey

_KEPT: Final = timedelta(hours=1)  # no answer is under way for longer
_LAGGING: Final = timedelta(seconds=60)  # for so long reads may not show a write of ours


def is_before(at: datetime, known: datetime) -> bool:
    """Return True for an answer asked for earlier than what is known.

    Earlier by more than an hour is no such answer: the server's clock was set, or a wrong ``Date``
    had come before, and what was known then must not stay for ever.
    """
    return timedelta() < known - at < _KEPT


def object_of(fact: Fact) -> ObjectKey | None:
    """Return which object a fact is about, by itself; None: none, or several."""
    key: ObjectKey | None = None
    match fact:
        case NamespaceRead():
            key = NamespaceKey(fact.namespace.namespace_id)
        case NamespaceGone():
            key = NamespaceKey(fact.namespace_id)
        case TriggerRead():
            key = TriggerKey(fact.namespace_id, fact.trigger.name)
        case TriggerGone():
            key = TriggerKey(fact.namespace_id, fact.name)
        case AccessKeyRead():
            key = AccessKeyKey(fact.namespace_id, fact.access_key.key_id)
        case AccessKeyGone():
            key = AccessKeyKey(fact.namespace_id, fact.key_id)
        case _:
            pass
    return key


def place_of(key: ObjectKey) -> tuple[str, str]:
    """Return namespace and target of an object, as a Changed names them."""
    match key:
        case NamespaceKey():
            return key.namespace_id, ""
        case TriggerKey():
            return key.namespace_id, key.name
        case _:
            return key.namespace_id, key.key_id


class Touches:
    """When each object was last read, changed or deleted by itself, not as part of a list.

    A list asked for before that moment knows less of the object than we do. After a write of ours,
    reads may for a while show the object as it was before.
    """

    def __init__(self) -> None:
        """Nothing was touched yet."""
        self._at: dict[ObjectKey, datetime] = {}
        self._written: dict[ObjectKey, Written] = {}

    def mark(self, key: ObjectKey, at: datetime) -> None:
        """Remember that ``key`` was touched; what was long ago is forgotten."""
        kept = {other: then for other, then in self._at.items() if _is_kept(then, at)}
        self._at = kept | {key: at}

    def write(self, key: ObjectKey, written: Written) -> None:
        """Remember that a write of ours to ``key`` was carried out."""
        kept = {
            other: each for other, each in self._written.items() if _is_kept(each.at, written.at)
        }
        self._written = kept | {key: written}

    def forget_write(self, key: ObjectKey) -> None:
        """Believe the next answer about ``key``: it is the one to another write of ours."""
        self._written.pop(key, None)

    def forget_writes_at(self, place: tuple[str, str]) -> None:
        """Believe the next answer about the object of this namespace and target."""
        kept = {key: each for key, each in self._written.items() if place_of(key) != place}
        self._written = kept

    def knows_better(
        self, key: ObjectKey, at: datetime, shown: Object | None, known: Object | None
    ) -> bool:
        """Return True where more is known of an object than an answer shows.

        Args:
            key: Which object.
            at: Server time at which the answer was asked for.
            shown: What it shows; None: that there is no such object.
            known: What is known; None: that it was deleted, or nothing.
        """
        if key in self._at and is_before(at, self._at[key]):
            return True
        written = self._written.get(key)
        return (
            written is not None
            and abs(at - written.at) < _LAGGING
            and contradicts(shown, known, written)
        )

    def set_back(self, at: datetime) -> None:
        """Know nothing to be later than ``at``."""
        self._at = {key: min(then, at) for key, then in self._at.items()}
        self._written = {
            key: each._replace(at=min(each.at, at)) for key, each in self._written.items()
        }


def _is_kept(then: datetime, at: datetime) -> bool:
    return abs(at - then) < _KEPT
