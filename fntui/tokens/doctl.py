"""Reads the tokens in doctl's configuration; never writes it.

The file is YAML, of which doctl itself only writes plain ``key: value`` lines and one map of them:
that much is read here, and everything else passed over, so that no YAML reader is needed.
"""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fntui.api.secret import Secret
from fntui.tokens.forms import check_form

_MOST_BYTES: Final = 1 << 20
_LONGEST_LINE: Final = 4096  # the time to match one grows with its square
_LINE: Final = re.compile(
    r"""^(?P<indent>[ ]*)
        (?P<key>"[^"]*"|'[^']*'|[^\s"'#:][^:#]*?)\s*:
        (?:\s+(?P<value>"[^"]*"|'[^']*'|[^\s"'#][^#]*?))?
        \s*(?:\#.*)?$""",
    re.VERBOSE,
)


def config_path(environ: Mapping[str, str]) -> Path:
    """Return where doctl keeps its configuration on this system."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "doctl" / "config.yaml"
    base = environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "doctl" / "config.yaml"


def contexts(path: Path) -> dict[str, Secret]:
    """Return the token of each context, the one in use first; empty if there is nothing to read."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode(errors="replace")
    except OSError:
        return {}
    return _parse(text)


def _parse(text: str) -> dict[str, Secret]:
    top: dict[str, str] = {}
    named: dict[str, str] = {}
    section, depth = "", 0
    for line in text.splitlines():
        found = _LINE.match(line[:_LONGEST_LINE])
        if found is None:
            continue
        indent, key, value = len(found["indent"]), _plain(found["key"]), _plain(found["value"])
        if indent == 0:
            section, depth = key, 0
            top.setdefault(key, value)
        elif section == "auth-contexts" and indent == (depth := depth or indent):
            named.setdefault(key, value)
    current = top.get("context") or "default"
    texts = {"default": top.get("access-token", ""), **named}
    order = sorted(texts, key=lambda name: name != current)
    tokens = {name: check_form(texts[name])[0] for name in order}
    return {name: token for name, token in tokens.items() if token}


def _plain(scalar: str | None) -> str:
    """Return the text of a scalar without its quotes."""
    return (scalar or "").strip("\"'")
