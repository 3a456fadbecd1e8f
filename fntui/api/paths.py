"""The only place that builds a path, and that judges the base URL it is put behind.

HTTP clients collapse dot segments: a trigger named ``..`` would turn the deletion of a trigger into
the deletion of its namespace. Proxies may decode ``%2F`` before they do the same, so a name is
refused if any part of it between slashes is a dot segment.
"""

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import quote, urlsplit

from fntui.api.errors import InvalidRequest
from fntui.api.operations import Operation

_MAX_PATH: Final = 60_000  # httpx refuses URLs over 65,536 characters
_HOST: Final = re.compile(r"(?!.{254})[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?")
_VISIBLE: Final = re.compile(r"[\x21-\x7e]+")
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}


class UnsafeName(InvalidRequest, ValueError):  # noqa: N818 - of the family in errors.py
    """A name or id that must not be put into a path; nothing was sent."""


def build(operation: Operation, **ids: str) -> str:
    """Return the path of ``operation``, each id as one percent-encoded segment.

    Args:
        operation: Its template says which ids are wanted.
        **ids: ``namespace_id``, ``key_id``, ``trigger_name``, exactly as the server sent them.

    Raises:
        UnsafeName: If an id is empty, a dot segment, half a character, or far too long.
    """
    segments = {what: _segment(operation, what, name) for what, name in ids.items()}
    path = operation.template.format_map(segments)
    if len(path) > _MAX_PATH:
        raise UnsafeName(operation, "The name is too long to be part of a URL.")
    return path


def _segment(operation: Operation, what: str, name: str) -> str:
    words = what.replace("_", " ")
    if not name:
        raise UnsafeName(operation, f"The {words} is empty, so it can't be part of a URL.")
    if {".", ".."}.intersection(re.split(r"[/\\]", name)):
        raise UnsafeName(operation, f"The {words} has a part . or .., which a URL would follow.")
    try:
        return quote(name, safe="")
    except UnicodeEncodeError:
        # Any replacement might be another object's name.
        failure = UnsafeName(operation, f"The {words} has half of a character (a lone surrogate).")
    raise failure


def check_base_url(text: str) -> str:
    """Return ``text`` as scheme, host and port in their normal form, without a trailing slash.

    Raises:
        ValueError: If it is not https, or http on this machine alone, or says more than where the
            server is; the message is one sentence.
    """
    text = text.strip()
    try:
        parts = urlsplit(text if _VISIBLE.fullmatch(text) else "")
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        scheme, host, port, parts = "", "", None, urlsplit("")
    if scheme not in _DEFAULT_PORTS or not _is_host(host) or port == 0:
        raise ValueError("The API's URL must look like https://api.digitalocean.com.")
    if scheme == "http" and not _is_loopback(host):
        raise ValueError(
            "The API's URL must be https: http would show the token to everyone on the way, and is "
            "accepted on this machine (127.0.0.1, ::1, localhost) alone."
        )
    if "@" in parts.netloc:
        raise ValueError("The API's URL must not hold a user name or a password.")
    if parts.path not in {"", "/"} or "?" in text or "#" in text:
        raise ValueError("The API's URL must end after the host and the port.")
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + ("" if port in {None, _DEFAULT_PORTS[scheme]} else f":{port}")


def _is_host(host: str) -> bool:
    return _is_address(host) or _HOST.fullmatch(host) is not None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return "%" not in host


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)
