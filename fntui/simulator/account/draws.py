"""Values that look random and are the same for the same seed, in whatever order they are asked.

A hash rather than a generator: a value depends on what it is for, not on what was drawn before it,
so that pictures of the simulated account come out byte for byte alike.
"""

import hashlib
from uuid import UUID

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def fraction(*about: object) -> float:
    """Return a number from 0 to below 1."""
    return int.from_bytes(_digest(about)[:6]) / 2**48


def uuid(*about: object) -> str:
    """Return a UUID, as text."""
    return str(UUID(bytes=_digest(about)[:16], version=4))


def hexadecimal(*about: object) -> str:
    """Return 32 hexadecimal digits."""
    return _digest(about)[:16].hex()


def alphanumeric(*about: object) -> str:
    """Return 64 small letters and digits."""
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in _digest(about))


def _digest(about: tuple[object, ...]) -> bytes:
    return hashlib.sha512("\0".join(map(str, about)).encode()).digest()
