"""Lines that are made when they are looked at: a pane shows forty, an account has thousands."""

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Hashable, Sequence
from itertools import accumulate
from typing import overload

from typing_extensions import override

from fntui.ui.views.lines import Line


class Lines(Sequence[Line]):
    """The lines of a pane, whose keys are known without making them."""

    @property
    @abstractmethod
    def keyed(self) -> Sequence[int]:
        """The indexes of the lines that have a key, in order."""

    @abstractmethod
    def key(self, index: int) -> Hashable:
        """Return the key of a line; None: it has none."""

    @abstractmethod
    def index_of(self, key: Hashable) -> int:
        """Return where the line with ``key`` stands; -1: there is none."""

    @abstractmethod
    def line(self, index: int) -> Line:
        """Return the line at an index from 0 on."""

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> list[Line]: ...
    @override
    def __getitem__(self, index: int | slice) -> Line | list[Line]:
        """Return a line, or a list of some."""
        places = range(len(self))[index]
        return self.line(places) if isinstance(places, int) else [self.line(at) for at in places]

    def each(self, change: Callable[[Line], Line]) -> "Lines":
        """Return the same lines, each with a change that keeps its key; all must have one."""
        return Made(len(self), self.key, lambda index: change(self.line(index)), self.index_of)


class Ready(Lines):
    """Lines that are there already."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Show these."""
        self._lines = lines

    @override
    def __len__(self) -> int:
        return len(self._lines)

    @property
    @override
    def keyed(self) -> Sequence[int]:
        return [at for at, line in enumerate(self._lines) if line.key is not None]

    @override
    def key(self, index: int) -> Hashable:
        return self._lines[index].key

    @override
    def index_of(self, key: Hashable) -> int:
        return next((at for at, line in enumerate(self._lines) if line.key == key), -1)

    @override
    def line(self, index: int) -> Line:
        return self._lines[index]


class Made(Lines):
    """Lines that are made when they are looked at, and kept from then on; all have a key."""

    def __init__(
        self,
        count: int,
        key: Callable[[int], Hashable],
        make: Callable[[int], Line],
        index_of: Callable[[Hashable], int],
    ) -> None:
        """Show ``count`` lines, by functions as the methods of Lines."""
        self._count, self._key, self._make, self._index_of = count, key, make, index_of
        self._lines: dict[int, Line] = {}

    @override
    def __len__(self) -> int:
        return self._count

    @property
    @override
    def keyed(self) -> Sequence[int]:
        return range(self._count)

    @override
    def key(self, index: int) -> Hashable:
        return self._key(index)

    @override
    def index_of(self, key: Hashable) -> int:
        return self._index_of(key)

    @override
    def line(self, index: int) -> Line:
        if index not in self._lines:
            self._lines[index] = self._make(index)
        return self._lines[index]


class Joined(Lines):
    """Several lots of lines, one below the other."""

    def __init__(self, *parts: Sequence[Line]) -> None:
        """Show these."""
        self._parts = [part for part in map(as_lines, parts) if len(part)]
        self._starts = [0, *accumulate(map(len, self._parts))]

    @override
    def __len__(self) -> int:
        return self._starts[-1]

    @property
    @override
    def keyed(self) -> Sequence[int]:
        parts = zip(self._starts, self._parts, strict=False)
        return [start + index for start, part in parts for index in part.keyed]

    @override
    def key(self, index: int) -> Hashable:
        part, at = self._place(index)
        return part.key(at)

    @override
    def index_of(self, key: Hashable) -> int:
        for start, part in zip(self._starts, self._parts, strict=False):
            if (at := part.index_of(key)) >= 0:
                return start + at
        return -1

    @override
    def line(self, index: int) -> Line:
        part, at = self._place(index)
        return part.line(at)

    def _place(self, index: int) -> tuple[Lines, int]:
        which = bisect_right(self._starts, index) - 1
        return self._parts[which], index - self._starts[which]


def as_lines(lines: Sequence[Line]) -> Lines:
    """Return the lines with what Lines have besides."""
    return lines if isinstance(lines, Lines) else Ready(lines)
