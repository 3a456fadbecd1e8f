"""What core asks of a client of the Functions API: a Protocol."""

from datetime import datetime
from typing import Protocol

from fntui.api.drafts import (
    AccessKeyChange,
    AccessKeyDraft,
    NamespaceDraft,
    TriggerChange,
    TriggerDraft,
)
from fntui.api.limits import RateLimit
from fntui.api.models import AccessKey, IssuedAccessKey, Listing, Namespace, Trigger
from fntui.api.secret import Secret


class FunctionsApi(Protocol):
    """The 13 operations, in the reference's order; each raises ApiError or UnsafeName."""

    @property
    def rate_limit(self) -> RateLimit:
        """What the newest answer said of the API budget."""
        ...

    @property
    def requests_sent(self) -> int:
        """How many requests were sent so far, retries included."""
        ...

    def server_now(self) -> datetime:
        """Return the server's time, as well as it is known."""
        ...

    def use_token(self, token: Secret) -> None:
        """Send this token from now on."""
        ...

    async def list_namespaces(self) -> Listing[Namespace]:
        """List the namespaces of the account."""
        ...

    async def create_namespace(self, draft: NamespaceDraft) -> Namespace:
        """Create a namespace."""
        ...

    async def get_namespace(self, namespace_id: str) -> Namespace:
        """Get a namespace, its legacy key included."""
        ...

    async def delete_namespace(self, namespace_id: str) -> None:
        """Delete a namespace with everything in it."""
        ...

    async def list_access_keys(self, namespace_id: str) -> Listing[AccessKey]:
        """List the access keys of a namespace."""
        ...

    async def create_access_key(self, namespace_id: str, draft: AccessKeyDraft) -> IssuedAccessKey:
        """Create an access key; the answer alone holds its secret."""
        ...

    async def rename_access_key(
        self, namespace_id: str, key_id: str, change: AccessKeyChange
    ) -> AccessKey:
        """Give an access key another name."""
        ...

    async def delete_access_key(self, namespace_id: str, key_id: str) -> None:
        """Delete an access key."""
        ...

    async def list_triggers(self, namespace_id: str) -> Listing[Trigger]:
        """List the triggers of a namespace."""
        ...

    async def create_trigger(self, namespace_id: str, draft: TriggerDraft) -> Trigger:
        """Create a trigger."""
        ...

    async def get_trigger(self, namespace_id: str, trigger_name: str) -> Trigger:
        """Get a trigger."""
        ...

    async def update_trigger(
        self, namespace_id: str, trigger_name: str, change: TriggerChange
    ) -> Trigger:
        """Change a trigger; what is UNSET stays."""
        ...

    async def delete_trigger(self, namespace_id: str, trigger_name: str) -> None:
        """Delete a trigger."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
