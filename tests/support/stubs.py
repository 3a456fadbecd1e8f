"""Stand-ins for functions, whatever they are called with."""

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def returning(value: T) -> Callable[..., T]:
    """Return a function that returns ``value`` for anything."""

    def stub(*_given: object, **_named: object) -> T:
        return value

    return stub


def raising(error: BaseException) -> Callable[..., Any]:
    """Return a function that raises ``error`` for anything."""

    def stub(*_given: object, **_named: object) -> Any:  # noqa: ANN401 - it returns nothing
        raise error

    return stub
