"""Files of the user's own: readable by nobody else from the moment they exist."""

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import BinaryIO, Final

_FLAGS: Final = (
    os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
)


def make_private_folder(folder: Path) -> None:
    """Make a folder of mode 0700, and those above it that are missing, whatever the umask is.

    Folders that are there stay as they are; an OSError says why one can't be made.
    """
    for missing in [each for each in (*reversed(folder.parents), folder) if not each.exists()]:
        missing.mkdir(mode=0o700, exist_ok=True)


def check_regular(path: Path) -> None:
    """Make sure that ``path`` is a file and no symbolic link; an OSError says what it is."""
    _check_mode(path.lstat().st_mode, path)


def _check_mode(mode: int, path: Path) -> None:
    if stat.S_ISLNK(mode):
        raise OSError(errno.ELOOP, "it is a symbolic link", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))


def open_private(path: Path) -> BinaryIO:
    """Open a file of mode 0600 for appending, in a folder that is made (0700) if it is missing.

    Raises:
        OSError: If that can't be done, or ``path`` is a symbolic link or no regular file.
    """
    make_private_folder(path.parent)
    if path.is_symlink():  # for the words: O_NOFOLLOW would say "too many levels"
        check_regular(path)
    # A named pipe without a reader would block here for ever without O_NONBLOCK.
    file = os.fdopen(os.open(path, _FLAGS, 0o600), "ab", buffering=0)
    try:
        _check_mode(os.fstat(file.fileno()).st_mode, path)
        os.fchmod(file.fileno(), 0o600)
    except OSError:
        file.close()
        raise
    return file


def create_private(path: Path, text: str) -> None:
    """Write ``text`` to a new file of mode 0600, in a folder that is made (0700) if it is missing.

    An OSError says why that can't be done, such as something at ``path`` already, be it a link.
    """
    make_private_folder(path.parent)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(text.encode(errors="surrogatepass"))
        file.flush()
        os.fsync(file.fileno())


def replace_private(path: Path, text: str) -> None:
    """Put ``text`` in place of what the file held, all of it or nothing, with mode 0600.

    Raises:
        OSError: If the file or its folder can't be written, or what is there is a symbolic link or
            no regular file; it is untouched then.
    """
    make_private_folder(path.parent)
    if os.path.lexists(path):
        check_regular(path)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
