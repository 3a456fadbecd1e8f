"""Faults that spoil the answer to a request that was carried out."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final, cast

from fntui.simulator.wire import Reply

_Object = dict[str, Any]
_Objects = _Object | list[_Object]

_HUGE: Final = 50 * 1024 * 1024
_CHUNK: Final = 64 * 1024
_DEEP: Final = 100_000
_MANY: Final = 10_000


def _filled_with(value: object) -> Callable[[Reply], Reply]:
    def fill(reply: Reply) -> Reply:
        return replace(
            reply, body=json.dumps(dict.fromkeys(json.loads(reply.body), value)).encode()
        )

    return fill


def _half(reply: Reply) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) // 2])


def _with_other_types(reply: Reply) -> Reply:
    payload = json.loads(reply.body)
    return _saying(reply, {name: _of_other_type(value) for name, value in payload.items()})


def _of_other_type(value: object) -> object:
    """Keep lists and objects, so that it is each value in them that is of another type."""
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {name: _of_other_type(inner) for name, inner in members.items()}
    if isinstance(value, list):
        return [_of_other_type(inner) for inner in cast("list[object]", value)]
    return {"text": value} if isinstance(value, str) else "7"


def _with_every_name_twice(reply: Reply) -> Reply:
    members: list[tuple[str, object]] = list(json.loads(reply.body).items())
    twice = [(name, None) for name, _ in members] + members
    said = ", ".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in twice)
    return replace(reply, body=f"{{{said}}}".encode())


def _with_member(member: bytes) -> Callable[[Reply], Reply]:
    """Return what puts ``member`` before the members of the answer's object."""
    return lambda reply: replace(reply, body=b"{" + member + b", " + reply.body[1:])


def _huge(reply: Reply) -> Reply:
    def rest() -> Iterator[bytes]:
        for _ in range(_HUGE // _CHUNK):
            yield b"x" * _CHUNK
        yield b'"}'

    return replace(reply, body=reply.body[:-1] + b', "padding": "', rest=rest)


def _with_the_first_twice(reply: Reply) -> Reply:
    payload = json.loads(reply.body)
    lists = {name: [*value[:1], *value] for name, value in payload.items() if _is_list(value)}
    return _saying(reply, payload | lists)


def _with_many_triggers(reply: Reply) -> Reply:
    payload = json.loads(reply.body)
    triggers = payload.get("triggers")
    if not triggers:
        return reply
    more = [{**triggers[0], "name": f"many-{n:05}"} for n in range(_MANY - len(triggers))]
    return _saying(reply, {**payload, "triggers": triggers + more})


def _altered(reply: Reply) -> Reply:
    payload: dict[str, Any] = json.loads(reply.body)
    return _saying(reply, {name: _as_changed_by_others(value) for name, value in payload.items()})


def _as_changed_by_others(value: _Objects | int | str) -> _Objects | int | str:
    if isinstance(value, (int, str)):  # a count, or of a refusal its words
        return value
    if isinstance(value, dict):
        return _rescheduled(value)
    changed = [_rescheduled(item) for item in reversed(value)]
    for item in changed[:1]:
        item.update({name: f"{item[name]}-altered" for name in ("label", "name") if name in item})
    return changed


def _rescheduled(item: _Object) -> _Object:
    details: _Object | None = item.get("scheduled_details")
    return {**item, "scheduled_details": {**details, "cron": "7 7 * * *"}} if details else {**item}


def _without_content(reply: Reply) -> Reply:
    body = reply.body or b"{}"
    return replace(reply, status=204, body=body, told_length=len(body))


def _saying(reply: Reply, payload: object) -> Reply:
    return replace(reply, body=json.dumps(payload).encode())


def _is_list(value: object) -> bool:
    return isinstance(value, list)


SPOILERS: Final[dict[str, Callable[[Reply], Reply]]] = {
    "cut-json": _half,
    "cut-body": lambda reply: replace(_half(reply), told_length=len(reply.body)),
    "short-length": lambda reply: replace(reply, told_length=len(reply.body) // 2),
    "long-length": lambda reply: replace(reply, told_length=len(reply.body) * 2),
    "drip": lambda reply: replace(reply, is_dripped=True),
    "wrong-shape": _filled_with(7),
    "wrong-types": _with_other_types,
    "null-list": _filled_with(None),
    "empty-body": lambda reply: replace(reply, body=b""),
    "not-json": lambda reply: replace(
        reply, body=b"<html><body>Hello</body></html>", content_type="text/html"
    ),
    "huge-json": _huge,
    "deep-json": _with_member(b'"deep": ' + b"[" * _DEEP + b"]" * _DEEP),
    "duplicate-keys": _with_every_name_twice,
    "nan": _with_member(b'"number": NaN'),
    "bad-utf8": _with_member(b'"text": "\xff\xfe\xc3("'),
    "twice-listed": _with_the_first_twice,
    "many-triggers": _with_many_triggers,
    "altered": _altered,
}
"""Faults that spoil a body; of an answer without one they leave everything as it is."""

EMPTIED: Final[dict[str, Callable[[Reply], Reply]]] = {
    "body-with-204": _without_content,
    "see-other": lambda reply: replace(
        reply, status=303, body=b"", headers={**reply.headers, "location": "/v2/functions"}
    ),
    "request-timeout": lambda reply: replace(reply, status=408, body=b""),
}
"""Faults of the status of a success."""
