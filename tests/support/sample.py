"""Parameters of which a sample runs by default, and all with ``-m ""``."""

from collections.abc import Mapping
from typing import Any

import pytest
from _pytest.mark import ParameterSet


def sample(values: Mapping[str, Any], *by_default: str) -> list[ParameterSet]:
    """Return parameters by their ids; those that are not named as run ``by_default`` are slow."""
    assert set(by_default) <= set(values)
    return [
        pytest.param(value, id=name, marks=() if name in by_default else pytest.mark.slow)
        for name, value in values.items()
    ]
