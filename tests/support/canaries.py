"""Secrets that are looked for afterwards, in every form in which they might have been kept."""

import base64
from collections.abc import Callable, Iterator
from typing import Final

_SHORTEST: Final = 12
"""Characters in a row that count as found: a report may have cut the text in half."""


def is_in(data: bytes, secret: str) -> bool:
    """Return True if ``data`` holds the secret, or so much of it that it tells, in any form."""
    return any(form in data for form in _forms(secret))


def all_in(data: bytes, secrets: dict[str, str]) -> list[str]:
    """Return the names of those secrets that are in ``data``."""
    return [name for name, secret in secrets.items() if is_in(data, secret)]


def _forms(secret: str) -> Iterator[bytes]:
    for text in (secret, secret[::-1]):
        for start in range(len(text) - _SHORTEST + 1):
            part = text[start : start + _SHORTEST]
            yield part.encode()
            yield part.encode("utf-16-le")
    raw = secret.encode()
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield "".join(f"%{byte:02X}" for byte in raw).encode()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield from _within_base64(raw, encode)


def _within_base64(raw: bytes, encode: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """Yield what base64 makes of ``raw`` wherever it stands in a longer text, as in Basic auth."""
    for before in range(3):
        encoded = encode(bytes(before) + raw)
        # The first and the last characters depend on the neighbours.
        yield encoded[4 if before else 0 : (before + len(raw)) // 3 * 4]
