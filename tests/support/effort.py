"""How hard the fuzzers try: a few tries, the same in every run, or many.

``FNTUI_FUZZ=7 python -m pytest -o faulthandler_timeout=3600 tests/fuzz`` makes them many, by the
seed 7. A test of many takes longer than what else is taken for stuck.
"""

import os
from collections.abc import Callable
from typing import Final, TypeVar

import pytest
from hypothesis import settings

T = TypeVar("T")
Test = TypeVar("Test", bound=Callable[..., object])

SEED: Final = int(os.environ.get("FNTUI_FUZZ", "0"))
"""What random choices follow from; 0 unless many tries are wanted."""


def effort(few: T, many: T) -> T:
    """Return how much to try: ``few``, or ``many`` where that is wanted."""
    return many if SEED else few


def slow(test: Test) -> Test:
    """Mark a test as slow, unless many tries are wanted: then all run."""
    return test if SEED else pytest.mark.slow(test)


def tries(few: int, many: int, *, steps: int = 50) -> settings:
    """Return Hypothesis' settings for so many examples, those of a state machine of ``steps``."""
    return settings(
        max_examples=effort(few, many),
        stateful_step_count=steps,
        derandomize=not SEED,
        database=None,
    )
