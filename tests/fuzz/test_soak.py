"""Half an hour of the whole program: nothing piles up. A day of it is a benchmark, ``soak``."""

from pathlib import Path

import pytest

from tests.benchmarks.soak import Soak, head
from tests.support.effort import slow

LEEWAY = 15
"""Objects of one kind that the layer closed last may leave for a while: ten were opened since."""
FUTURES = 50
"""So many more may be waited for, or were until some seconds ago: ten for each request."""


@slow
async def test_nothing_piles_up_while_every_screen_is_visited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    _, second, third = await Soak(3, 2, tmp_path).run(0.5, 0.5 / 3)
    table = f"{head()}\n{second.row()}\n{third.row()}"
    assert third.responses > second.responses > 100
    assert third.files == second.files, table
    for kind, count in second.alive.items():
        assert third.alive[kind] <= count + (FUTURES if kind == "Future" else LEEWAY), table
