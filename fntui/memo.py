"""A cache for what is computed from a frozen value, kept on that value: both are freed together."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, TypeVarTuple

S = TypeVar("S")
T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")


def derived(make: Callable[[S, *Arguments], T]) -> Callable[[S, *Arguments], T]:
    """Return ``make``, which keeps what it returned last with the value that it was made of.

    With equal arguments it returns the very same again, so that what is made of that can be kept
    as well. The value must be a Struct with ``dict=True``, and its type be frozen; what is made of
    it must not hold the value itself, or both live on until Python looks for cycles.
    """
    name = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def kept(value: S, *arguments: *Arguments) -> T:
        known = value.__dict__.get(name)
        if known is None or known[0] != arguments:
            known = value.__dict__[name] = arguments, make(value, *arguments)
        result: T = known[1]
        return result

    return kept
