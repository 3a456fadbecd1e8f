import errno
import os
import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from fntui.history.failures import failure_sentence, is_broken, why
from fntui.history.values import MalformedValueError, to_text, to_time

HERE = Path(__file__)


def failure(code: int) -> sqlite3.Error:
    """Return an error as SQLite raises it, with an extended code."""
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code | 3 << 8
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (failure(sqlite3.SQLITE_FULL), "no space left on device"),
        (failure(sqlite3.SQLITE_READONLY), "it is read-only"),
        (failure(sqlite3.SQLITE_CANTOPEN), "it can't be opened"),
        (failure(sqlite3.SQLITE_PERM), "permission denied"),
        (failure(sqlite3.SQLITE_BUSY), "another program keeps it locked"),
        (failure(sqlite3.SQLITE_IOERR), "the disk fails"),
        (failure(sqlite3.SQLITE_CORRUPT), "it is damaged"),
        (failure(sqlite3.SQLITE_NOTADB), "it is not a database"),
        (failure(sqlite3.SQLITE_ERROR), "SQLite error 1"),
        (sqlite3.ProgrammingError("as Python says it"), "SQLite error"),
        (MalformedValueError("not a text"), "not a text"),
        (OSError(errno.EACCES, os.strerror(errno.EACCES)), "permission denied"),
        (OSError("no number"), "no number"),
    ],
)
def test_what_went_wrong_is_said_in_words(error: Exception, reason: str) -> None:
    assert why(error, HERE) == reason


def test_a_full_disk_is_named_where_sqlite_says_that_the_disk_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=4096))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - takes anything
    assert why(failure(sqlite3.SQLITE_IOERR), HERE) == "no space left on device"


def test_a_disk_that_can_not_be_asked_fails(tmp_path: Path) -> None:
    gone = tmp_path / "folder" / "db"
    assert why(failure(sqlite3.SQLITE_IOERR), gone) == "the disk fails"


def test_the_sentence_names_the_file_and_what_it_means() -> None:
    assert failure_sentence(Path("/x/prod.db"), "written", "no space left on device") == (
        "The history /x/prod.db can't be written (no space left on device): "
        "what is seen is kept in memory only."
    )


@pytest.mark.parametrize(
    ("error", "is_so"),
    [
        (failure(sqlite3.SQLITE_CORRUPT), True),
        (failure(sqlite3.SQLITE_NOTADB), True),
        (MalformedValueError(), True),
        (failure(sqlite3.SQLITE_FULL), False),
        (sqlite3.ProgrammingError(), False),
    ],
)
def test_a_broken_file_is_told_from_other_trouble(error: sqlite3.Error, *, is_so: bool) -> None:
    assert is_broken(error) is is_so


@pytest.mark.parametrize("kept", [b"\xff", 7, "text"])
def test_what_is_no_text_is_malformed(kept: bytes) -> None:
    with pytest.raises(MalformedValueError):
        to_text(kept)


@pytest.mark.parametrize("kept", [10**30, -(10**17), 1.5, float("nan"), b"\xff", "text"])
def test_what_is_no_time_is_malformed(kept: int) -> None:
    with pytest.raises(MalformedValueError):
        to_time(kept)
