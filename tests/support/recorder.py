"""A terminal that only keeps what is sent to it, for the whole program in this process."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import pytest
from textual.drivers import headless_driver
from textual.drivers.headless_driver import HeadlessDriver
from typing_extensions import override


class RecordingDriver(HeadlessDriver):
    """A driver that frames are drawn for, unlike a headless one.

    Attributes:
        sent: All that was written, since it was last cleared.
    """

    sent: Final[list[str]] = []

    @property
    @override
    def is_headless(self) -> bool:
        return False

    @override
    def write(self, data: str) -> None:
        self.sent.append(data)


@contextmanager
def recorded() -> Generator[list[str]]:
    """Have all programs that start in this block draw on such a terminal.

    Yields:
        What is sent to it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(headless_driver, "HeadlessDriver", RecordingDriver)
        RecordingDriver.sent.clear()
        yield RecordingDriver.sent
