"""Whatever is damaged in a history's file, using it fails with a HistoryError or not at all."""

import shutil
from contextlib import aclosing
from pathlib import Path
from random import Random

import pytest

from fntui.core.watch.history_port import Wish
from fntui.history import last_seen
from fntui.history.set_aside import SET_ASIDE_MOST
from tests.support.damaged_history import FULL, damage, in_place, use
from tests.support.sample import sample

ROUNDS = {"some": (1, 60), "many": (2, 1000)}


async def made(path: Path) -> Path:
    """Return a file that holds something in every table."""
    async with aclosing(in_place(path)) as history, aclosing(in_place(path)) as other:
        await history.write(FULL)
        await history.take_part(Wish(namespace_id="fn-1"))
        await other.take_part(Wish())
        await other.write(FULL)
        shutil.copyfile(path, path.with_name("copy"))
        shutil.copyfile(f"{path}-wal", path.with_name("copy-wal"))
    return path.with_name("copy")


def set_aside(folder: Path) -> int:
    names = [each.name for each in folder.iterdir()]
    return sum(".broken-" in name and not name.endswith(("-wal", "-shm")) for name in names)


@pytest.mark.parametrize("rounds", sample(ROUNDS, "some"))
async def test_wherever_a_file_is_damaged_only_history_errors_come_of_it(
    tmp_path: Path, rounds: tuple[int, int]
) -> None:
    seed, count = rounds
    chance, sound, most = Random(seed), await made(tmp_path / "made.db"), 0  # noqa: S311 - a test's choice
    for number in range(count):
        path = tmp_path / str(number // 20) / "x.db"
        path.parent.mkdir(exist_ok=True)
        shutil.copyfile(sound, path)
        shutil.copyfile(f"{sound}-wal", f"{path}-wal")
        path.with_name("x.db-shm").unlink(missing_ok=True)
        if in_use := chance.random() < 0.5:
            async with aclosing(in_place(path)) as history:
                await use(history)
                damage(path, chance)
                await use(history)
        else:
            damage(path, chance)
        last_seen(path)
        async with aclosing(in_place(path)) as history:
            await use(history)
            assert len(history.notes) <= SET_ASIDE_MOST
        most = max(most, set_aside(path.parent))
        assert most <= SET_ASIDE_MOST, (number, in_use)
    assert most == SET_ASIDE_MOST
