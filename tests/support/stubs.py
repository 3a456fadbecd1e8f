"""Stand-ins for functions, whatever they are called with."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def returning(value: T) -> Callable[..., T]:
    """Return a function that returns ``value`` for anything."""

    def stub(*_given: object, **_named: object) -> T:
        return value

    return stub
