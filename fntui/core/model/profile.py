"""A named account, and the token that signs in to it."""

from msgspec import Struct

from fntui.api.secret import Secret


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
