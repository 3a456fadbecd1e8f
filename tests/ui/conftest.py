import pytest

from tests.support import idle
from tests.support.tour import Wire

idle.install()


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """What the driver of a program in a test would write, were there a terminal."""
    return Wire(monkeypatch)
