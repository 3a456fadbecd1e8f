"""Profiles, tokens and connections, as the screen asks for them: a Protocol."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from fntui.api.calls import Call
from fntui.api.secret import Secret
from fntui.core.model.problem import Problem
from fntui.core.model.profile import FoundToken, Profile

if TYPE_CHECKING:
    from fntui.core.session import Session
    from fntui.core.store.last_session import LastSeen
    from fntui.threads import Ahead


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
