"""What core, and the screen through it, ask of the floors beside and below: Protocols only."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from fntui.api.calls import Call
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
from fntui.core.model.problem import Problem

if TYPE_CHECKING:
    from fntui.core.session import Session
    from fntui.core.store.last_session import LastSeen
    from fntui.threads import Ahead


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


class Profile(Struct, frozen=True, kw_only=True):
    """A named account.

    Attributes:
        name: As the user wrote it in config.toml, or ``default``.
        colour: One of the names that the theme knows (``""``: the accent).
        is_protected: Read-only unless fntui was started with ``--write``.
    """

    name: str
    colour: str = ""
    is_protected: bool = False


class FoundToken(Struct, frozen=True, kw_only=True):
    """An API token and where it came from.

    Attributes:
        source: A word for the header: keyring, env DIGITALOCEAN_TOKEN, token file, session ….
        warning: A sentence if its form is not that of a bearer token; else ``""``.
    """

    token: Secret
    source: str
    warning: str = ""


class KeyringState(Struct, frozen=True, kw_only=True):
    """Whether the OS keyring can keep a token.

    Attributes:
        is_usable: It can, now.
        sentence: Why not, and what to do; or which keyring it is.
    """

    is_usable: bool
    sentence: str


class Accounts(Protocol):
    """Profiles, tokens and connections, as the sign-in screen and the profile switch ask for them.

    No method raises for what a user can cause: what went wrong comes back as a sentence.
    """

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The profiles of config.toml, at least one; the first is the default."""
        ...

    def last_seen(self, profile: str) -> "Ahead[LastSeen | None]":
        """Return what reads, in a thread, what the last session of the profile has seen."""
        ...

    def begin_loading(self) -> None:
        """Load in a thread what ``connect`` needs, such as HTTP: it takes a tenth of a second."""
        ...

    async def loaded(self) -> None:
        """Return once ``connect`` has nothing to load any more."""
        ...

    async def find_token(self, profile: str) -> FoundToken | None:
        """Look where a token may come from, in order; None: sign in.

        Takes at most about 4 s, or 10 s where the profile has a ``token_command``.
        """
        ...

    async def search_notes(self, profile: str) -> tuple[str, ...]:
        """Say in sentences what was looked at in vain, such as a locked keyring."""
        ...

    async def keyring_state(self) -> KeyringState:
        """Probe the keyring without a prompt; takes at most 3 s."""
        ...

    async def keep_token(self, profile: str, token: Secret) -> str:
        """Keep the token in the keyring; return ``""``, or why it could not be kept."""
        ...

    async def keep_secret(self, name: str, secret: Secret) -> str:
        """Keep an access key's credential in the keyring under ``name``, as ``keep_token``."""
        ...

    async def doctl_contexts(self) -> tuple[str, ...]:
        """Name the contexts that doctl's configuration holds a token for; read only."""
        ...

    async def doctl_token(self, context: str) -> Secret | None:
        """Return the token of one of doctl's contexts."""
        ...

    async def check_token(self, token: Secret, profile: str = "") -> Problem | None:
        """Ask the API of the profile (``""``: the first) whether it takes the token."""
        ...

    def check_form(self, text: str) -> tuple[Secret | None, str]:
        """Turn typed or pasted text into a token: (token, warning) or (None, why not)."""
        ...

    def connect(
        self, profile: str, token: FoundToken, on_call: Callable[[Call], None]
    ) -> "Session":
        """Build everything that works with this token; sends nothing yet."""
        ...


class Settings(Struct, frozen=True, kw_only=True):
    """How the program was started and configured, as far as the screen must know.

    Attributes:
        profile: The profile to sign in with first.
        is_ascii: Draw with ASCII alone.
        erases_in_colour: What the terminal erases has the colour that is set (terminfo: bce).
        is_read_only: No writes, whatever the profile says.
        keymap: Keys by the id of the command, from ``[keys]`` of config.toml.
        theme: Name of a theme; ``""``: the program's own.
        uses_mouse: Take the mouse from the terminal.
        is_far: The terminal is at the other end of a line, which may be slow.
        shows_local_times: Times in local time from the start, instead of UTC.
        has_bell: Ring the terminal's bell for a new alarm.
        notifies: Ask the terminal for a desktop notification, too (OSC 9).
    """

    profile: Profile
    is_ascii: bool = False
    erases_in_colour: bool = False
    is_read_only: bool = False
    keymap: dict[str, str] = {}
    theme: str = ""
    uses_mouse: bool = True
    is_far: bool = False
    shows_local_times: bool = False
    has_bell: bool = True
    notifies: bool = False
