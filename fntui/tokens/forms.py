"""The forms that a token may have; what can't be a token never reaches a header."""

import re
from typing import Final

from fntui.api.secret import Secret

_VISIBLE: Final = re.compile(r"[\x21-\x7e]+")
_WRAPPING: Final = re.compile(
    r"""(?:export\s+)?(?:DIGITALOCEAN_ACCESS_TOKEN|DIGITALOCEAN_TOKEN)\s*=\s*
      | (?:authorization:\s*)?bearer\s+""",
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST: Final = 4096
_USUAL: Final = ("dop_v1_", "doo_v1_")

EMPTY: Final = "There is no token."
MALFORMED: Final = "This can't be a token: it must be one word of plain letters, digits and signs."
TOO_LONG: Final = f"This can't be a token: it has more than {_LONGEST:,} characters."
REFRESH: Final = "This is a refresh token (dor_v1_), which the API does not take."
UNUSUAL: Final = "This does not look like a DigitalOcean token (dop_v1_… or doo_v1_…)."


def check_form(text: str) -> tuple[Secret | None, str]:
    """Return (token, warning), or (None, why it can't be one); no sentence quotes ``text``.

    A pasted ``export DIGITALOCEAN_TOKEN=…`` or ``Bearer …`` gives the token in it.
    """
    value = text.strip()
    if len(value) > _LONGEST:
        return None, TOO_LONG
    value = _WRAPPING.sub("", value, count=1) if _WRAPPING.match(value) else value
    value = value.strip("\"'")
    if not value:
        return None, EMPTY
    if not _VISIBLE.fullmatch(value):
        return None, MALFORMED
    if value.startswith("dor_v1_"):
        return Secret(value), REFRESH
    return Secret(value), "" if value.startswith(_USUAL) else UNUSUAL
