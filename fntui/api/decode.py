"""From the bytes of an answer to values, or to a reason that names the place and shows no value.

Every reader takes the bytes of a 2xx answer and raises UnreadableContent if they are not what the
reference describes. One bad element of a list does not hide the others, nor a bad time the rest of
its object. What carries the identity
of another object than was asked for is not what was asked for, however well it reads.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar, cast, get_args

import msgspec
from msgspec import structs

from fntui.api.models import (
    AccessKey,
    IssuedAccessKey,
    Listing,
    Model,
    Namespace,
    Time,
    Trigger,
    Unreadable,
)
from fntui.api.secret import Secret
from fntui.json_numbers import Number, exact_float
from fntui.json_text import MalformedJsonError, is_deeper, parse_answer
from fntui.mismatch import JSON, Finder

M = TypeVar("M", bound=Model)

_DEEPEST: Final = 200  # levels: far deeper ones could be read, and then be too deep to be drawn
_LONGEST: Final = 100_000  # elements: millions fit into an answer, and would take a minute

_DECODER: Final = msgspec.json.Decoder(float_hook=exact_float)
_MINUS_ZERO: Final = re.compile(rb"[\s:,\[]-0[\s,}\]]")

_IDENTITIES: Final[dict[type[Model], str]] = {
    Namespace: "namespace",
    AccessKey: "id",
    Trigger: "name",
}


class UnreadableContent(ValueError):  # noqa: N818 - says what it is, like its kin in errors.py
    """A body that is not what the reference describes; the message names the place."""


def namespaces(content: bytes) -> Listing[Namespace]:
    """Read the answer to "list namespaces"."""
    return _listing(content, "namespaces", Namespace)


def namespace(content: bytes, namespace_id: str | None = None) -> Namespace:
    """Read the answer to "create namespace" and "get namespace", whose id is given."""
    read = _one(content, "namespace", Namespace)
    _check(read.namespace_id, namespace_id, "$.namespace.namespace")
    return read


def access_keys(content: bytes) -> Listing[AccessKey]:
    """Read the answer to "list access keys"; its ``count`` adds nothing."""
    return _listing(content, "access_keys", AccessKey)


def access_key(content: bytes, key_id: str) -> AccessKey:
    """Read the answer to "rename access key"."""
    read = _one(content, "access_key", AccessKey)
    _check(read.key_id, key_id, "$.access_key.id")
    return read


class _Credential(msgspec.Struct):
    key_id: str = msgspec.field(name="id")
    secret: Secret


def issued_access_key(content: bytes) -> IssuedAccessKey:
    """Read the answer to "create access key", the only one with a secret."""
    element = _member(content, "access_key")
    told: _Credential = _convert(element, _Credential, "$.access_key")
    # It can't be had again: whatever else is odd costs only itself.
    key: AccessKey = _convert(_readable(element, AccessKey), AccessKey, "$.access_key")
    secret = Secret(told.secret.reveal().removeprefix(f"{told.key_id}:"))
    return IssuedAccessKey(access_key=key, secret=secret)


def triggers(content: bytes, namespace_id: str) -> Listing[Trigger]:
    """Read the answer to "list triggers"."""

    def check(read: Trigger, place: str) -> None:
        _check(read.namespace_id, namespace_id, f"{place}.namespace")

    return _listing(content, "triggers", Trigger, check)


def trigger(content: bytes, namespace_id: str, name: str) -> Trigger:
    """Read the answer to "create trigger", "get trigger" and "update trigger"."""
    read = _one(content, "trigger", Trigger)
    _check(read.name, name, "$.trigger.name")
    _check(read.namespace_id, namespace_id, "$.trigger.namespace")
    return read


def nothing(content: bytes) -> None:
    """Read the answer to a deletion: nothing, ``{}``, or whatever else a 2xx carries."""


def json_value(content: bytes) -> Any:  # noqa: ANN401 - JSON can be anything
    """Return what ``content`` says in JSON.

    Raises:
        UnreadableContent: If it is not JSON, or is nested too deeply.
    """
    value = _parsed(content)
    if content.count(b"[") + content.count(b"{") > _DEEPEST and is_deeper(value, _DEEPEST):
        raise UnreadableContent("Nested too deeply")
    return value


def _parsed(content: bytes) -> Any:  # noqa: ANN401 - JSON can be anything
    if not _MINUS_ZERO.search(content):
        with suppress(ValueError, RecursionError):
            return _DECODER.decode(content)
    # msgspec refuses half characters (lone surrogates) and long numbers, and takes -0 for 0; a name
    # must not hide a whole list.
    try:
        text = content.decode("utf-8-sig", "surrogatepass")
    except UnicodeDecodeError as error:
        raise UnreadableContent(f"Not UTF-8 at byte {error.start:,}") from None
    try:
        return parse_answer(text)
    except MalformedJsonError as error:
        raise UnreadableContent(f"Malformed JSON: {error}") from None


def _check(told: object, asked: str | None, place: str) -> None:
    """Compare identities; one that an answer leaves out says nothing.

    Raises:
        UnreadableContent: If the answer is about another object.
    """
    if isinstance(told, str) and asked is not None and told != asked:
        raise UnreadableContent(f"Not what was asked for, by its identity at {place}")


def _no_check(_read: object, _place: str) -> None:
    pass


def _listing(
    content: bytes,
    name: str,
    model: type[M],
    check: Callable[[M, str], None] = _no_check,
) -> Listing[M]:
    # The API says null for a list without elements.
    elements: list[Any] | None = _convert(_member(content, name), list[Any] | None, f"$.{name}")
    if elements and len(elements) > _LONGEST:
        raise UnreadableContent(f"Array longer than {_LONGEST:,} at $.{name}")
    items: list[M] = []
    unreadable: list[Unreadable] = []
    for index, element in enumerate(elements or ()):
        try:
            item = _object(element, model, f"$.{name}[{index}]")
            check(item, f"$.{name}[{index}]")
            items.append(item)
        except UnreadableContent as error:
            unreadable.append(
                Unreadable(name=text_of(element, _IDENTITIES[model]), reason=str(error))
            )
    return Listing(items=tuple(items), unreadable=tuple(unreadable))


def text_of(value: object, name: str) -> str:
    """Return the string ``name`` of a JSON object, or ``""`` if ``value`` has none such."""
    if not isinstance(value, dict):
        return ""
    text = cast("dict[str, object]", value).get(name)
    return text if isinstance(text, str) else ""


def _one(content: bytes, name: str, model: type[M]) -> M:
    return _object(_member(content, name), model, f"$.{name}")


def _object(value: object, model: type[M], place: str) -> M:
    """Return an object of the API; a time that can't be read costs only itself."""
    with suppress(UnreadableContent):
        whole: M = _convert(value, model, place)
        return whole
    rest: M = _convert(_readable(value, model, Time), model, place)
    return rest


def _readable(value: object, model: type[Model], kind: Any = None) -> object:  # noqa: ANN401 - a type
    """Return an object of JSON without the optional fields that don't fit.

    Args:
        value: Of JSON; what is no object stays as it is.
        model: What it is to be.
        kind: Leave out fields of this type alone; None: of any.
    """
    if not isinstance(value, dict):
        return value
    kept = dict(cast("dict[str, object]", value))
    for field in structs.fields(model):
        name = field.encode_name
        if name not in kept or field.required:
            continue
        for inner in get_args(field.type):
            if isinstance(inner, type) and issubclass(inner, Model):
                kept[name] = _readable(kept[name], inner, kind)
        if (kind is None or field.type == kind) and not _FINDER.fits(kept[name], field.type):
            del kept[name]
    return kept


def _member(content: bytes, name: str) -> Any:  # noqa: ANN401 - not known yet
    document: dict[str, Any] = _convert(json_value(content), dict[str, Any], "$")
    if name not in document:
        raise UnreadableContent(f"Missing required field `{name}` at $")
    return document[name]


def _convert(value: object, wanted: Any, place: str) -> Any:  # noqa: ANN401 - as msgspec has it
    with suppress(ValueError):
        return msgspec.convert(value, wanted, dec_hook=_secret)
    path, reason = _FINDER.find(value, wanted)
    place += "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    raise UnreadableContent(f"{reason[0].upper()}{reason[1:]} at {place}")


def _secret(_wanted: type, value: object) -> Secret:
    if not isinstance(value, str):
        raise TypeError("a secret is a string")
    return Secret(value)


_FINDER: Final = Finder({**JSON, Secret: JSON[str], Number: JSON[float]}, _secret)
