"""What fails around a history's file, in words."""

import shutil
import sqlite3
from pathlib import Path
from typing import Final

from fntui.history.values import MalformedValueError

_PRIMARY: Final = 0xFF  # SQLite's extended codes carry the primary one in their lowest byte
_BROKEN: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
# A table or column is missing; a NULL stands where none may. Or a statement is wrong.
_DOUBTFUL: Final = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT}
_WORDS: Final = {
    sqlite3.SQLITE_FULL: "no space left on device",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_CANTOPEN: "it can't be opened",
    sqlite3.SQLITE_PERM: "permission denied",
    sqlite3.SQLITE_BUSY: "another program keeps it locked",
    sqlite3.SQLITE_LOCKED: "another program keeps it locked",
    sqlite3.SQLITE_PROTOCOL: "another program keeps it locked",
    sqlite3.SQLITE_IOERR: "the disk fails",
    sqlite3.SQLITE_CORRUPT: "it is damaged",
    sqlite3.SQLITE_NOTADB: "it is not a database",
}

_LITTLE: Final = 1_000_000  # bytes

HANGS: Final = "the disk does not answer"
"""Why a call that takes too long has failed."""


def is_broken(error: sqlite3.Error) -> bool:
    """Return True if the error says that the file is no database, or a broken one."""
    return isinstance(error, MalformedValueError) or _code(error) in _BROKEN


def may_be_broken(error: sqlite3.Error) -> bool:
    """Return True if a broken file may be the reason of the error, which does not say so."""
    return _code(error) in _DOUBTFUL


def why(error: Exception, path: Path) -> str:
    """Return the reason of an SQLite or operating system error at ``path`` in a few words.

    It asks the disk, which may take its time.
    """
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    code = _code(error)
    if code == sqlite3.SQLITE_IOERR and _is_full(path):
        code = sqlite3.SQLITE_FULL  # as SQLite has it for the file itself, but not for its -shm
    if isinstance(error, sqlite3.Error) and not isinstance(error, MalformedValueError):
        return _WORDS.get(code, f"SQLite error {code}" if code else "SQLite error")
    return str(error)


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _LITTLE
    except OSError:
        return False


def failure_sentence(path: Path, verb: str, reason: str) -> str:
    """Return what tells that the file can't be ``verb`` ("read", "written"), and why."""
    return f"The history {path} can't be {verb} ({reason}): what is seen is kept in memory only."


def _code(error: Exception) -> int:
    # Errors that are Python's own, not SQLite's, have no code.
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY
