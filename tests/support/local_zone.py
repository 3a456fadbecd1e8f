"""Another local time than that of the machine."""

import time
from collections.abc import Generator
from contextlib import contextmanager

import pytest


@contextmanager
def local_zone(name: str) -> Generator[None]:
    """Have local time be that of a zone, named as in ``TZ``, until the block ends."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", name)
        time.tzset()
        try:
            yield
        finally:
            patch.undo()
            time.tzset()
