"""The classes of fntui that can hold a secret, and an object of each that holds one."""

import inspect
import pkgutil
import re
import types
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, Union, get_args, get_origin, get_type_hints

import fntui
from fntui.api.secret import Secret

_NAME = re.compile(r"\w+")


@cache
def _modules() -> tuple[Mapping[str, Any], ...]:
    """Return what each module of fntui defines or imports, by name."""
    names = [module.name for module in pkgutil.walk_packages(fntui.__path__, "fntui.")]
    names.remove("fntui.__main__")  # it runs the program
    return tuple(vars(import_module(name)) for name in names)


@cache
def all_classes() -> tuple[type, ...]:
    """Return every class that fntui defines."""
    ours = {
        value
        for module in _modules()
        for value in module.values()
        if inspect.isclass(value) and value.__module__ == module["__name__"]
    }
    return tuple(sorted(ours, key=lambda kind: f"{kind.__module__}.{kind.__qualname__}"))


@cache
def holders() -> tuple[type, ...]:
    """Return those that have a Secret in a field, or in what they are made from; however deep."""
    known = {"Secret"}
    while True:
        more = {kind.__name__ for kind in all_classes() if _mentioned(kind) & known}
        more |= {
            name
            for module in _modules()
            for name, value in module.items()
            if {_named(part) for part in get_args(value)} & known
        }
        if more <= known:
            return tuple(kind for kind in all_classes() if kind.__name__ in known)
        known |= more


def is_data(kind: object) -> bool:
    """Return True for a class that is its fields and nothing else."""
    marks = ("__dataclass_fields__", "__struct_fields__", "_fields")
    return isinstance(kind, type) and any(hasattr(kind, mark) for mark in marks)


def made(kind: Any, secret: str) -> Any:  # noqa: ANN401 - of any type
    """Return an object of this type, each Secret in it ``secret``; None where it can hold none."""
    if kind is Secret:
        return Secret(secret)
    parts, origin = get_args(kind), get_origin(kind) or kind
    if isinstance(kind, list):  # the arguments of a callable
        return None
    if is_data(origin):
        return _made_of_fields(origin, parts, secret) if parts or origin in holders() else None
    if origin is dict:
        return {"key": made(parts[1], secret)}
    held = [one for one in (made(part, secret) for part in parts) if one]
    if origin in {Union, types.UnionType}:
        return held[0] if held else None
    return tuple(held) if parts and origin in {tuple, frozenset, list} else None


def _made_of_fields(kind: Any, parts: tuple[Any, ...], secret: str) -> Any:  # noqa: ANN401
    names = {name: value for module in _modules() for name, value in module.items()}
    hints = get_type_hints(kind, names | vars(import_module(kind.__module__)))
    values = {
        name: made(hint[parts] if parts and hint.__parameters__ else hint, secret)
        for name, hint in hints.items()
        if name in inspect.signature(kind).parameters
    }
    return kind(**values)


def _mentioned(kind: type) -> set[str]:
    """Return the names of the types of its fields, and of what it is made from."""
    of_init: dict[str, object] = getattr(getattr(kind, "__init__", None), "__annotations__", {})
    annotations: dict[str, object] = {**of_init, **vars(kind).get("__annotations__", {})}
    bases = {base.__name__ for base in kind.__bases__}
    texts = (
        each if isinstance(each, str) else f"{each!r} {_named(each)}"
        for each in annotations.values()
    )
    return {name for text in texts for name in _NAME.findall(text)} | bases


def _named(value: object) -> str:
    return str(getattr(value, "__name__", ""))
