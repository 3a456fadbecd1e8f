import os
import stat
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest

from fntui.files import create_private, open_private, replace_private

WRITE = partial(replace_private, text="")


def closing_it(file: BinaryIO | None) -> AbstractContextManager[object]:
    """Close what was opened, where something was."""
    return file or nullcontext()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _generous_umask() -> Generator[None]:
    before = os.umask(0o000)
    yield
    os.umask(before)


def test_a_new_file_and_its_folder_are_the_users_alone(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    with open_private(path) as file:
        file.write(b"one\n")
    assert (mode(path.parent), mode(path)) == (0o700, 0o600)


def test_what_was_there_stays_and_is_made_the_users_alone(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("one\n")
    with open_private(path) as file:
        file.write(b"two\n")
    assert path.read_text() == "one\ntwo\n"
    assert mode(path) == 0o600


def test_no_moment_passes_in_which_others_could_open_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fchmod", lambda *_: None)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - takes anything
    open_private(tmp_path / "file").close()
    assert mode(tmp_path / "file") == 0o600


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("")
    link.symlink_to(target)
    with pytest.raises(OSError, match="symbolic link"):
        open_private(link)


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with pytest.raises(OSError, match="No such device"):
        open_private(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(OSError, match="it is not a regular file"):
        open_private(fifo)
    os.close(reader)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    replace_private(path, "one")
    assert (mode(path.parent), mode(path)) == (0o700, 0o600)
    replace_private(path, "twö")
    assert path.read_text(encoding="utf-8") == "twö"
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("is_there", [True, False])
def test_where_a_link_stands_nothing_is_replaced(tmp_path: Path, *, is_there: bool) -> None:
    target, link = tmp_path / "target", tmp_path / "config"
    if is_there:
        target.write_text("old")
    link.symlink_to(target)
    with pytest.raises(OSError, match="it is a symbolic link"):
        replace_private(link, "new")
    assert link.is_symlink()
    assert target.exists() == is_there
    assert not is_there or target.read_text() == "old"
    with pytest.raises(OSError, match="it is not a regular file"):
        replace_private(tmp_path, "new")


@pytest.mark.parametrize("make", [open_private, partial(create_private, text=""), WRITE])
def test_every_folder_that_is_missing_is_made_the_users_alone(
    tmp_path: Path, make: Callable[[Path], BinaryIO | None]
) -> None:
    with closing_it(make(tmp_path / "one" / "two" / "three" / "file")):
        pass
    made = [path for path in tmp_path.rglob("*") if path.is_dir()]
    assert [(path.name, mode(path)) for path in sorted(made)] == [
        ("one", 0o700),
        ("two", 0o700),
        ("three", 0o700),
    ]


@pytest.mark.parametrize("make", [open_private, partial(create_private, text=""), WRITE])
def test_files_and_folders_are_born_with_their_modes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], BinaryIO | None]
) -> None:
    """Given to the system with the call that makes them: no moment passes before a chmod."""
    born: list[int] = []
    really_open, really_make = os.open, os.mkdir

    def open_noted(path: str, flags: int, mode: int = 0o777, **more: int) -> int:
        assert flags & os.O_NOFOLLOW
        born.append(mode)
        return really_open(path, flags, mode, **more)

    def make_noted(path: str, mode: int = 0o777, **more: int) -> None:
        born.append(mode)
        really_make(path, mode, **more)

    monkeypatch.setattr(os, "open", open_noted)
    monkeypatch.setattr(os, "mkdir", make_noted)
    with closing_it(make(tmp_path / "one" / "two" / "file")):
        pass
    assert born == [0o700, 0o700, 0o600]


def test_a_file_that_can_not_be_made_private_is_not_left_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where another user made it, for fntui to write to: its descriptor is closed again."""
    held: list[int] = []

    def refuse(descriptor: int, _: int) -> None:
        held.append(descriptor)
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchmod", refuse)
    with pytest.raises(PermissionError):
        open_private(tmp_path / "log")
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(held[0])


def test_a_failure_leaves_what_was_there_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        replace_private(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_new_file_is_made_and_nothing_that_is_there_is_touched(tmp_path: Path) -> None:
    path, link = tmp_path / "folder" / "file", tmp_path / "link"
    create_private(path, "one")
    assert (mode(path.parent), mode(path)) == (0o700, 0o600)
    link.symlink_to(tmp_path / "target")
    for taken in (path, link):
        with pytest.raises(FileExistsError):
            create_private(taken, "two")
    assert path.read_text() == "one"
    assert not (tmp_path / "target").exists()
