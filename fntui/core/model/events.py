"""Events: what happened, one frozen value each; the store turns them into snapshots.

``at`` is server time: of a read, the moment at which it was asked for, since the answer can't be
newer than what the server knew then and may be older than its arrival.
"""

from datetime import datetime

from msgspec import Struct

from fntui.api.limits import RateLimit
from fntui.api.models import AccessKey, Listing, Namespace, Trigger
from fntui.core.model.lag import Lag
from fntui.core.model.pace import Pace
from fntui.core.model.problem import Problem
from fntui.core.model.snapshot import AccessKeyKey, Acknowledgement, Activity, Record, TriggerKey


class Fact(Struct, frozen=True, kw_only=True, tag=True):
    """Something that happened at ``at``."""

    at: datetime


class NamespacesRead(Fact, frozen=True, kw_only=True):
    """The list of namespaces was read; what is not in two of them is gone."""

    listing: Listing[Namespace]


class NamespaceRead(Fact, frozen=True, kw_only=True):
    """One namespace was read, or came back from its creation."""

    namespace: Namespace


class NamespaceGone(Fact, frozen=True, kw_only=True):
    """A namespace was deleted by us, or the server answered that there is none."""

    namespace_id: str


class NamespaceNotFound(Fact, frozen=True, kw_only=True):
    """One answer said that there is no such namespace; the list of namespaces decides."""

    namespace_id: str


class TriggersRead(Fact, frozen=True, kw_only=True):
    """The triggers of a namespace were read; what is not in two lists is gone."""

    namespace_id: str
    listing: Listing[Trigger]


class TriggerRead(Fact, frozen=True, kw_only=True):
    """One trigger was read, or came back from its creation or change."""

    namespace_id: str
    trigger: Trigger


class TriggerGone(Fact, frozen=True, kw_only=True):
    """A trigger was deleted by us, or the server answered that there is none."""

    namespace_id: str
    name: str


class AccessKeysRead(Fact, frozen=True, kw_only=True):
    """The access keys of a namespace were read; what is not in two lists is gone."""

    namespace_id: str
    listing: Listing[AccessKey]


class AccessKeyRead(Fact, frozen=True, kw_only=True):
    """One access key came back from its creation or renaming."""

    namespace_id: str
    access_key: AccessKey


class AccessKeyGone(Fact, frozen=True, kw_only=True):
    """An access key was deleted by us, or the server answered that there is none."""

    namespace_id: str
    key_id: str


class ReadFailed(Fact, frozen=True, kw_only=True):
    """A read failed: of the list of namespaces, or of a branch of one.

    Attributes:
        namespace_id: None: the list of namespaces.
        branch: "triggers" or "access keys"; ``""`` for the list of namespaces.
    """

    namespace_id: str | None
    branch: str
    problem: Problem


class Changed(Fact, frozen=True, kw_only=True):
    """We changed something: a line for the Activity tab.

    Attributes:
        target: Name or id of the trigger or key; ``""``: the namespace itself.
        words: What was done, such as "paused".
    """

    namespace_id: str
    target: str
    words: str


class TokenRefused(Fact, frozen=True, kw_only=True):
    """The server answered 401."""


class TokenReplaced(Fact, frozen=True, kw_only=True):
    """The person gave another API token for the same account."""


class RateLimitRead(Fact, frozen=True, kw_only=True):
    """An answer told of the API budget."""

    rate_limit: RateLimit


class TimeSetBack(Fact, frozen=True, kw_only=True):
    """The server's time was found to be less than was believed: nothing known is newer."""


class LagSeen(Fact, frozen=True, kw_only=True):
    """The API showed runs late that had started on time, now or in an earlier session."""

    lag: Lag


class PaceSet(Fact, frozen=True, kw_only=True):
    """The watch goes at another pace from now on, or has branches that do not know it yet."""

    pace: Pace


class Acknowledged(Fact, frozen=True, kw_only=True):
    """A person took note of the trouble with a trigger or an access key, or took that back.

    Attributes:
        acknowledgement: None: it was taken back, or is over.
    """

    key: TriggerKey | AccessKeyKey
    acknowledgement: Acknowledgement | None


class PinSet(Fact, frozen=True, kw_only=True):
    """A namespace was pinned, or is no longer."""

    namespace_id: str
    is_pinned: bool


class NotesRead(Fact, frozen=True, kw_only=True):
    """What persons took note of, here or in another fntui, was read.

    Attributes:
        acknowledged: Whose trouble somebody knows of.
        pinned: Ids of pinned namespaces.
    """

    acknowledged: dict[TriggerKey | AccessKeyKey, Acknowledgement]
    pinned: frozenset[str]


class ActivityRecalled(Fact, frozen=True, kw_only=True):
    """What earlier sessions saw of the account was read, oldest first."""

    activity: tuple[Activity, ...]


class RecordsRecalled(Fact, frozen=True, kw_only=True):
    """What earlier sessions saw of triggers was read."""

    records: dict[TriggerKey, Record]
