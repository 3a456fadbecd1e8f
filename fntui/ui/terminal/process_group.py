"""Whether a shell can bring the program back once it has stopped."""

import os
from pathlib import Path
from typing import Final

_PROCESSES: Final = Path("/proc")


def is_orphaned(process: int) -> bool:
    """Return whether no shell looks after the process group of ``process``.

    POSIX calls a group orphaned if the parents of its processes are all in the group themselves or
    in another session: as under ``ssh -t HOST fntui`` or ``docker exec -it``. It is not continued.
    Where a parent in the group can't be asked for its own (macOS), there is taken to be a shell.
    """
    session, group = os.getsid(process), os.getpgid(process)
    parent: int | None = os.getppid() if process == os.getpid() else _parent_of(process)
    while parent != 0:
        if parent is None:
            return False
        try:
            if os.getsid(parent) != session:
                return True
            if os.getpgid(parent) != group:
                return False
        except OSError:  # it has just ended
            return True
        parent = _parent_of(parent)
    return True


def _parent_of(process: int) -> int | None:
    """Return the id of a process's parent, 0 if it has none; ``None`` if that can't be told."""
    try:
        # After the name, which may hold anything, come the state and the parent.
        return int(
            Path(_PROCESSES, str(process), "stat").read_text("utf-8").rpartition(")")[2].split()[1]
        )
    except (OSError, ValueError, IndexError):
        return None
