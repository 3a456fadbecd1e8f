"""The body of an answer as it was before it was compressed, never more of it than is wanted.

A few kilobytes can hold gigabytes, and a second coding around the first a thousand times as much:
what is inflated is bounded while it is, and one coding is taken, the one that is asked for.
"""

import zlib
from typing import Final

ACCEPTED: Final = "gzip"
"""What requests say that they accept."""

UNWANTED: Final = "The answer is compressed in a way that was not asked for"
BROKEN: Final = "The answer is not compressed as it says"

_NAMES: Final = {"gzip", "x-gzip"}
_WITH_HEADER: Final = 16 + zlib.MAX_WBITS


class Body:
    """What was received of one body so far.

    Attributes:
        content: What it says, decompressed, of at most ``limit`` bytes and one more.
        problem: Why it can't be read, as a sentence without a full stop; ``""`` if it can.
    """

    def __init__(self, coding: str, limit: int) -> None:
        """Expect a body whose header ``content-encoding`` is ``coding``."""
        names = [name for each in coding.lower().split(",") if (name := each.strip())]
        wanted = [name for name in names if name != "identity"]
        self.content = bytearray()
        self.problem = "" if not wanted or (len(wanted) == 1 and wanted[0] in _NAMES) else UNWANTED
        self._limit = limit
        self._is_compressed = bool(wanted)
        self._member = zlib.decompressobj(_WITH_HEADER)
        self._has_begun = False

    @property
    def is_too_large(self) -> bool:
        """True once there is more of it than is wanted."""
        return len(self.content) > self._limit

    def take(self, data: bytes) -> bool:
        """Add what came next; return False once no more is of use."""
        if not self.problem:
            self._has_begun = self._has_begun or bool(data)
            if self._is_compressed:
                self._inflate(data)
            else:
                self.content += data[: self._room]
        return not self.problem and not self.is_too_large

    def end(self) -> None:
        """Nothing more comes."""
        is_cut = self._is_compressed and self._has_begun and not self._member.eof
        if is_cut and not self.problem and not self.is_too_large:
            self._fail()

    @property
    def _room(self) -> int:
        return self._limit + 1 - len(self.content)

    def _inflate(self, data: bytes) -> None:
        while data and not self.is_too_large:
            if self._member.eof:  # another may follow, or padding
                data = data.lstrip(b"\0")
                if not data:
                    return
                self._member = zlib.decompressobj(_WITH_HEADER)
            try:
                self.content += self._member.decompress(data, self._room)
            except zlib.error:
                self._fail()
                return
            data = self._member.unconsumed_tail or self._member.unused_data

    def _fail(self) -> None:
        self.problem = BROKEN
        self.content.clear()
