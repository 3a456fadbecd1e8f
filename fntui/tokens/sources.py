"""The places that a token may come from; each search says what it found, or why nothing.

A place that is set but gives nothing usable ends the search: the next place may hold the token of
another account, and to act on the wrong account is worse than to ask.
"""

import os
import stat
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from msgspec import Struct, structs

from fntui.core.model.profile import FoundToken
from fntui.tokens.command import first_line
from fntui.tokens.errors import TokenSourceError
from fntui.tokens.forms import check_form
from fntui.tokens.keyring_store import KeyringStore

VARIABLES: Final = ("DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN")
_MOST_BYTES: Final = 64 * 1024


class Search(Struct, frozen=True, kw_only=True):
    """What looking in one place came to.

    Attributes:
        source: Which place.
        found: The token; None: there is none, or it can't be one.
        notes: Why there is none, in sentences; quotes nothing of what was read.
    """

    source: str
    found: FoundToken | None = None
    notes: tuple[str, ...] = ()


def from_text(text: str, source: str) -> Search:
    """Judge ``text``, which came from ``source``."""
    token, remark = check_form(text)
    if token is None:
        return Search(source=source, notes=(f"{source}: {remark}",))
    return Search(source=source, found=FoundToken(token=token, source=source, warning=remark))


def from_stream(stream: BinaryIO, source: str) -> Search:
    """Read the first line of ``stream``."""
    line = stream.readline(_MOST_BYTES)
    return from_text(line.decode(errors="replace"), source)


def from_file(path: Path) -> Search:
    """Read the first line of the token file; an OSError says why that can't be done."""
    with path.open("rb") as file:
        search = from_stream(file, "token file")
        mode = path.stat().st_mode
    if search.found is None or not (stat.S_ISREG(mode) and mode & (stat.S_IRGRP | stat.S_IROTH)):
        return search
    exposed = f"Others on this machine can read {path}: chmod 600 it."
    warning = " ".join(filter(None, (search.found.warning, exposed)))
    return structs.replace(search, found=structs.replace(search.found, warning=warning))


def take_from_environment(environ: MutableMapping[str, str]) -> Search | None:
    """Take the variables out of ``environ``, so that no child inherits them; None: none is set."""
    if environ is os.environ and any(name in environ for name in VARIABLES):
        _wipe_environment()
    texts = {name: environ.pop(name, "") for name in VARIABLES}
    for name, text in texts.items():
        if text.strip():
            return from_text(text, f"env {name}")
    return None


def _wipe_environment() -> None:
    """Overwrite the variables where the system shows them to others: ``/proc``, ``ps e``.

    They stay there for as long as the process lives, whatever is unset. Python has a copy.
    """
    import ctypes  # noqa: PLC0415 - only where there is a token in the environment

    getenv = ctypes.CDLL(None).getenv
    getenv.argtypes, getenv.restype = [ctypes.c_char_p], ctypes.c_void_p
    for name in VARIABLES:
        address: int | None = getenv(name.encode())
        if address is not None:
            ctypes.memset(address, ord("*"), len(ctypes.string_at(address)))


async def from_command(words: Sequence[str]) -> Search:
    """Run the profile's ``token_command``."""
    try:
        return from_text(await first_line(words), "command")
    except TokenSourceError as failed:
        return Search(source="command", notes=(failed.sentence,))


async def from_keyring(keyring: KeyringStore, profile: str) -> Search:
    """Ask the keyring for the profile's token."""
    try:
        token = await keyring.read(profile)
    except TokenSourceError as failed:
        return Search(source="keyring", notes=(failed.sentence,))
    if token is None:
        return Search(source="keyring", notes=(holds_none(profile),))
    return from_text(token.reveal(), "keyring")


def holds_none(profile: str) -> str:
    """Return the note of a search that came to a keyring without a token for the profile."""
    return f"The keyring holds no token for profile {profile}."
