"""A string that does not show itself."""

import re
from typing import TYPE_CHECKING, Final, final

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable

_SENDABLE: Final = re.compile(r"[\x21-\x7e]+")


class MalformedToken(ValueError):  # noqa: N818 - says what it is, like the family in errors.py
    """A text that can't be an API token: empty, or with blanks, line ends or other characters."""


@final
class Secret:
    """A string whose ``repr``, ``str`` and format show nothing; only ``reveal()`` gives it back.

    It has no attribute that a traceback with locals, a dump of a frozen struct or a pickle would
    show; it compares by value and is false when empty.
    """

    __slots__ = ("_reveal",)

    def __init__(self, value: str) -> None:
        """Hide ``value``."""
        # A closure, not an attribute: no printer that walks attributes comes upon the text.
        self._reveal: Final[Callable[[], str]] = lambda: value

    def reveal(self) -> str:
        """Return the string itself. Call it where it leaves for the wire, and nowhere else."""
        return self._reveal()

    def hint(self) -> str:
        """Return the last four characters, or ``""`` where that would tell too much."""
        value = self._reveal()
        return value[-4:] if len(value) >= 16 else ""  # noqa: PLR2004 - a quarter at most is shown

    @override
    def __repr__(self) -> str:
        """Return the kind alone."""
        return "Secret(…)"

    @override
    def __str__(self) -> str:
        """Return dots."""
        return "•••"

    @override
    def __format__(self, spec: str) -> str:
        """Return dots, padded as ``spec`` says."""
        return format("•••", spec)

    def __bool__(self) -> bool:
        """Return False for an empty string."""
        return bool(self._reveal())

    @override
    def __eq__(self, other: object) -> bool:
        """Compare what is hidden."""
        return isinstance(other, Secret) and self._reveal() == other.reveal()

    @override
    def __hash__(self) -> int:
        """Return a hash of what is hidden."""
        return hash((Secret, self._reveal()))

    @override
    def __reduce__(self) -> str:
        """Refuse to be pickled or copied deeply.

        Raises:
            TypeError: Always.
        """
        raise TypeError("a Secret is not for storing")


def check_token(token: Secret) -> Secret:
    """Return ``token`` if it can be sent in a header.

    To be called before anything of HTTP sees it: what refuses a header's value shows it whole.

    Raises:
        MalformedToken: If it is empty or holds anything but visible ASCII; never shows it.
    """
    if not _SENDABLE.fullmatch(token.reveal()):
        raise MalformedToken(
            "An API token is one line of letters, digits and signs, without blanks."
        )
    return token
