"""Damaged files, set aside: renamed, at most five for each history, and none deleted.

The first five stay. On a disk that fails again and again it is the first that holds what was seen
over months; those after it hold minutes. Once there are five, a damaged file stays in place, fntui
keeps what it sees in memory only, and says which files to move or delete. When there is room again
it goes on by itself.
"""

import contextlib
from datetime import datetime
from pathlib import Path
from typing import Final

from fntui.core.watch.history_port import HistoryError

SET_ASIDE_MOST: Final = 5
"""Files that were set aside for one history; the logs of each are not counted."""

_LOGS: Final = ("-wal", "-shm")


class NoRoomError(HistoryError):
    """A damaged file can't be set aside: enough were before it."""


def set_aside(path: Path, now: datetime) -> str:
    """Rename a damaged file and its logs, if there is room; return the sentence to tell."""
    check_room(path)
    aside = _free_name(path, now)
    # The file itself comes last: whatever ends this on the way, the rest is found with the next.
    for end in (*_LOGS, ""):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
    return f"The history {path} was broken: it was set aside as {aside}, and a new one begun."


def check_room(path: Path) -> None:
    """Make sure that one more file may be set aside.

    Raises:
        NoRoomError: If there are as many as there may be.
    """
    count = len(_names(path))
    if count >= SET_ASIDE_MOST:
        raise NoRoomError(
            f"The history {path} is damaged, and {count} damaged ones were set aside before it: "
            "it was left as it is, and what is seen is kept in memory only. Check the disk, then "
            f"move or delete {_prefix(path)}* to begin a new history."
        )


def _free_name(path: Path, now: datetime) -> Path:
    first = name = f"{_prefix(path)}{now:%Y%m%dT%H%M%SZ}"
    taken, count = _names(path), 1
    while name in taken:
        count += 1
        name = f"{first}-{count}"
    return path.with_name(name)


def _names(path: Path) -> set[str]:
    """Return the names of all that were set aside, those included of which only a log is left."""
    names = {each.name for each in path.parent.iterdir() if each.name.startswith(_prefix(path))}
    for end in _LOGS:
        names = {name.removesuffix(end) for name in names}
    return names


def _prefix(path: Path) -> str:
    return f"{path.name}.broken-"
