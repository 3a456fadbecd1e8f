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


def open_private(path: Path) -> BinaryIO:
    """Open a file of mode 0600 for appending, in a folder that is made (0700) if it is missing.

    Raises:
        OSError: If that can't be done, or ``path`` is a symbolic link or no regular file.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A named pipe without a reader would block here for ever without O_NONBLOCK.
    file = os.fdopen(os.open(path, _FLAGS, 0o600), "ab", buffering=0)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    os.fchmod(file.fileno(), 0o600)
    return file


def create_private(path: Path, text: str) -> None:
    """Write ``text`` to a new file of mode 0600, in a folder that is made (0700) if it is missing.

    An OSError says why that can't be done, such as something at ``path`` already, be it a link.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(text.encode(errors="surrogatepass"))
        file.flush()
        os.fsync(file.fileno())


def replace_private(path: Path, text: str) -> None:
    """Put ``text`` in place of what the file held, all of it or nothing, with mode 0600.

    Where ``path`` is a symbolic link, as with folders of dotfiles, what it names is replaced.

    Raises:
        OSError: If the file or its folder can't be written; what was there is untouched then.
    """
    target = path.resolve()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
