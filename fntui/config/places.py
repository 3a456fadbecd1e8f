"""The line of config.toml on which a key stands, for error messages."""

import re
import tomllib
from itertools import takewhile
from typing import Final, cast

_HEADER: Final = re.compile(r"\s*\[.*\]")
_KEY: Final = re.compile(r"\s*([^=#\[]+)=")


def line_of(text: str, path: tuple[str, ...]) -> int:
    """Return the number, from 1, of the line that comes nearest to naming the key at ``path``."""
    nearest, most = 1, 0
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            here = table = _keys(header[0])
        elif key := _KEY.match(line):
            here = (*table, *_keys(f"{key[1]} = 0"))
        else:
            continue
        shared = _shared(here, path)
        if shared > most:
            nearest, most = number, shared
    return nearest


def is_toml(text: str) -> bool:
    """Return True if ``text`` is a TOML document."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _keys(line: str) -> tuple[str, ...]:
    """Return the parts of the dotted key that ``line`` consists of; none if it has none."""
    try:
        rest: object = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    keys: list[str] = []
    while isinstance(rest, dict) and rest:
        key, rest = next(iter(cast("dict[str, object]", rest).items()))
        keys.append(key)
    return tuple(keys)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Return how many parts both begin with."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
